import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Codec, decode, encode } from '../../../../schemas/codec/codec.ts';
import { concatBytes, equalBytes, nobleHash, toHex } from '../../../../schemas/hash.ts';
import { actionCodec } from '../../../../schemas/wire/action.ts';
import { blockHeaderCodec } from '../../../../schemas/wire/block.ts';
import { certificateCodec } from '../../../../schemas/wire/checkpoint.ts';
import { transactionResultCodec } from '../../../../schemas/wire/event.ts';
import { genesisCodec } from '../../../../schemas/wire/genesis.ts';
import { messageCodec, segmentCodec } from '../../../../schemas/wire/message.ts';
import { packetCodec } from '../../../../schemas/wire/packet.ts';
import { retirementPayloadCodec, transferPayloadCodec } from '../../../../schemas/wire/transfer.ts';
import { refusalCode } from '../../../fakes/refusal.ts';
import * as sample from './wire-samples.ts';

const COUNT = 2000;
const file = fileURLToPath(new URL('../../../fixtures/wire/golden.json', import.meta.url));

/** Digest over the encodings of COUNT seeded values, each read back and written again. */
function golden<T>(codec: Codec<T>, make: (s: sample.Samples) => T): string {
  const samples = new sample.Samples(7);
  let digest: Uint8Array = new Uint8Array(32);
  for (let at = 0; at < COUNT; at++) {
    const encoded = encode(codec, make(samples));
    const again = encode(codec, decode(codec, encoded, 'sample'));
    if (!equalBytes(again, encoded)) expect(again).toEqual(encoded);
    digest = nobleHash.sha256(concatBytes(digest, nobleHash.sha256(encoded)));
  }
  return toHex(digest);
}

/** Every prefix of an encoding is refused, and so is one more byte. */
function strict<T>(codec: Codec<T>, make: (s: sample.Samples) => T): void {
  const encoded = encode(codec, make(new sample.Samples(11)));
  for (let length = 0; length < encoded.length; length++) {
    expect(refusalCode(() => decode(codec, encoded.subarray(0, length), 'x'))).toMatch(/^CODEC_/);
  }
  expect(refusalCode(() => decode(codec, Uint8Array.from([...encoded, 0]), 'x'))).toBe(
    'CODEC_TRAILING',
  );
}

const cases: Record<string, () => string> = {
  packet: () => golden(packetCodec, sample.samplePacket),
  transferPayload: () => golden(transferPayloadCodec, sample.sampleTransfer),
  retirementPayload: () => golden(retirementPayloadCodec, sample.sampleRetirement),
  certificate: () => golden(certificateCodec, sample.sampleCertificate),
  genesis: () => golden(genesisCodec, sample.sampleGenesis),
  blockHeader: () => golden(blockHeaderCodec, sample.sampleHeader),
  transactionResult: () => golden(transactionResultCodec, sample.sampleResult),
  segment: () => golden(segmentCodec, sample.sampleSegment),
  action: () => golden(actionCodec, sample.sampleAction),
  message: () => golden(messageCodec, sample.sampleMessage),
};

describe('wire formats', () => {
  it(`hash to the committed golden digests over ${COUNT} values per type`, async () => {
    const actual = Object.fromEntries(Object.entries(cases).map(([name, run]) => [name, run()]));
    await expect(`${JSON.stringify(actual, null, 2)}
`).toMatchFileSnapshot(file);
  });

  it('refuse every truncated encoding and every trailing byte (A14)', () => {
    strict(packetCodec, sample.samplePacket);
    strict(transferPayloadCodec, sample.sampleTransfer);
    strict(certificateCodec, sample.sampleCertificate);
    strict(genesisCodec, sample.sampleGenesis);
    strict(segmentCodec, sample.sampleSegment);
    strict(actionCodec, sample.sampleAction);
    strict(messageCodec, sample.sampleMessage);
  });

  it('refuse flags a transfer payload does not have', () => {
    const encoded = encode(transferPayloadCodec, sample.sampleTransfer(new sample.Samples(3)));
    expect(
      refusalCode(() =>
        decode(transferPayloadCodec, Uint8Array.from([32, ...encoded.subarray(1)]), 'x'),
      ),
    ).toBe('CODEC_VALUE');
  });
});
