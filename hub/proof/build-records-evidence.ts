/**
 * The evidence that a set of records was anchored on a native chain, judged before it is handed out.
 * docs/protocol.md#anchored-records
 */
import type { ChainAdapter } from '../../adapters/chain-adapter.ts';
import { anchoredRecordsCodec } from '../../main-chain/ledger/records/anchor-records.ts';
import type { VerifierPorts } from '../../main-chain/relay/evidence/verify-anchor.ts';
import {
  type RecordsEvidence,
  verifyRecords,
} from '../../main-chain/relay/evidence/verify-records.ts';
import { decode } from '../../schemas/codec/codec.ts';
import { recordsRoot } from '../../schemas/tree/record-tree.ts';
import { recordsKey } from '../../schemas/wire/state-keys.ts';
import { hubError } from '../errors.ts';
import { proveState } from './prove-state.ts';

/** A set of records as its owner names it. */
export interface RecordsQuestion {
  readonly owner: Uint8Array;
  readonly top: Uint8Array;
  readonly count: number;
}

/** @throws HUB_RECORDS_UNKNOWN HUB_PROOF_UNAVAILABLE ADAPTER_* */
export async function buildRecordsEvidence(
  chain: ChainAdapter,
  { owner, top, count }: RecordsQuestion,
  ports: VerifierPorts,
): Promise<RecordsEvidence> {
  const key = recordsKey(owner, recordsRoot(top, count, ports.hash));
  const { values, ...trail } = await proveState(chain, [key], ports.hash);
  const [value] = values;
  if (value === undefined) throw hubError('HUB_RECORDS_UNKNOWN', { count });
  const anchored = decode(anchoredRecordsCodec, value, 'records');
  const evidence = { ...trail, owner, top, anchored };
  verifyRecords(evidence, chain.description.genesisHash, ports);
  return evidence;
}
