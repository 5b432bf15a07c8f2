/**
 * An Ethereum network as a side chain: the storage of the hub contract as a node would prove it, under
 * clique blocks of test keys, or under any header somebody else vouches for.
 */
import type { PacketFact } from '../../main-chain/relay/clients/client.ts';
import {
  COMMITMENTS_SLOT,
  mappingSlot,
  RESOURCES_SLOT,
  STATUSES_SLOT,
  wordOf,
} from '../../main-chain/relay/ethereum/evm/contract.ts';
import { slotOf } from '../../main-chain/relay/ethereum/evm/contract-facts.ts';
import { encode } from '../../schemas/codec/codec.ts';
import { nobleHash, toHex } from '../../schemas/hash.ts';
import { storageProofCodec } from '../../schemas/wire/clients/evm-contract.ts';
import { type Packet, packetCommitment } from '../../schemas/wire/packet.ts';
import { cliqueGenesis, type Placed, sealBlock, setOf } from './clique-network.ts';
import { buildWorld, type World } from './ethereum-trie.ts';

export const CHAIN_ID = 'eip155:1337';
export const contract = {
  address: new Uint8Array(20).fill(0xaa),
  codeHash: nobleHash.keccak256(Uint8Array.of(1, 2, 3)),
};
const SIGNERS = ['A', 'B', 'C', 'D'];
const SET = setOf(SIGNERS);

type KeptFact = Exclude<PacketFact, { type: 'settledBelow' }>;

export class EthereumSide {
  readonly genesis: Placed;
  /** Sealed blocks from number 1 on, and the storage of each. */
  readonly blocks: Placed[] = [];
  readonly #worlds: World[] = [];
  readonly #storage = new Map<string, readonly [Uint8Array, bigint]>();

  constructor(startSeconds: bigint) {
    this.genesis = cliqueGenesis(SIGNERS, startSeconds);
  }

  get head(): Placed {
    return this.blocks.at(-1) ?? this.genesis;
  }

  /** The contract commits a packet it sends. */
  commit(packet: Packet): void {
    const slot = mappingSlot(wordOf(packet.sequence), COMMITMENTS_SLOT, nobleHash);
    this.#set(slot, integerOf(packetCommitment(packet, nobleHash)));
  }

  /** The contract receives a packet: 1 success, 2 the universal error. */
  receive(sequence: bigint, status: 1n | 2n): void {
    const slot = mappingSlot(wordOf(sequence / 128n), STATUSES_SLOT, nobleHash);
    const before = this.#storage.get(toHex(slot))?.[1] ?? 0n;
    this.#set(slot, before | (status << (2n * (sequence % 128n))));
  }

  /** What the contract holds of a resource. */
  hold(resourceId: Uint8Array, quantity: bigint): void {
    this.#set(mappingSlot(resourceId, RESOURCES_SLOT, nobleHash), (quantity << 128n) | 0x101n);
  }

  /** The storage as it stands. */
  world(): World {
    const other = new Uint8Array(20).fill(0xbb);
    return buildWorld(contract.address, contract.codeHash, [...this.#storage.values()], [other]);
  }

  /** Seals blocks over the storage as it stands, in turn of the signers; their headers. */
  seal(count: number, seconds = 5n): readonly Uint8Array[] {
    const world = this.world();
    for (let at = 0; at < count; at++) {
      this.blocks.push(childOf(this.head, world.stateRoot, 0, seconds));
      this.#worlds.push(world);
    }
    return this.headersFrom(this.head.number - BigInt(count) + 1n);
  }

  headersFrom(number: bigint): readonly Uint8Array[] {
    return this.blocks.slice(Number(number) - 1).map(({ bytes }) => bytes);
  }

  /** Another branch on block `number`: each block sealed by the signer whose turn comes after. */
  fork(number: bigint, count: number, shift = 1): readonly Uint8Array[] {
    let head = number === 0n ? this.genesis : this.#block(number);
    const headers: Uint8Array[] = [];
    for (let at = 0; at < count; at++) {
      head = childOf(head, nobleHash.sha256(head.bytes), shift, 5n);
      headers.push(head.bytes);
    }
    return headers;
  }

  /** The proof of facts under a sealed block, as a message carries it. */
  prove(facts: readonly KeptFact[], number: bigint): Uint8Array {
    const world = this.#worlds[Number(number) - 1];
    if (world === undefined) throw new Error(`no block ${number}`);
    return proofOf(world, facts);
  }

  #block(number: bigint): Placed {
    const found = this.blocks[Number(number) - 1];
    if (found === undefined) throw new Error(`no block ${number}`);
    return found;
  }

  #set(slot: Uint8Array, value: bigint): void {
    this.#storage.set(toHex(slot), [slot, value]);
  }
}

/** The proof of facts in a world. */
export function proofOf(world: World, facts: readonly KeptFact[]): Uint8Array {
  const slots = facts.map((fact) => slotOf(fact, nobleHash));
  return encode(storageProofCodec, world.prove(slots));
}

function childOf(parent: Placed, stateRoot: Uint8Array, shift: number, seconds: bigint): Placed {
  const signer = SIGNERS[(Number(parent.number) + shift) % SIGNERS.length] ?? 'A';
  return sealBlock(parent, {
    set: SET,
    signer,
    stateRoot,
    timestamp: parent.timestamp + seconds,
  });
}

function integerOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}
