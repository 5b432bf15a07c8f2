/**
 * What every adapter must do, in plain assertions that any runner can wrap: the test suite, and later
 * a partner's own check. docs/architecture.md#adapters
 */
import { type ConformanceCase, requireEqual, requireThat } from './conformance-pair.ts';
import {
  carry,
  carryBack,
  carryRest,
  clientOf,
  deliveryFrom,
  holdingOf,
  homeward,
  isPending,
  isReceived,
  itemCodes,
  outward,
  refusalOf,
  send,
  untilAnswer,
} from './conformance-steps.ts';
import { strayEvidence } from './stray-evidence.ts';

const describing: ConformanceCase = {
  name: 'says which chain it is, and moves on',
  async run({ side }) {
    const { chainId, genesisHash, kind, label } = side.adapter.description;
    requireThat(/^(?:tieline|fabric|eip155):[0-9a-f]+$/.test(chainId), 'The chain id is CAIP-2');
    requireEqual(genesisHash.length, 32, 'Bytes of the genesis hash');
    requireEqual(kind, 'side', 'The kind of a side chain');
    requireThat(['proven', 'attested', 'custodial'].includes(label), 'The label is one of three');
    const before = await side.adapter.wait(0n, 0);
    const after = await untilAnswer(side.adapter, 'A new head', async () => {
      const head = await side.adapter.wait(before.height, 5000);
      return head.height > before.height ? head : undefined;
    });
    requireThat(after.timeMs > before.timeMs, 'A later head has a later time');
  },
};

const unknown: ConformanceCase = {
  name: 'answers questions about what is not there with nothing',
  async run({ side, owner }) {
    const nothing = new Uint8Array(32).fill(0xee);
    requireThat(
      (await side.adapter.lookup(nothing)) === undefined,
      'An unknown transaction has not landed',
    );
    const [resource] = await side.adapter.facts('resource', [{ resourceId: nothing }]);
    requireThat(resource === undefined, 'An unknown resource has no record');
    const [holding] = await side.adapter.facts('holding', [
      { resourceId: nothing, owner: owner.address },
    ]);
    requireEqual(holding ?? -1n, 0n, 'What anybody holds of it');
    const [client] = await side.adapter.facts('client', [{ client: 'no-such-client' }]);
    requireThat(client === undefined, 'An unknown client is not there');
    requireEqual((await side.adapter.facts('supply', [])).length, 0, 'Answers to no question');
  },
};

const garbage: ConformanceCase = {
  name: 'refuses garbage with a code, one for each transaction',
  async run({ side }) {
    const garbage = [new Uint8Array(0), new Uint8Array(10), new Uint8Array(200).fill(0xff)];
    const submissions = await side.adapter.submit(garbage);
    requireEqual(submissions.length, garbage.length, 'Submissions answered');
    for (const { code } of submissions)
      requireThat(/^[A-Z]+(?:_[A-Z]+)+$/.test(code), `A refusal has a code, not "${code}"`);
  },
};

const watching: ConformanceCase = {
  name: 'relays nothing without a relayer’s key',
  async run(pair) {
    const bundle = await pair.main.adapter.evidence({
      task: 'update',
      trusted: await clientOf(pair.side),
    });
    requireThat(bundle !== undefined, 'A chain with a block can prove it');
    const code = await refusalOf(pair.watcher.relay(pair.side.client, bundle));
    requireEqual(code, 'ADAPTER_NO_RELAYER', 'The refusal');
  },
};

const contradicting: ConformanceCase = {
  name: 'shows a contradiction only where a client has accepted something else',
  async run(pair) {
    for (const { source, target } of [outward(pair), homeward(pair)]) {
      const trusted = await clientOf(target);
      const height = trusted.latestHeight;
      const [held] = await target.adapter.facts('consensus', [{ client: target.client, height }]);
      if (held === undefined) throw new Error('A client has what it accepted last');
      const ask = (question: { readonly height: bigint; readonly held: Uint8Array }) =>
        source.adapter.evidence({ task: 'contradiction', trusted, ...question });
      requireThat((await ask({ height, held })) === undefined, 'The same is no contradiction');
      const ahead = { height: height + 1_000_000n, held };
      requireThat((await ask(ahead)) === undefined, 'Nothing is certified at a height to come');
      const bundle = await ask({ height, held: held.map((byte) => byte ^ 1) });
      requireEqual(bundle?.height ?? 0n, height, 'The height something else is shown at');
      if (bundle === undefined) continue;
      const outcomes = await target.adapter.relay(target.client, bundle);
      requireThat(
        outcomes.every(({ code }) => code === ''),
        'What was accepted already is taken',
      );
      requireEqual((await clientOf(target)).frozen, false, 'Whether it froze the client');
    }
  },
};

const transferring: ConformanceCase = {
  name: 'carries a transfer there and its acknowledgement back, both ways',
  async run(pair) {
    for (const direction of [outward(pair), homeward(pair)]) {
      const { source, target } = direction;
      const owner = pair.owner.address;
      const before = [
        await holdingOf(pair, source, owner),
        await holdingOf(pair, target, owner),
      ] as const;
      const { height: there } = await target.adapter.wait(0n, 0);
      const sent = await send(pair, direction, 30n);
      requireEqual(await isPending(direction, sent.sequence), true, 'Pending once it is sent');
      await carry(direction, sent.height);
      requireEqual(await isReceived(direction, sent.sequence), true, 'Received once it is carried');
      requireEqual(
        await holdingOf(pair, source, owner),
        before[0] - 30n,
        'The holding at the source',
      );
      requireEqual(
        await holdingOf(pair, target, owner),
        before[1] + 30n,
        'The holding at the target',
      );
      await carryBack(direction, sent.sequence, there + 1n);
    }
  },
};

const recording: ConformanceCase = {
  name: 'records what happened in events, in order and resumable at any height',
  async run(pair) {
    const direction = outward(pair);
    const { adapter } = direction.source;
    const { height } = await adapter.wait(0n, 0);
    const first = await send(pair, direction, 1n);
    const second = await send(pair, direction, 1n);
    const sequences: bigint[] = [];
    for (let from = height + 1n; from <= second.height; ) {
      const { blocks, nextHeight } = await adapter.events(from, 1);
      requireThat(nextHeight > from, 'Reading events gets on');
      for (const block of blocks) {
        requireThat(
          block.height >= from && block.height < nextHeight,
          'Events come with the heights asked for',
        );
        for (const { events } of block.transactions)
          for (const { type, sequence } of events)
            if (type === 'packetSent') sequences.push(sequence);
      }
      from = nextHeight;
    }
    requireEqual(sequences.join(), `${first.sequence},${second.sequence}`, 'Sequences sent');
    await carry(direction, first.height);
  },
};

const refunding: ConformanceCase = {
  name: 'brings a refused transfer back to its sender',
  async run(pair) {
    const owner = pair.owner.address;
    const stock = await send(pair, outward(pair), 5n);
    await carry(outward(pair), stock.height);
    const direction = homeward(pair);
    const before = await holdingOf(pair, pair.main, owner);
    const { height: there } = await pair.side.adapter.wait(0n, 0);
    const sent = await send(pair, direction, 5n, { receiver: pair.outsider });
    await carry(direction, sent.height);
    requireEqual(await holdingOf(pair, pair.side, pair.outsider), 0n, 'What the outsider holds');
    requireEqual(
      await holdingOf(pair, pair.main, owner),
      before - 5n,
      'The holding before the refund',
    );
    await carryBack(direction, sent.sequence, there + 1n);
    requireEqual(await holdingOf(pair, pair.main, owner), before, 'The holding after the refund');
  },
};

const timingOut: ConformanceCase = {
  name: 'times a packet out by the destination’s clock, and not before',
  async run(pair) {
    const direction = outward(pair);
    const { source, target } = direction;
    const owner = pair.owner.address;
    const before = await holdingOf(pair, source, owner);
    const sent = await send(pair, direction, 7n, { lifetimeSeconds: 2n });
    const { parts } = await deliveryFrom(direction, sent.height);
    const packets = parts
      .flatMap((part) => part.packets)
      .filter(({ sequence }) => sequence === sent.sequence);
    const ask = async () =>
      target.adapter.evidence({ task: 'timeout', packets, trusted: await clientOf(source) });
    const { timeMs } = await target.adapter.wait(0n, 0);
    const early = await ask();
    const isEarly = timeMs / 1000n + 1n < (packets[0]?.timeoutSeconds ?? 0n);
    requireThat(early === undefined || !isEarly, 'Before the timeout there is nothing to prove');
    const bundle = early ?? (await untilAnswer(target.adapter, 'Evidence of a timeout', ask));
    requireEqual(
      itemCodes(await source.adapter.relay(source.client, bundle)).join(),
      '',
      'The timeout',
    );
    requireEqual(await holdingOf(pair, source, owner), before, 'The holding after the refund');
    const late = await deliveryFrom(direction, sent.height);
    const [outcome] = await target.adapter.relay(target.client, late);
    requireThat(
      outcome?.items.includes('PACKET_TIMED_OUT') ?? false,
      'A timed-out packet is refused at the target',
    );
    const again = await source.adapter.relay(source.client, bundle);
    requireEqual(itemCodes(again).join(), 'PACKET_ALREADY_SETTLED', 'A second timeout');
    requireEqual(
      await holdingOf(pair, source, owner),
      before,
      'The holding after a second timeout',
    );
  },
};

const replaying: ConformanceCase = {
  name: 'takes a delivery once: a replay is a no-op (D1)',
  async run(pair) {
    const direction = outward(pair);
    const { target } = direction;
    const owner = pair.owner.address;
    const before = await holdingOf(pair, target, owner);
    const sent = await send(pair, direction, 11n);
    const bundle = await carry(direction, sent.height);
    const codes = itemCodes(await target.adapter.relay(target.client, bundle));
    requireThat(
      codes.every((code) => code !== ''),
      `A replay is not taken: ${codes.join(' ')}`,
    );
    requireThat(codes.includes('PACKET_ALREADY_RECEIVED'), 'A replay says so');
    requireEqual(await holdingOf(pair, target, owner), before + 11n, 'The holding after a replay');
  },
};

const racing: ConformanceCase = {
  name: 'stays right with several relayers and several deliveries at once',
  async run(pair) {
    const direction = outward(pair);
    const { target } = direction;
    const owner = pair.owner.address;
    const before = await holdingOf(pair, target, owner);
    const first = await send(pair, direction, 3n);
    await send(pair, direction, 4n);
    const bundle = await deliveryFrom(direction, first.height);
    const relayers = [target.adapter, target.rival, target.adapter, target.rival];
    const outcomes = await Promise.all(
      relayers.map((relayer) => relayer.relay(target.client, bundle)),
    );
    const taken = outcomes.flatMap(itemCodes).filter((code) => code === '').length;
    const items = bundle.parts.reduce(
      (sum, { packets, acknowledgements }) => sum + packets.length + acknowledgements.length,
      0,
    );
    requireThat(taken <= items, 'No item is taken twice');
    await carry(direction, first.height).catch(() => undefined);
    requireEqual(await holdingOf(pair, target, owner), before + 7n, 'The holding after the race');
  },
};

const pruning: ConformanceCase = {
  name: 'proves what is settled, and after pruning still refuses a replay',
  async run(pair) {
    const direction = outward(pair);
    const { source, target } = direction;
    const sent = await send(pair, direction, 2n);
    const bundle = await carry(direction, sent.height);
    await carryRest(direction, 1n);
    await carryRest(homeward(pair), 1n);
    const [lane] = await source.adapter.facts('lane', [{ client: source.client }]);
    const settle = async () =>
      source.adapter.evidence({
        task: 'settle',
        client: source.client,
        trusted: await clientOf(target),
      });
    const proof = await untilAnswer(source.adapter, 'Evidence of what is settled', settle);
    requireThat(proof.task === 'settle', 'The evidence is of what was asked for');
    requireThat(
      proof.settledBelow <= (lane?.nextSequence ?? 0n),
      'Nothing is settled that was not sent',
    );
    const before = await holdingOf(pair, target, pair.owner.address);
    for (const { code } of await target.adapter.relay(target.client, proof))
      requireThat(
        code === '' || code === 'SETTLE_NOTHING',
        `Pruning is done or needless, not ${code}`,
      );
    const codes = itemCodes(await target.adapter.relay(target.client, bundle));
    requireThat(
      codes.every((code) => code !== ''),
      'A replay after pruning is not taken',
    );
    requireEqual(
      await holdingOf(pair, target, pair.owner.address),
      before,
      'The holding after pruning',
    );
  },
};

/** All requirements, in an order in which they can share one pair. */
export const adapterConformance: readonly ConformanceCase[] = [
  describing,
  unknown,
  garbage,
  watching,
  contradicting,
  transferring,
  recording,
  refunding,
  timingOut,
  replaying,
  racing,
  pruning,
  ...strayEvidence,
];
