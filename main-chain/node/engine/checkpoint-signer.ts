/**
 * Signs checkpoints under a durable high-water mark of its own: height, digest and signature are on
 * the disk before a signature leaves. The same height and digest gets the stored signature again; all
 * else at or below the mark is refused. Never part of a backup image. docs/protocol.md#signing
 */
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Reader } from '../../../schemas/codec/reader.ts';
import { Writer } from '../../../schemas/codec/writer.ts';
import { equalBytes } from '../../../schemas/hash.ts';
import type { HashPort, SignaturePort } from '../../../schemas/ports.ts';
import type { FaultPort } from '../../host/fault-port.ts';
import type { KeyPair } from '../../host/key-file.ts';
import { writeFailure } from '../../host/write-failure.ts';
import { nodeError } from '../errors.ts';

export interface SignerPorts {
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
  readonly faults: FaultPort;
}

/** The newest checkpoint a key has signed. */
export interface Mark {
  readonly height: bigint;
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * Two slots are written in turn, each height(8) ‖ digest(32) ‖ signature(65) ‖ SHA256 of these(32), so
 * that a torn write can only hurt a mark whose signature has not left.
 */
const SLOT = 137;
const BODY = 105;

/** One key's signer; `close` must be called. */
export class CheckpointSigner {
  readonly address: Uint8Array;
  readonly #key: KeyPair;
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #ports: SignerPorts;
  #mark: Mark | undefined;
  #slot: number;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    key: KeyPair,
    { path, file }: { path: string; file: FileHandle },
    ports: SignerPorts,
    found: Found,
  ) {
    this.address = key.address;
    this.#path = path;
    this.#key = key;
    this.#file = file;
    this.#ports = ports;
    this.#mark = found.mark;
    this.#slot = found.nextSlot;
  }

  /** Opens (or makes) the mark at `path`. @throws SIGNER_MARK_CORRUPT */
  static async open(path: string, key: KeyPair, ports: SignerPorts): Promise<CheckpointSigner> {
    await makeFile(path);
    const file = await open(path, 'r+');
    try {
      const found = await readMark(path, file, ports.hash);
      return new CheckpointSigner(key, { path, file }, ports, found);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** What was signed last, or undefined where the key has signed nothing yet. */
  get mark(): Mark | undefined {
    return this.#mark;
  }

  /** The signature over a checkpoint's digest. @throws SIGNER_BELOW_MARK SIGNER_CONFLICT STORE_FULL STORE_FAILED */
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
    const mark = this.#mark;
    if (mark !== undefined && height < mark.height) {
      throw nodeError('SIGNER_BELOW_MARK', { height, mark: mark.height });
    }
    if (mark !== undefined && height === mark.height) {
      if (equalBytes(digest, mark.digest)) return mark.signature;
      throw nodeError('SIGNER_CONFLICT', { height });
    }
    const signature = this.#ports.signatures.sign(digest, this.#key.secretKey);
    const body = new Writer().u64(height).fixed(digest, 32).fixed(signature, 65).finish();
    const record = new Uint8Array(SLOT);
    record.set(body);
    record.set(this.#ports.hash.sha256(body), BODY);
    await this.#writeSynced(record);
    this.#mark = { height, digest, signature };
    this.#slot = 1 - this.#slot;
    return signature;
  }

  async #writeSynced(record: Uint8Array): Promise<void> {
    const { faults } = this.#ports;
    try {
      faults('signer/mark', 'before');
      const { bytesWritten } = await this.#file.write(record, 0, SLOT, this.#slot * SLOT);
      if (bytesWritten !== SLOT) throw new Error(`${bytesWritten} of ${SLOT} bytes were written`);
      faults('signer/mark', 'after');
      faults('signer/sync', 'before');
      await this.#file.datasync();
      faults('signer/sync', 'after');
    } catch (cause) {
      throw writeFailure(this.#path, cause);
    }
  }
}

/** Makes the file and its name durable: a mark that vanishes with the power is no mark. */
async function makeFile(path: string): Promise<void> {
  const made = await open(path, 'a', 0o600);
  await made.close();
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

interface Found {
  readonly mark: Mark | undefined;
  readonly nextSlot: number;
}

async function readMark(path: string, file: FileHandle, hash: HashPort): Promise<Found> {
  const bytes = new Uint8Array(await file.readFile());
  if (bytes.length === 0) return { mark: undefined, nextSlot: 0 };
  const first = slotMark(bytes.subarray(0, SLOT), hash);
  const second = slotMark(bytes.subarray(SLOT, 2 * SLOT), hash);
  if (first === undefined && second === undefined) {
    // A first write that was torn never let its signature out; anything longer is damage.
    if (bytes.length < SLOT) return { mark: undefined, nextSlot: 0 };
    throw nodeError('SIGNER_MARK_CORRUPT', { path });
  }
  if (second === undefined || (first !== undefined && first.height > second.height)) {
    return { mark: first, nextSlot: 1 };
  }
  return { mark: second, nextSlot: 0 };
}

function slotMark(slot: Uint8Array, hash: HashPort): Mark | undefined {
  if (slot.length !== SLOT) return undefined;
  if (!equalBytes(hash.sha256(slot.subarray(0, BODY)), slot.subarray(BODY))) return undefined;
  const reader = new Reader(slot, 'mark');
  return {
    height: reader.u64('height'),
    digest: reader.fixed(32, 'digest'),
    signature: reader.fixed(65, 'signature'),
  };
}
