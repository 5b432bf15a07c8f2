/*
 * The main chain as the contracts see it: state tree, outbox, certificates. All hashes, proofs and
 * digests are the program's own; only what a block holds is chosen by the test.
 */
import { StateTree } from '../../../main-chain/ledger/tree/state-tree.ts';
import { binaryString } from '../../../schemas/hash.ts';
import type { HashPort, SignaturePort } from '../../../schemas/ports.ts';
import { buildOutbox, type Outbox, type OutboxItem } from '../../../schemas/tree/outbox.ts';
import { sparsePath, sparseValueHash } from '../../../schemas/tree/sparse-hash.ts';
import {
  type Certificate,
  type Checkpoint,
  checkpointDigest,
} from '../../../schemas/wire/checkpoint.ts';
import {
  acknowledgementCommitment,
  acknowledgementPath,
  commitmentPath,
  ERROR_ACKNOWLEDGEMENT,
  type Packet,
  packetCommitment,
  RECEIPT_VALUE,
  receiptPath,
  SUCCESS_ACKNOWLEDGEMENT,
} from '../../../schemas/wire/packet.ts';
import { outboxRootKey } from '../../../schemas/wire/state-keys.ts';
import { type Validator, validatorSetHash } from '../../../schemas/wire/validator-set.ts';

/** The main chain's client id for the Ethereum chain, and the other way round. */
export const ETHEREUM_CLIENT = 'eth-0';
export const MAIN_CLIENT = 'main-0';

export interface Member extends Validator {
  readonly secretKey: Uint8Array;
}

export interface ValidatorSet {
  /** Ascending by address. */
  readonly members: readonly Member[];
  readonly hash: Uint8Array;
}

export interface BlockContent {
  /** Packets sent to the Ethereum chain. */
  readonly packets?: readonly Packet[];
  /** Sequences answered, and how. */
  readonly acknowledged?: readonly (readonly [bigint, boolean])[];
  /** Other things sent, to other clients. */
  readonly others?: readonly OutboxItem[];
  readonly next?: ValidatorSet;
}

export interface Block {
  readonly checkpoint: Checkpoint;
  readonly outbox: Outbox;
  readonly items: readonly OutboxItem[];
}

export interface MainChain {
  readonly genesisHash: Uint8Array;
  readonly set: ValidatorSet;
  block(timeMs: bigint, content?: BlockContent): Block;
  /** The proof of one key under the newest state, for a block made before anything else. */
  prove(key: string): Uint8Array;
  /** Signed by as few as it takes, in set order; `signers` names others. */
  certify(checkpoint: Checkpoint, set?: ValidatorSet, signers?: readonly number[]): Certificate;
  createSet(first: number, powers: readonly bigint[]): ValidatorSet;
}

export interface MainChainOptions {
  readonly powers: readonly bigint[];
  /** Leaves besides those the test makes. */
  readonly leaves?: number;
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
}

export function createMainChain(options: MainChainOptions): MainChain {
  const { hash, signatures } = options;
  const genesisHash = hash.sha256(Uint8Array.of(1));
  const tree = StateTree.build(0n, fillLeaves(options.leaves ?? 8, hash), hash);
  let height = 0n;
  let current = createSet(1, options.powers);

  function createSet(first: number, powers: readonly bigint[]): ValidatorSet {
    const members = powers
      .map((power, at) => {
        const secretKey = hash.sha256(Uint8Array.of(0x76, first, at));
        return { secretKey, address: signatures.addressOf(secretKey), power };
      })
      .sort((left, right) => (binaryString(left.address) < binaryString(right.address) ? -1 : 1));
    return { members, hash: validatorSetHash(members, hash) };
  }

  return {
    genesisHash,
    get set() {
      return current;
    },
    block(timeMs, content = {}) {
      height += 1n;
      const items = itemsOf(content, hash);
      const outbox = buildOutbox(items, hash);
      const changes = new Map<string, Uint8Array | null>(stateOf(content, hash));
      if (items.length > 0) changes.set(outboxRootKey(height), outbox.root);
      const stateRoot = tree.commit(height, changes).slice();
      const set = current;
      if (content.next !== undefined) current = content.next;
      const checkpoint: Checkpoint = {
        height,
        stateRoot,
        outboxRoot: outbox.root,
        timeMs,
        validatorSetHash: set.hash,
        nextValidatorSetHash: current.hash,
      };
      return { checkpoint, outbox, items };
    },
    prove: (key) => tree.prove([key]),
    certify(checkpoint, set = current, signers = quorumOf(set)) {
      const digest = checkpointDigest(checkpoint, genesisHash, hash);
      return {
        checkpoint,
        validators: set.members.map(({ address, power }) => ({ address, power })),
        signatures: signers.map((index) => {
          const member = set.members[index];
          if (member === undefined) throw new Error('no such member');
          return { index, signature: signatures.sign(digest, member.secretKey) };
        }),
      };
    },
    createSet,
  };
}

/** The first members that hold more than two thirds together. */
export function quorumOf({ members }: ValidatorSet): number[] {
  const total = members.reduce((sum, { power }) => sum + power, 0n);
  const signers: number[] = [];
  let signed = 0n;
  for (const [index, { power }] of members.entries()) {
    if (signed * 3n > total * 2n) break;
    signers.push(index);
    signed += power;
  }
  return signers;
}

function* fillLeaves(count: number, hash: HashPort) {
  for (let index = 0; index < count; index++) {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setUint32(0, index + 1);
    yield { path: sparsePath(bytes, hash), valueHash: sparseValueHash(bytes, hash) };
  }
}

function ackOf(success: boolean, hash: HashPort): Uint8Array {
  const bytes = success ? SUCCESS_ACKNOWLEDGEMENT : ERROR_ACKNOWLEDGEMENT;
  return acknowledgementCommitment([bytes], hash);
}

function itemsOf(content: BlockContent, hash: HashPort): OutboxItem[] {
  const items: OutboxItem[] = [...(content.others ?? [])];
  for (const [sequence, success] of content.acknowledged ?? []) {
    items.push({ client: ETHEREUM_CLIENT, kind: 0, sequence, commitment: ackOf(success, hash) });
  }
  for (const packet of content.packets ?? []) {
    const commitment = packetCommitment(packet, hash);
    items.push({ client: ETHEREUM_CLIENT, kind: 1, sequence: packet.sequence, commitment });
  }
  return items.sort((left, right) =>
    left.client === right.client
      ? left.kind - right.kind || Number(left.sequence - right.sequence)
      : left.client < right.client
        ? -1
        : 1,
  );
}

function* stateOf(content: BlockContent, hash: HashPort): Generator<readonly [string, Uint8Array]> {
  for (const packet of content.packets ?? []) {
    yield [commitmentPath(ETHEREUM_CLIENT, packet.sequence), packetCommitment(packet, hash)];
  }
  for (const [sequence, success] of content.acknowledged ?? []) {
    yield [receiptPath(ETHEREUM_CLIENT, sequence), RECEIPT_VALUE];
    yield [acknowledgementPath(ETHEREUM_CLIENT, sequence), ackOf(success, hash)];
  }
}
