/**
 * The validator keys this node signs with: named files, read at start, and a directory that is looked
 * through again whenever power is missing, so that keys may arrive while the node runs. Each key has
 * its own durable mark. docs/architecture.md#validator-keys
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { equalBytes, toHex } from '../../../schemas/hash.ts';
import type { Certificate } from '../../../schemas/wire/checkpoint.ts';
import { type KeyPair, readKeyFile } from '../../host/key-file.ts';
import { nodeError } from '../errors.ts';
import { CheckpointSigner, type SignerPorts } from './checkpoint-signer.ts';

export interface KeyRingConfig {
  /** Key files that must be there at start. */
  readonly files: readonly string[];
  /** Where further key files (`*.json`) may come. */
  readonly directory: string | undefined;
  /** Where the marks are. */
  readonly marks: string;
}

export interface KeyRingDeps extends SignerPorts {
  /** The newest certificate of this chain, as the store has it. */
  readonly newestCertificate: () => Promise<Certificate | undefined>;
  /** Says a sentence to the operator. */
  readonly say: (sentence: string) => void;
}

/** A key and its signer. */
export interface HeldKey {
  readonly key: KeyPair;
  readonly signer: CheckpointSigner;
}

/** Opened with `open`; `close` must be called. */
export class KeyRing {
  readonly #config: KeyRingConfig;
  readonly #deps: KeyRingDeps;
  readonly #held: HeldKey[] = [];
  /** Files of the directory that cannot be used, said once. */
  readonly #refused = new Set<string>();

  private constructor(config: KeyRingConfig, deps: KeyRingDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  /** @throws KEY_FILE_* SIGNER_MARK_CORRUPT */
  static async open(config: KeyRingConfig, deps: KeyRingDeps): Promise<KeyRing> {
    mkdirSync(config.marks, { recursive: true, mode: 0o700 });
    const ring = new KeyRing(config, deps);
    try {
      for (const file of [...config.files, ...ring.#arrived()]) await ring.#add(file);
    } catch (error) {
      await ring.close();
      throw error;
    }
    return ring;
  }

  get held(): readonly HeldKey[] {
    return this.#held;
  }

  signerOf(address: Uint8Array): CheckpointSigner | undefined {
    return this.#held.find(({ key }) => equalBytes(key.address, address))?.signer;
  }

  /** Takes up keys that have come into the directory; true where there is a new one. */
  async rescan(): Promise<boolean> {
    const before = this.#held.length;
    for (const file of this.#arrived()) {
      try {
        const added = await this.#add(file);
        if (added !== undefined) await this.#requireMark(added);
      } catch (error) {
        if (!this.#refused.has(file))
          this.#deps.say(`A validator key cannot be used: ${String(error)}`);
        this.#refused.add(file);
      }
    }
    return this.#held.length > before;
  }

  async close(): Promise<void> {
    for (const { signer } of this.#held.splice(0)) await signer.close();
  }

  #arrived(): readonly string[] {
    const { directory } = this.#config;
    if (directory === undefined) return [];
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const names = readdirSync(directory).filter((name) => name.endsWith('.json'));
    return names.sort().map((name) => join(directory, name));
  }

  async #add(file: string): Promise<HeldKey | undefined> {
    const key = readKeyFile(file, this.#deps.signatures);
    if (this.signerOf(key.address) !== undefined) return undefined;
    const mark = join(this.#config.marks, `${toHex(key.address)}.mark`);
    const held = { key, signer: await CheckpointSigner.open(mark, key, this.#deps) };
    this.#held.push(held);
    return held;
  }

  /** While the node runs nobody is asked: a key whose mark is lost waits for the next start. */
  async #requireMark(held: HeldKey): Promise<void> {
    if (!isMarkBehind(held.signer, await this.#deps.newestCertificate())) return;
    this.#held.splice(this.#held.indexOf(held), 1);
    await held.signer.close();
    throw nodeError('SIGNER_MARK_BEHIND', { address: toHex(held.key.address) });
  }
}

/** Whether a signer's mark is missing or old: it signed the newest certificate and does not know it. */
export function isMarkBehind(
  { mark, address }: CheckpointSigner,
  newest: Certificate | undefined,
): boolean {
  if (newest === undefined || (mark?.height ?? 0n) >= newest.checkpoint.height) return false;
  return newest.signatures.some(({ index }) => {
    const member = newest.validators[index];
    return member !== undefined && equalBytes(member.address, address);
  });
}
