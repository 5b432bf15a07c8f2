/**
 * The story the demonstration tells, as data: who takes part, which real series stand in for which
 * unit, and what is moved where. Quantities are shares of what was issued or is held, so every number
 * that is printed is computed. docs/architecture.md#demonstration
 */
import { generatingUnit } from '../../schemas/resource/kinds/generating-unit.ts';
import { greenCertificate } from '../../schemas/resource/kinds/green-certificate.ts';
import type { IssuerGrant } from '../../schemas/wire/action.ts';

/** Chains by alias, with the names people know them by. */
export const CHAIN_NAMES = {
  main: 'main 主链',
  jiangsu: 'Jiangsu 江苏',
  anhui: 'Anhui 安徽',
} as const;
export type ChainAlias = keyof typeof CHAIN_NAMES;

/** Accounts by key name: where they live and what they are called. */
export const ACCOUNTS = {
  issuer: { name: 'issuer 绿证核发机构', chain: 'jiangsu' },
  'wind-owner': { name: 'wind owner 风电业主', chain: 'jiangsu' },
  'rooftop-owner': { name: 'rooftop owner 屋顶业主', chain: 'jiangsu' },
  'anhui-retailer': { name: 'retailer 售电公司', chain: 'anhui' },
  'hefei-factory': { name: 'Hefei display plant 合肥显示器件厂', chain: 'anhui' },
  'unlisted-buyer': { name: 'unlisted buyer 未准入买方', chain: 'anhui' },
} as const satisfies Readonly<Record<string, { name: string; chain: ChainAlias }>>;
export type AccountName = keyof typeof ACCOUNTS;

/** Anhui's chain admits by list; whoever is missing here cannot receive there. */
export const ADMITTED_IN_ANHUI: readonly AccountName[] = ['anhui-retailer', 'hefei-factory'];

/** What a real unit plays in the story; its readings come from DEMO_UNITS under the same id. */
export interface UnitRole {
  readonly name: string;
  readonly owner: AccountName;
  readonly mRID: string;
  readonly projectCode: string;
  readonly commissioningDate: string;
}

/** Four turbines and one rooftop, by the id of their series. */
export const UNIT_ROLES: Readonly<Record<string, UnitRole>> = {
  r80711: windRole(1),
  r80721: windRole(2),
  r80736: windRole(3),
  r80790: windRole(4),
  'serf-east': {
    name: 'Nanjing rooftop 南京屋顶光伏',
    owner: 'rooftop-owner',
    mRID: '6f1d5a10-0c32-4a5e-9b11-000000000009',
    projectCode: 'JS-PV-0001',
    commissioningDate: '2009-01-01',
  },
};

function windRole(number: number): UnitRole {
  return {
    name: `Rudong wind ${number} 如东风电${number}号`,
    owner: 'wind-owner',
    mRID: `6f1d5a10-0c32-4a5e-9b11-00000000000${number}`,
    projectCode: `JS-WIND-000${number}`,
    commissioningDate: '2009-01-01',
  };
}

/** The named consumer certificates are retired for, as the chain records it. */
const CONSUMER = '合肥显示器件厂';

/** A fraction of a quantity, rounded down. */
export type Share = readonly [numerator: bigint, denominator: bigint];

/** Moves a share of what the sender holds of a unit's certificates. */
export interface StoryTransfer {
  readonly type: 'transfer';
  readonly unit: string;
  readonly from: AccountName;
  readonly to: AccountName;
  readonly share: Share;
  /** Seconds from now to the one final deadline. */
  readonly lifetimeSeconds: bigint;
  readonly memo: string;
  /** The lane an operator holds until the destination's proven time has passed the deadline. */
  readonly holdsLane?: ChainAlias;
}

/** Takes a share of a holding out of circulation for a named consumer. */
export interface StoryRetirement {
  readonly type: 'retire';
  readonly unit: string;
  readonly owner: AccountName;
  readonly share: Share;
  readonly beneficiary: string;
  readonly purpose: string;
}

export type StoryStep = StoryTransfer | StoryRetirement;

/** Steps of one chapter run side by side; chapters one after another. */
export const CHAPTERS: readonly { readonly title: string; readonly steps: readonly StoryStep[] }[] =
  [
    {
      title: 'Jiangsu → main → Anhui',
      steps: [
        transfer(
          'r80711',
          'wind-owner',
          'hefei-factory',
          [1n, 4n],
          'green power for the first quarter',
        ),
        transfer('r80721', 'wind-owner', 'anhui-retailer', [1n, 3n], 'retail portfolio'),
        transfer('r80736', 'wind-owner', 'anhui-retailer', [1n, 5n], 'retail portfolio'),
        transfer('r80790', 'wind-owner', 'hefei-factory', [1n, 6n], 'top-up'),
      ],
    },
    {
      title: 'Retired for a named consumer, some sent back, one refused at its destination',
      steps: [
        retire('r80711', 'hefei-factory', [2n, 3n]),
        retire('r80790', 'hefei-factory', [1n, 2n]),
        transfer('r80721', 'anhui-retailer', 'wind-owner', [1n, 4n], 'surplus sent back'),
        transfer(
          'r80736',
          'wind-owner',
          'unlisted-buyer',
          [1n, 10n],
          'the receiver is not admitted',
        ),
      ],
    },
    {
      title: 'A held lane: timed out and refunded',
      steps: [
        {
          ...transfer(
            'r80790',
            'wind-owner',
            'anhui-retailer',
            [1n, 8n],
            'the operator holds the lane',
          ),
          lifetimeSeconds: 2n,
          holdsLane: 'anhui',
        },
      ],
    },
  ];

function transfer(
  unit: string,
  from: AccountName,
  to: AccountName,
  share: Share,
  memo: string,
): StoryTransfer {
  return { type: 'transfer', unit, from, to, share, lifetimeSeconds: 600n, memo };
}

function retire(unit: string, owner: AccountName, share: Share): StoryRetirement {
  return {
    type: 'retire',
    unit,
    owner,
    share,
    beneficiary: CONSUMER,
    purpose: '2015年1月绿色电力消费',
  };
}

/** What the issuer may put into circulation; its address and home chain are added at the start. */
export const DEMO_GRANT: Omit<IssuerGrant, 'issuer' | 'home'> = {
  kinds: [generatingUnit.id, greenCertificate.id],
  cap: 1_000_000n,
  validFromSeconds: 0n,
  validUntilSeconds: 4_102_444_800n,
};
