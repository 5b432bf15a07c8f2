/**
 * Identifiers: CAIP-2 chain ids, CAIP-10 accounts, CAIP-19 resources, client ids and addresses.
 * docs/protocol.md#ids
 */
import { parseHex } from './codec/hex.ts';
import { createErrors } from './errors.ts';
import { toHex } from './hash.ts';

export const idError = createErrors({
  ID_CHAIN: {
    status: 400,
    retry: 'never',
    message: 'This is not a chain id Tieline knows (CAIP-2)',
  },
  ID_CLIENT: {
    status: 400,
    retry: 'never',
    message: 'A client id is 4 to 64 characters of a-z, 0-9 and -',
  },
  ID_ADDRESS: {
    status: 400,
    retry: 'never',
    message: 'An address is 0x and 40 lower-case hex digits',
  },
  ID_ACCOUNT: { status: 400, retry: 'never', message: 'This is not an account id (CAIP-10)' },
  ID_RESOURCE: {
    status: 400,
    retry: 'never',
    message: 'A resource id is 64 lower-case hex digits',
  },
});

/** Longest chain id in bytes. */
export const MAX_CHAIN_ID = 72;
/** Longest client id in bytes. */
export const MAX_CLIENT_ID = 64;

const CHAIN_ID = /^(?:tieline:[0-9a-f]{32}|fabric:[0-9a-f]{32}|eip155:[1-9][0-9]{0,19})$/;
const CLIENT_ID = /^[a-z0-9-]{4,64}$/;

/** CAIP-2 id of a native chain: the first 16 bytes of its genesis hash. */
export function nativeChainId(genesisHash: Uint8Array): string {
  return `tieline:${toHex(genesisHash.subarray(0, 16))}`;
}

/** The text itself when it is a known chain id. @throws ID_CHAIN */
export function parseChainId(text: string): string {
  if (!CHAIN_ID.test(text)) throw idError('ID_CHAIN', { characters: text.length });
  return text;
}

/** The text itself when it is a client id. @throws ID_CLIENT */
export function parseClientId(text: string): string {
  if (!CLIENT_ID.test(text)) throw idError('ID_CLIENT', { characters: text.length });
  return text;
}

/** `0x` and 40 hex digits. */
export function formatAddress(address: Uint8Array): string {
  return `0x${toHex(address)}`;
}

/** 20 bytes of `0x…`. @throws ID_ADDRESS */
export function parseAddress(text: string): Uint8Array {
  if (!/^0x[0-9a-f]{40}$/.test(text)) throw idError('ID_ADDRESS', { characters: text.length });
  return parseHex(text.slice(2));
}

/** CAIP-10: `<chain id>:0x<address>`. */
export function formatAccountId(chainId: string, address: Uint8Array): string {
  return `${chainId}:${formatAddress(address)}`;
}

/** Both halves of a CAIP-10 id. @throws ID_ACCOUNT ID_CHAIN ID_ADDRESS */
export function parseAccountId(text: string): { chainId: string; address: Uint8Array } {
  const cut = text.lastIndexOf(':');
  if (cut < 0) throw idError('ID_ACCOUNT', { characters: text.length });
  return { chainId: parseChainId(text.slice(0, cut)), address: parseAddress(text.slice(cut + 1)) };
}

/** 32 bytes of 64 hex digits. @throws ID_RESOURCE */
export function parseResourceId(text: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(text)) throw idError('ID_RESOURCE', { characters: text.length });
  return parseHex(text);
}

/** CAIP-19: `<home chain>/resource:<64 hex digits>`. */
export function formatAssetId(homeChainId: string, resourceId: Uint8Array): string {
  return `${homeChainId}/resource:${toHex(resourceId)}`;
}
