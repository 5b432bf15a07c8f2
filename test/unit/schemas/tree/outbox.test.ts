import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, domainTag, nobleHash, toHex, ZERO_HASH } from '../../../../schemas/hash.ts';
import {
  buildOutbox,
  compareOutboxItems,
  MAX_OUTBOX_ITEMS,
  type OutboxItem,
  verifyOutboxRange,
} from '../../../../schemas/tree/outbox.ts';
import { refusalCode } from '../../../fakes/refusal.ts';
import { ascii, countingHash, proofOf } from './tree-samples.ts';

const sha = nobleHash.sha256;
const word = (count: number) => Uint8Array.of(0, 0, count >> 8, count & 255);

const item = (sequence: number, client = 'main-0', kind: 0 | 1 = 1): OutboxItem => ({
  client,
  kind,
  sequence: BigInt(sequence),
  commitment: sha(ascii(`${client} ${kind} ${sequence}`)),
});

const itemsOf = (count: number): OutboxItem[] =>
  Array.from({ length: count }, (_, at) => item(at + 1));

const leafOf = ({ client, kind, sequence, commitment }: OutboxItem) => {
  const number = new Uint8Array(8);
  new DataView(number.buffer).setBigUint64(0, sequence);
  return sha(
    concatBytes(
      domainTag('tieline/obox/v1'),
      sha(ascii(client)),
      Uint8Array.of(kind),
      number,
      commitment,
    ),
  );
};

const verdict = (
  root: Uint8Array,
  start: number,
  items: readonly OutboxItem[],
  proof: Uint8Array,
  hash = nobleHash,
) => refusalCode(() => verifyOutboxRange(root, start, items, proof, hash));

describe('the outbox', () => {
  it('commits to tagged leaves, zero padding and the count', () => {
    const [one, two, three] = [item(4, 'main-0', 0), item(1), item(2)];
    const node = (left: Uint8Array, right: Uint8Array) => sha(concatBytes(left, right));
    const top = node(node(leafOf(one), leafOf(two)), node(leafOf(three), ZERO_HASH));
    const count = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 3);
    const root = sha(concatBytes(ascii('tieline/oroot/v1'), count, top));
    const outbox = buildOutbox([one, two, three], nobleHash);
    expect(toHex(outbox.root)).toBe(toHex(root));
    expect(outbox.count).toBe(3);
  });

  it('has a constant root when it is empty, which proves nothing', () => {
    const outbox = buildOutbox([], nobleHash);
    expect(outbox.root).toEqual(
      sha(concatBytes(ascii('tieline/oroot/v1'), new Uint8Array(8), ZERO_HASH)),
    );
    expect(refusalCode(() => outbox.prove(0, 1))).toBe('PROOF_INDEX');
    expect(verdict(outbox.root, 0, [item(1)], word(0))).toBe('PROOF_INDEX');
  });

  it('proves every range of every size', () => {
    for (let count = 1; count <= 17; count++) {
      const items = itemsOf(count);
      const outbox = buildOutbox(items, nobleHash);
      for (let start = 0; start < count; start++) {
        for (let length = 1; start + length <= count; length++) {
          const proof = outbox.prove(start, length);
          verifyOutboxRange(
            outbox.root,
            start,
            items.slice(start, start + length),
            proof,
            nobleHash,
          );
        }
      }
    }
  });

  it('orders by client bytes, then acknowledgements before packets, then sequence', () => {
    const ordered = [
      item(9, 'a-client', 0),
      item(1, 'a-client', 1),
      item(2, 'a-client', 1),
      item(10, 'a-client', 1),
      item(1, 'b-client', 0),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(ordered, { minLength: 5 }), (shuffled) => {
        expect(shuffled.toSorted(compareOutboxItems)).toEqual(ordered);
      }),
      { seed: 3, numRuns: 30 },
    );
    const first = item(1);
    expect(compareOutboxItems(first, { ...first })).toBe(0);
  });

  it('A5 refuses items out of order, named twice or malformed, when built and when verified', () => {
    const outbox = buildOutbox(itemsOf(4), nobleHash);
    const proof = outbox.prove(0, 2);
    const [first, second] = [item(1), item(2)];
    const both = (items: readonly OutboxItem[]) => [
      refusalCode(() => buildOutbox(items, nobleHash)),
      verdict(outbox.root, 0, items, proof),
    ];
    expect(both([second, first])).toEqual(['PROOF_ORDER', 'PROOF_ORDER']);
    expect(both([first, first])).toEqual(['PROOF_DUPLICATE_KEY', 'PROOF_DUPLICATE_KEY']);
    const bad: Partial<OutboxItem>[] = [
      { client: '' },
      { client: 'main-é' },
      { sequence: -1n },
      { sequence: 1n << 64n },
      { commitment: new Uint8Array(31) },
      { kind: 2 as unknown as 0 },
    ];
    for (const change of bad) {
      expect(both([{ ...first, ...change }, second])).toEqual(['PROOF_ITEM', 'PROOF_ITEM']);
    }
    const tooMany = { length: MAX_OUTBOX_ITEMS + 1 } as unknown as OutboxItem[];
    expect(refusalCode(() => buildOutbox(tooMany, nobleHash))).toBe('PROOF_TOO_MANY_CLAIMS');
  });
});

describe('an outbox range proof', () => {
  const items = itemsOf(11);
  const outbox = buildOutbox(items, nobleHash);
  const range = items.slice(3, 8);
  const proof = outbox.prove(3, 5);
  const siblings = proof.subarray(4);

  it('A4 is refused with an index or count that is not its own', () => {
    expect(verdict(outbox.root, 3, range, proof)).toBe('nothing thrown');
    for (const start of [0, 1, 2, 4, 5, 6]) {
      expect(verdict(outbox.root, start, range, proof)).toMatch(/^PROOF_(TRUN|TRAIL|ROOT_MIS)/);
    }
    for (const start of [7, 11, 16, 2 ** 32, -1, 0.5, Number.NaN]) {
      expect(verdict(outbox.root, start, range, proof)).toBe('PROOF_INDEX');
    }
    expect(verdict(outbox.root, 3, range, proofOf(word(0), siblings))).toBe('PROOF_INDEX');
    expect(verdict(outbox.root, 3, range, proofOf(word(1), siblings))).toBe('PROOF_INDEX');
    expect(verdict(outbox.root, 3, range, proofOf(word(7), siblings))).toBe('PROOF_INDEX');
    const hostile = proofOf(Uint8Array.of(255, 255, 255, 255), siblings);
    expect(verdict(outbox.root, 3, range, hostile)).toBe('PROOF_INDEX');
    for (const count of [9, 10, 12, 16]) {
      expect(verdict(outbox.root, 3, range, proofOf(word(count), siblings))).toBe(
        'PROOF_ROOT_MISMATCH',
      );
    }
    expect(refusalCode(() => outbox.prove(3, 9))).toBe('PROOF_INDEX');
    expect(refusalCode(() => outbox.prove(3, 0))).toBe('PROOF_INDEX');
  });

  it('A4 an index in the padding proves nothing', () => {
    const padded = buildOutbox(itemsOf(3), nobleHash);
    const forged = proofOf(word(4), leafOf(item(3)), padded.prove(2, 1).subarray(36));
    expect(verdict(padded.root, 3, [item(4)], forged)).toBe('PROOF_ROOT_MISMATCH');
    expect(verdict(padded.root, 3, [item(4)], proofOf(word(3), forged.subarray(4)))).toBe(
      'PROOF_INDEX',
    );
  });

  it('A5 is refused with left-over or missing siblings, or without items, before hashing', () => {
    const hash = countingHash();
    expect(verdict(outbox.root, 3, range, proofOf(proof, ZERO_HASH), hash)).toBe('PROOF_TRAILING');
    expect(verdict(outbox.root, 3, range, proofOf(proof, 0), hash)).toBe('PROOF_TRAILING');
    expect(verdict(outbox.root, 3, range, proof.subarray(0, -1), hash)).toBe('PROOF_TRUNCATED');
    expect(verdict(outbox.root, 3, range, proof.subarray(0, 3), hash)).toBe('PROOF_TRUNCATED');
    expect(verdict(outbox.root, 3, [], proof, hash)).toBe('PROOF_EMPTY_CLAIMS');
    expect(verdict(outbox.root, 3, range, new Uint8Array(2 ** 20), hash)).toBe('PROOF_INDEX');
    const mega = proofOf(word(11), new Uint8Array(2 ** 20));
    expect(verdict(outbox.root, 3, range, mega, hash)).toBe('PROOF_TRAILING');
    expect(hash.calls).toBe(0);
  });

  it('A2 no byte of it, and no field of an item, can be changed', () => {
    for (let at = 0; at < proof.length; at++) {
      const forged = proof.with(at, (proof[at] ?? 0) ^ 1);
      expect(verdict(outbox.root, 3, range, forged)).toMatch(/^PROOF_/);
    }
    const changes: Partial<OutboxItem>[] = [
      { client: 'main-00' },
      { kind: 0 },
      { sequence: 0n },
      { commitment: ZERO_HASH },
    ];
    for (const change of changes) {
      const first = { ...item(4), ...change };
      const expected = first.client > 'main-0' ? 'PROOF_ORDER' : 'PROOF_ROOT_MISMATCH';
      expect(verdict(outbox.root, 3, [first, ...range.slice(1)], proof)).toBe(expected);
    }
  });

  it('A1 an inner node cannot be shown as an item, nor the tree’s top as the outbox root', () => {
    const two = buildOutbox(itemsOf(2), nobleHash);
    const top = nobleHash.sha256(concatBytes(leafOf(item(1)), leafOf(item(2))));
    expect(verdict(top, 0, itemsOf(2), two.prove(0, 2))).toBe('PROOF_ROOT_MISMATCH');
    const node: OutboxItem = { ...item(1), commitment: top };
    expect(verdict(two.root, 0, [node], word(1))).toBe('PROOF_ROOT_MISMATCH');
  });

  it('A7 a zero root proves nothing', () => {
    expect(verdict(ZERO_HASH, 3, range, proof)).toBe('PROOF_EMPTY_ROOT');
    expect(verdict(new Uint8Array(31), 3, range, proof)).toBe('PROOF_ROOT_LENGTH');
  });
});
