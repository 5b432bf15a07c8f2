/**
 * The fastest ports this machine has: native where the bindings load, else noble, and one sentence
 * that says which. docs/performance.md#ports
 */
import { nobleHash } from '../../schemas/hash.ts';
import type { BlsPort, HashPort, SignaturePort } from '../../schemas/ports.ts';
import { nobleSignature } from '../ledger/noble-signature.ts';
import { nobleBls } from '../relay/ethereum/pos/noble-bls.ts';
import { loadNativeBls } from './native-bls.ts';
import { loadNativeHash } from './native-hash.ts';
import { loadNativeSignature } from './native-signature.ts';

/** The ports; `missing` is the sentence to say at start where a native one is not there. */
export interface Ports {
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
  readonly bls: BlsPort;
  readonly missing: string | undefined;
}

/** Loads the ports once for a process or worker. */
export async function loadPorts(): Promise<Ports> {
  const hash = await loadNativeHash();
  const signatures = loadNativeSignature(hash ?? nobleHash);
  const bls = loadNativeBls();
  const found = { hashing: hash, signatures, 'BLS signatures': bls };
  const slow = Object.entries(found).flatMap(([name, port]) => (port === undefined ? [name] : []));
  return {
    hash: hash ?? nobleHash,
    signatures: signatures ?? nobleSignature,
    bls: bls ?? nobleBls,
    missing:
      slow.length === 0
        ? undefined
        : `No native binding for ${slow.join(', ')} on this machine: JavaScript is used instead, which is right but many times slower.`,
  };
}
