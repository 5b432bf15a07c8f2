/**
 * Calls of the hub contract in the bytes a transaction carries: selector, then the ABI's words with the
 * byte strings behind them. What stands in the words is schemas/ethereum. docs/protocol.md#ethereum-place
 */
import { concatBytes } from '../../schemas/hash.ts';
import { bytesOf } from './rpc/rpc-values.ts';

/** What the relayer calls: selector, and its arguments – `w` a word, `b` a byte string. */
const CALLS = {
  update: ['0x34e9df0e', 'wwwb'],
  receivePackets: ['0x0545e727', 'wwwbb'],
  receiveOlderPackets: ['0x15bfa118', 'wwwwbbb'],
  updateAndReceiveMany: ['0x319b8ec4', 'wwwwbbb'],
  acknowledgePackets: ['0x022ab7af', 'wwwbb'],
  timeoutPacket: ['0x42f181e4', 'wwbb'],
} as const;

export type HubCall = keyof typeof CALLS;

/** Calldata of a call; a word is a number or 32 bytes. @throws RangeError where the arguments are not the call's */
export function encodeHubCall(call: HubCall, args: readonly (bigint | Uint8Array)[]): Uint8Array {
  const [selector, shape] = CALLS[call];
  if (args.length !== shape.length) throw new RangeError(`${call} takes ${shape.length} arguments`);
  const head: Uint8Array[] = [];
  const tail: Uint8Array[] = [];
  let offset = 32 * args.length;
  for (const [at, argument] of args.entries()) {
    if (shape[at] === 'w') {
      head.push(wordOf(argument));
      continue;
    }
    if (typeof argument === 'bigint') throw new RangeError(`${call} takes bytes at ${at}`);
    const padding = new Uint8Array((32 - (argument.length % 32)) % 32);
    head.push(wordOf(BigInt(offset)));
    tail.push(wordOf(BigInt(argument.length)), argument, padding);
    offset += 32 + argument.length + padding.length;
  }
  return concatBytes(bytesOf(selector), ...head, ...tail);
}

function wordOf(value: bigint | Uint8Array): Uint8Array {
  const bytes = typeof value === 'bigint' ? numberWord(value) : value;
  if (bytes.length !== 32) throw new RangeError(`A word has 32 bytes, not ${bytes.length}`);
  return bytes;
}

function numberWord(value: bigint): Uint8Array {
  if (value < 0n || value >> 256n !== 0n) throw new RangeError('A word is from 0 to 2^256 − 1');
  return bytesOf(`0x${value.toString(16).padStart(64, '0')}`);
}
