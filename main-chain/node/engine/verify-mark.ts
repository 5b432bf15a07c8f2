/**
 * Holds a signer's mark and the store against each other. A mark is written after its block and before
 * the certificate, so a mark below a certificate its key signed was lost or put back, and so was a store
 * that lacks the block a mark names. docs/architecture.md#restore
 */
import { equalBytes, toHex } from '../../../schemas/hash.ts';
import type { HashPort } from '../../../schemas/ports.ts';
import { checkpointOf } from '../../../schemas/wire/block.ts';
import { checkpointDigest } from '../../../schemas/wire/checkpoint.ts';
import { nodeError } from '../errors.ts';
import type { BlockStore } from '../store/block-store.ts';
import type { CheckpointSigner } from './checkpoint-signer.ts';

/** What a mark is compared with. */
export interface MarkDeps {
  readonly store: BlockStore;
  readonly genesisHash: Uint8Array;
  readonly hash: HashPort;
}

/** The key knows of its signature in the newest certificate. @throws SIGNER_MARK_BEHIND */
export async function requireNewestMark(
  { mark, address }: CheckpointSigner,
  { store }: MarkDeps,
): Promise<void> {
  const height = await store.certifiedHeight();
  if (mark.height >= height) return;
  const certificate = store.certificate(height);
  const hasSigned = certificate?.signatures.some(({ index }) => {
    const member = certificate.validators[index];
    return member !== undefined && equalBytes(member.address, address);
  });
  if (hasSigned === true) throw nodeError('SIGNER_MARK_BEHIND', { address: toHex(address) });
}

/** The block the key signed last is the one of the store. @throws NODE_STORE_BEHIND SIGNER_CONFLICT */
export function requireSignedBlock(
  { mark }: CheckpointSigner,
  { store, genesisHash, hash }: MarkDeps,
): void {
  const { height, digest } = mark;
  if (height === 0n) return;
  const header = store.header(height);
  if (header === undefined) throw nodeError('NODE_STORE_BEHIND', { known: height });
  if (!equalBytes(digest, checkpointDigest(checkpointOf(header), genesisHash, hash)))
    throw nodeError('SIGNER_CONFLICT', { height });
}
