/* ICS-23 proofs of a real node's state: by the export itself, over its RPC and by the command. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../../../hub/cli/program.ts';
import {
  exportIcs23Proof,
  type NodeCalls,
  parseStateKey,
} from '../../../../hub/proof/export-ics23-proof.ts';
import { verifyIcs23 } from '../../../../main-chain/ledger/ics23/verify-ics23.ts';
import { type HttpServer, listenHttp } from '../../../../main-chain/node/http-server.ts';
import { parseHex } from '../../../../schemas/codec/hex.ts';
import { binaryBytes, nobleHash } from '../../../../schemas/hash.ts';
import type { NodeMethod } from '../../../../schemas/wire/node-api.ts';
import { blockHashKey, holdingKey } from '../../../../schemas/wire/state-keys.ts';
import { testAddress } from '../../../fakes/ledger-context.ts';
import { type LocalNode, openLocalNode } from '../../../fakes/local-node.ts';
import { refusalCode } from '../../../fakes/refusal.ts';
import { fakeTerminal } from '../cli/fake-hub.ts';

const OWNER = 20;
let local: LocalNode;
let server: HttpServer;
let resourceId: Uint8Array;

beforeAll(async () => {
  local = await openLocalNode({ kind: 'main' });
  server = await listenHttp(local.node, { host: '127.0.0.1', port: 0 });
  await local.act(0n, {
    type: 'registerIssuer',
    issuer: testAddress(OWNER),
    kinds: ['settlement-credit/v1'],
    home: local.node.chainId,
    cap: 1000n,
    validFromSeconds: 0n,
    validUntilSeconds: 4_000_000_000n,
  });
  resourceId = await local.issue(OWNER, 0n, 5n);
});
afterAll(async () => {
  await server.close();
  await local.remove();
});

const exported = (key: string, height?: bigint) =>
  exportIcs23Proof(local.call, binaryBytes(key), height, local.ports);
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return refusalCode(() => {
    if (error !== undefined) throw error;
  });
};

describe('the ICS-23 export of a node', () => {
  it('proves a value and an absence under the certified root of its height', async () => {
    const present = await exported(holdingKey(resourceId, testAddress(OWNER)));
    expect(present.value).toBe('5'.padStart(32, '0'));
    expect(present.chainId).toBe(local.node.chainId);
    const absent = await exported(holdingKey(resourceId, testAddress(21)));
    expect(absent.value).toBeNull();
    for (const { root, key, value, proof } of [present, absent])
      verifyIcs23(
        parseHex(root),
        parseHex(key),
        value === null ? undefined : parseHex(value),
        parseHex(proof),
        nobleHash,
      );
  });

  it('proves what an older height held, and what is gone since, beside neighbours gone since', async () => {
    const first = await exported('validators/current');
    const height = BigInt(first.height);
    const before = blockHashKey(height - 1n);
    const there = await exported(before, height);
    expect(there.value).not.toBeNull();
    for (let nonce = 1n; nonce < 4n; nonce++)
      await local.run(OWNER, nonce, {
        type: 'transfer',
        resourceId,
        quantity: 1n,
        receiver: testAddress(30 + Number(nonce)),
      });
    expect((await exported(before)).value).toBeNull();
    expect((await exported(before, height)).value).toBe(there.value);
    expect((await exported(before, height)).proof).toBe(there.proof);
    // With nine in ten keys of the old height still there, some of these have the lost one beside them.
    const lost = new Set<string>();
    for (let at = 0; at < 60; at++) {
      const absent = await exported(`no such key ${at}`, height);
      if (absent.proof.includes(there.key)) lost.add(absent.proof);
    }
    expect(lost.size).toBeGreaterThan(0);
  });

  it('refuses a height the node holds no more or not yet', async () => {
    expect(await codeOf(exported('validators/current', 1_000_000n))).toBe('STATE_HEIGHT_PRUNED');
  });

  it('refuses the answers of a node that lies', async () => {
    const lying =
      (changes: Partial<Record<NodeMethod, (answer: never) => unknown>>): NodeCalls =>
      async (method, request) => {
        const answer = await local.call(method, request);
        const change = changes[method];
        return (change === undefined ? answer : change(answer as never)) as typeof answer;
      };
    const ask = (changes: Parameters<typeof lying>[0]) =>
      codeOf(
        exportIcs23Proof(lying(changes), binaryBytes('validators/current'), undefined, local.ports),
      );
    const value = Uint8Array.of(1);
    expect(await ask({})).toBe('nothing thrown');
    expect(await ask({ ics23: (answer: object) => ({ ...answer, value }) })).toBe('ICS23_CLAIM');
    expect(await ask({ ics23: (answer: object) => ({ ...answer, value: undefined }) })).toBe(
      'ICS23_CLAIM',
    );
    expect(await ask({ certificate: () => ({ certificate: undefined }) })).toBe(
      'CLI_NOT_CERTIFIED',
    );
    expect(await ask({ info: (answer: object) => ({ ...answer, genesisHash: value }) })).not.toBe(
      'nothing thrown',
    );
    expect(
      await ask({
        certificate: ({ certificate }: { certificate: { checkpoint: object } }) => ({
          certificate: {
            ...certificate,
            checkpoint: { ...certificate.checkpoint, stateRoot: new Uint8Array(32).fill(1) },
          },
        }),
      }),
    ).toBe('CERTIFICATE_SIGNATURE');
  });
});

describe('tieline proof export', () => {
  const command = async (...parts: string[]) => {
    const terminal = fakeTerminal();
    const program = createProgram(terminal);
    await program.parseAsync(['node', 'tieline', 'proof', 'export', ...parts]);
    return JSON.parse(terminal.lines.join(''));
  };
  const node = () => ['--node', `http://127.0.0.1:${server.port}`];

  it('prints root, key, value and proof in hex with height and chain', async () => {
    const key = `supply/{${Buffer.from(resourceId).toString('hex')}}`;
    const printed = await command('--ics23', ...node(), '--key', key);
    expect(Object.keys(printed)).toEqual(['chainId', 'height', 'root', 'key', 'value', 'proof']);
    expect(printed.value).toBe('5'.padStart(32, '0'));
  });

  it('wants to be told the form, and a key it can read', async () => {
    expect(await codeOf(command(...node(), '--key', 'chain/genesis'))).toBe('CLI_ARGUMENT');
    for (const key of ['', 'supply/{0}', 'supply/{zz}', 'a{', 'é', 'a}b'])
      expect(['CODEC_HEX', 'CLI_ARGUMENT']).toContain(refusalCode(() => parseStateKey(key)));
    expect(parseStateKey('main-0{010000000000000001}')).toEqual(
      binaryBytes('main-0\u0001\0\0\0\0\0\0\0\u0001'),
    );
  });
});
