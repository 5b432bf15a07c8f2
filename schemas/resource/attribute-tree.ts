/**
 * The attribute tree of one group: a sparse tree keyed by attribute name, value = salt(16) ‖ canonical
 * value. A holder discloses some attributes, or that one is absent, and keeps the others secret.
 * docs/protocol.md#attribute-tree
 */
import {
  bytes,
  type Codec,
  type Decoded,
  fixed,
  list,
  optional,
  struct,
  text,
} from '../codec/codec.ts';
import { binaryBytes, toHex } from '../hash.ts';
import type { HashPort } from '../ports.ts';
import { verifySparseProof } from '../tree/sparse-proof.ts';
import { buildSparseTree } from '../tree/sparse-tree.ts';
import {
  type Attribute,
  type AttributeValue,
  attributeValueCodec,
  encodeSaltedValue,
  SALT_LENGTH,
} from './attribute-value.ts';
import { resourceError } from './errors.ts';

/** Most attributes one disclosure speaks of. */
export const MAX_CLAIMS = 64;
/** Longest proof of a disclosure in bytes. */
export const MAX_DISCLOSURE_PROOF = 65_535;

const NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/;

const claimCodec = struct({
  name: text(64),
  content: optional(struct({ salt: fixed(SALT_LENGTH), value: attributeValueCodec })),
});

/** One attribute shown with its salt, or shown to be absent where `content` is undefined. */
export type AttributeClaim = Decoded<typeof claimCodec>;

/** Attributes shown, and the proof that ties all of them to one root. */
export interface AttributeDisclosure {
  readonly claims: readonly AttributeClaim[];
  readonly proof: Uint8Array;
}

/** claims(list of name, flag, salt(16), value) ‖ proof. */
export const attributeDisclosureCodec: Codec<AttributeDisclosure> = struct({
  claims: list(claimCodec, MAX_CLAIMS),
  proof: bytes(MAX_DISCLOSURE_PROOF),
});

/** A built attribute tree: its root is public, the rest stays with issuer and holder. */
export interface AttributeTree {
  readonly root: Uint8Array;
  /** Shows the named attributes; a name the tree lacks is shown to be absent. @throws RESOURCE_ATTRIBUTE_NAME */
  prove(names: readonly string[]): AttributeDisclosure;
}

/**
 * The tree of a group's attributes; `salts` holds 16 random bytes for each name.
 * @throws RESOURCE_ATTRIBUTES_EMPTY RESOURCE_ATTRIBUTE_NAME RESOURCE_ATTRIBUTE_SALT CODEC_*
 */
export function createAttributeTree(
  attributes: readonly Attribute[],
  salts: ReadonlyMap<string, Uint8Array>,
  hash: HashPort,
): AttributeTree {
  if (attributes.length === 0) throw resourceError('RESOURCE_ATTRIBUTES_EMPTY');
  requireNames(attributes.map((attribute) => attribute.name));
  const contents = new Map<string, { salt: Uint8Array; value: AttributeValue }>();
  const seen = new Set<string>();
  for (const { name, value } of attributes) {
    const salt = salts.get(name);
    // A salt shown with one attribute would let the values of its twin be guessed.
    if (salt === undefined || salt.length !== SALT_LENGTH || seen.has(toHex(salt))) {
      throw resourceError('RESOURCE_ATTRIBUTE_SALT', { name });
    }
    seen.add(toHex(salt));
    contents.set(name, { salt, value });
  }
  const entries = Array.from(contents, ([name, { salt, value }]) => ({
    key: binaryBytes(name),
    value: encodeSaltedValue(salt, value),
  }));
  const tree = buildSparseTree(entries, hash);
  return {
    root: tree.root,
    prove(names) {
      requireNames(names);
      const claims = names.map((name) => ({ name, content: contents.get(name) }));
      return { claims, proof: tree.prove(names.map(binaryBytes)) };
    },
  };
}

/** Shows one attribute, or its absence. @throws RESOURCE_ATTRIBUTE_NAME */
export function proveAttribute(tree: AttributeTree, name: string): AttributeDisclosure {
  return tree.prove([name]);
}

/**
 * The proven values by name, undefined for a proven absence, judged against a root the verifier
 * holds already. @throws RESOURCE_ATTRIBUTE_NAME CODEC_* PROOF_*
 */
export function verifyAttributes(
  root: Uint8Array,
  disclosure: AttributeDisclosure,
  hash: HashPort,
): ReadonlyMap<string, AttributeValue | undefined> {
  requireNames(disclosure.claims.map((claim) => claim.name));
  const claims = disclosure.claims.map(({ name, content }) => ({
    key: binaryBytes(name),
    value: content === undefined ? undefined : encodeSaltedValue(content.salt, content.value),
  }));
  verifySparseProof(root, claims, disclosure.proof, hash);
  return new Map(disclosure.claims.map(({ name, content }) => [name, content?.value]));
}

/**
 * The proven value of one attribute, undefined when proven absent.
 * @throws RESOURCE_ATTRIBUTE_UNKNOWN when the disclosure does not speak of it; else as verifyAttributes
 */
export function verifyAttribute(
  root: Uint8Array,
  name: string,
  disclosure: AttributeDisclosure,
  hash: HashPort,
): AttributeValue | undefined {
  const proven = verifyAttributes(root, disclosure, hash);
  if (!proven.has(name)) throw resourceError('RESOURCE_ATTRIBUTE_UNKNOWN', { name });
  return proven.get(name);
}

function requireNames(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (!NAME.test(name) || seen.has(name)) {
      throw resourceError('RESOURCE_ATTRIBUTE_NAME', { characters: name.length });
    }
    seen.add(name);
  }
}
