/* An adapter of a chain where nothing happens, for tests of what stands around one. */
import type { ChainAdapter, ChainDescription } from '../../adapters/chain-adapter.ts';

/** Its chain id ends in `n`; `changes` replace what it does. */
export function idleAdapter(
  n: number,
  kind: ChainDescription['kind'],
  changes: Partial<ChainAdapter> = {},
): ChainAdapter {
  const nothing = () => Promise.resolve(undefined);
  return {
    description: {
      chainId: `tieline:${n.toString(16).padStart(32, '0')}`,
      genesisHash: new Uint8Array(32).fill(n),
      kind,
      family: 'native',
      name: `chain ${n}`,
      label: 'proven',
      leastTimeoutSeconds: 1n,
    },
    wait: () => Promise.resolve({ height: 5n, timeMs: 5000n }),
    events: (nextHeight) => Promise.resolve({ blocks: [], nextHeight }),
    facts: () => Promise.resolve([]),
    evidence: nothing,
    lookup: nothing,
    prove: () => Promise.reject(new Error('nothing to prove')),
    prepare: () => Promise.reject(new Error('nothing to prepare')),
    submit: () => Promise.resolve([]),
    relay: () => Promise.resolve([]),
    close: () => Promise.resolve(),
    ...changes,
  };
}
