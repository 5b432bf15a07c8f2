/**
 * Packets a chain has sent whose end the relayer has not seen yet: what may have to be timed out, and
 * how far back the lane's cursor must reach.
 */
import type { Packet } from '../../schemas/wire/packet.ts';

interface PendingPacket {
  readonly packet: Packet;
  readonly sentHeight: bigint;
  /** The other chain has it: it ends by an acknowledgement, never by a timeout. */
  received: boolean;
}

/** Keyed by sequence; cheap to ask each time the other chain's clock moves. */
export class PendingPackets {
  readonly #packets = new Map<bigint, PendingPacket>();
  #earliestTimeout: bigint | undefined;

  get size(): number {
    return this.#packets.size;
  }

  add(packet: Packet, sentHeight: bigint): void {
    if (this.#packets.has(packet.sequence)) return;
    this.#packets.set(packet.sequence, { packet, sentHeight, received: false });
    const { timeoutSeconds } = packet;
    if (this.#earliestTimeout === undefined || timeoutSeconds < this.#earliestTimeout)
      this.#earliestTimeout = timeoutSeconds;
  }

  markReceived(sequence: bigint): void {
    const found = this.#packets.get(sequence);
    if (found !== undefined) found.received = true;
  }

  /** Acknowledged or timed out. */
  settle(sequence: bigint): void {
    this.#packets.delete(sequence);
  }

  /** Packets not received whose timeout the clock (Unix seconds) has reached, at most `max`. */
  due(clockSeconds: bigint, max: number): readonly Packet[] {
    if (this.#earliestTimeout === undefined || clockSeconds < this.#earliestTimeout) return [];
    const due: Packet[] = [];
    let earliest: bigint | undefined;
    for (const { packet, received } of this.#packets.values()) {
      if (received) continue;
      const { timeoutSeconds } = packet;
      if (timeoutSeconds <= clockSeconds && due.length < max) due.push(packet);
      if (earliest === undefined || timeoutSeconds < earliest) earliest = timeoutSeconds;
    }
    this.#earliestTimeout = earliest;
    return due;
  }

  /** Height of the oldest packet that is still open. */
  oldestHeight(): bigint | undefined {
    let oldest: bigint | undefined;
    for (const { sentHeight } of this.#packets.values()) {
      if (oldest === undefined || sentHeight < oldest) oldest = sentHeight;
    }
    return oldest;
  }
}
