/* Two dynamic entries of one index by one issuer: who may show them, where, and what comes of it. */
import { describe, expect, it } from 'vitest';
import { createResource } from '../../../../../main-chain/ledger/resources.ts';
import { narrowsIssuer } from '../../../../../main-chain/relay/ports/issuers.ts';
import {
  equivocationRecordCodec,
  proveEquivocation,
} from '../../../../../main-chain/relay/ports/prove-equivocation.ts';
import { decode } from '../../../../../schemas/codec/codec.ts';
import { nobleHash } from '../../../../../schemas/hash.ts';
import { nativeChainId } from '../../../../../schemas/ids.ts';
import { resourceIdOf } from '../../../../../schemas/resource/resource-id.ts';
import type { IssuerGrant } from '../../../../../schemas/wire/action.ts';
import type { MessageOf } from '../../../../../schemas/wire/message.ts';
import { equivocationKey, issuerKey } from '../../../../../schemas/wire/state-keys.ts';
import { eventsOf, type FakeChain } from '../../../../fakes/chain.ts';
import { snapshot, testAddress, testContext } from '../../../../fakes/ledger-context.ts';
import { refusalCode } from '../../../../fakes/refusal.ts';
import { signedEntry } from '../../../../fakes/signed-entry.ts';
import {
  ALICE,
  BOB,
  carryAll,
  createNetwork,
  govern,
  held,
  ISSUER,
  issueAndRegister,
  issueMessage,
  KIND,
  ledgerOf,
  type Network,
  RELAYER,
  sendMessage,
} from '../network.ts';

const OTHER_ROOT = new Uint8Array(32).fill(6);

/** Two entries of index 1, signed by the issuer for Jiangsu. */
function evidence({ a }: Network, resourceId: Uint8Array): MessageOf<'proveEquivocation'> {
  const { genesisHash } = a.side.rules;
  return {
    type: 'proveEquivocation',
    first: signedEntry(ISSUER, genesisHash, resourceId),
    second: signedEntry(ISSUER, genesisHash, resourceId, { attributesRoot: OTHER_ROOT }),
  };
}

function grant({ a }: Network, cap = 1_000_000n): IssuerGrant {
  const home = a.side.rules.chainId;
  const issuer = testAddress(ISSUER);
  const validUntilSeconds = 4_000_000_000n;
  return { issuer, kinds: [KIND], home, cap, validFromSeconds: 0n, validUntilSeconds };
}

/** The code a message is refused with; a refusal changes nothing. */
function refused(chain: FakeChain, message: MessageOf<'proveEquivocation'>): string {
  const { result, changed } = chain.attempt(RELAYER, message);
  expect(changed).toEqual([]);
  expect(result.events).toEqual([]);
  return result.code;
}

describe('two entries of one index, signed by the issuer', () => {
  it('F3: are taken from anyone, on the main chain and at home, and stand there as they were signed', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const message = evidence(network, id);
    for (const [chain, sender] of [
      [network.main, RELAYER],
      [network.a.side, BOB],
    ] as const) {
      const result = chain.run(sender, message);
      expect(result.events).toMatchObject([
        { type: 'issuerEquivocated', subject: id, sequence: 1n, account: testAddress(ISSUER) },
      ]);
      const record = chain.get(equivocationKey(id, 1n)) ?? new Uint8Array();
      const { first, second } = message;
      const { height, timeMs } = chain.header();
      const expected = { first, second, height, timeMs };
      expect(decode(equivocationRecordCodec, record, 'record')).toEqual(expected);
    }
  });

  it('stop new supply of the issuer alone: who holds the resource moves it as before', () => {
    const network = createNetwork();
    const { a, b, main } = network;
    const id = issueAndRegister(network);
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 400n));
    carryAll(network);
    const before = ledgerOf(network, id);
    main.run(RELAYER, evidence(network, id));
    expect(ledgerOf(network, id)).toEqual(before);
    const more = issueMessage(network, 5n, {}, { seed: 2 });
    a.side.run(ISSUER, more);
    const [failed] = eventsOf(carryAll(network), 'packetFailed');
    expect(failed?.code).toBe('ISSUER_SUSPENDED');
    expect(ledgerOf(network, more.resourceId).registered).toBe(0n);
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 100n));
    b.side.run(BOB, sendMessage(network, b, a.side, id, 50n));
    const results = carryAll(network);
    expect(eventsOf(results, 'packetFailed')).toEqual([]);
    expect([held(b.side, id, BOB), held(a.side, id, BOB)]).toEqual([450n, 50n]);
  });

  it('are undone for the future by registering the issuer anew, which waits; what was refused is sent again', () => {
    const network = createNetwork();
    const { a, main } = network;
    const id = issueAndRegister(network);
    main.run(RELAYER, evidence(network, id));
    const more = issueMessage(network, 5n, {}, { seed: 2 });
    a.side.run(ISSUER, more);
    carryAll(network);
    expect(narrowsIssuer(main.context(), grant(network, 2000n))).toBe(false);
    expect(govern(main, { type: 'registerIssuer', ...grant(network) }).code).toBe('');
    expect(narrowsIssuer(main.context(), grant(network, 2000n))).toBe(true);
    a.side.run(RELAYER, { type: 'resend', client: a.sideClient, sequence: 2n });
    carryAll(network);
    expect(ledgerOf(network, more.resourceId).registered).toBe(5n);
    expect(refused(main, evidence(network, id))).toBe('EQUIVOCATION_KNOWN');
  });

  it('count once: the same pair again, turned round, or another pair of that index', () => {
    const network = createNetwork();
    const { main } = network;
    const id = issueAndRegister(network);
    const pair = evidence(network, id);
    main.run(RELAYER, pair);
    expect(refused(main, pair)).toBe('EQUIVOCATION_KNOWN');
    expect(refused(main, { ...pair, first: pair.second, second: pair.first })).toBe(
      'EQUIVOCATION_KNOWN',
    );
    const third = signedEntry(ISSUER, network.a.side.rules.genesisHash, id, {
      attributesRoot: new Uint8Array(32).fill(7),
    });
    expect(refused(main, { ...pair, second: third })).toBe('EQUIVOCATION_KNOWN');
    const issuer = main.get(issuerKey(testAddress(ISSUER)));
    const two = { index: 2n };
    const { genesisHash } = network.a.side.rules;
    main.run(RELAYER, {
      ...pair,
      first: signedEntry(ISSUER, genesisHash, id, two),
      second: signedEntry(ISSUER, genesisHash, id, { ...two, attributesRoot: OTHER_ROOT }),
    });
    expect(main.get(issuerKey(testAddress(ISSUER)))).toEqual(issuer);
  });

  it('stand on record where the issuer is not registered', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { main } = network;
    main.values.delete(issuerKey(testAddress(ISSUER)));
    const { changed } = main.attempt(RELAYER, evidence(network, id));
    expect(changed).toEqual([equivocationKey(id, 1n)]);
  });
});

describe('what is no equivocation', () => {
  const network = createNetwork();
  const { a, b, main } = network;
  const { genesisHash } = a.side.rules;
  const id = issueAndRegister(network);
  const pair = evidence(network, id);
  const code = (changes: Partial<typeof pair>) =>
    [main, a.side].map((chain) => refused(chain, { ...pair, ...changes }));

  it('B1, C7: one entry twice, also under another signature of it', () => {
    expect(code({ second: pair.first })).toEqual(Array(2).fill('DYNAMIC_NO_EQUIVOCATION'));
    const signature = pair.first.signature.map((byte) => byte ^ 1);
    const again = { ...pair.first, signature };
    expect(code({ second: again })).toEqual(Array(2).fill('DYNAMIC_NO_EQUIVOCATION'));
  });

  it('C7: entries of two indexes or of two resources', () => {
    const other = issueAndRegister(network, 10n, 3);
    for (const second of [
      signedEntry(ISSUER, genesisHash, id, { index: 2n }),
      signedEntry(ISSUER, genesisHash, other, { attributesRoot: OTHER_ROOT }),
    ])
      expect(code({ second })).toEqual(Array(2).fill('DYNAMIC_NO_EQUIVOCATION'));
  });

  it('B6, B8: an entry of another key, or signed for another chain', () => {
    const changes = { attributesRoot: OTHER_ROOT };
    for (const forged of [
      signedEntry(BOB, genesisHash, id, changes),
      signedEntry(ISSUER, main.rules.genesisHash, id, changes),
      { ...pair.second, signature: new Uint8Array(65) },
    ]) {
      expect(code({ second: forged })).toEqual(Array(2).fill('DYNAMIC_SIGNATURE'));
      expect(code({ first: forged, second: pair.first })).toEqual(
        Array(2).fill('DYNAMIC_SIGNATURE'),
      );
    }
  });

  it('a resource the chain does not know, and one that is at home elsewhere', () => {
    const stranger = evidence(network, new Uint8Array(32).fill(8));
    expect(refused(main, stranger)).toBe('RESOURCE_UNKNOWN');
    expect(refused(b.side, pair)).toBe('RESOURCE_UNKNOWN');
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 1n));
    carryAll(network);
    expect(refused(b.side, pair)).toBe('RESOURCE_NOT_HOME');
  });

  it('a resource of a home chain without a route: there is nothing to judge a signature by', () => {
    const context = testContext({ kind: 'main' });
    const home = nativeChainId(new Uint8Array(32).fill(3));
    const staticRoot = new Uint8Array(32).fill(1);
    const origin = { kind: KIND, home, issuer: testAddress(ISSUER), staticRoot };
    const resourceId = resourceIdOf(origin, nobleHash);
    createResource(context, resourceId, origin, 'fen');
    const before = snapshot(context.state);
    const offered = evidence(network, resourceId);
    expect(refusalCode(() => proveEquivocation(context, testAddress(BOB), offered))).toBe(
      'ROUTE_UNKNOWN',
    );
    expect(snapshot(context.state)).toEqual(before);
  });
});
