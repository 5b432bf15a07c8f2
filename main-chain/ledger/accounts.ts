/**
 * Accounts: the nonce window of 256 and the admission list. docs/protocol.md#accounts
 * Account leaf: base(8) ‖ mask(32); bit i of the mask (least significant first) says that nonce
 * base + i is used. A nonce is valid iff base ≤ nonce < base + 256 and its bit is clear; base advances
 * only over set bits.
 */
import { Reader } from '../../schemas/codec/reader.ts';
import { Writer } from '../../schemas/codec/writer.ts';
import { formatAddress } from '../../schemas/ids.ts';
import { accountKey, admittedKey } from '../../schemas/wire/state-keys.ts';
import type { ExecutionContext } from './context.ts';
import { ledgerError } from './errors.ts';
import type { State } from './state.ts';

/** How far ahead of the oldest open nonce a sender may go. */
export const NONCE_WINDOW = 256n;
const MAX_U64 = (1n << 64n) - 1n;

/** `mask` has bit i set when nonce `base + i` is used. */
export interface NonceWindow {
  readonly base: bigint;
  readonly mask: bigint;
}

/** The window of an account; a new account starts at base 0. */
export function readNonceWindow(state: Pick<State, 'get'>, address: Uint8Array): NonceWindow {
  const bytes = state.get(accountKey(address));
  return bytes === undefined ? { base: 0n, mask: 0n } : decodeNonceWindow(bytes);
}

/** @throws CODEC_* */
export function decodeNonceWindow(bytes: Uint8Array): NonceWindow {
  const reader = new Reader(bytes, 'account');
  const base = reader.u64('base');
  const high = reader.u128('mask');
  const low = reader.u128('mask');
  reader.end();
  return { base, mask: high === 0n ? low : (high << 128n) | low };
}

/** True when the nonce is inside the window and unused. */
export function isNonceOpen({ base, mask }: NonceWindow, nonce: bigint): boolean {
  return (
    nonce >= base &&
    nonce < base + NONCE_WINDOW &&
    nonce < MAX_U64 &&
    ((mask >> (nonce - base)) & 1n) === 0n
  );
}

/** Marks a nonce used. @throws TX_NONCE */
export function useNonce(state: State, address: Uint8Array, nonce: bigint): void {
  const window = readNonceWindow(state, address);
  if (!isNonceOpen(window, nonce)) throw ledgerError('TX_NONCE', { nonce, base: window.base });
  let { base } = window;
  let mask = window.mask | (1n << (nonce - base));
  while ((mask & 1n) === 1n) {
    mask >>= 1n;
    base += 1n;
  }
  const writer = new Writer()
    .u64(base)
    .u128(mask >> 128n)
    .u128(mask & ((1n << 128n) - 1n));
  state.set(accountKey(address), writer.finish());
}

/** @throws ACCOUNT_NOT_ADMITTED in list mode, where the account is not on the list */
export function requireAdmitted(context: ExecutionContext, address: Uint8Array): void {
  if (context.chain.genesis.admission === 'open') return;
  if (context.state.get(admittedKey(address)) === undefined) {
    throw ledgerError('ACCOUNT_NOT_ADMITTED', { account: formatAddress(address) });
  }
}
