/* What side chains hold is compared with the books; only what is above them is proven. */
import { describe, expect, it } from 'vitest';
import type { ChainAdapter } from '../../../../adapters/chain-adapter.ts';
import type { EvidenceRequest } from '../../../../adapters/evidence.ts';
import type { LogFacts } from '../../../../hub/log.ts';
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
  readonly registered?: bigint;
  /** Empty where the main chain does not know the resource. */
  readonly home?: string;
  /** The books are others each time they are read. */
  readonly moving?: boolean;
}

function scene(given: readonly Books[], client = { frozen: false, closed: false }) {
  const resources = [...given];
  const asked: EvidenceRequest[] = [];
  const relayed: string[] = [];
  const warnings: [string, LogFacts | undefined][] = [];
  let readings = 0n;
  const bookOf = ({ resourceId }: { readonly resourceId: Uint8Array }) =>
    resources[(resourceId[0] ?? 1) - 1];
  const answer = (kind: string, question: { readonly resourceId: Uint8Array }) => {
    if (kind === 'client') return client;
    if (kind === 'supply') return bookOf(question)?.supply;
    const book = bookOf(question);
    if (kind === 'resource') return book?.home === '' ? undefined : { home: book?.home ?? HOME };
    if (kind === 'location' && book?.moving) return { ...book, held: book.held - ++readings };
    return book;
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
    log: { info: () => undefined, warn: (text, facts) => void warnings.push([text, facts]) },
    now: () => now,
    isHeld: () => false,
  });
  return {
    asked,
    relayed,
    warnings,
    books: resources,
    check: () => watch.check(),
    /** The next look. */
    next: () => {
      now += 100;
      return watch.check();
    },
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

describe('an excess at home', () => {
  const SAID = 'A home chain holds more than is registered, and it stays so';
  const home = (changes: Partial<Books> = {}): Books => ({
    supply: 15n,
    held: 10n,
    inTransit: 0n,
    registered: 30n,
    home: HERE,
    ...changes,
  });

  it('F1: is said once nothing of it has been registered by the next look, and nothing is sent', async () => {
    const { books, next, warnings, asked } = scene([home()]);
    await next();
    expect(warnings).toEqual([]);
    await next();
    expect(warnings).toEqual([
      [SAID, { lane: 'anhui', resource: toHex(id(1)), excess: 5n, registered: 30n }],
    ]);
    await next();
    expect(warnings).toHaveLength(1);
    books[0] = home({ supply: 16n });
    await next();
    expect(warnings.at(-1)?.[1]).toMatchObject({ excess: 6n });
    expect(asked).toEqual([]);
  });

  it('is not what was issued and is registered by the next look, however much is issued meanwhile', async () => {
    const { books, next, warnings } = scene([home()]);
    for (let issued = 5n; issued < 50n; issued += 5n) {
      await next();
      books[0] = home({ supply: 15n + issued, held: 10n + issued, registered: 30n + issued });
    }
    books[0] = home({ supply: 10n });
    await next();
    await next();
    expect(warnings).toEqual([]);
  });

  it('F1: is said of what was held above the statements that were registered since', async () => {
    const { books, next, warnings } = scene([home()]);
    await next();
    books[0] = home({ supply: 18n, held: 13n, registered: 33n });
    await next();
    expect(warnings.map(([sentence]) => sentence)).toEqual([SAID]);
  });

  it('F1: of a resource the main chain does not know is said too', async () => {
    const { next, warnings } = scene([home({ held: 0n, registered: 0n, home: '' })]);
    await next();
    await next();
    expect(warnings).toMatchObject([[SAID, { excess: 15n, registered: 0n }]]);
  });

  it('is not judged while the books move under the question, and not forgotten either', async () => {
    const { books, next, warnings } = scene([home()]);
    await next();
    books[0] = home({ moving: true });
    await next();
    expect(warnings).toEqual([]);
    books[0] = home();
    await next();
    expect(warnings).toHaveLength(1);
  });
});
