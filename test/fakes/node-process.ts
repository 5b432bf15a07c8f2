/*
 * A node as a process of its own that works until it is killed: it sends a unit at a time, and says each
 * landed transaction as a line of JSON, after which it may not be lost.
 * Arguments: directory, resource id, and the place where it kills itself: point, side, how often.
 */
import { parseArgs } from 'node:util';
import type { FaultPort } from '../../main-chain/host/fault-port.ts';
import { parseHex } from '../../schemas/codec/hex.ts';
import { toHex } from '../../schemas/hash.ts';
import { transactionId } from '../../schemas/wire/transaction.ts';
import { testAddress } from './ledger-context.ts';
import { openLocalNode } from './local-node.ts';

/** What the process says of a transaction that has landed. */
export interface LandedLine {
  readonly id: string;
  readonly height: number;
  readonly code: string;
  readonly stateRoot: string;
}

const ISSUER = 20;
const { positionals } = parseArgs({ allowPositionals: true });
const [directory = '', resource = '', point, side, times] = positionals;

let reached = 0;
const faults: FaultPort = (at, when) => {
  if (at !== point || when !== side) return;
  reached += 1;
  if (reached === Number(times)) process.kill(process.pid, 'SIGKILL');
};

const node = await openLocalNode({ directory, faults, settings: { heartbeatMs: 50 } });
const { call, genesisHash, ports } = node;
const resourceId = parseHex(resource);

async function landed(bytes: Uint8Array): Promise<LandedLine> {
  const id = transactionId(bytes, genesisHash, ports.hash);
  for (;;) {
    const { height } = await call('info', {});
    const { found } = await call('transaction', { id });
    if (found === undefined) {
      await call('wait', { after: height, waitMs: 100 });
      continue;
    }
    const { block } = await call('block', { height: found.height });
    return {
      id: toHex(id),
      height: Number(found.height),
      code: found.result.code,
      stateRoot: toHex(block?.header.stateRoot ?? new Uint8Array(0)),
    };
  }
}

// A second life passes over the nonces the first has used.
for (let nonce = 1n; ; nonce++) {
  const receiver = testAddress(30 + Number(nonce % 3n));
  const message = { type: 'transfer', resourceId, quantity: 1n, receiver } as const;
  const bytes = await node.sign(ISSUER, nonce, message);
  const { codes } = await call('submit', { transactions: [bytes] });
  if (codes[0] === '') process.stdout.write(`${JSON.stringify(await landed(bytes))}\n`);
}
