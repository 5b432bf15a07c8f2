/**
 * `tieline up`: starts the network of a data directory, plays the demonstration once, judges its proof
 * files, shows the location ledger, and goes on serving (or, with `once`, ends with one JSON line).
 */
import { join, resolve } from 'node:path';
import { toHex } from '../../schemas/hash.ts';
import { cliError } from '../cli/errors.ts';
import { type IssuedUnit, issueCertificates } from '../demo/issue-certificates.ts';
import { readLocationLedger } from '../demo/location-ledger.ts';
import { openProgress, type Progress } from '../demo/progress.ts';
import { runStory, writeAnchor } from '../demo/run-story.ts';
import { createStage, type Stage } from '../demo/stage.ts';
import { type JudgedProof, tellLedger, tellProofs } from '../demo/tell-story.ts';
import { judgeProofs, writeProofs } from '../demo/write-proofs.ts';
import type { TransferView } from '../journal/transfer-view.ts';
import { transferView } from '../journal/transfer-view.ts';
import type { HubLog } from '../log.ts';
import { type RunningNetwork, startNetwork } from './start-network.ts';
import { type Summary, summariseRun } from './summary.ts';

export interface UpOptions {
  readonly directory: string;
  readonly host: string;
  readonly port: number;
  /** Ends when the story has ended. */
  readonly once: boolean;
  readonly say: (text: string) => void;
  readonly log: HubLog;
  /** Resolves when the process is told to stop. */
  readonly stopped: () => Promise<void>;
}

/** Runs until told to stop, or with `once` to the end of the story. @throws DATA_DIRECTORY_* HUB_PORT_TAKEN CLI_* PROOF_* */
export async function up(options: UpOptions): Promise<Summary> {
  const started = performance.now();
  const directory = resolve(options.directory);
  const running = await startNetwork(
    {
      directory,
      host: options.host,
      port: options.port,
      nowMs: BigInt(Date.now()),
    },
    options.log,
  );
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await running.close();
    isOpen = false;
  };
  const stopped = options.stopped();
  const stage: Life = { close, stopped, isServing: false };
  const work = present(running, directory, options, started, stage);
  try {
    const summary = await Promise.race([work, stopped.then(() => undefined)]);
    if (summary !== undefined || stage.isServing) return await work;
    // The story breaks off wherever it is; what it has signed is kept, and it goes on at the next start.
    work.catch(() => undefined);
    throw cliError('CLI_STOPPED', { directory });
  } finally {
    await close();
  }
}

/** How the network ends, and whether the story has. */
interface Life {
  readonly close: () => Promise<void>;
  readonly stopped: Promise<void>;
  isServing: boolean;
}

async function present(
  running: RunningNetwork,
  directory: string,
  options: UpOptions,
  started: number,
  life: Life,
): Promise<Summary> {
  const { say, once } = options;
  const { network, chains, ports } = running;
  say(greeting(running, directory));
  const stage = createStage({ network, chains, ports, hub: operatorOf(running) });
  const progress = openProgress(join(directory, 'story.json'));
  const issued = await play(stage, progress, running, directory, say);
  const ledger = await readLocationLedger(
    chains,
    issued.flatMap(({ unitResourceId, certificateId }) => [unitResourceId, certificateId]),
  );
  const views = await storyTransfers(running);
  if (once) await life.close();
  const judged = judgeProofs(join(directory, PROOFS), join(directory, ANCHOR), ports);
  const aliasOf = (chainId: string): string =>
    Object.values(network.chains).find((chain) => chain.chainId === chainId)?.alias ?? chainId;
  say(
    `\nProofs judged from their files alone, against the anchor in ${ANCHOR} (the main chain's genesis hash)\n`,
  );
  say(tellProofs(judged, aliasOf));
  say('\nLocation ledger of the main chain\n');
  const names = new Map(
    issued.map(({ certificateId, plan }) => [toHex(certificateId), plan.role.name]),
  );
  const certificates = ledger.filter(
    ({ resourceId, registered }) => names.has(toHex(resourceId)) && registered > 0n,
  );
  say(tellLedger(certificates, (id) => names.get(toHex(id)) ?? ''));
  const certificateIds = new Set(names.keys());
  const summary = summariseRun({
    views,
    ledger,
    certificateIds,
    proofsVerified: judged.length,
    seconds: (performance.now() - started) / 1000,
  });
  if (!once) await serve(running, directory, judged, options, life);
  return summary;
}

const PROOFS = 'proofs';
const ANCHOR = 'anchor.txt';

/** Plays what is left of the story; the proof files of its transfers are there when it returns. */
async function play(
  stage: Stage,
  progress: Progress,
  running: RunningNetwork,
  directory: string,
  say: (text: string) => void,
): Promise<readonly IssuedUnit[]> {
  const { composed, chains, ports, network } = running;
  if (progress.finished) {
    say(
      '\nThe story of this directory has been told before: the chains go on where they stopped.\n',
    );
    return issueCertificates(stage, progress, directory);
  }
  const { issued, steps } = await runStory(stage, { progress, directory, say });
  writeAnchor(directory, toHex(network.chains.main.genesisHash));
  await writeProofs(join(directory, PROOFS), steps, composed.hub.registry, chains.main, ports);
  progress.finish();
  return issued;
}

function operatorOf({ composed }: RunningNetwork): Stage['hub'] {
  const { relayer, journalStore, registry } = composed.hub;
  return {
    hold: (lane) => relayer.hold(lane),
    release: (lane) => relayer.release(lane),
    transfer: async (id) =>
      transferView(
        id,
        await journalStore.hops(id),
        (client) => registry.pairByMainClient(client)?.alias,
      ),
  };
}

/** Everything the journal knows, newest first. */
async function storyTransfers({ composed }: RunningNetwork): Promise<readonly TransferView[]> {
  const { journalStore, registry } = composed.hub;
  const views: TransferView[] = [];
  for (const id of await journalStore.list(MOST_TRANSFERS)) {
    const view = transferView(
      id,
      await journalStore.hops(id),
      (client) => registry.pairByMainClient(client)?.alias,
    );
    if (view !== undefined) views.push(view);
  }
  return views;
}

const MOST_TRANSFERS = 10_000;

function greeting({ network, url }: RunningNetwork, directory: string): string {
  const lines = Object.values(network.chains).map(
    ({ alias, chainId, genesis }) => `  ${alias.padEnd(8)} ${chainId}  ${genesis.name}\n`,
  );
  return `Tieline is up: ${url}\n${lines.join('')}  data     ${directory} (keys are in keys/, mode 0600)\n`;
}

async function serve(
  running: RunningNetwork,
  directory: string,
  judged: readonly JudgedProof[],
  { say }: UpOptions,
  life: Life,
): Promise<void> {
  const [first] = judged;
  const verify =
    first === undefined
      ? ''
      : `  tieline proof verify ${join(directory, PROOFS, first.file)} --trust ${toHex(running.network.chains.main.genesisHash)}\n`;
  const rpc = running.composed.chains.map(
    ({ alias, httpPort }) => `${alias} http://127.0.0.1:${httpPort}`,
  );
  const [node = ''] = rpc.map((each) => each.split(' ')[1]);
  say(`\nNodes: ${rpc.join(' · ')}\n`);
  say(
    `\nServing at ${running.url} (OpenAPI at ${running.url}/openapi.json); Ctrl-C stops. Try\n  tieline status --hub ${running.url}\n${verify}  tieline proof export --ics23 --node ${node} --key validators/current\n`,
  );
  life.isServing = true;
  await life.stopped;
  say('Stopping: the block in hand is finished first.\n');
}
