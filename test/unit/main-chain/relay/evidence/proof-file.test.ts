/* The proof file: readable summary around judged bytes, no anchor of its own, total over hostile text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatProofFile,
  MAX_PROOF_FILE,
  parseProofFile,
  verifyProofFile,
} from '../../../../../main-chain/relay/evidence/proof-file.ts';
import { transferProofCodec } from '../../../../../main-chain/relay/evidence/transfer-proof.ts';
import { verifyTransferProof } from '../../../../../main-chain/relay/evidence/verify-transfer-proof.ts';
import { encode } from '../../../../../schemas/codec/codec.ts';
import { TielineError } from '../../../../../schemas/errors.ts';
import { refusalCode } from '../../../../fakes/refusal.ts';
import { ALICE, carryAll, createNetwork, issueAndRegister, sendMessage } from '../network.ts';
import { buildProof, PORTS } from './proof-builder.ts';

const network = createNetwork();
const id = issueAndRegister(network);
network.a.side.run(ALICE, sendMessage(network, network.a, network.b.side, id, 300n));
carryAll(network);
const bytes = encode(
  transferProofCodec,
  buildProof(network, { source: [network.a, 2n], onward: [network.b, 1n] }, id),
);
const anchor = network.main.rules.genesisHash;
const proven = verifyTransferProof(bytes, anchor, PORTS);
const text = formatProofFile(bytes, proven);
const altered = (changes: object): string => JSON.stringify({ ...JSON.parse(text), ...changes });
const judge = (file: string) => verifyProofFile(file, anchor, PORTS);

describe('the proof file', () => {
  it('is read back and judged', () => {
    expect(judge(text)).toEqual(proven);
    expect(parseProofFile(text).bytes).toEqual(bytes);
  });

  it('B9 is judged against nothing but an anchor from elsewhere', () => {
    expect(refusalCode(() => verifyProofFile(text, undefined, PORTS))).toBe('PROOF_NO_ANCHOR');
    for (const field of ['anchor', 'trust', 'genesis', 'checkpoint']) {
      expect(refusalCode(() => judge(altered({ [field]: '00' })))).toBe('PROOF_NO_ANCHOR');
    }
  });

  it('D9 is refused when its readable summary says something else', () => {
    const summary = JSON.parse(text).transfer;
    const lies = [
      { quantity: '301' },
      { receiver: summary.sender },
      { outcome: 'refunded-on-error' },
      { note: 'more' },
    ];
    for (const lie of lies) {
      expect(refusalCode(() => judge(altered({ transfer: { ...summary, ...lie } })))).toBe(
        'PROOF_SUMMARY',
      );
    }
    const { quantity, ...fewer } = summary;
    expect(quantity).toBe('300');
    expect(refusalCode(() => judge(altered({ transfer: fewer })))).toBe('PROOF_SUMMARY');
    expect(refusalCode(() => judge(altered({ transfer: [] })))).toBe('PROOF_FORMAT');
  });

  it.each([
    ['no JSON', 'not json'],
    ['no object', '[]'],
    ['nothing', 'null'],
    ['another format', altered({ format: 'tieline-proof/2' })],
    ['no proof', altered({ proof: undefined })],
    ['A14 upper-case hex', altered({ proof: 'AB' })],
    ['A14 trailing bytes', altered({ proof: `${JSON.parse(text).proof}00` })],
    ['an unknown field', altered({ remark: '' })],
    ['a file beyond its bound', ' '.repeat(MAX_PROOF_FILE + 1)],
  ])('refuses %s with PROOF_FORMAT', (_name, file) => {
    expect(refusalCode(() => judge(file))).toBe('PROOF_FORMAT');
  });

  it('accepts no single changed byte', () => {
    for (let at = 0; at < bytes.length; at++) {
      const forged = bytes.slice();
      forged[at] = (forged[at] ?? 0) ^ (1 << (at % 8));
      expect(refusalCode(() => verifyTransferProof(forged, anchor, PORTS))).toMatch(/^PROOF_/);
    }
  });

  it('A14 is total over hostile bytes: cut, spliced, random', () => {
    const hostile = fc.oneof(
      fc.nat(bytes.length - 1).map((length) => bytes.slice(0, length)),
      fc
        .tuple(fc.nat(bytes.length - 1), fc.uint8Array({ minLength: 1, maxLength: 40 }))
        .map(([at, splice]) => {
          const out = bytes.slice();
          out.set(splice.subarray(0, out.length - at), at);
          return out;
        }),
      fc.uint8Array({ maxLength: 2000 }),
    );
    const property = fc.property(hostile, (input) => {
      try {
        expect(verifyTransferProof(input, anchor, PORTS)).toEqual(proven);
      } catch (error) {
        expect(error).toBeInstanceOf(TielineError);
        expect((error as TielineError).code).toMatch(/^PROOF_/);
      }
    });
    fc.assert(property, { seed: 3, numRuns: 1000 });
  });
});
