/* The command as the README calls it: `npx tieline` in a clone, once it was built. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from './command-line.ts';

const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');
const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const built = join(ROOT, bin.tieline);

/** As `npm run build` does; nothing to do where dist/ fits the sources. */
beforeAll(() => {
  const script = "import('./scripts/ensure.mjs').then(({ ensureBuilt }) => ensureBuilt())";
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the program does not build: ${stderr}`);
}, 600_000);

describe('the built command', () => {
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
