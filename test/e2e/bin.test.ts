/* The command as the README calls it: `npx tieline` in a clone that was built. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from './command-line.ts';

const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');
const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const built = join(ROOT, bin.tieline);

describe.skipIf(!existsSync(built))('the built command', () => {
  it('is reached by npx in the clone, with no network', () => {
    accessSync(built, constants.X_OK);
    const cache = temporaryDirectory();
    try {
      const { status, stdout, stderr } = spawnSync('npx', ['--offline', 'tieline', '--help'], {
        cwd: ROOT,
        env: { ...process.env, npm_config_cache: cache.path },
        encoding: 'utf8',
      });
      expect([status, stderr]).toEqual([0, expect.not.stringContaining('denied')]);
      expect(stdout).toMatch(/^Usage: tieline /);
    } finally {
      cache.remove();
    }
  });
});
