/** Clique blocks made with test keys, right or wrong in one thing. */
import { nobleSignature } from '../../main-chain/ledger/noble-signature.ts';
import {
  encodeRlp,
  encodeRlpInteger,
  type RlpItem,
} from '../../main-chain/relay/ethereum/evm/rlp.ts';
import { parseHex } from '../../schemas/codec/hex.ts';
import { compareBytes, concatBytes, equalBytes, nobleHash } from '../../schemas/hash.ts';

/** Secret key and address of a signer called by a letter or word. */
export function signerOf(name: string): { readonly key: Uint8Array; readonly address: Uint8Array } {
  const key = nobleHash.sha256(new TextEncoder().encode(`clique signer ${name}`));
  return { key, address: nobleSignature.addressOf(key) };
}

/** Addresses of signers in ascending order. */
export function setOf(names: readonly string[]): Uint8Array[] {
  return names.map((name) => signerOf(name).address).sort(compareBytes);
}

/** A block's place: what its child must name. */
export interface Placed {
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
  readonly number: bigint;
  readonly timestamp: bigint;
}

/** What a header says; all else is what clique wants at its place. */
export interface Draft {
  /** Signers in force before the block: they decide the turn and stand in an epoch header. */
  readonly set: readonly Uint8Array[];
  readonly signer: string;
  readonly vote?: { readonly subject: Uint8Array; readonly authorizes: boolean };
  readonly listed?: readonly Uint8Array[];
  readonly timestamp?: bigint;
  readonly stateRoot?: Uint8Array;
  readonly difficulty?: bigint;
  /** Replaces fields by their place in consensus order before sealing. */
  readonly fields?: Readonly<Record<number, RlpItem>>;
  readonly seal?: (seal: Uint8Array) => Uint8Array;
}

const EPOCH = 30_000n;
const NO_UNCLES = parseHex('1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347');
const EMPTY_ROOT = parseHex('56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421');
const START = 1_790_000_000n;

/** The genesis block of a network of these signers. */
export function cliqueGenesis(names: readonly string[], start: bigint = START): Placed {
  const extra = concatBytes(new Uint8Array(32), ...setOf(names), new Uint8Array(65));
  return placed(
    fieldsOf(new Uint8Array(32), 0n, start, 1n, extra, undefined, undefined),
    0n,
    start,
  );
}

/** The child of `parent` that a draft describes. */
export function sealBlock(parent: Placed, draft: Draft, epoch: bigint = EPOCH): Placed {
  const number = parent.number + 1n;
  const timestamp = draft.timestamp ?? parent.timestamp + 5n;
  const { key, address } = signerOf(draft.signer);
  const turn = draft.set.findIndex((each) => equalBytes(each, address));
  const inTurn = number % BigInt(Math.max(1, draft.set.length)) === BigInt(turn);
  const listed = draft.listed ?? (number % epoch === 0n ? draft.set : []);
  const extra = concatBytes(new Uint8Array(32), ...listed);
  const items = fieldsOf(
    parent.hash,
    number,
    timestamp,
    draft.difficulty ?? (inTurn ? 2n : 1n),
    extra,
    draft.vote,
    draft.stateRoot,
  );
  for (const [place, item] of Object.entries(draft.fields ?? {})) items[Number(place)] = item;
  const unsealed = items[12];
  const seal = nobleSignature.sign(nobleHash.keccak256(encodeRlp(items)), key);
  items[12] = concatBytes(
    unsealed instanceof Uint8Array ? unsealed : extra,
    draft.seal?.(seal) ?? seal,
  );
  return placed(items, number, timestamp);
}

/** A chain of blocks on `parent`, sealed by the named signers in turn, without votes. */
export function sealChain(
  parent: Placed,
  set: readonly Uint8Array[],
  names: readonly string[],
  epoch: bigint = EPOCH,
): Placed[] {
  const blocks: Placed[] = [];
  let head = parent;
  for (const signer of names) {
    head = sealBlock(head, { set, signer }, epoch);
    blocks.push(head);
  }
  return blocks;
}

function placed(items: readonly RlpItem[], number: bigint, timestamp: bigint): Placed {
  const bytes = encodeRlp(items);
  return { bytes, hash: nobleHash.keccak256(bytes), number, timestamp };
}

function fieldsOf(
  parentHash: Uint8Array,
  number: bigint,
  timestamp: bigint,
  difficulty: bigint,
  extra: Uint8Array,
  vote: Draft['vote'],
  stateRoot: Uint8Array | undefined,
): RlpItem[] {
  return [
    parentHash,
    NO_UNCLES,
    vote?.subject ?? new Uint8Array(20),
    stateRoot ?? nobleHash.sha256(encodeRlpInteger(number + 1n)),
    EMPTY_ROOT,
    EMPTY_ROOT,
    new Uint8Array(256),
    encodeRlpInteger(difficulty),
    encodeRlpInteger(number),
    encodeRlpInteger(30_000_000n),
    new Uint8Array(0),
    encodeRlpInteger(timestamp),
    extra,
    new Uint8Array(32),
    vote?.authorizes === true ? new Uint8Array(8).fill(0xff) : new Uint8Array(8),
    encodeRlpInteger(1_000_000_000n),
  ];
}
