import { describe, expect, it } from 'vitest';
import { emit, isolate } from '../../../../main-chain/ledger/context.ts';
import { ledgerError } from '../../../../main-chain/ledger/errors.ts';
import { proposalRecordCodec } from '../../../../main-chain/ledger/governance/proposals.ts';
import {
  adoptDynamicHead,
  createResource,
  readResource,
  requireActive,
  requireResource,
  writeResource,
} from '../../../../main-chain/ledger/resources.ts';
import {
  readRecord,
  readU64,
  writeQuantity,
  writeU64,
} from '../../../../main-chain/ledger/state.ts';
import { ZERO_HASH } from '../../../../schemas/hash.ts';
import {
  type DynamicEntry,
  dynamicEntryDigest,
} from '../../../../schemas/resource/dynamic-entry.ts';
import { resourceIdOf } from '../../../../schemas/resource/resource-id.ts';
import { unixSeconds } from '../../../../schemas/units.ts';
import { run, seedResource } from '../../../fakes/ledger-chain.ts';
import { snapshot, testAddress, testContext, testKey } from '../../../fakes/ledger-context.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

function append(
  context: ReturnType<typeof testContext>,
  nonce: bigint,
  fields: Partial<DynamicEntry> & { resourceId: Uint8Array },
  key = 20,
) {
  const record = readResource(context.state, fields.resourceId);
  const entry: DynamicEntry = {
    index: (record?.dynamicIndex ?? 0n) + 1n,
    previousHead: record?.dynamicHead ?? ZERO_HASH,
    attributesRoot: new Uint8Array(32).fill(3),
    observedAt: unixSeconds(1000n),
    ...fields,
  };
  const signature = context.signatures.sign(
    dynamicEntryDigest(entry, context.chain.genesisHash, context.hash),
    testKey(key),
  );
  return run(context, 50, nonce, { type: 'append', entry: { entry, signature } }).code;
}

describe('dynamic entries', () => {
  it('form a chain only the issuer extends, one index at a time, never backwards in time (F3)', () => {
    const context = testContext();
    const resourceId = seedResource(context, 1n);
    expect(append(context, 0n, { resourceId })).toBe('');
    expect(append(context, 1n, { resourceId, observedAt: unixSeconds(1000n) })).toBe('');
    const before = readResource(context.state, resourceId);
    expect(append(context, 2n, { resourceId, observedAt: unixSeconds(999n) })).toBe('DYNAMIC_TIME');
    expect(append(context, 3n, { resourceId, index: 2n })).toBe('DYNAMIC_INDEX');
    expect(append(context, 4n, { resourceId, index: 4n })).toBe('DYNAMIC_INDEX');
    expect(append(context, 5n, { resourceId, previousHead: ZERO_HASH })).toBe('DYNAMIC_LINK');
    expect(append(context, 6n, { resourceId }, 21)).toBe('DYNAMIC_SIGNATURE');
    expect(append(context, 7n, { resourceId: ZERO_HASH })).toBe('RESOURCE_UNKNOWN');
    expect(readResource(context.state, resourceId)).toEqual(before);
    expect(before?.dynamicIndex).toBe(2n);
  });

  it('are appended on the home chain only', () => {
    const context = testContext();
    const resourceId = seedResource(context, 1n);
    const elsewhere = { ...context, chain: { ...context.chain, chainId: 'eip155:1' } };
    expect(append(elsewhere, 0n, { resourceId })).toBe('RESOURCE_NOT_HOME');
  });

  it('give way to a newer head that arrives, never to an older one', () => {
    const context = testContext();
    const resourceId = seedResource(context, 1n);
    const head = new Uint8Array(32).fill(8);
    adoptDynamicHead(context.state, resourceId, requireResource(context.state, resourceId), {
      index: 5n,
      head,
    });
    adoptDynamicHead(context.state, resourceId, requireResource(context.state, resourceId), {
      index: 4n,
      head: ZERO_HASH,
    });
    expect(readResource(context.state, resourceId)).toMatchObject({
      dynamicIndex: 5n,
      dynamicHead: head,
    });
  });
});

describe('resources', () => {
  it('are known under the id their origin hashes to, once', () => {
    const context = testContext();
    const resourceId = seedResource(context, 1n);
    const origin = requireResource(context.state, resourceId).origin;
    const before = snapshot(context.state);
    expect(refusalCode(() => createResource(context, resourceId, origin, 'piece'))).toBe(
      'RESOURCE_EXISTS',
    );
    expect(
      refusalCode(() =>
        createResource(context, resourceId, { ...origin, issuer: testAddress(1) }, 'piece'),
      ),
    ).toBe('RESOURCE_ID');
    expect(snapshot(context.state)).toEqual(before);
    const other = { ...origin, kind: 'meter/v1' };
    const record = createResource(context, resourceIdOf(other, context.hash), other, 'piece', true);
    expect(record.status).toBe('frozen');
  });

  it('do not move while halted', () => {
    const context = testContext({ quorum: 1 });
    const resourceId = seedResource(context, 1n);
    writeResource(context.state, resourceId, {
      ...requireResource(context.state, resourceId),
      status: 'halted',
    });
    expect(refusalCode(() => requireActive(context.state, resourceId))).toBe('RESOURCE_HALTED');
  });
});

describe('state and isolation', () => {
  it('reads absent records as undefined, absent numbers as zero, and deletes zero quantities', () => {
    const { state } = testContext();
    expect(readRecord(state, 'nothing', proposalRecordCodec)).toBeUndefined();
    expect(readU64(state, 'nothing')).toBe(0n);
    writeU64(state, 'number', 7n);
    expect(readU64(state, 'number')).toBe(7n);
    writeQuantity(state, 'number', 0n);
    expect(state.get('number')).toBeUndefined();
  });

  it('drops all that a refused item did: state, events and outgoing', () => {
    const context = testContext();
    const { state } = context;
    state.set('held', Uint8Array.of(1));
    state.delete('gone');
    const refusal = isolate(context, () => {
      state.set('key', Uint8Array.of(1));
      state.set('gone', Uint8Array.of(2));
      expect(isolate(context, () => state.delete('held'))).toBeUndefined();
      expect(state.get('held')).toBeUndefined();
      emit(context, 'issued');
      throw ledgerError('QUANTITY_ZERO');
    });
    expect(refusal?.code).toBe('QUANTITY_ZERO');
    expect([...state.changes]).toEqual([
      ['held', Uint8Array.of(1)],
      ['gone', null],
    ]);
    expect(context.events).toEqual([]);
  });

  it('keeps what an item did around one that was refused, and passes a defect on', () => {
    const context = testContext();
    const { state } = context;
    const refusal = isolate(context, () => {
      state.set('first', Uint8Array.of(1));
      const inner = isolate(context, () => {
        state.set('first', Uint8Array.of(9));
        throw ledgerError('QUANTITY_ZERO');
      });
      expect(inner?.code).toBe('QUANTITY_ZERO');
      state.set('second', Uint8Array.of(2));
    });
    expect(refusal).toBeUndefined();
    expect([state.get('first'), state.get('second')]).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
    expect(() =>
      isolate(context, () => {
        throw new TypeError('defect');
      }),
    ).toThrow(TypeError);
  });
});
