import { bls12_381 } from '@noble/curves/bls12-381.js';
import { describe, expect, it } from 'vitest';
import { beaconRoot } from '../../../../../../main-chain/relay/ethereum/pos/beacon-header.ts';
import { nobleBls } from '../../../../../../main-chain/relay/ethereum/pos/noble-bls.ts';
import {
  createPosState,
  judgePosEvidence,
} from '../../../../../../main-chain/relay/ethereum/pos/pos-client.ts';
import { posStateCodec } from '../../../../../../main-chain/relay/ethereum/pos/pos-state.ts';
import { decode, encode } from '../../../../../../schemas/codec/codec.ts';
import { nobleHash, toHex, ZERO_HASH } from '../../../../../../schemas/hash.ts';
import {
  type PosMessage,
  type PosStart,
  posMessageCodec,
  posStartCodec,
  syncAggregateCodec,
} from '../../../../../../schemas/wire/clients/ethereum-pos.ts';
import {
  buildBootstrap,
  buildUpdate,
  committeeNamed,
  rules,
  type UpdateDraft,
} from '../../../../../fakes/beacon-network.ts';
import { refusalCode } from '../../../../../fakes/refusal.ts';
import { type Client, contract, createClient, ports } from './pos-store.ts';

const current = committeeNamed(0);
const next = committeeNamed(1);
const afterNext = committeeNamed(2);
const stranger = committeeNamed(9);

const start = 1000n;
const boot = buildBootstrap(start, current);
const spec: PosStart = { rules, contract, trustedBlockRoot: beaconRoot(boot.header, nobleHash) };

/** A client that knows the committee of period 0. */
function begun(): Client {
  const client = createClient(createPosState(spec));
  client.take({ type: 'bootstrap', ...boot });
  return client;
}
const first = begun();
first.take({
  type: 'update',
  ...buildUpdate({ finalizedSlot: 1100n, attestedSlot: 1170n, signer: current, next }),
});
/** A client that knows the committees of periods 0 and 1. */
const clientAt = (): Client => createClient(first.state(), [current, next]);
const make = (draft: UpdateDraft): PosMessage => ({ type: 'update', ...buildUpdate(draft) });
const plain = { finalizedSlot: 1200n, attestedSlot: 1270n, signer: current };
const codeOf = (client: Client, message: PosMessage, nowMs?: bigint) => {
  const before = toHex(encode(posStateCodec, client.state()));
  const code = refusalCode(() => client.try(message, nowMs));
  expect(toHex(encode(posStateCodec, client.state()))).toBe(before);
  return code;
};

// A pairing in JavaScript, and a subgroup check a key of who was absent: slow on a busy machine.
describe('an ethereum-pos client', { timeout: 60_000 }, () => {
  it('knows no committee until its bootstrap and holds no root until its first update', () => {
    const client = createClient(createPosState(spec));
    expect(client.state().head).toBeUndefined();
    expect(codeOf(client, make(plain))).toBe('BEACON_UNINITIALISED');
    expect(client.take({ type: 'bootstrap', ...boot }).verdict).toEqual({ type: 'unchanged' });
    const { verdict } = client.take(make(plain));
    expect(verdict).toMatchObject({ type: 'advanced', consensus: { height: 1_001_200n } });
  });

  it('A2: takes no committee but the one its branch proves', () => {
    const { committee } = buildBootstrap(start, stranger);
    const fresh = createClient(createPosState(spec));
    expect(codeOf(fresh, { type: 'bootstrap', ...boot, committee })).toBe('BEACON_COMMITTEE');
    const update = buildUpdate({ ...plain, next });
    const branch = update.next?.branch ?? expect.unreachable();
    const swapped: PosMessage = { type: 'update', ...update, next: { committee, branch } };
    expect(codeOf(clientAt(), swapped)).toBe('BEACON_COMMITTEE');
  });

  it('follows a chain over three periods and three forks', () => {
    const client = clientAt();
    const drafts: UpdateDraft[] = [
      { finalizedSlot: 3200n, attestedSlot: 3270n, signer: current },
      { finalizedSlot: 8192n, attestedSlot: 8260n, signer: next, next: afterNext },
      { finalizedSlot: 9600n, attestedSlot: 9670n, signer: next },
      { finalizedSlot: 16_300n, attestedSlot: 16_390n, signer: afterNext },
      { finalizedSlot: 16_384n, attestedSlot: 16_500n, signer: afterNext, next: current },
    ];
    for (const draft of drafts) expect(client.take(make(draft)).verdict.type).toBe('advanced');
    expect(client.state().head).toMatchObject({ slot: 16_384n, height: 1_016_384n });
    expect(client.state().head?.committeeRoot).toEqual(afterNext.root);
    expect(client.state().head?.nextCommitteeRoot).toEqual(current.root);
  });

  it('signs the boundary of a fork under the version of the slot before the signature', () => {
    const client = clientAt();
    const at = { finalizedSlot: 3100n, attestedSlot: 3199n, signatureSlot: 3200n, signer: current };
    const [capella, deneb] = rules.forks;
    expect(codeOf(client, make({ ...at, version: deneb?.version ?? ZERO_HASH }))).toBe(
      'BEACON_SIGNATURE',
    );
    expect(codeOf(client, make({ ...at, version: capella?.version ?? ZERO_HASH }))).toBe(
      'nothing thrown',
    );
  });

  it.each([
    [341, 'BEACON_PARTICIPATION'],
    [342, 'nothing thrown'],
    [1, 'BEACON_PARTICIPATION'],
    [512, 'nothing thrown'],
  ])('B3 B4 C9: takes two thirds of the committee and no less: %i of 512', (present, code) => {
    expect(codeOf(clientAt(), make({ ...plain, present }))).toBe(code);
  });

  it('C9: crosses a period without the committee after it, and learns it later', () => {
    const client = clientAt();
    client.take(make({ finalizedSlot: 8200n, attestedSlot: 8270n, signer: next }));
    expect(client.state().head?.nextCommitteeRoot).toBeUndefined();
    const older = client.take(
      make({ finalizedSlot: 8195n, attestedSlot: 8265n, signer: next, next: afterNext }),
    );
    expect(older.verdict).toEqual({ type: 'unchanged' });
    expect(older.learned?.root).toEqual(afterNext.root);
    expect(client.state().head).toMatchObject({ slot: 8200n, nextCommitteeRoot: afterNext.root });
  });

  it('C9: goes no further than the committees it knows', () => {
    const without = begun();
    expect(codeOf(without, make({ finalizedSlot: 8200n, attestedSlot: 8270n, signer: next }))).toBe(
      'BEACON_PERIOD',
    );
    const client = clientAt();
    expect(
      codeOf(client, make({ finalizedSlot: 16_390n, attestedSlot: 16_460n, signer: afterNext })),
    ).toBe('BEACON_PERIOD');
    const across = make({
      finalizedSlot: 8190n,
      attestedSlot: 8260n,
      signer: next,
      next: afterNext,
    });
    expect(codeOf(client, across)).toBe('BEACON_PERIOD');
  });

  it('C3: takes no signature of a committee that has been replaced or does not serve yet', () => {
    const client = clientAt();
    expect(codeOf(client, make({ ...plain, signer: next }))).toBe('BEACON_SIGNATURE');
    client.take(make({ finalizedSlot: 8200n, attestedSlot: 8270n, signer: next, next: afterNext }));
    const late = { finalizedSlot: 8300n, attestedSlot: 8370n };
    expect(codeOf(client, make({ ...late, signer: current }))).toBe('BEACON_SIGNATURE');
    const past = make({ ...plain, finalizedSlot: 8100n, attestedSlot: 8180n });
    expect(client.try(past)).toEqual({
      state: client.state(),
      verdict: { type: 'unchanged' },
      learned: undefined,
    });
  });

  it('C4: another block at an accepted slot or height, or another next committee, freezes', () => {
    const client = clientAt();
    client.take(make(plain));
    const frozen = { type: 'equivocated' };
    const other = { payload: { gasUsed: 2n } };
    expect(client.try(make({ ...plain, ...other })).verdict).toMatchObject(frozen);
    client.take(make({ ...plain, finalizedSlot: 1300n, attestedSlot: 1370n }));
    const old = { ...plain, attestedSlot: 1371n, payload: { blockHash: ZERO_HASH } };
    expect(client.try(make(old)).verdict).toMatchObject({ ...frozen, height: 1_001_200n });
    const committee = { ...plain, finalizedSlot: 1400n, attestedSlot: 1470n, next: stranger };
    expect(client.try(make(committee)).verdict).toMatchObject(frozen);
    const higher = { ...plain, finalizedSlot: 1400n, attestedSlot: 1470n, blockNumber: 1_001_200n };
    expect(
      client.try(make({ ...higher, payload: { blockHash: ZERO_HASH } })).verdict,
    ).toMatchObject(frozen);
  });

  it('C2 C5: refuses a later slot with an earlier block or time', () => {
    const client = clientAt();
    client.take(make(plain));
    const later = { ...plain, finalizedSlot: 1300n, attestedSlot: 1370n };
    expect(codeOf(client, make({ ...later, blockNumber: 5n }))).toBe('EVM_HEADER_TIME');
    const { genesisTimeSeconds } = rules;
    const payload = { timestamp: genesisTimeSeconds + 1200n * 12n };
    expect(codeOf(client, make({ ...later, payload }))).toBe('EVM_HEADER_TIME');
    expect(codeOf(client, make({ ...later, payload: { timestamp: payload.timestamp + 1n } }))).toBe(
      'nothing thrown',
    );
  });

  it('C1: refuses a future signature and a header past the trusting period', () => {
    const client = clientAt();
    const message = make(plain);
    const signed = (rules.genesisTimeSeconds + 1271n * 12n) * 1000n;
    expect(codeOf(client, message, signed - 15_000n)).toBe('nothing thrown');
    expect(codeOf(client, message, signed - 15_001n)).toBe('BEACON_DRIFT');
    const finalized = (rules.genesisTimeSeconds + 1200n * 12n + 1_209_600n) * 1000n;
    expect(codeOf(client, message, finalized - 1n)).toBe('nothing thrown');
    expect(codeOf(client, message, finalized)).toBe('EVM_HEADER_EXPIRED');
    const fresh = createClient(createPosState(spec));
    const booted = (rules.genesisTimeSeconds + start * 12n + 1_209_600n) * 1000n;
    expect(codeOf(fresh, { type: 'bootstrap', ...boot }, booted)).toBe('EVM_HEADER_EXPIRED');
  });

  it.each<[string, string, Partial<UpdateDraft>]>([
    [
      'C9: a signature slot that is not after the attested one',
      'BEACON_SLOTS',
      { signatureSlot: 1270n },
    ],
    ['C9: a finalized slot after the attested one', 'BEACON_SLOTS', { attestedSlot: 1199n }],
    ['B6: the signature of strangers', 'BEACON_SIGNATURE', { signer: stranger }],
    ['B8: the version of another fork', 'BEACON_SIGNATURE', { version: Uint8Array.of(4, 0, 0, 0) }],
    ['the form of Deneb in Capella', 'BEACON_FORK', { format: 'deneb' }],
    ['the tree of Electra in Capella', 'BEACON_FINALITY', { format: 'electra' }],
    ['A7: a zero state root', 'EVM_STATE_ROOT', { payload: { stateRoot: ZERO_HASH } }],
  ])('refuses an update with %s', (_name, code, change) => {
    expect(codeOf(clientAt(), make({ ...plain, ...change }))).toBe(code);
  });

  it('A12: refuses an execution header that stands in another block', () => {
    const [update, other] = [buildUpdate(plain), buildUpdate({ ...plain, blockNumber: 7n })];
    const swapped = { ...update, execution: other.execution };
    expect(codeOf(clientAt(), { type: 'update', ...swapped })).toBe('BEACON_EXECUTION');
  });

  it('refuses slots before the first fork of its schedule', () => {
    const late = { ...spec, rules: { ...rules, forks: rules.forks.slice(1) } };
    const client = createClient(createPosState(late));
    expect(codeOf(client, { type: 'bootstrap', ...boot })).toBe('BEACON_FORK');
  });

  it.each<[string, string, Partial<PosStart>]>([
    ['C11: no fork', 'BEACON_RULES', { rules: { ...rules, forks: [] } }],
    [
      'C11: forks out of order',
      'BEACON_RULES',
      { rules: { ...rules, forks: rules.forks.toReversed() } },
    ],
    [
      'C11: a form that comes back',
      'BEACON_RULES',
      {
        rules: {
          ...rules,
          forks: rules.forks.map((fork, at) => ({
            ...fork,
            format: at === 2 ? 'capella' : fork.format,
          })),
        },
      },
    ],
    ['A7: a zero root', 'BEACON_RULES', { trustedBlockRoot: ZERO_HASH }],
    ['C11: no contract', 'EVM_CONTRACT', { contract: { ...contract, codeHash: ZERO_HASH } }],
  ])('refuses to be made with %s', (_name, code, change) => {
    expect(refusalCode(() => createPosState({ ...spec, ...change }))).toBe(code);
  });

  it('travels as canonical bytes', () => {
    const message = make({ ...plain, next });
    expect(decode(posMessageCodec, encode(posMessageCodec, message), 'message')).toEqual({
      ...message,
      next: {
        committee: { keys: next.keys, aggregate: next.aggregate },
        branch: expect.anything(),
      },
    });
    expect(decode(posStartCodec, encode(posStartCodec, spec), 'spec')).toEqual(spec);
    const { state } = clientAt();
    expect(decode(posStateCodec, encode(posStateCodec, state()), 'state')).toEqual(state());
  });
});

describe('evidence against a beacon chain', () => {
  const client = clientAt();
  const nowMs = client.timeOf(make({ ...plain, attestedSlot: 1300n }));
  const judge = (first: UpdateDraft, second: UpdateDraft) =>
    judgePosEvidence(
      client.state(),
      { first: buildUpdate(first), second: buildUpdate(second) },
      client.store(nowMs),
      ports,
    );

  it.each<[string, Partial<UpdateDraft>]>([
    ['two finalized blocks of one slot', { attestedSlot: 1271n, payload: { gasUsed: 7n } }],
    [
      'two execution blocks of one number',
      { finalizedSlot: 1201n, blockNumber: 1_001_200n, payload: { blockHash: ZERO_HASH } },
    ],
  ])('C4: %s freeze the client', (_name, change) => {
    expect(judge(plain, { ...plain, ...change })).toEqual({
      type: 'equivocated',
      height: 1_001_200n,
    });
  });

  it('C4: two committees for one period freeze the client', () => {
    const first = { ...plain, next };
    const second = { ...plain, finalizedSlot: 1201n, next: stranger };
    expect(judge(first, second)).toMatchObject({ type: 'equivocated' });
  });

  it('C7: one update twice, a later one, or one that does not hold, freeze nothing', () => {
    expect(refusalCode(() => judge(plain, plain))).toBe('BEACON_EVIDENCE');
    expect(refusalCode(() => judge(plain, { ...plain, finalizedSlot: 1210n }))).toBe(
      'BEACON_EVIDENCE',
    );
    expect(
      refusalCode(() => judge(plain, { ...plain, signer: stranger, payload: { gasUsed: 7n } })),
    ).toBe('BEACON_SIGNATURE');
    expect(
      refusalCode(() => judge(plain, { ...plain, present: 341, payload: { gasUsed: 7n } })),
    ).toBe('BEACON_PARTICIPATION');
    const unborn = createPosState(spec);
    const one = buildUpdate(plain);
    expect(
      refusalCode(() =>
        judgePosEvidence(unborn, { first: one, second: one }, client.store(nowMs), ports),
      ),
    ).toBe('BEACON_UNINITIALISED');
  });
});

describe('B11: sync-committee signatures', () => {
  const { G1, G2, fields } = bls12_381;
  const good = buildUpdate(plain);
  const withSignature = (signature: Uint8Array): PosMessage => ({
    type: 'update',
    ...good,
    aggregate: { ...good.aggregate, signature },
  });
  const message = new Uint8Array(32).fill(5);

  it('refuse infinity, points off the curve, outside the subgroup, or encoded otherwise', () => {
    const client = clientAt();
    const { signature } = good.aggregate;
    expect(codeOf(client, withSignature(signature))).toBe('nothing thrown');
    expect(codeOf(client, withSignature(G2.Point.ZERO.toBytes(true)))).toBe('BEACON_SIGNATURE');
    expect(codeOf(client, withSignature(new Uint8Array(96)))).toBe('BEACON_SIGNATURE');
    const negated = signature.map((byte, at) => (at === 0 ? byte ^ 0x20 : byte));
    expect(codeOf(client, withSignature(negated))).toBe('BEACON_SIGNATURE');
    const uncompressed = signature.map((byte, at) => (at === 0 ? byte & 0x7f : byte));
    expect(codeOf(client, withSignature(uncompressed))).toBe('BEACON_SIGNATURE');
    expect(codeOf(client, withSignature(outsideSubgroup()))).toBe('BEACON_SIGNATURE');
    expect(codeOf(client, withSignature(aboveModulus(signature)))).toBe('BEACON_SIGNATURE');
  });

  it('refuse a signature under keys that cancel each other out', () => {
    const key = G1.Point.BASE.multiply(7n).toBytes(true);
    const nothing = G2.Point.ZERO.toBytes(true);
    expect(nobleBls.verify({ aggregate: key, absent: [key] }, message, nothing)).toBe(false);
    expect(
      nobleBls.verify({ aggregate: G1.Point.ZERO.toBytes(true), absent: [] }, message, nothing),
    ).toBe(false);
  });

  it('have exactly 512 bits', () => {
    const bytes = encode(syncAggregateCodec, good.aggregate);
    expect(
      refusalCode(() => decode(syncAggregateCodec, Uint8Array.of(0, ...bytes), 'aggregate')),
    ).toBe('CODEC_TRAILING');
    const wide = { ...good.aggregate, bits: new Uint8Array(65) };
    expect(refusalCode(() => encode(syncAggregateCodec, wide))).toBe('CODEC_BOUND');
  });

  /** A point on the curve of G2 that is not a multiple of its generator. */
  function outsideSubgroup(): Uint8Array {
    const { Fp2 } = fields;
    for (let at = 1n; ; at++) {
      const x = Fp2.create({ c0: at, c1: 0n });
      const right = Fp2.add(Fp2.mul(Fp2.sqr(x), x), Fp2.create({ c0: 4n, c1: 4n }));
      try {
        const point = G2.Point.fromAffine({ x, y: Fp2.sqrt(right) });
        if (!point.isTorsionFree()) return compress(at);
      } catch {
        // No square root: the next x.
      }
    }
  }

  function compress(x: bigint): Uint8Array {
    const bytes = new Uint8Array(96);
    bytes[95] = Number(x);
    bytes[0] = 0x80;
    return bytes;
  }

  /** The same point with the field modulus added to a coordinate, where that still fits. */
  function aboveModulus(signature: Uint8Array): Uint8Array {
    const p = fields.Fp.ORDER;
    const c0 = BigInt(`0x${toHex(signature.subarray(48))}`) + p;
    const text = c0.toString(16).padStart(96, '0');
    const out = signature.slice();
    for (let at = 0; at < 48; at++)
      out[48 + at] = Number.parseInt(text.slice(at * 2, at * 2 + 2), 16);
    return out;
  }
});
