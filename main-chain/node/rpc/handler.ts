/** What the handlers of the node API work with, and their shape. docs/protocol.md#node-api */
import type { NodeMethod, NodeRequest, NodeResponse } from '../../../schemas/wire/node-api.ts';
import type { Clock } from '../../host/clock.ts';
import type { Chain } from '../chain.ts';
import type { Certifier } from '../engine/certifier.ts';
import type { Mempool } from '../mempool/mempool.ts';
import type { BlockStore } from '../store/block-store.ts';

/** The parts of a running node. */
export interface NodeParts {
  readonly chain: Chain;
  readonly store: BlockStore;
  readonly certifier: Certifier;
  readonly mempool: Mempool;
  readonly clock: Clock;
  /** @throws NODE_HALTED NODE_CLOSED where the node makes no more blocks */
  readonly requireRunning: () => void;
}

/** Answers one method; a response may be given as its bytes where these are at hand. */
export type Handler<M extends NodeMethod> = (
  request: NodeRequest<M>,
) => NodeResponse<M> | Uint8Array | Promise<NodeResponse<M> | Uint8Array>;

export type Handlers = { readonly [M in NodeMethod]: Handler<M> };
