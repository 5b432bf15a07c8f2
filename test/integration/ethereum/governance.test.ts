/* Governance by timelocked k-of-n: who may do what, when, and that there is no way round it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readArtefact } from '../../fakes/ethereum/artefact.ts';
import { deploy, type Receipt } from '../../fakes/ethereum/evm.ts';
import { DAY, type Lane, openLane } from '../../fakes/ethereum/lane.ts';
import { describeWithAnvil } from '../../fakes/ethereum/with-anvil.ts';

const DELAY = 86_400n;

/** Id and second of the proposal just made. */
function createdOf(events: Receipt['events']): readonly [string, bigint] {
  const made = events.find(({ name }) => name === 'ProposalCreated')?.args;
  if (made === undefined) throw new Error('no proposal');
  return [made['id'], made['createdSeconds']];
}

describeWithAnvil('governance on an EVM', () => {
  let lane: Lane;
  let members: readonly string[] = [];
  beforeAll(async () => {
    lane = await openLane({ governance: { production: true, delay: DELAY } });
    members = lane.anvil.accounts.slice(56, 59);
  });
  afterAll(() => lane?.close());

  const call = (name: string, args: readonly unknown[]) => {
    const { abi, address } = lane.hub.abi.hasFunction(name) ? lane.hub : lane.governance;
    return { target: address, data: abi.encodeFunctionData(name, args) };
  };
  async function propose(name: string, args: readonly unknown[], from = members[0] ?? '') {
    const { target, data } = call(name, args);
    const expiry = (await lane.now()) + 10n * DAY;
    const { events } = await lane.governance.call('propose', [target, data, expiry], from);
    const made = events.find((each) => each.name === 'ProposalCreated')?.args;
    if (made === undefined) throw new Error('no proposal');
    const created = BigInt(made['createdSeconds']);
    return {
      id: made['id'] as string,
      terms: [from, created, expiry, target, data],
      created,
      expiry,
    };
  }
  const vote = (id: string, from = members[1] ?? '') =>
    lane.governance.call('vote', [id, true], from);
  const isAdmitted = async (who: string) =>
    (await lane.hub.ask('admissionOf', [who]))[1] as boolean;

  it('waits the delay where risk is raised, to the second', async () => {
    const { id, terms, created } = await propose('setLane', [false, 5n, 0n, 0]);
    await vote(id);
    expect(await lane.governance.refuse('execute', terms)).toBe('PROPOSAL_DELAY');
    await lane.nextAt(created + DELAY);
    await lane.governance.call('execute', terms, lane.users[4]);
    expect((await lane.hub.ask('laneOf'))['leastQuantity']).toBe(5n);
    expect(await lane.governance.refuse('execute', terms)).toBe('PROPOSAL_UNKNOWN');
  });

  it('acts at once where it only takes away: pause, freeze, admission', async () => {
    const stranger = lane.anvil.accounts[59] ?? '';
    for (const [name, expected] of [
      ['admit', true],
      ['expel', false],
    ] as const) {
      const { id, terms } = await propose(name, [stranger]);
      await vote(id);
      await lane.governance.call('execute', terms);
      expect(await isAdmitted(stranger)).toBe(expected);
    }
    const { id, terms } = await propose('pauseLane', []);
    await vote(id);
    await lane.governance.call('execute', terms);
    expect((await lane.hub.ask('laneOf'))['paused']).toBe(true);
  });

  it('counts one vote an organisation, and only those of members (F5)', async () => {
    const { id, terms } = await propose('admit', [lane.anvil.accounts[58]]);
    await lane.governance.call('vote', [id, true], members[0]);
    await lane.governance.call('vote', [id, true], members[0]);
    expect(await lane.governance.refuse('execute', terms)).toBe('PROPOSAL_QUORUM');
    expect(await lane.governance.refuse('vote', [id, true], lane.users[0])).toBe(
      'PROPOSAL_FORBIDDEN',
    );
    await vote(id);
    await lane.governance.call('vote', [id, false], members[0]);
    expect(await lane.governance.refuse('execute', terms)).toBe('PROPOSAL_QUORUM');
  });

  it('executes the exact bytes proposed and no others (A6, D11)', async () => {
    const { id, terms } = await propose('admit', [lane.anvil.accounts[57]]);
    await vote(id);
    const other = call('admit', [lane.anvil.accounts[59]]).data;
    for (const changed of [
      [...terms.slice(0, 4), other],
      [members[1], ...terms.slice(1)],
      [terms[0], (terms[1] as bigint) - DELAY, ...terms.slice(2)],
      [...terms.slice(0, 3), lane.governance.address, terms[4]],
    ]) {
      expect(await lane.governance.refuse('execute', changed)).toBe('PROPOSAL_UNKNOWN');
    }
  });

  it('refuses proposals of strangers, to strangers, expired ones and ones for ever (D12)', async () => {
    const { target, data } = call('pauseLane', []);
    const now = await lane.now();
    expect(await lane.governance.refuse('propose', [target, data, now + DAY], lane.users[0])).toBe(
      'PROPOSAL_FORBIDDEN',
    );
    expect(
      await lane.governance.refuse('propose', [lane.users[0], data, now + DAY], members[0]),
    ).toBe('ACTION_UNSUPPORTED');
    expect(await lane.governance.refuse('propose', [target, '0x1234', now + DAY], members[0])).toBe(
      'ACTION_UNSUPPORTED',
    );
    expect(await lane.governance.refuse('propose', [target, data, now], members[0])).toBe(
      'PROPOSAL_EXPIRED',
    );
    expect(
      await lane.governance.refuse('propose', [target, data, now + 91n * DAY], members[0]),
    ).toBe('PROPOSAL_EXPIRED');
    const { id, terms, expiry } = await propose('pauseLane', []);
    await vote(id);
    await lane.nextAt(expiry);
    await lane.anvil.rpc('evm_mine');
    expect(await lane.governance.refuse('execute', terms)).toBe('PROPOSAL_EXPIRED');
    expect(await lane.governance.refuse('vote', [id, true], members[1])).toBe('PROPOSAL_EXPIRED');
  });

  it('lets nobody else near what governance decides (D11, D12)', async () => {
    const calls: readonly (readonly [string, readonly unknown[]])[] = [
      ['setLane', [false, 0n, 0n, 0]],
      ['pauseLane', []],
      ['admit', [lane.users[0]]],
      ['expel', [lane.users[0]]],
      ['freezeResource', [new Uint8Array(32), '0x']],
      ['unfreezeResource', [new Uint8Array(32), '0x']],
      ['registerKind', [new Uint8Array(32), 0]],
      ['replaceClient', [new Uint8Array(32), 0]],
    ];
    for (const [name, args] of calls) {
      expect([name, await lane.hub.refuse(name, args, members[0])]).toEqual([
        name,
        'PROPOSAL_FORBIDDEN',
      ]);
    }
    expect(await lane.governance.refuse('setOrganisations', [members, 2, DELAY], members[0])).toBe(
      'PROPOSAL_FORBIDDEN',
    );
  });

  it('changes its own members by delayed proposal, never below two and a day in production (B5)', async () => {
    const { id, terms, created } = await propose('setOrganisations', [members.slice(0, 2), 1, 0]);
    await vote(id);
    await lane.nextAt(created + DELAY);
    await lane.anvil.rpc('evm_mine');
    expect(await lane.governance.refuse('execute', terms)).toBe('GENESIS_PRODUCTION');
    const next = await propose('setOrganisations', [members.slice(1), 2, DELAY]);
    await vote(next.id);
    expect(await lane.governance.refuse('execute', next.terms)).toBe('PROPOSAL_DELAY');
    await lane.nextAt(next.created + DELAY);
    await lane.governance.call('execute', next.terms);
    const stale = call('pauseLane', []);
    expect(
      await lane.governance.refuse(
        'propose',
        [stale.target, stale.data, (await lane.now()) + DAY],
        members[0],
      ),
    ).toBe('PROPOSAL_FORBIDDEN');
  });

  it('lets a guardian pause for an hour, once a day, and nobody else (F4)', async () => {
    expect(await lane.hub.refuse('guardPause', [], lane.users[1])).toBe('GUARDIAN_UNKNOWN');
    await lane.hub.call('guardPause', [], lane.users[0]);
    expect(await lane.hub.refuse('guardPause', [], lane.users[0])).toBe('GUARDIAN_SPENT');
  });

  it('makes and unmakes guardians after the delay (F5)', async () => {
    const [, second = ''] = lane.users;
    expect(await lane.hub.refuse('setGuardian', [second, true])).toBe('PROPOSAL_FORBIDDEN');
    const { id, terms, created } = await propose('setGuardian', [second, true], members[1]);
    await vote(id, members[2]);
    expect(await lane.governance.refuse('execute', terms)).toBe('PROPOSAL_DELAY');
    await lane.nextAt(created + DELAY);
    await lane.governance.call('execute', terms);
    await lane.hub.call('guardPause', [], second);
    const end = await propose('setGuardian', [second, false], members[1]);
    await vote(end.id, members[2]);
    await lane.nextAt(end.created + DELAY);
    await lane.governance.call('execute', end.terms);
    expect(await lane.hub.refuse('guardPause', [], second)).toBe('GUARDIAN_UNKNOWN');
  });

  it('lets no proposal be carried out twice, not even one made again in the same second (D1)', async () => {
    const fresh = await openLane({ governance: { delay: 0n } });
    try {
      const [proposer = '', voter = ''] = fresh.anvil.accounts.slice(56);
      const data = fresh.hub.abi.encodeFunctionData('pauseLane', []);
      const expiry = (await fresh.now()) + DAY;
      await fresh.anvil.rpc('anvil_setBlockTimestampInterval', [0]);
      const open = [fresh.hub.address, data, expiry];
      const { events } = await fresh.governance.call('propose', open, proposer);
      const [id, createdSeconds] = createdOf(events);
      await fresh.governance.call('vote', [id, true], voter);
      const terms = [proposer, createdSeconds, expiry, fresh.hub.address, data];
      await fresh.governance.call('execute', terms);
      expect(await fresh.now()).toBe(createdSeconds);
      expect(await fresh.governance.refuse('propose', open, proposer)).toBe('PROPOSAL_EXISTS');
      expect(await fresh.governance.refuse('execute', terms)).toBe('PROPOSAL_UNKNOWN');
      expect(await fresh.governance.refuse('vote', [id, true], voter)).toBe('PROPOSAL_UNKNOWN');
    } finally {
      await fresh.close();
    }
  });

  it('does not spend a proposal on a hub that is not there yet (C11)', async () => {
    const [proposer = '', voter = ''] = members;
    const nowhere = `0x${'ee'.repeat(20)}`;
    const args = [nowhere, false, members, 2, 0];
    const alone = await deploy(lane.anvil, readArtefact('Governance'), args);
    const data = lane.hub.abi.encodeFunctionData('pauseLane', []);
    const expiry = (await lane.now()) + DAY;
    const { events } = await alone.call('propose', [nowhere, data, expiry], proposer);
    const [id, createdSeconds] = createdOf(events);
    await alone.call('vote', [id, true], voter);
    const terms = [proposer, createdSeconds, expiry, nowhere, data];
    expect(await alone.refuse('execute', terms)).toBe('ACTION_UNSUPPORTED');
  });

  it('is not deployed with a threshold of none, of too many, of one in production, or doubled members (B5)', async () => {
    const [one = '', two = ''] = members;
    const target = lane.hub.address;
    for (const [args, code] of [
      [[target, false, [one, two], 0, 0], 'GENESIS_QUORUM'],
      [[target, false, [one, two], 3, 0], 'GENESIS_QUORUM'],
      [[target, false, [], 0, 0], 'GENESIS_QUORUM'],
      [[target, true, [one, two], 1, DELAY], 'GENESIS_PRODUCTION'],
      [[target, true, [one, two], 2, DELAY - 1n], 'GENESIS_PRODUCTION'],
      [[target, false, [one, one], 1, 0], 'GENESIS_MEMBERS'],
      [[target, false, [`0x${'00'.repeat(20)}`], 1, 0], 'GENESIS_MEMBERS'],
      [[target, false, [one], 1, 91n * DAY], 'PROPOSAL_EXPIRED'],
    ] as const) {
      await expect(deploy(lane.anvil, readArtefact('Governance'), args)).rejects.toThrow(code);
    }
  });

  it('gives a hub that is not the one its governance acts on no life (C11)', async () => {
    const governance = lane.users[0];
    await expect(openLane({ config: { governance } })).rejects.toThrow();
  });
});
