/**
 * Anchors any number of off-chain records in one transaction: the chain notes who committed to their
 * root, when, and how many there are. docs/protocol.md#anchored-records
 */
import { type Codec, type StructOf, struct, u32, u64 } from '../../../schemas/codec/codec.ts';
import { equalBytes, toHex, ZERO_HASH } from '../../../schemas/hash.ts';
import { recordsRoot } from '../../../schemas/tree/record-tree.ts';
import type { MessageOf } from '../../../schemas/wire/message.ts';
import { recordsKey } from '../../../schemas/wire/state-keys.ts';
import { requireAdmitted } from '../accounts.ts';
import { type ExecutionContext, emit } from '../context.ts';
import { writeRecord } from '../state.ts';
import { recordsError } from './errors.ts';

const anchoredFields = { count: u32, height: u64, timeMs: u64 };
/** How many records, and the block that anchored them: height and its time in Unix milliseconds. */
export type AnchoredRecords = StructOf<typeof anchoredFields>;
export const anchoredRecordsCodec: Codec<AnchoredRecords> = struct(anchoredFields);

/**
 * Writes `records/<sender><root>` once. The sender is part of the key, so nobody can take a root away
 * from its owner by being first. @throws RECORDS_EMPTY ACCOUNT_NOT_ADMITTED RECORDS_EXIST
 */
export function anchorRecords(
  context: ExecutionContext,
  sender: Uint8Array,
  { top, count }: MessageOf<'anchorRecords'>,
): undefined {
  const { state, height, timeMs, hash } = context;
  if (count === 0 || equalBytes(top, ZERO_HASH)) throw recordsError('RECORDS_EMPTY', { count });
  requireAdmitted(context, sender);
  const root = recordsRoot(top, count, hash);
  const key = recordsKey(sender, root);
  if (state.get(key) !== undefined) throw recordsError('RECORDS_EXIST', { root: toHex(root) });
  writeRecord(state, key, anchoredRecordsCodec, { count, height, timeMs });
  emit(context, 'recordsAnchored', { subject: root, quantity: BigInt(count), account: sender });
  return undefined;
}
