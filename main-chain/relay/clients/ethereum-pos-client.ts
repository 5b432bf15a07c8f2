/**
 * Client kind `ethereum-pos` in the state of a chain: a bootstrap and sync-committee updates move it, two
 * updates that contradict each other freeze it. The rules are in ethereum/pos. docs/protocol.md#ethereum-pos
 *
 * committee/<client>/<root> → a committee (24,624 bytes) the head names; older ones are deleted.
 */
import { toHex } from '../../../schemas/hash.ts';
import { syncCommitteeCodec } from '../../../schemas/wire/clients/ethereum-pos.ts';
import { committeeKey } from '../../../schemas/wire/state-keys.ts';
import type { ExecutionContext } from '../../ledger/context.ts';
import { readRecord, writeRecord } from '../../ledger/state.ts';
import {
  createPosState,
  judgePosEvidence,
  type PosOutcome,
  type PosStore,
  updatePos,
} from '../ethereum/pos/pos-client.ts';
import { type PosState, posStateCodec } from '../ethereum/pos/pos-state.ts';
import type { ClientOfLane, LightClient } from './client.ts';
import {
  applyVerdict,
  clockOf,
  consensusOf,
  refuseRun,
  verifierRecord,
  verifyStorageFacts,
} from './evm-client.ts';

const { read, write } = verifierRecord(posStateCodec);

/** @throws BEACON_* EVM_* */
export const ethereumPosClient: LightClient<'ethereum-pos'> = {
  begin(context, { client }, start) {
    write(context, client, createPosState(start));
    return { latestHeight: 0n, trust: { type: 'ethereum-pos' } };
  },
  update(context, lane, { messages }) {
    const { client } = lane;
    let { state } = lane;
    for (const message of messages) {
      if (state.frozen) break;
      const before = read(context, client);
      const outcome = updatePos(before, message, storeOf(context, lane), context);
      keep(context, client, before, outcome);
      state = applyVerdict(context, { client, state }, outcome.verdict);
    }
    return state;
  },
  verifyRun: refuseRun,
  verifyFacts(context, lane, ...asked) {
    return verifyStorageFacts(context, lane, read(context, lane.client).contract, ...asked);
  },
  misbehaviour(context, lane, evidence) {
    const kept = read(context, lane.client);
    const verdict = judgePosEvidence(kept, evidence, storeOf(context, lane), context);
    applyVerdict(context, lane, verdict);
  },
  forget(context, client) {
    for (const root of committeesOf(read(context, client))) {
      context.state.delete(committeeKey(client, root));
    }
  },
};

function storeOf(context: ExecutionContext, { client, state }: ClientOfLane): PosStore {
  return {
    consensus: consensusOf(context, client),
    committees: (root) => readRecord(context.state, committeeKey(client, root), syncCommitteeCodec),
    clock: clockOf(context, state),
  };
}

/** Stores what a message has taught, and deletes the committees nobody will sign with again. */
function keep(
  context: ExecutionContext,
  client: string,
  before: PosState,
  { state: after, learned }: PosOutcome,
): void {
  if (learned !== undefined) {
    const { root, committee } = learned;
    writeRecord(context.state, committeeKey(client, root), syncCommitteeCodec, committee);
  }
  const needed = new Set(committeesOf(after).map(toHex));
  for (const root of committeesOf(before)) {
    if (!needed.has(toHex(root))) context.state.delete(committeeKey(client, root));
  }
  write(context, client, after);
}

function committeesOf({ head }: PosState): readonly Uint8Array[] {
  return [head?.committeeRoot, head?.nextCommitteeRoot].filter((root) => root !== undefined);
}
