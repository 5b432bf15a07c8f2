/**
 * One state key of a native chain for a verifier that speaks ICS-23: asked of a node, and judged here
 * before it is handed out. docs/protocol.md#ics23
 */

import { verifyIcs23 } from '../../main-chain/ledger/ics23/verify-ics23.ts';
import { verifyCertificate } from '../../main-chain/relay/checkpoint/verify-certificate.ts';
import type { VerifierPorts } from '../../main-chain/relay/evidence/verify-anchor.ts';
import { parseHex } from '../../schemas/codec/hex.ts';
import { binaryBytes, concatBytes, toHex } from '../../schemas/hash.ts';
import { nativeChainId } from '../../schemas/ids.ts';
import type { NodeMethod, NodeRequest, NodeResponse } from '../../schemas/wire/node-api.ts';
import { cliError } from '../cli/errors.ts';

/** Typed calls of one node. */
export type NodeCalls = <M extends NodeMethod>(
  method: M,
  request: NodeRequest<M>,
) => Promise<NodeResponse<M>>;

/** All bytes in hex; no value where the key is absent. */
export interface Ics23Export {
  readonly chainId: string;
  readonly height: string;
  readonly root: string;
  readonly key: string;
  readonly value: string | null;
  readonly proof: string;
}

/**
 * The proof of `key` at `height`, or at the newest certified height.
 * @throws CLI_NOT_CERTIFIED CERTIFICATE_* ICS23_* PROOF_* and what the node refuses with
 */
export async function exportIcs23Proof(
  call: NodeCalls,
  key: Uint8Array,
  height: bigint | undefined,
  { hash, signatures }: VerifierPorts,
): Promise<Ics23Export> {
  const { genesisHash } = await call('info', {});
  const answer = await call('ics23', { key, height });
  const { certificate } = await call('certificate', { height: answer.height });
  if (certificate === undefined || certificate.checkpoint.height !== answer.height)
    throw cliError('CLI_NOT_CERTIFIED', { height: answer.height });
  verifyCertificate(certificate, genesisHash, hash, signatures);
  const { stateRoot } = certificate.checkpoint;
  verifyIcs23(stateRoot, key, answer.value, answer.proof, hash);
  return {
    chainId: nativeChainId(genesisHash),
    height: answer.height.toString(),
    root: toHex(stateRoot),
    key: toHex(key),
    value: answer.value === undefined ? null : toHex(answer.value),
    proof: toHex(answer.proof),
  };
}

/**
 * A state key as docs/protocol.md#state-keys writes it, raw bytes as hex in braces:
 * `supply/{101f…}`. @throws CODEC_VALUE CODEC_* where a brace holds no hex, CLI_ARGUMENT where a letter is not ASCII
 */
export function parseStateKey(text: string): Uint8Array {
  const parts = text.split(/\{([^{}]*)\}/);
  const isPlain = (part: string) => /^[\x20-\x7a|]*$/.test(part);
  if (text === '' || !parts.every((part, at) => at % 2 === 1 || isPlain(part)))
    throw cliError('CLI_ARGUMENT', { key: text });
  return concatBytes(
    ...parts.map((part, at) => (at % 2 === 1 ? parseHex(part) : binaryBytes(part))),
  );
}
