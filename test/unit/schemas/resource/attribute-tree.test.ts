import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, encode } from '../../../../schemas/codec/codec.ts';
import { isTielineError } from '../../../../schemas/errors.ts';
import { nobleHash } from '../../../../schemas/hash.ts';
import {
  type AttributeDisclosure,
  attributeDisclosureCodec,
  createAttributeTree,
  proveAttribute,
  verifyAttribute,
  verifyAttributes,
} from '../../../../schemas/resource/attribute-tree.ts';
import type { Attribute } from '../../../../schemas/resource/attribute-value.ts';
import { refusalCode } from '../../../fakes/refusal.ts';
import { createSeeded, seededValue } from './seeded-values.ts';

const NAMES = ['mRID', 'name', 'energySource', 'nominalPWatts', 'subdivision', 'meteringPoint'];

function sample(names: readonly string[], seed = 1n) {
  const source = createSeeded(seed);
  const attributes = names.map((name, at): Attribute => ({ name, value: seededValue(source, at) }));
  const salts = new Map(names.map((name) => [name, source.bytes(16)]));
  return { attributes, salts, tree: createAttributeTree(attributes, salts, nobleHash) };
}

describe('attribute tree', () => {
  const { attributes, salts, tree } = sample(NAMES);

  it.each(NAMES)('shows %s alone against the root', (name) => {
    const disclosure = proveAttribute(tree, name);
    expect(disclosure.claims.map((claim) => claim.name)).toEqual([name]);
    expect(verifyAttribute(tree.root, name, disclosure, nobleHash)).toEqual(
      attributes.find((attribute) => attribute.name === name)?.value,
    );
  });

  it('shows that an attribute is absent', () => {
    const disclosure = proveAttribute(tree, 'projectCode');
    expect(disclosure.claims).toEqual([{ name: 'projectCode', content: undefined }]);
    expect(verifyAttribute(tree.root, 'projectCode', disclosure, nobleHash)).toBeUndefined();
  });

  it('shows any choice of present and absent attributes together', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 1_000_000n }),
        fc.uniqueArray(fc.stringMatching(/^[a-z][A-Za-z0-9]{0,20}$/), {
          minLength: 2,
          maxLength: 24,
        }),
        fc.nat({ max: 24 }),
        (seed, names, cut) => {
          const present = names.slice(0, Math.max(1, cut % names.length));
          const built = sample(present, seed);
          const proven = verifyAttributes(built.tree.root, built.tree.prove(names), nobleHash);
          for (const name of names) {
            const expected = built.attributes.find((attribute) => attribute.name === name)?.value;
            expect(proven.get(name)).toEqual(expected);
          }
        },
      ),
      { seed: 1, numRuns: 60 },
    );
  });

  it('has one root whatever the order of attributes', () => {
    const reversed = createAttributeTree([...attributes].reverse(), salts, nobleHash);
    expect(reversed.root).toEqual(tree.root);
  });

  it('has another root for another value, name or salt', () => {
    const [first, ...others] = attributes;
    if (first === undefined) throw new Error('no attributes');
    const value = { type: 'text', value: 'another' } as const;
    const otherSalts = new Map(salts).set('mRID', new Uint8Array(16));
    const renamedSalts = new Map(salts).set('mrid', salts.get('mRID') ?? new Uint8Array(16));
    const roots = [
      createAttributeTree([{ ...first, value }, ...others], salts, nobleHash).root,
      createAttributeTree(attributes, otherSalts, nobleHash).root,
      createAttributeTree([{ ...first, name: 'mrid' }, ...others], renamedSalts, nobleHash).root,
    ];
    for (const root of roots) expect(root).not.toEqual(tree.root);
  });

  it('refuses a disclosure whose value, salt, name or presence was changed', () => {
    const honest = tree.prove(['energySource', 'projectCode']);
    const [shown, absent] = honest.claims;
    if (shown?.content === undefined || absent === undefined) throw new Error('no claims');
    const { salt } = shown.content;
    const value = { type: 'text', value: 'solar' } as const;
    const forged: AttributeDisclosure['claims'][] = [
      [{ name: shown.name, content: { salt, value } }, absent],
      [{ name: shown.name, content: { ...shown.content, salt: new Uint8Array(16) } }, absent],
      [{ name: 'fuel', content: shown.content }, absent],
      [{ name: shown.name, content: undefined }, absent],
      [shown, { name: absent.name, content: shown.content }],
      [shown],
    ];
    for (const claims of forged) {
      const code = refusalCode(() => verifyAttributes(tree.root, { ...honest, claims }, nobleHash));
      expect(code).toMatch(/^PROOF_/);
    }
  });

  it('refuses a disclosure with any bit of the proof flipped', () => {
    const honest = tree.prove(['energySource', 'projectCode']);
    for (let at = 0; at < honest.proof.length; at++) {
      const proof = honest.proof.slice();
      proof[at] = (proof[at] ?? 0) ^ 1;
      const code = refusalCode(() => verifyAttributes(tree.root, { ...honest, proof }, nobleHash));
      expect(code).toMatch(/^PROOF_/);
    }
  });

  it('refuses to prove anything under a zero root', () => {
    const disclosure = proveAttribute(tree, 'name');
    const code = refusalCode(() => verifyAttributes(new Uint8Array(32), disclosure, nobleHash));
    expect(code).toBe('PROOF_EMPTY_ROOT');
  });

  it('refuses to answer for an attribute the disclosure does not speak of', () => {
    const disclosure = proveAttribute(tree, 'name');
    const code = refusalCode(() => verifyAttribute(tree.root, 'mRID', disclosure, nobleHash));
    expect(code).toBe('RESOURCE_ATTRIBUTE_UNKNOWN');
  });

  it('refuses names that are no names, or stand twice', () => {
    const code = (names: string[]) => refusalCode(() => tree.prove(names));
    for (const name of ['', '1st', 'a-b', 'ärger', 'a'.repeat(65), '__proto__']) {
      expect(code([name])).toBe('RESOURCE_ATTRIBUTE_NAME');
    }
    expect(code(['name', 'name'])).toBe('RESOURCE_ATTRIBUTE_NAME');
    const twice = [...attributes, ...attributes.slice(0, 1)];
    expect(refusalCode(() => createAttributeTree(twice, salts, nobleHash))).toBe(
      'RESOURCE_ATTRIBUTE_NAME',
    );
    const claims = [...proveAttribute(tree, 'name').claims, ...proveAttribute(tree, 'name').claims];
    const disclosure = { claims, proof: new Uint8Array() };
    expect(refusalCode(() => verifyAttributes(tree.root, disclosure, nobleHash))).toBe(
      'RESOURCE_ATTRIBUTE_NAME',
    );
  });

  it('refuses a missing, short or shared salt and an empty group', () => {
    const build = (other: ReadonlyMap<string, Uint8Array>) =>
      refusalCode(() => createAttributeTree(attributes, other, nobleHash));
    const shared = new Map(salts).set('name', salts.get('mRID') ?? new Uint8Array());
    expect(build(new Map())).toBe('RESOURCE_ATTRIBUTE_SALT');
    expect(build(new Map(salts).set('name', new Uint8Array(15)))).toBe('RESOURCE_ATTRIBUTE_SALT');
    expect(build(shared)).toBe('RESOURCE_ATTRIBUTE_SALT');
    expect(refusalCode(() => createAttributeTree([], salts, nobleHash))).toBe(
      'RESOURCE_ATTRIBUTES_EMPTY',
    );
  });

  it('writes a disclosure in one encoding and meets hostile bytes with a coded refusal', () => {
    const disclosure = tree.prove(NAMES);
    const bytes = encode(attributeDisclosureCodec, disclosure);
    expect(decode(attributeDisclosureCodec, bytes, 'disclosure')).toEqual(disclosure);
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = bytes.slice();
        changed[at % bytes.length] = (changed[at % bytes.length] ?? 0) ^ flip;
        try {
          verifyAttributes(
            tree.root,
            decode(attributeDisclosureCodec, changed, 'disclosure'),
            nobleHash,
          );
          throw new Error('a changed disclosure was accepted');
        } catch (error) {
          expect(isTielineError(error), String(error)).toBe(true);
        }
      }),
      { seed: 5, numRuns: 400 },
    );
  });
});
