/* What light clients of an Ethereum network are given: headers in their bytes, and the nodes of slot proofs. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeHeader, readHeader } from '../../../adapters/ethereum/header-bytes.ts';
import { createRpcEndpoint } from '../../../adapters/ethereum/rpc/rpc-endpoint.ts';
import { createRpcQuorum, type RpcQuorum } from '../../../adapters/ethereum/rpc/rpc-quorum.ts';
import { bytesOf } from '../../../adapters/ethereum/rpc/rpc-values.ts';
import { readSlotProof } from '../../../adapters/ethereum/slot-proof.ts';
import { verifyAccountProof } from '../../../main-chain/relay/ethereum/evm/account-proof.ts';
import { decodeHeader } from '../../../main-chain/relay/ethereum/evm/execution-header.ts';
import { nobleHash, toHex } from '../../../schemas/hash.ts';
import type { Anvil } from '../../fakes/ethereum/anvil.ts';
import { type Lane, openLane } from '../../fakes/ethereum/lane.ts';
import {
  type LyingEndpoint,
  type Manner,
  startEndpoint,
} from '../../fakes/ethereum/lying-endpoint.ts';
import { describeWithAnvil } from '../../fakes/ethereum/with-anvil.ts';

type Fields = Readonly<Record<string, unknown>>;
const word = (value: number) => `0x${value.toString(16).padStart(64, '0')}`;
const keccak = (bytes: Uint8Array) => toHex(nobleHash.keccak256(bytes));

for (const hardfork of ['london', 'prague'] as const) {
  describeWithAnvil(`state of an Ethereum network, ${hardfork},`, () => stateOf(hardfork));
}

function stateOf(hardfork: 'london' | 'prague'): void {
  let lane: Lane;
  let anvil: Anvil;
  let endpoints: LyingEndpoint[];
  let quorum: RpcQuorum;
  beforeAll(async () => {
    lane = await openLane({ hardfork });
    anvil = lane.anvil;
    await lane.show();
    endpoints = await Promise.all([1, 2, 3].map(() => startEndpoint(anvil.url)));
    const { hash } = await blockOf(0n);
    quorum = createRpcQuorum(
      { chainId: 31_337n, genesisHash: String(hash), threshold: 2 },
      endpoints.map(({ url }) => createRpcEndpoint({ url, timeoutMs: 15_000 })),
    );
  });
  afterAll(async () => {
    await quorum?.close();
    await Promise.all((endpoints ?? []).map((endpoint) => endpoint.close()));
    await lane?.close();
  });

  const blockOf = (height: bigint) =>
    anvil.rpc<Fields>('eth_getBlockByNumber', [`0x${height.toString(16)}`, false]);
  const height = async () => BigInt(await anvil.rpc<string>('eth_blockNumber'));
  const behave = (manner: Manner, count = 1) => {
    for (const [at, endpoint] of endpoints.entries()) {
      endpoint.manner = at < count ? manner : { does: 'honest' };
    }
  };
  const lie = (name: string, change: (result: Fields) => unknown): Manner => ({
    does: 'lie',
    change: (method, result) => (method === name ? change(result as Fields) : result),
  });

  it('has headers whose bytes hash to the block hash', async () => {
    behave({ does: 'honest' });
    // From the first block on: anvil's block 0 before Cancun names fields of Cancun, as no network's does.
    for (let at = 1n; at <= (await height()); at++) {
      const { bytes, hash } = await readHeader(quorum, at, nobleHash);
      expect(hash).toBe((await blockOf(at))['hash']);
      const read = decodeHeader(bytes, nobleHash);
      expect([`0x${toHex(read.hash)}`, read.number]).toEqual([hash, at]);
    }
  });

  it('has no header of other fields, whatever their number (A14, A15)', async () => {
    const block = await blockOf(await height());
    for (const name of ['stateRoot', 'number', 'timestamp', 'parentHash', 'extraData']) {
      const other = name === 'number' || name === 'timestamp' ? '0x7' : `0x${'7b'.repeat(32)}`;
      expect(() => encodeHeader({ ...block, [name]: other }, nobleHash)).toThrow(
        expect.objectContaining({ code: 'ADAPTER_RPC_VALUE' }),
      );
      expect(() => encodeHeader({ ...block, [name]: undefined }, nobleHash)).toThrow(
        expect.objectContaining({ code: 'ADAPTER_RPC_VALUE' }),
      );
    }
    const first = await blockOf(0n);
    behave(
      lie('eth_getBlockByNumber', () => first),
      2,
    );
    await expect(readHeader(quorum, await height(), nobleHash)).rejects.toMatchObject({
      code: 'ADAPTER_DISAGREEMENT',
    });
  });

  it('is proven by nodes that hang together from the state root on, present and absent slots alike', async () => {
    behave({ does: 'honest' });
    const at = await height();
    const { stateRoot } = await blockOf(at);
    const nodes = await readSlotProof(quorum, lane.hub.address, [0, 1, 999_999].map(word), at);
    const [root = new Uint8Array(0), ...rest] = nodes;
    expect(`0x${keccak(root)}`).toBe(stateRoot);
    const [address, root32] = [bytesOf(lane.hub.address), bytesOf(String(stateRoot))];
    const slots = [0, 1, 999_999].map((slot) => bytesOf(word(slot)));
    const { account, words } = verifyAccountProof(root32, address, slots, nodes, nobleHash);
    const code = await anvil.rpc<string>('eth_getCode', [lane.hub.address, 'latest']);
    expect(toHex(account?.codeHash ?? root)).toBe(keccak(bytesOf(code)));
    const stored = await Promise.all(
      [0, 1].map((slot) =>
        anvil.rpc<string>('eth_getStorageAt', [lane.hub.address, word(slot), 'latest']),
      ),
    );
    expect(words.map((each) => `0x${toHex(each)}`)).toEqual([...stored, word(0)]);
    const all = nodes.map(toHex);
    for (const node of rest) expect(all.some((above) => above.includes(keccak(node)))).toBe(true);
    expect(new Set(all).size).toBe(all.length);
  });

  it('is not proven by an endpoint that answers other questions or leaves one out (A6, C10)', async () => {
    const at = await height();
    const ask = () => readSlotProof(quorum, lane.hub.address, [0, 1].map(word), at);
    behave({ does: 'honest' });
    const truth = await ask();
    const storage = (proof: Fields) => proof['storageProof'] as readonly Fields[];
    const otherQuestions = [
      (proof: Fields) => ({ ...proof, storageProof: storage(proof).slice(1) }),
      (proof: Fields) => ({ ...proof, storageProof: storage(proof).toReversed() }),
      () => null,
    ];
    const otherNodes = (proof: Fields) => ({ ...proof, accountProof: ['0x80'] });
    for (const change of [...otherQuestions, otherNodes]) {
      behave(lie('eth_getProof', change));
      expect(await ask()).toEqual(truth);
    }
    for (const change of otherQuestions) {
      behave(lie('eth_getProof', change), 2);
      await expect(ask()).rejects.toMatchObject({ code: 'ADAPTER_DISAGREEMENT' });
    }
  });
}
