/** The native adapter against the conformance suite, over both transports that reach other processes or none. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { adapterConformance } from '../../adapters/conformance/adapter-conformance.ts';
import { openNativePair } from '../fakes/native-pair.ts';

describe.each(['in-process', 'http'] as const)('the native adapter, %s,', (transport) => {
  let pair: Awaited<ReturnType<typeof openNativePair>>;

  beforeAll(async () => {
    pair = await openNativePair(transport);
  });
  afterAll(() => pair?.close());

  for (const { name, run } of adapterConformance) it(name, () => run(pair));
});
