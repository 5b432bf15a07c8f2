/** `tieline transfer` and `tieline retire`: signed here with the user's key, carried by the hub. */
import { type Command, Option } from 'commander';
import type { Static } from 'typebox';
import { isTielineError } from '../../../schemas/errors.ts';
import type { Transfer } from '../../api/api-schemas.ts';
import { transferId } from '../../journal/locate-event.ts';
import { parseCount, parseResource } from '../arguments.ts';
import { cliError } from '../errors.ts';
import { createHubClient, type HubClient } from '../hub-client.ts';
import { chainView, type LandedView, signAndSend } from '../hub-wallet.ts';
import {
  addressOf,
  type HubFlags,
  type KeyFlags,
  print,
  readKey,
  withHub,
  withKey,
} from '../options.ts';
import type { Terminal } from '../terminal.ts';

interface TransferFlags extends HubFlags, KeyFlags {
  readonly from: string;
  readonly to: string;
  readonly resource: Uint8Array;
  readonly quantity: bigint;
  readonly receiver: string;
  readonly lifetime: bigint;
  readonly memo: string;
  readonly wait: boolean;
}

interface RetireFlags extends HubFlags, KeyFlags {
  readonly chain: string;
  readonly resource: Uint8Array;
  readonly quantity: bigint;
  readonly beneficiary: string;
  readonly purpose: string;
  readonly wait: boolean;
}

type TransferJson = Static<typeof Transfer>;
const FINAL = ['completed', 'refundedOnError', 'refundedOnTimeout'];
const PAUSE_MS = 100;

/** Adds both commands. */
export function addTransfer(program: Command, terminal: Terminal): void {
  withKey(withHub(program.command('transfer')))
    .description('send a quantity of a resource from one chain to another')
    .requiredOption('--from <chain>', 'alias of the chain it is on')
    .requiredOption('--to <chain>', 'alias of the chain it goes to')
    .requiredOption('--resource <id>', 'resource id', parseResource)
    .requiredOption('--quantity <count>', 'whole base units', parseCount)
    .requiredOption('--receiver <account>', 'address, or the name of a key in --keys')
    .addOption(
      // The help cannot print a bigint by itself.
      new Option('--lifetime <seconds>', 'seconds until it is refunded where it has not arrived')
        .argParser(parseCount)
        .default(600n, '600'),
    )
    .option('--memo <text>', 'a remark that travels along', '')
    .option('--no-wait', 'do not wait for its end')
    .action((flags: TransferFlags) => runTransfer(flags, terminal));
  withKey(withHub(program.command('retire')))
    .description('take a quantity out of circulation for good, for a named consumer')
    .requiredOption('--chain <chain>', 'alias of the chain it is on')
    .requiredOption('--resource <id>', 'resource id', parseResource)
    .requiredOption('--quantity <count>', 'whole base units', parseCount)
    .requiredOption('--beneficiary <text>', 'the consumer it is retired for')
    .option('--purpose <text>', 'what for', '')
    .option('--no-wait', 'do not wait until the main chain has booked it')
    .action((flags: RetireFlags) => runRetire(flags, terminal));
}

async function runTransfer(flags: TransferFlags, terminal: Terminal): Promise<void> {
  const hub = createHubClient(flags.hub);
  const [source, destination] = [await chainView(hub, flags.from), await chainView(hub, flags.to)];
  const client = source.kind === 'main' ? destination.clientOnMain : source.client;
  const deadlineSeconds = BigInt(source.timeMs) / 1000n + flags.lifetime;
  const landed = await signAndSend(hub, source, await readKey(flags), {
    type: 'send',
    client,
    resourceId: flags.resource,
    quantity: flags.quantity,
    receiver: await addressOf(flags.receiver, flags),
    destination: destination.chainId,
    timeoutSeconds: deadlineSeconds,
    deadlineSeconds,
    memo: flags.memo,
  });
  await report(hub, flags, terminal, idOf(flags.from, landed));
}

async function runRetire(flags: RetireFlags, terminal: Terminal): Promise<void> {
  const hub = createHubClient(flags.hub);
  const chain = await chainView(hub, flags.chain);
  const { resource: resourceId, quantity, beneficiary, purpose } = flags;
  const message = { type: 'retire', resourceId, quantity, beneficiary, purpose } as const;
  const landed = await signAndSend(hub, chain, await readKey(flags), message);
  if (chain.kind === 'main')
    print(terminal, flags, landed, `Retired and booked in block ${landed.height}.\n`);
  else await report(hub, flags, terminal, idOf(flags.chain, landed));
}

function idOf(alias: string, { events }: LandedView): string {
  const sent = events.find(({ type }) => type === 'packetSent');
  if (sent === undefined) throw cliError('CLI_HUB_ANSWER', { events: events.length });
  return transferId(alias, sent.client, BigInt(sent.sequence));
}

/** Says how it ended, or its id where that is not waited for. */
async function report(
  hub: HubClient,
  flags: HubFlags & { readonly wait: boolean },
  terminal: Terminal,
  id: string,
): Promise<void> {
  if (!flags.wait)
    return print(
      terminal,
      flags,
      { id },
      `${id} is on its way: \`tieline status ${id}\` shows where.\n`,
    );
  const ended = await waitForEnd(hub, id);
  const reason = ended.code === '' ? '' : ` (${ended.code})`;
  print(terminal, flags, ended, `${id} ${ended.status}${reason}\n`);
}

/**
 * A transfer ends by its deadline at the latest, and a little for its way back, unless it is stranded.
 * @throws CLI_STRANDED
 */
async function waitForEnd(hub: HubClient, id: string): Promise<TransferJson> {
  for (;;) {
    const found = await findTransfer(hub, id);
    if (found !== undefined && FINAL.includes(found.status)) return found;
    if (found?.stranded) throw cliError('CLI_STRANDED', { transfer: id, ...found.stranded });
    await new Promise((wake) => setTimeout(wake, PAUSE_MS));
  }
}

/** Undefined while the hub's journal has not seen it. */
async function findTransfer(hub: HubClient, id: string): Promise<TransferJson | undefined> {
  try {
    return await hub.get<TransferJson>(`/v1/transfers/${encodeURIComponent(id)}`);
  } catch (error) {
    if (isTielineError(error, 'HUB_TRANSFER_UNKNOWN')) return undefined;
    throw error;
  }
}
