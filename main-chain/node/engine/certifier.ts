/**
 * Makes checkpoint certificates with the validator keys this node holds, after a block is on the
 * disk, and keeps the newest certified height for those who wait for it. docs/protocol.md#checkpoint
 */
import { decode } from '../../../schemas/codec/codec.ts';
import { isTielineError } from '../../../schemas/errors.ts';
import { equalBytes } from '../../../schemas/hash.ts';
import type { HashPort } from '../../../schemas/ports.ts';
import { type BlockHeader, checkpointOf } from '../../../schemas/wire/block.ts';
import { type Certificate, checkpointDigest } from '../../../schemas/wire/checkpoint.ts';
import { validatorsKey } from '../../../schemas/wire/state-keys.ts';
import {
  isQuorum,
  type MemberSignature,
  type Validator,
  validatorSetCodec,
  validatorSetHash,
  verifyValidatorSet,
} from '../../../schemas/wire/validator-set.ts';
import { nodeError } from '../errors.ts';
import type { BlockStore } from '../store/block-store.ts';
import type { KeyRing } from './key-ring.ts';

/** The newest certified block. */
export interface CertifiedHead {
  readonly height: bigint;
  readonly timeMs: bigint;
}

/** Gets every new certified head, and undefined when there will be none. */
export type HeadListener = (head: CertifiedHead | undefined) => void;

export interface CertifierDeps {
  readonly genesisHash: Uint8Array;
  readonly hash: HashPort;
  readonly store: BlockStore;
  readonly keys: Pick<KeyRing, 'signerOf' | 'rescan'>;
  /** The value of a state key after a block. */
  readonly valueAt: (key: string, height: bigint) => Uint8Array | undefined;
}

/** Signatures by the keys at hand, their power, and why a key refused. */
interface Signed {
  readonly signatures: readonly MemberSignature[];
  readonly held: bigint;
  readonly refusal: unknown;
}

/** Opened with `openCertifier`. */
export class Certifier {
  readonly #deps: CertifierDeps;
  readonly #listeners = new Set<HeadListener>();
  #head: CertifiedHead;

  constructor(deps: CertifierDeps, head: CertifiedHead) {
    this.#deps = deps;
    this.#head = head;
  }

  get head(): CertifiedHead {
    return this.#head;
  }

  /** Calls `listener` at every new certificate until the returned function is called. */
  listen(listener: HeadListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells those who wait that nothing more comes. */
  close(): void {
    for (const listener of [...this.#listeners]) listener(undefined);
    this.#listeners.clear();
  }

  /** Signs a committed block's checkpoint and stores the certificate. @throws NODE_POWER_MISSING SIGNER_* */
  async certify(header: BlockHeader): Promise<Certificate> {
    const { genesisHash, hash, store } = this.#deps;
    const checkpoint = checkpointOf(header);
    const validators = this.#validators(header);
    const digest = checkpointDigest(checkpoint, genesisHash, hash);
    const signatures = await this.#signByQuorum(validators, header.height, digest);
    const certificate = { checkpoint, validators, signatures };
    await store.putCertificate(certificate);
    this.#head = { height: header.height, timeMs: header.timeMs };
    for (const listener of [...this.#listeners]) listener(this.#head);
    return certificate;
  }

  /**
   * Where the keys at hand do not suffice, those that have arrived since are looked for. A signer that
   * refuses stops the certificate only where the others do not suffice.
   */
  async #signByQuorum(
    validators: readonly Validator[],
    height: bigint,
    digest: Uint8Array,
  ): Promise<readonly MemberSignature[]> {
    const { keys } = this.#deps;
    const total = verifyValidatorSet(validators);
    let signed = await this.#sign(validators, height, digest);
    if (!isQuorum(signed.held, total) && (await keys.rescan()))
      signed = await this.#sign(validators, height, digest);
    const { signatures, held, refusal } = signed;
    if (isQuorum(held, total)) return signatures;
    throw refusal ?? nodeError('NODE_POWER_MISSING', { held, total });
  }

  async #sign(
    validators: readonly Validator[],
    height: bigint,
    digest: Uint8Array,
  ): Promise<Signed> {
    let refusal: unknown;
    const signed = validators.map(async ({ address }, index) => {
      try {
        const signature = await this.#deps.keys.signerOf(address)?.sign(height, digest);
        return signature && { index, signature };
      } catch (error) {
        refusal ??= error;
        return undefined;
      }
    });
    const signatures = (await Promise.all(signed)).filter((each) => each !== undefined);
    const held = signatures.reduce((sum, { index }) => sum + (validators[index]?.power ?? 0n), 0n);
    return { signatures, held, refusal };
  }

  /** The set a header names: the current one in the state after that block. */
  #validators(header: BlockHeader): readonly Validator[] {
    const bytes = this.#deps.valueAt(validatorsKey('current'), header.height);
    const validators = bytes === undefined ? [] : decode(validatorSetCodec, bytes, 'validators');
    if (!equalBytes(validatorSetHash(validators, this.#deps.hash), header.validatorSetHash)) {
      throw nodeError('NODE_STATE_CORRUPT', { height: header.height });
    }
    return validators;
  }
}

/**
 * Opens the certifier and certifies the newest block where a crash came between its commit and its
 * certificate. A node that may not sign it again goes on without; the next block's certificate serves.
 */
export async function openCertifier(deps: CertifierDeps): Promise<Certifier> {
  const certified = await deps.store.certifiedHeight();
  const timeMs = deps.store.header(certified)?.timeMs ?? 0n;
  const certifier = new Certifier(deps, { height: certified, timeMs });
  const newest = await deps.store.head();
  if (newest !== undefined && newest.height > certified) {
    try {
      await certifier.certify(newest);
    } catch (error) {
      if (!isTielineError(error)) throw error;
    }
  }
  return certifier;
}
