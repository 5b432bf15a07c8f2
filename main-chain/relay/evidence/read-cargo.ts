/** What a proven packet carries, by its port. docs/protocol.md#payloads */
import { decode } from '../../../schemas/codec/codec.ts';
import type { Packet } from '../../../schemas/wire/packet.ts';
import {
  PAYLOAD_ENCODING,
  PAYLOAD_VERSION,
  RETIREMENT_PORT,
  type RetirementPayload,
  retirementPayloadCodec,
  SUPPLY_PORT,
  type SupplyPayload,
  supplyPayloadCodec,
  TRANSFER_PORT,
  type TransferPayload,
  transferPayloadCodec,
} from '../../../schemas/wire/transfer.ts';
import { proofError } from './errors.ts';
import { under } from './verify-facts.ts';

/** The payload of each port. */
export type Cargo =
  | { readonly type: 'transfer'; readonly payload: TransferPayload }
  | { readonly type: 'supply'; readonly payload: SupplyPayload }
  | { readonly type: 'retirement'; readonly payload: RetirementPayload };

/** @throws PROOF_MEANING for a packet without exactly one native payload of a known port */
export function readCargo({ payloads }: Packet): Cargo {
  const [payload] = payloads;
  const isNative =
    payload !== undefined &&
    payload.sourcePort === payload.destinationPort &&
    payload.version === PAYLOAD_VERSION &&
    payload.encoding === PAYLOAD_ENCODING;
  if (!isNative) throw proofError('PROOF_MEANING', { field: 'payload' });
  const { sourcePort, value } = payload;
  return under('PROOF_MEANING', (): Cargo => {
    switch (sourcePort) {
      case TRANSFER_PORT:
        return { type: 'transfer', payload: decode(transferPayloadCodec, value, 'payload') };
      case SUPPLY_PORT:
        return { type: 'supply', payload: decode(supplyPayloadCodec, value, 'payload') };
      case RETIREMENT_PORT:
        return { type: 'retirement', payload: decode(retirementPayloadCodec, value, 'payload') };
      default:
        throw proofError('PROOF_MEANING', { field: 'port' });
    }
  });
}
