import { describe, expect, it } from 'vitest';
import { verifyAccountProof } from '../../../../../../main-chain/relay/ethereum/evm/account-proof.ts';
import { beaconRoot } from '../../../../../../main-chain/relay/ethereum/pos/beacon-header.ts';
import {
  createPosState,
  judgePosEvidence,
  updatePos,
} from '../../../../../../main-chain/relay/ethereum/pos/pos-client.ts';
import {
  type PosState,
  posStateCodec,
} from '../../../../../../main-chain/relay/ethereum/pos/pos-state.ts';
import { committeeRoot } from '../../../../../../main-chain/relay/ethereum/pos/sync-committee.ts';
import { decode, encode } from '../../../../../../schemas/codec/codec.ts';
import { nobleHash, toHex } from '../../../../../../schemas/hash.ts';
import {
  type PosMessage,
  type PosUpdate,
  posEvidenceCodec,
  posMessageCodec,
} from '../../../../../../schemas/wire/clients/ethereum-pos.ts';
import {
  hexBytes,
  publicVectors,
  readPublic,
  WITHOUT_PUBLIC_VECTORS,
} from '../../../../../fakes/ethereum-vectors.ts';
import { refusalCode } from '../../../../../fakes/refusal.ts';
import {
  type BeaconJson,
  type BootstrapJson,
  beaconOf,
  bootstrapOf,
  type CommitteeJson,
  committeeOf,
  NETWORKS,
  type UpdateJson,
  updateOf,
} from './beacon-data.ts';
import { type Client, contract, createClient, ports } from './pos-store.ts';

interface Versioned<T> {
  readonly data: T;
}
interface Sequence {
  readonly genesisValidatorsRoot: string;
  readonly bootstrap: Versioned<BootstrapJson>;
  readonly updates: readonly Versioned<UpdateJson>[];
  readonly finality: Versioned<UpdateJson>;
}
interface Electra {
  readonly genesisValidatorsRoot: string;
  readonly trusted: {
    readonly header: BeaconJson;
    readonly currentSyncCommittee: CommitteeJson;
    readonly nextSyncCommittee: CommitteeJson;
  };
  readonly finality: readonly UpdateJson[];
  readonly periodChangingUpdate: UpdateJson;
  readonly accountProofs: readonly {
    readonly address: string;
    readonly stateRoot: string;
    readonly accountProof: readonly string[];
    readonly storageHash: string;
  }[];
}

const folder = publicVectors();
const read = <T>(name: string) => readPublic<T>(folder ?? '', `light-client/${name}`);
const asUpdate = (json: UpdateJson): PosMessage => ({ type: 'update', ...updateOf(json) });

function beginAt({ bootstrap, genesisValidatorsRoot }: Sequence) {
  const first = bootstrapOf(bootstrap.data);
  const rules = { ...NETWORKS.mainnet, genesisValidatorsRoot: hexBytes(genesisValidatorsRoot) };
  const trustedBlockRoot = beaconRoot(first.header, nobleHash);
  const client = createClient(createPosState({ rules, contract, trustedBlockRoot }));
  return { client, first };
}

function beginElectra() {
  const data = read<Electra>('sepolia-electra.json');
  const header = beaconOf(data.trusted.header);
  const current = committeeOf(data.trusted.currentSyncCommittee);
  const next = committeeOf(data.trusted.nextSyncCommittee);
  const rules = {
    ...NETWORKS.sepolia,
    genesisValidatorsRoot: hexBytes(data.genesisValidatorsRoot),
  };
  const blockRoot = beaconRoot(header, nobleHash);
  const state: PosState = {
    rules,
    contract,
    trustedBlockRoot: blockRoot,
    head: {
      slot: header.slot,
      blockRoot,
      height: 0n,
      timeMs: 0n,
      committeeRoot: committeeRoot(current, nobleHash),
      nextCommitteeRoot: committeeRoot(next, nobleHash),
    },
  };
  return { client: createClient(state, [current, next]), data };
}

/** A client before a message that it accepts, for each form of the data. */
function genuine(): readonly {
  readonly name: string;
  readonly client: Client;
  readonly message: PosMessage;
}[] {
  const out: { name: string; client: Client; message: PosMessage }[] = [];
  for (const name of ['capella', 'deneb']) {
    const sequence = read<Sequence>(`mainnet-${name}.json`);
    const { client, first } = beginAt(sequence);
    client.take({ type: 'bootstrap', ...first });
    const messages = [...sequence.updates, sequence.finality].map(({ data }) => asUpdate(data));
    // The one before the last carries a committee, the last is finality alone.
    for (const each of messages.slice(0, -2)) client.take(each);
    const changing = messages.at(-2) ?? expect.unreachable();
    out.push({ name: `${name}, with the next committee`, client, message: changing });
  }
  const { client, data } = beginElectra();
  for (const each of data.finality) client.take(asUpdate(each));
  const message = asUpdate(data.periodChangingUpdate);
  out.push({ name: 'electra, across a period', client, message });
  return out;
}

/** What refuses a change of the field at a path. */
function expectedCode(path: string): RegExp {
  if (path === 'attested.slot') return /^BEACON_(SIGNATURE|SLOTS)$/;
  if (path === 'attested.stateRoot') return /^BEACON_FINALITY$/;
  if (path.startsWith('attested')) return /^BEACON_SIGNATURE$/;
  if (path.startsWith('final')) return /^BEACON_FINALITY$/;
  if (path.startsWith('execution')) return /^BEACON_EXECUTION$/;
  if (path.startsWith('next')) return /^BEACON_COMMITTEE$/;
  return /^BEACON_SIGNATURE$/;
}

/** Every way to change one field of a value: bits flipped, numbers moved, list items removed, doubled, swapped. */
function* mutationsOf(value: unknown, path = ''): Generator<readonly [string, unknown]> {
  if (value instanceof Uint8Array) {
    for (const byte of new Set([0, value.length >> 1, value.length - 1])) {
      if (value.length > 0) yield [path, value.map((each, at) => (at === byte ? each ^ 1 : each))];
    }
  } else if (typeof value === 'bigint') {
    yield [path, value + 1n];
    if (value > 0n) yield [path, value - 1n];
  } else if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      yield [path, value.toSpliced(at, 1)];
      yield [path, value.toSpliced(at, 0, value[at])];
      for (const [, changed] of mutationsOf(value[at], path)) yield [path, value.with(at, changed)];
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, field] of Object.entries(value)) {
      const below = path === '' ? name : `${path}.${name}`;
      for (const [where, changed] of mutationsOf(field, below)) {
        yield [where, { ...value, [name]: changed }];
      }
    }
  }
}

const NAME = `genuine light-client data ${WITHOUT_PUBLIC_VECTORS}`;

// Dozens of pairings a test: slow on a busy machine.
describe.skipIf(folder === undefined)(NAME, { timeout: 240_000 }, () => {
  it('of Capella is followed from the bootstrap over five periods', () => {
    const sequence = read<Sequence>('mainnet-capella.json');
    const { client, first } = beginAt(sequence);
    const begun = client.take({ type: 'bootstrap', ...first });
    expect(begun).toMatchObject({
      verdict: { type: 'unchanged' },
      state: { head: { height: 0n } },
    });
    const outcomes = [...sequence.updates, sequence.finality].map(({ data }) =>
      client.take(asUpdate(data)),
    );
    // The first is of before the bootstrap and brings nothing but the next committee.
    expect(outcomes.map(({ verdict }) => verdict.type)).toEqual([
      'unchanged',
      'advanced',
      'advanced',
      'advanced',
      'advanced',
      'advanced',
      'advanced',
    ]);
    expect(outcomes[0]?.learned).toBeDefined();
    expect(client.state().head).toMatchObject({
      slot: 7_109_344n,
      height: 17_923_026n,
      timeMs: 1_692_136_151_000n,
    });
  });

  it('of Deneb is followed across a period', () => {
    const sequence = read<Sequence>('mainnet-deneb.json');
    const { client, first } = beginAt(sequence);
    client.take({ type: 'bootstrap', ...first });
    const outcomes = [...sequence.updates, sequence.finality].map(({ data }) =>
      client.take(asUpdate(data)),
    );
    expect(outcomes.map(({ verdict }) => verdict.type)).toEqual([
      'unchanged',
      'advanced',
      'advanced',
    ]);
    expect(client.state().head).toMatchObject({ slot: 10_248_384n, height: 21_038_093n });
  });

  it('of Electra is followed across a period, and its state roots prove accounts', () => {
    const { client, data } = beginElectra();
    const stateRoots = [...data.finality, data.periodChangingUpdate].map((each) => {
      const { verdict } = client.take(asUpdate(each));
      return verdict.type === 'advanced' ? `0x${toHex(verdict.consensus.stateRoot)}` : verdict.type;
    });
    // The first finalizes the very header the client begins with.
    expect(stateRoots[0]).toBe('unchanged');
    for (const { address, stateRoot, accountProof, storageHash } of data.accountProofs) {
      expect(stateRoots).toContain(stateRoot);
      const nodes = accountProof.map(hexBytes);
      const { account } = verifyAccountProof(
        hexBytes(stateRoot),
        hexBytes(address),
        [],
        nodes,
        nobleHash,
      );
      expect(`0x${toHex(account?.storageRoot ?? new Uint8Array(0))}`).toBe(storageHash);
    }
  });

  const cases = folder === undefined ? [] : genuine();

  it.each(cases)('C4: is a no-op the second time: $name', ({ client, message }) => {
    const { state } = client.try(message);
    const again = updatePos(state, message, client.store(client.timeOf(message)), ports);
    expect(again).toEqual({ state, verdict: { type: 'unchanged' }, learned: undefined });
  });

  it.each(cases)(
    'A2 B11 C9: is refused with any one field changed, and the client stays as it was: $name',
    ({ client, message }) => {
      const before = toHex(encode(posStateCodec, client.state()));
      expect(client.try(message).verdict.type).toBe('advanced');
      if (message.type !== 'update') return;
      const { type, signatureSlot, ...fields } = message;
      let tried = 0;
      for (const [path, changed] of mutationsOf(fields)) {
        const mutant = { ...(changed as PosUpdate), type, signatureSlot };
        const now = client.timeOf(message);
        expect(
          refusalCode(() => client.try(mutant, now)),
          path,
        ).toMatch(expectedCode(path));
        tried += 1;
      }
      expect(tried).toBeGreaterThan(150);
      expect(toHex(encode(posStateCodec, client.state()))).toBe(before);
    },
    60_000,
  );

  it.each(cases)(
    'C9: is refused for another signature slot, period or fork: $name',
    ({ client, message }) => {
      if (message.type !== 'update') return;
      const now = client.timeOf(message);
      const code = (slot: bigint, at = now) =>
        refusalCode(() => client.try({ ...message, signatureSlot: slot }, at));
      expect(code(message.attested.slot)).toBe('BEACON_SLOTS');
      expect(code(message.signatureSlot + 100n)).toBe('BEACON_DRIFT');
      const later = (slots: bigint) => code(message.signatureSlot + slots, now + slots * 12_000n);
      expect(later(8192n)).toMatch(/^BEACON_(SIGNATURE|PERIOD)$/);
      expect(later(16_384n)).toBe('BEACON_PERIOD');
      const { rules } = client.state();
      const otherVersion = {
        ...rules,
        forks: rules.forks.map((fork) => ({ ...fork, version: Uint8Array.of(9, 0, 0, 9) })),
      };
      expect(
        refusalCode(() =>
          updatePos({ ...client.state(), rules: otherVersion }, message, client.store(now), ports),
        ),
      ).toBe('BEACON_SIGNATURE');
      const otherNetwork = { ...rules, genesisValidatorsRoot: new Uint8Array(32).fill(7) };
      expect(
        refusalCode(() =>
          updatePos({ ...client.state(), rules: otherNetwork }, message, client.store(now), ports),
        ),
      ).toBe('BEACON_SIGNATURE');
    },
  );

  it('B9: a bootstrap is refused with any one field changed, another root, or a second time', () => {
    for (const name of ['mainnet-capella.json', 'mainnet-deneb.json']) {
      const { client, first } = beginAt(read<Sequence>(name));
      for (const [path, changed] of mutationsOf(first)) {
        const mutant: PosMessage = { ...(changed as typeof first), type: 'bootstrap' };
        expect(
          refusalCode(() => client.try(mutant)),
          path,
        ).toBe(path.startsWith('header') ? 'BEACON_BOOTSTRAP' : 'BEACON_COMMITTEE');
      }
      client.take({ type: 'bootstrap', ...first });
      expect(refusalCode(() => client.try({ type: 'bootstrap', ...first }))).toBe(
        'BEACON_BOOTSTRAPPED',
      );
    }
  });

  it('C7: two genuine updates are no evidence', () => {
    const { client, data } = beginElectra();
    const [first, second] = data.finality.map(updateOf);
    if (first === undefined || second === undefined) throw new Error('two finality updates');
    const now = client.timeOf({ type: 'update', ...second });
    const judge = (evidence: { first: PosUpdate; second: PosUpdate }) =>
      refusalCode(() => judgePosEvidence(client.state(), evidence, client.store(now), ports));
    expect(judge({ first, second })).toBe('BEACON_EVIDENCE');
    expect(judge({ first, second: first })).toBe('BEACON_EVIDENCE');
    const unproven = { ...second, finalized: { ...second.finalized, proposerIndex: 1n } };
    expect(judge({ first, second: unproven })).toBe('BEACON_FINALITY');
  });

  it('travels as canonical bytes', () => {
    for (const { client, message } of cases) {
      const bytes = encode(posMessageCodec, message);
      expect(decode(posMessageCodec, bytes, 'message')).toEqual(message);
      expect(decode(posStateCodec, encode(posStateCodec, client.state()), 'state')).toEqual(
        client.state(),
      );
      if (message.type !== 'update') continue;
      const evidence = { first: message, second: message };
      const { type: _, ...update } = message;
      expect(decode(posEvidenceCodec, encode(posEvidenceCodec, evidence), 'evidence')).toEqual({
        first: update,
        second: update,
      });
    }
  });
});
