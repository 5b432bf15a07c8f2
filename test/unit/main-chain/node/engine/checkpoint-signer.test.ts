import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { noFaults } from '../../../../../main-chain/host/fault-port.ts';
import { nobleSignature } from '../../../../../main-chain/ledger/noble-signature.ts';
import { CheckpointSigner } from '../../../../../main-chain/node/engine/checkpoint-signer.ts';
import { nobleHash } from '../../../../../schemas/hash.ts';
import { testAddress, testKey } from '../../../../fakes/ledger-context.ts';

const directory = mkdtempSync(join(tmpdir(), 'tieline-signer-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const key = { secretKey: testKey(1), address: testAddress(1) };
const open = (name: string) =>
  CheckpointSigner.open(join(directory, name), key, {
    hash: nobleHash,
    signatures: nobleSignature,
    faults: noFaults,
  });
const digest = (n: number) => new Uint8Array(32).fill(n);

describe('checkpoint signer', () => {
  it('gives the stored signature for the same checkpoint and refuses all else at or below its mark, also after a restart', async () => {
    const signer = await open('mark');
    const first = await signer.sign(5n, digest(1));
    expect(await signer.sign(5n, digest(1))).toEqual(first);
    await expect(signer.sign(5n, digest(2))).rejects.toMatchObject({ code: 'SIGNER_CONFLICT' });
    await expect(signer.sign(4n, digest(1))).rejects.toMatchObject({ code: 'SIGNER_BELOW_MARK' });
    await signer.sign(6n, digest(3));
    await signer.close();
    const again = await open('mark');
    await expect(again.sign(6n, digest(4))).rejects.toMatchObject({ code: 'SIGNER_CONFLICT' });
    await expect(again.sign(5n, digest(1))).rejects.toMatchObject({ code: 'SIGNER_BELOW_MARK' });
    expect(await again.sign(7n, digest(4))).toHaveLength(65);
    await again.close();
  });

  it('starts on an empty or torn first write, and refuses a damaged mark', async () => {
    writeFileSync(join(directory, 'torn'), new Uint8Array(100));
    await (await open('torn')).close();
    writeFileSync(join(directory, 'damaged'), new Uint8Array(274).fill(7));
    await expect(open('damaged')).rejects.toMatchObject({ code: 'SIGNER_MARK_CORRUPT' });
  });
});
