import { describe, expect, it } from 'vitest';
import { type Hop, hopOrder } from '../../../../hub/journal/hop.ts';
import { transferView } from '../../../../hub/journal/transfer-view.ts';

const ACCOUNT = new Uint8Array(20).fill(4);

const hop = (place: Hop['place'], event: Hop['event'], code = ''): Hop => ({
  place,
  event,
  chain: { source: 'jiangsu', main: 'main', destination: 'anhui' }[place],
  height: 1n,
  timeMs: BigInt(hopOrder(place, event) ?? 0),
  client: 'tieline-anhui',
  sequence: 1n,
  subject: new Uint8Array(32).fill(1),
  quantity: 5n,
  account: ACCOUNT,
  code,
});
const view = (...hops: Hop[]) => transferView('jiangsu-tieline-main-1', hops, () => 'anhui');

const sent = hop('source', 'packetSent');
const received = hop('main', 'packetReceived');
const forwarded = hop('main', 'packetForwarded');
const refused = hop('destination', 'packetFailed', 'ACCOUNT_NOT_ADMITTED');

describe('a transfer read off its steps', () => {
  it('is none before its sending is recorded', () => {
    expect(view(received)).toBeUndefined();
  });

  it.each([
    ['sent', [sent]],
    ['received', [sent, received]],
    ['forwarded', [sent, received, forwarded]],
    ['delivered', [sent, received, forwarded, hop('destination', 'transferDelivered')]],
    [
      'completed',
      [
        sent,
        forwarded,
        hop('destination', 'transferDelivered'),
        hop('source', 'packetAcknowledged'),
      ],
    ],
    ['failed', [sent, forwarded, refused]],
    [
      'refundedOnError',
      [sent, refused, hop('source', 'packetAcknowledged', 'PACKET_ERROR_ACKNOWLEDGED')],
    ],
    ['timedOut', [sent, forwarded, hop('main', 'packetTimedOut', 'PACKET_TIMED_OUT')]],
    [
      'refundedOnTimeout',
      [
        sent,
        hop('main', 'packetTimedOut', 'PACKET_TIMED_OUT'),
        hop('source', 'packetAcknowledged', 'PACKET_ERROR_ACKNOWLEDGED'),
      ],
    ],
    ['refundedOnTimeout', [sent, hop('source', 'packetTimedOut', 'PACKET_TIMED_OUT')]],
  ])('is %s', (status, hops) => {
    expect(view(...hops)?.status).toBe(status);
  });

  it('names the refusing chain’s own code before the uniform one', () => {
    const failed = view(
      sent,
      refused,
      hop('source', 'packetAcknowledged', 'PACKET_ERROR_ACKNOWLEDGED'),
    );
    expect(failed?.code).toBe('ACCOUNT_NOT_ADMITTED');
  });

  it('knows its destination from the forward, its receiver from the delivery', () => {
    expect(view(sent, forwarded)).toMatchObject({ destination: 'anhui', receiver: undefined });
    expect(view(sent, hop('destination', 'transferDelivered'))?.receiver).toEqual(ACCOUNT);
  });

  it('is a supply or a retirement where the packet was one', () => {
    expect(view(hop('source', 'issued'), sent)?.kind).toBe('supply');
    expect(view(sent, hop('main', 'retirementBooked'))?.kind).toBe('retirement');
    expect(view(sent)?.kind).toBe('transfer');
  });
});
