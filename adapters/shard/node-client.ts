/**
 * The node API as typed calls over any transport: encodes requests, decodes answers strictly.
 * docs/protocol.md#node-api
 */
import { type Codec, decode, encode } from '../../schemas/codec/codec.ts';
import { isTielineError } from '../../schemas/errors.ts';
import {
  type NodeMethod,
  type NodeRequest,
  type NodeResponse,
  type NodeTransport,
  nodeMethods,
} from '../../schemas/wire/node-api.ts';
import { adapterError } from '../errors.ts';

/** One typed call. @throws ADAPTER_ANSWER and what the node or the way to it refuses with */
export type NodeCall = <M extends NodeMethod>(
  method: M,
  request: NodeRequest<M>,
) => Promise<NodeResponse<M>>;

/** Typed calls over a transport. */
export function createNodeCall(transport: NodeTransport): NodeCall {
  return async <M extends NodeMethod>(method: M, request: NodeRequest<M>) => {
    const codecs = nodeMethods[method] as unknown as {
      readonly request: Codec<NodeRequest<M>>;
      readonly response: Codec<NodeResponse<M>>;
    };
    const answer = await transport.call(method, encode(codecs.request, request));
    try {
      return decode(codecs.response, answer, method);
    } catch (cause) {
      if (isTielineError(cause)) throw adapterError('ADAPTER_ANSWER', { method }, cause);
      throw cause;
    }
  };
}
