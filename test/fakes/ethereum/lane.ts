/*
 * A deployed hub and the main chain behind it: blocks are made, shown and proven in one line each.
 */
import { getCreateAddress } from 'ethers';
import { loadPorts } from '../../../main-chain/host/native-ports.ts';
import { encode } from '../../../schemas/codec/codec.ts';
import {
  encodeCertificateCall,
  type PendingSets,
} from '../../../schemas/ethereum/certificate-call.ts';
import { siblingsOf } from '../../../schemas/ethereum/outbox-call.ts';
import { encodePlace, encodeRange, type Place } from '../../../schemas/ethereum/place.ts';
import type { HashPort } from '../../../schemas/ports.ts';
import { RESOURCE_KINDS } from '../../../schemas/resource/registry.ts';
import { type ResourceOrigin, resourceIdOf } from '../../../schemas/resource/resource-id.ts';
import { UNIT_CODES } from '../../../schemas/units.ts';
import type { Certificate } from '../../../schemas/wire/checkpoint.ts';
import type { Packet } from '../../../schemas/wire/packet.ts';
import { type TransferPayload, transferPayloadCodec } from '../../../schemas/wire/transfer.ts';
import { type Anvil, startAnvil } from './anvil.ts';
import { readArtefact } from './artefact.ts';
import { type Deployed, deploy } from './evm.ts';
import {
  type Block,
  type BlockContent,
  createMainChain,
  ETHEREUM_CLIENT,
  MAIN_CLIENT,
  type MainChain,
} from './main-chain.ts';

export const OTHER_CHAIN = 'tieline:00112233445566778899aabbccddeeff';
export const KIND = 'green-certificate/v1';
export const DAY = 86_400n;

export interface LaneOptions {
  readonly hardfork?: 'london' | 'prague' | 'osaka';
  readonly powers?: readonly bigint[];
  readonly leaves?: number;
  /** Changes of the hub's configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly governance?: {
    readonly production?: boolean;
    readonly quorum?: number;
    readonly delay?: bigint;
  };
}

export interface Lane {
  readonly anvil: Anvil;
  readonly main: MainChain;
  readonly hash: HashPort;
  readonly hub: Deployed;
  readonly governance: Deployed;
  readonly users: readonly string[];
  /** Unix seconds of the node's newest block. */
  now(): Promise<bigint>;
  /** Lets the node's clock stand at a second in its next block. */
  nextAt(seconds: bigint): Promise<void>;
  /** A main-chain block, some time after the one before, not shown to anybody. */
  block(content?: BlockContent): Promise<Block>;
  /** Arguments of `update` for a block. */
  updateOf(block: Block, certificate?: Certificate, pending?: PendingSets): readonly unknown[];
  /** A block, shown. */
  show(content?: BlockContent): Promise<Block>;
  /** Runs calls of governance. */
  govern(name: string, args: readonly unknown[]): Promise<void>;
  close(): Promise<void>;
}

export async function openLane(options: LaneOptions = {}): Promise<Lane> {
  const anvil = await startAnvil(options.hardfork ?? 'london');
  try {
    return await openOn(anvil, options);
  } catch (error) {
    await anvil.close();
    throw error;
  }
}

async function openOn(anvil: Anvil, options: LaneOptions): Promise<Lane> {
  const { hash, signatures } = await loadPorts();
  const powers = options.powers ?? [100n, 100n, 100n, 100n, 100n, 100n, 100n];
  const main = createMainChain({ powers, leaves: options.leaves ?? 8, hash, signatures });
  // Each block one second after the one before: nothing rests on this machine's clock.
  await anvil.rpc('anvil_setBlockTimestampInterval', [1]);
  const owner = anvil.accounts[0] ?? '';
  const users = anvil.accounts.slice(1, 56);
  const nonce = Number(await anvil.rpc<string>('eth_getTransactionCount', [owner, 'latest']));
  const predicted = getCreateAddress({ from: owner, nonce: nonce + 1 });
  const { production = false, quorum = 2, delay = 3600n } = options.governance ?? {};
  const organisations = anvil.accounts.slice(56, 59);
  const governance = await deploy(anvil, readArtefact('Governance'), [
    predicted,
    production,
    organisations,
    quorum,
    delay,
  ]);
  const hub = await deploy(anvil, readArtefact('TielineHub'), [
    hubConfig(main, hash, governance.address, users, options.config),
  ]);
  let timeMs = 0n;

  const now = async () => {
    const { timestamp } = await anvil.rpc<{ timestamp: string }>('eth_getBlockByNumber', [
      'latest',
      false,
    ]);
    return BigInt(timestamp);
  };
  const nextAt = (seconds: bigint) =>
    anvil.rpc<void>('evm_setNextBlockTimestamp', [Number(seconds)]);
  const block = async (content?: BlockContent) => {
    const here = (await now()) * 1000n;
    timeMs = here > timeMs ? here : timeMs + 1n;
    return main.block(timeMs, content);
  };
  const updateOf = (
    { checkpoint }: Block,
    certificate = main.certify(checkpoint),
    pending?: PendingSets,
  ) => updateArguments(certificate, pending);

  async function govern(name: string, args: readonly unknown[]): Promise<void> {
    const target = hub.abi.hasFunction(name) ? hub : governance;
    const data = target.abi.encodeFunctionData(name, args);
    const [first = '', second = ''] = organisations;
    const expiry = (await now()) + 30n * DAY;
    const created = await governance.call('propose', [target.address, data, expiry], first);
    const event = created.events.find((each) => each.name === 'ProposalCreated');
    if (event === undefined) throw new Error('no proposal');
    await governance.call('vote', [event.args['id'], true], second);
    const terms = [first, event.args['createdSeconds'], expiry, target.address, data];
    await nextAt(BigInt(event.args['createdSeconds']) + delay);
    await governance.call('execute', terms);
  }
  return {
    anvil,
    main,
    hash,
    hub,
    governance,
    users,
    now,
    nextAt,
    block,
    updateOf,
    async show(content) {
      const made = await block(content);
      await hub.call('update', updateOf(made));
      return made;
    },
    govern,
    close: () => anvil.close(),
  };
}

/** Arguments of `update`. */
export function updateArguments(
  certificate: Certificate,
  pending?: PendingSets,
): readonly unknown[] {
  const { height, timeMs, stateRoot, outboxRoot } = certificate.checkpoint;
  const call = encodeCertificateCall(certificate, pending);
  return [
    encodePlace({ flags: call.flags, height, timeMs }),
    stateRoot,
    outboxRoot,
    call.certificate,
  ];
}

/** The place of a packet, or of the first of a run, under a block. */
export function placeOf({ checkpoint }: Block, rest: Partial<Place>): bigint {
  const { height, timeMs } = checkpoint;
  return encodePlace({ height, timeMs, ...rest });
}

/** Where a run of `length` items beginning with `sequence` of `kind` stands in a block's outbox. */
export function runOf({ outbox, items }: Block, kind: 0 | 1, sequence: bigint, length: number) {
  const start = items.findIndex(
    (item) => item.client === ETHEREUM_CLIENT && item.kind === kind && item.sequence === sequence,
  );
  return {
    range: encodeRange(length, outbox.count, start),
    siblings: siblingsOf(outbox.prove(start, length)),
  };
}

export const ORIGIN: ResourceOrigin = {
  kind: KIND,
  home: OTHER_CHAIN,
  issuer: new Uint8Array(20).fill(0x1a),
  staticRoot: new Uint8Array(32).fill(0xdb),
};

export function resourceId(hash: HashPort, origin: ResourceOrigin = ORIGIN): Uint8Array {
  return resourceIdOf(origin, hash);
}

/** A packet of the main chain to the hub. */
export function packetTo(sequence: bigint, timeoutSeconds: bigint, value: Uint8Array): Packet {
  return {
    sequence,
    sourceClient: ETHEREUM_CLIENT,
    destinationClient: MAIN_CLIENT,
    timeoutSeconds,
    payloads: [
      {
        sourcePort: 'transfer',
        destinationPort: 'transfer',
        version: 'tieline-1',
        encoding: 'application/x-tieline',
        value,
      },
    ],
  };
}

/** A packet of the hub to the main chain, as its event gives it. */
export function packetFrom(
  sequence: bigint,
  timeoutSeconds: bigint,
  value: Uint8Array,
  port = 'transfer',
): Packet {
  const packet = packetTo(sequence, timeoutSeconds, value);
  return {
    ...packet,
    sourceClient: MAIN_CLIENT,
    destinationClient: ETHEREUM_CLIENT,
    payloads: packet.payloads.map((each) => ({ ...each, sourcePort: port, destinationPort: port })),
  };
}

export function addressBytes(address: string): Uint8Array {
  return Uint8Array.from(Buffer.from(address.slice(2), 'hex'));
}

/** Payload of a transfer to an account; the resource is known with its origin. */
export function transferValue(
  hash: HashPort,
  receiver: string,
  changes: Partial<TransferPayload> = {},
): Uint8Array {
  return encode(transferPayloadCodec, {
    resourceId: resourceId(hash),
    quantity: 12_345_678_901n,
    sender: new Uint8Array(20).fill(0x55),
    receiver: addressBytes(receiver),
    deadlineSeconds: 2_000_000_000n,
    frozen: false,
    origin: undefined,
    destination: undefined,
    dynamic: undefined,
    memo: undefined,
    ...changes,
  });
}

function hubConfig(
  main: MainChain,
  hash: HashPort,
  governance: string,
  users: readonly string[],
  changes: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    genesisHash: main.genesisHash,
    validatorSetHash: main.set.hash,
    height: 0,
    trustingPeriodSeconds: 1_209_600,
    maxClockDriftSeconds: 15,
    leastTimeoutSeconds: 60,
    ringSize: 256,
    client: MAIN_CLIENT,
    counterpartyClient: ETHEREUM_CLIENT,
    governance,
    listed: true,
    admitted: users,
    guardians: users.slice(0, 1),
    kinds: RESOURCE_KINDS.map(({ id }) => hash.sha256(new TextEncoder().encode(id))),
    units: RESOURCE_KINDS.map(({ unit }) => UNIT_CODES.indexOf(unit)),
    ...changes,
  };
}
