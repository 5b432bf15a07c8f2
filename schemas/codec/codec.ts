/**
 * Codecs as values: one definition gives the TypeScript type, the writer and the strict reader of a
 * layout. Each is canonical: one encoding per value. docs/protocol.md#codec
 */
import { codecError } from './errors.ts';
import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

/** How values of `T` become bytes and back; `field` names the place in errors. */
export interface Codec<T> {
  write(writer: Writer, value: T): void;
  read(reader: Reader, field: string): T;
}

/** The type a codec carries. */
export type Decoded<C> = C extends Codec<infer T> ? T : never;

/** The canonical bytes of a value. @throws CODEC_BOUND CODEC_VALUE CODEC_TEXT */
export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  const writer = new Writer();
  codec.write(writer, value);
  return writer.finish();
}

/** The canonical bytes of each value, views of one array. @throws as `encode` */
export function encodeEach<T>(codec: Codec<T>, values: readonly T[]): Uint8Array[] {
  const writer = new Writer();
  const ends = values.map((value) => {
    codec.write(writer, value);
    return writer.length;
  });
  const bytes = writer.finish();
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

/** The value of canonical bytes, all of them. @throws CODEC_* */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array, label: string): T {
  const reader = new Reader(bytes, label);
  const value = codec.read(reader, label);
  reader.end();
  return value;
}

export const u8: Codec<number> = {
  write: (writer, value) => void writer.u8(value),
  read: (reader, field) => reader.u8(field),
};
export const u16: Codec<number> = {
  write: (writer, value) => void writer.u16(value),
  read: (reader, field) => reader.u16(field),
};
export const u32: Codec<number> = {
  write: (writer, value) => void writer.u32(value),
  read: (reader, field) => reader.u32(field),
};
export const u64: Codec<bigint> = {
  write: (writer, value) => void writer.u64(value),
  read: (reader, field) => reader.u64(field),
};
export const u128: Codec<bigint> = {
  write: (writer, value) => void writer.u128(value),
  read: (reader, field) => reader.u128(field),
};

/** One byte, 0 or 1 and nothing else. */
export const flag: Codec<boolean> = {
  write: (writer, value) => void writer.u8(value ? 1 : 0),
  read(reader, field) {
    const value = reader.u8(field);
    if (value > 1) throw codecError('CODEC_VALUE', { field, value });
    return value === 1;
  },
};

/** Exactly `length` bytes. */
export function fixed(length: number): Codec<Uint8Array> {
  return {
    write: (writer, value) => void writer.fixed(value, length),
    read: (reader, field) => reader.fixed(length, field),
  };
}

/** Up to `max` bytes behind their length. */
export function bytes(max: number): Codec<Uint8Array> {
  return {
    write: (writer, value) => void writer.bytes(value, max),
    read: (reader, field) => reader.bytes(max, field),
  };
}

/** NFC text of up to `max` UTF-8 bytes behind its length. */
export function text(max: number): Codec<string> {
  return {
    write: (writer, value) => void writer.text(value, max),
    read: (reader, field) => reader.text(max, field),
  };
}

/** One of the given texts as the u8 index of its place. */
export function choice<const T extends string>(names: readonly T[]): Codec<T> {
  return {
    write(writer, value) {
      const index = names.indexOf(value);
      if (index < 0) throw codecError('CODEC_VALUE', { value });
      writer.u8(index);
    },
    read(reader, field) {
      const value = names[reader.u8(field)];
      if (value === undefined) throw codecError('CODEC_VALUE', { field });
      return value;
    },
  };
}

/** A u16 count of at most `max`, then the items. */
export function list<T>(item: Codec<T>, max: number): Codec<readonly T[]> {
  return {
    write(writer, value) {
      if (value.length > max) throw codecError('CODEC_BOUND', { count: value.length, max });
      writer.u16(value.length);
      for (const entry of value) item.write(writer, entry);
    },
    read(reader, field) {
      const count = reader.count(max, field);
      const out: T[] = [];
      for (let at = 0; at < count; at++) out.push(item.read(reader, field));
      return out;
    },
  };
}

/** A flag byte, then the value where the flag is 1. */
export function optional<T>(item: Codec<T>): Codec<T | undefined> {
  return {
    write(writer, value) {
      flag.write(writer, value !== undefined);
      if (value !== undefined) item.write(writer, value);
    },
    read: (reader, field) => (flag.read(reader, field) ? item.read(reader, field) : undefined),
  };
}

type Fields = Readonly<Record<string, Codec<unknown>>>;
/** The object type of a struct's fields. */
export type StructOf<F> = { readonly [K in keyof F]: Decoded<F[K]> };

/** Fields one after another in the order given. */
export function struct<F extends Fields>(fields: F): Codec<StructOf<F>> {
  const entries = Object.entries(fields);
  return {
    write(writer, value) {
      const source: Readonly<Record<string, unknown>> = value;
      for (const [name, codec] of entries) codec.write(writer, source[name]);
    },
    read(reader) {
      const out: Record<string, unknown> = {};
      for (const [name, codec] of entries) out[name] = codec.read(reader, name);
      return out as StructOf<F>;
    },
  };
}

type Cases = Readonly<Record<string, readonly [number, Codec<unknown>]>>;
/** The tagged union of a variant's cases: `{ type, …fields }`. */
export type VariantOf<C extends Cases> = {
  [K in keyof C & string]: { readonly type: K } & Decoded<C[K][1]>;
}[keyof C & string];

/** A u8 tag, then the fields of the case it names. */
export function variant<C extends Cases>(cases: C): Codec<VariantOf<C>> {
  const byTag = new Map<number, string>();
  for (const [name, [tag]] of Object.entries(cases)) byTag.set(tag, name);
  return {
    write(writer, value) {
      const found = cases[value.type];
      if (found === undefined) throw codecError('CODEC_VALUE', { type: String(value.type) });
      writer.u8(found[0]);
      found[1].write(writer, value);
    },
    read(reader, field) {
      const name = byTag.get(reader.u8(field));
      const found = name === undefined ? undefined : cases[name];
      if (name === undefined || found === undefined) throw codecError('CODEC_VALUE', { field });
      return { type: name, ...(found[1].read(reader, field) as object) } as VariantOf<C>;
    },
  };
}
