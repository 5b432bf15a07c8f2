/**
 * Turns bundles into relay messages of a native chain, signs them with the relayer's account and
 * follows them until they have landed. Several transactions are under way at once; each carries its
 * own client update, so none depends on another. docs/protocol.md#relay
 */
import { encode } from '../../schemas/codec/codec.ts';
import { TielineError } from '../../schemas/errors.ts';
import type { HashPort, SignaturePort } from '../../schemas/ports.ts';
import { type Certificate, certificateCodec } from '../../schemas/wire/checkpoint.ts';
import {
  type ClientUpdates,
  checkpointUpdates,
  MAX_UPDATES,
} from '../../schemas/wire/clients/client-material.ts';
import { MAX_BATCH, type Message, type Segment } from '../../schemas/wire/message.ts';
import { signTransaction, transactionId } from '../../schemas/wire/transaction.ts';
import type { LandedTransaction, RelayOutcome } from '../chain-adapter.ts';
import type { Bundle, DeliveryPart } from '../evidence.ts';
import type { NodeCall } from './node-client.ts';
import type { RelayerAccount } from './relayer-account.ts';

/** Validity of a relay transaction in seconds of the chain's clock. */
const VALIDITY_SECONDS = 300n;
/** How long a landed result is waited for. */
const PATIENCE_MS = 120_000;
const MAX_SEGMENTS = 64;
/** Keeps a transaction below the codec's bound with room for its certificates. */
const MAX_BYTES = 900_000;
/** Bytes of the certificates of one message; one of a set of 256 has 24,500. */
const MAX_UPDATE_BYTES = 120_000;
const MAX_TRIES = 200;
const BUSY_PAUSE_MS = 50;
/** Refusals after which the account is read again, and those that pass by themselves. */
const STALE_NONCE: readonly string[] = [
  'MEMPOOL_NONCE_USED',
  'MEMPOOL_NONCE_AHEAD',
  'MEMPOOL_DUPLICATE',
];
const BUSY: readonly string[] = ['MEMPOOL_FULL', 'MEMPOOL_SENDER_FULL'];

export interface NativeRelayDeps {
  readonly call: NodeCall;
  readonly account: RelayerAccount;
  readonly secretKey: Uint8Array;
  readonly sender: Uint8Array;
  readonly genesisHash: Uint8Array;
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
  /** Newest known Unix milliseconds of the chain. */
  readonly chainTimeMs: () => Promise<bigint>;
  readonly landed: (id: Uint8Array, patienceMs: number) => Promise<LandedTransaction>;
}

interface RelayUnit {
  readonly message: Message;
  readonly first: number;
  readonly count: number;
}

/**
 * Submits every transaction of the bundle; one outcome each, in order. Set changes that do not fit
 * into one message go ahead, one after another.
 */
export async function relayBundle(
  deps: NativeRelayDeps,
  client: string,
  bundle: Bundle,
): Promise<readonly RelayOutcome[]> {
  const { ahead, units } = relayPlan(client, bundle);
  const outcomes: RelayOutcome[] = [];
  for (const unit of ahead) outcomes.push(await relayUnit(deps, unit));
  return [...outcomes, ...(await Promise.all(units.map((unit) => relayUnit(deps, unit))))];
}

/** What must land one after another, and then all the rest at once. */
export function relayPlan(
  client: string,
  bundle: Bundle,
): { readonly ahead: readonly RelayUnit[]; readonly units: readonly RelayUnit[] } {
  const groups = groupUpdates(bundle.updates);
  const last = groups.pop() ?? bundle.updates;
  const ahead = groups.map((updates): RelayUnit => {
    return { message: { type: 'update', client, updates }, first: 0, count: 0 };
  });
  return { ahead, units: relayUnits(client, bundle, last) };
}

/** Updates in the groups messages can carry, in order; an Ethereum adapter gives what fits into one. */
function groupUpdates(updates: ClientUpdates): ClientUpdates[] {
  if (updates.type !== 'checkpoint') return [updates];
  return groupCertificates(updates.certificates).map((group) => checkpointUpdates(...group));
}

function groupCertificates(certificates: readonly Certificate[]): readonly Certificate[][] {
  const groups: Certificate[][] = [];
  let bytes = 0;
  for (const certificate of certificates) {
    const size = encode(certificateCodec, certificate).length;
    const group = groups.at(-1);
    if (group === undefined || group.length >= MAX_UPDATES || bytes + size > MAX_UPDATE_BYTES) {
      groups.push([certificate]);
      bytes = size;
    } else {
      group.push(certificate);
      bytes += size;
    }
  }
  return groups;
}

/** The messages of a bundle that follow its set changes, at most 256 items each where its parts allow. */
function relayUnits(client: string, bundle: Bundle, updates: ClientUpdates): readonly RelayUnit[] {
  const { height } = bundle;
  switch (bundle.task) {
    case 'update':
      return [{ message: { type: 'update', client, updates }, first: 0, count: 0 }];
    case 'settle': {
      const { settledBelow, proof } = bundle;
      return [
        {
          message: { type: 'settle', client, updates, height, settledBelow, proof },
          first: 0,
          count: 0,
        },
      ];
    }
    case 'supply': {
      const { supplies, proof } = bundle;
      return [
        {
          message: { type: 'proveSupply', client, updates, height, supplies, proof },
          first: 0,
          count: supplies.length,
        },
      ];
    }
    case 'timeout': {
      const { packets, proof } = bundle;
      return [
        {
          message: { type: 'timeout', client, updates, height, packets, proof },
          first: 0,
          count: packets.length,
        },
      ];
    }
    case 'deliver': {
      let first = 0;
      return groupParts(bundle.parts).map((parts) => {
        const count = parts.reduce((sum, part) => sum + itemsOf(part), 0);
        const unit = { message: deliveryOf(client, height, updates, parts), first, count };
        first += count;
        return unit;
      });
    }
  }
}

function itemsOf(part: DeliveryPart): number {
  return part.acknowledgements.length + part.packets.length;
}

/** Parts proven as facts stand alone in their group. */
function deliveryOf(
  client: string,
  height: bigint,
  updates: ClientUpdates,
  parts: readonly DeliveryPart[],
): Message {
  const segments: Segment[] = [];
  for (const { acknowledgements, packets, proof } of parts) {
    const items = { acknowledgements, packets };
    if (proof.proof === 'facts') {
      return { type: 'deliverFacts', client, updates, height, ...items, proof: proof.bytes };
    }
    const { outboxHeight, start, rangeProof, rootProof } = proof;
    segments.push({ outboxHeight, start, ...items, rangeProof, rootProof });
  }
  return { type: 'deliver', client, updates, height, segments };
}

function groupParts(parts: readonly DeliveryPart[]): readonly (readonly DeliveryPart[])[] {
  const groups: DeliveryPart[][] = [];
  let group: DeliveryPart[] = [];
  let items = 0;
  let bytes = 0;
  for (const part of parts) {
    const size = partBytes(part);
    const isFull =
      part.proof.proof === 'facts' ||
      group.at(-1)?.proof.proof === 'facts' ||
      items + itemsOf(part) > MAX_BATCH ||
      group.length >= MAX_SEGMENTS ||
      bytes + size > MAX_BYTES;
    if (group.length > 0 && isFull) {
      groups.push(group);
      group = [];
      items = 0;
      bytes = 0;
    }
    group.push(part);
    items += itemsOf(part);
    bytes += size;
  }
  if (group.length > 0) groups.push(group);
  return groups;
}

/** An upper bound of a part's encoded bytes. */
function partBytes({ acknowledgements, packets, proof }: DeliveryPart): number {
  const packetBytes = (payloads: readonly { readonly value: Uint8Array }[]) =>
    payloads.reduce((sum, { value }) => sum + value.length + 256, 256);
  const all = [...acknowledgements.map(({ packet }) => packet), ...packets];
  return all.reduce(
    (sum, { payloads }) => sum + packetBytes(payloads),
    proof.proof === 'facts' ? proof.bytes.length : proof.rangeProof.length + proof.rootProof.length,
  );
}

async function relayUnit(deps: NativeRelayDeps, unit: RelayUnit): Promise<RelayOutcome> {
  const { first, count } = unit;
  const offered = await offer(deps, unit.message);
  const outcome = { id: offered.id, first, count };
  if (offered.code !== '') return { ...outcome, code: offered.code, height: 0n, items: [] };
  try {
    const { height, result } = await deps.landed(offered.id, PATIENCE_MS);
    deps.account.confirm(offered.nonce);
    return { ...outcome, code: result.code, height, items: result.items };
  } catch (error) {
    deps.account.release(offered.nonce);
    if (error instanceof TielineError)
      return { ...outcome, code: error.code, height: 0n, items: [] };
    throw error;
  }
}

interface Offered {
  readonly id: Uint8Array;
  readonly nonce: bigint;
  readonly code: string;
}

/** Signs and submits until the pool takes it: a full pool is waited for, a stale nonce read again. */
async function offer(deps: NativeRelayDeps, message: Message): Promise<Offered> {
  const { call, account, secretKey, sender, genesisHash } = deps;
  for (let tries = 1; ; tries++) {
    const nonce = await account.take();
    try {
      const expirySeconds = (await deps.chainTimeMs()) / 1000n + VALIDITY_SECONDS;
      const bytes = signTransaction(
        { sender, nonce, expirySeconds, message },
        secretKey,
        genesisHash,
        deps,
      );
      const id = transactionId(bytes, genesisHash, deps.hash);
      const [code = ''] = (await call('submit', { transactions: [bytes] })).codes;
      if (code === '') return { id, nonce, code };
      account.release(nonce);
      const isStale = STALE_NONCE.includes(code);
      if (tries >= MAX_TRIES || !(isStale || BUSY.includes(code))) return { id, nonce, code };
      if (isStale) await account.resync();
    } catch (error) {
      account.release(nonce);
      throw error;
    }
    await new Promise((wake) => setTimeout(wake, BUSY_PAUSE_MS));
  }
}
