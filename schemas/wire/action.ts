/**
 * What a governance proposal does when it is executed; a proposal fixes these exact bytes.
 * docs/protocol.md#governance
 */
import {
  type Codec,
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
import { memberSignaturesCodec, validatorSetCodec } from './validator-set.ts';

const clientFields = {
  client: text(MAX_CLIENT_ID),
  counterpartyClient: text(MAX_CLIENT_ID),
  chainId: text(MAX_CHAIN_ID),
  genesisHash: fixed(32),
  validatorSetHash: fixed(32),
  height: u64,
  trustingPeriodSeconds: u64,
  maxClockDriftSeconds: u64,
};

/** A checkpoint client before its first update: it trusts a set at a height and holds no root yet. */
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
});

/** One administrative act. */
export type Action = Decoded<typeof actionCodec>;
