/* A side chain whose every validator is hostile: it certifies any outbox, any state, any set. */
import { StateTree } from '../../../../../main-chain/ledger/tree/state-tree.ts';
import { encode } from '../../../../../schemas/codec/codec.ts';
import { nobleHash } from '../../../../../schemas/hash.ts';
import { checkpointOf } from '../../../../../schemas/wire/block.ts';
import type { Certificate, Checkpoint } from '../../../../../schemas/wire/checkpoint.ts';
import type { AcknowledgedPacket, MessageOf } from '../../../../../schemas/wire/message.ts';
import type { Packet } from '../../../../../schemas/wire/packet.ts';
import {
  PAYLOAD_ENCODING,
  PAYLOAD_VERSION,
  RETIREMENT_PORT,
  retirementPayloadCodec,
  SUPPLY_PORT,
  type SupplyPayload,
  supplyPayloadCodec,
  TRANSFER_PORT,
  type TransferPayload,
  transferPayloadCodec,
} from '../../../../../schemas/wire/transfer.ts';
import { certify, type ValidatorKey } from '../../../../fakes/chain.ts';
import { testAddress } from '../../../../fakes/ledger-context.ts';
import { BOB, forgeDelivery, type Link, type Network } from '../network.ts';

const CROOK = 66;

/** Forges what `link.side` could certify. */
export class HostileChain {
  readonly #network: Network;
  readonly #link: Link;
  #sequence = 1_000n;

  constructor(network: Network, link: Link) {
    this.#network = network;
    this.#link = link;
  }

  /** A transfer nobody on the chain has paid for. */
  transfer(
    resourceId: Uint8Array,
    quantity: bigint,
    to: string,
    changes: Partial<TransferPayload> = {},
  ) {
    const payload: TransferPayload = {
      resourceId,
      quantity,
      sender: testAddress(CROOK),
      receiver: testAddress(BOB),
      deadlineSeconds: this.#soon(),
      frozen: false,
      origin: undefined,
      destination: to,
      dynamic: undefined,
      memo: undefined,
      ...changes,
    };
    return this.packet(TRANSFER_PORT, encode(transferPayloadCodec, payload));
  }

  retirement(resourceId: Uint8Array, quantity: bigint): Packet {
    const owner = testAddress(CROOK);
    const payload = { resourceId, quantity, owner, beneficiary: 'crook', purpose: 'none' };
    return this.packet(RETIREMENT_PORT, encode(retirementPayloadCodec, payload));
  }

  supply(payload: SupplyPayload): Packet {
    return this.packet(SUPPLY_PORT, encode(supplyPayloadCodec, payload));
  }

  /** Any payload under the next sequence. */
  packet(port: string, value: Uint8Array, changes: Partial<Packet> = {}): Packet {
    this.#sequence += 1n;
    return {
      sequence: this.#sequence,
      sourceClient: this.#link.sideClient,
      destinationClient: this.#link.mainClient,
      timeoutSeconds: this.#soon(),
      payloads: [
        {
          sourcePort: port,
          destinationPort: port,
          version: PAYLOAD_VERSION,
          encoding: PAYLOAD_ENCODING,
          value,
        },
      ],
      ...changes,
    };
  }

  sends(...packets: readonly Packet[]): MessageOf<'deliver'> {
    return this.#deliver({ packets });
  }

  answers(packet: Packet, acknowledgement: Uint8Array): MessageOf<'deliver'> {
    const acknowledged: AcknowledgedPacket = { packet, acknowledgement };
    return this.#deliver({ acknowledgements: [acknowledged] });
  }

  /** A certified state that holds just these pairs, `aheadMs` ahead of every clock. */
  state(entries: ReadonlyMap<string, Uint8Array>, aheadMs = 0n) {
    const tree = new StateTree(nobleHash);
    tree.commit(1n, new Map([...entries, ['crook', Uint8Array.of(1)]]));
    const certificate = this.certificate({ stateRoot: tree.root }, aheadMs);
    return { tree, certificate, height: certificate.checkpoint.height };
  }

  /** A certificate of a checkpoint nobody executed, by the chain's keys or others. */
  certificate(
    changes: Partial<Checkpoint> = {},
    aheadMs = 0n,
    keys: readonly ValidatorKey[] = this.#link.side.keys,
  ): Certificate {
    const { clock } = this.#network;
    const { side } = this.#link;
    clock.nowMs += 1000n;
    const timeMs = clock.nowMs + aheadMs;
    const height = 1_000_000n + timeMs;
    const checkpoint = { ...checkpointOf(side.header()), height, timeMs, ...changes };
    return certify(checkpoint, side.rules.genesisHash, keys);
  }

  #deliver(forged: Parameters<typeof forgeDelivery>[4]): MessageOf<'deliver'> {
    const { side, sideClient, mainClient } = this.#link;
    return forgeDelivery(this.#network, side, sideClient, mainClient, forged);
  }

  #soon(): bigint {
    return this.#network.clock.nowMs / 1000n + 3600n;
  }
}
