/* Supply: what a home chain may issue, and what the main chain lets into its books. */
import { describe, expect, it } from 'vitest';
import { readRecord } from '../../../../../main-chain/ledger/state.ts';
import { narrowsIssuer, readIssuer } from '../../../../../main-chain/relay/ports/issuers.ts';
import { coverageCodec } from '../../../../../main-chain/relay/ports/metering.ts';
import { decode, encode } from '../../../../../schemas/codec/codec.ts';
import type { SupplyStatement } from '../../../../../schemas/resource/supply-statement.ts';
import { unixSeconds } from '../../../../../schemas/units.ts';
import type { IssuerGrant } from '../../../../../schemas/wire/action.ts';
import type { TransactionResult } from '../../../../../schemas/wire/event.ts';
import { type Packet, packetCodec } from '../../../../../schemas/wire/packet.ts';
import { booksKey, meteringKey, resendKey } from '../../../../../schemas/wire/state-keys.ts';
import { supplyPayloadCodec } from '../../../../../schemas/wire/transfer.ts';
import { eventsOf } from '../../../../fakes/chain.ts';
import { testAddress } from '../../../../fakes/ledger-context.ts';
import {
  ALICE,
  BOB,
  carryAll,
  carryUp,
  createNetwork,
  forgeDelivery,
  govern,
  held,
  ISSUER,
  issueAndRegister,
  issueMessage,
  KIND,
  ledgerOf,
  type Network,
  RELAYER,
  sentPackets,
} from '../network.ts';

const GREEN = 'green-certificate/v1';
const POINT = new Uint8Array(32).fill(6);
const hours = (count: number): SupplyStatement['intervalEnd'] => unixSeconds(BigInt(count) * 3600n);

function failure(result: TransactionResult | undefined): string | undefined {
  return result?.events.find(({ type }) => type === 'packetFailed')?.code;
}

function grantOf(network: Network, changes: Partial<IssuerGrant> = {}): IssuerGrant {
  return {
    issuer: testAddress(ISSUER),
    kinds: [KIND],
    home: network.a.side.rules.chainId,
    cap: 1000n,
    validFromSeconds: 0n,
    validUntilSeconds: 4_000_000_000n,
    ...changes,
  };
}

/** All the main chain keeps of supply: a refused statement leaves every record of it as it was. */
function booked({ main }: Network): readonly (readonly [string, Uint8Array])[] {
  const records =
    /^(statement|issuer|metering|resource|books|location|transit|holding|supply|outstanding)\//;
  return [...main.values].filter(([key]) => records.test(key)).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Issues on Jiangsu and carries the statement up; why the main chain refused it. */
function register(
  network: Network,
  changes: Partial<SupplyStatement> = {},
  options: Parameters<typeof issueMessage>[3] = {},
  quantity = 10n,
): string | undefined {
  const message = issueMessage(network, quantity, changes, options);
  network.a.side.run(options.issuer ?? ISSUER, message);
  const before = [booked(network), ledgerOf(network, message.resourceId)];
  const result = carryUp(network, network.a);
  if (failure(result) !== undefined) {
    expect([booked(network), ledgerOf(network, message.resourceId)]).toEqual(before);
  }
  carryAll(network);
  return failure(result);
}

describe('issuing on the home chain', () => {
  const network = createNetwork();
  const code = (
    changes: Partial<SupplyStatement> = {},
    options: Parameters<typeof issueMessage>[3] = {},
    sender = ISSUER,
  ) => {
    const { side } = network.a;
    const { result, changed } = side.attempt(sender, issueMessage(network, 5n, changes, options));
    if (result.code !== '') expect(changed).toEqual([]);
    return result.code;
  };

  it('takes the issuer’s own statement and credits the owner it names', () => {
    expect(code()).toBe('');
  });

  it('B8, B9: refuses a statement for another main chain, by another key or of another resource', () => {
    expect(code({ mainGenesisHash: network.a.side.rules.genesisHash })).toBe('SUPPLY_DOMAIN');
    expect(code({}, {}, BOB)).toBe('SUPPLY_RESOURCE');
    expect(code({ resourceId: new Uint8Array(32).fill(4) })).toBe('SUPPLY_RESOURCE');
    const message = issueMessage(network, 5n);
    const { statement, signature } = message.statement;
    const altered = {
      ...message,
      statement: { statement: { ...statement, quantity: 6n }, signature },
    };
    expect(network.a.side.attempt(ISSUER, altered).result.code).toBe('SUPPLY_SIGNATURE');
  });

  it('F2: refuses another unit than the kind’s', () => {
    expect(code({ unit: 'Wh' })).toBe('SUPPLY_UNIT');
  });

  it('refuses an unknown kind, index zero, a broken interval and a missing metering point', () => {
    expect(code({}, { kind: 'moonbeam/v1' })).toBe('RESOURCE_KIND_UNKNOWN');
    expect(code({ index: 0n })).toBe('SUPPLY_INDEX');
    expect(code({ meteringPoint: POINT, intervalStart: hours(2), intervalEnd: hours(1) })).toBe(
      'SUPPLY_INTERVAL',
    );
    expect(code({ unit: 'certificate' }, { kind: GREEN })).toBe('SUPPLY_METERING');
  });

  it('F3: refuses a second supply of a unique thing and one of more than 1', () => {
    const unique = { kind: 'generating-unit/v1' };
    expect(code({ unit: 'piece', quantity: 2n }, unique)).toBe('SUPPLY_UNIQUE');
    expect(code({ unit: 'piece', quantity: 1n, index: 2n }, unique)).toBe('SUPPLY_UNIQUE');
    expect(code({ unit: 'piece', quantity: 1n }, unique)).toBe('');
  });

  it('D10: refuses the same statement again', () => {
    const own = createNetwork();
    const message = issueMessage(own, 5n);
    own.a.side.run(ISSUER, message);
    const again = own.a.side.attempt(ISSUER, message);
    expect([again.result.code, again.changed]).toEqual(['SUPPLY_COUNTED', []]);
  });

  it('refuses a chain that has no main chain yet', () => {
    const message = issueMessage(network, 5n);
    network.b.side.values.delete('chain/mainClient');
    expect(network.b.side.attempt(ISSUER, message).result.code).toBe('CLIENT_UNKNOWN');
  });
});

describe('registering on the main chain', () => {
  it('refuses an issuer that is unknown, revoked, of another kind, home or time, or above its cap', () => {
    const network = createNetwork();
    const { main } = network;
    const set = (changes: Partial<IssuerGrant>) =>
      govern(main, { type: 'registerIssuer', ...grantOf(network, changes) }).code;
    expect(register(network, {}, { issuer: 21, seed: 2 })).toBe('ISSUER_UNKNOWN');
    expect(set({ kinds: [GREEN] })).toBe('');
    expect(register(network, {}, { seed: 3 })).toBe('ISSUER_KIND');
    expect(set({ validUntilSeconds: 1n })).toBe('');
    expect(register(network, {}, { seed: 4 })).toBe('ISSUER_VALIDITY');
    expect(set({ cap: 9n })).toBe('');
    expect(register(network, {}, { seed: 5 })).toBe('ISSUER_CAP');
    expect(set({ cap: 15n })).toBe('');
    expect(register(network, {}, { seed: 6 })).toBeUndefined();
    expect(readIssuer(main.context().state, testAddress(ISSUER))?.registered).toBe(10n);
    expect(register(network, {}, { seed: 7 })).toBe('ISSUER_CAP');
    expect(govern(main, { type: 'revokeIssuer', issuer: testAddress(ISSUER) }).code).toBe('');
    expect(register(network, {}, { seed: 8 })).toBe('ISSUER_REVOKED');
    expect(set({})).toBe('ISSUER_REVOKED');
    expect(govern(main, { type: 'revokeIssuer', issuer: testAddress(ISSUER) }).code).toBe(
      'ISSUER_REVOKED',
    );
    expect(govern(main, { type: 'revokeIssuer', issuer: testAddress(99) }).code).toBe(
      'ISSUER_UNKNOWN',
    );
  });

  it('lets a grant be narrowed without delay, and widened in no respect', () => {
    const network = createNetwork();
    const grant = grantOf(network, {});
    expect(govern(network.main, { type: 'registerIssuer', ...grant }).code).toBe('');
    const narrows = (changes: Partial<IssuerGrant>) =>
      narrowsIssuer(network.main.context(), { ...grant, ...changes });
    expect([narrows({}), narrows({ cap: grant.cap - 1n })]).toEqual([true, true]);
    expect(narrows({ issuer: testAddress(99) })).toBe(false);
    expect(narrows({ cap: grant.cap + 1n })).toBe(false);
    expect(narrows({ kinds: [...grant.kinds, 'meter/v2'] })).toBe(false);
    expect(narrows({ validUntilSeconds: grant.validUntilSeconds + 1n })).toBe(false);
    expect(narrows({ validFromSeconds: grant.validFromSeconds + 1n })).toBe(true);
  });

  it('refuses a grant that makes no sense', () => {
    const network = createNetwork();
    const { main, a, b } = network;
    const code = (changes: Partial<IssuerGrant>, chain = main) =>
      govern(chain, { type: 'registerIssuer', ...grantOf(network, changes) }).code;
    expect(code({ kinds: [] })).toBe('ISSUER_SPEC');
    expect(code({ kinds: ['moonbeam/v1'] })).toBe('RESOURCE_KIND_UNKNOWN');
    expect(code({ validUntilSeconds: 0n })).toBe('ISSUER_SPEC');
    expect(code({ home: b.side.rules.chainId })).toBe('ISSUER_SPEC');
    expect(code({ home: 'jiangsu' })).toBe('ID_CHAIN');
    expect(code({}, a.side)).toBe('CHAIN_KIND');
    expect(govern(a.side, { type: 'revokeIssuer', issuer: testAddress(ISSUER) }).code).toBe(
      'CHAIN_KIND',
    );
  });

  it('D10: counts a statement once, and only from the resource’s home', () => {
    const network = createNetwork();
    const { main, a, b } = network;
    const id = issueAndRegister(network, 100n);
    const [segment] = a.side.segments(a.sideClient, 1n);
    const genuine = segment?.packets[0];
    if (genuine === undefined) throw new Error('no packet');
    const forge = (from: typeof a, changes: Partial<Packet>) => {
      const packets = [{ ...genuine, ...changes }];
      const forged = forgeDelivery(network, from.side, from.sideClient, from.mainClient, {
        packets,
      });
      return failure(main.attempt(RELAYER, forged).result);
    };
    expect(forge(a, { sequence: 40n, timeoutSeconds: genuine.timeoutSeconds })).toBe(
      'SUPPLY_COUNTED',
    );
    const ends = { sourceClient: b.sideClient, destinationClient: b.mainClient };
    expect(forge(b, { sequence: 40n, ...ends })).toBe('ISSUER_HOME');
    const payloads = genuine.payloads.map((payload) => {
      const { origin, statement } = decode(supplyPayloadCodec, payload.value, 'supply');
      const value = encode(supplyPayloadCodec, {
        origin: { ...origin, home: b.side.rules.chainId },
        statement,
      });
      return { ...payload, value };
    });
    expect(forge(b, { sequence: 40n, ...ends, payloads })).toBe('SUPPLY_RESOURCE');
    expect(ledgerOf(network, id)).toMatchObject({ registered: 100n, located: 100n });
  });

  it('double counting: refuses an interval that overlaps one issued for, and books a carried month', () => {
    const network = createNetwork();
    const { main } = network;
    const green = (seed: number, from: number, to: number, quantity = 1n) =>
      register(
        network,
        {
          unit: 'certificate',
          meteringPoint: POINT,
          intervalStart: hours(from),
          intervalEnd: hours(to),
        },
        { kind: GREEN, seed },
        quantity,
      );
    expect(green(1, 10, 20)).toBeUndefined();
    expect(green(2, 19, 21)).toBe('METERING_OVERLAP');
    expect(green(3, 10, 20)).toBe('METERING_OVERLAP');
    expect(green(4, 12, 13)).toBe('METERING_OVERLAP');
    expect(green(5, 20, 30, 0n)).toBeUndefined();
    expect(green(6, 25, 26)).toBe('METERING_OVERLAP');
    expect(green(7, 0, 5)).toBeUndefined();
    expect(green(8, 5, 10)).toBeUndefined();
    const covered = readRecord(main.context().state, meteringKey(POINT), coverageCodec);
    expect(covered).toEqual([{ start: hours(0), end: hours(30) }]);
  });

  it('D11: keeps a refused statement, and a resend is judged by every rule again', () => {
    const network = createNetwork();
    const { a, main } = network;
    expect(register(network, {}, { issuer: 21, seed: 2 })).toBe('ISSUER_UNKNOWN');
    const key = resendKey(a.sideClient, 1n);
    const stored = a.side.get(key);
    expect(stored && decode(packetCodec, stored, 'packet').sequence).toBe(1n);
    const resend = { type: 'resend', client: a.sideClient, sequence: 1n } as const;
    const result = a.side.run(BOB, resend);
    expect(result.events).toMatchObject([
      { type: 'packetSent', sequence: 2n, origin: `${a.sideClient}/1` },
    ]);
    expect(a.side.get(key)).toBeUndefined();
    expect(eventsOf(carryAll(network), 'packetFailed')).toMatchObject([{ code: 'ISSUER_UNKNOWN' }]);
    govern(main, { type: 'registerIssuer', ...grantOf(network, { issuer: testAddress(21) }) });
    a.side.run(BOB, { ...resend, sequence: 2n });
    const again = a.side.attempt(BOB, resend);
    expect([again.result.code, again.changed]).toEqual(['RESEND_UNKNOWN', []]);
    expect(eventsOf(carryAll(network), 'supplyRegistered')).toHaveLength(2);
    const { resourceId } = issueMessage(network, 10n, {}, { issuer: 21, seed: 2 });
    expect(ledgerOf(network, resourceId)).toMatchObject({ registered: 10n, atA: 10n });
  });

  it('refuses supply of a halted resource', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    network.main.values.set(booksKey(id), new Uint8Array(64).fill(1, 15, 16));
    expect(register(network, { index: 2n })).toBeUndefined();
    expect(register(network, { index: 3n })).toBe('RESOURCE_HALTED');
  });
});

describe('ports that only send', () => {
  it('a side chain refuses supply and retirement packets', () => {
    const network = createNetwork();
    issueAndRegister(network);
    const { a, main } = network;
    const [segment] = a.side.segments(a.sideClient, 1n);
    const packet = segment?.packets[0];
    if (packet === undefined) throw new Error('no packet');
    for (const port of ['supply', 'retirement']) {
      const payloads = packet.payloads.map((each) => ({
        ...each,
        sourcePort: port,
        destinationPort: port,
      }));
      const ends = { sourceClient: a.mainClient, destinationClient: a.sideClient };
      const packets = [{ ...packet, ...ends, payloads }];
      const forged = forgeDelivery(network, main, a.mainClient, a.sideClient, { packets });
      expect(failure(a.side.attempt(RELAYER, forged).result)).toBe('PORT_UNKNOWN');
    }
  });
});

describe('issuing on the main chain', () => {
  it('is booked at once against the issuer’s grant', () => {
    const network = createNetwork();
    const { main } = network;
    const home = main.rules.chainId;
    govern(main, {
      type: 'registerIssuer',
      ...grantOf(network, { issuer: testAddress(22), home }),
    });
    const own = { main, a: { ...network.a, side: main } };
    const message = issueMessage(own, 70n, {}, { issuer: 22 });
    const result = main.run(22, message);
    expect(result.events.map(({ type }) => type)).toEqual(['supplyRegistered', 'issued']);
    expect(held(main, message.resourceId, ALICE)).toBe(70n);
    expect(ledgerOf(network, message.resourceId)).toMatchObject({ registered: 70n, atMain: 70n });
    const more = issueMessage(own, 931n, { index: 2n }, { issuer: 22 });
    const attempt = main.attempt(22, more);
    expect([attempt.result.code, attempt.changed]).toEqual(['ISSUER_CAP', []]);
    expect(sentPackets(main, network.a.mainClient)).toEqual([]);
  });
});
