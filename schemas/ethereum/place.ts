/**
 * The two words with which a call of the Ethereum contracts says what it speaks of: the place (which
 * checkpoint, which packet) and the range (which run of an outbox). docs/protocol.md#ethereum-place
 */
import { codecError } from '../codec/errors.ts';

/** Bits of `flags`. */
export const PLACE_FLAG = { announces: 1, follows: 2, byCurrent: 4, retirement: 8 } as const;
/** As ring slot: the newest checkpoint of the client. */
export const NEWEST_SLOT = 0xffff;

/** Parts of a place; what a call does not need is left out. */
export interface Place {
  readonly flags?: number;
  /** Ring slot of the consensus state; the newest where left out. */
  readonly slot?: number;
  readonly height: bigint;
  /** Unix milliseconds of the checkpoint. */
  readonly timeMs: bigint;
  /** Of the packet, or of the first packet of a run. */
  readonly sequence?: bigint;
  /** Unix seconds. */
  readonly timeoutSeconds?: bigint;
}

/** flags(1) ‖ slot(2) ‖ height(8) ‖ timeMs(6) ‖ sequence(7) ‖ timeoutSeconds(8). @throws CODEC_VALUE */
export function encodePlace(place: Place): bigint {
  let word = 0n;
  const put = (value: bigint, bits: bigint, field: string): void => {
    if (value < 0n || value >> bits !== 0n) throw codecError('CODEC_VALUE', { field, value });
    word = (word << bits) | value;
  };
  put(BigInt(place.flags ?? 0), 8n, 'flags');
  put(BigInt(place.slot ?? NEWEST_SLOT), 16n, 'slot');
  put(place.height, 64n, 'height');
  put(place.timeMs, 48n, 'timeMs');
  put(place.sequence ?? 0n, 56n, 'sequence');
  put(place.timeoutSeconds ?? 0n, 64n, 'timeoutSeconds');
  return word;
}

/** Items of the run(24) ‖ items of the outbox(4) ‖ place of the first(4). */
export function encodeRange(length: number, count: number, start: number): bigint {
  return (BigInt(length) << 64n) | (BigInt(count) << 32n) | BigInt(start);
}
