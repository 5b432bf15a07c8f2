import { describe, expect, it } from 'vitest';
import { decodeHeader } from '../../../../../../main-chain/relay/ethereum/evm/execution-header.ts';
import {
  encodeRlp,
  encodeRlpInteger,
} from '../../../../../../main-chain/relay/ethereum/evm/rlp.ts';
import { nobleHash, toHex } from '../../../../../../schemas/hash.ts';
import {
  headerBytes,
  headerItems,
  type Json,
  publicVectors,
  readPublic,
  readVector,
  WITHOUT_PUBLIC_VECTORS,
} from '../../../../../fakes/ethereum-vectors.ts';
import { refusalCode } from '../../../../../fakes/refusal.ts';

interface Recorded {
  readonly headers: readonly Json[];
}
const clique = readVector<Recorded>('clique-1-signer.json').headers;
const dev = readVector<Recorded>('geth-dev.json').headers;
const folder = publicVectors();

const decode = (bytes: Uint8Array) => decodeHeader(bytes, nobleHash);

function expectDecoded(header: Json): void {
  const decoded = decode(headerBytes(header));
  expect(`0x${toHex(decoded.hash)}`).toBe(header['hash']);
  expect(decoded.number).toBe(BigInt(String(header['number'])));
  expect(decoded.timestamp).toBe(BigInt(String(header['timestamp'])));
  expect(`0x${toHex(decoded.stateRoot)}`).toBe(header['stateRoot']);
  expect(`0x${toHex(decoded.parentHash)}`).toBe(header['parentHash']);
}

describe('an execution header', () => {
  it('has the hash its network gave it, for 41 clique and 37 Prague headers', () => {
    for (const header of [...clique, ...dev]) expectDecoded(header);
  });

  const items = headerItems(dev[5] ?? {});

  it('C4: has another hash when any field differs', () => {
    const before = toHex(decode(encodeRlp(items)).hash);
    for (let at = 0; at < items.length; at++) {
      const field = items[at];
      if (!(field instanceof Uint8Array) || field.length < 8) continue;
      const changed = items.map((item, place) =>
        place === at ? field.map((byte, index) => (index === 3 ? byte ^ 1 : byte)) : item,
      );
      expect(toHex(decode(encodeRlp(changed)).hash)).not.toBe(before);
    }
  });

  it('A14: refuses every field removed, doubled or made a list', () => {
    const hash = toHex(decode(encodeRlp(items)).hash);
    for (let at = 0; at < items.length; at++) {
      const removed = items.toSpliced(at, 1);
      const doubled = items.toSpliced(at, 0, items[at] ?? []);
      const listed = items.with(at, [items[at] ?? []]);
      expect(refusalCode(() => decode(encodeRlp(doubled)))).toBe('EVM_HEADER_FORK');
      if (at < 19) expect(refusalCode(() => decode(encodeRlp(removed)))).toBe('RLP_LENGTH');
      // Without one of the last two hashes it is a header of the fork before, with another hash.
      else expect(toHex(decode(encodeRlp(removed)).hash)).not.toBe(hash);
      expect(refusalCode(() => decode(encodeRlp(listed)))).toBe('RLP_TYPE');
    }
  });

  it('A14: refuses every fixed field one byte longer or shorter and every integer with a leading zero', () => {
    for (let at = 0; at < items.length; at++) {
      const field = items[at];
      // Extra data alone may have any length.
      if (!(field instanceof Uint8Array) || at === 12) continue;
      const longer = Uint8Array.of(0, ...field);
      expect(refusalCode(() => decode(encodeRlp(items.with(at, longer))))).toBe('RLP_LENGTH');
      if (field.length < 20) continue;
      const shorter = field.subarray(1);
      expect(refusalCode(() => decode(encodeRlp(items.with(at, shorter))))).toBe('RLP_LENGTH');
    }
  });

  it('D3: refuses a timestamp whose milliseconds do not fit into 64 bits', () => {
    const most = (2n ** 64n - 1n) / 1000n;
    const at = (seconds: bigint) => encodeRlp(items.with(11, encodeRlpInteger(seconds)));
    expect(decode(at(most)).timestamp).toBe(most);
    expect(refusalCode(() => decode(at(most + 1n)))).toBe('EVM_HEADER_FIELD');
  });

  it('A11: refuses a header above the bound before it reads it', () => {
    expect(refusalCode(() => decode(new Uint8Array(4097)))).toBe('RLP_BOUND');
  });
});

describe.skipIf(folder === undefined)(`genuine headers ${WITHOUT_PUBLIC_VECTORS}`, () => {
  it('have the hash their network gave them', () => {
    const { header } = readPublic<{ header: Json }>(folder ?? '', 'proofs/mainnet-21925176.json');
    expectDecoded(header);
    const { blocks } = readPublic<{
      blocks: readonly { headerHashMatches: boolean; header: Json }[];
    }>(folder ?? '', 'proofs/ethereumjs.json');
    for (const each of blocks.filter((block) => block.headerHashMatches))
      expectDecoded(each.header);
  });
});
