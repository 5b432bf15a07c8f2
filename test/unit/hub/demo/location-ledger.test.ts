/* The ledger the demonstration shows, and the summary a script reads of it. */
import { describe, expect, it } from 'vitest';
import type { ChainAdapter } from '../../../../adapters/chain-adapter.ts';
import { type LedgerRow, readLocationLedger } from '../../../../hub/demo/location-ledger.ts';
import { tellLedger } from '../../../../hub/demo/tell-story.ts';
import type { TransferView } from '../../../../hub/journal/transfer-view.ts';
import { summariseRun } from '../../../../hub/up/summary.ts';
import { toHex } from '../../../../schemas/hash.ts';

const id = new Uint8Array(32).fill(9);
const BOOKS = { registered: 100n, held: 80n, inTransit: 0n, retired: 20n };
const HELD = { main: 0n, jiangsu: 50n, anhui: 30n };

function chains(changes: { books?: Partial<typeof BOOKS>; supply?: Partial<typeof HELD> } = {}) {
  const adapter = (alias: keyof typeof HELD): ChainAdapter => {
    const facts = (kind: string, questions: readonly { readonly laneName?: string }[]) =>
      Promise.resolve(
        questions.map(({ laneName = '' }) => {
          if (kind === 'books') return { ...BOOKS, ...changes.books };
          if (kind === 'supply') return { ...HELD, ...changes.supply }[alias];
          const of = laneName === '' ? 'main' : laneName.replace('tieline-', '');
          return { held: HELD[of as keyof typeof HELD], inTransit: 0n };
        }),
      );
    return { facts } as unknown as ChainAdapter;
  };
  return { main: adapter('main'), jiangsu: adapter('jiangsu'), anhui: adapter('anhui') };
}

const balanced = async (changes?: Parameters<typeof chains>[0]) =>
  (await readLocationLedger(chains(changes), [id]))[0]?.balanced;

describe('readLocationLedger', () => {
  it('balances where books and chains agree to the last unit', async () => {
    const [row] = await readLocationLedger(chains(), [id]);
    expect(row).toMatchObject({ registered: 100n, retired: 20n, balanced: true });
    expect(row?.places.map(({ chain, located }) => [chain, located])).toEqual([
      ['main', 0n],
      ['jiangsu', 50n],
      ['anhui', 30n],
    ]);
    expect(await readLocationLedger(chains(), [])).toEqual([]);
  });

  it('F1 does not where a chain holds one more, or the books do not add up', async () => {
    expect(await balanced({ supply: { anhui: 31n } })).toBe(false);
    expect(await balanced({ books: { registered: 101n } })).toBe(false);
    expect(await balanced({ books: { inTransit: 1n } })).toBe(false);
  });

  it('is told as a table that names what does not balance', async () => {
    const rows = await readLocationLedger(chains({ supply: { anhui: 31n } }), [id]);
    const table = tellLedger(rows, () => 'wind');
    expect(table).toMatch(/wind +0909090909 +100 +0 +50 +30 +0 +20 +DO NOT BALANCE\n$/);
  });
});

describe('summariseRun', () => {
  const view = (kind: TransferView['kind'], status: TransferView['status']) =>
    ({ kind, status }) as TransferView;
  const row: LedgerRow = {
    resourceId: id,
    registered: 100n,
    retired: 20n,
    places: [],
    balanced: true,
  };

  it('counts transfers by their end, and certificates by what the books say', () => {
    const views = [
      view('transfer', 'completed'),
      view('transfer', 'refundedOnError'),
      view('retirement', 'completed'),
    ];
    const facts = {
      views,
      ledger: [row],
      certificateIds: new Set([toHex(id)]),
      proofsVerified: 2,
      seconds: 1.239,
    };
    expect(JSON.stringify(summariseRun(facts))).toBe(
      '{"transfers":{"completed":1,"refundedOnError":1,"refundedOnTimeout":0},"certificates":{"issued":100,"retired":20},"conserved":true,"proofsVerified":2,"seconds":1.24}',
    );
  });

  it('says nothing is conserved where nothing was shown or something does not balance', () => {
    const facts = { views: [], certificateIds: new Set<string>(), proofsVerified: 0, seconds: 0 };
    expect(summariseRun({ ...facts, ledger: [] }).conserved).toBe(false);
    expect(summariseRun({ ...facts, ledger: [row, { ...row, balanced: false }] }).conserved).toBe(
      false,
    );
  });
});
