/**
 * Client kind `notary` in the state of a chain: attestations move it, two of one height freeze it. The
 * rules are in ethereum/notary. docs/protocol.md#ethereum-notary
 */
import type { ExecutionContext } from '../../ledger/context.ts';
import {
  createNotaryState,
  judgeNotaryEvidence,
  type NotaryDomain,
  notaryStateCodec,
  updateNotary,
} from '../ethereum/notary/notary-client.ts';
import type { ClientOfLane, LightClient } from './client.ts';
import {
  applyVerdict,
  clockOf,
  consensusOf,
  refuseRun,
  verifierRecord,
  verifyStorageFacts,
} from './evm-client.ts';

/** One notary alone is custody: refused where a chain is in production. */
const LEAST_IN_PRODUCTION = 2;

const { read, write } = verifierRecord(notaryStateCodec);

/** @throws NOTARY_* EVM_* RLP_* */
export const notaryClient: LightClient<'notary'> = {
  begin(context, { client }, start) {
    const isProduction = context.chain.genesis.profile === 'production';
    write(context, client, createNotaryState(start, isProduction ? LEAST_IN_PRODUCTION : 1));
    return { latestHeight: 0n, trust: { type: 'notary' } };
  },
  update(context, lane, { attestations }) {
    const { client } = lane;
    const clock = clockOf(context, lane.state);
    const lookup = consensusOf(context, client);
    let { state } = lane;
    for (const attestation of attestations) {
      if (state.frozen) break;
      const domain = domainOf(context, lane);
      const before = read(context, client);
      const outcome = updateNotary(before, domain, attestation, lookup, clock, context);
      write(context, client, outcome.state);
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
    const clock = clockOf(context, lane.state);
    const domain = domainOf(context, lane);
    applyVerdict(context, lane, judgeNotaryEvidence(kept, domain, evidence, clock, context));
  },
  forget: () => undefined,
};

function domainOf({ chain }: ExecutionContext, { client, state }: ClientOfLane): NotaryDomain {
  return { genesisHash: chain.genesisHash, client, chainId: state.chainId };
}
