/** Codes of the relay engine: clients, packets, lanes, routes, supply and books. docs/errors.md */
import { createErrors } from '../../schemas/errors.ts';

export const relayError = createErrors({
  CLIENT_UNKNOWN: { status: 404, retry: 'later', message: 'This chain has no such client' },
  CLIENT_EXISTS: {
    status: 409,
    retry: 'never',
    message: 'The client id is taken, or this side chain has its one client already',
  },
  CLIENT_UNSUPPORTED: {
    status: 400,
    retry: 'never',
    message: 'There is no verification rule for chains of this kind',
  },
  CLIENT_KIND: {
    status: 400,
    retry: 'never',
    message: 'The update or evidence is for another kind of client',
  },
  CLIENT_OUTBOX: {
    status: 400,
    retry: 'never',
    message: 'An Ethereum network has no outbox: what it sends is proven by facts',
  },
  CLIENT_HEIGHT_FULL: {
    status: 409,
    retry: 'after-update',
    message: 'Too many separate runs of packets were taken on the word of this height',
  },
  CLIENT_SPEC: {
    status: 400,
    retry: 'never',
    message: 'A client names its chain, its genesis hash and a validator set that fit each other',
  },
  CLIENT_TRUSTING_PERIOD: {
    status: 400,
    retry: 'never',
    message: 'The trusting period is below 72 hours or above that of the genesis',
  },
  CLIENT_UNINITIALISED: {
    status: 409,
    retry: 'after-update',
    message: 'The client has not verified any checkpoint yet, so it can prove nothing',
  },
  CLIENT_EXPIRED: {
    status: 409,
    retry: 'never',
    message: 'The newest checkpoint the client knows is past the trusting period',
  },
  CLIENT_FROZEN: {
    status: 409,
    retry: 'never',
    message: 'The client is frozen because its chain has equivocated',
  },
  CLIENT_CLOSED: {
    status: 409,
    retry: 'never',
    message: 'The pair of clients is closed for good: a successor goes on',
  },
  CLIENT_NOT_CLOSED: {
    status: 409,
    retry: 'later',
    message: 'Only a pair that was closed by proposal gets a successor and orphans',
  },
  CLIENT_ACTIVE: {
    status: 409,
    retry: 'never',
    message: 'The client is active: only a frozen, expired or uninitialised one is replaced',
  },
  CONSENSUS_UNKNOWN: {
    status: 409,
    retry: 'after-update',
    message: 'The client holds no checkpoint of this height',
  },
  CERTIFICATE_SET: {
    status: 409,
    retry: 'after-update',
    message: 'The certificate is of a validator set this client does not expect here',
  },
  CERTIFICATE_SET_HASH: {
    status: 400,
    retry: 'never',
    message: 'The members shown are not the set the checkpoint names',
  },
  CERTIFICATE_SIGNER: {
    status: 400,
    retry: 'never',
    message: 'The signers of a certificate are not members in strictly ascending order',
  },
  CERTIFICATE_SIGNATURE: {
    status: 401,
    retry: 'never',
    message: 'A signature of the certificate is not its member’s over this checkpoint',
  },
  CERTIFICATE_QUORUM: {
    status: 401,
    retry: 'never',
    message: 'The signers do not hold more than two thirds of the power',
  },
  CHECKPOINT_ROOT_ZERO: { status: 400, retry: 'never', message: 'A zero root proves nothing' },
  CHECKPOINT_TIME: {
    status: 400,
    retry: 'never',
    message: 'The checkpoint is not later than the newest one the client knows',
  },
  CHECKPOINT_DRIFT: {
    status: 409,
    retry: 'later',
    message: 'The checkpoint is further ahead of this chain’s clock than allowed',
  },
  CHECKPOINT_EXPIRED: {
    status: 409,
    retry: 'never',
    message: 'The checkpoint is past the trusting period',
  },
  MISBEHAVIOUR_NONE: {
    status: 400,
    retry: 'never',
    message: 'The two certificates are not of one height with different content',
  },
  PACKET_CLIENTS: {
    status: 400,
    retry: 'never',
    message: 'The packet’s clients are not this client and the one it points back to',
  },
  PACKET_PAYLOADS: { status: 400, retry: 'never', message: 'A packet carries exactly one payload' },
  PACKET_ALREADY_RECEIVED: {
    status: 409,
    retry: 'never',
    message: 'The packet was received before: nothing to do',
  },
  PACKET_ALREADY_SETTLED: {
    status: 409,
    retry: 'never',
    message: 'The packet was acknowledged or timed out before: nothing to do',
  },
  PACKET_ALREADY_ACKNOWLEDGED: {
    status: 409,
    retry: 'never',
    message: 'An acknowledgement is written once',
  },
  PACKET_PRUNED: {
    status: 409,
    retry: 'never',
    message: 'The sequence is below those the sender has settled, and refused for ever',
  },
  PACKET_TIMED_OUT: {
    status: 409,
    retry: 'never',
    message: 'This chain’s clock has reached the packet’s timeout',
  },
  PACKET_NOT_TIMED_OUT: {
    status: 409,
    retry: 'later',
    message: 'The destination’s proven clock has not reached the packet’s timeout',
  },
  PACKET_UNKNOWN: { status: 404, retry: 'never', message: 'This chain has not sent the packet' },
  PACKET_COMMITMENT: {
    status: 400,
    retry: 'never',
    message: 'The packet is not the one committed under its sequence',
  },
  PACKET_ACKNOWLEDGEMENT: {
    status: 400,
    retry: 'never',
    message: 'An acknowledgement is neither success nor the universal error',
  },
  PACKET_ERROR_ACKNOWLEDGED: {
    status: 409,
    retry: 'never',
    message: 'The counterparty answered with the universal error',
  },
  PACKET_TIMEOUT_PAST: { status: 400, retry: 'never', message: 'The timeout is not in the future' },
  PACKET_TIMEOUT_SOON: {
    status: 400,
    retry: 'never',
    message: 'The timeout is nearer than this chain’s least timeout',
  },
  PACKET_TIMEOUT_FAR: {
    status: 400,
    retry: 'never',
    message: 'The timeout or deadline is more than 24 hours ahead',
  },
  PACKET_DEADLINE: {
    status: 400,
    retry: 'never',
    message: 'The timeout of a hop is after the deadline of the transfer',
  },
  PACKET_ORPHANED: {
    status: 409,
    retry: 'never',
    message: 'The packet was left behind by a reorganisation and refunded by proposal',
  },
  PORT_UNKNOWN: {
    status: 400,
    retry: 'never',
    message: 'No port of this chain takes this payload',
  },
  PORT_VERSION: {
    status: 400,
    retry: 'never',
    message: 'The payload has a version or encoding this chain does not speak',
  },
  BATCH_EMPTY: { status: 400, retry: 'never', message: 'A batch or one of its segments is empty' },
  BATCH_COUNT: { status: 413, retry: 'never', message: 'A batch has more than 256 items' },
  SETTLE_NOTHING: {
    status: 409,
    retry: 'never',
    message: 'Nothing below this sequence is left to prune',
  },
  TRANSFER_DESTINATION: {
    status: 400,
    retry: 'never',
    message: 'The destination is missing, or is not a chain this packet can go to',
  },
  TRANSFER_ORIGIN: {
    status: 400,
    retry: 'never',
    message: 'The resource is new here and its origin is missing or says it is at home here',
  },
  OUTSTANDING_EXCEEDED: {
    status: 409,
    retry: 'never',
    message: 'More would come home than has left it',
  },
  LOCATION_LATER: {
    status: 409,
    retry: 'later',
    message: 'The quantity is not registered for, or has not arrived at, the sending chain yet',
  },
  LOCATION_EXCEEDED: {
    status: 409,
    retry: 'never',
    message: 'The quantity is above what the sending chain holds',
  },
  FORWARD_TIME: {
    status: 409,
    retry: 'never',
    message: 'Too little time is left for the next hop',
  },
  ROUTE_UNKNOWN: {
    status: 404,
    retry: 'later',
    message: 'There is no route to or from this chain',
  },
  ROUTE_EXISTS: {
    status: 409,
    retry: 'never',
    message: 'The chain id, its genesis hash or the alias is bound already',
  },
  ROUTE_ID: {
    status: 400,
    retry: 'never',
    message: 'The chain id is not the one its genesis hash gives',
  },
  ROUTE_CLIENT: {
    status: 400,
    retry: 'never',
    message: 'The client verifies another chain than the route names',
  },
  CHAIN_KIND: {
    status: 400,
    retry: 'never',
    message: 'Only the main chain does this',
  },
  LANE_PAUSED: { status: 423, retry: 'later', message: 'The lane is paused' },
  LANE_LIMIT: {
    status: 429,
    retry: 'later',
    message: 'The lane’s net outflow limit of this window is reached',
  },
  LANE_LEAST_QUANTITY: {
    status: 400,
    retry: 'never',
    message: 'The quantity is below the least the lane takes',
  },
  GUARDIAN_UNKNOWN: { status: 403, retry: 'never', message: 'The sender is not a guardian' },
  GUARDIAN_SPENT: {
    status: 429,
    retry: 'later',
    message: 'A guardian pauses a lane at most once a day',
  },
  ISSUER_UNKNOWN: { status: 403, retry: 'later', message: 'The issuer is not registered' },
  ISSUER_SPEC: {
    status: 400,
    retry: 'never',
    message: 'An issuer needs known kinds, a validity that rises, and the home chain it has',
  },
  ISSUER_REVOKED: { status: 403, retry: 'never', message: 'The issuer is revoked' },
  ISSUER_SUSPENDED: {
    status: 403,
    retry: 'later',
    message: 'The issuer has signed two dynamic entries of one index and must be registered anew',
  },
  EQUIVOCATION_KNOWN: {
    status: 409,
    retry: 'never',
    message: 'Two entries of this index by the resource’s issuer are on record already',
  },
  ISSUER_KIND: { status: 403, retry: 'later', message: 'The issuer may not issue this kind' },
  ISSUER_HOME: {
    status: 403,
    retry: 'never',
    message: 'The issuer’s or the resource’s home is another chain than the supply comes from',
  },
  ISSUER_VALIDITY: { status: 403, retry: 'later', message: 'The issuer is not valid at this time' },
  ISSUER_CAP: { status: 409, retry: 'later', message: 'The issuer’s cap would be passed' },
  SUPPLY_RESOURCE: {
    status: 400,
    retry: 'never',
    message: 'The statement is of another resource than its origin gives',
  },
  SUPPLY_COUNTED: {
    status: 409,
    retry: 'never',
    message: 'A statement of this resource and index was counted before',
  },
  SUPPLY_UNIT: {
    status: 400,
    retry: 'never',
    message: 'The statement is in another unit than its kind',
  },
  SUPPLY_METERING: {
    status: 400,
    retry: 'never',
    message: 'Supply of this kind must name a metering point and an interval',
  },
  SUPPLY_UNIQUE: {
    status: 400,
    retry: 'never',
    message: 'A unique thing is issued once, with quantity 1',
  },
  METERING_OVERLAP: {
    status: 409,
    retry: 'never',
    message: 'The interval of the metering point is covered already',
  },
  METERING_FULL: {
    status: 409,
    retry: 'later',
    message: 'The metering point has 64 separate covered intervals: fill a gap first',
  },
  SUPPLY_LODGED: {
    status: 409,
    retry: 'never',
    message: 'Supply of a resource is counted by statements or by a governed cap, never both',
  },
  SUPPLY_STALE: {
    status: 409,
    retry: 'after-update',
    message: 'The proof of supply is older than packets that have come in since',
  },
  BOOKS_UNBALANCED: {
    status: 400,
    retry: 'never',
    message: 'Registered is not the sum of located, in transit and retired',
  },
  RESEND_UNKNOWN: {
    status: 404,
    retry: 'never',
    message: 'There is no failed packet under this sequence to send again',
  },
});
