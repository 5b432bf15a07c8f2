/**
 * Evidence of a native chain for clients of it: deliveries as the node prepares them, absence of
 * receipts, settledBelow, contradictions, and certificates to get there. docs/protocol.md#relay
 */
import { consensusStateCodec } from '../../main-chain/relay/clients/client-state.ts';
import { encode } from '../../schemas/codec/codec.ts';
import { Reader } from '../../schemas/codec/reader.ts';
import { binaryBytes, equalBytes } from '../../schemas/hash.ts';
import type { Certificate } from '../../schemas/wire/checkpoint.ts';
import { checkpointUpdates } from '../../schemas/wire/clients/client-material.ts';
import { MAX_BATCH, type Segment } from '../../schemas/wire/message.ts';
import { receiptPath } from '../../schemas/wire/packet.ts';
import { settledBelowKey, supplyKey } from '../../schemas/wire/state-keys.ts';
import type { ClientFact } from '../chain-facts.ts';
import { adapterError } from '../errors.ts';
import type { Bundle, DeliveryPart, EvidenceRequest, ProvenState } from '../evidence.ts';
import { certificatePath } from './certificate-path.ts';
import type { NodeCall } from './node-client.ts';

type RequestOf<T extends EvidenceRequest['task']> = Extract<EvidenceRequest, { readonly task: T }>;

/** Answers any evidence request from a node. @throws ADAPTER_UPDATE_PATH and the node's codes */
export async function nativeEvidence(
  call: NodeCall,
  request: EvidenceRequest,
): Promise<Bundle | undefined> {
  switch (request.task) {
    case 'deliver':
      return deliveries(call, request);
    case 'timeout':
      return absences(call, request);
    case 'settle':
      return settlement(call, request);
    case 'supply':
      return supplies(call, request);
    case 'contradiction':
      return contradiction(call, request);
    case 'update': {
      const certificate = await newestCertificate(call);
      const head = certificate && (await bundleHead(call, request.trusted, certificate));
      return head && { task: 'update', ...head };
    }
  }
}

/** Values and proof under the certificate of `height`, or of the newest certified one. @throws ADAPTER_ANSWER */
export async function proveNativeState(
  call: NodeCall,
  keys: readonly string[],
  height?: bigint,
): Promise<ProvenState> {
  const { certificate } = await call('certificate', { height });
  if (certificate === undefined) throw adapterError('ADAPTER_ANSWER', { method: 'certificate' });
  const at = certificate.checkpoint.height;
  const { values, proof } = await call('query', {
    keys: keys.map(binaryBytes),
    height: at,
    prove: true,
  });
  return { height: at, certificate, values, proof };
}

async function newestCertificate(call: NodeCall): Promise<Certificate | undefined> {
  return (await call('certificate', { height: undefined })).certificate;
}

/** Undefined while the client waits for an announced set that does not sign yet. */
async function bundleHead(call: NodeCall, trusted: ClientFact, certificate: Certificate) {
  const read = async (after: bigint) => (await call('setChanges', { after })).certificates;
  const certificates = await certificatePath(trusted, certificate, read);
  if (certificates === undefined) return undefined;
  const { height, timeMs } = certificate.checkpoint;
  return { height, timeMs, updates: checkpointUpdates(...certificates) };
}

async function deliveries(
  call: NodeCall,
  request: RequestOf<'deliver'>,
): Promise<Bundle | undefined> {
  const { client, fromHeight, maxItems, trusted } = request;
  const answer = await call('deliveries', { client, fromHeight, maxItems });
  if (answer.certificate === undefined) return undefined;
  const head = await bundleHead(call, trusted, answer.certificate);
  const { nextHeight, segments } = answer;
  return head && { task: 'deliver', ...head, nextHeight, parts: segments.map(partOf) };
}

function partOf(segment: Segment): DeliveryPart {
  const { acknowledgements, packets, outboxHeight, start, rangeProof, rootProof } = segment;
  const proof = { proof: 'outbox', outboxHeight, start, rangeProof, rootProof } as const;
  return { sentHeight: outboxHeight, acknowledgements, packets, proof };
}

async function absences(
  call: NodeCall,
  request: RequestOf<'timeout'>,
): Promise<Bundle | undefined> {
  const certificate = await newestCertificate(call);
  if (certificate === undefined) return undefined;
  const { height, timeMs } = certificate.checkpoint;
  const due = request.packets.filter(({ timeoutSeconds }) => timeoutSeconds <= timeMs / 1000n);
  const asked = due.slice(0, MAX_BATCH);
  if (asked.length === 0) return undefined;
  const keyOf = ({ destinationClient, sequence }: (typeof asked)[number]) =>
    binaryBytes(receiptPath(destinationClient, sequence));
  const seen = await call('query', { keys: asked.map(keyOf), height, prove: false });
  const packets = asked.filter((_, index) => seen.values[index] === undefined);
  if (packets.length === 0) return undefined;
  const { proof } = await call('query', { keys: packets.map(keyOf), height, prove: true });
  const head = await bundleHead(call, request.trusted, certificate);
  return head && { task: 'timeout', ...head, packets, proof };
}

async function settlement(
  call: NodeCall,
  request: RequestOf<'settle'>,
): Promise<Bundle | undefined> {
  const { certificate, values, proof } = await proveNativeState(call, [
    settledBelowKey(request.client),
  ]);
  const [value] = values;
  if (value === undefined) return undefined;
  const settledBelow = new Reader(value, 'settledBelow').u64('sequence');
  const head = await bundleHead(call, request.trusted, certificate);
  return head && { task: 'settle', ...head, settledBelow, proof };
}

async function supplies(
  call: NodeCall,
  { resourceIds, trusted }: RequestOf<'supply'>,
): Promise<Bundle | undefined> {
  const asked = resourceIds.slice(0, MAX_BATCH);
  if (asked.length === 0) return undefined;
  const { certificate, values, proof } = await proveNativeState(call, asked.map(supplyKey));
  const supplies = asked.map((resourceId, index) => {
    const value = values[index];
    const quantity = value === undefined ? 0n : new Reader(value, 'supply').u128('quantity');
    return { resourceId, quantity };
  });
  const head = await bundleHead(call, trusted, certificate);
  return head && { task: 'supply', ...head, supplies, proof };
}

/** The very update of the height, without the way there: only its content can be new to the client. */
async function contradiction(
  call: NodeCall,
  { height, held, trusted }: RequestOf<'contradiction'>,
): Promise<Bundle | undefined> {
  const { certificate } = await call('certificate', { height });
  if (certificate === undefined) return undefined;
  const { stateRoot, outboxRoot, timeMs, nextValidatorSetHash } = certificate.checkpoint;
  const shown = encode(consensusStateCodec, { stateRoot, outboxRoot, timeMs });
  const isHead = height === trusted.latestHeight;
  if (equalBytes(shown, held) && !(isHead && !equalBytes(nextValidatorSetHash, trusted.trusted)))
    return undefined;
  return { task: 'update', height, timeMs, updates: checkpointUpdates(certificate) };
}
