/**
 * The node API called in this very process, for tests and small set-ups. docs/protocol.md#node-api
 */
import type { NodeTransport } from '../../schemas/wire/node-api.ts';
import { adapterError } from '../errors.ts';

/** A transport over a node's own `call`; closing the transport leaves the node running. */
export function createInProcessTransport(node: Pick<NodeTransport, 'call'>): NodeTransport {
  let closed = false;
  return {
    call(method, request) {
      if (closed) return Promise.reject(adapterError('ADAPTER_CLOSED'));
      return node.call(method, request);
    },
    close() {
      closed = true;
      return Promise.resolve();
    },
  };
}
