/**
 * Packet facts in a contract's storage: which slot holds one, and what must stand there.
 * docs/protocol.md#ethereum-contract
 *
 * The facts of a batch are judged in order under one proof; each is read from its own slot. Two status
 * bits a sequence are receipt and acknowledgement at once: 0 not received, 1 success, 2 error.
 */

import { getU64 } from '../../../../schemas/codec/integer-bytes.ts';
import { equalBytes, ZERO_HASH } from '../../../../schemas/hash.ts';
import type { HashPort } from '../../../../schemas/ports.ts';
import type { Contract } from '../../../../schemas/wire/clients/evm-contract.ts';
import {
  acknowledgementCommitment,
  ERROR_ACKNOWLEDGEMENT,
  SUCCESS_ACKNOWLEDGEMENT,
} from '../../../../schemas/wire/packet.ts';
import type { PacketFact } from '../../clients/client.ts';
import { ethereumError } from '../errors.ts';
import { verifyAccountProof } from './account-proof.ts';
import {
  COMMITMENTS_SLOT,
  mappingSlot,
  RESOURCES_SLOT,
  STATUSES_SLOT,
  wordOf,
} from './contract.ts';

/** A packet fact the contract keeps: it deletes its commitments itself and has no pruning line. */
type KeptFact = Exclude<PacketFact, { type: 'settledBelow' }>;

/** Sequences in one word of statuses. */
export const STATUSES_A_WORD = 128n;

/**
 * Checks facts under a state root. An absent account or other code proves nothing about a packet, not
 * even its absence. @throws TRIE_* RLP_* EVM_ACCOUNT_ABSENT EVM_ACCOUNT_CODE EVM_SLOT_VALUE EVM_FACT EVM_FACT_KIND
 */
export function verifyContractFacts(
  contract: Contract,
  stateRoot: Uint8Array,
  asked: readonly PacketFact[],
  nodes: readonly Uint8Array[],
  hash: HashPort,
): void {
  const facts = asked.map(requireKept);
  const slots = facts.map((fact) => slotOf(fact, hash));
  const { account, words } = verifyAccountProof(stateRoot, contract.address, slots, nodes, hash);
  if (account === undefined) throw ethereumError('EVM_ACCOUNT_ABSENT');
  if (!equalBytes(account.codeHash, contract.codeHash)) throw ethereumError('EVM_ACCOUNT_CODE');
  facts.forEach((fact, index) => {
    const word = words[index];
    if (word === undefined || !holds(fact, word, hash)) {
      throw ethereumError('EVM_FACT', { index, fact: fact.type });
    }
  });
}

function requireKept(fact: PacketFact): KeptFact {
  if (fact.type === 'settledBelow') throw ethereumError('EVM_FACT_KIND', { fact: fact.type });
  return fact;
}

/** Where the contract keeps a fact. */
export function slotOf(fact: KeptFact, hash: HashPort): Uint8Array {
  switch (fact.type) {
    case 'commitment':
      return mappingSlot(wordOf(fact.sequence), COMMITMENTS_SLOT, hash);
    case 'acknowledged':
    case 'received':
    case 'notReceived':
      return mappingSlot(wordOf(fact.sequence / STATUSES_A_WORD), STATUSES_SLOT, hash);
    case 'supply':
      return mappingSlot(fact.resourceId, RESOURCES_SLOT, hash);
  }
}

function holds(fact: KeptFact, word: Uint8Array, hash: HashPort): boolean {
  switch (fact.type) {
    case 'commitment':
      // A slot nobody has written reads as zero, which is no commitment.
      return equalBytes(word, fact.commitment) && !equalBytes(word, ZERO_HASH);
    case 'acknowledged':
      return isAcknowledged(statusOf(word, fact.sequence), fact.commitment, hash);
    case 'received':
      return isReceived(statusOf(word, fact.sequence));
    case 'notReceived':
      return statusOf(word, fact.sequence) === 0;
    case 'supply':
      return (getU64(word, 0) << 64n) + getU64(word, 8) === fact.quantity;
  }
}

/** The two bits of a sequence; bit pair 0 is the lowest of the word. */
function statusOf(word: Uint8Array, sequence: bigint): number {
  const place = Number(sequence % STATUSES_A_WORD);
  const byte = word[31 - (place >> 2)] ?? 0;
  return (byte >> ((place & 3) * 2)) & 3;
}

function isReceived(status: number): boolean {
  return status === 1 || status === 2;
}

/** A status that is no receipt stands for no acknowledgement. */
function isAcknowledged(status: number, commitment: Uint8Array, hash: HashPort): boolean {
  if (!isReceived(status)) return false;
  const acknowledgement = status === 1 ? SUCCESS_ACKNOWLEDGEMENT : ERROR_ACKNOWLEDGEMENT;
  return equalBytes(acknowledgementCommitment([acknowledgement], hash), commitment);
}
