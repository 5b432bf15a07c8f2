/* A user's key over a chain that answers as told. */
import { describe, expect, it } from 'vitest';
import type { ChainAdapter } from '../../../../adapters/chain-adapter.ts';
import { waitUntil } from '../../../../hub/demo/stage.ts';
import { createWallet } from '../../../../hub/up/wallet.ts';
import { nobleSignature } from '../../../../main-chain/ledger/noble-signature.ts';
import { nobleHash } from '../../../../schemas/hash.ts';
import { decodeTransaction } from '../../../../schemas/wire/transaction.ts';
import { testAddress, testKey } from '../../../fakes/ledger-context.ts';

const ports = { hash: nobleHash, signatures: nobleSignature };
const key = { address: testAddress(1), secretKey: testKey(1) };
const RESULT = { code: '', items: [], events: [] };

/** A chain that takes everything and lands it with the code it is told. */
function chain(
  changes: { readonly landsWith?: string; readonly offerCode?: string } = {},
): ChainAdapter & { readonly offered: Uint8Array[] } {
  const offered: Uint8Array[] = [];
  let height = 0n;
  const adapter = {
    offered,
    description: { genesisHash: new Uint8Array(32) },
    wait: () => {
      height += 1n;
      return Promise.resolve({ height, timeMs: 1_700_000_000_000n });
    },
    facts: () => Promise.resolve([{ nextNonce: 5n }]),
    submit: (signed: readonly Uint8Array[]) => {
      offered.push(...signed);
      return Promise.resolve(signed.map(() => ({ code: changes.offerCode ?? '' })));
    },
    lookup: () =>
      Promise.resolve(
        changes.offerCode === undefined && height > 2n
          ? { height, index: 0, timeMs: 0n, result: { ...RESULT, code: changes.landsWith ?? '' } }
          : undefined,
      ),
  };
  return adapter as unknown as ChainAdapter & { readonly offered: Uint8Array[] };
}

const transfer = {
  type: 'transfer',
  resourceId: new Uint8Array(32),
  quantity: 1n,
  receiver: testAddress(2),
} as const;

describe('createWallet', () => {
  it('signs with the account’s next nonces, however many sign at once', async () => {
    const wallet = createWallet(chain(), key, ports);
    const signed = (
      await Promise.all([wallet.sign([transfer, transfer]), wallet.sign([transfer])])
    ).flat();
    const nonces = signed.map(({ bytes }) => decodeTransaction(bytes).nonce);
    expect(nonces).toEqual([5n, 6n, 7n]);
    expect(new Set(signed.map(({ id }) => String(id))).size).toBe(3);
  });

  it('offers, waits and hands out where each landed', async () => {
    const target = chain();
    const landed = await createWallet(target, key, ports).send([transfer, transfer]);
    expect(landed).toHaveLength(2);
    expect(target.offered).toHaveLength(2);
  });

  it('says what the chain refused with', async () => {
    const refused = (changes: Parameters<typeof chain>[0]) =>
      createWallet(chain(changes), key, ports).send([transfer]);
    await expect(refused({ landsWith: 'LANE_PAUSED' })).rejects.toThrow(/CLI|LANE_PAUSED/);
    await expect(refused({ landsWith: 'LANE_PAUSED' })).rejects.toMatchObject({
      code: 'CLI_REFUSED',
    });
    await expect(refused({ offerCode: 'TX_NONCE' })).rejects.toMatchObject({ code: 'CLI_REFUSED' });
  });
});

describe('waitUntil', () => {
  it('asks until there is an answer, and not for ever', async () => {
    let asked = 0;
    const third = await waitUntil(() => {
      asked += 1;
      return Promise.resolve(asked > 2 ? asked : undefined);
    });
    expect(third).toBe(3);
    await expect(waitUntil(() => Promise.resolve(undefined), 1)).rejects.toMatchObject({
      code: 'CLI_NOT_LANDED',
    });
  });
});
