/* Seeded samples of every wire type, for golden hashes: equal seeds give equal values for ever. */
import type { Decoded } from '../../../../schemas/codec/codec.ts';
import type { SignedDynamicEntry } from '../../../../schemas/resource/dynamic-entry.ts';
import { unixSeconds } from '../../../../schemas/units.ts';
import type { Action, actionCodec } from '../../../../schemas/wire/action.ts';
import type { BlockHeader } from '../../../../schemas/wire/block.ts';
import { EVENT_TYPES, type TransactionResult } from '../../../../schemas/wire/event.ts';
import type { Genesis } from '../../../../schemas/wire/genesis.ts';
import type { Message, Segment } from '../../../../schemas/wire/message.ts';
import type { Packet } from '../../../../schemas/wire/packet.ts';
import type { RetirementPayload, TransferPayload } from '../../../../schemas/wire/transfer.ts';
import { sampleEvidence, sampleStart, sampleUpdates } from './client-samples.ts';

import { address, hash, pick, Samples, sampleCertificate, u64, validators } from './samples.ts';

export { Samples, sampleCertificate };

const client = (s: Samples) => `client-${s.int(1000)}`;

export const samplePacket = (s: Samples): Packet => ({
  sequence: u64(s),
  sourceClient: client(s),
  destinationClient: client(s),
  timeoutSeconds: u64(s),
  payloads: s.list(1, () => ({
    sourcePort: 'transfer',
    destinationPort: s.text(20),
    version: s.text(20),
    encoding: s.text(20),
    value: s.bytes(s.int(200)),
  })),
});

const origin = (s: Samples) => ({
  kind: s.text(40),
  home: 'eip155:1',
  issuer: address(s),
  staticRoot: hash(s),
});

export const sampleTransfer = (s: Samples): TransferPayload => ({
  resourceId: hash(s),
  quantity: s.big(128),
  sender: address(s),
  receiver: address(s),
  deadlineSeconds: u64(s),
  frozen: s.int(2) === 1,
  origin: s.maybe(() => origin(s)),
  destination: s.maybe(() => s.text(40)),
  dynamic: s.maybe(() => ({ index: u64(s), head: hash(s) })),
  memo: s.maybe(() => s.text(100)),
});

export const sampleRetirement = (s: Samples): RetirementPayload => ({
  resourceId: hash(s),
  quantity: s.big(128),
  owner: address(s),
  beneficiary: s.text(100),
  purpose: s.text(100),
});

export const sampleGenesis = (s: Samples): Genesis => ({
  name: s.text(30),
  kind: pick(s, ['main', 'shard']),
  profile: pick(s, ['local', 'production']),
  createdMs: u64(s),
  validators: validators(s),
  organisations: s.list(4, () => ({ name: s.text(30), address: address(s) })),
  quorum: s.int(65_536),
  guardians: s.list(3, () => address(s)),
  proposalDelaySeconds: u64(s),
  admission: pick(s, ['open', 'list']),
  admitted: s.list(3, () => address(s)),
  trustingPeriodSeconds: u64(s),
  leastTimeoutSeconds: u64(s),
});

export const sampleHeader = (s: Samples): BlockHeader => ({
  height: u64(s),
  timeMs: u64(s),
  parentHash: hash(s),
  transactionsRoot: hash(s),
  resultsRoot: hash(s),
  stateRoot: hash(s),
  outboxRoot: hash(s),
  validatorSetHash: hash(s),
  nextValidatorSetHash: hash(s),
});

export const sampleResult = (s: Samples): TransactionResult => ({
  code: s.text(30),
  items: s.list(4, () => s.text(30)),
  events: s.list(4, () => ({
    type: pick(s, EVENT_TYPES),
    client: client(s),
    sequence: u64(s),
    subject: hash(s),
    quantity: s.big(128),
    account: address(s),
    code: s.text(30),
    origin: s.text(60),
  })),
});

export const sampleSegment = (s: Samples): Segment => ({
  outboxHeight: u64(s),
  start: s.int(1000),
  acknowledgements: s.list(3, () => ({
    packet: samplePacket(s),
    acknowledgement: s.bytes(s.int(40)),
  })),
  packets: s.list(3, () => samplePacket(s)),
  rangeProof: s.bytes(s.int(100)),
  rootProof: s.bytes(s.int(100)),
});

const lifeActions = (s: Samples): readonly Action[] => {
  const start = {
    client: client(s),
    trustingPeriodSeconds: u64(s),
    maxClockDriftSeconds: u64(s),
    start: sampleStart(s),
  };
  const left = {
    orphans: s.list(2, () => ({
      packet: samplePacket(s),
      ending: pick(s, ['delivered', 'refunded'] as const),
    })),
    writeOffs: s.list(3, () => ({ resourceId: hash(s), quantity: s.big(128) })),
  };
  return [
    { type: 'replaceClient', ...start },
    { type: 'closeClient', client: client(s) },
    {
      type: 'replacePair',
      ...start,
      ...left,
      successor: client(s),
      counterpartyClient: client(s),
    },
    { type: 'settleOrphans', client: client(s), ...left },
    {
      type: 'setMembers',
      organisations: s.list(3, () => ({ name: s.text(40), address: address(s) })),
      quorum: s.int(60_000),
      guardians: s.list(3, () => address(s)),
    },
    {
      type: 'unhaltResource',
      resourceId: hash(s),
      registered: s.big(128),
      located: s.big(128),
      inTransit: s.big(128),
      retired: s.big(128),
      places: s.list(3, () => ({
        place: pick(s, ['located', 'inTransit'] as const),
        client: client(s),
        quantity: s.big(128),
      })),
    },
    {
      type: 'setLimit',
      client: client(s),
      resourceId: hash(s),
      outflowLimit: s.big(128),
      windowSeconds: u64(s),
    },
    {
      type: 'setLodging',
      kind: s.text(60),
      home: s.text(60),
      issuer: address(s),
      staticRoot: hash(s),
      cap: s.big(128),
    },
  ];
};

export const sampleAction = (s: Samples): Action => {
  const lane = {
    client: client(s),
    paused: s.int(2) === 1,
    leastQuantity: s.big(128),
    outflowLimit: s.big(128),
  };
  const actions: readonly Decoded<typeof actionCodec>[] = [
    {
      type: 'createClient',
      client: client(s),
      counterpartyClient: client(s),
      chainId: s.text(60),
      genesisHash: hash(s),
      trustingPeriodSeconds: u64(s),
      maxClockDriftSeconds: u64(s),
      start: sampleStart(s),
    },
    {
      type: 'registerRoute',
      chainId: s.text(60),
      alias: s.text(30),
      client: client(s),
      genesisHash: hash(s),
    },
    {
      type: 'registerIssuer',
      issuer: address(s),
      kinds: s.list(3, () => s.text(40)),
      home: s.text(60),
      cap: s.big(128),
      validFromSeconds: u64(s),
      validUntilSeconds: u64(s),
    },
    { type: 'revokeIssuer', issuer: address(s) },
    { type: 'setLane', ...lane, windowSeconds: u64(s), leastRemainingSeconds: u64(s) },
    { type: 'admit', address: address(s) },
    { type: 'expel', address: address(s) },
    { type: 'freezeResource', resourceId: hash(s), caseOrder: s.text(60) },
    { type: 'unfreezeResource', resourceId: hash(s), caseOrder: s.text(60) },
    {
      type: 'setValidators',
      validators: validators(s),
      possessions: s.list(3, () => ({ index: s.int(256), signature: s.bytes(65) })),
    },
    ...lifeActions(s),
  ];
  return pick(s, actions);
};

const updates = sampleUpdates;

const signedEntry = (s: Samples): SignedDynamicEntry => ({
  entry: {
    resourceId: hash(s),
    index: u64(s),
    previousHead: hash(s),
    attributesRoot: hash(s),
    observedAt: unixSeconds(BigInt(s.int(2_000_000_000))),
  },
  signature: s.bytes(65),
});

const ledgerMessages = (s: Samples): Message[] => [
  {
    type: 'issue',
    kind: s.text(60),
    staticRoot: hash(s),
    owner: address(s),
    statement: {
      statement: {
        mainGenesisHash: hash(s),
        resourceId: hash(s),
        index: u64(s),
        quantity: s.big(128),
        unit: pick(s, ['Wh', 'gCO2e', 'fen', 'piece', 'certificate']),
        meteringPoint: hash(s),
        intervalStart: unixSeconds(BigInt(s.int(2_000_000_000))),
        intervalEnd: unixSeconds(BigInt(s.int(2_000_000_000))),
      },
      signature: s.bytes(65),
    },
  },
  {
    type: 'append',
    entry: signedEntry(s),
  },
  { type: 'transfer', resourceId: hash(s), quantity: s.big(128), receiver: address(s) },
  {
    type: 'retire',
    resourceId: hash(s),
    quantity: s.big(128),
    beneficiary: s.text(90),
    purpose: s.text(90),
  },
  {
    type: 'lock',
    resourceId: hash(s),
    quantity: s.big(128),
    agent: address(s),
    expirySeconds: u64(s),
  },
  { type: 'unlock', lockId: hash(s), receiver: address(s) },
  { type: 'anchorRecords', top: hash(s), count: s.int(2 ** 31) },
  { type: 'propose', action: s.bytes(s.int(90)), expirySeconds: u64(s) },
  { type: 'vote', proposalId: hash(s), choice: pick(s, ['for', 'against']) },
  { type: 'execute', proposalId: hash(s) },
];

const relayMessages = (s: Samples): Message[] => [
  {
    type: 'send',
    client: client(s),
    resourceId: hash(s),
    quantity: s.big(128),
    receiver: address(s),
    destination: s.text(60),
    timeoutSeconds: u64(s),
    deadlineSeconds: u64(s),
    memo: s.text(90),
  },
  { type: 'resend', client: client(s), sequence: u64(s) },
  { type: 'update', client: client(s), updates: updates(s) },
  {
    type: 'deliver',
    client: client(s),
    updates: updates(s),
    height: u64(s),
    segments: s.list(2, () => sampleSegment(s)),
  },
  {
    type: 'timeout',
    client: client(s),
    updates: updates(s),
    height: u64(s),
    packets: s.list(2, () => samplePacket(s)),
    proof: s.bytes(s.int(90)),
  },
  {
    type: 'settle',
    client: client(s),
    updates: updates(s),
    height: u64(s),
    settledBelow: u64(s),
    proof: s.bytes(s.int(90)),
  },
  {
    type: 'misbehaviour',
    client: client(s),
    evidence: sampleEvidence(s),
  },
  {
    type: 'deliverFacts',
    client: client(s),
    updates: updates(s),
    height: u64(s),
    acknowledgements: s.list(2, () => ({
      packet: samplePacket(s),
      acknowledgement: s.bytes(s.int(40)),
    })),
    packets: s.list(2, () => samplePacket(s)),
    proof: s.bytes(s.int(90)),
  },
  {
    type: 'proveSupply',
    client: client(s),
    updates: updates(s),
    height: u64(s),
    supplies: s.list(3, () => ({ resourceId: hash(s), quantity: s.big(128) })),
    proof: s.bytes(s.int(90)),
  },
  { type: 'proveEquivocation', first: signedEntry(s), second: signedEntry(s) },
  { type: 'guardPause', client: client(s) },
  { type: 'activate', certificate: sampleCertificate(s) },
];

export const sampleMessage = (s: Samples): Message =>
  pick(s, s.int(2) === 0 ? ledgerMessages(s) : relayMessages(s));
