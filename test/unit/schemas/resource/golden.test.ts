/** Golden digests over thousands of generated values a type: they fail the build when a format moves. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decode, encode } from '../../../../schemas/codec/codec.ts';
import { concatBytes, nobleHash, toHex } from '../../../../schemas/hash.ts';
import {
  attributeDisclosureCodec,
  createAttributeTree,
  verifyAttributes,
} from '../../../../schemas/resource/attribute-tree.ts';
import {
  decodeAttributeValue,
  encodeAttributeValue,
} from '../../../../schemas/resource/attribute-value.ts';
import {
  dynamicEntryCodec,
  dynamicEntryDigest,
  dynamicHead,
  signedDynamicEntryCodec,
} from '../../../../schemas/resource/dynamic-entry.ts';
import { resourceIdOf, resourceOriginCodec } from '../../../../schemas/resource/resource-id.ts';
import {
  meteringPointCommitment,
  signedSupplyStatementCodec,
  supplyStatementDigest,
} from '../../../../schemas/resource/supply-statement.ts';
import {
  createSeeded,
  type Seeded,
  seededEntry,
  seededOrigin,
  seededStatement,
  seededValue,
} from './seeded-values.ts';

const COUNT = 2100;
const golden = JSON.parse(
  readFileSync(new URL('../../../fixtures/resource/golden.json', import.meta.url), 'utf8'),
) as Record<string, string>;

/** One digest over `count` items, each framed by its length. */
function digestOf(
  seed: bigint,
  count: number,
  item: (source: Seeded, at: number) => Uint8Array,
): string {
  const source = createSeeded(seed);
  let chain: Uint8Array = new Uint8Array(32);
  for (let at = 0; at < count; at++) {
    const bytes = item(source, at);
    const length = Uint8Array.of(bytes.length >> 16, bytes.length >> 8, bytes.length);
    chain = nobleHash.sha256(concatBytes(chain, length, bytes));
  }
  return toHex(chain);
}

describe('golden digests', () => {
  it('attribute values: encoding, and the same value after decoding', () => {
    const digest = digestOf(1n, COUNT, (source, at) => {
      const value = seededValue(source, at);
      const bytes = encodeAttributeValue(value);
      expect(decodeAttributeValue(bytes)).toEqual(value);
      return bytes;
    });
    expect(digest).toBe(golden['attributeValue']);
  });

  it('resource origins: encoding and resource id', () => {
    const digest = digestOf(2n, COUNT, (source) => {
      const origin = seededOrigin(source);
      const bytes = encode(resourceOriginCodec, origin);
      expect(decode(resourceOriginCodec, bytes, 'origin')).toEqual(origin);
      return concatBytes(bytes, resourceIdOf(origin, nobleHash));
    });
    expect(digest).toBe(golden['resourceOrigin']);
  });

  it('dynamic entries: encoding, digest and head', () => {
    const digest = digestOf(3n, COUNT, (source) => {
      const signed = { entry: seededEntry(source), signature: source.bytes(65) };
      const bytes = encode(signedDynamicEntryCodec, signed);
      expect(bytes.length).toBe(177);
      expect(encode(dynamicEntryCodec, signed.entry)).toEqual(bytes.subarray(0, 112));
      expect(decode(signedDynamicEntryCodec, bytes, 'entry')).toEqual(signed);
      const signable = dynamicEntryDigest(signed.entry, source.bytes(32), nobleHash);
      return concatBytes(bytes, signable, dynamicHead(source.bytes(32), signable, nobleHash));
    });
    expect(digest).toBe(golden['dynamicEntry']);
  });

  it('supply statements: encoding and digest', () => {
    const digest = digestOf(4n, COUNT, (source) => {
      const signed = { statement: seededStatement(source), signature: source.bytes(65) };
      const bytes = encode(signedSupplyStatementCodec, signed);
      expect(bytes.length).toBe(202);
      expect(decode(signedSupplyStatementCodec, bytes, 'statement')).toEqual(signed);
      return concatBytes(bytes, supplyStatementDigest(signed.statement, nobleHash));
    });
    expect(digest).toBe(golden['supplyStatement']);
  });

  it('metering-point commitments', () => {
    const digest = digestOf(5n, COUNT, (source) =>
      meteringPointCommitment(`CN-JS-${source.u64()}`, source.bytes(16), nobleHash),
    );
    expect(digest).toBe(golden['meteringPointCommitment']);
  });

  it('attribute trees: root and disclosure', () => {
    const digest = digestOf(6n, COUNT, (source, at) => {
      const names = Array.from({ length: 1 + source.below(5) }, (_, index) => `attribute${index}`);
      const attributes = names.map((name) => ({ name, value: seededValue(source, at) }));
      const salts = new Map(names.map((name) => [name, source.bytes(16)]));
      const tree = createAttributeTree(attributes, salts, nobleHash);
      const disclosure = tree.prove(['attribute0', 'attribute4']);
      const bytes = encode(attributeDisclosureCodec, disclosure);
      expect(decode(attributeDisclosureCodec, bytes, 'disclosure')).toEqual(disclosure);
      expect(verifyAttributes(tree.root, disclosure, nobleHash).get('attribute0')).toEqual(
        attributes[0]?.value,
      );
      return concatBytes(tree.root, bytes);
    });
    expect(digest).toBe(golden['attributeTree']);
  });
});
