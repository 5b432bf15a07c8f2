import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openProgress } from '../../../../hub/demo/progress.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

const directory = mkdtempSync(join(tmpdir(), 'tieline-progress-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('openProgress', () => {
  it('F6 gives the same signed bytes back after a crash, and remembers the end', () => {
    const file = join(directory, 'story.json');
    const first = openProgress(file);
    expect([first.finished, first.signed('0.0'), first.note('0.0')]).toEqual([
      false,
      undefined,
      undefined,
    ]);
    const signed = [{ id: new Uint8Array(32).fill(1), bytes: Uint8Array.of(1, 2, 3) }];
    first.keep('0.0', signed, { deadlineSeconds: '5' });
    first.keep('0.1', [], {});
    const second = openProgress(file);
    expect(second.signed('0.0')).toEqual(signed);
    expect(second.note('0.0')).toEqual({ deadlineSeconds: '5' });
    second.finish();
    expect(openProgress(file).finished).toBe(true);
    expect(openProgress(file).signed('0.1')).toEqual([]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('refuses a file that is not its own', () => {
    const file = join(directory, 'broken.json');
    writeFileSync(file, '{');
    expect(refusalCode(() => openProgress(file))).toBe('CLI_JSON');
  });
});
