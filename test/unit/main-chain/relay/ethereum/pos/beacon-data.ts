/** Beacon-API JSON of light-client data as the messages the client takes. */

import { concatBytes } from '../../../../../../schemas/hash.ts';
import type {
  BeaconHeader,
  PayloadHeader,
} from '../../../../../../schemas/wire/clients/beacon-header.ts';
import type {
  ForkSchedule,
  PosBootstrap,
  PosRules,
  PosUpdate,
  SyncCommittee,
} from '../../../../../../schemas/wire/clients/ethereum-pos.ts';
import { hexBytes, hexWord } from '../../../../../fakes/ethereum-vectors.ts';

export interface BeaconJson {
  readonly slot: string;
  readonly proposer_index: string;
  readonly parent_root: string;
  readonly state_root: string;
  readonly body_root: string;
}
export interface CommitteeJson {
  readonly pubkeys: readonly string[];
  readonly aggregate_pubkey: string;
}
export interface HeaderJson {
  readonly beacon: BeaconJson;
  readonly execution: Readonly<Record<string, string>>;
  readonly execution_branch: readonly string[];
}
export interface UpdateJson {
  readonly attested_header: HeaderJson;
  readonly next_sync_committee?: CommitteeJson;
  readonly next_sync_committee_branch?: readonly string[];
  readonly finalized_header: HeaderJson;
  readonly finality_branch: readonly string[];
  readonly sync_aggregate: {
    readonly sync_committee_bits: string;
    readonly sync_committee_signature: string;
  };
  readonly signature_slot: string;
}
export interface BootstrapJson {
  readonly header: HeaderJson;
  readonly current_sync_committee: CommitteeJson;
  readonly current_sync_committee_branch: readonly string[];
}

export function beaconOf(json: BeaconJson): BeaconHeader {
  return {
    slot: BigInt(json.slot),
    proposerIndex: BigInt(json.proposer_index),
    parentRoot: hexBytes(json.parent_root),
    stateRoot: hexBytes(json.state_root),
    bodyRoot: hexBytes(json.body_root),
  };
}

export function committeeOf(json: CommitteeJson): SyncCommittee {
  return {
    keys: concatBytes(...json.pubkeys.map(hexBytes)),
    aggregate: hexBytes(json.aggregate_pubkey),
  };
}

function payloadOf(json: Readonly<Record<string, string>>): PayloadHeader {
  const field = (name: string) => json[name] ?? '';
  const common = {
    parentHash: hexBytes(field('parent_hash')),
    feeRecipient: hexBytes(field('fee_recipient')),
    stateRoot: hexBytes(field('state_root')),
    receiptsRoot: hexBytes(field('receipts_root')),
    logsBloom: hexBytes(field('logs_bloom')),
    prevRandao: hexBytes(field('prev_randao')),
    blockNumber: BigInt(field('block_number')),
    gasLimit: BigInt(field('gas_limit')),
    gasUsed: BigInt(field('gas_used')),
    timestamp: BigInt(field('timestamp')),
    extraData: hexBytes(field('extra_data')),
    baseFeePerGas: hexWord(field('base_fee_per_gas')),
    blockHash: hexBytes(field('block_hash')),
    transactionsRoot: hexBytes(field('transactions_root')),
    withdrawalsRoot: hexBytes(field('withdrawals_root')),
  };
  if (json['blob_gas_used'] === undefined) return { type: 'capella', ...common };
  const blobGasUsed = BigInt(field('blob_gas_used'));
  return { type: 'deneb', ...common, blobGasUsed, excessBlobGas: BigInt(field('excess_blob_gas')) };
}

export function updateOf(json: UpdateJson): PosUpdate {
  const { next_sync_committee: next, next_sync_committee_branch: branch } = json;
  return {
    attested: beaconOf(json.attested_header.beacon),
    finalized: beaconOf(json.finalized_header.beacon),
    finalityBranch: json.finality_branch.map(hexBytes),
    execution: payloadOf(json.finalized_header.execution),
    executionBranch: json.finalized_header.execution_branch.map(hexBytes),
    next:
      next === undefined || branch === undefined
        ? undefined
        : { committee: committeeOf(next), branch: branch.map(hexBytes) },
    aggregate: {
      bits: hexBytes(json.sync_aggregate.sync_committee_bits),
      signature: hexBytes(json.sync_aggregate.sync_committee_signature),
    },
    signatureSlot: BigInt(json.signature_slot),
  };
}

export function bootstrapOf(json: BootstrapJson): PosBootstrap {
  return {
    header: beaconOf(json.header.beacon),
    committee: committeeOf(json.current_sync_committee),
    branch: json.current_sync_committee_branch.map(hexBytes),
  };
}

const forksOf = (versions: readonly (readonly [bigint, string])[]): ForkSchedule =>
  versions.map(([epoch, version], at) => ({
    epoch,
    version: hexBytes(version),
    format: (['capella', 'deneb', 'electra'] as const)[at] ?? 'electra',
  }));

/** Fork schedules of the public networks, from their consensus-layer configurations. */
export const NETWORKS: Readonly<
  Record<'mainnet' | 'sepolia', Omit<PosRules, 'genesisValidatorsRoot'>>
> = {
  mainnet: {
    genesisTimeSeconds: 1_606_824_023n,
    forks: forksOf([
      [194_048n, '03000000'],
      [269_568n, '04000000'],
      [364_032n, '05000000'],
    ]),
  },
  sepolia: {
    genesisTimeSeconds: 1_655_733_600n,
    forks: forksOf([
      [56_832n, '90000072'],
      [132_608n, '90000073'],
      [222_464n, '90000074'],
    ]),
  },
};
