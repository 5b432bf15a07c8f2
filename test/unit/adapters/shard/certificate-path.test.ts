import { describe, expect, it } from 'vitest';
import type { ClientFact } from '../../../../adapters/chain-facts.ts';
import { certificatePath } from '../../../../adapters/shard/certificate-path.ts';
import type { Certificate } from '../../../../schemas/wire/checkpoint.ts';
import { MAX_SET_CHANGES } from '../../../../schemas/wire/node-api.ts';

const setHash = (set: number) => new Uint8Array(32).fill(set);

/** A chain whose set changes after each height of `changes`: sets are numbered from 1. */
function chain(changes: readonly number[]) {
  const setOf = (height: bigint) => 1 + changes.filter((change) => BigInt(change) < height).length;
  const certificate = (height: bigint): Certificate => ({
    checkpoint: {
      height,
      stateRoot: setHash(9),
      outboxRoot: setHash(9),
      timeMs: height,
      validatorSetHash: setHash(setOf(height)),
      nextValidatorSetHash: setHash(setOf(height + 1n)),
    },
    validators: [],
    signatures: [],
  });
  let reads = 0;
  return {
    certificate,
    read: async (after: bigint) => {
      reads += 1;
      return changes
        .filter((change) => BigInt(change) > after)
        .slice(0, MAX_SET_CHANGES)
        .map((change) => certificate(BigInt(change)));
    },
    reads: () => reads,
  };
}

const client = (latestHeight: bigint, set: number): ClientFact => ({
  kind: 'checkpoint',
  client: 'tieline-main',
  counterpartyClient: 'tieline-side',
  chainId: 'tieline:00',
  genesisHash: setHash(0),
  latestHeight,
  latestTimeMs: 0n,
  trustingPeriodSeconds: 1n,
  expiresAtMs: 1000n,
  frozen: false,
  closed: false,
  successor: '',
  laneName: 'tieline-main',
  trusted: setHash(set),
});
const heights = (path: readonly Certificate[] | undefined) =>
  (path ?? []).map(({ checkpoint }) => checkpoint.height);

describe('the path of certificates', () => {
  it('is the target alone, and asks nothing, where the set has not changed', async () => {
    const { certificate, read, reads } = chain([]);
    expect(heights(await certificatePath(client(3n, 1), certificate(900n), read))).toEqual([900n]);
    expect(reads()).toBe(0);
  });

  it('goes through the last certificate of every set between', async () => {
    const { certificate, read } = chain([10, 11, 500]);
    const path = await certificatePath(client(3n, 1), certificate(900n), read);
    expect(heights(path)).toEqual([10n, 11n, 500n, 900n]);
  });

  it('is the target alone where the client is past it already', async () => {
    const { certificate, read } = chain([10]);
    expect(heights(await certificatePath(client(800n, 2), certificate(5n), read))).toEqual([5n]);
  });

  it('goes through hundreds of changes, as many as the node gives at a time', async () => {
    const changes = Array.from({ length: 200 }, (_, at) => at + 1);
    const { certificate, read, reads } = chain(changes);
    const path = await certificatePath(client(0n, 1), certificate(900n), read);
    expect(heights(path)).toEqual([...changes, 900].map(BigInt));
    expect(reads()).toBe(4);
  });

  it('there is none while an announced set does not sign yet', async () => {
    const { certificate, read } = chain([]);
    const { checkpoint } = certificate(900n);
    const announcing = {
      ...certificate(900n),
      checkpoint: { ...checkpoint, nextValidatorSetHash: setHash(2) },
    };
    expect(await certificatePath(client(800n, 2), announcing, read)).toBeUndefined();
  });

  it('refuses with ADAPTER_UPDATE_PATH what leads elsewhere, goes back, or passes the target', async () => {
    const { certificate } = chain([10, 20]);
    const target = certificate(900n);
    const path = (...changes: readonly Certificate[]) =>
      certificatePath(client(3n, 1), target, async () => changes);
    for (const changes of [
      [],
      [certificate(20n)],
      [certificate(3n)],
      [{ ...certificate(10n), checkpoint: { ...certificate(10n).checkpoint, height: 900n } }],
    ])
      await expect(path(...changes)).rejects.toMatchObject({ code: 'ADAPTER_UPDATE_PATH' });
  });
});
