/**
 * Reads off the results of relayed transactions what became of each item of a delivery. A no-op is an
 * end like any other: another relayer was first.
 */
import type { RelayOutcome } from '../../adapters/chain-adapter.ts';
import type { DeliveryPart } from '../../adapters/evidence.ts';

/** What a delivery has led to. */
export interface DeliveryVerdict {
  /** Sequences of packets the target has, and of the target's own packets that have ended. */
  readonly received: readonly bigint[];
  readonly acknowledged: readonly bigint[];
  /** Source heights with something that must be offered again, and those with nothing left. */
  readonly again: ReadonlySet<bigint>;
  readonly done: ReadonlySet<bigint>;
  /** How many items were taken for the first time, were no-ops, come later, or were refused. */
  readonly packets: number;
  readonly acknowledgements: number;
  readonly redundant: number;
  readonly postponed: number;
  readonly refused: number;
  /** Codes of items that were not taken, and of whole transactions. */
  readonly itemCodes: ReadonlySet<string>;
  readonly transactionCodes: readonly string[];
}

const PACKET_NO_OPS = ['PACKET_ALREADY_RECEIVED', 'PACKET_PRUNED'];
const ACKNOWLEDGEMENT_NO_OPS = ['PACKET_ALREADY_SETTLED'];

interface Item {
  readonly height: bigint;
  readonly sequence: bigint;
  readonly isPacket: boolean;
}

/** `outcomes` are those of relaying `parts`, in any order. */
export function judgeOutcomes(
  parts: readonly DeliveryPart[],
  outcomes: readonly RelayOutcome[],
): DeliveryVerdict {
  const items = parts.flatMap(itemsOf);
  const received: bigint[] = [];
  const acknowledged: bigint[] = [];
  const again = new Set<bigint>();
  const itemCodes = new Set<string>();
  const counts = { packets: 0, acknowledgements: 0, redundant: 0, postponed: 0, refused: 0 };
  for (const { code: whole, first, count, items: codes } of outcomes) {
    for (const [at, { height, sequence, isPacket }] of items
      .slice(first, first + count)
      .entries()) {
      const code = codes[at] ?? '';
      const isNoOp = (isPacket ? PACKET_NO_OPS : ACKNOWLEDGEMENT_NO_OPS).includes(code);
      if (whole === '' && (code === '' || isNoOp)) {
        (isPacket ? received : acknowledged).push(sequence);
        counts[isNoOp ? 'redundant' : isPacket ? 'packets' : 'acknowledgements'] += 1;
        continue;
      }
      again.add(height);
      if (whole !== '') continue;
      itemCodes.add(code);
      counts[code.endsWith('_LATER') ? 'postponed' : 'refused'] += 1;
    }
  }
  const done = new Set(
    parts.map(({ sentHeight }) => sentHeight).filter((height) => !again.has(height)),
  );
  const transactionCodes = outcomes.map(({ code }) => code).filter((code) => code !== '');
  return { received, acknowledged, again, done, ...counts, itemCodes, transactionCodes };
}

function itemsOf({ sentHeight: height, acknowledgements, packets }: DeliveryPart): readonly Item[] {
  return [
    ...acknowledgements.map(({ packet: { sequence } }) => ({ height, sequence, isPacket: false })),
    ...packets.map(({ sequence }) => ({ height, sequence, isPacket: true })),
  ];
}
