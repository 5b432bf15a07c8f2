/**
 * Anchors a list through a hub: one transaction, unless an earlier run has sent it already, and the
 * evidence for it, judged here. docs/protocol.md#anchored-records
 */
import type { Static } from 'typebox';
import type { KeyPair } from '../../main-chain/host/key-file.ts';
import type { Ports } from '../../main-chain/host/native-ports.ts';
import {
  decodeRecordsEvidence,
  type ProvenRecords,
  type RecordsEvidence,
} from '../../main-chain/relay/evidence/verify-records.ts';
import { parseHex } from '../../schemas/codec/hex.ts';
import { isTielineError } from '../../schemas/errors.ts';
import { equalBytes, toHex } from '../../schemas/hash.ts';
import { formatAddress } from '../../schemas/ids.ts';
import type { RecordsProof } from '../api/api-schemas.ts';
import { buildRecordTree } from '../records/record-tree.ts';
import { type RecordsList, verifyList } from '../records/records-list.ts';
import { cliError } from './errors.ts';
import type { HubClient } from './hub-client.ts';
import { chainView, signAndSend } from './hub-wallet.ts';

const PATIENCE_MS = 30_000;
const PAUSE_MS = 100;

/** @throws CLI_* RECORDS_* PROOF_* and what hub and chain refuse with */
export async function anchorList(
  hub: HubClient,
  alias: string,
  key: KeyPair,
  list: RecordsList,
  ports: Ports,
): Promise<{ readonly list: RecordsList; readonly proven: ProvenRecords }> {
  const chain = await chainView(hub, alias);
  const { top } = buildRecordTree(
    list.records.map(({ leaf }) => leaf),
    ports.hash,
  );
  const count = list.records.length;
  const path = `/v1/chains/${chain.alias}/accounts/${formatAddress(key.address)}/records?top=${toHex(top)}&count=${count}`;
  let evidence = await findEvidence(hub, path);
  if (evidence === undefined) {
    await signAndSend(hub, chain, key, { type: 'anchorRecords', top, count }, ports);
    evidence = await waitForEvidence(hub, path);
  }
  const anchored = { records: list.records, evidence };
  const { proven } = verifyList(anchored, parseHex(chain.genesisHash, 32), ports);
  if (!equalBytes(proven.owner, key.address)) throw cliError('CLI_HUB_ANSWER', { url: hub.url });
  return { list: anchored, proven };
}

/** The block is certified moments after it has landed. @throws CLI_NOT_CERTIFIED */
async function waitForEvidence(hub: HubClient, path: string): Promise<RecordsEvidence> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const evidence = await findEvidence(hub, path);
    if (evidence !== undefined) return evidence;
    if (performance.now() > deadline) throw cliError('CLI_NOT_CERTIFIED');
    await new Promise((wake) => setTimeout(wake, PAUSE_MS));
  }
}

/** Undefined while no certified block holds it. */
async function findEvidence(hub: HubClient, path: string): Promise<RecordsEvidence | undefined> {
  try {
    const { evidence } = await hub.get<Static<typeof RecordsProof>>(path);
    return decodeRecordsEvidence(parseHex(evidence));
  } catch (error) {
    if (isTielineError(error, 'HUB_RECORDS_UNKNOWN')) return undefined;
    throw error;
  }
}
