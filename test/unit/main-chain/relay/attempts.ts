/* What the tests of deliveries and of packets do alike: the next delivery, and refusals that change nothing. */
import { expect } from 'vitest';
import type { MessageOf } from '../../../../schemas/wire/message.ts';
import type { Attempt } from '../../../fakes/chain.ts';
import { delivery, type Network } from './network.ts';

/** What Jiangsu has for the main chain. */
export function up({ a }: Network): MessageOf<'deliver'> {
  const message = delivery(a.side, a.sideClient, a.mainClient);
  if (message === undefined) throw new Error('nothing to deliver');
  return message;
}

/** The code of an attempt that has changed nothing and told nothing. */
export function refused({ result, changed }: Attempt): string {
  expect(changed).toEqual([]);
  expect([result.events, result.items]).toEqual([[], []]);
  return result.code;
}

/** The item codes of an attempt that changes nothing. */
export function unchangedItems({ result, changed }: Attempt): readonly string[] {
  expect([result.code, changed]).toEqual(['', []]);
  return result.items;
}
