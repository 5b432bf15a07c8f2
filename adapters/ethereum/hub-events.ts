/**
 * Events of the hub contract, read from its logs: what there may be to prove and to show. An event is
 * never proof of anything; what it says is compared with proven storage by whoever believes it.
 * docs/protocol.md#ethereum-packets
 */
import { adapterError } from '../errors.ts';
import type { ContractLog } from './final-logs.ts';
import { bytesOf } from './rpc/rpc-values.ts';

/** One event about packets. `timeoutSeconds` are of the main chain's clock, `code` is an error's selector. */
export type HubEvent =
  | {
      readonly type: 'packetSent';
      readonly port: 'transfer' | 'retirement';
      readonly sequence: bigint;
      readonly timeoutSeconds: bigint;
      readonly value: Uint8Array;
    }
  | { readonly type: 'packetsReceived'; readonly sequence: bigint; readonly count: bigint }
  | { readonly type: 'packetFailed'; readonly sequence: bigint; readonly code: string }
  | { readonly type: 'packetAcknowledged'; readonly sequence: bigint; readonly success: boolean }
  | { readonly type: 'packetTimedOut'; readonly sequence: bigint }
  | { readonly type: 'clientFrozen'; readonly height: bigint };

/** Topic of the event → how its indexed word and its data are read. */
const EVENTS: Readonly<Record<string, (indexed: bigint, data: string) => HubEvent>> = {
  // PacketSent(uint256,uint256,bytes)
  '0xc47148671ec54f5bf5343365d6918efeb9150558a7e3577ff13bcd2beaeb9f43': (sequence, data) =>
    readSent('transfer', sequence, data),
  // RetirementSent(uint256,uint256,bytes)
  '0xb225964c13e86daef86d96c1e9d91a57ac8b2855bc9d4a7965224745e7d47e53': (sequence, data) =>
    readSent('retirement', sequence, data),
  // PacketReceived(uint256)
  '0x4182a321842f2972eedd8bdac97a7e2eed8cb153a751f134be3ebec4a50b8c22': (sequence, data) => {
    requireWords(data, 0);
    return { type: 'packetsReceived', sequence, count: 1n };
  },
  // PacketsReceived(uint256,uint256)
  '0x926cb26fc680decaf287fcb854afc6bf1299fc35213998d16220e038ce8b2a03': (sequence, data) => {
    requireWords(data, 1);
    return { type: 'packetsReceived', sequence, count: wordAt(data, 0) };
  },
  // PacketFailed(uint256,bytes4)
  '0x56015d6084efcd60581d221397ebf53b4522f33db403b3641de3f68e2c40d811': (sequence, data) => {
    requireWords(data, 1);
    return { type: 'packetFailed', sequence, code: data.slice(0, 10) };
  },
  // PacketAcknowledged(uint256,bool)
  '0x581b22c1d503987e418b45f5bbc7782e6d81595be9f97ae4de5de2afbc32294d': (sequence, data) => {
    requireWords(data, 1);
    return { type: 'packetAcknowledged', sequence, success: wordAt(data, 0) === 1n };
  },
  // PacketTimedOut(uint256)
  '0x29066f233cd5398632992de49f4161528e8ef47951bd4ec781764389ae0f67c2': (sequence, data) => {
    requireWords(data, 0);
    return { type: 'packetTimedOut', sequence };
  },
};
/** ClientFrozen(uint256): its one word is not indexed. */
const CLIENT_FROZEN = '0x6722d21140fa609b46a0addc2cf007cca486df22915dd742be3f551e021bceb9';

/** The event of a log; undefined where it is of another kind. @throws ADAPTER_RPC_VALUE where it is not what its kind holds */
export function readHubEvent({ topics, data }: ContractLog): HubEvent | undefined {
  const [kind = '', indexed, ...more] = topics;
  if (kind === CLIENT_FROZEN) {
    if (indexed !== undefined) throw strange(data);
    requireWords(data, 1);
    return { type: 'clientFrozen', height: wordAt(data, 0) };
  }
  const read = EVENTS[kind];
  if (read === undefined) return undefined;
  if (indexed === undefined || more.length > 0) throw strange(data);
  return read(BigInt(indexed), data);
}

function readSent(port: 'transfer' | 'retirement', sequence: bigint, data: string): HubEvent {
  const length = data.length < 194 ? -1 : Number(wordAt(data, 2));
  const isWhole = wordAt(data, 1) === 64n && data.length === 194 + 64 * Math.ceil(length / 32);
  if (length < 0 || !isWhole) throw strange(data);
  const value = bytesOf(`0x${data.slice(194, 194 + 2 * length)}`);
  return { type: 'packetSent', port, sequence, timeoutSeconds: wordAt(data, 0), value };
}

function requireWords(data: string, words: number): void {
  if (data.length !== 2 + 64 * words) throw strange(data);
}

/** Zero where the data end before it. */
function wordAt(data: string, at: number): bigint {
  return BigInt(`0x0${data.slice(2 + 64 * at, 66 + 64 * at)}`);
}

function strange(data: string): Error {
  return adapterError('ADAPTER_RPC_VALUE', { expected: 'event', found: data.slice(0, 80) });
}
