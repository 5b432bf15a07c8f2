import { describe, expect, it } from 'vitest';
import { encodeRlp, type RlpItem } from '../../../../../../main-chain/relay/ethereum/evm/rlp.ts';
import { applyHeaders } from '../../../../../../main-chain/relay/ethereum/poa/apply-header.ts';
import {
  createPoaState,
  updatePoa,
} from '../../../../../../main-chain/relay/ethereum/poa/poa-client.ts';
import type { PoaState } from '../../../../../../main-chain/relay/ethereum/poa/poa-state.ts';
import { toHex } from '../../../../../../schemas/hash.ts';
import {
  headerBytes,
  headerItems,
  type Json,
  readVector,
} from '../../../../../fakes/ethereum-vectors.ts';
import { refusalCode } from '../../../../../fakes/refusal.ts';
import { contract, ports } from './poa-network.ts';

interface Recorded {
  readonly headers: readonly Json[];
  readonly genesis: {
    readonly config: { readonly clique: { readonly period: number; readonly epoch: number } };
  };
  readonly snapshots: Readonly<
    Record<
      string,
      { readonly signers: readonly string[]; readonly recents: Readonly<Record<string, string>> }
    >
  >;
}

const recorded = readVector<Recorded>('clique-1-signer.json');
const headers = recorded.headers.map(headerBytes);
const { period, epoch } = recorded.genesis.config.clique;
const genesis = headers[0] ?? expect.unreachable();
const clock = {
  nowMs: (BigInt(String(recorded.headers.at(-1)?.['timestamp'])) + 5n) * 1000n,
  trustingPeriodSeconds: 864_000n,
  maxClockDriftSeconds: 15n,
};

function client(start = genesis): PoaState {
  const rules = { epoch: BigInt(epoch), periodSeconds: BigInt(period), depth: 3, leastSigners: 1 };
  return createPoaState(
    { rules, contract, epochHeader: start },
    ports.hash.keccak256(genesis),
    ports,
  );
}

describe('the clique chain recorded from geth 1.13.15', () => {
  it('is followed to the depth asked for, and proves with the state root of the block confirmed', () => {
    const { state, verdict } = updatePoa(client(), { headers: headers.slice(1) }, clock, ports);
    expect(state.snapshot.number).toBe(37n);
    const header = recorded.headers[37];
    expect(verdict).toMatchObject({ type: 'advanced', consensus: { height: 37n } });
    if (verdict.type !== 'advanced') return;
    expect(`0x${toHex(verdict.consensus.stateRoot)}`).toBe(header?.['stateRoot']);
    expect(`0x${toHex(verdict.consensus.blockHash)}`).toBe(header?.['hash']);
    expect(verdict.consensus.timeMs).toBe(BigInt(String(header?.['timestamp'])) * 1000n);
  });

  it('gives the signer snapshots geth itself gave', () => {
    const start = client();
    for (const block of applyHeaders(start.snapshot, headers.slice(1), start.rules, ports)) {
      const known = recorded.snapshots[String(block.header.number)];
      if (known === undefined) continue;
      expect(block.snapshot.signers.map((each) => `0x${toHex(each)}`)).toEqual(known.signers);
      expect(
        Object.fromEntries(
          block.snapshot.recents.map((each) => [String(each.number), `0x${toHex(each.signer)}`]),
        ),
      ).toEqual(known.recents);
    }
  });

  it('is followed from its epoch header 30 as well', () => {
    const { state } = updatePoa(client(headers[30]), { headers: headers.slice(31) }, clock, ports);
    const whole = updatePoa(client(), { headers: headers.slice(1) }, clock, ports);
    expect(state).toEqual(whole.state);
  });

  const at = 20;
  const items = headerItems(recorded.headers[at] ?? {});
  const before = updatePoa(client(), { headers: headers.slice(1, at + 3) }, clock, ports).state;
  const codeOf = (changed: readonly RlpItem[]) =>
    refusalCode(() =>
      updatePoa(before, { headers: [encodeRlp(changed), ...headers.slice(at + 1)] }, clock, ports),
    );

  /** What refuses a changed field: a rule of its own, or else the seal, which then is not a signer's. */
  const byField: Readonly<Record<number, RegExp>> = {
    0: /^CLIQUE_PARENT$/,
    1: /^CLIQUE_FIELD$/,
    7: /^CLIQUE_FIELD$/,
    8: /^CLIQUE_PARENT$/,
    11: /^CLIQUE_(FIELD|SIGNER)$/,
    13: /^CLIQUE_FIELD$/,
    14: /^CLIQUE_FIELD$/,
  };
  const SEAL_BROKEN = /^CLIQUE_(SIGNER|SEAL)$/;

  it('C8: refuses every field of a header with any bit of it flipped', () => {
    expect(before.snapshot.number).toBe(BigInt(at - 1));
    expect(codeOf(items)).toBe('nothing thrown');
    items.forEach((item, place) => {
      if (!(item instanceof Uint8Array)) return;
      for (const byte of new Set([0, item.length >> 1, item.length - 1])) {
        for (const bit of [1, 0x80]) {
          const changed = item.map((value, index) => (index === byte ? value ^ bit : value));
          const field = changed.length === 0 ? Uint8Array.of(1) : changed;
          const isZero = field[0] === 0 && place >= 7 && place <= 11;
          expect(
            codeOf(items.with(place, field)),
            `field ${place} byte ${byte} bit ${bit}`,
          ).toMatch(isZero ? /^RLP_LENGTH$/ : (byField[place] ?? SEAL_BROKEN));
        }
      }
    });
  });

  it('A14: refuses every field removed, doubled or emptied', () => {
    items.forEach((item, place) => {
      expect(codeOf(items.toSpliced(place, 1))).toMatch(
        place === 15 ? SEAL_BROKEN : /^RLP_LENGTH$/,
      );
      expect(codeOf(items.toSpliced(place, 0, item))).toMatch(
        place === 15 ? /^RLP_LENGTH$/ : /^(RLP_LENGTH|EVM_HEADER_FORK)$/,
      );
      if (!(item instanceof Uint8Array) || item.length === 0) return;
      const isInteger = (place >= 7 && place <= 11) || place === 15;
      const emptied: Readonly<Record<number, RegExp>> = {
        7: /^CLIQUE_FIELD$/,
        // Number zero is below the confirmed block and passed over; then the next has no parent.
        8: /^CLIQUE_PARENT$/,
        9: /^CLIQUE_(FIELD|SIGNER|SEAL)$/,
        11: /^CLIQUE_FIELD$/,
        12: /^CLIQUE_EXTRA$/,
      };
      expect(codeOf(items.with(place, new Uint8Array(0))), `field ${place}`).toMatch(
        emptied[place] ?? (isInteger ? SEAL_BROKEN : /^RLP_LENGTH$/),
      );
    });
  });

  it('A14: refuses headers left out, doubled or moved', () => {
    const list = headers.slice(1);
    const update = (changed: Uint8Array[]) =>
      refusalCode(() => updatePoa(client(), { headers: changed }, clock, ports));
    for (const place of [0, 12, 29]) {
      const header = list[place] ?? genesis;
      expect(update(list.toSpliced(place, 1))).toBe('CLIQUE_PARENT');
      expect(update(list.toSpliced(place, 0, header))).toBe('CLIQUE_PARENT');
      expect(update(list.with(place, list[place + 1] ?? genesis).with(place + 1, header))).toBe(
        'CLIQUE_PARENT',
      );
    }
  });
});
