/* Test projects by folder, and the coverage each source folder owes. */
import { defineConfig } from 'vitest/config';

/** Least coverage in percent; lower a figure here, for a while and with a reason, never in CI. */
const PURE = { lines: 100, branches: 95 };
const REST = { lines: 85 };
const project = (name: string, testTimeout: number) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: testTimeout },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', 20_000),
      project('conformance', 30_000),
      project('integration', 60_000),
      project('e2e', 240_000),
    ],
    pool: 'forks',
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['schemas', 'main-chain', 'side-chains', 'adapters', 'hub'].map(
        (dir) => `${dir}/**/*.ts`,
      ),
      exclude: ['test/**'],
      reporter: ['text-summary', 'json-summary', 'html'],
      thresholds: {
        'schemas/**': PURE,
        'main-chain/ledger/**': PURE,
        'main-chain/relay/**': PURE,
        'main-chain/htlc/**': PURE,
        'main-chain/{host,node}/**': REST,
        'side-chains/**': REST,
        'adapters/**': REST,
        'hub/**': REST,
      },
    },
  },
});
