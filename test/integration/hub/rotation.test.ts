/** Chains that change their validators a hundred times while no hub runs: relayer and proofs follow. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTransferProof } from '../../../hub/proof/build-proof.ts';
import { transferTrail } from '../../../hub/proof/transfer-trail.ts';
import { govern } from '../../../hub/up/govern.ts';
import { CLIENT_OF_MAIN, clientOnMain } from '../../../hub/up/join-network.ts';
import { parseProofFile } from '../../../main-chain/relay/evidence/proof-file.ts';
import { transferProofCodec } from '../../../main-chain/relay/evidence/transfer-proof.ts';
import { verifyTransferProof } from '../../../main-chain/relay/evidence/verify-transfer-proof.ts';
import { decode, encode } from '../../../schemas/codec/codec.ts';
import { checkpointDigest } from '../../../schemas/wire/checkpoint.ts';
import { testAddress, testKey } from '../../fakes/ledger-context.ts';
import { holding, openHub, sendFrom, untilTrue } from '../../fakes/native-hub.ts';
import {
  type NativeChain,
  type NativeNetwork,
  openNativeNetwork,
} from '../../fakes/native-pair.ts';
import { refusalCode } from '../../fakes/refusal.ts';
import { certificateOf, putKey, setValidators } from '../../fakes/validator-change.ts';

const ROTATIONS = 110;
const organisations = [1, 2].map((n) => ({ secretKey: testKey(n), address: testAddress(n) }));
let network: NativeNetwork;

beforeAll(async () => {
  network = await openNativeNetwork({ sides: ['jiangsu', 'anhui'], heartbeatMs: 20 });
});
afterAll(() => network?.close());

/** Each change replaces the one validator by the next test key. */
async function rotate(chain: NativeChain, first: number): Promise<void> {
  const { node, adapter, alias } = chain;
  const directory = join(network.directory, 'keys', alias);
  for (let n = first; n < first + ROTATIONS; n++) {
    putKey(directory, n);
    const action = setValidators({ genesisHash: node.genesisHash, ports: network.ports }, [n]);
    await govern(adapter, [action], organisations, network.ports);
    await certificateOf(chain, [n]);
  }
}

describe('a relayer after a long silence', () => {
  it('brings clients over 110 changes of validators on each chain, and proofs hold from genesis on', async () => {
    const { main, sides, ports } = network;
    const [jiangsu, anhui] = sides;
    if (jiangsu === undefined || anhui === undefined) throw new Error('two sides were asked for');
    const setUp = await openHub(network, 'set-up');
    await untilTrue('first certificates', async () => {
      const clients = await Promise.all(
        sides.map(({ adapter }) => adapter.facts('client', [{ client: CLIENT_OF_MAIN }])),
      );
      return clients.flat().every((client) => (client?.latestTimeMs ?? 0n) > 0n) || undefined;
    });
    const resourceId = await network.issue(1000n);
    await untilTrue(
      'the supply',
      async () => (await main.adapter.facts('books', [{ resourceId }]))[0],
    );
    await setUp.close();
    const id = await sendFrom(network, jiangsu, anhui, resourceId, 10n);
    await Promise.all([rotate(main, 300), rotate(jiangsu, 500)]);
    const { hub, untilView, close } = await openHub(network, 'later');
    const view = await untilView(id, ({ status }) => status === 'completed');
    expect(await holding(anhui, resourceId)).toBe(10n);
    const [ofMain] = await jiangsu.adapter.facts('client', [{ client: CLIENT_OF_MAIN }]);
    const [ofJiangsu] = await main.adapter.facts('client', [{ client: clientOnMain('jiangsu') }]);
    expect(ofMain?.trusted).toEqual((await certificateOf(main, [409])).checkpoint.validatorSetHash);
    expect(ofJiangsu?.trusted).toEqual(
      (await certificateOf(jiangsu, [609])).checkpoint.validatorSetHash,
    );
    const trail = transferTrail(hub.registry, view);
    const { text } = await buildTransferProof(hub.registry.main.adapter, trail, ports);
    await close();
    const proof = decode(transferProofCodec, parseProofFile(text).bytes, 'proof');
    expect(proof.certificates.length).toBeGreaterThanOrEqual(ROTATIONS);
    const judge = (changes: Partial<typeof proof>, anchor = main.node.genesisHash) =>
      verifyTransferProof(encode(transferProofCodec, { ...proof, ...changes }), anchor, ports);
    expect(judge({}).outcome).toBe('delivered');
    for (const gap of [0, 60, ROTATIONS - 1]) {
      const certificates = proof.certificates.filter((_, at) => at !== gap);
      expect(refusalCode(() => judge({ certificates }))).toBe('PROOF_CERTIFICATE');
    }
    const held = proof.certificates[50];
    if (held === undefined) throw new Error('no certificate');
    const anchor = checkpointDigest(held.checkpoint, main.node.genesisHash, ports.hash);
    expect(judge({ certificates: proof.certificates.slice(50) }, anchor).outcome).toBe('delivered');
  }, 240_000);
});
