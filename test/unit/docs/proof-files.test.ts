/** The proof files handed out as vectors stay valid: a file once made is judged the same by later versions. */
import { describe, expect, it } from 'vitest';
import { nobleSignature } from '../../../main-chain/ledger/noble-signature.ts';
import { verifyProofFile } from '../../../main-chain/relay/evidence/proof-file.ts';
import { parseHex } from '../../../schemas/codec/hex.ts';
import { nobleHash } from '../../../schemas/hash.ts';
import { refusalCode } from '../../fakes/refusal.ts';
import { readText } from './project-files.ts';

interface Vectors {
  readonly anchor: string;
  readonly files: readonly { readonly transfer: { readonly outcome: string } }[];
}

const ports = { hash: nobleHash, signatures: nobleSignature };
const { anchor, files } = JSON.parse(readText('test/vectors/protocol/proof-files.json')) as Vectors;
const judge = (file: unknown, trusted: Uint8Array | undefined) =>
  verifyProofFile(JSON.stringify(file), trusted, ports);

describe('the proof files among the vectors', () => {
  it('prove a delivered, a refused and a timed-out transfer', () => {
    const outcomes = files.map((file) => judge(file, parseHex(anchor, 32)).outcome);
    expect(outcomes).toEqual(['delivered', 'refunded-on-error', 'refunded-on-timeout']);
  });

  it('prove nothing without an anchor, or against another main chain', () => {
    for (const file of files) {
      expect(refusalCode(() => judge(file, undefined))).toBe('PROOF_NO_ANCHOR');
      expect(refusalCode(() => judge(file, new Uint8Array(32).fill(7)))).toBe('PROOF_ANCHOR');
    }
  });

  it('are refused where the readable summary says something else', () => {
    const [file] = files;
    const altered = { ...file, transfer: { ...file?.transfer, quantity: '1000000' } };
    expect(refusalCode(() => judge(altered, parseHex(anchor, 32)))).toBe('PROOF_SUMMARY');
  });
});
