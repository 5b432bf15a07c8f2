/* A halted resource gets new books by proposal, and only books that add up. */
import { describe, expect, it } from 'vitest';
import { readResource } from '../../../../main-chain/ledger/resources.ts';
import type { ActionOf } from '../../../../schemas/wire/action.ts';
import { transitKey } from '../../../../schemas/wire/state-keys.ts';
import {
  ALICE,
  BOB,
  carryAll,
  carryDown,
  carryUp,
  createNetwork,
  govern,
  held,
  issueAndRegister,
  ledgerOf,
  sendMessage,
} from './network.ts';

/** The main chain has lost a booking: 300 are at Anhui, the books know of none of them. */
function halted() {
  const network = createNetwork();
  const id = issueAndRegister(network);
  const { a, b, main } = network;
  a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
  carryUp(network, a);
  carryDown(network, b);
  main.values.delete(transitKey(id, b.mainClient));
  carryUp(network, b);
  expect(readResource(main.context().state, id)?.status).toBe('halted');
  const action: ActionOf<'unhaltResource'> = {
    type: 'unhaltResource',
    resourceId: id,
    registered: 1000n,
    located: 1000n,
    inTransit: 0n,
    retired: 0n,
    places: [{ place: 'located', client: b.mainClient, quantity: 300n }],
  };
  return { network, id, action };
}

describe('a halted resource', () => {
  it('is active again under the books a proposal gives it, and conserves from there', () => {
    const { network, id, action } = halted();
    const { main, a, b } = network;
    const result = govern(main, action);
    expect(result.events.map(({ type }) => type)).toEqual(['resourceUnhalted', 'proposalExecuted']);
    expect(ledgerOf(network, id)).toEqual({
      registered: 1000n,
      located: 1000n,
      inTransit: 0n,
      retired: 0n,
      atMain: 0n,
      atA: 700n,
      atB: 300n,
      toA: 0n,
      toB: 0n,
    });
    carryAll(network);
    b.side.run(BOB, sendMessage(network, b, a.side, id, 300n));
    carryAll(network);
    expect(ledgerOf(network, id)).toMatchObject({ atA: 1000n, atB: 0n });
    expect(held(a.side, id, BOB)).toBe(300n);
  });

  it('stays halted where the new books do not add up or name a chain that is not there', () => {
    const { network, id, action } = halted();
    const { main, a } = network;
    const before = ledgerOf(network, id);
    const codeOf = (changes: Partial<ActionOf<'unhaltResource'>>) =>
      govern(main, { ...action, ...changes }).code;
    expect(codeOf({ located: 999n })).toBe('BOOKS_UNBALANCED');
    expect(codeOf({ retired: 1n })).toBe('BOOKS_UNBALANCED');
    expect(codeOf({ places: [{ place: 'located', client: 'side-none', quantity: 1n }] })).toBe(
      'CLIENT_UNKNOWN',
    );
    expect(codeOf({ resourceId: new Uint8Array(32) })).toBe('RESOURCE_UNKNOWN');
    expect(govern(a.side, action).code).toBe('CHAIN_KIND');
    expect(ledgerOf(network, id)).toEqual(before);
    expect(readResource(main.context().state, id)?.status).toBe('halted');
  });

  it('is what it must be: books of an active resource are never rewritten', () => {
    const { network, action } = halted();
    expect(govern(network.main, action).code).toBe('');
    expect(govern(network.main, action).code).toBe('RESOURCE_NOT_HALTED');
  });
});
