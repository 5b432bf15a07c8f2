/**
 * secp256k1 key files: one secret a file, mode 0600, never overwritten, refused when others may read
 * them. docs/architecture.md#keys
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { parseHex } from '../../schemas/codec/hex.ts';
import { toHex } from '../../schemas/hash.ts';
import { formatAddress } from '../../schemas/ids.ts';
import type { SignaturePort } from '../../schemas/ports.ts';
import { hostError } from './errors.ts';
import { type FaultPort, noFaults } from './fault-port.ts';
import { writeFailure } from './write-failure.ts';

/** A secret key and the 20-byte address that goes with it. */
export interface KeyPair {
  readonly secretKey: Uint8Array;
  readonly address: Uint8Array;
}

const KIND = 'tieline-secp256k1';

/** A fresh random key. */
export function generateKey(signatures: SignaturePort): KeyPair {
  for (;;) {
    const secretKey = new Uint8Array(randomBytes(32));
    try {
      return { secretKey, address: signatures.addressOf(secretKey) };
    } catch {
      // Not below the group order (chance 2^-128): draw again.
    }
  }
}

/**
 * Writes a new key file: aside first, then linked to its name, so that it is whole or not there.
 * @throws KEY_FILE_EXISTS STORE_FULL STORE_FAILED
 */
export function writeKeyFile(path: string, key: KeyPair, faults: FaultPort = noFaults): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const record = {
    kind: KIND,
    address: formatAddress(key.address),
    secretKey: toHex(key.secretKey),
  };
  const aside = `${path}.${process.pid}`;
  try {
    rmSync(aside, { force: true });
    faults('key/file', 'before');
    const text = `${JSON.stringify(record, undefined, 2)}\n`;
    writeFileSync(aside, text, { mode: 0o600, flush: true });
    faults('key/file', 'after');
    faults('key/link', 'before');
    linkSync(aside, path);
    faults('key/link', 'after');
  } catch (cause) {
    const isTaken = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw isTaken ? hostError('KEY_FILE_EXISTS', { path }, cause) : writeFailure(path, cause);
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Reads a key file. @throws KEY_FILE_MISSING KEY_FILE_MODE KEY_FILE_INVALID */
export function readKeyFile(path: string, signatures: SignaturePort): KeyPair {
  const text = readPrivate(path);
  try {
    const record: unknown = JSON.parse(text);
    const { kind, address, secretKey } = record as Record<
      'kind' | 'address' | 'secretKey',
      unknown
    >;
    if (kind === KIND && typeof secretKey === 'string') {
      const secret = parseHex(secretKey, 32);
      const derived = signatures.addressOf(secret);
      if (formatAddress(derived) === address) return { secretKey: secret, address: derived };
    }
  } catch (cause) {
    throw hostError('KEY_FILE_INVALID', { path }, stripSecret(cause));
  }
  throw hostError('KEY_FILE_INVALID', { path });
}

/** The key at `path`, made there on first use. @throws KEY_FILE_MODE KEY_FILE_INVALID */
export function ensureKeyFile(
  path: string,
  signatures: SignaturePort,
  faults: FaultPort = noFaults,
): KeyPair {
  if (!existsSync(path)) writeKeyFile(path, generateKey(signatures), faults);
  return readKeyFile(path, signatures);
}

function readPrivate(path: string): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw hostError('KEY_FILE_MISSING', { path }, cause);
  }
  try {
    const { mode } = fstatSync(file);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw hostError('KEY_FILE_MODE', { path, mode: (mode & 0o777).toString(8) });
    }
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** JSON.parse quotes its input in the message: a secret must not travel in an error. */
function stripSecret(cause: unknown): unknown {
  return cause instanceof SyntaxError ? new SyntaxError('not JSON') : cause;
}
