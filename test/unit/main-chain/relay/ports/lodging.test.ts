/* Tokens lodged from outside the registered supply: a governed cap instead of statements. */
import { describe, expect, it } from 'vitest';
import { narrowsLodging } from '../../../../../main-chain/relay/ports/lodging.ts';
import { nobleHash } from '../../../../../schemas/hash.ts';
import { resourceIdOf } from '../../../../../schemas/resource/resource-id.ts';
import type { ActionOf } from '../../../../../schemas/wire/action.ts';
import { lodgedKey } from '../../../../../schemas/wire/state-keys.ts';
import { testAddress } from '../../../../fakes/ledger-context.ts';
import {
  ALICE,
  carryDown,
  carryUp,
  createNetwork,
  forgeDelivery,
  govern,
  ISSUER,
  issueAndRegister,
  issueMessage,
  KIND,
  ledgerOf,
  type Network,
  RELAYER,
  sendMessage,
  sentPackets,
  withPayload,
} from '../network.ts';

const CONTRACT = 60;

function lodging(
  { a }: Network,
  cap: bigint,
  changes: Partial<ActionOf<'setLodging'>> = {},
): ActionOf<'setLodging'> {
  return {
    type: 'setLodging',
    kind: KIND,
    home: a.side.rules.chainId,
    issuer: testAddress(CONTRACT),
    staticRoot: new Uint8Array(32).fill(1),
    cap,
    ...changes,
  };
}

const idOf = (action: ActionOf<'setLodging'>): Uint8Array => resourceIdOf(action, nobleHash);

describe('a lodged token', () => {
  it('is registered by proposal up to its cap, all of it located at home; a lower cap takes off', () => {
    const network = createNetwork();
    const { main } = network;
    const id = idOf(lodging(network, 0n));
    expect(govern(main, lodging(network, 500n)).events[0]?.type).toBe('supplyRegistered');
    expect(ledgerOf(network, id)).toMatchObject({ registered: 500n, located: 500n, atA: 500n });
    expect(govern(main, lodging(network, 800n)).code).toBe('');
    expect(govern(main, lodging(network, 300n)).events[0]?.type).toBe('locationWrittenOff');
    expect(ledgerOf(network, id)).toMatchObject({ registered: 300n, located: 300n, atA: 300n });
    expect(govern(main, lodging(network, 0n)).code).toBe('');
    expect(ledgerOf(network, id)).toMatchObject({ registered: 0n, located: 0n, atA: 0n });
    expect(main.get(lodgedKey(id))).toEqual(new Uint8Array(16));
  });

  it('takes no statements, and what has statements takes no cap', () => {
    const network = createNetwork();
    const { main, a } = network;
    govern(main, {
      type: 'registerIssuer',
      issuer: testAddress(CONTRACT),
      kinds: [KIND],
      home: a.side.rules.chainId,
      cap: 1_000n,
      validFromSeconds: 0n,
      validUntilSeconds: 4_000_000_000n,
    });
    const lodged = lodging(network, 500n);
    govern(main, lodged);
    a.side.run(CONTRACT, issueMessage(network, 5n, {}, { issuer: CONTRACT }));
    const failed = carryUp(network, a)?.events.find(({ type }) => type === 'packetFailed');
    expect(failed?.code).toBe('SUPPLY_LODGED');
    expect(ledgerOf(network, idOf(lodged)).registered).toBe(500n);
    const stated = issueMessage(network, 5n, {}, { seed: 2 });
    a.side.run(ISSUER, stated);
    carryUp(network, a);
    const cap = lodging(network, 10n, {
      issuer: testAddress(ISSUER),
      staticRoot: new Uint8Array(32).fill(2),
    });
    expect(idOf(cap)).toEqual(stated.resourceId);
    expect(govern(main, cap).code).toBe('SUPPLY_LODGED');
    expect(ledgerOf(network, stated.resourceId).registered).toBe(5n);
  });

  it('is sent on like any other resource, and its cap is not lowered below what has left home', () => {
    const network = createNetwork();
    const { main, a, b } = network;
    const lodged = lodging(network, 500n);
    govern(main, lodged);
    const sent = issueAndRegister(network);
    a.side.run(ALICE, sendMessage(network, a, b.side, sent, 1n));
    const packets = sentPackets(a.side, a.sideClient).map((packet) =>
      withPayload(packet, { resourceId: idOf(lodged), quantity: 400n }),
    );
    main.run(RELAYER, forgeDelivery(network, a.side, a.sideClient, a.mainClient, { packets }));
    carryDown(network, b);
    carryUp(network, b);
    expect(ledgerOf(network, idOf(lodged))).toMatchObject({ atA: 100n, atB: 400n });
    expect(govern(main, lodging(network, 399n)).code).toBe('LOCATION_EXCEEDED');
    expect(govern(main, lodging(network, 400n)).code).toBe('');
    expect(ledgerOf(network, idOf(lodged))).toMatchObject({ registered: 400n, atA: 0n });
  });

  it('needs a known home and a kind that is counted', () => {
    const network = createNetwork();
    const { main, a } = network;
    const codeOf = (changes: Partial<ActionOf<'setLodging'>>) =>
      govern(main, lodging(network, 5n, changes)).code;
    expect(codeOf({ home: 'eip155:1' })).toBe('ROUTE_UNKNOWN');
    expect(codeOf({ home: 'moon' })).toBe('ID_CHAIN');
    expect(codeOf({ kind: 'no-kind/v1' })).toBe('RESOURCE_KIND_UNKNOWN');
    expect(codeOf({ kind: 'green-certificate/v1' })).toBe('SUPPLY_METERING');
    expect(codeOf({ kind: 'meter/v1' })).toBe('SUPPLY_UNIQUE');
    expect(govern(a.side, lodging(network, 5n)).code).toBe('CHAIN_KIND');
  });

  it('waits the delay unless the cap becomes no higher', () => {
    const network = createNetwork();
    const { main } = network;
    const narrows = (cap: bigint) => narrowsLodging(main.context(), lodging(network, cap));
    expect([narrows(0n), narrows(1n)]).toEqual([true, false]);
    govern(main, lodging(network, 500n));
    expect([narrows(500n), narrows(499n), narrows(501n)]).toEqual([true, true, false]);
  });
});
