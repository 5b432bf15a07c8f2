/**
 * Message timeout: packets of ours that the counterparty had not received when its proven clock had
 * reached their timeout, all by one absence proof of their receipts. docs/protocol.md#timeout
 */
import type { MessageOf } from '../../schemas/wire/message.ts';
import { type ExecutionContext, isolate } from '../ledger/context.ts';
import type { PacketFact } from './clients/client.ts';
import { updateClient } from './clients/update-client.ts';
import { relayError } from './errors.ts';
import { noteAccepted, type Taken } from './ethereum/accepted.ts';
import { createLanes, requireLane } from './lanes.ts';
import { advanceSettled, timeOutPacket } from './packets.ts';
import { portsOf } from './ports/ports.ts';

/** One code per packet; see deliver.ts. @throws BATCH_EMPTY CLIENT_* CONSENSUS_UNKNOWN PROOF_* */
export function timeout(
  context: ExecutionContext,
  _sender: Uint8Array,
  message: MessageOf<'timeout'>,
): readonly string[] {
  const { client, updates, height, packets, proof } = message;
  if (packets.length === 0) throw relayError('BATCH_EMPTY');
  const { light, frozen } = updateClient(context, client, updates);
  if (frozen) return packets.map(() => 'CLIENT_FROZEN');
  const lanes = createLanes(context);
  const lane = requireLane(lanes, client);
  const facts = packets.map(({ sequence }): PacketFact => ({ type: 'notReceived', sequence }));
  const provenMs = light.verifyFacts(context, lane, height, facts, proof);
  const ports = portsOf(context.chain);
  const codes = packets.map((packet) => {
    const refusal = isolate(context, () =>
      timeOutPacket(context, lanes, lane, packet, provenMs, ports),
    );
    return refusal?.code ?? '';
  });
  advanceSettled(context, client);
  if (lane.state.trust.type !== 'checkpoint') {
    const ended = packets.filter((_, index) => codes[index] === '');
    const taken = ended.map(({ sequence }): Taken => ({ kind: 'timedOut', sequence }));
    noteAccepted(context, client, height, taken);
  }
  return codes;
}
