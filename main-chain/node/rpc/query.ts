/**
 * `query`: values of state keys at one height, with a multiproof where asked. Without a height it
 * answers at the newest certified block where a proof is asked, else at the newest committed one.
 * docs/protocol.md#node-api
 */
import { binaryString } from '../../../schemas/hash.ts';
import type { Handler, NodeParts } from './handler.ts';

const NO_PROOF = new Uint8Array(0);

export function queryHandler({ chain, certifier }: NodeParts): Handler<'query'> {
  return ({ keys, height: asked, prove }) => {
    const newest = prove ? certifier.head.height : chain.committed.height;
    const height = asked ?? newest;
    const names = keys.map((key) => binaryString(key));
    const values = names.map((name) => chain.valueAt(name, height));
    return { height, values, proof: prove ? chain.tree.prove(names, height) : NO_PROOF };
  };
}
