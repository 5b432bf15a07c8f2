import { describe, expect, it } from 'vitest';
import type { ChainAdapter } from '../../../adapters/chain-adapter.ts';
import type { ClientFact } from '../../../adapters/chain-facts.ts';
import { ChainRegistry } from '../../../hub/registry.ts';
import { idleAdapter } from '../../fakes/idle-adapter.ts';

const log = { info: () => undefined, warn: () => undefined };
const main = idleAdapter(1, 'main');
const side = idleAdapter(2, 'side');

const factOf = (
  client: string,
  counterpartyClient: string,
  of: ChainAdapter,
  genesis?: Uint8Array,
): ClientFact => ({
  kind: 'checkpoint',
  client,
  counterpartyClient,
  chainId: of.description.chainId,
  genesisHash: genesis ?? of.description.genesisHash,
  latestHeight: 0n,
  latestTimeMs: 0n,
  trustingPeriodSeconds: 1n,
  expiresAtMs: 1000n,
  frozen: false,
  closed: false,
  successor: '',
  laneName: client,
  trusted: new Uint8Array(32),
});

/** Answers `client` and `mainClient` questions from a table. */
function withClients(
  of: ChainAdapter,
  clients: Readonly<Record<string, ClientFact>>,
  mainClient?: string,
): ChainAdapter {
  const facts = (kind: string, questions: readonly { readonly client?: string }[]) =>
    Promise.resolve(
      questions.map(({ client = '' }) => (kind === 'client' ? clients[client] : mainClient)),
    );
  return { ...of, facts: facts as unknown as ChainAdapter['facts'] };
}

function registry(sideClient: ClientFact | undefined, mainSideClient: ClientFact | undefined) {
  return new ChainRegistry(
    [
      {
        alias: 'main',
        adapter: withClients(main, mainSideClient ? { 'side-client': mainSideClient } : {}),
      },
      {
        alias: 'jiangsu',
        adapter: withClients(side, sideClient ? { 'main-client': sideClient } : {}, 'main-client'),
      },
    ],
    log,
  );
}

describe('the chains of a hub', () => {
  it.each([
    ['no chain', []],
    ['a side chain first', [side, main]],
    ['two main chains', [main, idleAdapter(3, 'main')]],
  ])('are refused with HUB_MAIN_CHAIN: %s', (_, adapters) => {
    const chains = adapters.map((adapter, at) => ({ alias: `chain-${at}`, adapter }));
    expect(() => new ChainRegistry(chains, log)).toThrow(
      expect.objectContaining({ code: 'HUB_MAIN_CHAIN' }),
    );
  });

  it.each([['main'], ['Jiangsu'], ['a b'], [''], ['x'.repeat(33)]])(
    'are refused with HUB_ALIAS: %j',
    (alias) => {
      const chains = [
        { alias: 'main', adapter: main },
        { alias, adapter: side },
      ];
      expect(() => new ChainRegistry(chains, log)).toThrow(
        expect.objectContaining({ code: 'HUB_ALIAS' }),
      );
    },
  );

  it('are found by alias and by chain id, or refused with HUB_CHAIN_UNKNOWN', () => {
    const known = registry(undefined, undefined);
    expect(known.chain('jiangsu').alias).toBe('jiangsu');
    expect(known.chainById(side.description.chainId)?.alias).toBe('jiangsu');
    expect(() => known.chain('anhui')).toThrow(
      expect.objectContaining({ code: 'HUB_CHAIN_UNKNOWN' }),
    );
  });
});

describe('a lane', () => {
  const ofMain = factOf('main-client', 'side-client', main);
  const ofSide = factOf('side-client', 'main-client', side);

  it('is there once both clients name each other', async () => {
    const known = registry(ofMain, ofSide);
    expect(() => known.lane('jiangsu')).toThrow(
      expect.objectContaining({ code: 'HUB_LANE_UNKNOWN' }),
    );
    await known.discover();
    expect(known.lane('jiangsu')).toMatchObject({
      side: { client: 'main-client' },
      main: { client: 'side-client' },
    });
    expect(known.pairByMainClient('side-client')?.alias).toBe('jiangsu');
  });

  it('is found again over the pair that has replaced another, and events of the old pair with it', async () => {
    const second = {
      ...factOf('side-second', 'main-second', side),
      laneName: 'side-client',
    };
    const closed = { ...ofSide, closed: true, successor: 'side-second' };
    let current = 'main-client';
    const adapters = [
      withClients(main, { 'side-client': closed, 'side-second': second }),
      withClients(side, {
        'main-client': ofMain,
        'main-second': factOf('main-second', 'side-second', main),
      }),
    ] as const;
    const facts = (kind: 'client', questions: readonly { readonly client: string }[]) =>
      String(kind) === 'mainClient'
        ? Promise.resolve([current])
        : adapters[1].facts(kind, questions);
    const known = new ChainRegistry(
      [
        { alias: 'main', adapter: adapters[0] },
        { alias: 'jiangsu', adapter: { ...adapters[1], facts: facts as ChainAdapter['facts'] } },
      ],
      log,
    );
    await known.discover();
    expect(known.lane('jiangsu')).toMatchObject({ bookName: 'side-client', former: [] });
    current = 'main-second';
    await known.discover();
    expect(known.lane('jiangsu')).toMatchObject({
      side: { client: 'main-second' },
      main: { client: 'side-second' },
      bookName: 'side-client',
      former: [{ side: 'main-client', main: 'side-client' }],
    });
    expect(known.pairByMainClient('side-client')).toMatchObject({ alias: 'jiangsu' });
    expect(known.pairBySideClient('jiangsu', 'main-client')?.main).toBe('side-client');
    expect(known.pairBySideClient('jiangsu', 'main-second')?.main).toBe('side-second');
  });

  it.each([
    ['the side has no client', undefined, ofSide],
    ['the main chain has none', ofMain, undefined],
    [
      'the main chain’s points elsewhere (D15)',
      ofMain,
      factOf('side-client', 'other-client', side),
    ],
    [
      'the side’s is of another genesis (B8)',
      factOf('main-client', 'side-client', main, new Uint8Array(32)),
      ofSide,
    ],
    [
      'the main chain’s is of another chain',
      ofMain,
      factOf('side-client', 'main-client', idleAdapter(7, 'side')),
    ],
  ])('is not there where %s', async (_, sideClient, mainClient) => {
    const known = registry(sideClient, mainClient);
    await known.discover();
    expect(known.lanes).toEqual([]);
  });
});
