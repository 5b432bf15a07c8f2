/**
 * Checkpoints, a native chain's finality statement, as EIP-712 typed data, and the certificate that
 * carries the signatures of more than two thirds of the power. docs/protocol.md#checkpoint
 */
import { type Codec, fixed, type StructOf, struct, u64 } from '../codec/codec.ts';
import { Writer } from '../codec/writer.ts';
import { binaryBytes, concatBytes } from '../hash.ts';
import type { HashPort } from '../ports.ts';
import { memberSignaturesCodec, validatorSetCodec } from './validator-set.ts';

const checkpointFields = {
  height: u64,
  stateRoot: fixed(32),
  outboxRoot: fixed(32),
  timeMs: u64,
  validatorSetHash: fixed(32),
  nextValidatorSetHash: fixed(32),
};

/** What validators sign for each block; `timeMs` is Unix milliseconds. 144 bytes. */
export type Checkpoint = StructOf<typeof checkpointFields>;
export const checkpointCodec: Codec<Checkpoint> = struct(checkpointFields);

const certificateFields = {
  checkpoint: checkpointCodec,
  validators: validatorSetCodec,
  signatures: memberSignaturesCodec,
};

/** A checkpoint, the set it names, and signatures in strictly ascending index order. */
export type Certificate = StructOf<typeof certificateFields>;
export const certificateCodec: Codec<Certificate> = struct(certificateFields);

const DOMAIN_TYPE = 'EIP712Domain(string name,string version,bytes32 salt)';
const CHECKPOINT_TYPE =
  'Checkpoint(uint64 height,bytes32 stateRoot,bytes32 outboxRoot,uint64 timeMs,bytes32 validatorSetHash,bytes32 nextValidatorSetHash)';

/** EIP-712 domain separator: name `Tieline Checkpoint`, version `1`, salt = genesis hash. */
export function checkpointDomain(genesisHash: Uint8Array, hash: HashPort): Uint8Array {
  const keccakText = (text: string) => hash.keccak256(binaryBytes(text));
  return hash.keccak256(
    concatBytes(
      keccakText(DOMAIN_TYPE),
      keccakText('Tieline Checkpoint'),
      keccakText('1'),
      genesisHash,
    ),
  );
}

/** The 32-byte EIP-712 digest validators sign. */
export function checkpointDigest(
  checkpoint: Checkpoint,
  genesisHash: Uint8Array,
  hash: HashPort,
): Uint8Array {
  const pad = new Uint8Array(24);
  const body = new Writer()
    .fixed(hash.keccak256(binaryBytes(CHECKPOINT_TYPE)), 32)
    .fixed(pad, 24)
    .u64(checkpoint.height)
    .fixed(checkpoint.stateRoot, 32)
    .fixed(checkpoint.outboxRoot, 32)
    .fixed(pad, 24)
    .u64(checkpoint.timeMs)
    .fixed(checkpoint.validatorSetHash, 32)
    .fixed(checkpoint.nextValidatorSetHash, 32)
    .finish();
  const prefix = Uint8Array.of(0x19, 0x01);
  return hash.keccak256(
    concatBytes(prefix, checkpointDomain(genesisHash, hash), hash.keccak256(body)),
  );
}
