/** Which ports a chain has: the main chain books and forwards, a side chain holds. */
import { RETIREMENT_PORT, SUPPLY_PORT, TRANSFER_PORT } from '../../../schemas/wire/transfer.ts';
import type { ChainRules } from '../../ledger/context.ts';
import { forwardPort } from './forward.ts';
import type { Port, Ports } from './port.ts';
import { bookingPort, retiringPort } from './retirement.ts';
import { issuingPort, registryPort } from './supply.ts';
import { transferPort } from './transfer.ts';

const MAIN_PORTS: Ports = new Map<string, Port>([
  [TRANSFER_PORT, forwardPort],
  [SUPPLY_PORT, registryPort],
  [RETIREMENT_PORT, bookingPort],
]);

const SIDE_PORTS: Ports = new Map<string, Port>([
  [TRANSFER_PORT, transferPort],
  [SUPPLY_PORT, issuingPort],
  [RETIREMENT_PORT, retiringPort],
]);

/** The ports of this kind of chain. */
export function portsOf({ genesis }: ChainRules): Ports {
  return genesis.kind === 'main' ? MAIN_PORTS : SIDE_PORTS;
}
