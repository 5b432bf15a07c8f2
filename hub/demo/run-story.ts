/**
 * Plays the whole story on a stage and says what happens as it happens. A story that was interrupted
 * goes on where it stopped; one that has ended is not played again.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cliError } from '../cli/errors.ts';
import { type IssuedUnit, issueCertificates } from './issue-certificates.ts';
import { type PlayedStep, playStep } from './play-step.ts';
import type { Progress } from './progress.ts';
import type { Stage } from './stage.ts';
import { CHAPTERS } from './story.ts';
import { tellIssues, tellStep } from './tell-story.ts';

/** What the story was made of, all steps ended. */
export interface PlayedStory {
  readonly issued: readonly IssuedUnit[];
  readonly steps: readonly PlayedStep[];
}

export interface StoryDeps {
  readonly progress: Progress;
  readonly directory: string;
  readonly say: (text: string) => void;
}

/** @throws CLI_REFUSED CLI_NOT_LANDED and what chains refuse with */
export async function runStory(
  stage: Stage,
  { progress, directory, say }: StoryDeps,
): Promise<PlayedStory> {
  say('\nIssued on Jiangsu, one certificate per 1000 kWh, the remainder carried over\n');
  const issued = await issueCertificates(stage, progress, directory);
  say(tellIssues(issued));
  const steps: PlayedStep[] = [];
  for (const [chapterAt, { title, steps: planned }] of CHAPTERS.entries()) {
    say(`\n${title}\n`);
    const played = await Promise.all(
      planned.map((step, stepAt) =>
        playStep(stage, progress, `${chapterAt}.${stepAt}`, step, unitOf(issued, step.unit)),
      ),
    );
    for (const each of played) say(tellStep(each));
    steps.push(...played);
  }
  return { issued, steps };
}

/** What the shell needs to check proofs by hand: the anchor is kept apart from them. */
export function writeAnchor(directory: string, anchor: string): string {
  const file = join(directory, 'anchor.txt');
  writeFileSync(file, `${anchor}\n`);
  return file;
}

function unitOf(issued: readonly IssuedUnit[], id: string): IssuedUnit {
  const found = issued.find(({ plan }) => plan.unit.id === id);
  if (found === undefined) throw cliError('CLI_ARGUMENT', { unit: id });
  return found;
}
