/* The light client of the main chain on an EVM: what moves its head, what is refused, what freezes it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodePlace } from '../../../schemas/ethereum/place.ts';
import { concatBytes } from '../../../schemas/hash.ts';
import type { Certificate } from '../../../schemas/wire/checkpoint.ts';
import { type Lane, openLane, updateArguments } from '../../fakes/ethereum/lane.ts';
import type { Block } from '../../fakes/ethereum/main-chain.ts';
import { describeWithAnvil } from '../../fakes/ethereum/with-anvil.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const FIRST_SIGNATURE = 8;

const stateOf = async ({ hub }: Lane) => hub.ask('clientState');

/** The same certificate bytes, changed in place. */
function altered(
  lane: Lane,
  block: Block,
  change: (bytes: Uint8Array) => void,
): readonly unknown[] {
  const [place, stateRoot, outboxRoot, certificate] = lane.updateOf(block);
  const bytes = Uint8Array.from(certificate as Uint8Array);
  change(bytes);
  return [place, stateRoot, outboxRoot, bytes];
}

function wordAt(bytes: Uint8Array, at: number): bigint {
  return BigInt(`0x${Buffer.from(bytes.subarray(at, at + 32)).toString('hex')}`);
}

function putWord(bytes: Uint8Array, at: number, value: bigint): void {
  bytes.set(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'), at);
}

describeWithAnvil('the checkpoint client on an EVM', () => {
  let lane: Lane;
  beforeAll(async () => {
    lane = await openLane({ powers: [1n, 1n, 1n, 1n, 1n, 1n] });
  });
  afterAll(() => lane?.close());

  it('proves nothing before its first checkpoint (A7, C6)', async () => {
    const place = encodePlace({ height: 0n, timeMs: 0n, sequence: 1n, timeoutSeconds: 9n ** 10n });
    const args = [place, new Uint8Array(32), '0x00', '0x00000100'];
    expect(
      await lane.hub.refuse('receivePacket', [place, new Uint8Array(32), '0x', '0x000100']),
    ).toBe('CLIENT_UNINITIALISED');
    expect(await lane.hub.refuse('timeoutPacket', args)).toBe('CLIENT_UNINITIALISED');
  });

  it('takes a checkpoint signed by strictly more than two thirds and keeps it in its ring', async () => {
    const block = await lane.show();
    const state = await stateOf(lane);
    expect(state['height']).toBe(block.checkpoint.height);
    expect(state['timeMs']).toBe(block.checkpoint.timeMs);
    expect(state['initialised']).toBe(true);
    const [slot] = await lane.hub.ask('slotOf', [block.checkpoint.height]);
    expect(slot).toBe(state['slot']);
  });

  it('refuses exactly two thirds of the power (B4) and takes one more', async () => {
    const block = await lane.block();
    const four = lane.main.certify(block.checkpoint, undefined, [0, 1, 2, 3]);
    expect(await lane.hub.refuse('update', lane.updateOf(block, four))).toBe('CERTIFICATE_QUORUM');
    const five = lane.main.certify(block.checkpoint, undefined, [0, 1, 2, 4, 5]);
    await lane.hub.call('update', lane.updateOf(block, five));
  });

  it('refuses a certificate nobody has signed, and one without members (B5)', async () => {
    const block = await lane.block();
    const none = lane.main.certify(block.checkpoint, undefined, []);
    expect(await lane.hub.refuse('update', lane.updateOf(block, none))).toBe('CERTIFICATE_QUORUM');
    const [place, stateRoot, outboxRoot] = lane.updateOf(block);
    expect(await lane.hub.refuse('update', [place, stateRoot, outboxRoot, '0x'])).toBe(
      'VALIDATOR_SET_EMPTY',
    );
  });

  it('refuses a signer shown twice, and members out of order (B1, B6)', async () => {
    const block = await lane.block();
    const good = lane.main.certify(block.checkpoint, undefined, [0, 1, 2, 3, 4]);
    const [first, second] = good.signatures;
    if (first === undefined || second === undefined) throw new Error('no signatures');
    const twice: Certificate = {
      ...good,
      signatures: [first, { ...first, index: 1 }, ...good.signatures.slice(2)],
    };
    expect(await lane.hub.refuse('update', lane.updateOf(block, twice))).toBe(
      'CERTIFICATE_SIGNATURE',
    );
    const swapped: Certificate = {
      ...good,
      validators: [...good.validators].reverse(),
      signatures: good.signatures.map((each) => ({ ...each, index: 5 - each.index })).reverse(),
    };
    expect(await lane.hub.refuse('update', lane.updateOf(block, swapped))).toBe(
      'CERTIFICATE_SIGNATURE',
    );
    await lane.hub.call('update', lane.updateOf(block, good));
  });

  it('refuses the high-s twin of a good signature, r zero and s zero (B1, B2)', async () => {
    const block = await lane.block();
    const twin = altered(lane, block, (bytes) => {
      const vs = wordAt(bytes, FIRST_SIGNATURE + 32);
      const s = vs & ((1n << 255n) - 1n);
      // n − s is at least n/2; it does not fit 255 bits with the parity, so its low bits alone are sent.
      putWord(
        bytes,
        FIRST_SIGNATURE + 32,
        ((ORDER - s) & ((1n << 255n) - 1n)) | (((vs >> 255n) ^ 1n) << 255n),
      );
    });
    expect(await lane.hub.refuse('update', twin)).toBe('CERTIFICATE_SIGNATURE');
    const noR = altered(lane, block, (bytes) =>
      bytes.fill(0, FIRST_SIGNATURE, FIRST_SIGNATURE + 32),
    );
    expect(await lane.hub.refuse('update', noR)).toBe('CERTIFICATE_SIGNATURE');
    const noS = altered(lane, block, (bytes) => putWord(bytes, FIRST_SIGNATURE + 32, 0n));
    expect(await lane.hub.refuse('update', noS)).toBe('CERTIFICATE_SIGNATURE');
    await lane.hub.call('update', lane.updateOf(block));
  });

  it('refuses one bad signature beside a quorum, a flipped bit anywhere, and other power (B3, B7)', async () => {
    const block = await lane.block();
    const all = lane.main.certify(block.checkpoint, undefined, [0, 1, 2, 3, 4, 5]);
    const length = (lane.updateOf(block, all)[3] as Uint8Array).length;
    for (const at of [7, 12, 45, length - 1]) {
      const [place, stateRoot, outboxRoot, certificate] = lane.updateOf(block, all);
      const bytes = Uint8Array.from(certificate as Uint8Array);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      const refusal = await lane.hub.refuse('update', [place, stateRoot, outboxRoot, bytes]);
      expect(['CERTIFICATE_SIGNATURE', 'CERTIFICATE_QUORUM']).toContain(refusal);
    }
    await lane.hub.call('update', lane.updateOf(block, all));
  });

  it('refuses signatures over another height, root, time or chain (B7, B8)', async () => {
    const block = await lane.block();
    const { checkpoint } = block;
    const good = lane.main.certify(checkpoint);
    for (const other of [
      { ...checkpoint, height: checkpoint.height + 1n },
      { ...checkpoint, stateRoot: lane.hash.sha256(checkpoint.stateRoot) },
      { ...checkpoint, outboxRoot: lane.hash.sha256(checkpoint.outboxRoot) },
      { ...checkpoint, timeMs: checkpoint.timeMs + 1n },
    ]) {
      const args = updateArguments({ ...good, checkpoint: other });
      expect(await lane.hub.refuse('update', args)).toBe('CERTIFICATE_SIGNATURE');
    }
    const stranger = await openLane({
      powers: [1n, 1n, 1n, 1n, 1n, 1n],
      config: { genesisHash: lane.hash.sha256(Uint8Array.of(9)) },
    });
    try {
      await stranger.nextAt(await lane.now());
      await stranger.anvil.rpc('evm_mine');
      expect(await stranger.hub.refuse('update', lane.updateOf(block))).toBe(
        'CERTIFICATE_SIGNATURE',
      );
    } finally {
      await stranger.close();
    }
    await lane.hub.call('update', lane.updateOf(block));
  });

  it('refuses a set of strangers, and trailing or missing bytes (B6, B9, A5)', async () => {
    const block = await lane.block();
    const strangers = lane.main.createSet(7, [9n, 9n, 9n]);
    const theirs = lane.main.certify(block.checkpoint, strangers);
    expect(await lane.hub.refuse('update', lane.updateOf(block, theirs))).toBe(
      'CERTIFICATE_SIGNATURE',
    );
    const [place, stateRoot, outboxRoot, certificate] = lane.updateOf(block);
    const bytes = certificate as Uint8Array;
    const longer = concatBytes(bytes, Uint8Array.of(0));
    expect(await lane.hub.refuse('update', [place, stateRoot, outboxRoot, longer])).toBe(
      'CODEC_TRUNCATED',
    );
    const shorter = bytes.subarray(0, bytes.length - 1);
    expect(await lane.hub.refuse('update', [place, stateRoot, outboxRoot, shorter])).toBe(
      'CODEC_TRUNCATED',
    );
  });

  it('refuses a zero root (A7)', async () => {
    const { checkpoint } = await lane.block();
    for (const root of ['stateRoot', 'outboxRoot'] as const) {
      const certificate = lane.main.certify({ ...checkpoint, [root]: new Uint8Array(32) });
      expect(await lane.hub.refuse('update', updateArguments(certificate))).toBe(
        'CHECKPOINT_ROOT_ZERO',
      );
    }
  });

  it('refuses a time that does not advance, and one beyond the drift (C1, C5)', async () => {
    const { timeMs } = await stateOf(lane);
    const { checkpoint } = await lane.block();
    const same = lane.main.certify({ ...checkpoint, timeMs });
    expect(await lane.hub.refuse('update', updateArguments(same))).toBe('CHECKPOINT_TIME');
    const ahead = ((await lane.now()) + 60n) * 1000n;
    const future = lane.main.certify({ ...checkpoint, timeMs: ahead });
    expect(await lane.hub.refuse('update', updateArguments(future))).toBe('CHECKPOINT_DRIFT');
  });

  it('treats an older or a repeated checkpoint as a no-op (C2, C4)', async () => {
    const older = await lane.block();
    const newer = await lane.show();
    const before = await lane.hub.storage();
    await lane.hub.call('update', lane.updateOf(newer));
    await lane.hub.call('update', lane.updateOf(older));
    expect(await lane.hub.storage()).toBe(before);
  });

  it('does not freeze for one header twice, two heights, or headers nobody has signed (C7)', async () => {
    const one = await lane.show();
    const two = await lane.show();
    const part = ({ checkpoint }: Block, certificate = lane.main.certify(checkpoint)) => {
      const [place, stateRoot, outboxRoot, bytes] = updateArguments(certificate);
      return [place, [stateRoot, outboxRoot], bytes];
    };
    expect(await lane.hub.refuse('misbehaviour', [...part(one), ...part(one)])).toBe(
      'MISBEHAVIOUR_NONE',
    );
    expect(await lane.hub.refuse('misbehaviour', [...part(one), ...part(two)])).toBe(
      'MISBEHAVIOUR_NONE',
    );
    const forged = { ...two.checkpoint, stateRoot: lane.hash.sha256(two.checkpoint.stateRoot) };
    const unsigned = { ...lane.main.certify(two.checkpoint), checkpoint: forged };
    expect(await lane.hub.refuse('misbehaviour', [...part(two), ...part(two, unsigned)])).toBe(
      'CERTIFICATE_SIGNATURE',
    );
    expect(await lane.hub.refuse('update', updateArguments(unsigned))).toBe(
      'CERTIFICATE_SIGNATURE',
    );
  });
});

describeWithAnvil('a change of the validator set on an EVM', () => {
  it('is followed set by set: none jumped over, none signing again (C3)', async () => {
    const lane = await openLane({ powers: [1n, 1n, 1n, 1n] });
    try {
      await lane.show();
      const first = lane.main.set;
      const second = lane.main.createSet(2, [5n, 1n, 1n]);
      const third = lane.main.createSet(3, [1n]);
      const announcing = await lane.block({ next: second });
      await lane.hub.call(
        'update',
        lane.updateOf(announcing, lane.main.certify(announcing.checkpoint, first)),
      );
      expect((await stateOf(lane))['pending']).toBe(true);
      const pending = { current: first.hash, next: second.hash };

      const jump = {
        ...(await lane.block()).checkpoint,
        validatorSetHash: third.hash,
        nextValidatorSetHash: third.hash,
      };
      expect(
        await lane.hub.refuse('update', updateArguments(lane.main.certify(jump, third), pending)),
      ).toBe('CERTIFICATE_SIGNATURE');
      const old = { ...jump, validatorSetHash: first.hash, nextValidatorSetHash: first.hash };
      const byOld = updateArguments(lane.main.certify(old, first), {
        current: first.hash,
        next: first.hash,
      });
      expect(await lane.hub.refuse('update', byOld)).toBe('CERTIFICATE_SET');
      expect(await lane.hub.refuse('update', updateArguments(lane.main.certify(old, first)))).toBe(
        'CERTIFICATE_SET',
      );

      const following = await lane.block();
      await lane.hub.call(
        'update',
        lane.updateOf(following, lane.main.certify(following.checkpoint, second), pending),
      );
      const state = await stateOf(lane);
      expect(state['pending']).toBe(false);
      expect(Buffer.from(state['sets'].slice(2), 'hex')).toEqual(Buffer.from(second.hash));
      const again = {
        ...(await lane.block()).checkpoint,
        validatorSetHash: first.hash,
        nextValidatorSetHash: first.hash,
      };
      expect(
        await lane.hub.refuse('update', updateArguments(lane.main.certify(again, first))),
      ).toBe('CERTIFICATE_SIGNATURE');
    } finally {
      await lane.close();
    }
  });

  it('lets the current set of a pending change not sign a newer checkpoint, in any wording (C3)', async () => {
    const lane = await openLane({ powers: [1n, 1n, 1n] });
    try {
      await lane.show();
      const first = lane.main.set;
      const second = lane.main.createSet(2, [1n, 1n, 1n]);
      const announcing = await lane.block({ next: second });
      await lane.hub.call(
        'update',
        lane.updateOf(announcing, lane.main.certify(announcing.checkpoint, first)),
      );
      const newer = {
        ...(await lane.block()).checkpoint,
        validatorSetHash: first.hash,
        nextValidatorSetHash: second.hash,
      };
      const args = updateArguments(lane.main.certify(newer, first), {
        current: first.hash,
        next: second.hash,
      });
      expect(await lane.hub.refuse('update', args)).toBe('CERTIFICATE_SET');
    } finally {
      await lane.close();
    }
  });
});

describeWithAnvil('a frozen or expired client on an EVM', () => {
  async function equivocate(lane: Lane) {
    const block = await lane.show();
    const other = { ...block.checkpoint, stateRoot: lane.hash.sha256(block.checkpoint.stateRoot) };
    return { block, other: lane.main.certify(other) };
  }

  it('freezes on a second checkpoint of a stored height, and nothing passes any more (C4, C6)', async () => {
    const lane = await openLane();
    try {
      const { other } = await equivocate(lane);
      await lane.hub.call('update', updateArguments(other));
      expect((await stateOf(lane))['frozen']).toBe(true);
      const next = await lane.block();
      expect(await lane.hub.refuse('update', lane.updateOf(next))).toBe('CLIENT_FROZEN');
      await expect(
        lane.govern('replaceClient', [lane.main.set.hash, 1000]),
      ).resolves.toBeUndefined();
      const state = await stateOf(lane);
      expect([state['frozen'], state['initialised']]).toEqual([false, false]);
      const [slot] = await lane.hub.ask('slotOf', [next.checkpoint.height - 1n]);
      expect(slot).toBe(0xffffn);
    } finally {
      await lane.close();
    }
  });

  it('freezes on two certificates of one height, whoever shows them', async () => {
    const lane = await openLane();
    try {
      const { block, other } = await equivocate(lane);
      const part = (certificate: Certificate) => {
        const [place, stateRoot, outboxRoot, bytes] = updateArguments(certificate);
        return [place, [stateRoot, outboxRoot], bytes];
      };
      const good = lane.main.certify(block.checkpoint);
      await lane.hub.call('misbehaviour', [...part(good), ...part(other)], lane.users[3]);
      expect((await stateOf(lane))['frozen']).toBe(true);
    } finally {
      await lane.close();
    }
  });

  it('expires at the trusting period after its newest checkpoint, not a second before (C1, C6)', async () => {
    const lane = await openLane();
    try {
      const block = await lane.show();
      const period = 1_209_600n;
      const next = await lane.block();
      const end = block.checkpoint.timeMs / 1000n + period;
      await lane.nextAt(end - 1n);
      await lane.anvil.rpc('evm_mine');
      expect((await stateOf(lane))['expired']).toBe(false);
      await lane.nextAt(end);
      await lane.anvil.rpc('evm_mine');
      expect((await stateOf(lane))['expired']).toBe(true);
      expect(await lane.hub.refuse('update', lane.updateOf(next))).toBe('CLIENT_EXPIRED');
    } finally {
      await lane.close();
    }
  });

  it('is not replaced while it works, and by nobody but governance (C11, D11)', async () => {
    const lane = await openLane();
    try {
      await lane.show();
      const args = [lane.main.set.hash, 5];
      expect(await lane.hub.refuse('replaceClient', args)).toBe('PROPOSAL_FORBIDDEN');
      await expect(lane.govern('replaceClient', args)).rejects.toThrow('CLIENT_ACTIVE');
    } finally {
      await lane.close();
    }
  });

  it('is not deployed without a set, a chain, a ring or a trusting period (B5, C11)', async () => {
    const refusals: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
      [{ validatorSetHash: new Uint8Array(32) }, 'CLIENT_SPEC'],
      [{ genesisHash: new Uint8Array(32) }, 'CLIENT_SPEC'],
      [{ ringSize: 128 }, 'CLIENT_SPEC'],
      [{ ringSize: 300 }, 'CLIENT_SPEC'],
      [{ trustingPeriodSeconds: 259_199 }, 'CLIENT_TRUSTING_PERIOD'],
      [{ client: 'Main/0' }, 'ID_CLIENT'],
    ];
    for (const [config, code] of refusals) await expect(openLane({ config })).rejects.toThrow(code);
  });
});
