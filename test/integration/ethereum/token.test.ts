/* Resources as ERC-1155 tokens: transfers, approvals, hooks that strike back, and the reference's behaviour. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodePacketItems } from '../../../schemas/ethereum/outbox-call.ts';
import { encodePresence } from '../../../schemas/ethereum/state-proof-call.ts';
import { acknowledgementPath } from '../../../schemas/wire/packet.ts';
import { readArtefact } from '../../fakes/ethereum/artefact.ts';
import { type Deployed, deploy } from '../../fakes/ethereum/evm.ts';
import {
  type Lane,
  ORIGIN,
  OTHER_CHAIN,
  openLane,
  packetTo,
  placeOf,
  resourceId,
  runOf,
  transferValue,
} from '../../fakes/ethereum/lane.ts';
import { ETHEREUM_CLIENT } from '../../fakes/ethereum/main-chain.ts';
import { describeWithAnvil } from '../../fakes/ethereum/with-anvil.ts';

const START = 1_000n;
const RECEIVER = `0x${'c3'.repeat(20)}`;

describeWithAnvil('resources as ERC-1155 tokens', () => {
  let lane: Lane;
  let attacker: Deployed;
  let owner = '';
  let other = '';
  beforeAll(async () => {
    lane = await openLane();
    [owner = '', other = ''] = lane.users.slice(1);
    attacker = await deploy(lane.anvil, readArtefact('ReenteringReceiver'), [lane.hub.address]);
    await lane.govern('admit', [attacker.address]);
    const timeout = (await lane.now()) + 80_000n;
    const packets = [owner, attacker.address].map((receiver, at) =>
      packetTo(
        BigInt(at) + 1n,
        timeout,
        transferValue(lane.hash, receiver, { origin: ORIGIN, quantity: START }),
      ),
    );
    const block = await lane.show({ packets });
    const { range, siblings } = runOf(block, 1, 1n, 2);
    const place = placeOf(block, { sequence: 1n, timeoutSeconds: timeout });
    await lane.hub.call('receivePackets', [
      place,
      range,
      block.checkpoint.stateRoot,
      encodePacketItems(packets, timeout),
      siblings,
    ]);
  }, 120_000);
  afterAll(() => lane?.close());

  const id = () => BigInt(`0x${Buffer.from(resourceId(lane.hash)).toString('hex')}`);
  const balance = async (who: string) =>
    (await lane.hub.ask('balanceOf', [who, id()]))[0] as bigint;
  const everything = async () => {
    const owners = [owner, other, attacker.address];
    const held = await Promise.all(owners.map(balance));
    return held.reduce((sum, each) => sum + each, 0n);
  };
  const supply = async () => (await lane.hub.ask('totalSupply', [id()]))[0] as bigint;
  const transferTo = (to: string, quantity = 1n, from = owner) => [from, to, id(), quantity, '0x'];
  const encode = (name: string, args: readonly unknown[]) =>
    lane.hub.abi.encodeFunctionData(name, args);

  it('calls nobody when a packet arrives, even at a contract', async () => {
    expect((await attacker.ask('calls'))[0]).toBe(0n);
    expect(await balance(attacker.address)).toBe(START);
  });

  it('says which interfaces it has (ERC-165)', async () => {
    const answers = ['0x01ffc9a7', '0xd9b67a26', '0xffffffff'].map((each) =>
      lane.hub.ask('supportsInterface', [each]),
    );
    expect((await Promise.all(answers)).map(([yes]) => yes)).toEqual([true, true, false]);
  });

  it('moves quantities between admitted holders, by owner or approved operator only', async () => {
    await lane.hub.call('safeTransferFrom', transferTo(other, 5n), owner);
    expect(await balance(other)).toBe(5n);
    expect(await lane.hub.refuse('safeTransferFrom', transferTo(other, 5n), other)).toBe(
      'ERC1155MissingApprovalForAll',
    );
    await lane.hub.call('setApprovalForAll', [other, true], owner);
    await lane.hub.call('safeTransferFrom', transferTo(other, 5n), other);
    await lane.hub.call('setApprovalForAll', [other, false], owner);
    expect(
      await lane.hub.refuse('safeBatchTransferFrom', [owner, other, [id()], [1n], '0x'], other),
    ).toBe('ERC1155MissingApprovalForAll');
    await lane.hub.call(
      'safeBatchTransferFrom',
      [owner, other, [id(), id()], [1n, 2n], '0x'],
      owner,
    );
    expect(await balance(other)).toBe(13n);
    const [batch] = await lane.hub.ask('balanceOfBatch', [
      [owner, other],
      [id(), id()],
    ]);
    expect([...batch]).toEqual([START - 13n, 13n]);
    expect(await supply()).toBe(await everything());
  });

  it('refuses transfers of nothing, of too much, to strangers, to nobody, of the unknown (F2)', async () => {
    for (const [args, code] of [
      [transferTo(other, 0n), 'QUANTITY_ZERO'],
      [transferTo(other, START), 'HOLDING_INSUFFICIENT'],
      [transferTo(other, 1n << 128n), 'QUANTITY_OVERFLOW'],
      [transferTo(RECEIVER), 'ACCOUNT_NOT_ADMITTED'],
      [transferTo(`0x${'00'.repeat(20)}`), 'ACCOUNT_NOT_ADMITTED'],
      [[owner, other, 7n, 1n, '0x'], 'RESOURCE_UNKNOWN'],
    ] as const) {
      expect(await lane.hub.refuse('safeTransferFrom', args, owner)).toBe(code);
    }
    const uneven = [owner, other, [id()], [1n, 2n], '0x'];
    expect(await lane.hub.refuse('safeBatchTransferFrom', uneven, owner)).toBe('BATCH_COUNT');
    const poor = [owner, other, [id(), id()], [1n, START], '0x'];
    expect(await lane.hub.refuse('safeBatchTransferFrom', poor, owner)).toBe(
      'HOLDING_INSUFFICIENT',
    );
  });

  it('leaves a transfer to itself as it was', async () => {
    const held = await balance(owner);
    await lane.hub.call('safeTransferFrom', transferTo(owner, held), owner);
    expect(await balance(owner)).toBe(held);
  });

  it('refuses a receiver that answers wrongly or reverts, and changes nothing', async () => {
    await attacker.call('arm', ['0x', 1]);
    expect(await lane.hub.refuse('safeTransferFrom', transferTo(attacker.address), owner)).toBe(
      'ERC1155InvalidReceiver',
    );
    await attacker.call('arm', ['0x', 2]);
    expect(
      await lane.hub.refuse(
        'safeBatchTransferFrom',
        [owner, attacker.address, [id()], [1n], '0x'],
        owner,
      ),
    ).not.toBe('not refused');
    expect(
      await lane.hub.refuse('safeTransferFrom', transferTo(lane.governance.address), owner),
    ).toBe('ACCOUNT_NOT_ADMITTED');
  });

  it('keeps its books when a receiver re-enters at every callback (D6)', async () => {
    const held = await balance(attacker.address);
    const timeout = (await lane.now()) + 3600n;
    const sendAll = [resourceId(lane.hash), held + 1n, RECEIVER, timeout, timeout, OTHER_CHAIN, ''];
    const sent = await attacker.call('act', [
      encode('sendHolding', [sendAll[0], 10n, ...sendAll.slice(2)]),
    ]);
    expect(sent.ok).toBe(true);
    const block = await lane.show({ acknowledged: [[1n, true]] });
    const proof = encodePresence(lane.main.prove(acknowledgementPath(ETHEREUM_CLIENT, 1n)));
    const acknowledge = encode('acknowledgePacket', [
      placeOf(block, { sequence: 1n }),
      block.checkpoint.outboxRoot,
      '0x',
      proof,
    ]);
    const attacks: readonly (readonly [string, bigint])[] = [
      [encode('safeTransferFrom', [attacker.address, other, id(), held, '0x']), 0n],
      [encode('sendHolding', sendAll), 0n],
      [encode('safeTransferFrom', [attacker.address, other, id(), 1n, '0x']), 1n],
      [encode('safeTransferFrom', [owner, attacker.address, id(), 1n, '0x']), 0n],
      [encode('retire', [resourceId(lane.hash), 1n, '', '']), 1n],
      [acknowledge, 1n],
      [acknowledge, 0n],
      [encode('admit', [RECEIVER]), 0n],
      [encode('setApprovalForAll', [owner, true]), 1n],
    ];
    let successes = (await attacker.ask('successes'))[0] as bigint;
    for (const [attack, expected] of attacks) {
      for (const batch of [false, true]) {
        await attacker.call('arm', [attack, 0]);
        const all = await supply();
        if (batch)
          await lane.hub.call(
            'safeBatchTransferFrom',
            [owner, attacker.address, [id()], [1n], '0x'],
            owner,
          );
        else await lane.hub.call('safeTransferFrom', transferTo(attacker.address), owner);
        const now = (await attacker.ask('successes'))[0] as bigint;
        if (!batch)
          expect([attack.slice(0, 10), now - successes]).toEqual([attack.slice(0, 10), expected]);
        successes = now;
        expect(await everything()).toBe(await supply());
        expect(all - (await supply())).toBeLessThanOrEqual(1n);
      }
    }
  });
});
