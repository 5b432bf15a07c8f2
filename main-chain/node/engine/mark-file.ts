/**
 * The durable high-water mark of one key. The file holds two records of the newest mark, each height(8) ‖
 * digest(32) ‖ signature(65) ‖ SHA256 of these(32), of which one is synced before a signature leaves: a
 * torn write hurts a record whose signature has not left, and damage to one record is made good from
 * the other. docs/architecture.md#signer
 */
import { existsSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Reader } from '../../../schemas/codec/reader.ts';
import { Writer } from '../../../schemas/codec/writer.ts';
import { equalBytes } from '../../../schemas/hash.ts';
import type { HashPort, SignaturePort } from '../../../schemas/ports.ts';
import type { FaultPort, WritePoint } from '../../host/fault-port.ts';
import { writeFailure } from '../../host/write-failure.ts';
import { nodeError } from '../errors.ts';

export interface MarkPorts {
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

/** The mark of a key that has signed nothing: the first block is of height 1. */
const NOTHING_SIGNED: Mark = {
  height: 0n,
  digest: new Uint8Array(32),
  signature: new Uint8Array(65),
};
const RECORD = 137;
const BODY = 105;

/** Opened with `open`, one at a time for a file; `close` must be called. */
export class MarkFile {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #ports: MarkPorts;
  #mark: Mark;
  /** Which record is written and synced next: never the one that was synced last. */
  #next: 0 | 1 = 0;

  private constructor(path: string, file: FileHandle, ports: MarkPorts, mark: Mark) {
    this.#path = path;
    this.#file = file;
    this.#ports = ports;
    this.#mark = mark;
  }

  /** Opens (or makes) the mark of the key of `address`. @throws SIGNER_MARK_CORRUPT STORE_FULL STORE_FAILED */
  static async open(path: string, address: Uint8Array, ports: MarkPorts): Promise<MarkFile> {
    if (!existsSync(path)) await makeFile(path, ports);
    const file = await open(path, 'r+');
    try {
      const bytes = new Uint8Array(await file.readFile());
      const mark = newestMark(bytes, address, ports);
      if (mark === undefined) throw nodeError('SIGNER_MARK_CORRUPT', { path });
      const opened = new MarkFile(path, file, ports, mark);
      await opened.#restore(bytes);
      return opened;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get mark(): Mark {
    return this.#mark;
  }

  /** Returns when the mark is durable; after a failure it must not be called again. @throws STORE_FULL STORE_FAILED */
  async write(mark: Mark): Promise<void> {
    const record = encodeMark(mark, this.#ports.hash);
    const first = this.#next;
    const second = first === 0 ? 1 : 0;
    await this.#put(record, first, 'signer/mark');
    await this.#sync();
    // Not synced: until it is, nothing touches the record that was.
    await this.#put(record, second, 'signer/copy');
    this.#next = second;
    this.#mark = mark;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Makes both records of `bytes`, what the file holds, the newest mark's. */
  async #restore(bytes: Uint8Array): Promise<void> {
    const record = encodeMark(this.#mark, this.#ports.hash);
    const stale = ([0, 1] as const).find(
      (at) => !equalBytes(bytes.subarray(at * RECORD, (at + 1) * RECORD), record),
    );
    // What a killed process has written may not be on the disk yet.
    await this.#sync();
    if (stale === undefined) return;
    await this.#put(record, stale, 'signer/copy');
    await this.#sync();
  }

  async #put(record: Uint8Array, at: 0 | 1, point: WritePoint): Promise<void> {
    await this.#attempt(point, async () => {
      const { bytesWritten } = await this.#file.write(record, 0, RECORD, at * RECORD);
      if (bytesWritten !== RECORD) throw new Error(`${bytesWritten} of ${RECORD} bytes written`);
    });
  }

  async #sync(): Promise<void> {
    await this.#attempt('signer/sync', () => this.#file.datasync());
  }

  #attempt(point: WritePoint, write: () => Promise<void>): Promise<void> {
    return attempt(this.#path, this.#ports.faults, point, write);
  }
}

async function attempt(
  path: string,
  faults: FaultPort,
  point: WritePoint,
  write: () => Promise<void>,
): Promise<void> {
  try {
    faults(point, 'before');
    await write();
    faults(point, 'after');
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}

/** Makes the file whole or not at all, and its name durable: a mark that vanishes with the power is no mark. */
async function makeFile(path: string, { hash, faults }: MarkPorts): Promise<void> {
  const aside = `${path}.new`;
  const record = encodeMark(NOTHING_SIGNED, hash);
  await attempt(path, faults, 'signer/file', async () => {
    const made = await open(aside, 'w', 0o600);
    try {
      await made.writeFile(Buffer.concat([record, record]));
      await made.sync();
    } finally {
      await made.close();
    }
  });
  await attempt(path, faults, 'signer/rename', async () => {
    await rename(aside, path);
    const folder = await open(dirname(path), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  });
}

function encodeMark({ height, digest, signature }: Mark, hash: HashPort): Uint8Array {
  const body = new Writer().u64(height).fixed(digest, 32).fixed(signature, 65).finish();
  const record = new Uint8Array(RECORD);
  record.set(body);
  record.set(hash.sha256(body), BODY);
  return record;
}

/** The higher of what both records say, or undefined where neither says anything. */
function newestMark(bytes: Uint8Array, address: Uint8Array, ports: MarkPorts): Mark | undefined {
  if (bytes.length !== 2 * RECORD) return undefined;
  const [first, second] = [0, RECORD].map((from) =>
    readMark(bytes.subarray(from, from + RECORD), address, ports),
  );
  if (first === undefined || second === undefined) return first ?? second;
  return first.height > second.height ? first : second;
}

/** A record's mark; undefined where it is not whole or not this key's. */
function readMark(
  record: Uint8Array,
  address: Uint8Array,
  { hash, signatures }: MarkPorts,
): Mark | undefined {
  if (!equalBytes(hash.sha256(record.subarray(0, BODY)), record.subarray(BODY))) return undefined;
  const reader = new Reader(record, 'mark');
  const mark = {
    height: reader.u64('height'),
    digest: reader.fixed(32, 'digest'),
    signature: reader.fixed(65, 'signature'),
  };
  if (mark.height === 0n) return NOTHING_SIGNED;
  const signer = signatures.recoverAddress(mark.digest, mark.signature);
  return signer !== undefined && equalBytes(signer, address) ? mark : undefined;
}
