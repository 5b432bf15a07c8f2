/* Seeded values of the simple types, and certificates: equal seeds give equal values for ever. */
import type { Certificate } from '../../../../schemas/wire/checkpoint.ts';

/** xorshift32: a stream of unsigned 32-bit integers. */
export class Samples {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 1;
  }

  int(below: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % below;
  }

  big(bits: number): bigint {
    let value = 0n;
    for (let at = 0; at < bits; at += 16) value = (value << 16n) | BigInt(this.int(65_536));
    return value >> BigInt(this.int(bits));
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.int(256));
  }

  text(max: number): string {
    const letters = '江苏安徽绿证abcxyz019-/é';
    return Array.from({ length: this.int(max / 3) }, () => letters[this.int(letters.length)]).join(
      '',
    );
  }

  list<T>(max: number, make: () => T): T[] {
    return Array.from({ length: this.int(max + 1) }, make);
  }

  maybe<T>(make: () => T): T | undefined {
    return this.int(2) === 0 ? undefined : make();
  }
}

export const u64 = (s: Samples) => s.big(64);
export const hash = (s: Samples) => s.bytes(32);
export const address = (s: Samples) => s.bytes(20);
export const pick = <T>(s: Samples, values: readonly T[]): T => values[s.int(values.length)] as T;

export const validators = (s: Samples) => s.list(5, () => ({ address: address(s), power: u64(s) }));

export const sampleCertificate = (s: Samples): Certificate => ({
  checkpoint: {
    height: u64(s),
    stateRoot: hash(s),
    outboxRoot: hash(s),
    timeMs: u64(s),
    validatorSetHash: hash(s),
    nextValidatorSetHash: hash(s),
  },
  validators: validators(s),
  signatures: s.list(5, () => ({ index: s.int(65_536), signature: s.bytes(65) })),
});
