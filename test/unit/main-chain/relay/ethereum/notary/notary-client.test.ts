import { describe, expect, it } from 'vitest';
import { nobleSignature } from '../../../../../../main-chain/ledger/noble-signature.ts';
import type { EvmConsensus } from '../../../../../../main-chain/relay/ethereum/evm/evm-consensus.ts';
import {
  attestationDigest,
  createNotaryState,
  judgeNotaryEvidence,
  type NotaryDomain,
  type NotaryState,
  notaryStateCodec,
  updateNotary,
} from '../../../../../../main-chain/relay/ethereum/notary/notary-client.ts';
import { decode, encode } from '../../../../../../schemas/codec/codec.ts';
import {
  compareBytes,
  concatBytes,
  nobleHash,
  toHex,
  ZERO_HASH,
} from '../../../../../../schemas/hash.ts';
import {
  type Attestation,
  attestationCodec,
  type NotaryStart,
  notaryEvidenceCodec,
  notaryStartCodec,
} from '../../../../../../schemas/wire/clients/notary.ts';
import {
  cliqueGenesis,
  type Placed,
  sealBlock,
  setOf,
} from '../../../../../fakes/clique-network.ts';
import { headerBytes, type Json, readVector } from '../../../../../fakes/ethereum-vectors.ts';
import { refusalCode } from '../../../../../fakes/refusal.ts';

const ports = { hash: nobleHash, signatures: nobleSignature };
const keys = Array.from({ length: 10 }, (_, at) => nobleHash.sha256(Uint8Array.of(at))).sort(
  (left, right) => compareBytes(nobleSignature.addressOf(left), nobleSignature.addressOf(right)),
);
const addressOf = (key: Uint8Array) => nobleSignature.addressOf(key);
const contract = {
  address: new Uint8Array(20).fill(0xaa),
  codeHash: nobleHash.keccak256(Uint8Array.of(1, 2, 3)),
};
const spec: NotaryStart = { contract, notaries: keys.slice(0, 4).map(addressOf), threshold: 3 };
const domain: NotaryDomain = {
  genesisHash: new Uint8Array(32).fill(5),
  client: 'dev-chain',
  chainId: 'eip155:1337',
};

const headers = readVector<{ headers: readonly Json[] }>('geth-dev.json').headers;
const last = BigInt(String(headers.at(-1)?.['timestamp']));
const clock = {
  nowMs: (last + 5n) * 1000n,
  trustingPeriodSeconds: 864_000n,
  maxClockDriftSeconds: 15n,
};

function attest(
  header: Uint8Array,
  number: bigint,
  signers: readonly number[],
  change: Partial<NotaryDomain> = {},
): Attestation {
  const digest = attestationDigest(
    { ...domain, ...change },
    number,
    nobleHash.keccak256(header),
    nobleHash,
  );
  return {
    header,
    signatures: signers.map((index) => ({
      index,
      signature: nobleSignature.sign(digest, keys[index] ?? ZERO_HASH),
    })),
  };
}
const recorded = (number: number, signers = [0, 1, 2], change: Partial<NotaryDomain> = {}) =>
  attest(headerBytes(headers[number] ?? {}), BigInt(number), signers, change);

const stored = new Map<bigint, EvmConsensus>();
const update = (state: NotaryState, attestation: Attestation, now = clock, of = domain) =>
  updateNotary(state, of, attestation, (height) => stored.get(height), now, ports);
const begin = () => createNotaryState(spec, 2);
const refused = (attestation: Attestation, now = clock) => {
  const state = begin();
  const before = toHex(encode(notaryStateCodec, state));
  const code = refusalCode(() => update(state, attestation, now));
  expect(toHex(encode(notaryStateCodec, state))).toBe(before);
  return code;
};

describe('a notary client of a development chain', () => {
  it('accepts a header three of four notaries vouch for', () => {
    const { state, verdict } = update(begin(), recorded(20));
    expect(state).toMatchObject({ height: 20n });
    if (verdict.type !== 'advanced') throw new Error(verdict.type);
    expect(`0x${toHex(verdict.consensus.stateRoot)}`).toBe(headers[20]?.['stateRoot']);
    expect(`0x${toHex(verdict.consensus.blockHash)}`).toBe(headers[20]?.['hash']);
    stored.set(20n, verdict.consensus);
    expect(update(state, recorded(30)).state.height).toBe(30n);
  });

  it('C2 C4: takes a header it knows or an older one for a no-op, and another one at a height it knows for equivocation', () => {
    const { state } = update(begin(), recorded(20));
    expect(update(state, recorded(20))).toEqual({ state, verdict: { type: 'unchanged' } });
    expect(update(state, recorded(10))).toEqual({ state, verdict: { type: 'unchanged' } });
    const other = headerBytes({ ...headers[20], gasUsed: '0x5' });
    expect(update(state, attest(other, 20n, [0, 1, 2]))).toEqual({
      state,
      verdict: { type: 'equivocated', height: 20n },
    });
    expect(refusalCode(() => update(state, attest(other, 20n, [0, 1])))).toBe('NOTARY_QUORUM');
  });

  it.each(Array.from({ length: 10 }, (_, at) => at + 1))(
    'B4: needs the threshold of %i notaries and no less',
    (count) => {
      for (let threshold = 1; threshold <= count; threshold++) {
        const state = createNotaryState(
          { ...spec, notaries: keys.slice(0, count).map(addressOf), threshold },
          1,
        );
        const signers = Array.from({ length: threshold }, (_, at) => at + count - threshold);
        expect(refusalCode(() => update(state, recorded(20, signers.slice(1))))).toBe(
          'NOTARY_QUORUM',
        );
        if (threshold === count || threshold === 1) {
          expect(update(state, recorded(20, signers)).verdict.type).toBe('advanced');
        }
      }
    },
  );

  it('B1 B6: counts nobody twice, nobody out of order, and no stranger', () => {
    expect(refused(recorded(20, [0, 1, 1]))).toBe('NOTARY_SIGNER');
    expect(refused(recorded(20, [2, 1, 0]))).toBe('NOTARY_SIGNER');
    expect(refused(recorded(20, [0, 1, 4]))).toBe('NOTARY_SIGNER');
    const { header, signatures } = recorded(20);
    const [first, second, third] = signatures;
    if (first === undefined || second === undefined || third === undefined)
      throw new Error('three');
    const moved = { header, signatures: [first, second, { ...third, index: 3 }] };
    expect(refused(moved)).toBe('NOTARY_SIGNATURE');
    const twice = { header, signatures: [first, second, { ...second, index: 2 }] };
    expect(refused(twice)).toBe('NOTARY_SIGNATURE');
  });

  it('B2 B7: refuses one bad signature beside enough good ones, and every changed byte of one', () => {
    const { header, signatures } = recorded(20, [0, 1, 2, 3]);
    const replaceLast = (signature: Uint8Array) => ({
      header,
      signatures: [...signatures.slice(0, 3), { index: 3, signature }],
    });
    const good = signatures[3]?.signature ?? ZERO_HASH;
    expect(refused(replaceLast(good))).toBe('nothing thrown');
    for (let at = 0; at < 65; at += 4) {
      expect(
        refused(replaceLast(good.map((byte, place) => (place === at ? byte ^ 1 : byte)))),
      ).toBe('NOTARY_SIGNATURE');
    }
    expect(refused(replaceLast(new Uint8Array(65)))).toBe('NOTARY_SIGNATURE');
  });

  it('B8: refuses signatures for another chain, client, network, height or message', () => {
    expect(refused(recorded(20, [0, 1, 2], { genesisHash: ZERO_HASH }))).toBe('NOTARY_SIGNATURE');
    expect(refused(recorded(20, [0, 1, 2], { client: 'dev-chain-2' }))).toBe('NOTARY_SIGNATURE');
    expect(refused(recorded(20, [0, 1, 2], { chainId: 'eip155:1' }))).toBe('NOTARY_SIGNATURE');
    const header = headerBytes(headers[20] ?? {});
    expect(refused(attest(header, 21n, [0, 1, 2]))).toBe('NOTARY_SIGNATURE');
    const bare = nobleHash.keccak256(header);
    const signatures = [0, 1, 2].map((index) => ({
      index,
      signature: nobleSignature.sign(bare, keys[index] ?? ZERO_HASH),
    }));
    expect(refused({ header, signatures })).toBe('NOTARY_SIGNATURE');
  });

  it('A13: binds client and network apart', () => {
    const shifted = { ...domain, client: 'dev-chaine', chainId: 'ip155:1337' };
    expect(attestationDigest(shifted, 20n, ZERO_HASH, nobleHash)).not.toEqual(
      attestationDigest(domain, 20n, ZERO_HASH, nobleHash),
    );
  });

  it('A2 A14: refuses a header changed in any byte after it was signed', () => {
    const attestation = recorded(20);
    for (let at = 0; at < attestation.header.length; at += 7) {
      const header = attestation.header.map((byte, place) => (place === at ? byte ^ 1 : byte));
      expect(refused({ ...attestation, header })).toMatch(
        /^(NOTARY_SIGNATURE|RLP_[A-Z_]+|EVM_HEADER_F[A-Z]+)$/,
      );
    }
    expect(
      refused({ ...attestation, header: concatBytes(attestation.header, Uint8Array.of(0)) }),
    ).toBe('RLP_TRAILING');
  });

  it('C1 C5: refuses headers of the future, of the past, and of no later time than the newest', () => {
    const at = BigInt(String(headers[20]?.['timestamp'])) * 1000n;
    const now = (nowMs: bigint) => refused(recorded(20), { ...clock, nowMs });
    expect(now(at - 15_000n)).toBe('nothing thrown');
    expect(now(at - 15_001n)).toBe('EVM_HEADER_DRIFT');
    expect(now(at + 864_000_000n - 1n)).toBe('nothing thrown');
    expect(now(at + 864_000_000n)).toBe('EVM_HEADER_EXPIRED');
    const { state } = update(begin(), recorded(20));
    const early = headerBytes({ ...headers[21], timestamp: headers[20]?.['timestamp'] });
    expect(refusalCode(() => update(state, attest(early, 21n, [0, 1, 2])))).toBe('EVM_HEADER_TIME');
  });

  it('A7: refuses a zero state root', () => {
    const names = ['A'];
    const odd: Placed = sealBlock(cliqueGenesis(names, last), {
      set: setOf(names),
      signer: 'A',
      stateRoot: ZERO_HASH,
    });
    expect(refused(attest(odd.bytes, 1n, [0, 1, 2]))).toBe('EVM_STATE_ROOT');
  });

  it.each<[string, string, Partial<NotaryStart>, number]>([
    ['B5: no threshold', 'NOTARY_RULES', { threshold: 0 }, 0],
    ['B5: one of many where the profile asks for two', 'NOTARY_RULES', { threshold: 1 }, 2],
    ['B5: a threshold nobody can reach', 'NOTARY_RULES', { threshold: 5 }, 2],
    ['B5: nobody', 'NOTARY_RULES', { notaries: [], threshold: 0 }, 1],
    [
      'B6: one notary twice',
      'NOTARY_RULES',
      { notaries: [spec.notaries[0] ?? ZERO_HASH, ...spec.notaries] },
      2,
    ],
    ['B6: notaries out of order', 'NOTARY_RULES', { notaries: spec.notaries.toReversed() }, 2],
    [
      'B2: the zero address',
      'NOTARY_RULES',
      { notaries: [new Uint8Array(20), ...spec.notaries] },
      2,
    ],
    [
      'A11: too many',
      'NOTARY_RULES',
      {
        notaries: Array.from({ length: 65 }, (_, at) =>
          Uint8Array.from({ length: 20 }, () => at + 1),
        ),
      },
      2,
    ],
    ['C11: no contract', 'EVM_CONTRACT', { contract: { ...contract, codeHash: ZERO_HASH } }, 2],
  ])('refuses to be made with %s', (_name, code, change, least) => {
    expect(refusalCode(() => createNotaryState({ ...spec, ...change }, least))).toBe(code);
  });

  it('travels as canonical bytes', () => {
    const attestation = recorded(20);
    expect(decode(attestationCodec, encode(attestationCodec, attestation), 'attestation')).toEqual(
      attestation,
    );
    const evidence = { first: attestation, second: attestation };
    expect(decode(notaryEvidenceCodec, encode(notaryEvidenceCodec, evidence), 'evidence')).toEqual(
      evidence,
    );
    expect(decode(notaryStartCodec, encode(notaryStartCodec, spec), 'spec')).toEqual(spec);
  });
});

describe('evidence against notaries', () => {
  const judge = (first: Attestation, second: Attestation, now = clock) =>
    judgeNotaryEvidence(begin(), domain, { first, second }, now, ports);
  const other = (signers = [1, 2, 3]) =>
    attest(headerBytes({ ...headers[20], gasUsed: '0x5' }), 20n, signers);

  it('C4: two attested headers of one height freeze the client', () => {
    expect(judge(recorded(20), other())).toEqual({ type: 'equivocated', height: 20n });
  });

  it('C7: one header twice, headers of two heights, or unproven ones freeze nothing', () => {
    expect(refusalCode(() => judge(recorded(20), recorded(20, [1, 2, 3])))).toBe('NOTARY_EVIDENCE');
    expect(refusalCode(() => judge(recorded(20), recorded(21)))).toBe('NOTARY_EVIDENCE');
    expect(refusalCode(() => judge(recorded(20), other([1, 2])))).toBe('NOTARY_QUORUM');
    const old = { ...clock, nowMs: clock.nowMs + 864_000_000n };
    expect(refusalCode(() => judge(recorded(20), other(), old))).toBe('EVM_HEADER_EXPIRED');
  });
});
