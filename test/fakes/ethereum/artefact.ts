/* The committed contracts: ABI and creation code. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Interface, type InterfaceAbi } from 'ethers';

export interface Contract {
  readonly abi: Interface;
  readonly bytecode: string;
}

/** The folder of package.json, seen from source and from compiled files alike. */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package-lock.json'))) folder = dirname(folder);
  return folder;
}

/** A contract of side-chains/ethereum/generated, or of test/fixtures/ethereum. */
export function readArtefact(name: 'TielineHub' | 'Governance' | 'ReenteringReceiver'): Contract {
  const folder =
    name === 'ReenteringReceiver' ? 'test/fixtures/ethereum' : 'side-chains/ethereum/generated';
  const path = join(projectRoot(), folder, `${name}.json`);
  const { abi, bytecode } = JSON.parse(readFileSync(path, 'utf8')) as {
    abi: InterfaceAbi;
    bytecode: string;
  };
  return { abi: new Interface(abi), bytecode };
}
