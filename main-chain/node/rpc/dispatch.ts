/**
 * The node API over bytes: finds the method, reads the request strictly, writes the response. Every
 * refusal is a TielineError; a defect is told to the log and answered as NODE_INTERNAL.
 * docs/protocol.md#node-api
 */
import { decode, encode } from '../../../schemas/codec/codec.ts';
import { isTielineError } from '../../../schemas/errors.ts';
import { type NodeMethod, nodeMethods } from '../../../schemas/wire/node-api.ts';
import { nodeError } from '../errors.ts';
import { blockHandler, eventsHandler, transactionHandler } from './blocks.ts';
import { deliveriesHandler } from './deliveries.ts';
import type { Handler, Handlers, NodeParts } from './handler.ts';
import { certificateHandler, infoHandler, setChangesHandler, waitHandler } from './heads.ts';
import { ics23Handler } from './ics23.ts';
import { queryHandler } from './query.ts';
import { submitHandler } from './submit.ts';

/** Answers one call. @throws TielineError */
export type Call = (method: string, request: Uint8Array) => Promise<Uint8Array>;

/** The API of a node; `onDefect` gets errors that are nobody's refusal. */
export function createCall(parts: NodeParts, onDefect: (error: unknown) => void): Call {
  const handlers: Handlers = {
    info: infoHandler(parts),
    submit: submitHandler(parts),
    query: queryHandler(parts),
    ics23: ics23Handler(parts),
    certificate: certificateHandler(parts),
    setChanges: setChangesHandler(parts),
    deliveries: deliveriesHandler(parts),
    block: blockHandler(parts),
    events: eventsHandler(parts),
    transaction: transactionHandler(parts),
    wait: waitHandler(parts),
  };
  return async (method, request) => {
    if (!isMethod(method)) throw nodeError('NODE_METHOD_UNKNOWN');
    try {
      return await answer(method, handlers[method], request);
    } catch (error) {
      if (isTielineError(error)) throw error;
      onDefect(error);
      throw nodeError('NODE_INTERNAL', {}, error);
    }
  };
}

function isMethod(method: string): method is NodeMethod {
  return Object.hasOwn(nodeMethods, method);
}

async function answer<M extends NodeMethod>(
  method: M,
  handler: Handler<M>,
  request: Uint8Array,
): Promise<Uint8Array> {
  const codecs = nodeMethods[method];
  type Request = Parameters<typeof handler>[0];
  const response = await handler(decode(codecs.request, request, method) as Request);
  if (response instanceof Uint8Array) return response;
  return encode(
    codecs.response as { write(writer: unknown, value: unknown): void; read: never },
    response,
  );
}
