/* Which client a transfer waits for, and when that makes it stranded. */
import { describe, expect, it } from 'vitest';
import type { ClientFact } from '../../../../adapters/chain-facts.ts';
import { clientHealth } from '../../../../hub/client-health.ts';
import { type Hop, hopOrder } from '../../../../hub/journal/hop.ts';
import { awaitedClient, strandedBy } from '../../../../hub/journal/stranded.ts';
import { transferView } from '../../../../hub/journal/transfer-view.ts';

const hop = (place: Hop['place'], event: Hop['event'], client: string, code = ''): Hop => ({
  place,
  event,
  chain: { source: 'jiangsu', main: 'main', destination: 'anhui' }[place],
  height: 1n,
  timeMs: BigInt(hopOrder(place, event) ?? 0),
  client,
  sequence: 1n,
  subject: new Uint8Array(32),
  quantity: 5n,
  account: new Uint8Array(20),
  code,
});
const sent = hop('source', 'packetSent', 'tieline-main');
const forwarded = hop('main', 'packetForwarded', 'tieline-anhui');
const atSource = { chain: 'jiangsu', client: 'tieline-main' };
const onMain = { chain: 'main', client: 'tieline-anhui' };

function awaited(...hops: readonly Hop[]) {
  const view = transferView('jiangsu-tieline-main-1', hops, () => 'anhui');
  if (view === undefined) throw new Error('no view');
  return awaitedClient(view);
}

const FACT: ClientFact = {
  kind: 'checkpoint',
  ...onMain,
  counterpartyClient: 'tieline-main',
  chainId: '',
  genesisHash: new Uint8Array(32),
  latestHeight: 4n,
  latestTimeMs: 4000n,
  trustingPeriodSeconds: 10n,
  expiresAtMs: 14_000n,
  frozen: false,
  closed: false,
  successor: '',
  laneName: 'tieline-anhui',
  trusted: new Uint8Array(32),
};

describe('a transfer under way', () => {
  it('waits for the client that proves the end of its packet', () => {
    expect(awaited(sent)).toEqual(atSource);
    expect(awaited(sent, forwarded)).toEqual(onMain);
    const delivered = hop('destination', 'transferDelivered', 'tieline-main');
    expect(awaited(sent, forwarded, delivered)).toEqual(onMain);
    const ended = hop('main', 'packetAcknowledged', 'tieline-anhui');
    expect(awaited(sent, forwarded, ended)).toEqual(atSource);
    expect(awaited(sent, forwarded, hop('main', 'packetTimedOut', 'tieline-anhui'))).toEqual(
      atSource,
    );
    const failed = hop('main', 'packetFailed', 'tieline-jiangsu', 'LANE_PAUSED');
    expect(awaited(sent, failed)).toEqual(atSource);
  });

  it('waits for nothing once it has ended', () => {
    const end = hop('source', 'packetAcknowledged', 'tieline-main');
    expect(awaited(sent, forwarded, end)).toBeUndefined();
  });

  it('is stranded by a frozen, expired or closed client, with the way out, and by no other', () => {
    for (const health of ['active', 'uninitialised', undefined] as const) {
      expect(strandedBy(onMain, health)).toBeUndefined();
    }
    expect(strandedBy(onMain, 'frozen')?.wayOut).toContain('replaceClient');
    expect(strandedBy(onMain, 'expired')?.wayOut).toContain('replaceClient');
    expect(strandedBy(onMain, 'closed')).toMatchObject({
      ...onMain,
      because: 'closed',
      wayOut: expect.stringContaining('settleOrphans'),
    });
  });
});

describe('a client', () => {
  it('is judged by the clock of the chain that holds it; closed and frozen come first', () => {
    expect(clientHealth(FACT, 13_999n)).toBe('active');
    expect(clientHealth(FACT, 14_000n)).toBe('expired');
    expect(clientHealth({ ...FACT, latestTimeMs: 0n }, 5000n)).toBe('uninitialised');
    expect(clientHealth({ ...FACT, frozen: true }, 14_000n)).toBe('frozen');
    expect(clientHealth({ ...FACT, frozen: true, closed: true }, 5000n)).toBe('closed');
  });
});
