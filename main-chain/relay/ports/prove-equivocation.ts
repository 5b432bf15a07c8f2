/**
 * Message proveEquivocation: anyone shows two dynamic entries of one index that a resource's issuer has
 * signed. The home chain and the main chain keep the pair as it is; the main chain counts nothing more
 * for that issuer until it is registered anew. Who holds the resource is not touched.
 * docs/protocol.md#equivocation-of-an-issuer
 */
import { type Codec, type StructOf, struct, u64 } from '../../../schemas/codec/codec.ts';
import { toHex } from '../../../schemas/hash.ts';
import {
  signedDynamicEntryCodec,
  verifyEquivocation,
} from '../../../schemas/resource/dynamic-entry.ts';
import type { MessageOf } from '../../../schemas/wire/message.ts';
import { equivocationKey } from '../../../schemas/wire/state-keys.ts';
import { type ExecutionContext, emit } from '../../ledger/context.ts';
import { ledgerError } from '../../ledger/errors.ts';
import { requireResource } from '../../ledger/resources.ts';
import { writeRecord } from '../../ledger/state.ts';
import { relayError } from '../errors.ts';
import { readRoute } from '../routes.ts';
import { suspendIssuer } from './issuers.ts';

const equivocationFields = {
  first: signedDynamicEntryCodec,
  second: signedDynamicEntryCodec,
  height: u64,
  timeMs: u64,
};
/** The pair, and the block that took it: height and its time in Unix milliseconds. */
export type EquivocationRecord = StructOf<typeof equivocationFields>;
export const equivocationRecordCodec: Codec<EquivocationRecord> = struct(equivocationFields);

/**
 * Writes `equivocation/<resource><index>` once.
 * @throws RESOURCE_UNKNOWN RESOURCE_NOT_HOME ROUTE_UNKNOWN EQUIVOCATION_KNOWN DYNAMIC_NO_EQUIVOCATION DYNAMIC_SIGNATURE
 */
export function proveEquivocation(
  context: ExecutionContext,
  _sender: Uint8Array,
  { first, second }: MessageOf<'proveEquivocation'>,
): undefined {
  const { state, height, timeMs, hash, signatures } = context;
  const { resourceId, index } = first.entry;
  const { home, issuer } = requireResource(state, resourceId).origin;
  const genesisHash = homeGenesis(context, home);
  const key = equivocationKey(resourceId, index);
  if (state.get(key) !== undefined)
    throw relayError('EQUIVOCATION_KNOWN', { resource: toHex(resourceId), index });
  verifyEquivocation(first, second, issuer, genesisHash, hash, signatures);
  writeRecord(state, key, equivocationRecordCodec, { first, second, height, timeMs });
  suspendIssuer(context, issuer);
  emit(context, 'issuerEquivocated', { subject: resourceId, sequence: index, account: issuer });
  return undefined;
}

/** What entries of resources of `home` are signed for; only it and the main chain hold it. */
function homeGenesis({ state, chain }: ExecutionContext, home: string): Uint8Array {
  if (home === chain.chainId) return chain.genesisHash;
  if (chain.genesis.kind !== 'main') throw ledgerError('RESOURCE_NOT_HOME', { home });
  const route = readRoute(state, home);
  if (route === undefined) throw relayError('ROUTE_UNKNOWN', { chain: home });
  return route.genesisHash;
}
