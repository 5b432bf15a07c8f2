/*
 * The knee of an open-loop load: arrivals at a constant rate whatever the system does; the knee is the
 * smallest rate at which what is completed falls below 0.98 of what arrives and the backlog grows.
 */

/** What one rate gave; latencies in milliseconds, from due arrival to completion. */
export interface StepResult {
  readonly rate: number;
  readonly completedPerSecond: number;
  readonly ratio: number;
  readonly backlogGrew: boolean;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
}

/** Due and completion times (milliseconds since the step began) of every arrival; undefined when lost. */
export function judgeStep(
  rate: number,
  seconds: number,
  due: readonly number[],
  completed: readonly (number | undefined)[],
): StepResult {
  const end = seconds * 1000;
  const middle = end / 2;
  const arrivedBy = (at: number): number => due.filter((time) => time <= at).length;
  const completedBy = (at: number): number =>
    completed.filter((time) => time !== undefined && time <= at).length;
  const arrived = arrivedBy(end) - arrivedBy(middle);
  const done = completedBy(end) - completedBy(middle);
  const backlog = (at: number): number => arrivedBy(at) - completedBy(at);
  const latencies = due
    .map((time, index) => (completed[index] ?? Number.POSITIVE_INFINITY) - time)
    .sort((left, right) => left - right);
  return {
    rate,
    // Over the whole window: a backlog worked off late must not pass for a rate above the arrivals.
    completedPerSecond: Math.round(completedBy(end) / seconds),
    ratio: done / arrived,
    backlogGrew: backlog(end) > backlog(middle),
    latencyMs: { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) },
  };
}

/** True where a step is at or beyond the knee. */
export function isBeyondKnee({ ratio, backlogGrew }: StepResult): boolean {
  return ratio < 0.98 && backlogGrew;
}

function percentile(sorted: readonly number[], part: number): number {
  return Math.round((sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN) * 10) / 10;
}
