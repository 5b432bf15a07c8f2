/**
 * `tieline misbehaviour submit`: carries the proof that a chain, or an issuer, has signed two things
 * where there may be one to every chain it concerns. The file says what was signed, never by whom: that
 * is found out here. docs/protocol.md#misbehaviour-file
 */
import type { Command } from 'commander';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { loadPorts, type Ports } from '../../../main-chain/host/native-ports.ts';
import { verifyCertificate } from '../../../main-chain/relay/checkpoint/verify-certificate.ts';
import { type Codec, decode } from '../../../schemas/codec/codec.ts';
import { parseHex } from '../../../schemas/codec/hex.ts';
import { isTielineError } from '../../../schemas/errors.ts';
import { toHex } from '../../../schemas/hash.ts';
import { signedDynamicEntryCodec } from '../../../schemas/resource/dynamic-entry.ts';
import { type Certificate, certificateCodec } from '../../../schemas/wire/checkpoint.ts';
import type { MessageOf } from '../../../schemas/wire/message.ts';
import type { Chains, Resource } from '../../api/api-schemas.ts';
import { cliError } from '../errors.ts';
import { createHubClient, type HubClient } from '../hub-client.ts';
import { readJson } from '../hub-config.ts';
import { type ChainView, signAndSend } from '../hub-wallet.ts';
import { type HubFlags, type KeyFlags, print, readKey, withHub, withKey } from '../options.ts';
import type { Terminal } from '../terminal.ts';

const FORMAT = 'tieline-misbehaviour/1';
const pair = Type.Tuple([Type.String(), Type.String()]);
const format = Type.Literal(FORMAT);
const fileSchema = Type.Union([
  Type.Object({ format, certificates: pair }, { additionalProperties: false }),
  Type.Object({ format, entries: pair }, { additionalProperties: false }),
]);

type Proof = MessageOf<'misbehaviour'> | MessageOf<'proveEquivocation'>;
/** What is submitted where. */
interface Submission {
  readonly chain: ChainView;
  readonly message: Proof;
}

/** Refusals that say the chain has acted on it before. */
const KNOWN: readonly string[] = ['CLIENT_FROZEN', 'CLIENT_CLOSED', 'EQUIVOCATION_KNOWN'];

/** Adds the command. */
export function addMisbehaviour(program: Command, terminal: Terminal): void {
  const misbehaviour = program
    .command('misbehaviour')
    .description('show chains that another chain or an issuer has contradicted itself');
  withKey(withHub(misbehaviour.command('submit').argument('<file>', 'the two signed things')))
    .description('submit two certificates of one height, or two dynamic entries of one index')
    .action((file: string, flags: HubFlags & KeyFlags) => runSubmit(file, flags, terminal));
}

async function runSubmit(
  file: string,
  flags: HubFlags & KeyFlags,
  terminal: Terminal,
): Promise<void> {
  const hub = createHubClient(flags.hub);
  const ports = await loadPorts();
  const submissions = await submissionsOf(readJson(file), hub, ports);
  const key = await readKey(flags);
  const results = [];
  // One chain that refuses keeps nothing from the others.
  for (const { chain, message } of submissions)
    results.push(await submit(chain.alias, () => signAndSend(hub, chain, key, message, ports)));
  print(terminal, flags, { results }, results.map(describe).join(''));
  const refused = results.find(({ code }) => code !== '' && !KNOWN.includes(code));
  if (refused !== undefined) throw cliError('CLI_REFUSED', { ...refused });
}

interface Result {
  readonly chain: string;
  /** Empty where it was not taken. */
  readonly height: string;
  readonly code: string;
}

async function submit(
  chain: string,
  send: () => Promise<{ readonly height: string }>,
): Promise<Result> {
  try {
    return { chain, height: (await send()).height, code: '' };
  } catch (error) {
    if (!isTielineError(error, 'CLI_REFUSED')) throw error;
    return { chain, height: '', code: String(error.data['code']) };
  }
}

function describe({ chain, height, code }: Result): string {
  if (code === '') return `Taken in block ${height} of ${chain}.\n`;
  return KNOWN.includes(code)
    ? `${chain} knows it already (${code}).\n`
    : `${chain} refused it (${code}).\n`;
}

/** @throws CLI_JSON CLI_EVIDENCE CODEC_* */
async function submissionsOf(
  json: unknown,
  hub: HubClient,
  ports: Ports,
): Promise<readonly Submission[]> {
  if (!Value.Check(fileSchema, json)) throw cliError('CLI_JSON', { expected: FORMAT });
  const { chains } = await hub.get<Static<typeof Chains>>('/v1/chains');
  if ('entries' in json) {
    const [first, second] = decodePair(signedDynamicEntryCodec, json.entries);
    const { homeAlias } = await hub.get<Static<typeof Resource>>(
      `/v1/resources/${toHex(first.entry.resourceId)}`,
    );
    const message = { type: 'proveEquivocation', first, second } as const;
    return chains
      .filter(({ alias, kind }) => kind === 'main' || alias === homeAlias)
      .map((chain) => ({ chain, message }));
  }
  const [first, second] = decodePair(certificateCodec, json.certificates);
  const culprit = chains.find((chain) => isOf(chain, first, ports) && isOf(chain, second, ports));
  if (culprit === undefined) throw cliError('CLI_EVIDENCE');
  return clientsOf(culprit, chains).map(({ chain, client }) => ({
    chain,
    message: { type: 'misbehaviour', client, evidence: { type: 'checkpoint', first, second } },
  }));
}

function decodePair<T>(codec: Codec<T>, [first, second]: Static<typeof pair>): readonly [T, T] {
  return [decode(codec, parseHex(first), 'first'), decode(codec, parseHex(second), 'second')];
}

/** Every client there is of a chain: one on the main chain, or one on each side chain. */
function clientsOf(culprit: ChainView, chains: readonly ChainView[]) {
  const found = chains.flatMap((chain) => {
    if (culprit.kind === 'main') return { chain, client: chain.client };
    return chain.kind === 'main' ? { chain, client: culprit.clientOnMain } : [];
  });
  return found.filter(({ client }) => client !== '');
}

/** Whether the validators a certificate names have signed it for this chain. */
function isOf({ genesisHash }: ChainView, certificate: Certificate, ports: Ports): boolean {
  try {
    verifyCertificate(certificate, parseHex(genesisHash, 32), ports.hash, ports.signatures);
    return true;
  } catch (error) {
    if (isTielineError(error)) return false;
    throw error;
  }
}
