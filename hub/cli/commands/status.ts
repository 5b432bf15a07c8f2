/** `tieline status`: the chains, lanes and newest transfers of a hub; or one transfer with its timeline. */
import type { Command } from 'commander';
import type { Static } from 'typebox';
import type { Chains, Lanes, Transfer, Transfers } from '../../api/api-schemas.ts';
import { formatTable } from '../format-table.ts';
import { createHubClient, type HubClient } from '../hub-client.ts';
import { type HubFlags, print, withHub } from '../options.ts';
import type { Terminal } from '../terminal.ts';

type TransferJson = Static<typeof Transfer>;
type LanesJson = Static<typeof Lanes>;

/** Adds the command. */
export function addStatus(program: Command, terminal: Terminal): void {
  withHub(program.command('status'))
    .description('show the chains, lanes and newest transfers of a hub, or one transfer')
    .argument('[transfer]', 'id of a transfer')
    .action(async (id: string | undefined, flags: HubFlags) => {
      const hub = createHubClient(flags.hub);
      if (id === undefined) await showHub(hub, flags, terminal);
      else await showTransfer(hub, id, flags, terminal);
    });
}

async function showHub(hub: HubClient, flags: HubFlags, terminal: Terminal): Promise<void> {
  const { chains } = await hub.get<Static<typeof Chains>>('/v1/chains');
  const { directions } = await hub.get<LanesJson>('/v1/lanes');
  const { transfers } = await hub.get<Static<typeof Transfers>>('/v1/transfers?limit=20');
  const chainRows = chains.map(({ alias, chainId, label, height, trouble }) => [
    alias,
    chainId,
    label,
    height,
    trouble || 'ok',
  ]);
  const text = [
    formatTable(
      [
        { title: 'chain' },
        { title: 'id' },
        { title: 'evidence' },
        { title: 'height', align: 'right' },
        { title: 'state' },
      ],
      chainRows,
      0,
    ),
    formatLanes(directions),
    formatTransfers(transfers),
    formatWaysOut([
      ...directions.map(({ wayOut }) => wayOut),
      ...transfers.map(({ stranded }) => stranded?.wayOut ?? ''),
    ]),
  ].join('\n');
  print(terminal, flags, { chains, directions, transfers }, text);
}

function formatLanes(directions: LanesJson['directions']): string {
  const rows = directions.map(({ lane, from, to, held, state, pending, underWay, retries }) => [
    lane,
    `${from} → ${to}`,
    held ? 'HELD' : state === 'open' ? state : state.toUpperCase(),
    String(pending),
    String(underWay),
    String(retries),
  ]);
  const columns = [
    { title: 'lane' },
    { title: 'direction' },
    { title: 'state' },
    { title: 'pending', align: 'right' },
    { title: 'under way', align: 'right' },
    { title: 'retries', align: 'right' },
  ] as const;
  return formatTable(columns, rows, 0);
}

function formatTransfers(transfers: readonly TransferJson[]): string {
  const rows = transfers.map((transfer) => {
    const { id, kind, source, destination, quantity, status, code, stranded } = transfer;
    const path = `${source} → ${destination || (kind === 'transfer' ? '…' : 'main chain')}`;
    return [id, kind, path, quantity, stranded ? 'STRANDED' : status, stranded?.because ?? code];
  });
  const columns = [
    { title: 'transfer' },
    { title: 'kind' },
    { title: 'path' },
    { title: 'quantity', align: 'right' },
    { title: 'status' },
    { title: 'reason' },
  ] as const;
  return formatTable(columns, rows, 0);
}

/** What organisations have to do, each once. */
function formatWaysOut(sentences: readonly string[]): string {
  return [...new Set(sentences)].map((each) => (each === '' ? '' : `${each}\n`)).join('');
}

async function showTransfer(
  hub: HubClient,
  id: string,
  flags: HubFlags,
  terminal: Terminal,
): Promise<void> {
  const transfer = await hub.get<TransferJson>(`/v1/transfers/${encodeURIComponent(id)}`);
  const sentAt = BigInt(transfer.sentAtMs);
  const rows = transfer.hops.map(({ chain, height, timeMs, event, client, sequence, code }) => [
    `+${BigInt(timeMs) - sentAt} ms`,
    chain,
    height,
    event,
    `${client} #${sequence}`,
    code,
  ]);
  const columns = [
    { title: 'after', align: 'right' },
    { title: 'chain' },
    { title: 'height', align: 'right' },
    { title: 'step' },
    { title: 'packet' },
    { title: 'reason' },
  ] as const;
  print(
    terminal,
    flags,
    transfer,
    `${formatTransfers([transfer])}\n${formatTable(columns, rows, 0)}${formatWaysOut([transfer.stranded?.wayOut ?? ''])}`,
  );
}
