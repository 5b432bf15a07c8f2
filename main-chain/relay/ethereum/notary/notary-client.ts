/**
 * Light client `notary`: k of n named keys vouch for a header of a network whose headers prove nothing
 * by themselves. Attested, not proven. docs/protocol.md#ethereum-notary
 *
 * The signatures bind this chain, this client, the network and the header's hash; state root, number
 * and time are read from the header the hash is of, so signers and verifier cannot mean different ones.
 */
import {
  type Codec,
  fixed,
  list,
  type StructOf,
  struct,
  u16,
  u64,
} from '../../../../schemas/codec/codec.ts';
import {
  compareBytes,
  concatBytes,
  domainTag,
  equalBytes,
  sha256Of,
} from '../../../../schemas/hash.ts';
import type { HashPort, SignaturePort } from '../../../../schemas/ports.ts';
import { contractCodec } from '../../../../schemas/wire/clients/evm-contract.ts';
import {
  type Attestation,
  MAX_NOTARIES,
  type NotaryEvidence,
  type NotaryStart,
} from '../../../../schemas/wire/clients/notary.ts';
import { ethereumError } from '../errors.ts';
import { verifyContract, wordOf } from '../evm/contract.ts';
import {
  type ClientClock,
  type ConsensusLookup,
  type EvmConsensus,
  requireNotFuture,
  requireStateRoot,
  requireTrusted,
  type Verdict,
} from '../evm/evm-consensus.ts';
import { decodeHeader } from '../evm/execution-header.ts';

const TAG = domainTag('tieline/notar/v1');

const stateFields = {
  contract: contractCodec,
  notaries: list(fixed(20), MAX_NOTARIES),
  threshold: u16,
  height: u64,
  timeMs: u64,
};
/** `height` and `timeMs`: of the newest attested header, zero before the first. */
export type NotaryState = StructOf<typeof stateFields>;
export const notaryStateCodec: Codec<NotaryState> = struct(stateFields);

/** What an attestation is for: no signature is good anywhere else. */
export interface NotaryDomain {
  /** Genesis hash of the chain that verifies. */
  readonly genesisHash: Uint8Array;
  readonly client: string;
  /** CAIP-2 id of the network attested. */
  readonly chainId: string;
}

export interface NotaryPorts {
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
}

/** A client that trusts its notaries and holds no root. `least`: smallest threshold the profile allows. @throws NOTARY_RULES EVM_CONTRACT */
export function createNotaryState(spec: NotaryStart, least: number): NotaryState {
  const { notaries, threshold } = spec;
  verifyContract(spec.contract);
  const ascends = notaries.every((each, at) => {
    const before = notaries[at - 1];
    return before === undefined || compareBytes(before, each) < 0;
  });
  const nobody = notaries.some((each) => each.every((byte) => byte === 0));
  const enough = threshold >= Math.max(1, least) && threshold <= notaries.length;
  if (!ascends || nobody || !enough || notaries.length > MAX_NOTARIES) {
    throw ethereumError('NOTARY_RULES', { notaries: notaries.length, threshold, least });
  }
  return { ...spec, height: 0n, timeMs: 0n };
}

/** What a notary signs for a header. */
export function attestationDigest(
  { genesisHash, client, chainId }: NotaryDomain,
  height: bigint,
  blockHash: Uint8Array,
  hash: HashPort,
): Uint8Array {
  const [clientHash, chainHash] = [client, chainId].map((text) =>
    hash.sha256(new TextEncoder().encode(text)),
  );
  const network = concatBytes(clientHash ?? TAG, chainHash ?? TAG);
  return sha256Of(hash, TAG, genesisHash, network, wordOf(height), blockHash);
}

/** A client's state after a message, and what the message did. */
export interface NotaryOutcome {
  readonly state: NotaryState;
  readonly verdict: Verdict;
}

/**
 * Accepts an attested header above the newest one; a second header at a height that is stored is
 * equivocation, the same one or one at a height not stored a no-op. @throws NOTARY_* EVM_HEADER_* EVM_STATE_ROOT RLP_*
 */
export function updateNotary(
  state: NotaryState,
  domain: NotaryDomain,
  attestation: Attestation,
  lookup: ConsensusLookup,
  clock: ClientClock,
  ports: NotaryPorts,
): NotaryOutcome {
  const consensus = verifyAttestation(state, domain, attestation, ports);
  const { height, timeMs } = consensus;
  requireTrusted(clock, height, timeMs);
  if (height <= state.height) {
    const stored = lookup(height);
    const same = stored === undefined || equalBytes(stored.blockHash, consensus.blockHash);
    return { state, verdict: same ? { type: 'unchanged' } : { type: 'equivocated', height } };
  }
  requireNotFuture(clock, height, timeMs);
  if (timeMs <= state.timeMs) throw ethereumError('EVM_HEADER_TIME', { height, timeMs });
  requireStateRoot(height, consensus.stateRoot);
  return { state: { ...state, height, timeMs }, verdict: { type: 'advanced', consensus } };
}

/** Judges two attestations: `equivocated`. @throws NOTARY_EVIDENCE NOTARY_* EVM_HEADER_EXPIRED RLP_* */
export function judgeNotaryEvidence(
  state: NotaryState,
  domain: NotaryDomain,
  evidence: NotaryEvidence,
  clock: ClientClock,
  ports: NotaryPorts,
): Verdict {
  const first = verifyAttestation(state, domain, evidence.first, ports);
  const second = verifyAttestation(state, domain, evidence.second, ports);
  const { height } = first;
  for (const { timeMs } of [first, second]) requireTrusted(clock, height, timeMs);
  if (height !== second.height || equalBytes(first.blockHash, second.blockHash)) {
    throw ethereumError('NOTARY_EVIDENCE', { height, other: second.height });
  }
  return { type: 'equivocated', height };
}

/** Every signature carried must be good, so a bad one beside enough refuses the whole. */
function verifyAttestation(
  { notaries, threshold }: NotaryState,
  domain: NotaryDomain,
  attestation: Attestation,
  { hash, signatures }: NotaryPorts,
): EvmConsensus {
  const header = decodeHeader(attestation.header, hash);
  const digest = attestationDigest(domain, header.number, header.hash, hash);
  let previous = -1;
  for (const { index, signature } of attestation.signatures) {
    const notary = notaries[index];
    if (notary === undefined || index <= previous) throw ethereumError('NOTARY_SIGNER', { index });
    const signer = signatures.recoverAddress(digest, signature);
    if (signer === undefined || !equalBytes(signer, notary)) {
      throw ethereumError('NOTARY_SIGNATURE', { index });
    }
    previous = index;
  }
  const signed = attestation.signatures.length;
  if (signed < threshold) throw ethereumError('NOTARY_QUORUM', { signed, threshold });
  return {
    height: header.number,
    blockHash: header.hash,
    stateRoot: header.stateRoot,
    timeMs: header.timestamp * 1000n,
    contextHash: new Uint8Array(32),
  };
}
