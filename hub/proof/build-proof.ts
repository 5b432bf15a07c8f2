/**
 * Builds the offline proof file of a finished transfer, supply or retirement packet from the chains' own evidence, and judges it
 * before it is handed out. docs/protocol.md#offline-proof
 */
import type { ChainAdapter } from '../../adapters/chain-adapter.ts';
import type { ClientFact } from '../../adapters/chain-facts.ts';
import { absenceKeys, mainKeys } from '../../main-chain/relay/evidence/main-keys.ts';
import { formatProofFile } from '../../main-chain/relay/evidence/proof-file.ts';
import type { Proven } from '../../main-chain/relay/evidence/proven.ts';
import { readCargo } from '../../main-chain/relay/evidence/read-cargo.ts';
import {
  type AnswerEvidence,
  type OnwardEnd,
  type OnwardEvidence,
  type OutboxPlace,
  type SidePlace,
  type SourceEvidence,
  type TransferProof,
  transferProofCodec,
} from '../../main-chain/relay/evidence/transfer-proof.ts';
import type { VerifierPorts } from '../../main-chain/relay/evidence/verify-anchor.ts';
import { verifyTransferProof } from '../../main-chain/relay/evidence/verify-transfer-proof.ts';
import { encode } from '../../schemas/codec/codec.ts';
import { isTielineError } from '../../schemas/errors.ts';
import type { ResourceOrigin } from '../../schemas/resource/resource-id.ts';
import type { Packet } from '../../schemas/wire/packet.ts';
import { GENESIS_KEY, outboxRootKey } from '../../schemas/wire/state-keys.ts';
import { hubError } from '../errors.ts';
import { findItem } from './find-item.ts';
import { proveState } from './prove-state.ts';
import { requireAtLeast, requireUnpruned } from './require-unpruned.ts';
import type { OnwardTrail, ProofLane, SourceTrail, TransferTrail } from './transfer-trail.ts';

/** A proof file's text and what it proves. */
export interface BuiltProof {
  readonly text: string;
  readonly proven: Proven;
}

/** How many heights behind its head a chain still proves its state, with room for new blocks. */
const RECENT_HEIGHTS = 48n;
const ATTEMPTS = 5;
const WAIT_MS = 5000;

/** @throws HUB_PROOF_UNAVAILABLE while the chains cannot show every step, HUB_PROOF_PRUNED once they no longer can; ADAPTER_*; PROOF_* never on honest chains */
export async function buildTransferProof(
  main: ChainAdapter,
  trail: TransferTrail,
  ports: VerifierPorts,
): Promise<BuiltProof> {
  const source = trail.source && (await proveSource(main, trail.source, ports));
  const onward = trail.onward && (await proveOnward(main, trail.onward, ports));
  const answer =
    trail.source && trail.answeredHeight !== undefined
      ? await proveAnswer(main, trail.source, trail.answeredHeight, ports)
      : undefined;
  const origin = await readOrigin(main, trail, (source ?? onward)?.packet);
  const facts = { source, onward, answer };
  const proof: TransferProof = { ...(await proveMain(main, facts, ports)), origin, ...facts };
  const bytes = encode(transferProofCodec, proof);
  const proven = verifyTransferProof(bytes, main.description.genesisHash, ports);
  return { text: formatProofFile(bytes, proven), proven };
}

async function proveSource(
  main: ChainAdapter,
  source: SourceTrail,
  { hash }: VerifierPorts,
): Promise<SourceEvidence> {
  const { packet, place } = await findItem({ ...source, kind: 'packet' }, hash);
  const { latestHeight: height } = await freshClient(main, source, {
    height: source.sentHeight,
    seconds: 0n,
  });
  return {
    client: source.clientOnMain,
    height,
    packet,
    sent: await sidePlace(source.chain, place, height),
  };
}

async function proveOnward(
  main: ChainAdapter,
  onward: OnwardTrail,
  { hash }: VerifierPorts,
): Promise<OnwardEvidence> {
  const { chain, client, clientOnMain, sequence, sentHeight, acknowledgedHeight } = onward;
  const { packet, place } = await findItem(
    { chain: main, client: clientOnMain, sentHeight, sequence, kind: 'packet' },
    hash,
  );
  const evidence = { client: clientOnMain, packet, sent: place };
  if (acknowledgedHeight === undefined) {
    const { latestHeight: height } = await freshClient(main, onward, {
      height: 0n,
      seconds: packet.timeoutSeconds,
    });
    return { ...evidence, height, end: await proveAbsence(chain, client, sequence, height) };
  }
  const found = await findItem(
    { chain, client, sentHeight: acknowledgedHeight, sequence, kind: 'acknowledgement' },
    hash,
  );
  const { latestHeight: height } = await freshClient(main, onward, {
    height: acknowledgedHeight,
    seconds: 0n,
  });
  const written = await sidePlace(chain, found.place, height);
  return {
    ...evidence,
    height,
    end: { type: 'acknowledged', acknowledgement: found.acknowledgement, written },
  };
}

async function proveAbsence(
  chain: ChainAdapter,
  client: string,
  sequence: bigint,
  height: bigint,
): Promise<OnwardEnd> {
  const { values, proof } = await chain.prove(absenceKeys(client, sequence), height);
  if (values[0] !== undefined) throw hubError('HUB_PROOF_UNAVAILABLE', { client, sequence });
  requireAtLeast(sequence, values[1], `receipt ${client}/${sequence}`);
  return { type: 'notReceived', prunedBelow: values[1], proof };
}

async function proveAnswer(
  main: ChainAdapter,
  { clientOnMain, sequence }: SourceTrail,
  sentHeight: bigint,
  { hash }: VerifierPorts,
): Promise<AnswerEvidence> {
  const question = {
    chain: main,
    client: clientOnMain,
    sentHeight,
    sequence,
    kind: 'acknowledgement',
  } as const;
  const { acknowledgement, place } = await findItem(question, hash);
  return { acknowledgement, written: place };
}

/** The outbox leaf of a side chain under the consensus state of `height` on the main chain. */
async function sidePlace(
  chain: ChainAdapter,
  place: OutboxPlace,
  height: bigint,
): Promise<SidePlace> {
  const { values, proof } = await chain.prove([outboxRootKey(place.outboxHeight)], height);
  const [outboxRoot] = values;
  if (outboxRoot === undefined)
    throw hubError('HUB_PROOF_PRUNED', { record: `outboxRoot/${place.outboxHeight}` });
  return { place, outboxRoot, rootProof: proof };
}

/**
 * The main chain's client of a side chain, brought up to date where it does not show `least` yet, or
 * where the side chain no longer proves its state at that height.
 */
async function freshClient(
  main: ChainAdapter,
  { chain, clientOnMain }: ProofLane,
  least: { readonly height: bigint; readonly seconds: bigint },
): Promise<ClientFact> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const [client] = await main.facts('client', [{ client: clientOnMain }]);
    if (client === undefined) break;
    const head = await chain.wait(0n, 0);
    const shows =
      client.latestHeight >= least.height && client.latestTimeMs / 1000n >= least.seconds;
    const isRecent = head.height - client.latestHeight < RECENT_HEIGHTS;
    if (shows && isRecent && (await canProve(chain, client.latestHeight))) return client;
    if (head.height <= client.latestHeight) await chain.wait(client.latestHeight, WAIT_MS);
    const bundle = await chain.evidence({ task: 'update', trusted: client });
    if (bundle !== undefined) await main.relay(clientOnMain, bundle);
  }
  throw hubError('HUB_PROOF_UNAVAILABLE', { client: clientOnMain });
}

/** A chain's provable history begins at its last start. */
async function canProve(chain: ChainAdapter, height: bigint): Promise<boolean> {
  try {
    await chain.prove([GENESIS_KEY], height);
    return true;
  } catch (error) {
    if (isTielineError(error, 'STATE_HEIGHT_PRUNED')) return false;
    throw error;
  }
}

type Facts = Pick<TransferProof, 'source' | 'onward' | 'answer'>;

async function proveMain(
  main: ChainAdapter,
  facts: Facts,
  { hash }: VerifierPorts,
): Promise<Omit<TransferProof, keyof Facts | 'origin'>> {
  const keys = mainKeys(facts);
  const proven = await proveState(main, keys, hash);
  requireUnpruned(facts, new Map(keys.map((key, at) => [key, proven.values[at]])));
  return proven;
}

/** What the resource id is the hash of, from the packet or the chain it came from. */
async function readOrigin(
  main: ChainAdapter,
  trail: TransferTrail,
  packet: Packet | undefined,
): Promise<ResourceOrigin> {
  if (packet === undefined) throw hubError('HUB_PROOF_UNAVAILABLE');
  const cargo = readCargo(packet);
  if (cargo.type === 'supply') return cargo.payload.origin;
  const { resourceId } = cargo.payload;
  const [record] = await (trail.source?.chain ?? main).facts('resource', [{ resourceId }]);
  if (record === undefined) throw hubError('HUB_RESOURCE_UNKNOWN');
  const { kind, home, issuer, staticRoot } = record;
  return { kind, home, issuer, staticRoot };
}
