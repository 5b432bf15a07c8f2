/**
 * `CommitmentProof` bytes (protobuf, cosmos.ics23.v1): the one encoding of a proof of this tree. The
 * reader takes that encoding only: fields in ascending order, none unknown, none twice, shortest
 * varints, and no operation but those of the ProofSpec. docs/protocol.md#ics23
 */
import { concatBytes, equalBytes } from '../../../schemas/hash.ts';
import { HASH_LENGTH, LEAF_TAG, MAX_DEPTH } from '../../../schemas/tree/sparse-hash.ts';
import { ics23Error } from './errors.ts';
import {
  type Ics23Proof,
  MAX_ICS23_KEY,
  MAX_ICS23_VALUE,
  SHA256_OP,
  type ShownLeaf,
  type Sibling,
} from './proof-spec.ts';

/** Field 1 of both operations: hash = SHA256. */
const HASH_FIELD = Uint8Array.of(0x08, SHA256_OP);
/** `LeafOp`: hash 1, prehash_key 2, prehash_value 3, prefix 5; length 4 is NO_PREFIX, the default. */
const LEAF_OP = concatBytes(
  HASH_FIELD,
  Uint8Array.of(0x10, SHA256_OP, 0x18, SHA256_OP),
  bytesField(5, LEAF_TAG),
);
/** An inner operation, framed, is 38 bytes; what surrounds two leaves is less than 256. */
const INNER_LENGTH = 38;
/** Largest proof in bytes: two leaves at full depth. */
export const MAX_ICS23_PROOF =
  2 * (MAX_ICS23_KEY + MAX_ICS23_VALUE + MAX_DEPTH * INNER_LENGTH) + 1024;

/** The bytes of a proof. */
export function encodeIcs23(proof: Ics23Proof): Uint8Array {
  if (proof.type === 'existence') return bytesField(1, existence(proof.leaf));
  const { key, left, right } = proof;
  const absence = concatBytes(
    bytesField(1, key),
    ...(left === undefined ? [] : [bytesField(2, existence(left))]),
    ...(right === undefined ? [] : [bytesField(3, existence(right))]),
  );
  return bytesField(2, absence);
}

/** Reads a proof strictly; nothing is hashed. @throws ICS23_TOO_LARGE ICS23_FORMAT ICS23_SPEC */
export function decodeIcs23(bytes: Uint8Array): Ics23Proof {
  if (bytes.length > MAX_ICS23_PROOF) {
    throw ics23Error('ICS23_TOO_LARGE', { bytes: bytes.length, most: MAX_ICS23_PROOF });
  }
  const [outer, ...more] = readFields(bytes);
  if (outer === undefined || more.length > 0) throw ics23Error('ICS23_FORMAT');
  const proof = readOuter(outer);
  // One value, one encoding: whatever the reader passed over would not come out again.
  if (!equalBytes(encodeIcs23(proof), bytes)) throw ics23Error('ICS23_FORMAT');
  return proof;
}

function readOuter({ field, bytes }: Field): Ics23Proof {
  if (field === 1) return { type: 'existence', leaf: readExistence(bytes) };
  if (field !== 2) throw ics23Error('ICS23_FORMAT', { field });
  const fields = readFields(bytes);
  const part = (wanted: number) => fields.find((each) => each.field === wanted)?.bytes;
  const [left, right] = [part(2), part(3)];
  return {
    type: 'nonExistence',
    key: bounded(part(1), MAX_ICS23_KEY),
    left: left && readExistence(left),
    right: right && readExistence(right),
  };
}

/** `ExistenceProof`: key 1, value 2, leaf operation 3, inner operations 4 from the leaf up. */
function existence({ key, value, path }: ShownLeaf): Uint8Array {
  return concatBytes(
    bytesField(1, key),
    bytesField(2, value),
    bytesField(3, LEAF_OP),
    ...path.map((sibling) => bytesField(4, innerOp(sibling))),
  );
}

/** `InnerOp`: hash 1, prefix 2 (a left sibling), suffix 3 (a right sibling). */
function innerOp({ side, hash }: Sibling): Uint8Array {
  return concatBytes(HASH_FIELD, bytesField(side === 0 ? 3 : 2, hash));
}

function readExistence(bytes: Uint8Array): ShownLeaf {
  const fields = readFields(bytes);
  const operations = fields.filter(({ field }) => field === 4);
  if (operations.length > MAX_DEPTH) {
    throw ics23Error('ICS23_TOO_LARGE', { operations: operations.length, most: MAX_DEPTH });
  }
  const part = (wanted: number) => fields.find((each) => each.field === wanted)?.bytes;
  if (!equalBytes(part(3) ?? new Uint8Array(0), LEAF_OP))
    throw ics23Error('ICS23_SPEC', { operation: 'leaf' });
  return {
    key: bounded(part(1), MAX_ICS23_KEY),
    value: bounded(part(2), MAX_ICS23_VALUE),
    path: operations.map((operation) => readInner(operation.bytes)),
  };
}

/** The two shapes an inner operation of this tree has, byte by byte. */
function readInner(bytes: Uint8Array): Sibling {
  const head = bytes.length === INNER_LENGTH - 2 && equalBytes(bytes.subarray(0, 2), HASH_FIELD);
  const tag = bytes[2];
  if (!head || bytes[3] !== HASH_LENGTH || (tag !== 0x12 && tag !== 0x1a)) {
    throw ics23Error('ICS23_SPEC', { operation: 'inner' });
  }
  return { side: tag === 0x1a ? 0 : 1, hash: bytes.slice(4) };
}

function bounded(bytes: Uint8Array | undefined, most: number): Uint8Array {
  if (bytes === undefined || bytes.length === 0) throw ics23Error('ICS23_FORMAT');
  if (bytes.length > most) throw ics23Error('ICS23_TOO_LARGE', { bytes: bytes.length, most });
  return bytes.slice();
}

interface Field {
  readonly field: number;
  readonly bytes: Uint8Array;
}

/** The length-delimited fields of a message in their order. @throws ICS23_FORMAT */
function readFields(bytes: Uint8Array): readonly Field[] {
  const fields: Field[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0;
    const length = readVarint(bytes, at + 1);
    const end = length.next + length.value;
    if ((tag & 7) !== 2 || tag > 0x7f || end > bytes.length) throw ics23Error('ICS23_FORMAT');
    fields.push({ field: tag >> 3, bytes: bytes.subarray(length.next, end) });
    at = end;
  }
  return fields;
}

/** A varint of at most four bytes: more than any length here. @throws ICS23_FORMAT */
function readVarint(
  bytes: Uint8Array,
  from: number,
): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let at = 0; at < 4; at++) {
    const byte = bytes[from + at];
    if (byte === undefined) break;
    value |= (byte & 0x7f) << (7 * at);
    if (byte < 0x80) return { value, next: from + at + 1 };
  }
  throw ics23Error('ICS23_FORMAT');
}

/** A length-delimited protobuf field. */
function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of((field << 3) | 2, ...varint(bytes.length)), bytes);
}

function varint(value: number): number[] {
  const out: number[] = [];
  let left = value;
  for (; left > 0x7f; left >>= 7) out.push((left & 0x7f) | 0x80);
  out.push(left);
  return out;
}
