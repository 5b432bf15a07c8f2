/**
 * Seeded generators that do not change with any library: what the golden digests are made over.
 * SplitMix64 (Steele, Lea, Flood 2014).
 */

import type { AttributeValue } from '../../../../schemas/resource/attribute-value.ts';
import type { DynamicEntry } from '../../../../schemas/resource/dynamic-entry.ts';
import type { ResourceOrigin } from '../../../../schemas/resource/resource-id.ts';
import type { SupplyStatement } from '../../../../schemas/resource/supply-statement.ts';
import { UNIT_CODES, unixSeconds } from '../../../../schemas/units.ts';

const MASK = (1n << 64n) - 1n;
const KINDS = ['meter/v1', 'green-certificate/v1', 'power-contract/v1', 'security-asset/v1'];
const HOMES = [
  'tieline:0123456789abcdef0123456789abcdef',
  'eip155:1',
  'fabric:00112233445566778899aabbccddeeff',
];
const WORDS = ['风电', 'solar', 'é', 'ẞ', '🔋', ' ', 'Jiangsu', '0'];

/** A source of numbers that depends on nothing but its seed. */
export interface Seeded {
  u64(): bigint;
  below(bound: number): number;
  bytes(length: number): Uint8Array;
}

/** Starts a source at `seed`. */
export function createSeeded(seed: bigint): Seeded {
  let state = seed & MASK;
  const u64 = (): bigint => {
    state = (state + 0x9e3779b97f4a7c15n) & MASK;
    let mixed = state;
    mixed = ((mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
    mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) & MASK;
    return mixed ^ (mixed >> 31n);
  };
  const below = (bound: number): number => Number(u64() % BigInt(bound));
  const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => below(256));
  return { u64, below, bytes };
}

/** A list of up to `most` items. */
function listOf<T>(source: Seeded, most: number, item: () => T): T[] {
  return Array.from({ length: source.below(most + 1) }, item);
}

function word(source: Seeded): string {
  return WORDS[source.below(WORDS.length)] ?? '';
}

function i128(source: Seeded): bigint {
  return BigInt.asIntN(128, ((source.u64() << 64n) | source.u64()) >> BigInt(source.below(128)));
}

/** A value of each type in turn. */
export function seededValue(source: Seeded, at: number): AttributeValue {
  const short = (): string =>
    listOf(source, 8, () => word(source))
      .join('')
      .normalize('NFC');
  switch (at % 7) {
    case 0:
      return {
        type: 'text',
        value: listOf(source, 40, () => word(source))
          .join('')
          .normalize('NFC'),
      };
    case 1:
      return { type: 'integer', value: i128(source) };
    case 2:
      return { type: 'boolean', value: source.below(2) === 1 };
    case 3:
      return { type: 'bytes', value: source.bytes(source.below(100)) };
    case 4:
      return { type: 'time', value: unixSeconds(source.u64()) };
    case 5:
      return { type: 'integers', value: listOf(source, 96, () => i128(source)) };
    default:
      return { type: 'texts', value: listOf(source, 16, short) };
  }
}

/** Origins over some kinds and the three families of home chains. */
export function seededOrigin(source: Seeded): ResourceOrigin {
  return {
    kind: KINDS[source.below(KINDS.length)] ?? '',
    home: HOMES[source.below(HOMES.length)] ?? '',
    issuer: source.bytes(20),
    staticRoot: source.bytes(32),
  };
}

/** An entry of random fields. */
export function seededEntry(source: Seeded): DynamicEntry {
  return {
    resourceId: source.bytes(32),
    index: source.u64(),
    previousHead: source.bytes(32),
    attributesRoot: source.bytes(32),
    observedAt: unixSeconds(source.u64()),
  };
}

/** A statement of random fields. */
export function seededStatement(source: Seeded): SupplyStatement {
  return {
    mainGenesisHash: source.bytes(32),
    resourceId: source.bytes(32),
    index: source.u64(),
    quantity: (source.u64() << 64n) | source.u64(),
    unit: UNIT_CODES[source.below(UNIT_CODES.length)] ?? 'Wh',
    meteringPoint: source.bytes(32),
    intervalStart: unixSeconds(source.u64()),
    intervalEnd: unixSeconds(source.u64()),
  };
}
