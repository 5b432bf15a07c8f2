/* A suite that needs anvil: skipped loudly, with the reason, where it is not there. */
import { describe } from 'vitest';
import { anvilMissing } from './anvil.ts';

export function describeWithAnvil(name: string, body: () => void): void {
  const missing = anvilMissing();
  if (missing !== undefined) process.stderr.write(`SKIPPED, ${name}: ${missing}\n`);
  describe.skipIf(missing !== undefined)(name, body);
}
