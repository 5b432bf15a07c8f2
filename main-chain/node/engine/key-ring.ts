/**
 * The validator keys this node signs with: named files, read at start, and a directory that is looked
 * through again whenever power is missing, so that keys may arrive while the node runs. Each key has
 * its own durable mark. docs/architecture.md#validator-keys
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { equalBytes, toHex } from '../../../schemas/hash.ts';
import { type KeyPair, readKeyFile } from '../../host/key-file.ts';
import { CheckpointSigner } from './checkpoint-signer.ts';
import type { MarkPorts } from './mark-file.ts';
import { type MarkDeps, requireNewestMark, requireSignedBlock } from './verify-mark.ts';

export interface KeyRingConfig {
  /** Key files that must be there at start. */
  readonly files: readonly string[];
  /** Where further key files (`*.json`) may come. */
  readonly directory: string | undefined;
  /** Where the marks are. */
  readonly marks: string;
}

export interface KeyRingDeps extends MarkPorts, MarkDeps {
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

  /** @throws KEY_FILE_* SIGNER_MARK_CORRUPT STORE_FULL STORE_FAILED */
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
        await this.#add(file, (signer) => this.#requireMark(signer));
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

  /** Holds a file's key, unless it is held already or `verify` rejects: no key signs before that. */
  async #add(file: string, verify?: (signer: CheckpointSigner) => Promise<void>): Promise<void> {
    const key = readKeyFile(file, this.#deps.signatures);
    if (this.signerOf(key.address) !== undefined) return;
    const mark = join(this.#config.marks, `${toHex(key.address)}.mark`);
    const held = { key, signer: await CheckpointSigner.open(mark, key, this.#deps) };
    try {
      await verify?.(held.signer);
    } catch (error) {
      await held.signer.close();
      throw error;
    }
    this.#held.push(held);
  }

  /** While the node runs nobody is asked: a key whose mark and the store do not fit waits for the next start. */
  async #requireMark(signer: CheckpointSigner): Promise<void> {
    await requireNewestMark(signer, this.#deps);
    requireSignedBlock(signer, this.#deps);
  }
}
