/* From the anchor to the checkpoint of the facts: every certificate by the set the one before announced. */
import { describe, expect, it } from 'vitest';
import { proofError } from '../../../../../main-chain/relay/evidence/errors.ts';
import type { TransferProof } from '../../../../../main-chain/relay/evidence/transfer-proof.ts';
import { verifyAnchor } from '../../../../../main-chain/relay/evidence/verify-anchor.ts';
import { encode } from '../../../../../schemas/codec/codec.ts';
import { nobleHash } from '../../../../../schemas/hash.ts';
import {
  type Certificate,
  type Checkpoint,
  checkpointDigest,
} from '../../../../../schemas/wire/checkpoint.ts';
import { genesisCodec, genesisHash } from '../../../../../schemas/wire/genesis.ts';
import {
  certify,
  setHashOf,
  type ValidatorKey,
  validatorKeys,
  validatorsOf,
} from '../../../../fakes/chain.ts';
import { testGenesis } from '../../../../fakes/ledger-context.ts';
import { refusalCode } from '../../../../fakes/refusal.ts';
import { PORTS } from './proof-builder.ts';

const first = validatorKeys('first', 4);
const second = validatorKeys('second', 4);
const genesis = testGenesis({ kind: 'main', validators: validatorsOf(first), createdMs: 1000n });
const hash = genesisHash(genesis, nobleHash);

function checkpoint(height: bigint, set: readonly ValidatorKey[], next = set): Checkpoint {
  return {
    height,
    stateRoot: new Uint8Array(32).fill(Number(height)),
    outboxRoot: new Uint8Array(32).fill(1),
    timeMs: 1000n + height * 1000n,
    validatorSetHash: setHashOf(set),
    nextValidatorSetHash: setHashOf(next),
  };
}

function fileOf(certificates: readonly Certificate[]): TransferProof {
  return {
    genesisHash: hash,
    genesis: encode(genesisCodec, genesis),
    certificates,
    origin: { kind: 'meter/v1', home: '', issuer: new Uint8Array(20), staticRoot: hash },
    source: undefined,
    onward: undefined,
    answer: undefined,
    values: [],
    stateProof: new Uint8Array(),
  };
}

const change = certify(checkpoint(5n, first, second), hash, first);
const after = certify(checkpoint(9n, second), hash, second);
const plain = certify(checkpoint(4n, first), hash, first);
const judge = (certificates: readonly Certificate[], anchor = hash) =>
  verifyAnchor(fileOf(certificates), anchor, PORTS);

describe('verifyAnchor', () => {
  it('follows a set change from genesis to the checkpoint of the facts', () => {
    expect(judge([plain, change, after])).toEqual(after.checkpoint);
    expect(judge([plain])).toEqual(plain.checkpoint);
  });

  it('C3 follows 150 set changes from genesis and misses any one of them', () => {
    const sets = [first, ...Array.from({ length: 150 }, (_, at) => validatorKeys(`set ${at}`, 1))];
    const changes = sets.slice(1).map((set, at) => {
      const signing = sets[at] ?? first;
      return certify(checkpoint(BigInt(at + 1), signing, set), hash, signing);
    });
    const last = sets.at(-1) ?? first;
    const facts = certify(checkpoint(200n, last), hash, last);
    expect(judge([...changes, facts])).toEqual(facts.checkpoint);
    for (const gap of [0, 75, 149]) {
      const broken = [...changes.filter((_, at) => at !== gap), facts];
      expect(refusalCode(() => judge(broken))).toBe('PROOF_CERTIFICATE');
    }
    const held = changes[100];
    if (held === undefined) throw new Error('no change');
    const anchor = checkpointDigest(held.checkpoint, hash, nobleHash);
    expect(judge([...changes.slice(100), facts], anchor)).toEqual(facts.checkpoint);
  });

  it('starts at any checkpoint the verifier holds, and needs no genesis then', () => {
    const digest = (certificate: Certificate) =>
      checkpointDigest(certificate.checkpoint, hash, nobleHash);
    const file = { ...fileOf([change, after]), genesis: new Uint8Array() };
    expect(verifyAnchor(file, digest(change), PORTS)).toEqual(after.checkpoint);
    expect(verifyAnchor(file, digest(after), PORTS)).toEqual(after.checkpoint);
    expect(refusalCode(() => verifyAnchor(file, hash, PORTS))).toBe('PROOF_GENESIS');
  });

  it('B8 a trusted checkpoint digest is worth nothing under another genesis hash', () => {
    const digest = checkpointDigest(change.checkpoint, hash, nobleHash);
    const file = { ...fileOf([change, after]), genesisHash: new Uint8Array(32).fill(3) };
    expect(refusalCode(() => verifyAnchor(file, digest, PORTS))).toBe('PROOF_ANCHOR');
  });

  it('tells a wrong anchor from an altered file', () => {
    const file = fileOf([plain]);
    const other = new Uint8Array(32).fill(7);
    const code = (changes: Partial<TransferProof>, anchor = hash) =>
      refusalCode(() => verifyAnchor({ ...file, ...changes }, anchor, PORTS));
    expect(code({}, other)).toBe('PROOF_ANCHOR');
    expect(code({}, hash.subarray(1))).toBe('PROOF_ANCHOR');
    expect(code({ genesis: new Uint8Array(9) }, other)).toBe('PROOF_ANCHOR');
    expect(code({ genesisHash: other })).toBe('PROOF_GENESIS');
    expect(code({ genesis: new Uint8Array(9) })).toBe('PROOF_GENESIS');
    const foreign = testGenesis({ kind: 'main', validators: validatorsOf(second) });
    expect(code({ genesis: encode(genesisCodec, foreign) })).toBe('PROOF_GENESIS');
    expect(code({ certificates: [] })).toBe('PROOF_CERTIFICATE');
    expect(code({ genesisHash: other, genesis: encode(genesisCodec, foreign) }, other)).toBe(
      'PROOF_GENESIS',
    );
  });

  it.each([
    ['C3 a set that was not announced', [after]],
    ['C3 the old set after the change', [change, certify(checkpoint(9n, first), hash, first)]],
    ['C2 a height that does not rise', [change, certify(checkpoint(5n, second), hash, second)]],
    ['C2 a height below the trusted one', [change, certify(checkpoint(3n, second), hash, second)]],
    [
      'C5 a time that runs back',
      [change, certify({ ...checkpoint(9n, second), timeMs: 5000n }, hash, second)],
    ],
    ['B3 too few signatures', [certify(checkpoint(4n, first), hash, first, [0, 1])]],
    [
      'B6 signatures of another set',
      [{ ...plain, signatures: certify(checkpoint(4n, first), hash, second).signatures }],
    ],
    [
      'B8 signatures for another chain',
      [certify(checkpoint(4n, first), new Uint8Array(32), first)],
    ],
    ['B5 an empty set', [{ ...plain, validators: [], signatures: [] }]],
  ] as const)('refuses %s', (_name, certificates) => {
    expect(refusalCode(() => judge(certificates))).toBe('PROOF_CERTIFICATE');
  });

  it('names the inner check in what it refuses with', () => {
    const attempt = () => judge([certify(checkpoint(4n, first), hash, first, [0, 1])]);
    expect(attempt).toThrow(
      expect.objectContaining({ data: { height: 4n, check: 'CERTIFICATE_QUORUM' } }),
    );
    expect(proofError.table.PROOF_CERTIFICATE.retry).toBe('never');
  });

  it('lets defects through as they are', () => {
    const broken = {
      ...PORTS,
      hash: {
        ...PORTS.hash,
        keccak256: () => {
          throw new Error('defect');
        },
      },
    };
    expect(() => verifyAnchor(fileOf([plain]), hash, broken)).toThrow('defect');
    const brokenSha = {
      ...PORTS,
      hash: {
        ...PORTS.hash,
        sha256: () => {
          throw new Error('defect');
        },
      },
    };
    expect(() => verifyAnchor(fileOf([plain]), hash, brokenSha)).toThrow('defect');
    const brokenSign = {
      ...PORTS,
      signatures: {
        ...PORTS.signatures,
        recoverAddress: () => {
          throw new Error('defect');
        },
      },
    };
    expect(() => verifyAnchor(fileOf([plain]), hash, brokenSign)).toThrow('defect');
  });
});
