/**
 * What a governance proposal does when it is executed; a proposal fixes these exact bytes.
 * docs/protocol.md#governance
 */
import {
  type Codec,
  choice,
  type Decoded,
  fixed,
  flag,
  list,
  type StructOf,
  struct,
  text,
  u64,
  u128,
  variant,
} from '../codec/codec.ts';
import { MAX_CHAIN_ID, MAX_CLIENT_ID } from '../ids.ts';
import { clientStartCodec } from './clients/client-material.ts';
import { membersFields } from './genesis.ts';
import { packetCodec } from './packet.ts';
import { memberSignaturesCodec, validatorSetCodec } from './validator-set.ts';

/** What a client goes by, and where it begins to trust its chain. */
const startFields = {
  trustingPeriodSeconds: u64,
  maxClockDriftSeconds: u64,
  start: clientStartCodec,
};

const clientFields = {
  client: text(MAX_CLIENT_ID),
  counterpartyClient: text(MAX_CLIENT_ID),
  chainId: text(MAX_CHAIN_ID),
  genesisHash: fixed(32),
  ...startFields,
};

/** A client before its first update: it trusts what `start` says and holds no root yet. */
export type ClientSpec = StructOf<typeof clientFields>;

const laneFields = {
  client: text(MAX_CLIENT_ID),
  paused: flag,
  leastQuantity: u128,
  outflowLimit: u128,
  windowSeconds: u64,
  leastRemainingSeconds: u64,
};

/** Guards of one lane; a zero `outflowLimit` or `windowSeconds` means no limit. */
export type LaneRules = StructOf<typeof laneFields>;
export const laneRulesCodec: Codec<LaneRules> = struct(laneFields);

const issuerFields = {
  issuer: fixed(20),
  kinds: list(text(64), 16),
  home: text(MAX_CHAIN_ID),
  cap: u128,
  validFromSeconds: u64,
  validUntilSeconds: u64,
};

/** Who may put how much of which kinds into circulation from which home chain. */
export type IssuerGrant = StructOf<typeof issuerFields>;
export const issuerGrantCodec: Codec<IssuerGrant> = struct(issuerFields);

const address = struct({ address: fixed(20) });

const orphanFields = { packet: packetCodec, ending: choice(['delivered', 'refunded']) };
/** A packet this chain sent over a pair that is closed, and how it is taken to have ended. */
export type Orphan = StructOf<typeof orphanFields>;

const writeOffFields = { resourceId: fixed(32), quantity: u128 };
/** What a chain that was reorganised does not hold any more of a resource. */
export type WriteOff = StructOf<typeof writeOffFields>;

const orphanListFields = {
  orphans: list(struct(orphanFields), 64),
  writeOffs: list(struct(writeOffFields), 256),
};

const limitFields = {
  client: text(MAX_CLIENT_ID),
  resourceId: fixed(32),
  outflowLimit: u128,
  windowSeconds: u64,
};
/** The net-outflow limit of one resource over a lane; zero takes it away, then the lane's holds. */
export type ResourceLimit = StructOf<typeof limitFields>;

const lodgingFields = {
  kind: text(64),
  home: text(MAX_CHAIN_ID),
  issuer: fixed(20),
  staticRoot: fixed(32),
  cap: u128,
};
/** How much of a token that no statement issues may be in circulation; `issuer` names its contract. */
export type Lodging = StructOf<typeof lodgingFields>;

const placeFields = {
  place: choice(['located', 'inTransit']),
  client: text(MAX_CLIENT_ID),
  quantity: u128,
};

const booksFields = { registered: u128, located: u128, inTransit: u128, retired: u128 };

export const actionCodec = variant({
  createClient: [1, struct(clientFields)],
  registerRoute: [
    2,
    struct({
      chainId: text(MAX_CHAIN_ID),
      alias: text(32),
      client: text(MAX_CLIENT_ID),
      genesisHash: fixed(32),
    }),
  ],
  registerIssuer: [3, struct(issuerFields)],
  revokeIssuer: [4, struct({ issuer: fixed(20) })],
  setLane: [5, struct(laneFields)],
  admit: [6, address],
  expel: [7, address],
  freezeResource: [8, struct({ resourceId: fixed(32), caseOrder: text(128) })],
  unfreezeResource: [9, struct({ resourceId: fixed(32), caseOrder: text(128) })],
  setValidators: [
    10,
    struct({ validators: validatorSetCodec, possessions: memberSignaturesCodec }),
  ],
  replaceClient: [20, struct({ client: text(MAX_CLIENT_ID), ...startFields })],
  closeClient: [21, struct({ client: text(MAX_CLIENT_ID) })],
  replacePair: [
    22,
    struct({
      client: text(MAX_CLIENT_ID),
      successor: text(MAX_CLIENT_ID),
      counterpartyClient: text(MAX_CLIENT_ID),
      ...startFields,
      ...orphanListFields,
    }),
  ],
  settleOrphans: [23, struct({ client: text(MAX_CLIENT_ID), ...orphanListFields })],
  setMembers: [24, struct(membersFields)],
  unhaltResource: [
    25,
    struct({ resourceId: fixed(32), ...booksFields, places: list(struct(placeFields), 256) }),
  ],
  setLimit: [26, struct(limitFields)],
  setLodging: [27, struct(lodgingFields)],
});

/** One administrative act. */
export type Action = Decoded<typeof actionCodec>;
/** The action of one type. */
export type ActionOf<T extends Action['type']> = Extract<Action, { type: T }>;
