/**
 * `tieline proposal lodge | approve | execute | show`: how organisations administer a chain. What is
 * approved is shown first, decoded from the very bytes its id commits to; the hub is not believed.
 */
import { type Command, Option } from 'commander';
import type { Static } from 'typebox';
import { loadPorts } from '../../../main-chain/host/native-ports.ts';
import { proposalId } from '../../../main-chain/ledger/governance/proposals.ts';
import { decode, encode } from '../../../schemas/codec/codec.ts';
import { parseHex } from '../../../schemas/codec/hex.ts';
import { toHex } from '../../../schemas/hash.ts';
import { parseAddress } from '../../../schemas/ids.ts';
import { actionCodec } from '../../../schemas/wire/action.ts';
import type { Proposal, Proposals } from '../../api/api-schemas.ts';
import { actionFromJson, actionToJson } from '../action-json.ts';
import { parseCount, parseDigest } from '../arguments.ts';
import { cliError } from '../errors.ts';
import { createHubClient, type HubClient } from '../hub-client.ts';
import { readJson } from '../hub-config.ts';
import { type ChainView, chainView, signAndSend } from '../hub-wallet.ts';
import { type HubFlags, type KeyFlags, print, readKey, withHub, withKey } from '../options.ts';
import type { Terminal } from '../terminal.ts';

interface ChainFlags extends HubFlags {
  readonly chain: string;
}
interface LodgeFlags extends ChainFlags, KeyFlags {
  readonly action: string;
  readonly lifetime: bigint;
}
interface ApproveFlags extends ChainFlags, KeyFlags {
  readonly withdraw?: true;
}

type ProposalJson = Static<typeof Proposal>;

/** Adds the commands. */
export function addProposal(program: Command, terminal: Terminal): void {
  const proposal = program
    .command('proposal')
    .description('administer a chain by its organisations');
  const command = (name: string) =>
    withHub(proposal.command(name)).requiredOption('--chain <chain>', 'alias of the chain');
  withKey(command('lodge'))
    .description('propose an action; the key is an organisation’s, and votes for it')
    .requiredOption('--action <file>', 'JSON file: type and fields, as docs/protocol.md lists them')
    .addOption(
      // The help cannot print a bigint by itself.
      new Option('--lifetime <seconds>', 'seconds until it expires')
        .argParser(parseCount)
        .default(604_800n, '604800, a week'),
    )
    .action((flags: LodgeFlags) => runLodge(flags, terminal));
  withKey(command('approve').argument('<id>', 'id of the proposal', parseDigest))
    .description('vote for a proposal, after showing what its bytes say')
    .option('--withdraw', 'take the vote back')
    .action((id: Uint8Array, flags: ApproveFlags) => runApprove(id, flags, terminal));
  withKey(command('execute').argument('<id>', 'id of the proposal', parseDigest))
    .description('carry a proposal out; anyone may')
    .action((id: Uint8Array, flags: ChainFlags & KeyFlags) => runExecute(id, flags, terminal));
  command('show')
    .argument('[id]', 'id of a proposal; all that stand open without it', parseDigest)
    .description('show open proposals: what they do, who is for them, until when')
    .action((id: Uint8Array | undefined, flags: ChainFlags) => runShow(id, flags, terminal));
}

async function runLodge(flags: LodgeFlags, terminal: Terminal): Promise<void> {
  const hub = createHubClient(flags.hub);
  const chain = await chainView(hub, flags.chain);
  const action = encode(actionCodec, actionFromJson(readJson(flags.action)));
  const expirySeconds = BigInt(chain.timeMs) / 1000n + flags.lifetime;
  const message = { type: 'propose', action, expirySeconds } as const;
  const { events, height } = await signAndSend(hub, chain, await readKey(flags), message);
  const id = events.find(({ type }) => type === 'proposalCreated')?.subject;
  if (id === undefined) throw cliError('CLI_HUB_ANSWER', { url: hub.url });
  print(
    terminal,
    flags,
    { id, height, action: toHex(action) },
    `Proposal ${id} stands open since block ${height} of ${chain.alias}; its bytes are ${toHex(action)}.\n`,
  );
}

async function runApprove(id: Uint8Array, flags: ApproveFlags, terminal: Terminal): Promise<void> {
  const hub = createHubClient(flags.hub);
  const chain = await chainView(hub, flags.chain);
  const shown = await readProposal(hub, chain, id);
  if (flags.json !== true) terminal.out(describe(shown));
  const choice = flags.withdraw ? 'against' : 'for';
  const message = { type: 'vote', proposalId: id, choice } as const;
  const { height } = await signAndSend(hub, chain, await readKey(flags), message);
  const said = flags.withdraw ? 'Vote withdrawn' : 'Approved';
  print(terminal, flags, { ...shown, height }, `${said} in block ${height}.\n`);
}

async function runExecute(
  id: Uint8Array,
  flags: ChainFlags & KeyFlags,
  terminal: Terminal,
): Promise<void> {
  const hub = createHubClient(flags.hub);
  const chain = await chainView(hub, flags.chain);
  const message = { type: 'execute', proposalId: id } as const;
  const landed = await signAndSend(hub, chain, await readKey(flags), message);
  print(terminal, flags, landed, `Carried out in block ${landed.height} of ${chain.alias}.\n`);
}

async function runShow(
  id: Uint8Array | undefined,
  flags: ChainFlags,
  terminal: Terminal,
): Promise<void> {
  const hub = createHubClient(flags.hub);
  const chain = await chainView(hub, flags.chain);
  if (id !== undefined) {
    const shown = await readProposal(hub, chain, id);
    return print(terminal, flags, shown, describe(shown));
  }
  const path = `/v1/chains/${chain.alias}/proposals`;
  const { proposals } = await hub.get<Static<typeof Proposals>>(path);
  const shown = await Promise.all(proposals.map((each) => verified(chain, each, each.id)));
  const text = shown.map(describe).join('\n') || `No proposal stands open on ${chain.alias}.\n`;
  print(terminal, flags, { proposals: shown }, text);
}

async function readProposal(hub: HubClient, chain: ChainView, id: Uint8Array) {
  const path = `/v1/chains/${chain.alias}/proposals/${toHex(id)}`;
  return verified(chain, await hub.get<ProposalJson>(path), toHex(id));
}

/** The proposal with its action decoded. @throws CLI_HUB_ANSWER where its bytes are not those of the id */
async function verified({ genesisHash }: ChainView, proposal: ProposalJson, id: string) {
  const { hash } = await loadPorts();
  const bytes = parseHex(proposal.action);
  const record = {
    action: bytes,
    proposer: parseAddress(proposal.proposer),
    createdSeconds: BigInt(proposal.createdSeconds),
    expirySeconds: BigInt(proposal.expirySeconds),
  };
  if (toHex(proposalId(record, parseHex(genesisHash, 32), hash)) !== id) {
    throw cliError('CLI_HUB_ANSWER', { proposal: id });
  }
  return { ...proposal, says: actionToJson(decode(actionCodec, bytes, 'action')) };
}

function describe(proposal: Awaited<ReturnType<typeof verified>>): string {
  const { id, chain, says, votes, quorum, readyAtSeconds, expirySeconds } = proposal;
  const members = votes.filter(({ name }) => name !== '').map(({ name }) => name);
  return [
    `${id} on ${chain}`,
    JSON.stringify(says, undefined, 2),
    `for it: ${members.join(', ') || 'nobody'} (${members.length} of ${quorum})`,
    `expires ${timeText(expirySeconds)}; where it waits, ready ${timeText(readyAtSeconds)}`,
    '',
  ].join('\n');
}

function timeText(seconds: string): string {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? `at second ${seconds}` : date.toISOString();
}
