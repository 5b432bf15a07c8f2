/* What side chains hold is compared with the books; only what is above them is proven. */
import { describe, expect, it } from 'vitest';
import type { ChainAdapter } from '../../../../adapters/chain-adapter.ts';
import type { EvidenceRequest } from '../../../../adapters/evidence.ts';
import type { ChainRegistry } from '../../../../hub/registry.ts';
import { SupplyWatch } from '../../../../hub/relayer/supply-watch.ts';
import { toHex } from '../../../../schemas/hash.ts';

const id = (n: number) => new Uint8Array(32).fill(n);
const HOME = 'tieline:jiangsu';
const HERE = 'tieline:anhui';

/** Anhui holds `supply` of each resource, the books allow it `held` and `inTransit`. */
interface Books {
  readonly supply: bigint;
  readonly held: bigint;
  readonly inTransit: bigint;
  readonly home?: string;
}

function scene(resources: readonly Books[], client = { frozen: false, closed: false }) {
  const asked: EvidenceRequest[] = [];
  const relayed: string[] = [];
  const warnings: string[] = [];
  const bookOf = ({ resourceId }: { readonly resourceId: Uint8Array }) =>
    resources[(resourceId[0] ?? 1) - 1];
  const answer = (kind: string, question: { readonly resourceId: Uint8Array }) => {
    if (kind === 'client') return client;
    if (kind === 'supply') return bookOf(question)?.supply;
    if (kind === 'resource') return { home: bookOf(question)?.home ?? HOME };
    return bookOf(question);
  };
  const facts = (kind: string, questions: readonly { readonly resourceId: Uint8Array }[]) =>
    Promise.resolve(questions.map((question) => answer(kind, question)));
  const side = {
    description: { chainId: HERE },
    facts,
    evidence: (request: EvidenceRequest) => {
      asked.push(request);
      return Promise.resolve({ task: 'supply' });
    },
  } as unknown as ChainAdapter;
  const main = {
    facts,
    relay: (to: string) => {
      relayed.push(to);
      return Promise.resolve([{ code: '', items: ['LOCATION_EXCEEDED'] }]);
    },
  } as unknown as ChainAdapter;
  const lane = {
    alias: 'anhui',
    side: { adapter: side },
    main: { adapter: main, client: 'tieline-anhui' },
    bookName: 'tieline-anhui',
  };
  let now = 0;
  const watch = new SupplyWatch(100, {
    registry: { lanes: [lane] } as unknown as ChainRegistry,
    resume: {
      resources: () => Promise.resolve(resources.map((_, at) => toHex(id(at + 1)))),
    },
    log: { info: () => undefined, warn: (text) => void warnings.push(text) },
    now: () => now,
    isHeld: () => false,
  });
  return {
    asked,
    relayed,
    warnings,
    check: () => watch.check(),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe('the watch over supply', () => {
  it('sends nothing while every chain is within the books', async () => {
    const { check, asked } = scene([
      { supply: 10n, held: 10n, inTransit: 0n },
      { supply: 10n, held: 3n, inTransit: 7n },
      { supply: 0n, held: 5n, inTransit: 0n },
    ]);
    await check();
    expect(asked).toEqual([]);
  });

  it('has proven what is above them, but not what is at home there', async () => {
    const { check, asked, relayed, warnings } = scene([
      { supply: 10n, held: 10n, inTransit: 0n },
      { supply: 11n, held: 3n, inTransit: 7n },
      { supply: 99n, held: 0n, inTransit: 0n, home: HERE },
    ]);
    await check();
    expect(asked).toMatchObject([{ task: 'supply', resourceIds: [id(2)] }]);
    expect(relayed).toEqual(['tieline-anhui']);
    expect(warnings).toHaveLength(1);
  });

  it('looks again when its time has come, and over no client that cannot be used', async () => {
    const above = [{ supply: 1n, held: 0n, inTransit: 0n }];
    const live = scene(above);
    await live.check();
    await live.check();
    expect(live.asked).toHaveLength(1);
    live.pass(100);
    await live.check();
    expect(live.asked).toHaveLength(2);
    for (const client of [
      { frozen: true, closed: false },
      { frozen: false, closed: true },
    ]) {
      const dead = scene(above, client);
      await dead.check();
      expect(dead.asked).toEqual([]);
    }
  });
});
