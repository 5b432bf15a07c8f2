/* docs/gas.md says what the contracts cost today: every flow is measured again, a million leaves and all. */
import { expect, it } from 'vitest';
import { measureGas } from '../../bench/parts/gas-flows.ts';
import { renderGasTables } from '../../bench/parts/gas-table.ts';
import { describeWithAnvil } from '../../fakes/ethereum/with-anvil.ts';
import { readText } from '../../unit/docs/project-files.ts';

describeWithAnvil('docs/gas.md', () => {
  it('shows what the bench measures (npm run bench -- gas --write)', async () => {
    const rows = await measureGas({ hardfork: 'prague', leaves: 1_000_000 });
    expect(readText('docs/gas.md')).toContain(renderGasTables(rows));
  }, 300_000);
});
