/**
 * Executes one transaction: decode, expiry, signature, nonce, then the handler, isolated.
 * A refused transaction changes nothing but its sender's nonce; one that is not the sender's (bad
 * signature, nonce or expiry) changes nothing at all. docs/protocol.md#execution
 */
import { TielineError } from '../../schemas/errors.ts';
import { equalBytes } from '../../schemas/hash.ts';
import { MAX_EVENTS, type TransactionResult } from '../../schemas/wire/event.ts';
import type { Message } from '../../schemas/wire/message.ts';
import { decodeTransaction, transactionId } from '../../schemas/wire/transaction.ts';
import { useNonce } from './accounts.ts';
import {
  type Application,
  type ExecutionContext,
  isolate,
  type MessageHandler,
} from './context.ts';
import { ledgerError } from './errors.ts';

/** Longest validity of a transaction in seconds. */
export const MAX_VALIDITY_SECONDS = 86_400n;

/**
 * `authenticated`: the signature over these very bytes was checked before (mempool workers).
 * Effects of a success are merged into `context`.
 */
export function executeTransaction(
  context: ExecutionContext,
  application: Application,
  bytes: Uint8Array,
  authenticated: boolean,
): TransactionResult {
  const eventsBefore = context.events.length;
  let items: readonly string[] = [];
  try {
    const transaction = decodeTransaction(bytes);
    verifyExpiry(context, transaction.expirySeconds);
    if (!authenticated) verifySender(context, transaction.sender, transaction.signature, bytes);
    useNonce(context.state, transaction.sender, transaction.nonce);
    const refusal = isolate(context, () => {
      items = run(context, application, transaction.sender, transaction.message);
      // What its result cannot hold would be noticed when the block is encoded, too late to refuse it.
      const events = context.events.length - eventsBefore;
      if (events > MAX_EVENTS) throw ledgerError('TX_EVENTS', { events, most: MAX_EVENTS });
    });
    if (refusal !== undefined) return { code: refusal.code, items: [], events: [] };
  } catch (error) {
    if (error instanceof TielineError) return { code: error.code, items: [], events: [] };
    throw error;
  }
  return { code: '', items, events: context.events.slice(eventsBefore) };
}

/** @throws TX_EXPIRED */
export function verifyExpiry(
  context: Pick<ExecutionContext, 'timeMs'>,
  expirySeconds: bigint,
): void {
  const now = context.timeMs / 1000n;
  if (expirySeconds <= now || expirySeconds > now + MAX_VALIDITY_SECONDS) {
    throw ledgerError('TX_EXPIRED', { expirySeconds, nowSeconds: now });
  }
}

function verifySender(
  context: ExecutionContext,
  sender: Uint8Array,
  signature: Uint8Array,
  bytes: Uint8Array,
): void {
  const digest = transactionId(bytes, context.chain.genesisHash, context.hash);
  const signer = context.signatures.recoverAddress(digest, signature);
  if (signer === undefined || !equalBytes(signer, sender)) throw ledgerError('TX_SIGNATURE');
}

function run<T extends Message['type']>(
  context: ExecutionContext,
  application: Application,
  sender: Uint8Array,
  message: Extract<Message, { type: T }>,
): readonly string[] {
  const handler = application.messages[message.type] as MessageHandler<T> | undefined;
  if (handler === undefined) throw ledgerError('TX_UNSUPPORTED', { type: message.type });
  return handler(context, sender, message) ?? [];
}
