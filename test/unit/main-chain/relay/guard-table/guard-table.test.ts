/*
 * The table guard × action × code of docs/protocol.md#guards, cell by cell: each row is read from
 * the document, each pair of a guard and an action is tried, and what is not in a row must run.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { readText } from '../../../docs/project-files.ts';
import { type GuardedAction, type Stage, setTheStage } from './actions.ts';
import { guards, type PutUp } from './guards.ts';

interface Row {
  readonly guard: string;
  readonly action: string;
  readonly answer: string;
}

/** Rows `| guard | action, action … | answer |` of the section, one for each action. */
function rowsOf(heading: string): Row[] {
  const text = readText('docs/protocol.md');
  const section = text.slice(text.indexOf(`\n${heading}\n`)).split(/\n#{2,3} /)[1] ?? '';
  return [...section.matchAll(/^\| ([^|`]+) \| ([^|`]+) \| (`[A-Z_]+`[^|]*) \|$/gm)].flatMap(
    ([, guard = '', list = '', answer = '']) =>
      list.split(' · ').map((action) => ({ guard, action, answer: answer.trim() })),
  );
}

const rows = rowsOf('### Guard table');
let stage: Stage;

beforeAll(() => {
  stage = setTheStage();
}, 60_000);

describe('the guard table', () => {
  it('names known guards and actions, each pair once', () => {
    expect(rows.length).toBeGreaterThan(0);
    const unknown = rows.filter(
      ({ guard, action }) => !guards.has(guard) || !stage.actions.has(action),
    );
    expect(unknown).toEqual([]);
    const pairs = rows.map(({ guard, action }) => `${guard} × ${action}`);
    expect(pairs.filter((pair, at) => pairs.indexOf(pair) !== at)).toEqual([]);
  });

  it('holds nothing where no guard is up: every action runs', () => {
    const stopped = [...stage.actions].filter(([, action]) => answerOf(action) !== 'runs');
    expect(stopped.map(([name, action]) => `${name}: ${answerOf(action)}`)).toEqual([]);
  });

  for (const [guard, putUp] of guards) {
    it(`F4: ${guard}: stops what its rows say, with that code, and nothing else`, () => {
      const found = [...stage.actions].map(([name, action]) => [
        name,
        under(stage, action, putUp, () => answerOf(action)),
      ]);
      const expected = [...stage.actions.keys()].map((name) => [
        name,
        rows.find((row) => row.guard === guard && row.action === name)?.answer ?? 'runs',
      ]);
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
    });
  }
});

/** Tries something with a guard up, then takes the guard down. */
function under<T>(given: Stage, spot: GuardedAction, putUp: PutUp, work: () => T): T {
  const before = new Map(spot.chain.values);
  putUp(given, spot);
  try {
    return work();
  } finally {
    spot.chain.values.clear();
    for (const [key, value] of before) spot.chain.values.set(key, value);
  }
}

/** What the chain answers, as the table writes it; a refusal has changed nothing. */
function answerOf({ chain, sender, message }: GuardedAction): string {
  const { result, changed } = chain.attempt(sender, message);
  if (result.code !== '') {
    expect(changed).toEqual([]);
    return `\`${result.code}\``;
  }
  const [item = ''] = result.items;
  if (result.events.some(({ type }) => type === 'supplyAlarm')) return `\`${item}\` → alarm`;
  if (item !== '') {
    expect(changed.filter((key) => !/^(client|consensus\w+)\//.test(key))).toEqual([]);
    return `\`${item}\`, nothing done`;
  }
  const failed = result.events.find(({ type }) => type === 'packetFailed');
  if (failed === undefined) return 'runs';
  const books = /^(holding|supply|outstanding|location|transit|books|flow|forward)\//;
  expect(changed.filter((key) => books.test(key))).toEqual([]);
  return `\`${failed.code}\` → error`;
}
