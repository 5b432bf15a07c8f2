/**
 * Takes over blocks from a peer of the same chain: each is executed here and must come out as the very
 * header the peer has; nothing is stored before a certificate of the chain's own set covers it.
 * docs/architecture.md#restore
 */
import { encode } from '../../../schemas/codec/codec.ts';
import { isTielineError } from '../../../schemas/errors.ts';
import { equalBytes } from '../../../schemas/hash.ts';
import { type BlockHeader, blockHeaderCodec, checkpointOf } from '../../../schemas/wire/block.ts';
import { type Certificate, checkpointCodec } from '../../../schemas/wire/checkpoint.ts';
import { transactionId } from '../../../schemas/wire/transaction.ts';
import { verifyCertificate } from '../../relay/checkpoint/verify-certificate.ts';
import type { Chain } from '../chain.ts';
import { nodeError } from '../errors.ts';
import type { StoredBlock } from '../store/block-writes.ts';
import type { WitnessCall } from './witnesses.ts';

/** Executes and stores the peer's blocks up to and with `height`. @throws NODE_PEER_MISMATCH NODE_WITNESS_ANSWER */
export async function catchUp(chain: Chain, peer: WitnessCall, height: bigint): Promise<void> {
  const { rules, hash, signatures, store } = chain.deps;
  let waiting: StoredBlock[] = [];
  for (let at = chain.committed.height + 1n; at <= height; at += 1n) {
    const { block } = await peer('block', { height: at });
    if (block === undefined) throw nodeError('NODE_PEER_MISMATCH', { height: at });
    const transactions = block.transactions.map((bytes) => ({
      bytes,
      id: transactionId(bytes, rules.genesisHash, hash),
    }));
    const made = chain.execute(transactions, block.header.timeMs, false);
    if (!sameHeader(made.header, block.header))
      throw nodeError('NODE_PEER_MISMATCH', { height: at });
    waiting.push(made);
    const { certificate } = await peer('certificate', { height: at });
    if (certificate === undefined) continue;
    requireCertificate(certificate, made.header);
    try {
      verifyCertificate(certificate, rules.genesisHash, hash, signatures);
    } catch (error) {
      if (!isTielineError(error)) throw error;
      throw nodeError('NODE_PEER_MISMATCH', { height: at }, error);
    }
    for (const each of waiting) await chain.commit(each);
    await store.putCertificate(certificate);
    waiting = [];
  }
  if (waiting.length > 0) throw nodeError('NODE_PEER_MISMATCH', { height });
}

function sameHeader(left: BlockHeader, right: BlockHeader): boolean {
  return equalBytes(encode(blockHeaderCodec, left), encode(blockHeaderCodec, right));
}

/** The certificate is of this very block; the header's set comes out of our own state. */
function requireCertificate({ checkpoint }: Certificate, header: BlockHeader): void {
  const own = encode(checkpointCodec, checkpointOf(header));
  if (!equalBytes(own, encode(checkpointCodec, checkpoint)))
    throw nodeError('NODE_PEER_MISMATCH', { height: header.height });
}
