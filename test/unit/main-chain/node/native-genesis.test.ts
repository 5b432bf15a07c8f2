import { describe, expect, it } from 'vitest';
import {
  createMainGenesis,
  type GenesisOptions,
} from '../../../../main-chain/node/native-genesis.ts';
import { decode } from '../../../../schemas/codec/codec.ts';
import { genesisCodec } from '../../../../schemas/wire/genesis.ts';
import { createShardGenesis } from '../../../../side-chains/shard/shard-genesis.ts';
import { testAddress } from '../../../fakes/ledger-context.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

const options: GenesisOptions = {
  name: 'jiangsu-32',
  profile: 'local',
  createdMs: 1n,
  validators: [2, 1].map((n) => ({ address: testAddress(n), power: 1n })),
  organisations: [1, 2, 3].map((n) => ({ name: `${n}`, address: testAddress(n) })),
};

describe('native genesis', () => {
  it('differs between main chain and shard in its kind alone, with a majority as quorum', () => {
    const main = decode(genesisCodec, createMainGenesis(options), 'genesis');
    const shard = decode(genesisCodec, createShardGenesis(options), 'genesis');
    expect(main).toEqual({ ...shard, kind: 'main' });
    expect(shard).toMatchObject({ quorum: 2, proposalDelaySeconds: 0n, admission: 'open' });
  });

  it('waits a day at least in production, and refuses a production chain of one', () => {
    const production = decode(
      genesisCodec,
      createMainGenesis({ ...options, profile: 'production' }),
      'genesis',
    );
    expect(production.proposalDelaySeconds).toBeGreaterThanOrEqual(86_400n);
    const alone = {
      ...options,
      profile: 'production' as const,
      validators: options.validators.slice(0, 1),
    };
    expect(refusalCode(() => createShardGenesis(alone))).toBe('GENESIS_PRODUCTION');
  });
});
