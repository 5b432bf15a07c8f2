/**
 * What a chain's newest certified state holds under some keys, and the way there from its genesis: the
 * trunk of every offline proof. docs/protocol.md#offline-proof
 */
import type { ChainAdapter } from '../../adapters/chain-adapter.ts';
import type { ClientFact } from '../../adapters/chain-facts.ts';
import { certificatesOf } from '../../adapters/evidence.ts';
import {
  type CheckpointTrail,
  MAX_CERTIFICATES,
} from '../../main-chain/relay/evidence/transfer-proof.ts';
import { decode } from '../../schemas/codec/codec.ts';
import type { HashPort } from '../../schemas/ports.ts';
import type { Certificate } from '../../schemas/wire/checkpoint.ts';
import { genesisCodec } from '../../schemas/wire/genesis.ts';
import { GENESIS_KEY } from '../../schemas/wire/state-keys.ts';
import { validatorSetHash } from '../../schemas/wire/validator-set.ts';
import { hubError } from '../errors.ts';
import { NO_UPDATES } from './find-item.ts';

/** Values in the order of the keys, undefined for absent, and one state proof for all of them. */
export interface StateTrail extends CheckpointTrail {
  readonly values: readonly (Uint8Array | undefined)[];
  readonly stateProof: Uint8Array;
}

/** Genesis, certificates up to the newest checkpoint, and the state proof under it. @throws HUB_PROOF_UNAVAILABLE ADAPTER_* */
export async function proveState(
  chain: ChainAdapter,
  keys: readonly string[],
  hash: HashPort,
): Promise<StateTrail> {
  const {
    values: [genesis],
  } = await chain.prove([GENESIS_KEY]);
  if (genesis === undefined) throw hubError('HUB_PROOF_UNAVAILABLE', { key: GENESIS_KEY });
  const { genesisHash } = chain.description;
  const first = validatorSetHash(decode(genesisCodec, genesis, 'genesis').validators, hash);
  const certificates = await certificatesFrom(chain, first);
  const height = certificates.at(-1)?.checkpoint.height;
  const { values, proof } = await chain.prove(keys, height);
  return { genesisHash, genesis, certificates, values, stateProof: proof };
}

/** Every set change from genesis on, then the newest certificate. */
async function certificatesFrom(
  chain: ChainAdapter,
  genesisSet: Uint8Array,
): Promise<readonly Certificate[]> {
  const trusted: ClientFact = { ...NO_UPDATES, latestHeight: 0n, trusted: genesisSet };
  const bundle = await chain.evidence({ task: 'update', trusted });
  const certificates = bundle === undefined ? [] : certificatesOf(bundle);
  if (certificates.length === 0 || certificates.length > MAX_CERTIFICATES)
    throw hubError('HUB_PROOF_UNAVAILABLE', { certificates: certificates.length });
  return certificates;
}
