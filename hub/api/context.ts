/** What the routes work with, and how they write numbers and bytes as JSON. */
import { formatAddress } from '../../schemas/ids.ts';
import type { HashPort, SignaturePort } from '../../schemas/ports.ts';
import type { JournalStore } from '../journal/journal-store.ts';
import type { HubLog } from '../log.ts';
import type { ChainRegistry } from '../registry.ts';
import type { Relayer } from '../relayer/relayer.ts';

export interface ApiContext {
  readonly registry: ChainRegistry;
  readonly relayer: Relayer;
  readonly journal: JournalStore;
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
  readonly log: HubLog;
}

const NOBODY = new Uint8Array(20);

/** `0x…`, empty for nobody. */
export function addressText(address: Uint8Array | undefined): string {
  return address === undefined || address.every((byte, at) => byte === NOBODY[at])
    ? ''
    : formatAddress(address);
}
