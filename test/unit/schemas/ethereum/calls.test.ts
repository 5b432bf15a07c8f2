/* Certificates, state proofs and outbox runs in the order the Ethereum contracts read them. */
import { describe, expect, it } from 'vitest';
import { nobleSignature } from '../../../../main-chain/ledger/noble-signature.ts';
import { encodeCertificateCall } from '../../../../schemas/ethereum/certificate-call.ts';
import {
  encodeAcknowledgementItems,
  encodePacketItems,
  siblingsOf,
} from '../../../../schemas/ethereum/outbox-call.ts';
import { PLACE_FLAG } from '../../../../schemas/ethereum/place.ts';
import { encodeAbsence, encodePresence } from '../../../../schemas/ethereum/state-proof-call.ts';
import { concatBytes, nobleHash, toHex } from '../../../../schemas/hash.ts';
import { packetFrom, packetTo } from '../../../fakes/ethereum/lane.ts';
import { createMainChain } from '../../../fakes/ethereum/main-chain.ts';

const hash32 = (n: number) => new Uint8Array(32).fill(n);
const main = () =>
  createMainChain({ powers: [1n, 2n, 3n], hash: nobleHash, signatures: nobleSignature });

describe('a certificate for the contracts', () => {
  it('shows a signer by power and signature, another member by power and address', () => {
    const chain = main();
    const { checkpoint } = chain.block(5n);
    const certificate = chain.certify(checkpoint, undefined, [1]);
    const { flags, certificate: bytes } = encodeCertificateCall(certificate);
    expect(flags).toBe(0);
    expect(bytes.length).toBe(28 + 72 + 28);
    const [, second] = certificate.validators;
    const signature = certificate.signatures[0]?.signature ?? new Uint8Array(65);
    expect(toHex(bytes.subarray(28, 36))).toBe(((1n << 63n) | (second?.power ?? 0n)).toString(16));
    expect(bytes.subarray(36, 68)).toEqual(signature.subarray(0, 32));
    expect((bytes[68] ?? 0) >> 7).toBe(signature[64]);
    expect(bytes.subarray(69, 100)).toEqual(signature.subarray(33, 64));
  });

  it('repeats the sets of a pending change and names the next set where it changes', () => {
    const chain = main();
    const before = chain.set;
    const next = chain.createSet(2, [4n]);
    const certificate = chain.certify(chain.block(5n, { next }).checkpoint, before);
    const announced = encodeCertificateCall(certificate);
    expect(announced.flags).toBe(PLACE_FLAG.announces);
    expect(announced.certificate.subarray(0, 32)).toEqual(next.hash);
    const pending = { current: before.hash, next: next.hash };
    const again = encodeCertificateCall(certificate, pending);
    expect(again.flags).toBe(PLACE_FLAG.announces | PLACE_FLAG.follows | PLACE_FLAG.byCurrent);
    const following = encodeCertificateCall(chain.certify(chain.block(6n).checkpoint), pending);
    expect(following.flags).toBe(PLACE_FLAG.follows);
    expect(following.certificate.subarray(0, 64)).toEqual(concatBytes(before.hash, next.hash));
  });
});

describe('a state proof for the contracts', () => {
  const sibling = (n: number) => concatBytes(Uint8Array.of(4), hash32(n));

  it('counts siblings between empty ones, deepest first', () => {
    const proof = concatBytes(
      sibling(1),
      Uint8Array.of(5),
      sibling(2),
      sibling(3),
      Uint8Array.of(1),
    );
    expect(encodePresence(proof)).toEqual(
      concatBytes(Uint8Array.of(4, 2, 2, 1), hash32(3), hash32(2), hash32(1)),
    );
    expect(encodePresence(Uint8Array.of(1))).toEqual(Uint8Array.of(0, 1, 0));
  });

  it('says what stands where an absent key would', () => {
    expect(encodeAbsence(concatBytes(sibling(1), Uint8Array.of(0)))).toEqual(
      concatBytes(Uint8Array.of(0, 1, 1, 1), hash32(1)),
    );
    const foreign = concatBytes(Uint8Array.of(2), hash32(8), hash32(9));
    expect(encodeAbsence(foreign)).toEqual(
      concatBytes(Uint8Array.of(1), hash32(8), hash32(9), Uint8Array.of(0, 1, 0)),
    );
  });

  it('refuses proofs of several keys, of the other kind, and too deep ones (A11, A12)', () => {
    expect(() => encodePresence(Uint8Array.of(3, 1, 1))).toThrow();
    expect(() => encodePresence(Uint8Array.of(0))).toThrow();
    expect(() => encodeAbsence(Uint8Array.of(1))).toThrow();
    expect(() => encodePresence(new Uint8Array(252).fill(5))).toThrow();
  });
});

describe('items of an outbox run for the contracts', () => {
  const value = Uint8Array.of(0xaa, 0xbb);

  it('carry a timeout where it is not the one before', () => {
    const packets = [packetTo(1n, 9n, value), packetTo(2n, 8n, value), packetTo(3n, 8n, value)];
    expect(toHex(encodePacketItems(packets, 9n))).toBe(
      '0002aabb' + '80020000000000000008aabb' + '0002aabb',
    );
  });

  it('carry the packet of an error, and nothing of a success', () => {
    const items = encodeAcknowledgementItems([
      { sequence: 1n, success: true },
      { sequence: 2n, success: false, packet: packetFrom(2n, 7n, value) },
      { sequence: 3n, success: false, packet: packetFrom(3n, 7n, value, 'retirement') },
    ]);
    expect(toHex(items)).toBe(
      '0000000000000001' +
        '0000' +
        '0000000000000002' +
        '0002' +
        '0000000000000007' +
        'aabb' +
        '0000000000000003' +
        '8002' +
        '0000000000000007' +
        'aabb',
    );
    expect(siblingsOf(Uint8Array.of(0, 0, 0, 3, 7))).toEqual(Uint8Array.of(7));
  });
});
