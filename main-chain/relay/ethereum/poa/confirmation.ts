/**
 * When a clique block counts as final: strictly more than two thirds of the signers after it, distinct,
 * have sealed blocks on top, and never before the configured depth. docs/protocol.md#ethereum-poa
 */
import { toHex } from '../../../../schemas/hash.ts';
import type { SealedBlock } from './apply-header.ts';

/** Place of the highest confirmed block of a chain of blocks, or -1. */
export function highestConfirmed(blocks: readonly SealedBlock[], depth: number): number {
  for (let at = blocks.length - 1 - depth; at >= 0; at--) if (isConfirmed(blocks, at)) return at;
  return -1;
}

/** Signers that joined or left on top do not count: the set is the one that may seal the next block. */
function isConfirmed(blocks: readonly SealedBlock[], at: number): boolean {
  const members = new Set(blocks[at]?.snapshot.signers.map(toHex));
  const sealers = new Set<string>();
  for (const { sealer } of blocks.slice(at + 1)) {
    const name = toHex(sealer);
    if (members.has(name)) sealers.add(name);
  }
  return sealers.size * 3 > members.size * 2;
}
