import { describe, expect, it } from 'vitest';
import type { ClientFact } from '../../../../adapters/chain-facts.ts';
import { certificatePath } from '../../../../adapters/shard/certificate-path.ts';
import type { Certificate } from '../../../../schemas/wire/checkpoint.ts';

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
    read: async (height: bigint) => {
      reads += 1;
      return certificate(height);
    },
    reads: () => reads,
  };
}

const client = (latestHeight: bigint, set: number): ClientFact => ({
  client: 'tieline-main',
  counterpartyClient: 'tieline-side',
  chainId: 'tieline:00',
  genesisHash: setHash(0),
  latestHeight,
  latestTimeMs: 0n,
  trustingPeriodSeconds: 1n,
  frozen: false,
  trusted: setHash(set),
});
const heights = (path: readonly Certificate[]) => path.map(({ checkpoint }) => checkpoint.height);

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

  it('stops at what one transaction may carry', async () => {
    const { certificate, read } = chain(Array.from({ length: 30 }, (_, at) => 10 * (at + 1)));
    const path = await certificatePath(client(3n, 1), certificate(900n), read);
    expect(path).toHaveLength(15);
    expect(heights(path).at(-1)).toBe(150n);
  });

  it('refuses with ADAPTER_UPDATE_PATH where the trusted set never signed', async () => {
    const { certificate, read } = chain([10]);
    await expect(certificatePath(client(3n, 77), certificate(900n), read)).rejects.toMatchObject({
      code: 'ADAPTER_UPDATE_PATH',
    });
  });
});
