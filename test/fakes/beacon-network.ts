/**
 * A beacon chain of test keys: states that hold just what a light client asks of them, headers, and the
 * committee's signature over them. Sixteen keys share the 512 seats, as validators may.
 */

import { bls12_381 } from '@noble/curves/bls12-381.js';
import { beaconRoot, payloadRoot } from '../../main-chain/relay/ethereum/pos/beacon-header.ts';
import { committeeRoot, signingRoot } from '../../main-chain/relay/ethereum/pos/sync-committee.ts';
import { concatBytes, nobleHash } from '../../schemas/hash.ts';
import type { BeaconHeader, PayloadHeader } from '../../schemas/wire/clients/beacon-header.ts';
import type {
  PosRules,
  PosUpdate,
  SyncCommittee,
} from '../../schemas/wire/clients/ethereum-pos.ts';

const { G1, longSignatures, fields } = bls12_381;
const DOMAIN = 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_';
const SEATS = 512;
const KEYS = 16;

export const rules: PosRules = {
  genesisValidatorsRoot: new Uint8Array(32).fill(0x33),
  genesisTimeSeconds: 1_700_000_000n,
  forks: [
    { epoch: 0n, version: Uint8Array.of(3, 0, 0, 0), format: 'capella' },
    { epoch: 100n, version: Uint8Array.of(4, 0, 0, 0), format: 'deneb' },
    { epoch: 300n, version: Uint8Array.of(5, 0, 0, 0), format: 'electra' },
  ],
};

export interface Committee extends SyncCommittee {
  readonly root: Uint8Array;
  readonly secrets: readonly bigint[];
}

/** The committee called by a number. */
export function committeeNamed(name: number): Committee {
  const secrets = Array.from({ length: KEYS }, (_, at) =>
    BigInt(1_000_003 * (name + 1) + at * 7919),
  );
  const points = secrets.map((secret) => G1.Point.BASE.multiply(secret));
  const keys = points.map((point) => point.toBytes(true));
  const seats = Array.from({ length: SEATS }, (_, at) => keys[at % KEYS] ?? new Uint8Array(48));
  const sum = points.reduce(
    (total, point) => total.add(point.multiply(BigInt(SEATS / KEYS))),
    G1.Point.ZERO,
  );
  const committee = { keys: concatBytes(...seats), aggregate: sum.toBytes(true) };
  return { ...committee, root: committeeRoot(committee, nobleHash), secrets };
}

/** The signature of the first `present` members over a root, and their bits. */
export function signAs(
  committee: Committee,
  root: Uint8Array,
  version: Uint8Array,
  present: number = SEATS,
): PosUpdate['aggregate'] {
  const bits = new Uint8Array(SEATS / 8);
  let secret = 0n;
  for (let at = 0; at < present; at++) {
    bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
    secret = fields.Fr.add(secret, committee.secrets[at % KEYS] ?? 0n);
  }
  const message = signingRoot(root, version, rules.genesisValidatorsRoot, nobleHash);
  const point = longSignatures.hash(message, DOMAIN).multiply(secret);
  return { bits, signature: point.toBytes(true) };
}

/** A tree that holds nodes at these generalised indices, and the branch to each. */
export function sparseTree(nodes: ReadonlyMap<number, Uint8Array>): {
  readonly root: Uint8Array;
  branch(place: number): Uint8Array[];
} {
  const leads = new Set<number>();
  for (const place of nodes.keys()) for (let at = place; at >= 1; at >>= 1) leads.add(at);
  const nodeAt = (place: number): Uint8Array => {
    const known = nodes.get(place);
    if (known !== undefined) return known;
    if (!leads.has(place)) return new Uint8Array(32);
    return nobleHash.sha256(concatBytes(nodeAt(place * 2), nodeAt(place * 2 + 1)));
  };
  return {
    root: nodeAt(1),
    branch(place) {
      const out: Uint8Array[] = [];
      for (let at = place; at > 1; at >>= 1) out.push(nodeAt(at ^ 1));
      return out;
    },
  };
}

/** What to say in an update; all else fits together. */
export interface UpdateDraft {
  readonly finalizedSlot: bigint;
  readonly attestedSlot: bigint;
  readonly signatureSlot?: bigint;
  readonly signer: Committee;
  readonly present?: number;
  readonly next?: SyncCommittee;
  readonly format?: 'capella' | 'deneb' | 'electra';
  readonly version?: Uint8Array;
  readonly blockNumber?: bigint;
  readonly payload?: Partial<Extract<PayloadHeader, { type: 'deneb' }>>;
}

function formatAt(slot: bigint) {
  const fork = rules.forks.findLast(({ epoch }) => epoch <= slot / 32n);
  return { format: fork?.format ?? 'capella', version: fork?.version ?? new Uint8Array(4) };
}

export function buildUpdate(draft: UpdateDraft): PosUpdate {
  const { finalizedSlot, attestedSlot, next } = draft;
  const signatureSlot = draft.signatureSlot ?? attestedSlot + 1n;
  const execution = payloadAt(finalizedSlot, draft);
  const body = sparseTree(new Map([[25, payloadRoot(execution, nobleHash)]]));
  const finalized = headerAt(finalizedSlot, new Uint8Array(32).fill(1), body.root);
  const electra = (draft.format ?? formatAt(attestedSlot).format) === 'electra';
  const [finalizedPlace, nextPlace] = electra ? [169, 87] : [105, 55];
  const nodes = new Map([[finalizedPlace, beaconRoot(finalized, nobleHash)]]);
  if (next !== undefined) nodes.set(nextPlace, committeeRoot(next, nobleHash));
  const state = sparseTree(nodes);
  const attested = headerAt(attestedSlot, state.root, new Uint8Array(32).fill(2));
  const version = draft.version ?? formatAt(signatureSlot - 1n).version;
  return {
    attested,
    finalized,
    finalityBranch: state.branch(finalizedPlace),
    execution,
    executionBranch: body.branch(25),
    next: next === undefined ? undefined : { committee: next, branch: state.branch(nextPlace) },
    aggregate: signAs(draft.signer, beaconRoot(attested, nobleHash), version, draft.present),
    signatureSlot,
  };
}

/** The block at a slot whose state holds its period's committee. */
export function buildBootstrap(slot: bigint, committee: SyncCommittee) {
  const place = formatAt(slot).format === 'electra' ? 86 : 54;
  const state = sparseTree(new Map([[place, committeeRoot(committee, nobleHash)]]));
  const header = headerAt(slot, state.root, new Uint8Array(32).fill(3));
  return { header, committee, branch: state.branch(place) };
}

function headerAt(slot: bigint, stateRoot: Uint8Array, bodyRoot: Uint8Array): BeaconHeader {
  return {
    slot,
    proposerIndex: slot % 100n,
    parentRoot: new Uint8Array(32).fill(9),
    stateRoot,
    bodyRoot,
  };
}

function payloadAt(slot: bigint, draft: UpdateDraft): PayloadHeader {
  const blockNumber = draft.blockNumber ?? slot + 1_000_000n;
  const fill = (byte: number) => new Uint8Array(32).fill(byte);
  const common = {
    parentHash: fill(1),
    feeRecipient: new Uint8Array(20).fill(2),
    stateRoot: nobleHash.sha256(fill(Number(slot % 251n))),
    receiptsRoot: fill(4),
    logsBloom: new Uint8Array(256),
    prevRandao: fill(5),
    blockNumber,
    gasLimit: 30_000_000n,
    gasUsed: 1n,
    timestamp: rules.genesisTimeSeconds + slot * 12n,
    extraData: Uint8Array.of(1, 2, 3),
    baseFeePerGas: fill(0),
    blockHash: nobleHash.keccak256(fill(Number(slot % 251n))),
    transactionsRoot: fill(6),
    withdrawalsRoot: fill(7),
    ...draft.payload,
  };
  const format = draft.format ?? formatAt(slot).format;
  if (format === 'capella') return { ...common, type: 'capella' };
  return { blobGasUsed: 0n, excessBlobGas: 0n, ...common, type: 'deneb' };
}
