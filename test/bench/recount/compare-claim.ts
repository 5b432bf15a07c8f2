/* Puts counted transfers beside the steps of a claim, and lists every figure that is not borne out. */

import type { RelayCount } from './chain-book.ts';
import type { Claim, StepClaim } from './claim-file.ts';
import type { CountedTransfer, Fate } from './count-transfers.ts';

/** One figure: as claimed, and as the stores prove it. */
export interface Disagreement {
  readonly step: string;
  readonly figure: string;
  readonly claimed: number;
  readonly proven: number;
}

/** Transfers of one step, or of none. */
interface StepTally extends Record<Fate, number> {
  sent: number;
  /** Settled as a success inside the step's window, by Jiangsu's own clock. */
  inWindow: number;
}

export interface Tally {
  enter(transfer: CountedTransfer): void;
  readonly steps: readonly StepTally[];
  /** Of no step of the claim. */
  readonly strays: StepTally;
}

/** What the stores prove. */
export interface Recount extends Record<Fate, number> {
  readonly agrees: boolean;
  readonly sent: number;
  readonly completedPerSecond: readonly number[];
  readonly forgedRefused: number;
  readonly forgedAccepted: number;
  /** Effects the other chain's outbox does not bear out. */
  readonly unproven: number;
  readonly conserved: boolean;
  readonly disagreements: readonly Disagreement[];
}

export interface ChainFindings {
  readonly unproven: number;
  readonly isConserved: boolean;
  readonly relays: readonly ReadonlyMap<string, RelayCount>[];
}

const FATES = ['completed', 'refunded', 'lost', 'doubled'] as const;

/** Enters each transfer under the step whose heights on Jiangsu hold it. */
export function createTally({ steps }: Claim): Tally {
  const tallies = steps.map(() => createStepTally());
  const strays = createStepTally();
  return {
    steps: tallies,
    strays,
    enter({ height, settledAt, fate }) {
      const index = steps.findIndex(
        ({ fromHeight, toHeight }) => height >= Number(fromHeight) && height <= Number(toHeight),
      );
      const [step, tally] = [steps[index], tallies[index] ?? strays];
      tally.sent += 1;
      tally[fate] += 1;
      if (fate === 'completed' && step !== undefined && isInWindow(step, settledAt))
        tally.inWindow += 1;
    },
  };
}

function createStepTally(): StepTally {
  return { sent: 0, completed: 0, refunded: 0, lost: 0, doubled: 0, inWindow: 0 };
}

function isInWindow({ startedMs, windowMs }: StepClaim, at: number): boolean {
  return at >= startedMs && at <= startedMs + windowMs;
}

/** Compares figure by figure. */
export function compareClaim(claim: Claim, tally: Tally, findings: ChainFindings): Recount {
  const disagreements: Disagreement[] = [];
  const compare = (step: string, figure: string, claimed: number, proven: number): void => {
    if (claimed !== proven) disagreements.push({ step, figure, claimed, proven });
  };
  const perSecond: number[] = [];
  for (const [index, step] of claim.steps.entries()) {
    const proven = tally.steps[index] ?? createStepTally();
    const name = `${index + 1} at ${step.rate}/s`;
    for (const figure of ['sent', ...FATES] as const) {
      compare(name, figure, step[figure], proven[figure]);
    }
    const rate = Math.round(proven.inWindow / (step.windowMs / 1000));
    perSecond.push(rate);
    // The bench sees a block after it was made, so it may claim less, never more.
    if (step.completedPerSecond > Math.ceil(rate * 1.01) + 1)
      disagreements.push({
        step: name,
        figure: 'completedPerSecond',
        claimed: step.completedPerSecond,
        proven: rate,
      });
  }
  compare('none', 'sent', 0, tally.strays.sent);
  const forged = countForged(claim.relayer, findings.relays);
  compare('all', 'forgedRefused', claim.forgedRefused, forged.refused);
  compare('all', 'forgedAccepted', claim.forgedAccepted, forged.effective);
  compare('all', 'unproven', 0, findings.unproven);
  compare('all', 'conserved', 1, findings.isConserved ? 1 : 0);
  const all = [...tally.steps, tally.strays];
  const sum = (figure: Fate | 'sent'): number =>
    all.reduce((total, each) => total + each[figure], 0);
  return {
    agrees: disagreements.length === 0,
    sent: sum('sent'),
    completed: sum('completed'),
    refunded: sum('refunded'),
    lost: sum('lost'),
    doubled: sum('doubled'),
    completedPerSecond: perSecond,
    forgedRefused: forged.refused,
    forgedAccepted: forged.effective,
    unproven: findings.unproven,
    conserved: findings.isConserved,
    disagreements,
  };
}

/** Deliveries of everybody but the hub's own account, by whether they had any effect. */
function countForged(
  relayer: string,
  relays: readonly ReadonlyMap<string, RelayCount>[],
): RelayCount {
  const forged: RelayCount = { refused: 0, effective: 0 };
  for (const bySender of relays) {
    for (const [sender, { refused, effective }] of bySender) {
      if (sender === relayer) continue;
      forged.refused += refused;
      forged.effective += effective;
    }
  }
  return forged;
}
