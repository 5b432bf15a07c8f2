/** A growing list of 32-bit integers: node references without a boxed number or an array of objects. */

/** Appends at the end, takes from the end, keeps its buffer when cleared. */
export class IntList {
  items: Int32Array;
  length = 0;

  constructor(capacity = 16) {
    this.items = new Int32Array(capacity);
  }

  push(value: number): void {
    if (this.length === this.items.length) {
      const grown = new Int32Array(this.length * 2);
      grown.set(this.items);
      this.items = grown;
    }
    this.items[this.length++] = value;
  }

  /** The last item, removed; 0 when there is none. */
  pop(): number {
    if (this.length === 0) return 0;
    this.length -= 1;
    return this.items[this.length] as number;
  }

  clear(): void {
    this.length = 0;
  }

  /** The items as an array of exactly their length. */
  toArray(): Int32Array {
    return this.items.slice(0, this.length);
  }
}
