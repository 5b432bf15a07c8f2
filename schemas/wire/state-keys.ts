/**
 * Every key of a native chain's state, as binary strings (one character a byte). IBC paths stand bare
 * (schemas/wire/packet.ts), all others as `area/…`. docs/protocol.md#state-keys
 */
import { Writer } from '../codec/writer.ts';
import { binaryString } from '../hash.ts';

function u64Text(value: bigint): string {
  return binaryString(new Writer().u64(value).finish());
}

/** account/<address(20)> → base(8) ‖ mask(32) */
export const accountKey = (address: Uint8Array): string => `account/${binaryString(address)}`;
/** admitted/<address(20)> → 0x01 */
export const admittedKey = (address: Uint8Array): string => `admitted/${binaryString(address)}`;
/** holding/<resource(32)><owner(20)> → quantity(16) */
export const holdingKey = (resourceId: Uint8Array, owner: Uint8Array): string =>
  `holding/${binaryString(resourceId)}${binaryString(owner)}`;
/** resource/<resource(32)> → resource record */
export const resourceKey = (resourceId: Uint8Array): string =>
  `resource/${binaryString(resourceId)}`;
/** supply/<resource(32)> → quantity(16) held on this chain, locks included */
export const supplyKey = (resourceId: Uint8Array): string => `supply/${binaryString(resourceId)}`;
/** outstanding/<resource(32)> → quantity(16) sent − returned, home chain only */
export const outstandingKey = (resourceId: Uint8Array): string =>
  `outstanding/${binaryString(resourceId)}`;
/** lock/<lock id(32)> → lock record */
export const lockKey = (lockId: Uint8Array): string => `lock/${binaryString(lockId)}`;
/** statement/<resource(32)><index(8)> → 0x01: counted (main), made (home) */
export const statementKey = (resourceId: Uint8Array, index: bigint): string =>
  `statement/${binaryString(resourceId)}${u64Text(index)}`;
/** equivocation/<resource(32)><index(8)> → two entries of that index by the issuer (home, main) */
export const equivocationKey = (resourceId: Uint8Array, index: bigint): string =>
  `equivocation/${binaryString(resourceId)}${u64Text(index)}`;
/** records/<owner(20)><root(32)> → count(4) ‖ height(8) ‖ timeMs(8) of the anchoring block */
export const recordsKey = (owner: Uint8Array, root: Uint8Array): string =>
  `records/${binaryString(owner)}${binaryString(root)}`;

/** client/<client id> → client state */
export const clientKey = (client: string): string => `client/${client}`;
/** verifier/<client id> → what a client of an Ethereum network keeps, by its kind */
export const verifierKey = (client: string): string => `verifier/${client}`;
/** committee/<client id>/<root(32)> → a sync committee an ethereum-pos client follows */
export const committeeKey = (client: string, root: Uint8Array): string =>
  `committee/${client}/${binaryString(root)}`;
/** accepted/<client id>/<height(8)> → packets taken on the word of that height of an Ethereum network */
export const acceptedKey = (client: string, height: bigint): string =>
  `accepted/${client}/${u64Text(height)}`;
/** consensusState/<client id>/<height(8)> → native: stateRoot(32) ‖ outboxRoot(32) ‖ timeMs(8) */
export const consensusKey = (client: string, height: bigint): string =>
  `consensusState/${client}/${u64Text(height)}`;
/** consensusRing/<client id>/<slot(8)> → height(8) whose consensus state the slot holds */
export const consensusRingKey = (client: string, slot: bigint): string =>
  `consensusRing/${client}/${u64Text(slot)}`;
/** chain/mainClient → id of a side chain's one client, ASCII */
export const MAIN_CLIENT_KEY = 'chain/mainClient';
/** closed/<client id> → successor of a pair that is closed for good, text(64) */
export const closedKey = (client: string): string => `closed/${client}`;
/** laneName/<client id> → id of the first client of a lane whose pair was replaced, ASCII */
export const laneNameKey = (client: string): string => `laneName/${client}`;
/** nextSequenceSend/<client id> → sequence(8), ICS-24 */
export const nextSequenceKey = (client: string): string => `nextSequenceSend/${client}`;
/** settledBelow/<client id> → sequence(8): nothing we sent below it is pending */
export const settledBelowKey = (client: string): string => `settledBelow/${client}`;
/** prunedBelow/<client id> → sequence(8): receipts below it are gone and refused for ever */
export const prunedBelowKey = (client: string): string => `prunedBelow/${client}`;
/** forwardsBelow/<client id> → sequence(8): forward records below it are gone */
export const forwardsBelowKey = (client: string): string => `forwardsBelow/${client}`;
/** lane/<client id> → lane rules and pause */
export const laneKey = (client: string): string => `lane/${client}`;
/** flow/<client id>/<resource(32)> → window start(8) ‖ used(16) ‖ first sequence of the window(8) */
export const flowKey = (client: string, resourceId: Uint8Array): string =>
  `flow/${client}/${binaryString(resourceId)}`;
/** limit/<lane name>/<resource(32)> → outflowLimit(16) ‖ windowSeconds(8) */
export const limitKey = (lane: string, resourceId: Uint8Array): string =>
  `limit/${lane}/${binaryString(resourceId)}`;
/** receivedHeight/<client id> → height(8): newest outbox a packet came from (main chain) */
export const receivedHeightKey = (client: string): string => `receivedHeight/${client}`;
/** resend/<client id>/<sequence(8)> → packet: a refused or timed-out supply or retirement packet */
export const resendKey = (client: string, sequence: bigint): string =>
  `resend/${client}/${u64Text(sequence)}`;

/** route/<CAIP-2 chain id> → route record (main chain) */
export const routeKey = (chainId: string): string => `route/${chainId}`;
/** routeGenesis/<genesis hash(32)> → CAIP-2 chain id, ASCII (main chain) */
export const routeGenesisKey = (genesisHash: Uint8Array): string =>
  `routeGenesis/${binaryString(genesisHash)}`;
/** routeAlias/<alias> → CAIP-2 chain id, ASCII (main chain) */
export const routeAliasKey = (alias: string): string => `routeAlias/${alias}`;
/** issuer/<address(20)> → grant, registered quantity, revocation (main chain) */
export const issuerKey = (issuer: Uint8Array): string => `issuer/${binaryString(issuer)}`;
/** location/<resource(32)>/<client id> → quantity(16) the chain behind that client holds (main chain) */
export const locationKey = (resourceId: Uint8Array, client: string): string =>
  `location/${binaryString(resourceId)}/${client}`;
/** transit/<resource(32)>/<client id> → quantity(16) on its way to that chain (main chain) */
export const transitKey = (resourceId: Uint8Array, client: string): string =>
  `transit/${binaryString(resourceId)}/${client}`;
/** books/<resource(32)> → registered, located, in transit, retired (main chain) */
export const booksKey = (resourceId: Uint8Array): string => `books/${binaryString(resourceId)}`;
/** lodged/<resource(32)> → cap(16) of a token no statement issues (main chain) */
export const lodgedKey = (resourceId: Uint8Array): string => `lodged/${binaryString(resourceId)}`;
/** forward/<client b>/<sequence b(8)> → forward record (main-chain/relay/ports/forward.ts) */
export const forwardKey = (client: string, sequence: bigint): string =>
  `forward/${client}/${u64Text(sequence)}`;
/** metering/<point commitment(32)> → covered intervals (main chain) */
export const meteringKey = (point: Uint8Array): string => `metering/${binaryString(point)}`;

/** proposal/<id(32)> → proposal record */
export const proposalKey = (id: Uint8Array): string => `proposal/${binaryString(id)}`;
/** chain/members → organisations, quorum and guardians, once they are others than the genesis' */
export const MEMBERS_KEY = 'chain/members';
/** guardian/<address(20)> → second of the last pause(8) */
export const guardianKey = (address: Uint8Array): string => `guardian/${binaryString(address)}`;
/** validators/current and validators/next → validator set */
export const validatorsKey = (which: 'current' | 'next'): string => `validators/${which}`;
/** validators/change → announced(8) ‖ active(8), while the next set is not the current one */
export const VALIDATOR_CHANGE_KEY = 'validators/change';
/** chain/genesis → genesis bytes */
export const GENESIS_KEY = 'chain/genesis';
/** blockHash/<height(8)> → hash of the parent block; only the newest is kept */
export const blockHashKey = (height: bigint): string => `blockHash/${u64Text(height)}`;
/** outboxRoot/<height(8)> → root, for the last 8,192 blocks that sent something */
export const outboxRootKey = (height: bigint): string => `outboxRoot/${u64Text(height)}`;
/** outboxRing/<slot(8)> → height(8) whose root the slot holds */
export const outboxRingKey = (slot: bigint): string => `outboxRing/${u64Text(slot)}`;
/** outboxCount → number of blocks that sent something(8) */
export const OUTBOX_COUNT_KEY = 'outbox/count';
