/* Where a finished transfer's steps were written, read off its hops. */
import { describe, expect, it } from 'vitest';
import type { ChainAdapter } from '../../../../adapters/chain-adapter.ts';
import type { Hop } from '../../../../hub/journal/hop.ts';
import type { TransferView } from '../../../../hub/journal/transfer-view.ts';
import { transferTrail } from '../../../../hub/proof/transfer-trail.ts';
import { ChainRegistry } from '../../../../hub/registry.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

const genesisHash = new Uint8Array(32);
const clientOf = (alias: string) => `side-${alias}`;

/** An adapter that knows its clients and nothing else. */
function adapter(alias: string): ChainAdapter {
  const chainId = (of: string) => `tieline:${of}`;
  const facts = (kind: string, [question]: readonly [{ readonly client?: string }]) => {
    const client = question?.client ?? '';
    if (kind === 'mainClient') return Promise.resolve([`main-of-${alias}`]);
    const of = alias === 'main' ? client.replace('side-', '') : 'main';
    const counterpartyClient = alias === 'main' ? `main-of-${of}` : clientOf(alias);
    return Promise.resolve([
      { client, counterpartyClient, chainId: chainId(of), genesisHash, laneName: client },
    ]);
  };
  const description = {
    chainId: chainId(alias),
    genesisHash,
    kind: alias === 'main' ? 'main' : 'side',
  };
  return { description, facts } as unknown as ChainAdapter;
}

const log = { info: () => undefined, warn: () => undefined };
const adapters = ['main', 'jiangsu', 'anhui'].map((alias) => ({ alias, adapter: adapter(alias) }));
const registry = new ChainRegistry(adapters, log);
await registry.discover();

function hop(
  place: Hop['place'],
  event: Hop['event'],
  height: bigint,
  client: string,
  sequence: bigint,
): Hop {
  const nothing = {
    chain: place,
    timeMs: 0n,
    subject: genesisHash,
    quantity: 1n,
    account: new Uint8Array(20),
  };
  return { ...nothing, place, event, height, client, sequence, code: '' };
}

function view(changes: Partial<TransferView>): TransferView {
  return {
    id: 'jiangsu-main-of-jiangsu-4',
    kind: 'transfer',
    status: 'completed',
    resourceId: genesisHash,
    quantity: 1n,
    source: 'jiangsu',
    destination: 'anhui',
    sender: new Uint8Array(20),
    receiver: undefined,
    code: '',
    sentAtMs: 0n,
    endedAtMs: 1n,
    hops: [],
    ...changes,
  };
}

const sent = hop('source', 'packetSent', 10n, 'main-of-jiangsu', 4n);
const forwarded = hop('main', 'packetForwarded', 20n, 'side-anhui', 7n);

describe('transferTrail', () => {
  it('follows a delivery over both hops', () => {
    const hops = [
      sent,
      forwarded,
      hop('destination', 'packetReceived', 30n, 'main-of-anhui', 7n),
      hop('main', 'packetAcknowledged', 22n, 'side-anhui', 7n),
    ];
    const { source, onward, answeredHeight } = transferTrail(registry, view({ hops }));
    expect(source).toMatchObject({
      client: 'main-of-jiangsu',
      clientOnMain: 'side-jiangsu',
      sequence: 4n,
      sentHeight: 10n,
    });
    expect(onward).toMatchObject({
      clientOnMain: 'side-anhui',
      sequence: 7n,
      sentHeight: 20n,
      acknowledgedHeight: 30n,
    });
    expect(answeredHeight).toBe(22n);
  });

  it('follows a second hop that timed out, and a refusal by the main chain itself', () => {
    const late = [sent, forwarded, hop('main', 'packetTimedOut', 25n, 'side-anhui', 7n)];
    const timedOut = transferTrail(registry, view({ status: 'refundedOnTimeout', hops: late }));
    expect(timedOut.onward?.acknowledgedHeight).toBeUndefined();
    expect(timedOut.answeredHeight).toBe(25n);
    const refused = [sent, hop('main', 'packetFailed', 21n, 'side-jiangsu', 4n)];
    const trail = transferTrail(registry, view({ status: 'refundedOnError', hops: refused }));
    expect(trail).toMatchObject({ onward: undefined, answeredHeight: 21n });
  });

  it('follows a transfer that began on the main chain', () => {
    const hops = [
      hop('source', 'packetSent', 40n, 'side-anhui', 9n),
      hop('destination', 'packetReceived', 50n, 'main-of-anhui', 9n),
    ];
    const { source, onward } = transferTrail(registry, view({ source: 'main', hops }));
    expect(source).toBeUndefined();
    expect(onward).toMatchObject({ sequence: 9n, sentHeight: 40n, acknowledgedHeight: 50n });
  });

  it('follows supply and retirement to where the main chain booked or refused them', () => {
    for (const event of ['supplyRegistered', 'retirementBooked', 'packetFailed'] as const) {
      const hops = [sent, hop('main', event, 21n, 'side-jiangsu', 4n)];
      const trail = transferTrail(registry, view({ kind: 'retirement', hops }));
      expect(trail).toMatchObject({ onward: undefined, answeredHeight: 21n });
    }
    const late = view({ kind: 'supply', status: 'refundedOnTimeout', hops: [sent] });
    expect(transferTrail(registry, late).answeredHeight).toBeUndefined();
  });

  it('refuses what has not ended, or runs on a lane nobody knows', () => {
    const codeOf = (changes: Partial<TransferView>) =>
      refusalCode(() => transferTrail(registry, view(changes)));
    expect(codeOf({ status: 'forwarded', hops: [sent] })).toBe('HUB_PROOF_UNAVAILABLE');
    expect(codeOf({ hops: [] })).toBe('HUB_PROOF_UNAVAILABLE');
    expect(codeOf({ hops: [sent, { ...forwarded, client: 'side-nowhere' }] })).toBe(
      'HUB_LANE_UNKNOWN',
    );
  });
});
