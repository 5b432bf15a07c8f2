/**
 * The shapes of the API, once for validation, types and OpenAPI 3.1. Quantities, heights and times
 * are decimal text: JSON has no 64-bit integers. docs/architecture.md#api
 */
import { Type } from 'typebox';

const pattern = (regex: string, description: string) =>
  Type.String({ pattern: regex, description });

export const Alias = pattern('^[a-z0-9-]{1,32}$', 'Short name of a chain');
export const Address = pattern('^0x[0-9a-f]{40}$', 'Account address, lower-case hex');
export const ResourceId = pattern('^[0-9a-f]{64}$', 'Resource id, lower-case hex');
export const TransactionId = pattern('^[0-9a-f]{64}$', 'Transaction id, lower-case hex');
export const TransferId = pattern(
  '^[a-z0-9-]{1,32}-[a-z0-9-]{4,64}-[1-9][0-9]{0,19}$',
  'Transfer id: <chain>-<client>-<sequence>',
);
export const Quantity = pattern('^(?:0|[1-9][0-9]{0,38})$', 'Whole base units of the resource');
export const Integer = pattern('^(?:0|[1-9][0-9]{0,38})$', 'Unsigned integer');
const TransactionHex = Type.String({
  pattern: '^(?:[0-9a-f]{2})+$',
  minLength: 204,
  maxLength: 2_097_152,
  description: 'Signed transaction: signature(65) ‖ body, lower-case hex',
});

const object = <P extends Parameters<typeof Type.Object>[0]>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String(),
    retry: Type.String(),
    data: Type.Object({}, { additionalProperties: true }),
  },
  { description: 'RFC 9457 problem details' },
);

export const Chain = object({
  alias: Type.String(),
  chainId: Type.String(),
  genesisHash: Type.String(),
  name: Type.String(),
  kind: Type.String(),
  family: Type.String(),
  label: Type.String({ description: 'proven, attested or custodial' }),
  height: Integer,
  timeMs: Integer,
  trouble: Type.String({ description: 'Code of what is wrong with the way to it, else empty' }),
  client: Type.String({ description: 'Its client of the main chain, empty before there is one' }),
  clientOnMain: Type.String({
    description: 'The main chain’s client of it, empty before there is one',
  }),
});
export const Chains = object({ chains: Type.Array(Chain) });
export const Account = object({
  chain: Type.String(),
  address: Type.String(),
  nextNonce: Integer,
  nonceBase: Integer,
  admitted: Type.Boolean({ description: 'Whether the account is on the admission list' }),
});

export const RecordsQuery = object({
  top: pattern('^[0-9a-f]{64}$', 'Top of the tree over the records, lower-case hex'),
  count: Type.Integer({ minimum: 1, maximum: 4_294_967_295 }),
});
export const RecordsProof = object({
  chain: Type.String(),
  evidence: Type.String({ description: 'recordsEvidence: see docs/protocol.md#anchored-records' }),
});

export const Place = object({
  chain: Type.String(),
  located: Integer,
  inTransit: Integer,
  supply: Integer,
  balanced: Type.Boolean({ description: 'What the chain holds is within located + in transit' }),
});
export const Resource = object({
  id: ResourceId,
  kind: Type.String(),
  unit: Type.String(),
  home: Type.String(),
  homeAlias: Type.String(),
  issuer: Type.String(),
  staticRoot: Type.String(),
  status: Type.String(),
  dynamicIndex: Integer,
  registered: Integer,
  located: Integer,
  inTransit: Integer,
  retired: Integer,
  balanced: Type.Boolean({ description: 'registered = located + in transit + retired' }),
  places: Type.Array(Place),
});
export const Resources = object({
  resources: Type.Array(object({ id: ResourceId })),
  next: Type.String(),
});
export const Holdings = object({
  id: ResourceId,
  address: Type.String(),
  holdings: Type.Array(object({ chain: Type.String(), quantity: Quantity })),
});

export const Hop = object({
  chain: Type.String(),
  place: Type.String(),
  event: Type.String(),
  height: Integer,
  timeMs: Integer,
  client: Type.String(),
  sequence: Integer,
  code: Type.String(),
});
const Stranded = object({
  chain: Type.String({ description: 'Chain whose client it waits for' }),
  client: Type.String(),
  because: Type.String({ description: 'expired, frozen or closed' }),
  wayOut: Type.String({ description: 'What organisations have to propose' }),
});
export const Transfer = object({
  id: Type.String(),
  kind: Type.String({ description: 'transfer, supply or retirement' }),
  status: Type.String(),
  resourceId: Type.String(),
  quantity: Quantity,
  source: Type.String(),
  destination: Type.String({ description: 'Empty until it is known' }),
  sender: Type.String(),
  receiver: Type.String({ description: 'Empty until it was delivered' }),
  code: Type.String({ description: 'Why it failed, else empty' }),
  sentAtMs: Integer,
  endedAtMs: Type.String({ description: 'Empty until it has ended' }),
  stranded: Type.Optional(Stranded),
  hops: Type.Array(Hop),
});
export const Transfers = object({
  transfers: Type.Array(Transfer),
  next: Type.String({ description: 'Pass as `after`; empty at the end' }),
});

export const PrepareTransfer = object({
  source: Alias,
  destination: pattern('^(?:[a-z0-9-]{1,32}|[a-z0-9]+:[0-9a-zA-Z]{1,64})$', 'Alias or CAIP-2 id'),
  sender: Address,
  receiver: Address,
  resourceId: ResourceId,
  quantity: pattern('^[1-9][0-9]{0,38}$', 'Whole base units, above zero'),
  lifetimeSeconds: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 86_400, description: 'Until the one final deadline' }),
  ),
  memo: Type.Optional(Type.String({ maxLength: 256 })),
});
export const Prepared = object({
  chain: Type.String(),
  body: Type.String({ description: 'Unsigned body: put the 65-byte signature before it' }),
  digest: Type.String({ description: 'What to sign' }),
  nonce: Integer,
  expirySeconds: Integer,
  deadlineSeconds: Integer,
});
/** A file, sent as the text it is. */
export const ProofFile = Type.Unsafe<string>({
  type: 'object',
  description: 'tieline-proof/1: see docs/protocol.md#offline-proof',
});
export const PostTransfer = object({ source: Alias, transaction: TransactionHex });
export const PostedTransfer = object({
  transactionId: TransactionId,
  transferId: Type.String({ description: 'Empty while the transaction has not landed' }),
  height: Type.String({ description: 'Empty while the transaction has not landed' }),
});
export const PostTransactions = object({
  chain: Alias,
  transactions: Type.Array(TransactionHex, { minItems: 1, maxItems: 512 }),
});
export const PostedTransactions = object({
  results: Type.Array(object({ id: TransactionId, code: Type.String() })),
});
export const Landed = object({
  id: TransactionId,
  chain: Type.String(),
  height: Integer,
  index: Type.Integer(),
  timeMs: Integer,
  code: Type.String(),
  items: Type.Array(Type.String()),
  events: Type.Array(
    object({
      type: Type.String(),
      client: Type.String(),
      sequence: Integer,
      subject: Type.String(),
      quantity: Quantity,
      account: Type.String(),
      code: Type.String(),
      origin: Type.String(),
    }),
  ),
});

export const ProposalId = pattern('^[0-9a-f]{64}$', 'Proposal id, lower-case hex');
export const Proposal = object({
  id: ProposalId,
  chain: Type.String(),
  action: Type.String({ description: 'Its exact bytes in hex, docs/protocol.md#governance' }),
  proposer: Type.String(),
  createdSeconds: Integer,
  expirySeconds: Integer,
  votes: Type.Array(
    object({
      address: Type.String(),
      name: Type.String({ description: 'Of the organisation, empty for one that is no member' }),
    }),
  ),
  quorum: Type.Integer(),
  readyAtSeconds: { ...Integer, description: 'When an action that waits can be carried out' },
});
export const Proposals = object({ proposals: Type.Array(Proposal) });

export const Direction = object({
  lane: Type.String(),
  from: Type.String(),
  to: Type.String(),
  held: Type.Boolean(),
  state: Type.String({
    description:
      'open; paused: the target takes nothing; uninitialised, expired, frozen, closed: the target’s client',
  }),
  wayOut: Type.String({ description: 'What organisations have to propose, else empty' }),
  pending: Type.Integer(),
  underWay: Type.Integer(),
  retries: Type.Integer(),
  missedHeights: Integer,
  counters: Type.Object({}, { additionalProperties: true }),
});
export const Lanes = object({ directions: Type.Array(Direction) });
export const LaneCommand = object({ lane: Type.String(), held: Type.Boolean() });
export const Health = object({
  status: Type.String({ description: 'ok, or degraded while a chain does not answer' }),
  chains: Type.Array(object({ alias: Type.String(), height: Integer, trouble: Type.String() })),
});

export const Page = object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  after: Type.Optional(Type.String({ maxLength: 160, pattern: '^[0-9a-zA-Z._-]*$' })),
});
export const AliasParams = object({ alias: Alias });
