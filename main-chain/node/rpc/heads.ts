/** `info`, `certificate`, `setChanges` and `wait`: how far the chain has come. docs/protocol.md#node-api */
import { encode } from '../../../schemas/codec/codec.ts';
import { genesisCodec } from '../../../schemas/wire/genesis.ts';
import { MAX_SET_CHANGES } from '../../../schemas/wire/node-api.ts';
import type { CertifiedHead } from '../engine/certifier.ts';
import { nodeError } from '../errors.ts';
import type { Handler, NodeParts } from './handler.ts';

/** Longest wait of one call in milliseconds. */
export const MAX_WAIT_MS = 30_000;
/** No block is this high. */
const LAST_HEIGHT = (1n << 64n) - 2n;
/** Most callers that may wait at once. */
export const MAX_WAITERS = 1024;

export function infoHandler({ chain }: NodeParts): Handler<'info'> {
  const { genesis, genesisHash, chainId } = chain.deps.rules;
  const { kind, name } = genesis;
  const fixed = { chainId, genesisHash, genesis: encode(genesisCodec, genesis), kind, name };
  return () => {
    const { height, timeMs } = chain.committed;
    return { ...fixed, height, timeMs };
  };
}

export function certificateHandler({ store, certifier }: NodeParts): Handler<'certificate'> {
  return ({ height }) => ({ certificate: store.certificate(height ?? certifier.head.height) });
}

export function setChangesHandler({ store }: NodeParts): Handler<'setChanges'> {
  return async ({ after }) => ({
    certificates: after >= LAST_HEIGHT ? [] : await store.setChanges(after, MAX_SET_CHANGES),
  });
}

export function waitHandler({ certifier, clock, requireRunning }: NodeParts): Handler<'wait'> {
  let waiters = 0;
  const next = (after: bigint, waitMs: number): Promise<CertifiedHead> =>
    new Promise((resolve) => {
      const finish = (): void => {
        waiters -= 1;
        stopListening();
        cancelTimer();
        resolve(certifier.head);
      };
      const stopListening = certifier.listen((head) => {
        if (head === undefined || head.height > after) finish();
      });
      const cancelTimer = clock.after(Math.min(waitMs, MAX_WAIT_MS), finish);
      waiters += 1;
    });
  return ({ after, waitMs }) => {
    if (certifier.head.height > after || waitMs === 0) return { ...certifier.head };
    requireRunning();
    if (waiters >= MAX_WAITERS) throw nodeError('NODE_BUSY', { waiting: waiters });
    return next(after, waitMs);
  };
}
