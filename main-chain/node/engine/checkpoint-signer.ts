/**
 * Signs checkpoints under a durable high-water mark of its own: height, digest and signature are on
 * the disk before a signature leaves. The same height and digest gets the stored signature again; all
 * else at or below the mark is refused. Never part of a backup image. docs/protocol.md#signing
 */
import { equalBytes } from '../../../schemas/hash.ts';
import type { KeyPair } from '../../host/key-file.ts';
import { nodeError } from '../errors.ts';
import { type Mark, MarkFile, type MarkPorts } from './mark-file.ts';

/** One key's signer; `close` must be called. */
export class CheckpointSigner {
  readonly #key: KeyPair;
  readonly #file: MarkFile;
  readonly #ports: MarkPorts;
  /** What a write has failed with: what the disk holds is known at the next start only. */
  #failure: unknown;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(key: KeyPair, file: MarkFile, ports: MarkPorts) {
    this.#key = key;
    this.#file = file;
    this.#ports = ports;
  }

  /** Opens (or makes) the mark at `path`. @throws SIGNER_MARK_CORRUPT STORE_FULL STORE_FAILED */
  static async open(path: string, key: KeyPair, ports: MarkPorts): Promise<CheckpointSigner> {
    return new CheckpointSigner(key, await MarkFile.open(path, key.address, ports), ports);
  }

  get address(): Uint8Array {
    return this.#key.address;
  }

  /** What was signed last, of height 0 where the key has signed nothing yet. */
  get mark(): Mark {
    return this.#file.mark;
  }

  /**
   * The signature over a checkpoint's digest; after a write that failed that failure for ever.
   * @throws SIGNER_BELOW_MARK SIGNER_CONFLICT STORE_FULL STORE_FAILED
   */
  sign(height: bigint, digest: Uint8Array): Promise<Uint8Array> {
    const signature = this.#last.then(() => this.#sign(height, digest));
    this.#last = signature.catch(() => undefined);
    return signature;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file.close();
  }

  async #sign(height: bigint, digest: Uint8Array): Promise<Uint8Array> {
    if (this.#failure !== undefined) throw this.#failure;
    const { mark } = this;
    if (height < mark.height) {
      throw nodeError('SIGNER_BELOW_MARK', { height, mark: mark.height });
    }
    if (height === mark.height) {
      if (equalBytes(digest, mark.digest)) return mark.signature;
      throw nodeError('SIGNER_CONFLICT', { height });
    }
    const signature = this.#ports.signatures.sign(digest, this.#key.secretKey);
    try {
      await this.#file.write({ height, digest, signature });
    } catch (error) {
      this.#failure = error;
      throw error;
    }
    return signature;
  }
}
