import { describe, expect, it } from 'vitest';
import {
  formatAccountId,
  formatAddress,
  formatAssetId,
  nativeChainId,
  parseAccountId,
  parseAddress,
  parseChainId,
  parseClientId,
  parseResourceId,
} from '../../../schemas/ids.ts';
import { refusalCode } from '../../fakes/refusal.ts';

const hash = new Uint8Array(32).fill(0xab);
const address = new Uint8Array(20).fill(1);

describe('ids', () => {
  it('names a native chain by the first half of its genesis hash (CAIP-2)', () => {
    expect(nativeChainId(hash)).toBe(`tieline:${'ab'.repeat(16)}`);
    expect(parseChainId(nativeChainId(hash))).toBe(nativeChainId(hash));
    expect(parseChainId('eip155:1')).toBe('eip155:1');
    for (const bad of [
      'tieline:ab',
      'eip155:0',
      'eip155:01',
      'cosmos:x',
      `tieline:${'AB'.repeat(16)}`,
      '',
    ]) {
      expect(refusalCode(() => parseChainId(bad))).toBe('ID_CHAIN');
    }
  });

  it('takes client ids of DESIGN and refuses separators and traversal (D13)', () => {
    expect(parseClientId('main-0')).toBe('main-0');
    for (const bad of ['abc', 'a/bcd', '../etc', 'Main-0', 'a'.repeat(65), 'ab\u0001d', '']) {
      expect(refusalCode(() => parseClientId(bad))).toBe('ID_CLIENT');
    }
  });

  it('writes and reads accounts (CAIP-10) and assets (CAIP-19)', () => {
    const account = formatAccountId(nativeChainId(hash), address);
    expect(parseAccountId(account)).toEqual({ chainId: nativeChainId(hash), address });
    expect(refusalCode(() => parseAccountId('nothing'))).toBe('ID_ACCOUNT');
    expect(refusalCode(() => parseAddress('0xzz'))).toBe('ID_ADDRESS');
    expect(parseAddress(formatAddress(address))).toEqual(address);
    expect(formatAssetId('eip155:1', hash)).toBe(`eip155:1/resource:${'ab'.repeat(32)}`);
    expect(parseResourceId('ab'.repeat(32))).toEqual(hash);
    expect(refusalCode(() => parseResourceId('ab'))).toBe('ID_RESOURCE');
  });
});
