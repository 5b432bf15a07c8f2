import { describe, expect, it } from 'vitest';
import { anchoredRecordsCodec } from '../../../../../main-chain/ledger/records/anchor-records.ts';
import { decode } from '../../../../../schemas/codec/codec.ts';
import { nobleHash, ZERO_HASH } from '../../../../../schemas/hash.ts';
import { recordsRoot } from '../../../../../schemas/tree/record-tree.ts';
import type { MessageOf } from '../../../../../schemas/wire/message.ts';
import { recordsKey } from '../../../../../schemas/wire/state-keys.ts';
import { run } from '../../../../fakes/ledger-chain.ts';
import { later, snapshot, testAddress, testContext } from '../../../../fakes/ledger-context.ts';

const top = new Uint8Array(32).fill(7);
const message = (
  changes: Partial<MessageOf<'anchorRecords'>> = {},
): MessageOf<'anchorRecords'> => ({
  type: 'anchorRecords',
  top,
  count: 3,
  ...changes,
});
type Context = ReturnType<typeof testContext>;
const withoutAccounts = ({ state }: Context) =>
  snapshot(state).filter(([key]) => !key.startsWith('account/'));

describe('anchoring records', () => {
  it('notes count, height and time under owner and root, and says so in an event', () => {
    const context = testContext();
    const result = run(context, 30, 0n, message());
    const root = recordsRoot(top, 3, nobleHash);
    expect(result).toMatchObject({
      code: '',
      events: [{ type: 'recordsAnchored', subject: root, quantity: 3n, account: testAddress(30) }],
    });
    const value = context.state.get(recordsKey(testAddress(30), root)) ?? new Uint8Array(0);
    const { height, timeMs } = context;
    expect(decode(anchoredRecordsCodec, value, 'value')).toEqual({ count: 3, height, timeMs });
  });

  it('A7 A4 refuses no records and a zero top with RECORDS_EMPTY and changes nothing', () => {
    const context = testContext();
    const before = withoutAccounts(context);
    for (const [at, changes] of [{ count: 0 }, { top: ZERO_HASH }].entries())
      expect(run(context, 30, BigInt(at), message(changes)).code).toBe('RECORDS_EMPTY');
    expect(withoutAccounts(context)).toEqual(before);
  });

  it('keeps the first time of a set: the same again is RECORDS_EXIST and changes nothing', () => {
    const context = testContext();
    expect(run(context, 30, 0n, message()).code).toBe('');
    const before = withoutAccounts(context);
    expect(run(later(context, 60n), 30, 1n, message()).code).toBe('RECORDS_EXIST');
    expect(withoutAccounts(context)).toEqual(before);
  });

  it('lets nobody take a set away from its owner by anchoring it first', () => {
    const context = testContext();
    expect(run(context, 31, 0n, message()).code).toBe('');
    expect(run(context, 30, 0n, message()).code).toBe('');
    expect(withoutAccounts(context)).toHaveLength(2);
  });

  it('A4 gives one top with two counts two roots', () => {
    const context = testContext();
    expect(run(context, 30, 0n, message({ count: 2 })).code).toBe('');
    expect(run(context, 30, 1n, message({ count: 4 })).code).toBe('');
    expect(withoutAccounts(context)).toHaveLength(2);
  });

  it('refuses an account that is not admitted and changes nothing', () => {
    const context = testContext({ admission: 'list' });
    const before = withoutAccounts(context);
    expect(run(context, 30, 0n, message()).code).toBe('ACCOUNT_NOT_ADMITTED');
    expect(withoutAccounts(context)).toEqual(before);
  });
});
