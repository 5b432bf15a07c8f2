/** Both signature ports give the same answers, and refuse the same non-canonical signatures. */
import { describe, expect, it } from 'vitest';
import { loadPorts } from '../../../../main-chain/host/native-ports.ts';
import { loadNativeSignature } from '../../../../main-chain/host/native-signature.ts';
import { nobleSignature } from '../../../../main-chain/ledger/noble-signature.ts';
import { parseHex } from '../../../../schemas/codec/hex.ts';
import { nobleHash, toHex } from '../../../../schemas/hash.ts';
import type { SignaturePort } from '../../../../schemas/ports.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const native = loadNativeSignature(nobleHash);
const ports: readonly SignaturePort[] = native ? [nobleSignature, native] : [nobleSignature];

/** The first account of the well-known development mnemonic ("test test … junk"). */
const SECRET = parseHex('ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');
const ADDRESS = 'f39fd6e51aad88f6f4ce6ab8827279cfffb92266';

const digestOf = (index: number): Uint8Array => nobleHash.sha256(Uint8Array.of(index));

function word(value: bigint): Uint8Array {
  return parseHex(value.toString(16).padStart(64, '0'));
}

function replace(signature: Uint8Array, at: number, bytes: Uint8Array): Uint8Array {
  const out = signature.slice();
  out.set(bytes, at);
  return out;
}

describe('the signature ports', () => {
  it('finds the native binding on this machine', () => {
    expect(native?.name).toBe('libsecp256k1');
  });

  it('loads with nothing missing where both bindings are there', async () => {
    const { signatures, missing } = await loadPorts();
    expect(signatures.name).toBe('libsecp256k1');
    expect(missing).toBeUndefined();
  });
});

describe.each(ports.map((port) => [port.name, port] as const))('%s', (_name, port) => {
  it('gives the known address of a known key', () => {
    expect(toHex(port.addressOf(SECRET))).toBe(ADDRESS);
  });

  it('recovers who signed, and signs as the reference does (RFC 6979)', () => {
    for (let index = 0; index < 24; index++) {
      const secret = nobleHash.sha256(Uint8Array.of(index, 1));
      const signature = port.sign(digestOf(index), secret);
      expect(toHex(signature)).toBe(toHex(nobleSignature.sign(digestOf(index), secret)));
      const signer = port.recoverAddress(digestOf(index), signature);
      expect(signer && toHex(signer)).toBe(toHex(nobleSignature.addressOf(secret)));
    }
  });

  const digest = digestOf(7);
  const signature = port.sign(digest, SECRET);
  const s = BigInt(`0x${toHex(signature.subarray(32, 64))}`);
  const flipped = Uint8Array.of(1 - (signature[64] ?? 0));
  const refused: readonly (readonly [string, Uint8Array])[] = [
    ['B1 B2 the high-s twin', replace(replace(signature, 32, word(ORDER - s)), 64, flipped)],
    ['B2 s just above half the order', replace(signature, 32, word(ORDER / 2n + 1n))],
    ['B2 r = 0', replace(signature, 0, word(0n))],
    ['B2 s = 0', replace(signature, 32, word(0n))],
    ['B2 r = the order', replace(signature, 0, word(ORDER))],
    ['B2 r above the order', replace(signature, 0, word((1n << 256n) - 1n))],
    ['B2 s = the order', replace(signature, 32, word(ORDER))],
    ['B2 v = 27', replace(signature, 64, Uint8Array.of(27))],
    ['B2 v = 2', replace(signature, 64, Uint8Array.of(2))],
    ['B2 64 bytes', signature.subarray(0, 64)],
    ['B2 66 bytes', new Uint8Array([...signature, 0])],
    ['B2 no bytes', new Uint8Array(0)],
  ];
  it.each(refused)('refuses %s', (_what, bytes) => {
    expect(port.recoverAddress(digest, bytes)).toBeUndefined();
  });

  it('B1 takes the other recovery form for another signer, never for the same', () => {
    const other = port.recoverAddress(digest, replace(signature, 64, flipped));
    expect(other && toHex(other)).not.toBe(ADDRESS);
  });

  it('accepts s at exactly half the order', () => {
    const edge = replace(signature, 32, word(ORDER / 2n));
    expect(port.recoverAddress(digest, edge)).toHaveLength(20);
  });

  it('refuses a digest that is not 32 bytes', () => {
    expect(port.recoverAddress(digest.subarray(1), signature)).toBeUndefined();
  });
});
