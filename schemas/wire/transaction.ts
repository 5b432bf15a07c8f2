/**
 * Signed transactions: signature(65) ‖ sender(20) ‖ nonce(8) ‖ expiry(8) ‖ message. The signature is
 * over SHA256(tag ‖ genesis hash ‖ body), so it is worth nothing on another chain.
 * docs/protocol.md#transaction
 */
import { Reader } from '../codec/reader.ts';
import { Writer } from '../codec/writer.ts';
import { concatBytes, domainTag, sha256Of } from '../hash.ts';
import type { HashPort, SignaturePort } from '../ports.ts';
import { type Message, messageCodec } from './message.ts';

/** Largest transaction in bytes. */
export const MAX_TRANSACTION = 1_048_576;
const TAG = domainTag('tieline/tx/v1');
const SIGNATURE = 65;

/** Who asks, under which nonce, until when (Unix seconds). */
export interface TransactionHead {
  readonly sender: Uint8Array;
  readonly nonce: bigint;
  readonly expirySeconds: bigint;
}

export interface Transaction extends TransactionHead {
  readonly message: Message;
}

/** The bytes a signature covers, before tag and genesis hash. */
export function encodeTransactionBody(transaction: Transaction): Uint8Array {
  const { sender, nonce, expirySeconds, message } = transaction;
  const writer = new Writer().fixed(sender, 20).u64(nonce).u64(expirySeconds);
  messageCodec.write(writer, message);
  return writer.finish();
}

/** SHA256(tag ‖ genesis hash ‖ body): what is signed, and the transaction's id. */
export function transactionDigest(
  body: Uint8Array,
  genesisHash: Uint8Array,
  hash: HashPort,
): Uint8Array {
  return sha256Of(hash, TAG, genesisHash, body);
}

/** The id of signed bytes: the digest of their body. */
export function transactionId(
  bytes: Uint8Array,
  genesisHash: Uint8Array,
  hash: HashPort,
): Uint8Array {
  return transactionDigest(bytes.subarray(SIGNATURE), genesisHash, hash);
}

/** Signed bytes ready to submit. */
export function signTransaction(
  transaction: Transaction,
  secretKey: Uint8Array,
  genesisHash: Uint8Array,
  ports: { readonly hash: HashPort; readonly signatures: SignaturePort },
): Uint8Array {
  const body = encodeTransactionBody(transaction);
  const digest = transactionDigest(body, genesisHash, ports.hash);
  return concatBytes(ports.signatures.sign(digest, secretKey), body);
}

/** The head alone, for the mempool. @throws CODEC_TRUNCATED */
export function decodeTransactionHead(bytes: Uint8Array): TransactionHead {
  const reader = new Reader(bytes, 'transaction');
  reader.skip(SIGNATURE, 'signature');
  return readHead(reader);
}

/** The whole transaction, strictly. @throws CODEC_* */
export function decodeTransaction(
  bytes: Uint8Array,
): Transaction & { readonly signature: Uint8Array } {
  const reader = new Reader(bytes, 'transaction');
  const signature = reader.fixed(SIGNATURE, 'signature');
  const head = readHead(reader);
  const message = messageCodec.read(reader, 'message');
  reader.end();
  return { signature, ...head, message };
}

function readHead(reader: Reader): TransactionHead {
  return {
    sender: reader.fixed(20, 'sender'),
    nonce: reader.u64('nonce'),
    expirySeconds: reader.u64('expirySeconds'),
  };
}
