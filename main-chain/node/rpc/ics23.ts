/**
 * `ics23`: what one state key holds at a height, with an ICS-23 proof any IBC chain can check. Without
 * a height it answers at the newest certified block. docs/protocol.md#ics23
 */
import { binaryString } from '../../../schemas/hash.ts';
import { exportIcs23 } from '../../ledger/ics23/export-ics23.ts';
import type { Handler, NodeParts } from './handler.ts';

export function ics23Handler({ chain, certifier }: NodeParts): Handler<'ics23'> {
  return ({ key, height: asked }) => {
    const height = asked ?? certifier.head.height;
    const resolve = (path: Uint8Array) => chain.leafAt(path, height);
    const proof = exportIcs23(chain.tree.view(height), key, resolve, chain.deps.hash);
    return { height, value: chain.valueAt(binaryString(key), height), proof };
  };
}
