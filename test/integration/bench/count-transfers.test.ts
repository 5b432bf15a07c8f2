/** What a recount makes of chains that are certified and lie all the same. */

import { describe, expect, it } from 'vitest';
import { encode } from '../../../schemas/codec/codec.ts';
import { concatBytes, nobleHash } from '../../../schemas/hash.ts';
import { checkpointUpdates } from '../../../schemas/wire/clients/client-material.ts';
import type { ChainEvent } from '../../../schemas/wire/event.ts';
import type { Message } from '../../../schemas/wire/message.ts';
import {
  acknowledgementCommitment,
  ERROR_ACKNOWLEDGEMENT,
  type Packet,
  packetCommitment,
  SUCCESS_ACKNOWLEDGEMENT,
} from '../../../schemas/wire/packet.ts';
import { encodeTransactionBody } from '../../../schemas/wire/transaction.ts';
import { transferPayloadCodec } from '../../../schemas/wire/transfer.ts';
import { ChainBook } from '../../bench/recount/chain-book.ts';
import {
  countTransfers,
  countUnproven,
  type WalkedChain,
} from '../../bench/recount/count-transfers.ts';
import type { ProvenBlock, SentItem } from '../../bench/recount/verify-chain.ts';

const ANHUI = 'tieline:00000000000000000000000000000002';

function packet(sourceClient: string, destinationClient: string, quantity: bigint): Packet {
  const value = encode(transferPayloadCodec, {
    resourceId: new Uint8Array(32).fill(7),
    quantity,
    sender: new Uint8Array(20).fill(1),
    receiver: new Uint8Array(20).fill(2),
    deadlineSeconds: 100n,
    frozen: false,
    origin: undefined,
    destination: sourceClient === 'tieline-main' ? ANHUI : undefined,
    dynamic: undefined,
    memo: undefined,
  });
  const [sourcePort, destinationPort] = ['transfer', 'transfer'];
  const payload = { sourcePort, destinationPort, version: 'tieline-1', encoding: 'x', value };
  return {
    sequence: 1n,
    sourceClient,
    destinationClient,
    timeoutSeconds: 100n,
    payloads: [payload],
  };
}

const a = packet('tieline-main', 'tieline-jiangsu', 5n);
const b = packet('tieline-anhui', 'tieline-main', 5n);

function sends(of: Packet): SentItem {
  const { sourceClient, sequence } = of;
  const commitment = packetCommitment(of, nobleHash);
  return { client: sourceClient, kind: 1, sequence, commitment, packet: of };
}

function writes(of: Packet, acknowledgement = SUCCESS_ACKNOWLEDGEMENT): SentItem {
  const { destinationClient, sequence } = of;
  const commitment = acknowledgementCommitment([acknowledgement], nobleHash);
  return { client: destinationClient, kind: 0, sequence, commitment, packet: undefined };
}

/** A relayed transaction that took one item. */
function takes(
  client: string,
  packets: readonly Packet[],
  acknowledged: readonly Packet[] = [],
  acknowledgement = SUCCESS_ACKNOWLEDGEMENT,
  events: readonly ChainEvent[] = [],
): ProvenBlock['transactions'][number] {
  const none = new Uint8Array(0);
  const message: Message = {
    type: 'deliver',
    client,
    updates: checkpointUpdates(),
    height: 1n,
    segments: [
      {
        outboxHeight: 1n,
        start: 0,
        acknowledgements: acknowledged.map((each) => ({ packet: each, acknowledgement })),
        packets,
        rangeProof: none,
        rootProof: none,
      },
    ],
  };
  const head = { sender: new Uint8Array(20), nonce: 0n, expirySeconds: 1n };
  const body = encodeTransactionBody({ ...head, message });
  const items = [...packets, ...acknowledged].map(() => '');
  return { bytes: concatBytes(new Uint8Array(65), body), result: { code: '', items, events } };
}

const forwarded: ChainEvent = {
  type: 'packetForwarded',
  client: 'tieline-anhui',
  sequence: 1n,
  subject: new Uint8Array(32),
  quantity: 5n,
  account: new Uint8Array(20),
  code: '',
  origin: 'tieline-jiangsu/1',
};

type Part = Partial<Pick<ProvenBlock, 'sent' | 'transactions'>>;

/** The honest course of one transfer, by chain and block. */
function honest() {
  return {
    jiangsu: [{ sent: [sends(a)] }, { transactions: [takes('tieline-main', [], [a])] }] as Part[],
    main: [
      {
        sent: [sends(b)],
        transactions: [takes('tieline-jiangsu', [a], [], SUCCESS_ACKNOWLEDGEMENT, [forwarded])],
      },
      { sent: [writes(a)], transactions: [takes('tieline-anhui', [], [b])] },
    ] as Part[],
    anhui: [{ sent: [writes(b)], transactions: [takes('tieline-main', [b])] }] as Part[],
  };
}

function walked(alias: string, parts: readonly Part[]): WalkedChain {
  const book = new ChainBook(nobleHash);
  for (const [index, part] of parts.entries()) {
    const at = { height: BigInt(index + 1), timeMs: BigInt(index + 1) };
    book.enter({ sent: [], transactions: [], ...at, ...part });
  }
  return { alias, chainId: ANHUI, genesisHash: new Uint8Array(32), book, state: new Map() };
}

function judge(course: ReturnType<typeof honest>) {
  const jiangsu = walked('jiangsu', course.jiangsu);
  const main = walked('main', course.main);
  const anhui = walked('anhui', course.anhui);
  return {
    fates: [...countTransfers(jiangsu, main, anhui)].map(({ fate }) => fate),
    unproven: countUnproven(main, jiangsu) + countUnproven(main, anhui),
  };
}

describe('the fate of a transfer', () => {
  it('is completed where both hops are sent, taken, answered and settled once', () => {
    expect(judge(honest())).toEqual({ fates: ['completed'], unproven: 0 });
  });

  it('is lost where Anhui never took it, and the answers to it are unproven', () => {
    expect(judge({ ...honest(), anhui: [] })).toEqual({ fates: ['lost'], unproven: 1 });
  });

  it('is lost where the main chain never answered although Jiangsu settled it', () => {
    const course = honest();
    course.main[1] = { transactions: course.main[1]?.transactions ?? [] };
    expect(judge(course)).toEqual({ fates: ['lost'], unproven: 1 });
  });

  it('is lost while Jiangsu has not settled it', () => {
    expect(judge({ ...honest(), jiangsu: [{ sent: [sends(a)] }] }).fates).toEqual(['lost']);
  });

  it('is refunded where Anhui refused it and every answer says so', () => {
    const course = honest();
    course.anhui = [
      { sent: [writes(b, ERROR_ACKNOWLEDGEMENT)], transactions: [takes('tieline-main', [b])] },
    ];
    course.main[1] = {
      sent: [writes(a, ERROR_ACKNOWLEDGEMENT)],
      transactions: [takes('tieline-anhui', [], [b], ERROR_ACKNOWLEDGEMENT)],
    };
    course.jiangsu[1] = {
      transactions: [takes('tieline-main', [], [a], ERROR_ACKNOWLEDGEMENT)],
    };
    expect(judge(course)).toEqual({ fates: ['refunded'], unproven: 0 });
  });

  it('is doubled where it arrived and was given back all the same (D4)', () => {
    const course = honest();
    course.jiangsu[1] = {
      transactions: [takes('tieline-main', [], [a], ERROR_ACKNOWLEDGEMENT)],
    };
    expect(judge(course)).toEqual({ fates: ['doubled'], unproven: 1 });
  });

  it('is doubled where Anhui took it twice (D1)', () => {
    const course = honest();
    course.anhui.push({ transactions: [takes('tieline-main', [b])] });
    expect(judge(course).fates).toEqual(['doubled']);
  });

  it('is doubled where one deposit was forwarded twice (D10)', () => {
    const course = honest();
    const again = { ...b, sequence: 2n };
    const event = { ...forwarded, sequence: 2n };
    course.main.push({
      sent: [sends(again)],
      transactions: [takes('tieline-anhui', [], [again], SUCCESS_ACKNOWLEDGEMENT, [event])],
    });
    course.anhui.push({ sent: [writes(again)], transactions: [takes('tieline-main', [again])] });
    expect(judge(course).fates).toEqual(['doubled']);
  });
});

describe('an effect without proof', () => {
  it('is a packet taken that was never sent', () => {
    const course = honest();
    const stray = { ...a, sequence: 9n };
    course.main.push({ transactions: [takes('tieline-jiangsu', [stray])] });
    expect(judge(course).unproven).toBe(1);
  });

  it('is a packet taken with another amount than was sent (D9)', () => {
    const course = honest();
    course.anhui = [
      {
        sent: [writes(b)],
        transactions: [takes('tieline-main', [packet('tieline-anhui', 'tieline-main', 6n)])],
      },
    ];
    expect(judge(course).unproven).toBe(1);
  });

  it('is a forward of another amount than came in (D9)', () => {
    const course = honest();
    const more = packet('tieline-anhui', 'tieline-main', 6n);
    course.main[0] = { ...course.main[0], sent: [sends(more)] };
    course.anhui = [{ sent: [writes(more)], transactions: [takes('tieline-main', [more])] }];
    expect(judge(course).unproven).toBe(1);
  });
});
