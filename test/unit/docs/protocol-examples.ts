/**
 * The worked examples of docs/protocol.md, computed by the code. Text stands for bytes as lower-case
 * hex; integers are decimal text. The secret keys are 32 times 01, 02 and 03.
 */

import { buildRecordTree } from '../../../hub/records/record-tree.ts';
import { lockId } from '../../../main-chain/ledger/locks.ts';
import { nobleSignature } from '../../../main-chain/ledger/noble-signature.ts';
import { encode } from '../../../schemas/codec/codec.ts';
import { parseHex } from '../../../schemas/codec/hex.ts';
import { binaryBytes, compareBytes, equalBytes, nobleHash, toHex } from '../../../schemas/hash.ts';
import { nativeChainId } from '../../../schemas/ids.ts';
import {
  attributeDisclosureCodec,
  createAttributeTree,
} from '../../../schemas/resource/attribute-tree.ts';
import {
  type DynamicEntry,
  dynamicEntryCodec,
  dynamicEntryDigest,
  dynamicHead,
} from '../../../schemas/resource/dynamic-entry.ts';
import { resourceIdOf, resourceOriginCodec } from '../../../schemas/resource/resource-id.ts';
import {
  meteringPointCommitment,
  supplyStatementCodec,
  supplyStatementDigest,
} from '../../../schemas/resource/supply-statement.ts';
import { blockTreeRoot, proveBlockItem } from '../../../schemas/tree/block-tree.ts';
import { buildOutbox, type OutboxItem } from '../../../schemas/tree/outbox.ts';
import { recordLeafHash, recordsRoot } from '../../../schemas/tree/record-tree.ts';
import { buildSparseTree } from '../../../schemas/tree/sparse-tree.ts';
import { unixSeconds } from '../../../schemas/units.ts';
import { actionCodec } from '../../../schemas/wire/action.ts';
import { blockHash, blockHeaderCodec } from '../../../schemas/wire/block.ts';
import {
  certificateCodec,
  checkpointCodec,
  checkpointDigest,
  checkpointDomain,
} from '../../../schemas/wire/checkpoint.ts';
import { type Genesis, genesisCodec, genesisHash } from '../../../schemas/wire/genesis.ts';
import { messageCodec } from '../../../schemas/wire/message.ts';
import {
  acknowledgementCommitment,
  acknowledgementPath,
  commitmentPath,
  ERROR_ACKNOWLEDGEMENT,
  type Packet,
  packetCodec,
  packetCommitment,
  receiptPath,
  SUCCESS_ACKNOWLEDGEMENT,
} from '../../../schemas/wire/packet.ts';
import { equivocationKey, recordsKey } from '../../../schemas/wire/state-keys.ts';
import {
  encodeTransactionBody,
  signTransaction,
  type Transaction,
  transactionDigest,
} from '../../../schemas/wire/transaction.ts';
import {
  PAYLOAD_ENCODING,
  PAYLOAD_VERSION,
  TRANSFER_PORT,
  transferPayloadCodec,
} from '../../../schemas/wire/transfer.ts';
import {
  possessionDigest,
  validatorSetCodec,
  validatorSetHash,
} from '../../../schemas/wire/validator-set.ts';
import { ics23Tree } from '../main-chain/ledger/ics23/ics23-samples.ts';

const ports = { hash: nobleHash, signatures: nobleSignature };
const SECRETS = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
const [FIRST, SECOND, THIRD] = SECRETS.map((secret) => nobleSignature.addressOf(secret)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const fill = (byte: number, length: number) => new Uint8Array(length).fill(byte);
const hexOf = (text: string) => toHex(binaryBytes(text));

/** Every example by the name of its section. */
export function protocolExamples() {
  const { genesisBytes, ...genesis } = genesisExample();
  const stateTree = treeExample();
  const resource = resourceExample(genesis.chainId);
  const packet = packetExample(resource.id, genesis.chainId);
  const outbox = outboxExample(packet.commitment);
  return {
    keys: keysExample(),
    validatorSet: validatorExample(),
    possession: possessionExample(genesis.hash),
    genesis: { bytes: genesisBytes, ...genesis },
    stateTree,
    ics23: ics23Example(),
    resource: hexed(resource),
    dynamicEntry: dynamicExample(resource.id, genesis.hash),
    supplyStatement: statementExample(resource.id),
    transaction: transactionExample(resource.id, genesis.hash),
    packet: hexed(packet),
    outbox: hexed(outbox),
    blockTree: blockTreeExample(),
    checkpoint: checkpointExample(genesis.hash, outbox.root, stateTree.three.root),
    block: blockExample(genesis.hash, outbox.root, stateTree.three.root),
    lock: lockExample(resource.id),
    records: recordsExample(),
  };
}

function validators() {
  return [
    { address: FIRST, power: 1n },
    { address: SECOND, power: 2n },
    { address: THIRD, power: 3n },
  ].sort((left, right) => compareBytes(left.address, right.address));
}

function keysExample() {
  return SECRETS.map((secret) => ({
    secret: toHex(secret),
    address: toHex(nobleSignature.addressOf(secret)),
  }));
}

function validatorExample() {
  return {
    bytes: toHex(encode(validatorSetCodec, validators())),
    hash: toHex(validatorSetHash(validators(), nobleHash)),
  };
}

function possessionExample(hash: string) {
  const digest = possessionDigest(validators(), parseHex(hash, 32), nobleHash);
  const index = validators().findIndex(({ address }) => equalBytes(address, THIRD));
  const signature = nobleSignature.sign(digest, fill(3, 32));
  const action = {
    type: 'setValidators',
    validators: validators(),
    possessions: [{ index, signature }],
  } as const;
  return {
    digest: toHex(digest),
    signature: toHex(signature),
    action: toHex(encode(actionCodec, action)),
  };
}

function genesisExample() {
  const genesis: Genesis = {
    name: 'jiangsu',
    kind: 'shard',
    profile: 'local',
    createdMs: 1_750_000_000_000n,
    validators: validators(),
    organisations: [{ name: 'Jiangsu Grid', address: FIRST }],
    quorum: 1,
    guardians: [SECOND],
    proposalDelaySeconds: 0n,
    admission: 'open',
    admitted: [],
    trustingPeriodSeconds: 315_360_000n,
    leastTimeoutSeconds: 10n,
  };
  const hash = genesisHash(genesis, nobleHash);
  return {
    genesisBytes: toHex(encode(genesisCodec, genesis)),
    hash: toHex(hash),
    chainId: nativeChainId(hash),
  };
}

function ics23Example() {
  const contents = ['alpha', 'bravo', 'charlie'].map((key, at): [string, Uint8Array] => [
    key,
    binaryBytes(String(at + 1)),
  ]);
  const tree = ics23Tree(new Map(contents));
  return Object.fromEntries(['alpha', 'delta'].map((key) => [key, toHex(tree.prove(key))]));
}

function treeExample() {
  const entries = ['alpha', 'bravo', 'charlie'].map((key, at) => ({
    key: binaryBytes(key),
    value: binaryBytes(String(at + 1)),
  }));
  const one = buildSparseTree(entries.slice(0, 1), nobleHash);
  const three = buildSparseTree(entries, nobleHash);
  const proof = (keys: readonly string[]) => ({
    keys,
    proof: toHex(three.prove(keys.map(binaryBytes))),
  });
  return {
    entries: entries.map(({ key, value }) => ({
      key: toHex(key),
      value: toHex(value),
      path: toHex(nobleHash.sha256(key)),
      leaf: toHex(buildSparseTree([{ key, value }], nobleHash).root),
    })),
    one: { root: toHex(one.root), proof: toHex(one.prove([binaryBytes('alpha')])) },
    three: { root: toHex(three.root) },
    proofs: [
      proof(['alpha']),
      proof(['bravo', 'charlie']),
      proof(['delta']),
      proof(['alpha', 'echo']),
    ],
  };
}

function resourceExample(home: string) {
  const attributes = [
    { name: 'energyWh', value: { type: 'integer', value: 2_500_000n } },
    { name: 'energySource', value: { type: 'text', value: 'wind' } },
  ] as const;
  const salts = new Map([
    ['energyWh', fill(0xa1, 16)],
    ['energySource', fill(0xa2, 16)],
  ]);
  const tree = createAttributeTree(attributes, salts, nobleHash);
  const origin = { kind: 'green-certificate/v1', home, issuer: FIRST, staticRoot: tree.root };
  return {
    staticRoot: tree.root,
    disclosure: encode(attributeDisclosureCodec, tree.prove(['energySource', 'projectName'])),
    origin: encode(resourceOriginCodec, origin),
    id: resourceIdOf(origin, nobleHash),
  };
}

function dynamicExample(resourceId: Uint8Array, genesis: string) {
  const entry = {
    resourceId,
    index: 1n,
    previousHead: fill(0, 32),
    attributesRoot: fill(0xd1, 32),
    observedAt: unixSeconds(1_750_000_600n),
  };
  const digest = dynamicEntryDigest(entry, bytesOf(genesis), nobleHash);
  const other = { ...entry, attributesRoot: fill(0xd2, 32) };
  const sign = (each: DynamicEntry) => ({
    entry: each,
    signature: nobleSignature.sign(
      dynamicEntryDigest(each, bytesOf(genesis), nobleHash),
      fill(1, 32),
    ),
  });
  const message = {
    type: 'proveEquivocation',
    first: sign(entry),
    second: sign(other),
  } as const;
  return {
    equivocation: toHex(encode(messageCodec, message)),
    equivocationKey: toHex(binaryBytes(equivocationKey(resourceId, entry.index))),
    entry: toHex(encode(dynamicEntryCodec, entry)),
    digest: toHex(digest),
    head: toHex(dynamicHead(entry.previousHead, digest, nobleHash)),
  };
}

function statementExample(resourceId: Uint8Array) {
  const statement = {
    mainGenesisHash: fill(0x77, 32),
    resourceId,
    index: 1n,
    quantity: 2n,
    unit: 'certificate',
    meteringPoint: meteringPointCommitment('CN-JS-0001', fill(0xb1, 16), nobleHash),
    intervalStart: unixSeconds(1_748_707_200n),
    intervalEnd: unixSeconds(1_751_299_200n),
  } as const;
  const digest = supplyStatementDigest(statement, nobleHash);
  return {
    meteringPoint: toHex(statement.meteringPoint),
    statement: toHex(encode(supplyStatementCodec, statement)),
    digest: toHex(digest),
    signature: toHex(nobleSignature.sign(digest, SECRETS[0] ?? fill(0, 32))),
  };
}

function transactionExample(resourceId: Uint8Array, genesis: string) {
  const transaction: Transaction = {
    sender: FIRST,
    nonce: 0n,
    expirySeconds: 1_750_003_600n,
    message: { type: 'transfer', resourceId, quantity: 2n, receiver: SECOND },
  };
  const body = encodeTransactionBody(transaction);
  return {
    body: toHex(body),
    digest: toHex(transactionDigest(body, bytesOf(genesis), nobleHash)),
    bytes: toHex(signTransaction(transaction, SECRETS[0] ?? fill(0, 32), bytesOf(genesis), ports)),
  };
}

function packetExample(resourceId: Uint8Array, destination: string) {
  const payload = encode(transferPayloadCodec, {
    resourceId,
    quantity: 2n,
    sender: FIRST,
    receiver: SECOND,
    deadlineSeconds: 1_750_003_600n,
    frozen: false,
    origin: undefined,
    destination,
    dynamic: undefined,
    memo: 'June',
  });
  const packet: Packet = {
    sequence: 1n,
    sourceClient: 'main-0',
    destinationClient: 'jiangsu-0',
    timeoutSeconds: 1_750_001_800n,
    payloads: [
      {
        sourcePort: TRANSFER_PORT,
        destinationPort: TRANSFER_PORT,
        version: PAYLOAD_VERSION,
        encoding: PAYLOAD_ENCODING,
        value: payload,
      },
    ],
  };
  return {
    payload,
    bytes: encode(packetCodec, packet),
    commitment: packetCommitment(packet, nobleHash),
    commitmentPath: binaryBytes(commitmentPath('main-0', 1n)),
    receiptPath: binaryBytes(receiptPath('jiangsu-0', 1n)),
    acknowledgementPath: binaryBytes(acknowledgementPath('jiangsu-0', 1n)),
    successCommitment: acknowledgementCommitment([SUCCESS_ACKNOWLEDGEMENT], nobleHash),
    errorCommitment: acknowledgementCommitment([ERROR_ACKNOWLEDGEMENT], nobleHash),
  };
}

function outboxExample(commitment: Uint8Array) {
  const item = (kind: 0 | 1, sequence: bigint, content: Uint8Array): OutboxItem => ({
    client: 'main-0',
    kind,
    sequence,
    commitment: content,
  });
  const items = [item(0, 4n, fill(0xc1, 32)), item(1, 1n, commitment), item(1, 2n, fill(0xc2, 32))];
  const outbox = buildOutbox(items, nobleHash);
  return {
    empty: buildOutbox([], nobleHash).root,
    one: buildOutbox(items.slice(1, 2), nobleHash).root,
    root: outbox.root,
    first: outbox.prove(0, 1),
    packets: outbox.prove(1, 2),
  };
}

function blockTreeExample() {
  const items = [hexOf('one'), hexOf('two'), hexOf('three')];
  const bytes = items.map(bytesOf);
  return {
    items,
    root: toHex(blockTreeRoot(bytes, nobleHash)),
    empty: toHex(blockTreeRoot([], nobleHash)),
    proofOfThird: toHex(proveBlockItem(bytes, 2, nobleHash)),
    proofOfFirst: toHex(proveBlockItem(bytes, 0, nobleHash)),
  };
}

function checkpointExample(genesis: string, outboxRoot: Uint8Array, stateRoot: string) {
  const set = validatorSetHash(validators(), nobleHash);
  const checkpoint = {
    height: 7n,
    stateRoot: bytesOf(stateRoot),
    outboxRoot,
    timeMs: 1_750_000_500_000n,
    validatorSetHash: set,
    nextValidatorSetHash: set,
  };
  const digest = checkpointDigest(checkpoint, bytesOf(genesis), nobleHash);
  const signatures = validators().flatMap(({ address, power }, index) => {
    const secret = SECRETS.find(
      (each) => compareBytes(nobleSignature.addressOf(each), address) === 0,
    );
    return secret === undefined || power === 1n
      ? []
      : [{ index, signature: nobleSignature.sign(digest, secret) }];
  });
  return {
    bytes: toHex(encode(checkpointCodec, checkpoint)),
    domain: toHex(checkpointDomain(bytesOf(genesis), nobleHash)),
    digest: toHex(digest),
    certificate: toHex(
      encode(certificateCodec, { checkpoint, validators: validators(), signatures }),
    ),
  };
}

function blockExample(genesis: string, outboxRoot: Uint8Array, stateRoot: string) {
  const set = validatorSetHash(validators(), nobleHash);
  const header = {
    height: 7n,
    timeMs: 1_750_000_500_000n,
    parentHash: fill(0xe1, 32),
    transactionsRoot: blockTreeRoot([], nobleHash),
    resultsRoot: blockTreeRoot([], nobleHash),
    stateRoot: bytesOf(stateRoot),
    outboxRoot,
    validatorSetHash: set,
    nextValidatorSetHash: set,
  };
  return {
    header: toHex(encode(blockHeaderCodec, header)),
    hash: toHex(blockHash(header, bytesOf(genesis), nobleHash)),
  };
}

function lockExample(resourceId: Uint8Array) {
  const terms = {
    resourceId,
    owner: FIRST,
    agent: SECOND,
    quantity: 1n,
    expirySeconds: 1_750_003_600n,
  };
  return { id: toHex(lockId(terms, nobleHash)) };
}

function recordsExample() {
  const sources = ['one', 'two', 'three'].map((content, at) => ({
    salt: new Uint8Array(16).fill(0xa1 + at),
    name: `${at + 1}`,
    contentHash: nobleHash.sha256(binaryBytes(content)),
  }));
  const leaves = sources.map((source) => recordLeafHash(source, nobleHash));
  const { top, siblings } = buildRecordTree(leaves, nobleHash);
  const root = recordsRoot(top, 3, nobleHash);
  return {
    leaves: leaves.map(toHex),
    siblings: toHex(siblings(1)),
    top: toHex(top),
    root: toHex(root),
    message: toHex(encode(messageCodec, { type: 'anchorRecords', top, count: 3 })),
    key: toHex(binaryBytes(recordsKey(FIRST, root))),
  };
}

function hexed<T extends Readonly<Record<string, Uint8Array>>>(
  record: T,
): { [K in keyof T]: string } {
  const entries = Object.entries(record).map(([name, bytes]) => [name, toHex(bytes)]);
  return Object.fromEntries(entries) as { [K in keyof T]: string };
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}
