/**
 * Client kind `ethereum-poa` in the state of a chain: clique headers move it, two seals or a confirmed
 * second branch end it. The rules are in ethereum/poa. docs/protocol.md#ethereum-poa
 */
import { createPoaState, updatePoa } from '../ethereum/poa/poa-client.ts';
import { judgePoaEvidence } from '../ethereum/poa/poa-evidence.ts';
import { poaStateCodec } from '../ethereum/poa/poa-state.ts';
import type { LightClient } from './client.ts';
import {
  applyVerdict,
  clockOf,
  consensusOf,
  refuseRun,
  verifierRecord,
  verifyStorageFacts,
} from './evm-client.ts';

const { read, write } = verifierRecord(poaStateCodec);

/** @throws CLIQUE_* EVM_* RLP_* */
export const ethereumPoaClient: LightClient<'ethereum-poa'> = {
  begin(context, { client, genesisHash }, start) {
    const kept = createPoaState(start, genesisHash, context);
    write(context, client, kept);
    return { latestHeight: kept.snapshot.number, trust: { type: 'ethereum-poa' } };
  },
  update(context, lane, updates) {
    if (updates.headers.length === 0) return lane.state;
    const clock = clockOf(context, lane.state);
    const { state, verdict } = updatePoa(read(context, lane.client), updates, clock, context);
    write(context, lane.client, state);
    return applyVerdict(context, lane, verdict);
  },
  verifyRun: refuseRun,
  verifyFacts(context, lane, ...asked) {
    return verifyStorageFacts(context, lane, read(context, lane.client).contract, ...asked);
  },
  misbehaviour(context, lane, evidence) {
    const lookup = consensusOf(context, lane.client);
    const clock = clockOf(context, lane.state);
    const kept = read(context, lane.client);
    applyVerdict(context, lane, judgePoaEvidence(kept, evidence, lookup, clock, context));
  },
  forget: () => undefined,
};
