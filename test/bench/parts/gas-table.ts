/**
 * The tables of docs/gas.md from measured rows, beside the aims and what others publish.
 */
import type { GasRow } from './gas-flows.ts';

interface Known {
  readonly field: string;
  readonly flow: string;
  readonly aim: number;
  readonly others: string;
}

/** Aims of the project; figures of IBC Eureka and YUI as they publish them. */
const KNOWN: readonly Known[] = [
  {
    field: 'checkpoint7',
    flow: 'checkpoint, 7 validators, same set',
    aim: 60_000,
    others: 'Eureka about 230,000 a proof',
  },
  {
    field: 'checkpoint7SetChange',
    flow: 'checkpoint, 7 validators, set change',
    aim: 63_500,
    others: 'Eureka about 230,000 a proof',
  },
  { field: 'checkpoint21', flow: 'checkpoint, 21 validators', aim: 107_500, others: '–' },
  {
    field: 'receiveOne',
    flow: 'receive one, a million leaves, known holder',
    aim: 70_000,
    others: 'Eureka 524,474; YUI 154,889',
  },
  {
    field: 'receiveOneNewHolder',
    flow: 'receive one, a million leaves, new holder',
    aim: 87_000,
    others: '–',
  },
  { field: 'receiveFiftyEach', flow: 'receive fifty, each', aim: 13_500, others: 'Eureka 172,804' },
  {
    field: 'updateAndReceive',
    flow: 'update and receive in one transaction, 7 validators',
    aim: 104_000,
    others: 'Eureka 524,474',
  },
  { field: 'send', flow: 'send', aim: 70_000, others: 'Eureka 165,000; YUI 94,843' },
  { field: 'acknowledge', flow: 'acknowledge with proof', aim: 54_000, others: 'Eureka 399,576' },
  { field: 'timeout', flow: 'time out with proof', aim: 65_000, others: 'Eureka 473,505' },
];

const FURTHER: readonly (readonly [string, string])[] = [
  ['checkpoint7AfterChange', 'checkpoint, 7 validators, the first of a new set'],
  ['receiveOneByOutbox', 'receive one by its place in an outbox of 23'],
  [
    'receiveFiftyEachWithOrigin',
    'receive fifty, each: 216-byte payloads with origin, fifty timeouts, into a fresh word of receipts',
  ],
  ['updateAndReceiveFiftyEach', 'update and receive fifty in one transaction, each'],
  ['acknowledgeFiftyEach', 'acknowledge fifty, each'],
];

/** Both tables as Markdown, ending in a line break. */
export function renderGasTables(rows: readonly GasRow[]): string {
  const by = new Map(rows.map((row) => [row.field, row]));
  const main = KNOWN.map(({ field, flow, aim, others }) => {
    const row = by.get(field);
    return `| ${flow} | ${cells(row)} | ≤ ${grouped(aim)} | ${others} |`;
  });
  const further = FURTHER.map(([field, flow]) => `| ${flow} | ${cells(by.get(field))} |`);
  return [
    '| flow | gas | of it calldata | aim | others publish |',
    '|---|---|---|---|---|',
    ...main,
    '',
    '| beside the fixture of the table | gas | of it calldata |',
    '|---|---|---|',
    ...further,
    '',
  ].join('\n');
}

function cells(row: GasRow | undefined): string {
  if (row === undefined) return '– | –';
  return `${grouped(row.gas)}${row.atFloor ? ' (floor)' : ''} | ${grouped(row.calldata)}`;
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
