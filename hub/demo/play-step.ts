/**
 * Plays one step of the story: computes the quantity, signs, keeps what was signed, offers it, and
 * waits for the end on the chains.
 */
import { cliError } from '../cli/errors.ts';
import { transferId } from '../journal/locate-event.ts';
import type { TransferStatus, TransferView } from '../journal/transfer-view.ts';
import type { IssuedUnit } from './issue-certificates.ts';
import type { Progress } from './progress.ts';
import { type Stage, waitUntil } from './stage.ts';
import { ACCOUNTS, type StoryRetirement, type StoryStep, type StoryTransfer } from './story.ts';

/** A step that has ended, as the journal shows it. */
export interface PlayedStep {
  readonly step: StoryStep;
  readonly unit: IssuedUnit;
  readonly view: TransferView;
}

const FINAL: readonly TransferStatus[] = ['completed', 'refundedOnError', 'refundedOnTimeout'];

/** `name` is the same at every start. @throws CLI_REFUSED CLI_NOT_LANDED */
export async function playStep(
  stage: Stage,
  progress: Progress,
  name: string,
  step: StoryStep,
  unit: IssuedUnit,
): Promise<PlayedStep> {
  const id =
    step.type === 'transfer'
      ? await playTransfer(stage, progress, name, step, unit)
      : await playRetirement(stage, progress, name, step, unit);
  const view = await waitUntil(async () => {
    const found = await stage.hub.transfer(id);
    return found !== undefined && FINAL.includes(found.status) ? found : undefined;
  });
  return { step, unit, view };
}

async function playTransfer(
  stage: Stage,
  progress: Progress,
  name: string,
  step: StoryTransfer,
  unit: IssuedUnit,
): Promise<string> {
  const { holdsLane, from, to } = step;
  if (holdsLane !== undefined) stage.hub.hold(holdsLane);
  const source = stage.chains[ACCOUNTS[from].chain];
  const destination = stage.chains[ACCOUNTS[to].chain];
  if (progress.signed(name) === undefined) {
    const quantity = await shareOfHolding(stage, from, unit, step.share);
    const [client] = await source.facts('mainClient', [{}]);
    if (client === undefined) throw cliError('CLI_REFUSED', { code: 'HUB_LANE_UNKNOWN' });
    const { timeMs } = await source.wait(0n, 0);
    const deadlineSeconds = timeMs / 1000n + 1n + step.lifetimeSeconds;
    const signed = await stage.wallet(from).sign([
      {
        type: 'send',
        client,
        resourceId: unit.certificateId,
        quantity,
        receiver: stage.network.keys.key(to).address,
        destination: destination.description.chainId,
        timeoutSeconds: deadlineSeconds,
        deadlineSeconds,
        memo: step.memo,
      },
    ]);
    progress.keep(name, signed, { deadlineSeconds: deadlineSeconds.toString() });
  }
  const id = await landStep(stage, progress, name, from);
  if (holdsLane !== undefined) {
    const deadline = BigInt(progress.note(name)?.['deadlineSeconds'] ?? '0');
    await waitUntil(async () =>
      (await destination.wait(0n, 0)).timeMs / 1000n >= deadline ? true : undefined,
    );
    stage.hub.release(holdsLane);
  }
  return id;
}

async function playRetirement(
  stage: Stage,
  progress: Progress,
  name: string,
  step: StoryRetirement,
  unit: IssuedUnit,
): Promise<string> {
  if (progress.signed(name) === undefined) {
    const { owner, beneficiary, purpose } = step;
    const quantity = await shareOfHolding(stage, owner, unit, step.share);
    const message = {
      type: 'retire',
      resourceId: unit.certificateId,
      quantity,
      beneficiary,
      purpose,
    } as const;
    progress.keep(name, await stage.wallet(owner).sign([message]), {});
  }
  return landStep(stage, progress, name, step.owner);
}

/** Offers what the step has signed; the id of the packet it sent. */
async function landStep(
  stage: Stage,
  progress: Progress,
  name: string,
  account: keyof typeof ACCOUNTS,
): Promise<string> {
  const [landed] = await stage.wallet(account).land(progress.signed(name) ?? []);
  const sent = landed?.result.events.find(({ type }) => type === 'packetSent');
  if (sent === undefined) throw cliError('CLI_REFUSED', { code: landed?.result.code ?? '' });
  return transferId(ACCOUNTS[account].chain, sent.client, sent.sequence);
}

async function shareOfHolding(
  stage: Stage,
  account: keyof typeof ACCOUNTS,
  { certificateId }: IssuedUnit,
  [numerator, denominator]: StoryStep['share'],
): Promise<bigint> {
  const owner = stage.network.keys.key(account).address;
  const chain = stage.chains[ACCOUNTS[account].chain];
  const [holding = 0n] = await chain.facts('holding', [{ resourceId: certificateId, owner }]);
  return (holding * numerator) / denominator;
}
