/**
 * Proof files of the story's transfers: written while the chains run, judged afterwards from the files
 * alone against an anchor that is kept apart from them.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChainAdapter } from '../../adapters/chain-adapter.ts';
import { verifyProofFile } from '../../main-chain/relay/evidence/proof-file.ts';
import { parseHex } from '../../schemas/codec/hex.ts';
import { buildTransferProof } from '../proof/build-proof.ts';
import { transferTrail } from '../proof/transfer-trail.ts';
import type { ChainRegistry } from '../registry.ts';
import type { WalletPorts } from '../up/wallet.ts';
import type { PlayedStep } from './play-step.ts';
import type { JudgedProof } from './tell-story.ts';

const ENDING = '.tieline-proof.json';

/** Writes the file of each transfer that has none yet. @throws HUB_PROOF_UNAVAILABLE ADAPTER_* */
export async function writeProofs(
  folder: string,
  steps: readonly PlayedStep[],
  registry: ChainRegistry,
  main: ChainAdapter,
  ports: WalletPorts,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const { view, step } of steps) {
    const file = join(folder, `${view.id}${ENDING}`);
    if (step.type !== 'transfer' || existsSync(file)) continue;
    const { text } = await buildTransferProof(main, transferTrail(registry, view), ports);
    writeFileSync(file, text);
  }
}

/** Judges every file of the folder; needs no node. @throws PROOF_* */
export function judgeProofs(
  folder: string,
  anchorFile: string,
  ports: WalletPorts,
): readonly JudgedProof[] {
  if (!existsSync(folder)) return [];
  const anchor = parseHex(readFileSync(anchorFile, 'utf8').trim(), 32);
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(ENDING))
    .sort();
  return files.map((name) => ({
    id: name.slice(0, -ENDING.length),
    file: name,
    proven: verifyProofFile(readFileSync(join(folder, name), 'utf8'), anchor, ports),
  }));
}
