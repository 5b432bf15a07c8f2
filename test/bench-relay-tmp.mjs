// schemas/hash.ts
import { sha256 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";

// schemas/errors.ts
var TielineError = class extends Error {
  name = "TielineError";
  code;
  data;
  retry;
  status;
  constructor(code, entry, data = {}, cause) {
    super(sentence(entry.message, data), cause === void 0 ? void 0 : { cause });
    this.code = code;
    this.data = data;
    this.retry = entry.retry;
    this.status = entry.status;
  }
  /** Where the code is explained, relative to the repository. */
  get docs() {
    return `docs/errors.md#${this.code.toLowerCase()}`;
  }
};
function createErrors(table) {
  const make = (code, data, cause) => new TielineError(code, table[code], data, cause);
  return Object.assign(make, { table });
}
function sentence(message, data) {
  const facts = Object.entries(data).map(([name, value]) => `${name} ${String(value)}`);
  return facts.length === 0 ? message : `${message} (${facts.join(", ")})`;
}

// schemas/codec/errors.ts
var codecError = createErrors({
  CODEC_TRUNCATED: { status: 400, retry: "never", message: "The bytes end before the field does" },
  CODEC_TRAILING: {
    status: 400,
    retry: "never",
    message: "Bytes are left over after the last field"
  },
  CODEC_BOUND: { status: 400, retry: "never", message: "A length or count is outside its bound" },
  CODEC_TEXT: { status: 400, retry: "never", message: "A text is not canonical UTF-8 in NFC" },
  CODEC_VALUE: {
    status: 400,
    retry: "never",
    message: "A field holds a value its type does not allow"
  },
  CODEC_HEX: {
    status: 400,
    retry: "never",
    message: "A text is not lower-case hex of the expected length"
  }
});

// schemas/hash.ts
var nobleHash = {
  name: "noble",
  sha256: (data) => sha256(data),
  sha256Pairs(input, output) {
    for (let at = 0; at < input.length; at += 64) {
      output.set(sha256(input.subarray(at, at + 64)), at / 2);
    }
  },
  keccak256: (data) => keccak_256(data)
};
var TAG_LENGTH = 16;
function domainTag(text2) {
  if (text2.length > TAG_LENGTH) {
    throw codecError("CODEC_BOUND", { length: text2.length, max: TAG_LENGTH });
  }
  const tag = new Uint8Array(TAG_LENGTH);
  for (let at = 0; at < text2.length; at++) tag[at] = text2.charCodeAt(at);
  return tag;
}
function concatBytes(...parts) {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
function equalBytes(left, right) {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false;
  return true;
}
function compareBytes(left, right) {
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
var HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
function toHex(bytes2) {
  let text2 = "";
  for (const byte of bytes2) text2 += HEX[byte] ?? "";
  return text2;
}
function binaryBytes(text2) {
  const out = new Uint8Array(text2.length);
  for (let at = 0; at < text2.length; at++) out[at] = text2.charCodeAt(at);
  return out;
}
function binaryString(bytes2) {
  let text2 = "";
  let at = 0;
  for (; at + 8 <= bytes2.length; at += 8) {
    text2 += String.fromCharCode(
      bytes2[at],
      bytes2[at + 1],
      bytes2[at + 2],
      bytes2[at + 3],
      bytes2[at + 4],
      bytes2[at + 5],
      bytes2[at + 6],
      bytes2[at + 7]
    );
  }
  for (; at < bytes2.length; at++) text2 += String.fromCharCode(bytes2[at]);
  return text2;
}
var ZERO_HASH = new Uint8Array(32);

// main-chain/ledger/noble-signature.ts
import { secp256k1 } from "@noble/curves/secp256k1.js";
var SIGNATURE = 65;
var HALF_ORDER = Uint8Array.from([
  127,
  255,
  255,
  255,
  255,
  255,
  255,
  255,
  255,
  255,
  255,
  255,
  255,
  255,
  255,
  255,
  93,
  87,
  110,
  115,
  87,
  164,
  80,
  29,
  223,
  233,
  47,
  70,
  104,
  27,
  32,
  160
]);
function isCanonicalSignature(signature) {
  const recovery = signature[64];
  if (signature.length !== SIGNATURE || recovery === void 0 || recovery > 1) return false;
  return isLow(signature) && !isZero(signature, 0) && !isZero(signature, 32);
}
function isLow(signature) {
  for (let at = 0; at < 32; at++) {
    const difference = (signature[32 + at] ?? 0) - (HALF_ORDER[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return true;
}
function isZero(signature, from) {
  for (let at = from; at < from + 32; at++) if (signature[at] !== 0) return false;
  return true;
}
var nobleSignature = {
  name: "noble",
  recoverAddress(digest2, signature) {
    if (digest2.length !== 32 || !isCanonicalSignature(signature)) return void 0;
    const recovered = concatBytes(signature.subarray(64), signature.subarray(0, 64));
    try {
      return publicKeyAddress(secp256k1.recoverPublicKey(recovered, digest2, { prehash: false }));
    } catch {
      return void 0;
    }
  },
  sign(digest2, secretKey) {
    const options = { prehash: false, format: "recovered", lowS: true };
    const signature = secp256k1.sign(digest2, secretKey, options);
    return concatBytes(signature.subarray(1), signature.subarray(0, 1));
  },
  addressOf: (secretKey) => publicKeyAddress(secp256k1.getPublicKey(secretKey, false))
};
function publicKeyAddress(publicKey) {
  const point2 = secp256k1.Point.fromBytes(publicKey).toBytes(false);
  return nobleHash.keccak256(point2.subarray(1)).slice(12);
}

// main-chain/host/native-hash.ts
import { hash as digest } from "node:crypto";
import { createRequire } from "node:module";
import { createKeccak } from "hash-wasm";
var DIGEST_LENGTH = 32;
var PAIR_LENGTH = 64;
async function loadNativeHash() {
  let bindings;
  try {
    bindings = createRequire(import.meta.url)("@chainsafe/hashtree");
  } catch {
    return void 0;
  }
  const port = createNativeHash(bindings);
  try {
    const keccak = await createKeccak(256);
    return {
      ...port,
      name: "hashtree, node:crypto, hash-wasm",
      keccak256: (data) => keccak.init().update(data).digest("binary")
    };
  } catch {
    return port;
  }
}
function createNativeHash({ hashInto }) {
  return {
    name: "hashtree, node:crypto, noble keccak",
    sha256(data) {
      const out = new Uint8Array(DIGEST_LENGTH);
      if (data.length === PAIR_LENGTH) hashInto(data, out);
      else writeDigest(data, out);
      return out;
    },
    sha256Pairs(input, output) {
      if (input.length > 0) hashInto(input, output);
    },
    keccak256: nobleHash.keccak256
  };
}
function writeDigest(data, out) {
  const text2 = digest("sha256", data, "binary");
  for (let at = 0; at < DIGEST_LENGTH; at++) out[at] = text2.charCodeAt(at);
}

// main-chain/host/native-signature.ts
import { createRequire as createRequire2 } from "node:module";
function loadNativeSignature(hash) {
  let bindings;
  try {
    bindings = createRequire2(import.meta.url)("secp256k1/bindings.js");
  } catch {
    return void 0;
  }
  return createNativeSignature(bindings, hash);
}
function createNativeSignature(bindings, hash) {
  const addressOfPoint = (point2) => hash.keccak256(point2.subarray(1)).slice(12);
  return {
    name: "libsecp256k1",
    recoverAddress(digest2, signature) {
      if (digest2.length !== 32 || !isCanonicalSignature(signature)) return void 0;
      const recovery = signature[64] ?? 0;
      try {
        return addressOfPoint(
          bindings.ecdsaRecover(signature.subarray(0, 64), recovery, digest2, false)
        );
      } catch {
        return void 0;
      }
    },
    sign(digest2, secretKey) {
      const { signature, recid } = bindings.ecdsaSign(digest2, secretKey);
      const out = new Uint8Array(65);
      out.set(signature);
      out[64] = recid;
      return out;
    },
    addressOf: (secretKey) => addressOfPoint(bindings.publicKeyCreate(secretKey, false))
  };
}

// main-chain/host/native-ports.ts
async function loadPorts() {
  const hash = await loadNativeHash();
  const signatures = loadNativeSignature(hash ?? nobleHash);
  const slow = [hash ? "" : "hashing", signatures ? "" : "signatures"].filter(
    (name) => name !== ""
  );
  return {
    hash: hash ?? nobleHash,
    signatures: signatures ?? nobleSignature,
    missing: slow.length === 0 ? void 0 : `No native binding for ${slow.join(" and ")} on this machine: JavaScript is used instead, which is right but many times slower.`
  };
}

// schemas/ids.ts
var idError = createErrors({
  ID_CHAIN: {
    status: 400,
    retry: "never",
    message: "This is not a chain id Tieline knows (CAIP-2)"
  },
  ID_CLIENT: {
    status: 400,
    retry: "never",
    message: "A client id is 4 to 64 characters of a-z, 0-9 and -"
  },
  ID_ADDRESS: {
    status: 400,
    retry: "never",
    message: "An address is 0x and 40 lower-case hex digits"
  },
  ID_ACCOUNT: { status: 400, retry: "never", message: "This is not an account id (CAIP-10)" },
  ID_RESOURCE: {
    status: 400,
    retry: "never",
    message: "A resource id is 64 lower-case hex digits"
  }
});
var MAX_CHAIN_ID = 72;
var MAX_CLIENT_ID = 64;
var CHAIN_ID = /^(?:tieline:[0-9a-f]{32}|fabric:[0-9a-f]{32}|eip155:[1-9][0-9]{0,19})$/;
var CLIENT_ID = /^[a-z0-9-]{4,64}$/;
function nativeChainId(genesisHash2) {
  return `tieline:${toHex(genesisHash2.subarray(0, 16))}`;
}
function parseChainId(text2) {
  if (!CHAIN_ID.test(text2)) throw idError("ID_CHAIN", { characters: text2.length });
  return text2;
}
function parseClientId(text2) {
  if (!CLIENT_ID.test(text2)) throw idError("ID_CLIENT", { characters: text2.length });
  return text2;
}
function formatAddress(address2) {
  return `0x${toHex(address2)}`;
}

// schemas/codec/integer-bytes.ts
var WORD = new DataView(new ArrayBuffer(8));
var WORD_BYTES = new Uint8Array(WORD.buffer);
function putU64(target, at, value) {
  WORD.setBigUint64(0, value);
  for (let index = 0; index < 8; index++) target[at + index] = WORD_BYTES[index];
}
function getU64(source, at) {
  for (let index = 0; index < 8; index++) WORD_BYTES[index] = source[at + index];
  return WORD.getBigUint64(0);
}

// schemas/codec/writer.ts
var U64 = 1n << 64n;
var U128 = 1n << 128n;
var encoder = new TextEncoder();
var Writer = class {
  #buffer;
  #at = 0;
  constructor(capacity = 64) {
    this.#buffer = new Uint8Array(capacity);
  }
  /** @throws CODEC_VALUE when `value` is not an integer below 2^8 */
  u8(value) {
    this.#small(value, 255);
    const at = this.#take(1);
    this.#buffer[at] = value;
    return this;
  }
  /** @throws CODEC_VALUE when `value` is not an integer below 2^16 */
  u16(value) {
    this.#small(value, 65535);
    return this.#bigEndian(value, 2);
  }
  /** @throws CODEC_VALUE when `value` is not an integer below 2^32 */
  u32(value) {
    this.#small(value, 4294967295);
    return this.#bigEndian(value, 4);
  }
  /** @throws CODEC_VALUE when `value` is negative or not below 2^64 */
  u64(value) {
    if (value < 0n || value >= U64) throw codecError("CODEC_VALUE", { value, type: "u64" });
    const at = this.#take(8);
    putU64(this.#buffer, at, value);
    return this;
  }
  /** @throws CODEC_VALUE when `value` is negative or not below 2^128 */
  u128(value) {
    if (value < 0n || value >= U128) throw codecError("CODEC_VALUE", { value, type: "u128" });
    const at = this.#take(16);
    putU64(this.#buffer, at, value >> 64n);
    putU64(this.#buffer, at + 8, value);
    return this;
  }
  /** Bytes of a length the layout fixes. @throws CODEC_BOUND */
  fixed(bytes2, length) {
    if (bytes2.length !== length)
      throw codecError("CODEC_BOUND", { length: bytes2.length, expected: length });
    const at = this.#take(length);
    this.#buffer.set(bytes2, at);
    return this;
  }
  /** Length (u16 when `max` ≤ 65,535, else u32), then the bytes. @throws CODEC_BOUND */
  bytes(bytes2, max) {
    if (bytes2.length > max) throw codecError("CODEC_BOUND", { length: bytes2.length, max });
    if (max <= 65535) this.u16(bytes2.length);
    else this.u32(bytes2.length);
    return this.fixed(bytes2, bytes2.length);
  }
  /** UTF-8 bytes of NFC text, `max` counted in bytes. @throws CODEC_TEXT CODEC_BOUND */
  text(text2, max) {
    if (isAscii(text2)) return this.#ascii(text2, max);
    if (text2.normalize("NFC") !== text2 || /\p{Surrogate}/u.test(text2))
      throw codecError("CODEC_TEXT");
    return this.bytes(encoder.encode(text2), max);
  }
  /** The bytes written; the writer is of no use afterwards. */
  finish() {
    return this.#at === this.#buffer.length ? this.#buffer : this.#buffer.slice(0, this.#at);
  }
  /** ASCII is its own UTF-8 and always NFC: nearly every text of the protocol, at a tenth of the cost. */
  #ascii(text2, max) {
    const { length } = text2;
    if (length > max) throw codecError("CODEC_BOUND", { length, max });
    if (max <= 65535) this.u16(length);
    else this.u32(length);
    const at = this.#take(length);
    for (let index = 0; index < length; index++) this.#buffer[at + index] = text2.charCodeAt(index);
    return this;
  }
  #small(value, max) {
    if (!Number.isInteger(value) || value < 0 || value > max) {
      throw codecError("CODEC_VALUE", { value, max });
    }
  }
  #bigEndian(value, length) {
    const at = this.#take(length);
    for (let index = 0; index < length; index++) {
      this.#buffer[at + index] = value >>> 8 * (length - 1 - index);
    }
    return this;
  }
  #take(length) {
    const at = this.#at;
    const end = at + length;
    if (end > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(end, this.#buffer.length * 2));
      grown.set(this.#buffer);
      this.#buffer = grown;
    }
    this.#at = end;
    return at;
  }
};
function isAscii(text2) {
  for (let at = 0; at < text2.length; at++) if (text2.charCodeAt(at) > 127) return false;
  return true;
}

// schemas/wire/state-keys.ts
function u64Text(value) {
  return binaryString(new Writer(8).u64(value).finish());
}
var accountKey = (address2) => `account/${binaryString(address2)}`;
var admittedKey = (address2) => `admitted/${binaryString(address2)}`;
var holdingKey = (resourceId, owner) => `holding/${binaryString(resourceId)}${binaryString(owner)}`;
var resourceKey = (resourceId) => `resource/${binaryString(resourceId)}`;
var supplyKey = (resourceId) => `supply/${binaryString(resourceId)}`;
var outstandingKey = (resourceId) => `outstanding/${binaryString(resourceId)}`;
var lockKey = (lockId2) => `lock/${binaryString(lockId2)}`;
var statementKey = (resourceId, index) => `statement/${binaryString(resourceId)}${u64Text(index)}`;
var clientKey = (client2) => `client/${client2}`;
var consensusKey = (client2, height) => `consensusState/${client2}/${u64Text(height)}`;
var consensusRingKey = (client2, slot) => `consensusRing/${client2}/${u64Text(slot)}`;
var MAIN_CLIENT_KEY = "chain/mainClient";
var nextSequenceKey = (client2) => `nextSequenceSend/${client2}`;
var settledBelowKey = (client2) => `settledBelow/${client2}`;
var prunedBelowKey = (client2) => `prunedBelow/${client2}`;
var forwardsBelowKey = (client2) => `forwardsBelow/${client2}`;
var laneKey = (client2) => `lane/${client2}`;
var flowKey = (client2, resourceId) => `flow/${client2}/${binaryString(resourceId)}`;
var resendKey = (client2, sequence) => `resend/${client2}/${u64Text(sequence)}`;
var routeKey = (chainId) => `route/${chainId}`;
var routeGenesisKey = (genesisHash2) => `routeGenesis/${binaryString(genesisHash2)}`;
var routeAliasKey = (alias) => `routeAlias/${alias}`;
var issuerKey = (issuer) => `issuer/${binaryString(issuer)}`;
var locationKey = (resourceId, client2) => `location/${binaryString(resourceId)}/${client2}`;
var transitKey = (resourceId, client2) => `transit/${binaryString(resourceId)}/${client2}`;
var booksKey = (resourceId) => `books/${binaryString(resourceId)}`;
var forwardKey = (client2, sequence) => `forward/${client2}/${u64Text(sequence)}`;
var meteringKey = (point2) => `metering/${binaryString(point2)}`;
var proposalKey = (id2) => `proposal/${binaryString(id2)}`;
var guardianKey = (address2) => `guardian/${binaryString(address2)}`;
var validatorsKey = (which) => `validators/${which}`;
var GENESIS_KEY = "chain/genesis";
var blockHashKey = (height) => `blockHash/${u64Text(height)}`;
var outboxRootKey = (height) => `outboxRoot/${u64Text(height)}`;
var outboxRingKey = (slot) => `outboxRing/${u64Text(slot)}`;
var OUTBOX_COUNT_KEY = "outbox/count";

// main-chain/ledger/errors.ts
var ledgerError = createErrors({
  TX_EXPIRED: {
    status: 400,
    retry: "never",
    message: "The transaction has expired or expires more than 24 hours ahead"
  },
  TX_SIGNATURE: {
    status: 401,
    retry: "never",
    message: "The signature is not the named sender\u2019s over this chain\u2019s digest"
  },
  TX_NONCE: {
    status: 409,
    retry: "never",
    message: "The nonce is used or outside the account\u2019s window of 256"
  },
  TX_UNSUPPORTED: {
    status: 400,
    retry: "never",
    message: "This chain does not execute messages of this type"
  },
  ACCOUNT_NOT_ADMITTED: {
    status: 403,
    retry: "later",
    message: "The account is not on this chain\u2019s admission list"
  },
  RESOURCE_UNKNOWN: {
    status: 404,
    retry: "later",
    message: "This chain does not know the resource"
  },
  RESOURCE_EXISTS: {
    status: 409,
    retry: "never",
    message: "The resource is on this chain already"
  },
  RESOURCE_FROZEN: { status: 423, retry: "later", message: "The resource is frozen by case order" },
  RESOURCE_NOT_FROZEN: { status: 409, retry: "never", message: "The resource is not frozen" },
  RESOURCE_HALTED: {
    status: 423,
    retry: "later",
    message: "The resource is halted because its books do not add up"
  },
  RESOURCE_ID: {
    status: 400,
    retry: "never",
    message: "The resource id is not the hash of this origin"
  },
  RESOURCE_NOT_HOME: {
    status: 409,
    retry: "never",
    message: "Only the home chain of a resource may do this"
  },
  QUANTITY_ZERO: { status: 400, retry: "never", message: "A quantity must be above zero" },
  QUANTITY_OVERFLOW: { status: 400, retry: "never", message: "A quantity would pass 2^128 \u2212 1" },
  HOLDING_INSUFFICIENT: {
    status: 409,
    retry: "later",
    message: "The owner holds less than this quantity here"
  },
  LOCK_EXISTS: { status: 409, retry: "never", message: "A lock with these terms is open already" },
  LOCK_UNKNOWN: { status: 404, retry: "never", message: "There is no open lock with this id" },
  LOCK_EXPIRY: {
    status: 400,
    retry: "never",
    message: "A lock must expire in the future, at most a year ahead"
  },
  LOCK_FORBIDDEN: {
    status: 403,
    retry: "later",
    message: "Only the agent may unlock before the lock expires, and only to the owner after it"
  },
  PROPOSAL_FORBIDDEN: {
    status: 403,
    retry: "never",
    message: "Only a current organisation may propose or vote"
  },
  PROPOSAL_EXISTS: { status: 409, retry: "never", message: "The same proposal is open already" },
  PROPOSAL_UNKNOWN: {
    status: 404,
    retry: "never",
    message: "There is no open proposal with this id"
  },
  PROPOSAL_EXPIRED: {
    status: 409,
    retry: "never",
    message: "The proposal has expired, or its expiry is not between now and 90 days ahead"
  },
  PROPOSAL_QUORUM: {
    status: 409,
    retry: "later",
    message: "Too few current organisations have voted for the proposal"
  },
  PROPOSAL_DELAY: { status: 409, retry: "later", message: "The proposal\u2019s delay has not passed" },
  ACTION_UNSUPPORTED: {
    status: 400,
    retry: "never",
    message: "This chain does not execute actions of this type"
  },
  MEMBER_EXISTS: { status: 409, retry: "never", message: "The account is admitted already" },
  MEMBER_UNKNOWN: {
    status: 404,
    retry: "never",
    message: "The account is not on the admission list"
  }
});

// schemas/codec/reader.ts
var decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
var Reader = class {
  #bytes;
  #label;
  #at = 0;
  constructor(bytes2, label) {
    this.#bytes = bytes2;
    this.#label = label;
  }
  u8(field) {
    return this.#bytes[this.#take(1, field)];
  }
  u16(field) {
    return this.#bigEndian(2, field);
  }
  u32(field) {
    return this.#bigEndian(4, field);
  }
  u64(field) {
    return getU64(this.#bytes, this.#take(8, field));
  }
  u128(field) {
    const at = this.#take(16, field);
    const high = getU64(this.#bytes, at);
    const low = getU64(this.#bytes, at + 8);
    return high === 0n ? low : high << 64n | low;
  }
  /** A copy of the next `length` bytes. */
  fixed(length, field) {
    const at = this.#take(length, field);
    return this.#bytes.slice(at, at + length);
  }
  /** Length-prefixed bytes of at most `max`. @throws CODEC_BOUND */
  bytes(max, field) {
    const length = max <= 65535 ? this.u16(field) : this.u32(field);
    if (length > max) throw codecError("CODEC_BOUND", { label: this.#label, field, length, max });
    return this.fixed(length, field);
  }
  /** Length-prefixed canonical NFC text of at most `max` bytes. @throws CODEC_TEXT CODEC_BOUND */
  text(max, field) {
    const bytes2 = this.bytes(max, field);
    const ascii = asciiText(bytes2);
    if (ascii !== void 0) return ascii;
    try {
      const text2 = decoder.decode(bytes2);
      if (text2.normalize("NFC") === text2) return text2;
    } catch (cause) {
      throw codecError("CODEC_TEXT", { label: this.#label, field }, cause);
    }
    throw codecError("CODEC_TEXT", { label: this.#label, field });
  }
  /** A u16 count of at most `max`. @throws CODEC_BOUND */
  count(max, field) {
    const count = this.u16(field);
    if (count > max) throw codecError("CODEC_BOUND", { label: this.#label, field, count, max });
    return count;
  }
  /** @throws CODEC_TRAILING when bytes are left */
  end() {
    const left = this.#bytes.length - this.#at;
    if (left !== 0) throw codecError("CODEC_TRAILING", { label: this.#label, left });
  }
  #bigEndian(length, field) {
    const at = this.#take(length, field);
    let value = 0;
    for (let index = 0; index < length; index++) {
      value = value * 256 + this.#bytes[at + index];
    }
    return value;
  }
  #take(length, field) {
    const at = this.#at;
    if (length > this.#bytes.length - at) {
      throw codecError("CODEC_TRUNCATED", { label: this.#label, field });
    }
    this.#at = at + length;
    return at;
  }
};
function asciiText(bytes2) {
  for (let at = 0; at < bytes2.length; at++) if (bytes2[at] > 127) return void 0;
  return binaryString(bytes2);
}

// schemas/codec/codec.ts
function encode(codec, value) {
  const writer = new Writer();
  codec.write(writer, value);
  return writer.finish();
}
function decode(codec, bytes2, label) {
  const reader = new Reader(bytes2, label);
  const value = codec.read(reader, label);
  reader.end();
  return value;
}
var u16 = {
  write: (writer, value) => void writer.u16(value),
  read: (reader, field) => reader.u16(field)
};
var u32 = {
  write: (writer, value) => void writer.u32(value),
  read: (reader, field) => reader.u32(field)
};
var u64 = {
  write: (writer, value) => void writer.u64(value),
  read: (reader, field) => reader.u64(field)
};
var u128 = {
  write: (writer, value) => void writer.u128(value),
  read: (reader, field) => reader.u128(field)
};
var flag = {
  write: (writer, value) => void writer.u8(value ? 1 : 0),
  read(reader, field) {
    const value = reader.u8(field);
    if (value > 1) throw codecError("CODEC_VALUE", { field, value });
    return value === 1;
  }
};
function fixed(length) {
  return {
    write: (writer, value) => void writer.fixed(value, length),
    read: (reader, field) => reader.fixed(length, field)
  };
}
function bytes(max) {
  return {
    write: (writer, value) => void writer.bytes(value, max),
    read: (reader, field) => reader.bytes(max, field)
  };
}
function text(max) {
  return {
    write: (writer, value) => void writer.text(value, max),
    read: (reader, field) => reader.text(max, field)
  };
}
function choice(names) {
  return {
    write(writer, value) {
      const index = names.indexOf(value);
      if (index < 0) throw codecError("CODEC_VALUE", { value });
      writer.u8(index);
    },
    read(reader, field) {
      const value = names[reader.u8(field)];
      if (value === void 0) throw codecError("CODEC_VALUE", { field });
      return value;
    }
  };
}
function list(item, max) {
  return {
    write(writer, value) {
      if (value.length > max) throw codecError("CODEC_BOUND", { count: value.length, max });
      writer.u16(value.length);
      for (const entry of value) item.write(writer, entry);
    },
    read(reader, field) {
      const count = reader.count(max, field);
      const out = [];
      for (let at = 0; at < count; at++) out.push(item.read(reader, field));
      return out;
    }
  };
}
function optional(item) {
  return {
    write(writer, value) {
      flag.write(writer, value !== void 0);
      if (value !== void 0) item.write(writer, value);
    },
    read: (reader, field) => flag.read(reader, field) ? item.read(reader, field) : void 0
  };
}
function struct(fields) {
  const entries = Object.entries(fields);
  return {
    write(writer, value) {
      const source = value;
      for (const [name, codec] of entries) codec.write(writer, source[name]);
    },
    read(reader) {
      const out = {};
      for (const [name, codec] of entries) out[name] = codec.read(reader, name);
      return out;
    }
  };
}
function variant(cases) {
  const byTag = /* @__PURE__ */ new Map();
  for (const [name, [tag]] of Object.entries(cases)) byTag.set(tag, name);
  return {
    write(writer, value) {
      const found = cases[value.type];
      if (found === void 0) throw codecError("CODEC_VALUE", { type: String(value.type) });
      writer.u8(found[0]);
      found[1].write(writer, value);
    },
    read(reader, field) {
      const name = byTag.get(reader.u8(field));
      const found = name === void 0 ? void 0 : cases[name];
      if (name === void 0 || found === void 0) throw codecError("CODEC_VALUE", { field });
      return { type: name, ...found[1].read(reader, field) };
    }
  };
}

// main-chain/ledger/state.ts
function readRecord(state, key, codec) {
  const bytes2 = state.get(key);
  return bytes2 === void 0 ? void 0 : decode(codec, bytes2, "state");
}
function writeRecord(state, key, codec, value) {
  state.set(key, encode(codec, value));
}
function readU64(state, key) {
  const bytes2 = state.get(key);
  return bytes2 === void 0 ? 0n : new Reader(bytes2, "state").u64("value");
}
function writeU64(state, key, value) {
  state.set(key, new Writer(8).u64(value).finish());
}
function readQuantity(state, key) {
  const bytes2 = state.get(key);
  return bytes2 === void 0 ? 0n : new Reader(bytes2, "state").u128("value");
}
function writeQuantity(state, key, value) {
  if (value === 0n) state.delete(key);
  else state.set(key, new Writer(16).u128(value).finish());
}

// main-chain/ledger/holdings.ts
var MAX_QUANTITY = (1n << 128n) - 1n;
function addQuantity(left, right) {
  const sum = left + right;
  if (sum > MAX_QUANTITY) throw ledgerError("QUANTITY_OVERFLOW");
  return sum;
}
function requireQuantity(quantity) {
  if (quantity <= 0n) throw ledgerError("QUANTITY_ZERO");
}
function addHolding(state, resourceId, owner, quantity) {
  const key = holdingKey(resourceId, owner);
  writeQuantity(state, key, addQuantity(readQuantity(state, key), quantity));
}
function takeHolding(state, resourceId, owner, quantity) {
  const key = holdingKey(resourceId, owner);
  const held = readQuantity(state, key);
  if (held < quantity)
    throw ledgerError("HOLDING_INSUFFICIENT", { owner: formatAddress(owner), held, quantity });
  writeQuantity(state, key, held - quantity);
}
function credit(context, resourceId, owner, quantity) {
  const key = supplyKey(resourceId);
  addHolding(context.state, resourceId, owner, quantity);
  writeQuantity(context.state, key, addQuantity(readQuantity(context.state, key), quantity));
}
function debit(context, resourceId, owner, quantity) {
  const key = supplyKey(resourceId);
  takeHolding(context.state, resourceId, owner, quantity);
  writeQuantity(context.state, key, readQuantity(context.state, key) - quantity);
}

// main-chain/ledger/overlay.ts
var Overlay = class {
  /** key → new value, or null where the key is deleted */
  changes = /* @__PURE__ */ new Map();
  #base;
  constructor(base) {
    this.#base = base;
  }
  get(key) {
    const change = this.changes.get(key);
    if (change === void 0) return this.#base.get(key);
    return change ?? void 0;
  }
  set(key, value) {
    this.changes.set(key, value);
  }
  delete(key) {
    this.changes.set(key, null);
  }
  /** Writes every change into `target`. */
  mergeInto(target) {
    for (const [key, value] of this.changes) {
      if (value === null) target.delete(key);
      else target.set(key, value);
    }
  }
};

// main-chain/ledger/context.ts
function nowSeconds(context) {
  return context.timeMs / 1000n;
}
var NO_ACCOUNT = new Uint8Array(20);
function emit(context, type, fields = {}) {
  context.events.push({
    type,
    client: fields.client ?? "",
    sequence: fields.sequence ?? 0n,
    subject: fields.subject ?? ZERO_HASH,
    quantity: fields.quantity ?? 0n,
    account: fields.account ?? NO_ACCOUNT,
    code: fields.code ?? "",
    origin: fields.origin ?? ""
  });
}
function isolate(context, work) {
  const layer = new Overlay(context.state);
  const inner = { ...context, state: layer, events: [], outgoing: [] };
  try {
    work(inner);
  } catch (error) {
    if (error instanceof TielineError) return error;
    throw error;
  }
  layer.mergeInto(context.state);
  context.events.push(...inner.events);
  context.outgoing.push(...inner.outgoing);
  return void 0;
}

// schemas/resource/attribute-value.ts
var MAX_ATTRIBUTE_BYTES = 1024;
var MAX_ITEM_BYTES = 128;
var MAX_ATTRIBUTE_ITEMS = 256;
var I128_MIN = -(1n << 127n);
var I128_MAX = (1n << 127n) - 1n;
var i128 = {
  write(writer, value) {
    if (value < I128_MIN || value > I128_MAX) throw codecError("CODEC_VALUE", { type: "i128" });
    u128.write(writer, BigInt.asUintN(128, value));
  },
  read: (reader, field) => BigInt.asIntN(128, u128.read(reader, field))
};
var unixSecondsCodec = {
  write: (writer, value) => u64.write(writer, value),
  read: (reader, field) => u64.read(reader, field)
};
var attributeValueCodec = variant({
  text: [1, struct({ value: text(MAX_ATTRIBUTE_BYTES) })],
  integer: [2, struct({ value: i128 })],
  boolean: [3, struct({ value: flag })],
  bytes: [4, struct({ value: bytes(MAX_ATTRIBUTE_BYTES) })],
  time: [5, struct({ value: unixSecondsCodec })],
  integers: [6, struct({ value: list(i128, MAX_ATTRIBUTE_ITEMS) })],
  texts: [7, struct({ value: list(text(MAX_ITEM_BYTES), MAX_ATTRIBUTE_ITEMS) })]
});
var SALT_LENGTH = 16;
var saltedCodec = struct({ salt: fixed(SALT_LENGTH), value: attributeValueCodec });

// schemas/resource/errors.ts
var resourceError = createErrors({
  RESOURCE_KIND_UNKNOWN: {
    status: 400,
    retry: "never",
    message: "This resource kind is not registered"
  },
  RESOURCE_SCHEMA: {
    status: 400,
    retry: "never",
    message: "A resource does not match the schema of its kind"
  },
  RESOURCE_RULE: {
    status: 400,
    retry: "never",
    message: "A resource breaks a rule of its kind"
  },
  RESOURCE_QUANTITY: {
    status: 400,
    retry: "never",
    message: "The quantity is not the one the static group states"
  },
  RESOURCE_TIME: {
    status: 400,
    retry: "never",
    message: "This is not a time, date or month of the calendar"
  },
  RESOURCE_ATTRIBUTE_NAME: {
    status: 400,
    retry: "never",
    message: "An attribute name is a letter and up to 63 letters or digits, once in a group"
  },
  RESOURCE_ATTRIBUTE_UNKNOWN: {
    status: 400,
    retry: "never",
    message: "The kind has no such attribute, or it is not in the tree"
  },
  RESOURCE_ATTRIBUTE_TYPE: {
    status: 400,
    retry: "never",
    message: "An attribute value has another type than its kind says"
  },
  RESOURCE_ATTRIBUTE_SALT: {
    status: 400,
    retry: "never",
    message: "Each attribute needs its own 16-byte salt, never shared with another"
  },
  RESOURCE_ATTRIBUTES_EMPTY: {
    status: 400,
    retry: "never",
    message: "An attribute group must not be empty"
  },
  RESOURCE_ROOT_ZERO: {
    status: 400,
    retry: "never",
    message: "A zero root proves nothing"
  },
  RESOURCE_SERIES: {
    status: 400,
    retry: "never",
    message: "The readings do not tile the calendar month one after another"
  },
  RESOURCE_CARRY: {
    status: 400,
    retry: "never",
    message: "A carry is below the 1000 kWh of one certificate"
  },
  DYNAMIC_INDEX: {
    status: 409,
    retry: "never",
    message: "A dynamic entry does not have the next index"
  },
  DYNAMIC_LINK: {
    status: 409,
    retry: "never",
    message: "A dynamic entry does not name the head before it"
  },
  DYNAMIC_TIME: {
    status: 409,
    retry: "never",
    message: "A dynamic entry is older than the entry before it"
  },
  DYNAMIC_SIGNATURE: {
    status: 401,
    retry: "never",
    message: "A dynamic entry is not signed by the issuer of its resource"
  },
  DYNAMIC_NO_EQUIVOCATION: {
    status: 400,
    retry: "never",
    message: "The two entries do not contradict each other"
  },
  SUPPLY_INDEX: {
    status: 400,
    retry: "never",
    message: "The index of a supply statement starts from 1"
  },
  SUPPLY_INTERVAL: {
    status: 400,
    retry: "never",
    message: "A metering point needs a rising interval, and without one the interval is zero"
  },
  SUPPLY_DOMAIN: {
    status: 400,
    retry: "never",
    message: "A supply statement is addressed to another main chain"
  },
  SUPPLY_SIGNATURE: {
    status: 401,
    retry: "never",
    message: "A supply statement is not signed by the issuer of its resource"
  }
});

// schemas/resource/dynamic-entry.ts
var ENTRY_TAG = domainTag("tieline/dynen/v1");
var HEAD_TAG = domainTag("tieline/dhead/v1");
var entryFields = {
  resourceId: fixed(32),
  index: u64,
  previousHead: fixed(32),
  attributesRoot: fixed(32),
  observedAt: unixSecondsCodec
};
var dynamicEntryCodec = struct(entryFields);
var signedDynamicEntryCodec = struct({
  entry: dynamicEntryCodec,
  signature: fixed(65)
});
function dynamicEntryDigest(entry, homeGenesisHash, hash) {
  const genesis = encode(fixed(32), homeGenesisHash);
  return hash.sha256(concatBytes(ENTRY_TAG, genesis, encode(dynamicEntryCodec, entry)));
}
function dynamicHead(previousHead, digest2, hash) {
  return hash.sha256(concatBytes(HEAD_TAG, previousHead, digest2));
}
function appendDynamicEntry(current, entry, homeGenesisHash, hash) {
  const expected = (current?.index ?? 0n) + 1n;
  if (entry.index !== expected) {
    throw resourceError("DYNAMIC_INDEX", { index: entry.index, expected });
  }
  if (!equalBytes(entry.previousHead, current?.head ?? ZERO_HASH)) {
    throw resourceError("DYNAMIC_LINK", { index: entry.index });
  }
  if (current !== void 0 && entry.observedAt < current.observedAt) {
    throw resourceError("DYNAMIC_TIME", {
      observedAt: entry.observedAt,
      previous: current.observedAt
    });
  }
  if (equalBytes(entry.attributesRoot, ZERO_HASH)) throw resourceError("RESOURCE_ROOT_ZERO");
  const digest2 = dynamicEntryDigest(entry, homeGenesisHash, hash);
  return {
    index: entry.index,
    head: dynamicHead(entry.previousHead, digest2, hash),
    observedAt: entry.observedAt
  };
}
function verifyDynamicEntry(signed, issuer, homeGenesisHash, hash, signatures) {
  const digest2 = dynamicEntryDigest(signed.entry, homeGenesisHash, hash);
  const signer = signatures.recoverAddress(digest2, signed.signature);
  if (signer === void 0 || !equalBytes(signer, issuer)) {
    throw resourceError("DYNAMIC_SIGNATURE", { index: signed.entry.index });
  }
}
function compareHeads(held, offered) {
  if (offered.index !== held.index) return offered.index > held.index ? "newer" : "older";
  return equalBytes(offered.head, held.head) ? "same" : "conflict";
}

// schemas/resource/resource-id.ts
var MAX_KIND = 64;
var TAG = domainTag("tieline/resid/v1");
var kindCodec = text(MAX_KIND);
var homeCodec = text(MAX_CHAIN_ID);
var originFields = { kind: kindCodec, home: homeCodec, issuer: fixed(20), staticRoot: fixed(32) };
var resourceOriginCodec = struct(originFields);
function resourceIdOf(origin, hash) {
  if (equalBytes(origin.staticRoot, ZERO_HASH)) throw resourceError("RESOURCE_ROOT_ZERO");
  encode(resourceOriginCodec, origin);
  return hash.sha256(
    concatBytes(
      TAG,
      hash.sha256(textBytes(kindCodec, origin.kind)),
      hash.sha256(textBytes(homeCodec, origin.home)),
      origin.issuer,
      origin.staticRoot
    )
  );
}
function textBytes(codec, value) {
  return encode(codec, value).subarray(2);
}

// schemas/units.ts
var unitError = createErrors({
  UNIT_NEGATIVE: { status: 400, retry: "never", message: "A quantity is negative" },
  UNIT_FRACTIONAL: {
    status: 400,
    retry: "never",
    message: "A quantity has a fraction smaller than its base unit"
  },
  UNIT_OVERFLOW: { status: 400, retry: "never", message: "A quantity is above its largest value" },
  UNIT_MISMATCH: {
    status: 400,
    retry: "never",
    message: "A quantity is in another unit than expected"
  },
  UNIT_UNKNOWN: { status: 400, retry: "never", message: "This is not a unit Tieline knows" },
  UNIT_TEXT: { status: 400, retry: "never", message: "This is not a plain decimal number" }
});
var MAX_U64 = (1n << 64n) - 1n;
var MAX_U128 = (1n << 128n) - 1n;
var UNIT_CODES = ["Wh", "gCO2e", "fen", "piece", "certificate"];
function unixSeconds(value) {
  return checked(value, MAX_U64, "s");
}
function checked(value, max, unit) {
  if (typeof value !== "bigint") throw unitError("UNIT_FRACTIONAL", { unit });
  if (value < 0n) throw unitError("UNIT_NEGATIVE", { unit });
  if (value > max) throw unitError("UNIT_OVERFLOW", { unit });
  return value;
}

// main-chain/ledger/accounts.ts
var NONCE_WINDOW = 256n;
var MAX_U642 = (1n << 64n) - 1n;
function readNonceWindow(state, address2) {
  const bytes2 = state.get(accountKey(address2));
  return bytes2 === void 0 ? { base: 0n, mask: 0n } : decodeNonceWindow(bytes2);
}
function decodeNonceWindow(bytes2) {
  const reader = new Reader(bytes2, "account");
  const base = reader.u64("base");
  const high = reader.u128("mask");
  const low = reader.u128("mask");
  reader.end();
  return { base, mask: high === 0n ? low : high << 128n | low };
}
function isNonceOpen({ base, mask }, nonce) {
  return nonce >= base && nonce < base + NONCE_WINDOW && nonce < MAX_U642 && (mask >> nonce - base & 1n) === 0n;
}
function useNonce(state, address2, nonce) {
  const window = readNonceWindow(state, address2);
  if (!isNonceOpen(window, nonce)) throw ledgerError("TX_NONCE", { nonce, base: window.base });
  let { base } = window;
  let mask = window.mask | 1n << nonce - base;
  while ((mask & 1n) === 1n) {
    mask >>= 1n;
    base += 1n;
  }
  const writer = new Writer(40).u64(base).u128(mask >> 128n).u128(mask & (1n << 128n) - 1n);
  state.set(accountKey(address2), writer.finish());
}
function requireAdmitted(context, address2) {
  if (context.chain.genesis.admission === "open") return;
  if (context.state.get(admittedKey(address2)) === void 0) {
    throw ledgerError("ACCOUNT_NOT_ADMITTED", { account: formatAddress(address2) });
  }
}

// main-chain/ledger/resources.ts
var resourceFields = {
  origin: resourceOriginCodec,
  unit: choice(UNIT_CODES),
  status: choice(["active", "frozen", "halted"]),
  dynamicIndex: u64,
  dynamicHead: fixed(32),
  observedAtSeconds: u64
};
var resourceRecordCodec = struct(resourceFields);
function readResource(state, id2) {
  return readRecord(state, resourceKey(id2), resourceRecordCodec);
}
function writeResource(state, id2, record) {
  writeRecord(state, resourceKey(id2), resourceRecordCodec, record);
}
function requireResource(state, id2) {
  const record = readResource(state, id2);
  if (record === void 0) throw ledgerError("RESOURCE_UNKNOWN", { resource: toHex(id2) });
  return record;
}
function requireActive(state, id2) {
  const record = requireResource(state, id2);
  if (record.status === "frozen") throw ledgerError("RESOURCE_FROZEN", { resource: toHex(id2) });
  if (record.status === "halted") throw ledgerError("RESOURCE_HALTED", { resource: toHex(id2) });
  return record;
}
function createResource(context, id2, origin, unit, frozen = false) {
  if (!equalBytes(resourceIdOf(origin, context.hash), id2))
    throw ledgerError("RESOURCE_ID", { resource: toHex(id2) });
  if (readResource(context.state, id2) !== void 0)
    throw ledgerError("RESOURCE_EXISTS", { resource: toHex(id2) });
  const record = {
    origin,
    unit,
    status: frozen ? "frozen" : "active",
    dynamicIndex: 0n,
    dynamicHead: ZERO_HASH,
    observedAtSeconds: 0n
  };
  writeResource(context.state, id2, record);
  return record;
}
function adoptDynamicHead(state, id2, record, incoming) {
  const held = { index: record.dynamicIndex, head: record.dynamicHead };
  if (compareHeads(held, incoming) !== "newer") return;
  writeResource(state, id2, { ...record, dynamicIndex: incoming.index, dynamicHead: incoming.head });
}
function appendEntry(context, _sender, message) {
  const { entry } = message.entry;
  const { chain, hash, signatures, state } = context;
  const record = requireActive(state, entry.resourceId);
  if (record.origin.home !== chain.chainId)
    throw ledgerError("RESOURCE_NOT_HOME", { home: record.origin.home });
  verifyDynamicEntry(message.entry, record.origin.issuer, chain.genesisHash, hash, signatures);
  const newest = {
    index: record.dynamicIndex,
    head: record.dynamicHead,
    observedAt: unixSeconds(record.observedAtSeconds)
  };
  const next = appendDynamicEntry(
    newest.index === 0n ? void 0 : newest,
    entry,
    chain.genesisHash,
    hash
  );
  writeResource(state, entry.resourceId, {
    ...record,
    dynamicIndex: next.index,
    dynamicHead: next.head,
    observedAtSeconds: next.observedAt
  });
  emit(context, "appended", { subject: entry.resourceId, sequence: entry.index });
  return void 0;
}
function transferHolding(context, sender, message) {
  const { resourceId: id2, quantity, receiver } = message;
  requireQuantity(quantity);
  requireActive(context.state, id2);
  requireAdmitted(context, sender);
  requireAdmitted(context, receiver);
  takeHolding(context.state, id2, sender, quantity);
  addHolding(context.state, id2, receiver, quantity);
  emit(context, "transferred", { subject: id2, quantity, account: receiver });
  return void 0;
}
function setFrozen(context, id2, frozen) {
  const record = requireResource(context.state, id2);
  if (record.status === "halted") throw ledgerError("RESOURCE_HALTED", { resource: toHex(id2) });
  if (frozen === (record.status === "frozen")) {
    throw ledgerError(frozen ? "RESOURCE_FROZEN" : "RESOURCE_NOT_FROZEN", { resource: toHex(id2) });
  }
  writeResource(context.state, id2, { ...record, status: frozen ? "frozen" : "active" });
  emit(context, frozen ? "resourceFrozen" : "resourceUnfrozen", { subject: id2 });
}

// main-chain/relay/errors.ts
var relayError = createErrors({
  CLIENT_UNKNOWN: { status: 404, retry: "later", message: "This chain has no such client" },
  CLIENT_EXISTS: {
    status: 409,
    retry: "never",
    message: "The client id is taken, or this side chain has its one client already"
  },
  CLIENT_UNSUPPORTED: {
    status: 400,
    retry: "never",
    message: "There is no verification rule for chains of this kind"
  },
  CLIENT_SPEC: {
    status: 400,
    retry: "never",
    message: "A client names its chain, its genesis hash and a validator set that fit each other"
  },
  CLIENT_TRUSTING_PERIOD: {
    status: 400,
    retry: "never",
    message: "The trusting period is below 72 hours or above that of the genesis"
  },
  CLIENT_UNINITIALISED: {
    status: 409,
    retry: "after-update",
    message: "The client has not verified any checkpoint yet, so it can prove nothing"
  },
  CLIENT_EXPIRED: {
    status: 409,
    retry: "never",
    message: "The newest checkpoint the client knows is past the trusting period"
  },
  CLIENT_FROZEN: {
    status: 409,
    retry: "never",
    message: "The client is frozen because its chain has equivocated"
  },
  CONSENSUS_UNKNOWN: {
    status: 409,
    retry: "after-update",
    message: "The client holds no checkpoint of this height"
  },
  CERTIFICATE_SET: {
    status: 409,
    retry: "after-update",
    message: "The certificate is of a validator set this client does not expect here"
  },
  CERTIFICATE_SET_HASH: {
    status: 400,
    retry: "never",
    message: "The members shown are not the set the checkpoint names"
  },
  CERTIFICATE_SIGNER: {
    status: 400,
    retry: "never",
    message: "The signers of a certificate are not members in strictly ascending order"
  },
  CERTIFICATE_SIGNATURE: {
    status: 401,
    retry: "never",
    message: "A signature of the certificate is not its member\u2019s over this checkpoint"
  },
  CERTIFICATE_QUORUM: {
    status: 401,
    retry: "never",
    message: "The signers do not hold more than two thirds of the power"
  },
  CHECKPOINT_ROOT_ZERO: { status: 400, retry: "never", message: "A zero root proves nothing" },
  CHECKPOINT_TIME: {
    status: 400,
    retry: "never",
    message: "The checkpoint is not later than the newest one the client knows"
  },
  CHECKPOINT_DRIFT: {
    status: 409,
    retry: "later",
    message: "The checkpoint is further ahead of this chain\u2019s clock than allowed"
  },
  CHECKPOINT_EXPIRED: {
    status: 409,
    retry: "never",
    message: "The checkpoint is past the trusting period"
  },
  MISBEHAVIOUR_NONE: {
    status: 400,
    retry: "never",
    message: "The two certificates are not of one height with different content"
  },
  PACKET_CLIENTS: {
    status: 400,
    retry: "never",
    message: "The packet\u2019s clients are not this client and the one it points back to"
  },
  PACKET_PAYLOADS: { status: 400, retry: "never", message: "A packet carries exactly one payload" },
  PACKET_ALREADY_RECEIVED: {
    status: 409,
    retry: "never",
    message: "The packet was received before: nothing to do"
  },
  PACKET_ALREADY_SETTLED: {
    status: 409,
    retry: "never",
    message: "The packet was acknowledged or timed out before: nothing to do"
  },
  PACKET_ALREADY_ACKNOWLEDGED: {
    status: 409,
    retry: "never",
    message: "An acknowledgement is written once"
  },
  PACKET_PRUNED: {
    status: 409,
    retry: "never",
    message: "The sequence is below those the sender has settled, and refused for ever"
  },
  PACKET_TIMED_OUT: {
    status: 409,
    retry: "never",
    message: "This chain\u2019s clock has reached the packet\u2019s timeout"
  },
  PACKET_NOT_TIMED_OUT: {
    status: 409,
    retry: "later",
    message: "The destination\u2019s proven clock has not reached the packet\u2019s timeout"
  },
  PACKET_UNKNOWN: { status: 404, retry: "never", message: "This chain has not sent the packet" },
  PACKET_COMMITMENT: {
    status: 400,
    retry: "never",
    message: "The packet is not the one committed under its sequence"
  },
  PACKET_ACKNOWLEDGEMENT: {
    status: 400,
    retry: "never",
    message: "An acknowledgement is neither success nor the universal error"
  },
  PACKET_ERROR_ACKNOWLEDGED: {
    status: 409,
    retry: "never",
    message: "The counterparty answered with the universal error"
  },
  PACKET_TIMEOUT_PAST: { status: 400, retry: "never", message: "The timeout is not in the future" },
  PACKET_TIMEOUT_SOON: {
    status: 400,
    retry: "never",
    message: "The timeout is nearer than this chain\u2019s least timeout"
  },
  PACKET_TIMEOUT_FAR: {
    status: 400,
    retry: "never",
    message: "The timeout or deadline is more than 24 hours ahead"
  },
  PACKET_DEADLINE: {
    status: 400,
    retry: "never",
    message: "The timeout of a hop is after the deadline of the transfer"
  },
  PORT_UNKNOWN: {
    status: 400,
    retry: "never",
    message: "No port of this chain takes this payload"
  },
  PORT_VERSION: {
    status: 400,
    retry: "never",
    message: "The payload has a version or encoding this chain does not speak"
  },
  BATCH_EMPTY: { status: 400, retry: "never", message: "A batch or one of its segments is empty" },
  BATCH_COUNT: { status: 413, retry: "never", message: "A batch has more than 256 items" },
  SETTLE_NOTHING: {
    status: 409,
    retry: "never",
    message: "Nothing below this sequence is left to prune"
  },
  TRANSFER_DESTINATION: {
    status: 400,
    retry: "never",
    message: "The destination is missing, or is not a chain this packet can go to"
  },
  TRANSFER_ORIGIN: {
    status: 400,
    retry: "never",
    message: "The resource is new here and its origin is missing or says it is at home here"
  },
  OUTSTANDING_EXCEEDED: {
    status: 409,
    retry: "never",
    message: "More would come home than has left it"
  },
  LOCATION_LATER: {
    status: 409,
    retry: "later",
    message: "The quantity is not registered for, or has not arrived at, the sending chain yet"
  },
  LOCATION_EXCEEDED: {
    status: 409,
    retry: "never",
    message: "The quantity is above what the sending chain holds"
  },
  FORWARD_TIME: {
    status: 409,
    retry: "never",
    message: "Too little time is left for the next hop"
  },
  ROUTE_UNKNOWN: {
    status: 404,
    retry: "later",
    message: "There is no route to or from this chain"
  },
  ROUTE_EXISTS: {
    status: 409,
    retry: "never",
    message: "The chain id, its genesis hash or the alias is bound already"
  },
  ROUTE_ID: {
    status: 400,
    retry: "never",
    message: "The chain id is not the one its genesis hash gives"
  },
  ROUTE_CLIENT: {
    status: 400,
    retry: "never",
    message: "The client verifies another chain than the route names"
  },
  CHAIN_KIND: {
    status: 400,
    retry: "never",
    message: "Only the main chain does this"
  },
  LANE_PAUSED: { status: 423, retry: "later", message: "The lane is paused" },
  LANE_LIMIT: {
    status: 429,
    retry: "later",
    message: "The lane\u2019s net outflow limit of this window is reached"
  },
  LANE_LEAST_QUANTITY: {
    status: 400,
    retry: "never",
    message: "The quantity is below the least the lane takes"
  },
  GUARDIAN_UNKNOWN: { status: 403, retry: "never", message: "The sender is not a guardian" },
  GUARDIAN_SPENT: {
    status: 429,
    retry: "later",
    message: "A guardian pauses a lane at most once a day"
  },
  ISSUER_UNKNOWN: { status: 403, retry: "later", message: "The issuer is not registered" },
  ISSUER_SPEC: {
    status: 400,
    retry: "never",
    message: "An issuer needs known kinds, a validity that rises, and the home chain it has"
  },
  ISSUER_REVOKED: { status: 403, retry: "never", message: "The issuer is revoked" },
  ISSUER_KIND: { status: 403, retry: "later", message: "The issuer may not issue this kind" },
  ISSUER_HOME: {
    status: 403,
    retry: "never",
    message: "The issuer\u2019s or the resource\u2019s home is another chain than the supply comes from"
  },
  ISSUER_VALIDITY: { status: 403, retry: "later", message: "The issuer is not valid at this time" },
  ISSUER_CAP: { status: 409, retry: "later", message: "The issuer\u2019s cap would be passed" },
  SUPPLY_RESOURCE: {
    status: 400,
    retry: "never",
    message: "The statement is of another resource than its origin gives"
  },
  SUPPLY_COUNTED: {
    status: 409,
    retry: "never",
    message: "A statement of this resource and index was counted before"
  },
  SUPPLY_UNIT: {
    status: 400,
    retry: "never",
    message: "The statement is in another unit than its kind"
  },
  SUPPLY_METERING: {
    status: 400,
    retry: "never",
    message: "Supply of this kind must name a metering point and an interval"
  },
  SUPPLY_UNIQUE: {
    status: 400,
    retry: "never",
    message: "A unique thing is issued once, with quantity 1"
  },
  METERING_OVERLAP: {
    status: 409,
    retry: "never",
    message: "The interval of the metering point is covered already"
  },
  METERING_FULL: {
    status: 409,
    retry: "later",
    message: "The metering point has 64 separate covered intervals: fill a gap first"
  },
  RESEND_UNKNOWN: {
    status: 404,
    retry: "never",
    message: "There is no failed packet under this sequence to send again"
  }
});

// main-chain/relay/locations.ts
var MAIN_LOCATION = "";
var booksFields = { registered: u128, located: u128, inTransit: u128, retired: u128 };
var booksCodec = struct(booksFields);
var NO_BOOKS = { registered: 0n, located: 0n, inTransit: 0n, retired: 0n };
var OUTSIDE = { type: "outside" };
var RETIRED = { type: "retired" };
var locatedAt = (client2) => ({ type: "located", client: client2 });
var inTransitTo = (client2) => ({ type: "transit", client: client2 });
function readBooks(state, resourceId) {
  return readRecord(state, booksKey(resourceId), booksCodec) ?? NO_BOOKS;
}
function readLocation(state, resourceId, client2) {
  return readQuantity(state, locationKey(resourceId, client2));
}
function readTransit(state, resourceId, client2) {
  return readQuantity(state, transitKey(resourceId, client2));
}
function requireLocated({ state }, resourceId, client2, quantity, isHome2) {
  const held = readLocation(state, resourceId, client2);
  if (quantity <= held) return;
  const arriving = readTransit(state, resourceId, client2);
  const later = isHome2 || quantity <= held + arriving;
  throw relayError(later ? "LOCATION_LATER" : "LOCATION_EXCEEDED", {
    client: client2,
    quantity,
    held,
    arriving
  });
}
function move(context, resourceId, quantity, from, to) {
  const { state } = context;
  const before = readBooks(state, resourceId);
  const short = quantity - take(state, resourceId, from, quantity);
  put(state, resourceId, to, quantity);
  const after = post(before, from, to, quantity);
  const { registered, located, inTransit, retired } = after;
  writeRecord(state, booksKey(resourceId), booksCodec, after);
  if (short > 0n || registered !== located + inTransit + retired)
    halt(context, resourceId, quantity);
}
function take(state, resourceId, place, quantity) {
  const key = placeKey(resourceId, place);
  if (key === void 0) return quantity;
  const held = readQuantity(state, key);
  const taken = held < quantity ? held : quantity;
  writeQuantity(state, key, held - taken);
  return taken;
}
function put(state, resourceId, place, quantity) {
  const key = placeKey(resourceId, place);
  if (key !== void 0) writeQuantity(state, key, addQuantity(readQuantity(state, key), quantity));
}
function placeKey(resourceId, place) {
  switch (place.type) {
    case "located":
      return locationKey(resourceId, place.client);
    case "transit":
      return transitKey(resourceId, place.client);
    case "outside":
    case "retired":
      return void 0;
  }
}
function post(books, from, to, quantity) {
  const change = (type) => (to.type === type ? quantity : 0n) - (from.type === type ? quantity : 0n);
  const sum = (value, by) => value + by < 0n ? 0n : value + by;
  return {
    registered: sum(books.registered, -change("outside")),
    located: sum(books.located, change("located")),
    inTransit: sum(books.inTransit, change("transit")),
    retired: sum(books.retired, change("retired"))
  };
}
function halt(context, resourceId, quantity) {
  const record = readResource(context.state, resourceId);
  if (record === void 0 || record.status === "halted") return;
  writeResource(context.state, resourceId, { ...record, status: "halted" });
  emit(context, "resourceHalted", { subject: resourceId, quantity, code: "RESOURCE_HALTED" });
}

// schemas/resource/supply-statement.ts
var STATEMENT_TAG = domainTag("tieline/suply/v1");
var POINT_TAG = domainTag("tieline/mtrpt/v1");
var statementFields = {
  mainGenesisHash: fixed(32),
  resourceId: fixed(32),
  index: u64,
  quantity: u128,
  unit: choice(UNIT_CODES),
  meteringPoint: fixed(32),
  intervalStart: unixSecondsCodec,
  intervalEnd: unixSecondsCodec
};
var supplyStatementCodec = struct(statementFields);
var signedSupplyStatementCodec = struct({
  statement: supplyStatementCodec,
  signature: fixed(65)
});
function supplyStatementDigest(statement, hash) {
  return hash.sha256(concatBytes(STATEMENT_TAG, encode(supplyStatementCodec, statement)));
}
function checkSupplyStatement(statement) {
  const { index, meteringPoint, intervalStart, intervalEnd } = statement;
  if (index < 1n) throw resourceError("SUPPLY_INDEX", { index });
  const valid = equalBytes(meteringPoint, ZERO_HASH) ? intervalStart === 0n && intervalEnd === 0n : intervalStart < intervalEnd;
  if (!valid) throw resourceError("SUPPLY_INTERVAL", { intervalStart, intervalEnd });
}
function verifySupplyStatement(signed, mainGenesisHash, issuer, hash, signatures) {
  const { statement, signature } = signed;
  if (!equalBytes(statement.mainGenesisHash, mainGenesisHash)) throw resourceError("SUPPLY_DOMAIN");
  checkSupplyStatement(statement);
  const signer = signatures.recoverAddress(supplyStatementDigest(statement, hash), signature);
  if (signer === void 0 || !equalBytes(signer, issuer)) {
    throw resourceError("SUPPLY_SIGNATURE", { index: statement.index });
  }
}

// schemas/tree/errors.ts
var treeError = createErrors({
  PROOF_EMPTY_ROOT: {
    status: 400,
    retry: "never",
    message: "A zero root proves nothing"
  },
  PROOF_ROOT_LENGTH: {
    status: 400,
    retry: "never",
    message: "A root is not 32 bytes long"
  },
  PROOF_EMPTY_CLAIMS: {
    status: 400,
    retry: "never",
    message: "A proof must speak of at least one key or item"
  },
  PROOF_TOO_MANY_CLAIMS: {
    status: 400,
    retry: "never",
    message: "A proof speaks of more keys or items than allowed"
  },
  PROOF_TOO_LARGE: {
    status: 413,
    retry: "never",
    message: "A proof is longer than its claims can need"
  },
  PROOF_EMPTY_KEY: {
    status: 400,
    retry: "never",
    message: "A key may not be empty"
  },
  PROOF_EMPTY_VALUE: {
    status: 400,
    retry: "never",
    message: "A value may not be empty: only an absent key has none"
  },
  PROOF_DUPLICATE_KEY: {
    status: 400,
    retry: "never",
    message: "A key or item is named twice"
  },
  PROOF_TRUNCATED: {
    status: 400,
    retry: "never",
    message: "The proof ends before the tree it describes"
  },
  PROOF_TRAILING: {
    status: 400,
    retry: "never",
    message: "Bytes of the proof are left over"
  },
  PROOF_TOO_DEEP: {
    status: 400,
    retry: "never",
    message: "The proof goes deeper than 256 levels"
  },
  PROOF_OPCODE: {
    status: 400,
    retry: "never",
    message: "The proof holds an opcode that may not stand at this place"
  },
  PROOF_SIBLING: {
    status: 400,
    retry: "never",
    message: "A sibling hash is zero where an empty child has its own opcode"
  },
  PROOF_NOT_COMPACT: {
    status: 400,
    retry: "never",
    message: "An inner node holds fewer than two leaves"
  },
  PROOF_FOREIGN_LEAF: {
    status: 400,
    retry: "never",
    message: "A leaf shown for absence does not lie at its place, or is a claimed key itself"
  },
  PROOF_CLAIM_MISMATCH: {
    status: 400,
    retry: "never",
    message: "The proof shows a key as present that is claimed absent, or the other way round"
  },
  PROOF_ROOT_MISMATCH: {
    status: 400,
    retry: "never",
    message: "The claims and the proof do not lead to the trusted root"
  },
  PROOF_INDEX: {
    status: 400,
    retry: "never",
    message: "An index or range does not lie inside the tree"
  },
  PROOF_ORDER: {
    status: 400,
    retry: "never",
    message: "The items are not in strictly ascending order"
  },
  PROOF_ITEM: {
    status: 400,
    retry: "never",
    message: "A field of an outbox item is outside its range"
  },
  TREE_DUPLICATE_KEY: {
    status: 400,
    retry: "never",
    message: "A tree may hold each key once"
  }
});

// schemas/tree/sparse-hash.ts
var HASH_LENGTH = 32;
var MAX_DEPTH = 256;
var LEAF_TAG = domainTag("tieline/leaf/v1");
var LEAF_PREIMAGE_LENGTH = 80;
function sparsePath(key, hash) {
  if (key.length === 0) throw treeError("PROOF_EMPTY_KEY");
  return hash.sha256(key);
}
function sparseValueHash(value, hash) {
  if (value.length === 0) throw treeError("PROOF_EMPTY_VALUE");
  return hash.sha256(value);
}
function sparseLeafHash(leaf, hash) {
  const preimage = new Uint8Array(LEAF_PREIMAGE_LENGTH);
  preimage.set(LEAF_TAG, 0);
  preimage.set(leaf.path, 16);
  preimage.set(leaf.valueHash, 48);
  return hash.sha256(preimage);
}
function pathBit(path, depth) {
  return ((path[depth >> 3] ?? 0) >> 7 - (depth & 7) & 1) === 0 ? 0 : 1;
}
function sharesPrefix(left, right, depth) {
  const whole = depth >> 3;
  for (let at = 0; at < whole; at++) if (left[at] !== right[at]) return false;
  const rest = depth & 7;
  return rest === 0 || ((left[whole] ?? 0) ^ (right[whole] ?? 0)) >> 8 - rest === 0;
}
function splitAt(paths, from, to, depth) {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = low + high >>> 1;
    const entry = paths[middle];
    if (entry !== void 0 && pathBit(entry.path, depth) === 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

// schemas/tree/sparse-proof.ts
var PROOF_OP = {
  empty: 0,
  claimed: 1,
  foreign: 2,
  fork: 3,
  sibling: 4,
  lone: 5
};
var MAX_SPARSE_CLAIMS = 1024;
var MAX_SPARSE_PROOF = 262144;
var MAX_CLAIM_PROOF = MAX_DEPTH * (1 + HASH_LENGTH) + 1 + 2 * HASH_LENGTH;
function verifySparseProof(root, claims, proof, hash) {
  requireRoot(root);
  if (claims.length === 0) throw treeError("PROOF_EMPTY_CLAIMS");
  if (claims.length > MAX_SPARSE_CLAIMS) {
    throw treeError("PROOF_TOO_MANY_CLAIMS", { claims: claims.length, most: MAX_SPARSE_CLAIMS });
  }
  const most = Math.min(MAX_SPARSE_PROOF, claims.length * MAX_CLAIM_PROOF);
  if (proof.length > most) throw treeError("PROOF_TOO_LARGE", { bytes: proof.length, most });
  const walk = { claims: sortClaims(claims, hash), proof, hash, at: 0 };
  const computed = new Uint8Array(HASH_LENGTH);
  visit(walk, 0, 0, claims.length, computed);
  if (walk.at !== proof.length) {
    throw treeError("PROOF_TRAILING", { left: proof.length - walk.at });
  }
  if (!equalBytes(computed, root)) throw treeError("PROOF_ROOT_MISMATCH");
}
function requireRoot(root) {
  if (root.length !== HASH_LENGTH) throw treeError("PROOF_ROOT_LENGTH", { bytes: root.length });
  if (equalBytes(root, ZERO_HASH)) throw treeError("PROOF_EMPTY_ROOT");
}
function sortClaims(claims, hash) {
  const sorted = claims.map(({ key, value }) => ({
    path: sparsePath(key, hash),
    valueHash: value === void 0 ? void 0 : sparseValueHash(value, hash)
  }));
  sorted.sort((left, right) => compareBytes(left.path, right.path));
  for (let at = 1; at < sorted.length; at++) {
    const [before, here] = [sorted[at - 1], sorted[at]];
    if (before && here && equalBytes(before.path, here.path))
      throw treeError("PROOF_DUPLICATE_KEY");
  }
  return sorted;
}
function visit(walk, depth, from, to, out) {
  const op = take2(walk, 1)[0];
  switch (op) {
    case PROOF_OP.empty:
      requireAbsent(walk, from, to);
      return "empty";
    case PROOF_OP.claimed:
      out.set(claimedLeaf(walk, from, to));
      return "leaf";
    case PROOF_OP.foreign:
      out.set(foreignLeaf(walk, depth, from, to));
      return "leaf";
    case PROOF_OP.fork:
    case PROOF_OP.sibling:
    case PROOF_OP.lone:
      visitInner(walk, op, depth, from, to, out);
      return "inner";
    default:
      throw treeError("PROOF_OPCODE", { depth });
  }
}
function visitInner(walk, op, depth, from, to, out) {
  if (depth === MAX_DEPTH) throw treeError("PROOF_TOO_DEEP");
  const middle = splitAt(walk.claims, from, to, depth);
  const forks = middle > from && middle < to;
  if (forks !== (op === PROOF_OP.fork)) throw treeError("PROOF_OPCODE", { depth });
  const pair = new Uint8Array(2 * HASH_LENGTH);
  const left = pair.subarray(0, HASH_LENGTH);
  const right = pair.subarray(HASH_LENGTH);
  if (forks) {
    const first = visit(walk, depth + 1, from, middle, left);
    const second = visit(walk, depth + 1, middle, to, right);
    if (first === "empty" && second !== "inner" || second === "empty" && first !== "inner") {
      throw treeError("PROOF_NOT_COMPACT", { depth });
    }
  } else {
    const goesRight = middle === from;
    if (op === PROOF_OP.sibling) takeSibling(walk, goesRight ? left : right);
    const content = visit(walk, depth + 1, from, to, goesRight ? right : left);
    if (op === PROOF_OP.lone && content !== "inner")
      throw treeError("PROOF_NOT_COMPACT", { depth });
  }
  walk.hash.sha256Pairs(pair, out);
}
function takeSibling(walk, out) {
  const sibling = take2(walk, HASH_LENGTH);
  if (equalBytes(sibling, ZERO_HASH)) throw treeError("PROOF_SIBLING");
  out.set(sibling);
}
function requireAbsent(walk, from, to) {
  for (let at = from; at < to; at++) {
    if (walk.claims[at]?.valueHash !== void 0) throw treeError("PROOF_CLAIM_MISMATCH");
  }
}
function claimedLeaf(walk, from, to) {
  let leaf;
  for (let at = from; at < to; at++) {
    const claim = walk.claims[at];
    if (claim?.valueHash === void 0) continue;
    if (leaf !== void 0) throw treeError("PROOF_CLAIM_MISMATCH");
    leaf = { path: claim.path, valueHash: claim.valueHash };
  }
  if (leaf === void 0) throw treeError("PROOF_CLAIM_MISMATCH");
  return sparseLeafHash(leaf, walk.hash);
}
function foreignLeaf(walk, depth, from, to) {
  const path = take2(walk, HASH_LENGTH);
  const valueHash = take2(walk, HASH_LENGTH);
  requireAbsent(walk, from, to);
  for (let at = from; at < to; at++) {
    const claim = walk.claims[at];
    if (claim && (!sharesPrefix(path, claim.path, depth) || equalBytes(path, claim.path))) {
      throw treeError("PROOF_FOREIGN_LEAF", { depth });
    }
  }
  return sparseLeafHash({ path, valueHash }, walk.hash);
}
function take2(walk, length) {
  const { proof, at } = walk;
  if (proof.length - at < length) throw treeError("PROOF_TRUNCATED");
  walk.at = at + length;
  return proof.subarray(at, at + length);
}

// schemas/tree/outbox.ts
var MAX_OUTBOX_ITEMS = 2 ** 24;
var LEAF_TAG2 = domainTag("tieline/obox/v1");
var ROOT_TAG = domainTag("tieline/oroot/v1");
var LEAF_LENGTH = 89;
var COUNT_LENGTH = 4;
var MAX_SEQUENCE = (1n << 64n) - 1n;
function compareOutboxItems(left, right) {
  if (left.client !== right.client) return left.client < right.client ? -1 : 1;
  if (left.kind !== right.kind) return left.kind - right.kind;
  if (left.sequence === right.sequence) return 0;
  return left.sequence < right.sequence ? -1 : 1;
}
function buildOutbox(items, hash) {
  const count = items.length;
  if (count > MAX_OUTBOX_ITEMS) throw treeError("PROOF_TOO_MANY_CLAIMS", { claims: count });
  const leaves = outboxLeaves(items, hash);
  const levels = count === 0 ? [] : hashLevels(leaves, hash);
  const top = levels.at(-1) ?? ZERO_HASH;
  return {
    root: commitCount(count, top, hash),
    count,
    prove(start, length) {
      requireRange(start, length, count);
      const writer = new Writer(COUNT_LENGTH + 64 * levels.length).u32(count);
      let first = start;
      let last = start + length - 1;
      for (const level of levels.slice(0, -1)) {
        if (first % 2 === 1) writer.fixed(nodeAt(level, first - 1), HASH_LENGTH);
        if (last % 2 === 0) writer.fixed(nodeAt(level, last + 1), HASH_LENGTH);
        first = Math.floor(first / 2);
        last = Math.floor(last / 2);
      }
      return writer.finish();
    }
  };
}
function verifyOutboxRange(root, start, items, proof, hash) {
  requireRoot(root);
  if (!equalBytes(outboxRangeRoot(start, items, proof, hash), root)) {
    throw treeError("PROOF_ROOT_MISMATCH");
  }
}
function outboxRangeRoot(start, items, proof, hash) {
  if (items.length === 0) throw treeError("PROOF_EMPTY_CLAIMS");
  if (proof.length < COUNT_LENGTH) throw treeError("PROOF_TRUNCATED");
  const count = new Reader(proof.subarray(0, COUNT_LENGTH), "outbox proof").u32("count");
  requireRange(start, items.length, count);
  const expected = COUNT_LENGTH + HASH_LENGTH * countSiblings(start, items.length, count);
  if (proof.length < expected)
    throw treeError("PROOF_TRUNCATED", { bytes: proof.length, expected });
  if (proof.length > expected) throw treeError("PROOF_TRAILING", { left: proof.length - expected });
  const top = foldRange(
    start,
    outboxLeaves(items, hash),
    count,
    proof.subarray(COUNT_LENGTH),
    hash
  );
  return commitCount(count, top, hash);
}
function foldRange(start, leaves, count, siblings, hash) {
  let nodes = leaves;
  let first = start;
  let at = 0;
  for (let width = widthOf(count); width > 1; width /= 2) {
    const length = nodes.length / HASH_LENGTH;
    const before = first % 2;
    const after = (first + length) % 2;
    const row = new Uint8Array((length + before + after) * HASH_LENGTH);
    if (before === 1) row.set(siblings.subarray(at, at + HASH_LENGTH), 0);
    at += before * HASH_LENGTH;
    row.set(nodes, before * HASH_LENGTH);
    if (after === 1) row.set(siblings.subarray(at, at + HASH_LENGTH), row.length - HASH_LENGTH);
    at += after * HASH_LENGTH;
    nodes = new Uint8Array(row.length / 2);
    hash.sha256Pairs(row, nodes);
    first = (first - before) / 2;
  }
  return nodes;
}
function countSiblings(start, length, count) {
  let siblings = 0;
  let first = start;
  let last = start + length - 1;
  for (let width = widthOf(count); width > 1; width /= 2) {
    siblings += first % 2 + (1 - last % 2);
    first = Math.floor(first / 2);
    last = Math.floor(last / 2);
  }
  return siblings;
}
function requireRange(start, length, count) {
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(length);
  if (!whole || count > MAX_OUTBOX_ITEMS || start < 0 || length < 1 || start + length > count) {
    throw treeError("PROOF_INDEX", { start, length, count });
  }
}
function outboxLeaves(items, hash) {
  const leaves = new Uint8Array(items.length * HASH_LENGTH);
  const preimage = new Uint8Array(LEAF_LENGTH);
  const view = new DataView(preimage.buffer);
  preimage.set(LEAF_TAG2);
  let before;
  for (const [index, item] of items.entries()) {
    requireItem(item, index);
    if (before === void 0 || before.client !== item.client) {
      preimage.set(hash.sha256(binaryBytes(item.client)), 16);
    }
    if (before !== void 0) requireOrder(before, item, index);
    preimage[48] = item.kind;
    view.setBigUint64(49, item.sequence);
    preimage.set(item.commitment, 57);
    leaves.set(hash.sha256(preimage), index * HASH_LENGTH);
    before = item;
  }
  return leaves;
}
function requireOrder(before, item, index) {
  const order = compareOutboxItems(before, item);
  if (order === 0) throw treeError("PROOF_DUPLICATE_KEY", { index });
  if (order > 0) throw treeError("PROOF_ORDER", { index });
}
function requireItem(item, index) {
  const valid = /^[\x20-\x7e]+$/.test(item.client) && (item.kind === 0 || item.kind === 1) && item.sequence >= 0n && item.sequence <= MAX_SEQUENCE && item.commitment.length === HASH_LENGTH;
  if (!valid) throw treeError("PROOF_ITEM", { index });
}
function hashLevels(leaves, hash) {
  let level = new Uint8Array(widthOf(leaves.length / HASH_LENGTH) * HASH_LENGTH);
  level.set(leaves);
  const levels = [level];
  while (level.length > HASH_LENGTH) {
    const above = new Uint8Array(level.length / 2);
    hash.sha256Pairs(level, above);
    level = above;
    levels.push(level);
  }
  return levels;
}
function widthOf(count) {
  let width = 1;
  while (width < count) width *= 2;
  return width;
}
function nodeAt(level, index) {
  return level.subarray(index * HASH_LENGTH, (index + 1) * HASH_LENGTH);
}
function commitCount(count, top, hash) {
  const size = new Writer(8).u64(BigInt(count)).finish();
  return hash.sha256(concatBytes(ROOT_TAG, size, top));
}

// schemas/wire/validator-set.ts
var validatorError = createErrors({
  VALIDATOR_SET_EMPTY: { status: 400, retry: "never", message: "A validator set has no member" },
  VALIDATOR_SET_ORDER: {
    status: 400,
    retry: "never",
    message: "Validator addresses are not strictly ascending"
  },
  VALIDATOR_POWER: {
    status: 400,
    retry: "never",
    message: "A validator has no power, or the total is 2^63 or more"
  }
});
var MAX_VALIDATORS = 256;
var validatorSetCodec = list(
  struct({ address: fixed(20), power: u64 }),
  MAX_VALIDATORS
);
function verifyValidatorSet(set) {
  if (set.length === 0) throw validatorError("VALIDATOR_SET_EMPTY");
  let total = 0n;
  let previous;
  for (const { address: address2, power } of set) {
    if (previous !== void 0 && compareBytes(previous, address2) >= 0)
      throw validatorError("VALIDATOR_SET_ORDER");
    if (power === 0n) throw validatorError("VALIDATOR_POWER");
    total += power;
    previous = address2;
  }
  if (total >= 1n << 63n) throw validatorError("VALIDATOR_POWER", { total });
  return total;
}
function validatorSetHash(set, hash) {
  const writer = new Writer(set.length * 28);
  for (const { address: address2, power } of set) writer.fixed(address2, 20).u64(power);
  return hash.keccak256(writer.finish());
}

// schemas/wire/action.ts
var clientFields = {
  client: text(MAX_CLIENT_ID),
  counterpartyClient: text(MAX_CLIENT_ID),
  chainId: text(MAX_CHAIN_ID),
  genesisHash: fixed(32),
  validatorSetHash: fixed(32),
  height: u64,
  trustingPeriodSeconds: u64,
  maxClockDriftSeconds: u64
};
var laneFields = {
  client: text(MAX_CLIENT_ID),
  paused: flag,
  leastQuantity: u128,
  outflowLimit: u128,
  windowSeconds: u64,
  leastRemainingSeconds: u64
};
var laneRulesCodec = struct(laneFields);
var issuerFields = {
  issuer: fixed(20),
  kinds: list(text(64), 16),
  home: text(MAX_CHAIN_ID),
  cap: u128,
  validFromSeconds: u64,
  validUntilSeconds: u64
};
var issuerGrantCodec = struct(issuerFields);
var address = struct({ address: fixed(20) });
var actionCodec = variant({
  createClient: [1, struct(clientFields)],
  registerRoute: [
    2,
    struct({
      chainId: text(MAX_CHAIN_ID),
      alias: text(32),
      client: text(MAX_CLIENT_ID),
      genesisHash: fixed(32)
    })
  ],
  registerIssuer: [3, struct(issuerFields)],
  revokeIssuer: [4, struct({ issuer: fixed(20) })],
  setLane: [5, struct(laneFields)],
  admit: [6, address],
  expel: [7, address],
  freezeResource: [8, struct({ resourceId: fixed(32), caseOrder: text(128) })],
  unfreezeResource: [9, struct({ resourceId: fixed(32), caseOrder: text(128) })],
  setValidators: [10, struct({ validators: validatorSetCodec })]
});

// schemas/wire/checkpoint.ts
var checkpointFields = {
  height: u64,
  stateRoot: fixed(32),
  outboxRoot: fixed(32),
  timeMs: u64,
  validatorSetHash: fixed(32),
  nextValidatorSetHash: fixed(32)
};
var checkpointCodec = struct(checkpointFields);
var signatureFields = { index: u16, signature: fixed(65) };
var certificateFields = {
  checkpoint: checkpointCodec,
  validators: validatorSetCodec,
  signatures: list(struct(signatureFields), MAX_VALIDATORS)
};
var certificateCodec = struct(certificateFields);
var DOMAIN_TYPE = "EIP712Domain(string name,string version,bytes32 salt)";
var CHECKPOINT_TYPE = "Checkpoint(uint64 height,bytes32 stateRoot,bytes32 outboxRoot,uint64 timeMs,bytes32 validatorSetHash,bytes32 nextValidatorSetHash)";
function checkpointDomain(genesisHash2, hash) {
  const keccakText = (text2) => hash.keccak256(binaryBytes(text2));
  return hash.keccak256(
    concatBytes(
      keccakText(DOMAIN_TYPE),
      keccakText("Tieline Checkpoint"),
      keccakText("1"),
      genesisHash2
    )
  );
}
function checkpointDigest(checkpoint, genesisHash2, hash) {
  const pad = new Uint8Array(24);
  const body = new Writer(224).fixed(hash.keccak256(binaryBytes(CHECKPOINT_TYPE)), 32).fixed(pad, 24).u64(checkpoint.height).fixed(checkpoint.stateRoot, 32).fixed(checkpoint.outboxRoot, 32).fixed(pad, 24).u64(checkpoint.timeMs).fixed(checkpoint.validatorSetHash, 32).fixed(checkpoint.nextValidatorSetHash, 32).finish();
  const prefix = Uint8Array.of(25, 1);
  return hash.keccak256(
    concatBytes(prefix, checkpointDomain(genesisHash2, hash), hash.keccak256(body))
  );
}

// schemas/wire/transfer.ts
var TRANSFER_PORT = "transfer";
var SUPPLY_PORT = "supply";
var RETIREMENT_PORT = "retirement";
var PAYLOAD_VERSION = "tieline-1";
var PAYLOAD_ENCODING = "application/x-tieline";
var MAX_MEMO = 256;
var FLAG = { frozen: 1, origin: 2, destination: 4, dynamic: 8, memo: 16 };
var dynamicCodec = struct({ index: u64, head: fixed(32) });
var destinationCodec = text(MAX_CHAIN_ID);
var memoCodec = text(MAX_MEMO);
var transferPayloadCodec = {
  write(writer, value) {
    const flags = (value.frozen ? FLAG.frozen : 0) | (value.origin ? FLAG.origin : 0) | (value.destination === void 0 ? 0 : FLAG.destination) | (value.dynamic ? FLAG.dynamic : 0) | (value.memo === void 0 ? 0 : FLAG.memo);
    writer.u8(flags).fixed(value.resourceId, 32).u128(value.quantity);
    writer.fixed(value.sender, 20).fixed(value.receiver, 20).u64(value.deadlineSeconds);
    if (value.origin) resourceOriginCodec.write(writer, value.origin);
    if (value.destination !== void 0) destinationCodec.write(writer, value.destination);
    if (value.dynamic) dynamicCodec.write(writer, value.dynamic);
    if (value.memo !== void 0) memoCodec.write(writer, value.memo);
  },
  read(reader) {
    const flags = reader.u8("flags");
    if (flags > 31) throw codecError("CODEC_VALUE", { field: "flags", value: flags });
    const head = {
      resourceId: reader.fixed(32, "resourceId"),
      quantity: reader.u128("quantity"),
      sender: reader.fixed(20, "sender"),
      receiver: reader.fixed(20, "receiver"),
      deadlineSeconds: reader.u64("deadlineSeconds"),
      frozen: (flags & FLAG.frozen) !== 0
    };
    const section = (bit, codec, field, from) => (flags & bit) === 0 ? void 0 : codec.read(from, field);
    return {
      ...head,
      origin: section(FLAG.origin, resourceOriginCodec, "origin", reader),
      destination: section(FLAG.destination, destinationCodec, "destination", reader),
      dynamic: section(FLAG.dynamic, dynamicCodec, "dynamic", reader),
      memo: section(FLAG.memo, memoCodec, "memo", reader)
    };
  }
};
var retirementFields = {
  resourceId: fixed(32),
  quantity: u128,
  owner: fixed(20),
  beneficiary: text(128),
  purpose: text(128)
};
var retirementPayloadCodec = struct(retirementFields);
var supplyFields = { origin: resourceOriginCodec, statement: signedSupplyStatementCodec };
var supplyPayloadCodec = struct(supplyFields);

// schemas/wire/packet.ts
var MAX_PAYLOAD_VALUE = 8192;
var payloadFields = {
  sourcePort: text(64),
  destinationPort: text(64),
  version: text(32),
  encoding: text(64),
  value: bytes(MAX_PAYLOAD_VALUE)
};
var packetFields = {
  sequence: u64,
  sourceClient: text(MAX_CLIENT_ID),
  destinationClient: text(MAX_CLIENT_ID),
  timeoutSeconds: u64,
  payloads: list(struct(payloadFields), 1)
};
var packetCodec = struct(packetFields);
var SUCCESS_ACKNOWLEDGEMENT = Uint8Array.of(1);
var ERROR_ACKNOWLEDGEMENT = Uint8Array.from([
  71,
  116,
  212,
  165,
  117,
  153,
  63,
  150,
  59,
  28,
  6,
  87,
  55,
  54,
  97,
  122,
  69,
  122,
  190,
  248,
  88,
  145,
  120,
  219,
  141,
  16,
  201,
  75,
  74,
  181,
  17,
  171
]);
var RECEIPT_VALUE = Uint8Array.of(2);
function hostPath(client2, kind, sequence) {
  return client2 + binaryString(new Writer(9).u8(kind).u64(sequence).finish());
}
function commitmentPath(sourceClient, sequence) {
  return hostPath(sourceClient, 1, sequence);
}
function receiptPath(destinationClient, sequence) {
  return hostPath(destinationClient, 2, sequence);
}
function acknowledgementPath(destinationClient, sequence) {
  return hostPath(destinationClient, 3, sequence);
}
function packetCommitment(packet, hash) {
  const timeout2 = new Writer(8).u64(packet.timeoutSeconds).finish();
  const payloads = concatBytes(...packet.payloads.map((payload) => payloadHash(payload, hash)));
  return hash.sha256(
    concatBytes(
      Uint8Array.of(2),
      hash.sha256(encoder2.encode(packet.destinationClient)),
      hash.sha256(timeout2),
      hash.sha256(payloads)
    )
  );
}
function acknowledgementCommitment(acknowledgements, hash) {
  return hash.sha256(
    concatBytes(Uint8Array.of(2), ...acknowledgements.map((each) => hash.sha256(each)))
  );
}
var encoder2 = new TextEncoder();
var KNOWN_TEXTS = new Map(
  [TRANSFER_PORT, SUPPLY_PORT, RETIREMENT_PORT, PAYLOAD_VERSION, PAYLOAD_ENCODING].map((each) => [
    each,
    nobleHash.sha256(encoder2.encode(each))
  ])
);
function textHash(value, hash) {
  return KNOWN_TEXTS.get(value) ?? hash.sha256(encoder2.encode(value));
}
function payloadHash(payload, hash) {
  return hash.sha256(
    concatBytes(
      textHash(payload.sourcePort, hash),
      textHash(payload.destinationPort, hash),
      textHash(payload.version, hash),
      textHash(payload.encoding, hash),
      hash.sha256(payload.value)
    )
  );
}

// schemas/wire/message.ts
var MAX_BATCH = 256;
var MAX_UPDATES = 16;
var client = text(MAX_CLIENT_ID);
var updates = list(certificateCodec, MAX_UPDATES);
var acknowledgementFields = { packet: packetCodec, acknowledgement: bytes(64) };
var segmentFields = {
  outboxHeight: u64,
  start: u32,
  acknowledgements: list(struct(acknowledgementFields), MAX_BATCH),
  packets: list(packetCodec, MAX_BATCH),
  rangeProof: bytes(4096),
  rootProof: bytes(16384)
};
var segmentCodec = struct(segmentFields);
var messageCodec = variant({
  issue: [
    1,
    struct({
      kind: text(64),
      staticRoot: fixed(32),
      owner: fixed(20),
      statement: signedSupplyStatementCodec
    })
  ],
  append: [2, struct({ entry: signedDynamicEntryCodec })],
  transfer: [3, struct({ resourceId: fixed(32), quantity: u128, receiver: fixed(20) })],
  retire: [
    4,
    struct({ resourceId: fixed(32), quantity: u128, beneficiary: text(128), purpose: text(128) })
  ],
  lock: [
    5,
    struct({ resourceId: fixed(32), quantity: u128, agent: fixed(20), expirySeconds: u64 })
  ],
  unlock: [6, struct({ lockId: fixed(32), receiver: fixed(20) })],
  send: [
    7,
    struct({
      client,
      resourceId: fixed(32),
      quantity: u128,
      receiver: fixed(20),
      destination: text(MAX_CHAIN_ID),
      timeoutSeconds: u64,
      deadlineSeconds: u64,
      memo: text(MAX_MEMO)
    })
  ],
  resend: [8, struct({ client, sequence: u64 })],
  update: [16, struct({ client, updates })],
  deliver: [
    17,
    struct({ client, updates, height: u64, segments: list(struct(segmentFields), 64) })
  ],
  timeout: [
    18,
    struct({
      client,
      updates,
      height: u64,
      packets: list(packetCodec, MAX_BATCH),
      proof: bytes(262144)
    })
  ],
  settle: [19, struct({ client, updates, height: u64, settledBelow: u64, proof: bytes(16384) })],
  misbehaviour: [20, struct({ client, first: certificateCodec, second: certificateCodec })],
  propose: [32, struct({ action: bytes(32768), expirySeconds: u64 })],
  vote: [33, struct({ proposalId: fixed(32), choice: choice(["for", "against"]) })],
  execute: [34, struct({ proposalId: fixed(32) })],
  guardPause: [35, struct({ client })]
});

// schemas/wire/transaction.ts
var MAX_TRANSACTION = 1048576;
var TAG2 = domainTag("tieline/tx/v1");
var SIGNATURE2 = 65;
function encodeTransactionBody(transaction) {
  const { sender, nonce, expirySeconds, message } = transaction;
  const writer = new Writer(512).fixed(sender, 20).u64(nonce).u64(expirySeconds);
  messageCodec.write(writer, message);
  return writer.finish();
}
function transactionDigest(body, genesisHash2, hash) {
  return hash.sha256(concatBytes(TAG2, genesisHash2, body));
}
function transactionId(bytes2, genesisHash2, hash) {
  return transactionDigest(bytes2.subarray(SIGNATURE2), genesisHash2, hash);
}
function decodeTransaction(bytes2) {
  const reader = new Reader(bytes2, "transaction");
  const signature = reader.fixed(SIGNATURE2, "signature");
  const head = readHead(reader);
  const message = messageCodec.read(reader, "message");
  reader.end();
  return { signature, ...head, message };
}
function readHead(reader) {
  return {
    sender: reader.fixed(20, "sender"),
    nonce: reader.u64("nonce"),
    expirySeconds: reader.u64("expirySeconds")
  };
}

// schemas/wire/block.ts
var headerFields = {
  height: u64,
  timeMs: u64,
  parentHash: fixed(32),
  transactionsRoot: fixed(32),
  resultsRoot: fixed(32),
  stateRoot: fixed(32),
  outboxRoot: fixed(32),
  validatorSetHash: fixed(32),
  nextValidatorSetHash: fixed(32)
};
var blockHeaderCodec = struct(headerFields);
var transactionsCodec = {
  write(writer, value) {
    writer.u32(value.length);
    for (const each of value) writer.bytes(each, MAX_TRANSACTION);
  },
  read(reader, field) {
    const count = reader.u32(field);
    const out = [];
    for (let at = 0; at < count; at++) out.push(bytes(MAX_TRANSACTION).read(reader, field));
    return out;
  }
};
var blockFields = { header: blockHeaderCodec, transactions: transactionsCodec };
var blockCodec = struct(blockFields);
var TAG3 = domainTag("tieline/blk/v1");
function blockHash(header, genesisHash2, hash) {
  return hash.sha256(concatBytes(TAG3, genesisHash2, encode(blockHeaderCodec, header)));
}
function checkpointOf(header) {
  const { height, stateRoot, outboxRoot, timeMs, validatorSetHash: validatorSetHash2, nextValidatorSetHash } = header;
  return { height, stateRoot, outboxRoot, timeMs, validatorSetHash: validatorSetHash2, nextValidatorSetHash };
}

// main-chain/ledger/execute.ts
var MAX_VALIDITY_SECONDS = 86400n;
function executeTransaction(context, application, bytes2, authenticated) {
  const eventsBefore = context.events.length;
  let items = [];
  try {
    const transaction = decodeTransaction(bytes2);
    verifyExpiry(context, transaction.expirySeconds);
    if (!authenticated) verifySender(context, transaction.sender, transaction.signature, bytes2);
    useNonce(context.state, transaction.sender, transaction.nonce);
    const refusal = isolate(context, (inner) => {
      items = run(inner, application, transaction.sender, transaction.message);
    });
    if (refusal !== void 0) return { code: refusal.code, items: [], events: [] };
  } catch (error) {
    if (error instanceof TielineError) return { code: error.code, items: [], events: [] };
    throw error;
  }
  return { code: "", items, events: context.events.slice(eventsBefore) };
}
function verifyExpiry(context, expirySeconds) {
  const now = context.timeMs / 1000n;
  if (expirySeconds <= now || expirySeconds > now + MAX_VALIDITY_SECONDS) {
    throw ledgerError("TX_EXPIRED", { expirySeconds, nowSeconds: now });
  }
}
function verifySender(context, sender, signature, bytes2) {
  const digest2 = transactionId(bytes2, context.chain.genesisHash, context.hash);
  const signer = context.signatures.recoverAddress(digest2, signature);
  if (signer === void 0 || !equalBytes(signer, sender)) throw ledgerError("TX_SIGNATURE");
}
function run(context, application, sender, message) {
  const handler = application.messages[message.type];
  if (handler === void 0) throw ledgerError("TX_UNSUPPORTED", { type: message.type });
  return handler(context, sender, message) ?? [];
}

// schemas/tree/block-tree.ts
var MAX_BLOCK_ITEMS = 2 ** 32;
var LEAF_PREFIX = Uint8Array.of(0);
var NODE_PREFIX = Uint8Array.of(1);
function blockTreeRoot(items, hash) {
  if (items.length === 0) return hash.sha256(new Uint8Array(0));
  return rootOf(
    items.map((item) => leafOf(item, hash)),
    hash
  );
}
function rootOf(leaves, hash) {
  let row = leaves;
  while (row.length > 1) row = rowAbove(row, hash);
  return row[0] ?? new Uint8Array(HASH_LENGTH);
}
function rowAbove(row, hash) {
  const above = [];
  for (let at = 0; at < row.length; at += 2) {
    const [left, right] = [row[at], row[at + 1]];
    if (left && right) above.push(nodeOf(left, right, hash));
    else if (left) above.push(left);
  }
  return above;
}
function leafOf(item, hash) {
  return hash.sha256(concatBytes(LEAF_PREFIX, item));
}
function nodeOf(left, right, hash) {
  return hash.sha256(concatBytes(NODE_PREFIX, left, right));
}

// schemas/wire/event.ts
var EVENT_TYPES = [
  "issued",
  "appended",
  "transferred",
  "retired",
  "locked",
  "unlocked",
  "packetSent",
  "packetReceived",
  "packetForwarded",
  "packetFailed",
  "packetAcknowledged",
  "packetTimedOut",
  "transferRefunded",
  "transferDelivered",
  "supplyRegistered",
  "retirementBooked",
  "clientCreated",
  "clientUpdated",
  "clientFrozen",
  "lanePaused",
  "laneResumed",
  "proposalCreated",
  "proposalVoted",
  "proposalExecuted",
  "resourceFrozen",
  "resourceUnfrozen",
  "resourceHalted",
  "pruned"
];
var eventFields = {
  type: choice(EVENT_TYPES),
  client: text(MAX_CLIENT_ID),
  sequence: u64,
  subject: fixed(32),
  quantity: u128,
  account: fixed(20),
  code: text(64),
  origin: text(96)
};
var resultFields = {
  code: text(64),
  items: list(text(64), 1024),
  events: list(struct(eventFields), 4096)
};
var transactionResultCodec = struct(resultFields);

// schemas/wire/genesis.ts
var genesisError = createErrors({
  GENESIS_PRODUCTION: {
    status: 400,
    retry: "never",
    message: "The production profile needs a proposal delay of at least 86400 seconds, a quorum of at least 2 and a 2-member validator set"
  },
  GENESIS_QUORUM: {
    status: 400,
    retry: "never",
    message: "The quorum is zero or above the number of organisations"
  }
});
var organisationFields = { name: text(64), address: fixed(20) };
var genesisFields = {
  name: text(32),
  kind: choice(["main", "shard"]),
  profile: choice(["local", "production"]),
  createdMs: u64,
  validators: validatorSetCodec,
  organisations: list(struct(organisationFields), 64),
  quorum: u16,
  guardians: list(fixed(20), 64),
  proposalDelaySeconds: u64,
  admission: choice(["open", "list"]),
  admitted: list(fixed(20), 1024),
  trustingPeriodSeconds: u64,
  leastTimeoutSeconds: u64
};
var genesisCodec = struct(genesisFields);
var TAG4 = domainTag("tieline/gen/v1");
function genesisHash(genesis, hash) {
  return hash.sha256(concatBytes(TAG4, encode(genesisCodec, genesis)));
}

// main-chain/ledger/execute-block.ts
var OUTBOX_ROOTS = 8192n;
function executeBlock(input) {
  const { chain, hash, parent } = input;
  const height = parent.height + 1n;
  const state = new Overlay(input.state);
  const outgoing = [];
  if (height === 1n) writeGenesis(state, chain);
  const results = input.transactions.map((bytes2, index) => {
    const context = {
      state,
      chain,
      height,
      timeMs: input.timeMs,
      hash,
      signatures: input.signatures,
      events: [],
      outgoing
    };
    return executeTransaction(context, input.application, bytes2, input.authenticated(index));
  });
  const outbox = sortOutbox(outgoing);
  const outboxRoot = buildOutbox(
    outbox.map(({ item }) => item),
    hash
  ).root;
  finishBlock(state, parent, outbox.length > 0 ? outboxRoot : void 0);
  const current = readValidators(state, "current") ?? [];
  const next = readValidators(state, "next") ?? current;
  const resultBytes = results.map((result) => encode(transactionResultCodec, result));
  const header = {
    height,
    timeMs: input.timeMs,
    parentHash: parent.hash,
    transactionsRoot: blockTreeRoot(input.transactions, hash),
    resultsRoot: blockTreeRoot(resultBytes, hash),
    stateRoot: input.commitState(height, state.changes),
    outboxRoot,
    validatorSetHash: validatorSetHash(current, hash),
    nextValidatorSetHash: validatorSetHash(next, hash)
  };
  return { header, results, resultBytes, outbox, changes: state.changes };
}
function writeGenesis(state, { genesis }) {
  writeRecord(state, GENESIS_KEY, genesisCodec, genesis);
  writeRecord(state, validatorsKey("current"), validatorSetCodec, genesis.validators);
  for (const address2 of genesis.admitted) state.set(admittedKey(address2), Uint8Array.of(1));
}
function readValidators(state, which) {
  return readRecord(state, validatorsKey(which), validatorSetCodec);
}
function sortOutbox(outgoing) {
  const entries = outgoing.map((each) => ({ outgoing: each, item: outboxItem(each) }));
  return entries.sort((left, right) => compareOutboxItems(left.item, right.item));
}
function outboxItem(outgoing) {
  const { commitment } = outgoing;
  if (outgoing.kind === "packet") {
    const { sourceClient, sequence: sequence2 } = outgoing.packet;
    return { client: sourceClient, kind: 1, sequence: sequence2, commitment };
  }
  const { destinationClient, sequence } = outgoing.acknowledged.packet;
  return { client: destinationClient, kind: 0, sequence, commitment };
}
function finishBlock(state, parent, outboxRoot) {
  const height = parent.height + 1n;
  state.set(blockHashKey(parent.height), parent.hash);
  if (parent.height > 0n) state.delete(blockHashKey(parent.height - 1n));
  if (outboxRoot === void 0) return;
  const count = readU64(state, OUTBOX_COUNT_KEY);
  const slot = outboxRingKey(count % OUTBOX_ROOTS);
  if (count >= OUTBOX_ROOTS) state.delete(outboxRootKey(readU64(state, slot)));
  writeU64(state, slot, height);
  writeU64(state, OUTBOX_COUNT_KEY, count + 1n);
  state.set(outboxRootKey(height), outboxRoot);
}

// schemas/tree/sparse-prover.ts
function proveSparse(nodes, root, keys, hash) {
  if (keys.length === 0) throw treeError("PROOF_EMPTY_CLAIMS");
  if (keys.length > MAX_SPARSE_CLAIMS) {
    throw treeError("PROOF_TOO_MANY_CLAIMS", { claims: keys.length, most: MAX_SPARSE_CLAIMS });
  }
  const paths = keys.map((key) => ({ path: sparsePath(key, hash) }));
  paths.sort((left, right) => compareBytes(left.path, right.path));
  for (let at = 1; at < paths.length; at++) {
    const [before, here] = [paths[at - 1], paths[at]];
    if (before && here && equalBytes(before.path, here.path))
      throw treeError("PROOF_DUPLICATE_KEY");
  }
  if (nodes.kindOf(root) === "empty") throw treeError("PROOF_EMPTY_ROOT");
  const writer = new Writer(keys.length * 512);
  write({ nodes, paths, writer }, root, 0, 0, paths.length);
  const proof = writer.finish();
  if (proof.length > MAX_SPARSE_PROOF) {
    throw treeError("PROOF_TOO_LARGE", { bytes: proof.length, most: MAX_SPARSE_PROOF });
  }
  return proof;
}
function write(task, node, depth, from, to) {
  const kind = task.nodes.kindOf(node);
  if (kind === "empty") task.writer.u8(PROOF_OP.empty);
  else if (kind === "leaf") writeLeaf(task, task.nodes.leafOf(node), from, to);
  else writeInner(task, node, depth, from, to);
}
function writeLeaf(task, leaf, from, to) {
  for (let at = from; at < to; at++) {
    const wanted = task.paths[at];
    if (wanted && equalBytes(wanted.path, leaf.path)) {
      task.writer.u8(PROOF_OP.claimed);
      return;
    }
  }
  task.writer.u8(PROOF_OP.foreign).fixed(leaf.path, HASH_LENGTH).fixed(leaf.valueHash, HASH_LENGTH);
}
function writeInner(task, node, depth, from, to) {
  const { nodes, writer } = task;
  const middle = splitAt(task.paths, from, to, depth);
  const left = nodes.leftOf(node);
  const right = nodes.rightOf(node);
  if (middle > from && middle < to) {
    writer.u8(PROOF_OP.fork);
    write(task, left, depth + 1, from, middle);
    write(task, right, depth + 1, middle, to);
    return;
  }
  const goesRight = middle === from;
  const other = goesRight ? left : right;
  if (nodes.kindOf(other) === "empty") writer.u8(PROOF_OP.lone);
  else writer.u8(PROOF_OP.sibling).fixed(nodes.hashOf(other), HASH_LENGTH);
  write(task, goesRight ? right : left, depth + 1, from, to);
}

// main-chain/ledger/tree/int-list.ts
var IntList = class {
  items;
  length = 0;
  constructor(capacity = 16) {
    this.items = new Int32Array(capacity);
  }
  push(value) {
    if (this.length === this.items.length) {
      const grown = new Int32Array(this.length * 2);
      grown.set(this.items);
      this.items = grown;
    }
    this.items[this.length++] = value;
  }
  /** The last item, removed; 0 when there is none. */
  pop() {
    if (this.length === 0) return 0;
    this.length -= 1;
    return this.items[this.length];
  }
  clear() {
    this.length = 0;
  }
  /** The items as an array of exactly their length. */
  toArray() {
    return this.items.slice(0, this.length);
  }
};

// main-chain/ledger/tree/apply-batch.ts
var SLICE = 2048;
var HASH_WORDS = 8;
var BatchWalk = class {
  /** Old nodes the last batches replaced, since it was last cleared. */
  retired = new IntList(1024);
  /** How many more leaves the tree has after the batches than before. */
  leafDelta = 0;
  #nodes;
  #hash;
  #created = Array.from({ length: MAX_DEPTH }, () => new IntList(4));
  #preimage = new Uint8Array(LEAF_PREIMAGE_LENGTH);
  #blocks = new Int32Array(SLICE * 2 * HASH_WORDS);
  #digests = new Int32Array(SLICE * HASH_WORDS);
  constructor(nodes, hash) {
    this.#nodes = nodes;
    this.#hash = hash;
    this.#preimage.set(LEAF_TAG);
  }
  /** The root reference after the changes; `root` and all it refers to stay as they are. */
  apply(root, changes) {
    const updated = this.#update(changes, root, 0, 0, changes.length);
    this.#hashCreated();
    return updated;
  }
  #update(changes, node, depth, from, to) {
    if (node < 0) return this.#updateLeaf(changes, node, depth, from, to);
    if (node === 0) return this.#grow(changes, 0, depth, from, to);
    const left = this.#nodes.leftOf(node);
    const right = this.#nodes.rightOf(node);
    const middle = changes.split(from, to, depth);
    const newLeft = middle === from ? left : this.#update(changes, left, depth + 1, from, middle);
    const newRight = middle === to ? right : this.#update(changes, right, depth + 1, middle, to);
    if (newLeft === left && newRight === right) return node;
    this.retired.push(node);
    return this.#join(newLeft, newRight, depth);
  }
  /** Changes meet a single leaf: it is replaced, removed, kept, or pushed down beside new ones. */
  #updateLeaf(changes, leaf, depth, from, to) {
    const place = this.#find(changes, leaf, from, to);
    if (place === to) return this.#grow(changes, leaf, depth, from, to);
    const same = this.#nodes.sameValue(leaf, changes.valueHashes, changes.offset(place));
    if (same && changes.isSet(place)) {
      changes.drop(place);
      return this.#grow(changes, leaf, depth, from, to);
    }
    this.retired.push(leaf);
    this.leafDelta -= 1;
    return this.#grow(changes, 0, depth, from, to);
  }
  /** The place of the leaf's own key among the changes, or `to`. */
  #find(changes, leaf, from, to) {
    let low = from;
    let high = to - 1;
    while (low <= high) {
      const middle = low + high >>> 1;
      const order = this.#nodes.comparePath(leaf, changes.paths, changes.offset(middle));
      if (order === 0) return middle;
      if (order > 0) low = middle + 1;
      else high = middle - 1;
    }
    return to;
  }
  /** A subtree of the set changes and, where `kept` is not 0, that leaf; removals find nothing here. */
  #grow(changes, kept, depth, from, to) {
    let first = from;
    let end = to;
    while (first < end && !changes.isSet(first)) first += 1;
    while (first < end && !changes.isSet(end - 1)) end -= 1;
    if (first === end) return kept;
    if (kept === 0 && end - first === 1) return this.#createLeaf(changes, first);
    const middle = changes.split(first, end, depth);
    const keptRight = kept !== 0 && this.#nodes.leafBit(kept, depth) === 1;
    const left = this.#grow(changes, keptRight ? 0 : kept, depth + 1, first, middle);
    const right = this.#grow(changes, keptRight ? kept : 0, depth + 1, middle, end);
    return this.#join(left, right, depth);
  }
  /** An inner node, or the only leaf below it: a leaf never stands deeper than it must. */
  #join(left, right, depth) {
    if (left === 0 && right <= 0) return right;
    if (right === 0 && left < 0) return left;
    const node = this.#nodes.createInner(left, right);
    this.#created[depth].push(node);
    return node;
  }
  #createLeaf(changes, place) {
    const at = changes.offset(place);
    const path = changes.paths.subarray(at, at + HASH_LENGTH);
    const valueHash = changes.valueHashes.subarray(at, at + HASH_LENGTH);
    this.#preimage.set(path, 16);
    this.#preimage.set(valueHash, 48);
    this.leafDelta += 1;
    return this.#nodes.createLeaf(this.#hash.sha256(this.#preimage), path, valueHash);
  }
  #hashCreated() {
    for (let depth = MAX_DEPTH - 1; depth >= 0; depth--) {
      const created = this.#created[depth];
      for (let from = 0; from < created.length; from += SLICE) {
        this.#hashSlice(created.items, from, Math.min(created.length, from + SLICE));
      }
      created.clear();
    }
  }
  #hashSlice(created, from, to) {
    const nodes = this.#nodes;
    const blocks = this.#blocks;
    for (let at = from; at < to; at++) {
      const node = created[at];
      const out = (at - from) * 2 * HASH_WORDS;
      nodes.copyHash(nodes.leftOf(node), blocks, out);
      nodes.copyHash(nodes.rightOf(node), blocks, out + HASH_WORDS);
    }
    const count = to - from;
    this.#hash.sha256Pairs(
      new Uint8Array(blocks.buffer, 0, count * 2 * HASH_LENGTH),
      new Uint8Array(this.#digests.buffer, 0, count * HASH_LENGTH)
    );
    for (let at = from; at < to; at++) {
      nodes.storeHash(created[at], this.#digests, (at - from) * HASH_WORDS);
    }
  }
};

// main-chain/ledger/tree/change-batch.ts
var MAX_BATCH_CHANGES = 2 ** 18;
var INDEX_RANGE = MAX_BATCH_CHANGES;
var ChangeBatch = class {
  /** Path of change `i` at 32 · i. */
  paths = new Uint8Array(0);
  /** Value hash of change `i` at 32 · i. */
  valueHashes = new Uint8Array(0);
  length = 0;
  /** 1 = set, 0 = remove or nothing left to do. */
  #sets = new Uint8Array(0);
  #order = new Float64Array(0);
  /** Forgets the changes, keeps the buffers. */
  clear() {
    this.length = 0;
  }
  set(path, valueHash) {
    const at = this.#add(path, 1);
    this.valueHashes.set(valueHash, at * HASH_LENGTH);
  }
  remove(path) {
    this.#add(path, 0);
  }
  /** Orders the changes by path. @throws TREE_DUPLICATE_KEY */
  sort() {
    const { paths, length } = this;
    const order = this.#order;
    for (let at = 0; at < length; at++) {
      const from = at * HASH_LENGTH;
      const high = paths[from] << 8 | paths[from + 1];
      const low = paths[from + 2] << 8 | paths[from + 3];
      order[at] = (high * 65536 + low) * INDEX_RANGE + at;
    }
    order.subarray(0, length).sort();
    for (let at = 0; at < length; at++) order[at] = order[at] % INDEX_RANGE;
    for (let at = 1; at < length; at++) this.#sink(at);
  }
  #add(path, set) {
    const at = this.length++;
    if (at === this.#sets.length) {
      const capacity = Math.max(64, at * 2);
      this.paths = grow(this.paths, capacity * HASH_LENGTH);
      this.valueHashes = grow(this.valueHashes, capacity * HASH_LENGTH);
      this.#sets = grow(this.#sets, capacity);
      this.#order = new Float64Array(capacity);
    }
    this.paths.set(path, at * HASH_LENGTH);
    this.#sets[at] = set;
    return at;
  }
  /** Byte offset of the path and value hash of the change at `place`. */
  offset(place) {
    return this.#order[place] * HASH_LENGTH;
  }
  isSet(place) {
    return this.#sets[this.#order[place]] === 1;
  }
  /** Makes the change at `place` do nothing. */
  drop(place) {
    this.#sets[this.#order[place]] = 0;
  }
  /** First place in `[from, to)` that goes right below `depth`; all share the bits above. */
  split(from, to, depth) {
    const { paths } = this;
    const byte = depth >> 3;
    const mask = 128 >> (depth & 7);
    let low = from;
    let high = to;
    while (low < high) {
      const middle = low + high >>> 1;
      if ((paths[this.offset(middle) + byte] & mask) === 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
  /** Moves the change at `at` before greater ones that share its first 32 bits. */
  #sink(at) {
    const order = this.#order;
    for (let here = at; here > 0; here--) {
      const before = order[here - 1];
      const moved = order[here];
      const difference = this.#compare(before, moved);
      if (difference < 0) return;
      if (difference === 0) throw treeError("TREE_DUPLICATE_KEY");
      order[here - 1] = moved;
      order[here] = before;
    }
  }
  #compare(left, right) {
    const { paths } = this;
    const first = left * HASH_LENGTH;
    const second = right * HASH_LENGTH;
    for (let byte = 0; byte < HASH_LENGTH; byte++) {
      const difference = paths[first + byte] - paths[second + byte];
      if (difference !== 0) return difference;
    }
    return 0;
  }
};
function grow(buffer, length) {
  const grown = new Uint8Array(length);
  grown.set(buffer);
  return grown;
}

// main-chain/ledger/tree/errors.ts
var stateTreeError = createErrors({
  STATE_HEIGHT_PRUNED: {
    status: 404,
    retry: "never",
    message: "The state tree does not hold this height: only the newest heights can be proven"
  },
  STATE_HEIGHT_ORDER: {
    status: 500,
    retry: "never",
    message: "The state tree takes heights one after another"
  },
  STATE_KEY_BINARY: {
    status: 500,
    retry: "never",
    message: "A state key holds a character above 255"
  },
  STATE_PROOF_UNRESOLVED: {
    status: 500,
    retry: "later",
    message: "The store gave no key and value, or others, for a leaf of the state tree"
  }
});

// main-chain/ledger/tree/node-store.ts
var CHUNK_BITS = 12;
var CHUNK_RECORDS = 1 << CHUNK_BITS;
var CHUNK_MASK = CHUNK_RECORDS - 1;
var INNER_WORDS = 10;
var INNER_HASH = 2;
var LEAF_WORDS = 24;
var WORD2 = 4;
var HASH_WORDS2 = 8;
var ZERO_CHUNK = new Int32Array(HASH_WORDS2);
var RecordArena = class {
  words = [];
  bytes = [];
  #size;
  #free = new IntList();
  #next = 1;
  constructor(size) {
    this.#size = size;
  }
  get byteLength() {
    return this.words.length * CHUNK_RECORDS * this.#size * WORD2;
  }
  /** Records in use. */
  get used() {
    return this.#next - 1 - this.#free.length;
  }
  take() {
    const freed = this.#free.pop();
    if (freed !== 0) return freed;
    const id2 = this.#next++;
    if (id2 >> CHUNK_BITS === this.words.length) {
      const chunk = new Int32Array(CHUNK_RECORDS * this.#size);
      this.words.push(chunk);
      this.bytes.push(new Uint8Array(chunk.buffer));
    }
    return id2;
  }
  give(id2) {
    this.#free.push(id2);
  }
};
var NodeStore = class {
  #inner = new RecordArena(INNER_WORDS);
  #leaves = new RecordArena(LEAF_WORDS);
  /** Bytes held by the chunks. */
  get byteLength() {
    return this.#inner.byteLength + this.#leaves.byteLength;
  }
  /** Nodes in use, of all heights together. */
  get used() {
    return this.#inner.used + this.#leaves.used;
  }
  /** A new inner node; its hash comes later, by `storeHash`. */
  createInner(left, right) {
    const id2 = this.#inner.take();
    const words = this.#inner.words[id2 >> CHUNK_BITS];
    const at = (id2 & CHUNK_MASK) * INNER_WORDS;
    words[at] = left;
    words[at + 1] = right;
    return id2;
  }
  /** A new leaf of three 32-byte digests. */
  createLeaf(digest2, path, valueHash) {
    const id2 = this.#leaves.take();
    const bytes2 = this.#leaves.bytes[id2 >> CHUNK_BITS];
    const at = (id2 & CHUNK_MASK) * LEAF_WORDS * WORD2;
    bytes2.set(digest2, at);
    bytes2.set(path, at + HASH_LENGTH);
    bytes2.set(valueHash, at + 2 * HASH_LENGTH);
    return -id2;
  }
  /** Gives a record back; nothing may refer to it any more. */
  free(node) {
    if (node > 0) this.#inner.give(node);
    else this.#leaves.give(-node);
  }
  leftOf(node) {
    const words = this.#inner.words[node >> CHUNK_BITS];
    return words[(node & CHUNK_MASK) * INNER_WORDS];
  }
  rightOf(node) {
    const words = this.#inner.words[node >> CHUNK_BITS];
    return words[(node & CHUNK_MASK) * INNER_WORDS + 1];
  }
  kindOf(node) {
    if (node === 0) return "empty";
    return node > 0 ? "inner" : "leaf";
  }
  /** Views into the record, to be read before the tree changes. */
  leafOf(node) {
    const bytes2 = this.#leaves.bytes[-node >> CHUNK_BITS];
    const at = (-node & CHUNK_MASK) * LEAF_WORDS * WORD2 + HASH_LENGTH;
    return {
      path: bytes2.subarray(at, at + HASH_LENGTH),
      valueHash: bytes2.subarray(at + HASH_LENGTH, at + 2 * HASH_LENGTH)
    };
  }
  /** A copy of a node's hash; zero for the empty node. */
  hashOf(node) {
    const words = new Int32Array(HASH_WORDS2);
    this.copyHash(node, words, 0);
    return new Uint8Array(words.buffer);
  }
  /** The bit of a leaf's path below `depth`. */
  leafBit(node, depth) {
    const bytes2 = this.#leaves.bytes[-node >> CHUNK_BITS];
    const at = (-node & CHUNK_MASK) * LEAF_WORDS * WORD2 + HASH_LENGTH + (depth >> 3);
    return bytes2[at] >> 7 - (depth & 7) & 1;
  }
  /** Compares a leaf's path with 32 bytes of `paths`. */
  comparePath(node, paths, from) {
    const bytes2 = this.#leaves.bytes[-node >> CHUNK_BITS];
    const at = (-node & CHUNK_MASK) * LEAF_WORDS * WORD2 + HASH_LENGTH;
    for (let byte = 0; byte < HASH_LENGTH; byte++) {
      const difference = bytes2[at + byte] - paths[from + byte];
      if (difference !== 0) return difference;
    }
    return 0;
  }
  /** True when a leaf holds this value hash: 32 bytes of `digests`. */
  sameValue(node, digests, from) {
    const bytes2 = this.#leaves.bytes[-node >> CHUNK_BITS];
    const at = (-node & CHUNK_MASK) * LEAF_WORDS * WORD2 + 2 * HASH_LENGTH;
    for (let byte = 0; byte < HASH_LENGTH; byte++) {
      if (bytes2[at + byte] !== digests[from + byte]) return false;
    }
    return true;
  }
  /** Writes a node's hash as 8 words. Unrolled: this is the tree's innermost loop. */
  copyHash(node, out, to) {
    let words = ZERO_CHUNK;
    let at = 0;
    if (node > 0) {
      words = this.#inner.words[node >> CHUNK_BITS];
      at = (node & CHUNK_MASK) * INNER_WORDS + INNER_HASH;
    } else if (node < 0) {
      words = this.#leaves.words[-node >> CHUNK_BITS];
      at = (-node & CHUNK_MASK) * LEAF_WORDS;
    }
    copyWords(words, at, out, to);
  }
  /** Sets an inner node's hash from 8 words. */
  storeHash(node, from, at) {
    const words = this.#inner.words[node >> CHUNK_BITS];
    copyWords(from, at, words, (node & CHUNK_MASK) * INNER_WORDS + INNER_HASH);
  }
};
function copyWords(from, at, out, to) {
  out[to] = from[at];
  out[to + 1] = from[at + 1];
  out[to + 2] = from[at + 2];
  out[to + 3] = from[at + 3];
  out[to + 4] = from[at + 4];
  out[to + 5] = from[at + 5];
  out[to + 6] = from[at + 6];
  out[to + 7] = from[at + 7];
}

// main-chain/ledger/tree/state-tree.ts
var STATE_HISTORY = 64;
var StateTree = class _StateTree {
  #hash;
  #history;
  #nodes = new NodeStore();
  #walk;
  #changes = new ChangeBatch();
  /** Oldest first. */
  #versions = [];
  #leafCount = 0;
  #committed = false;
  constructor(hash, options = {}) {
    this.#hash = hash;
    this.#history = Math.max(1, options.history ?? STATE_HISTORY);
    this.#walk = new BatchWalk(this.#nodes, hash);
  }
  /** The tree of a height from its leaves, in any order; its history begins there. @throws TREE_DUPLICATE_KEY */
  static build(height, leaves, hash, options = {}) {
    const tree = new _StateTree(hash, options);
    tree.load(height, leaves);
    return tree;
  }
  /** The newest height, or undefined before the first commit. */
  get height() {
    return this.#versions.at(-1)?.height;
  }
  /** 32 bytes; zero while the tree is empty. */
  get root() {
    return this.#nodes.hashOf(this.#top);
  }
  get leafCount() {
    return this.#leafCount;
  }
  /** Bytes of node storage, of all remembered heights. */
  get byteLength() {
    return this.#nodes.byteLength;
  }
  /** Nodes in use, of all remembered heights. */
  get nodeCount() {
    return this.#nodes.used;
  }
  /**
   * Applies a block's changes (key as a binary string → value, null removes) and gives the new root.
   * Removing an absent key and setting the value a key has already change nothing. A call that
   * throws leaves the tree as it was.
   * @throws STATE_HEIGHT_ORDER STATE_KEY_BINARY PROOF_EMPTY_KEY PROOF_EMPTY_VALUE
   */
  commit(height, changes) {
    const latest = this.height;
    if (latest !== void 0 && height !== latest + 1n) {
      throw stateTreeError("STATE_HEIGHT_ORDER", { height, expected: latest + 1n });
    }
    for (const [key, value] of changes) {
      if (key.length === 0) throw treeError("PROOF_EMPTY_KEY");
      if (value?.length === 0) throw treeError("PROOF_EMPTY_VALUE");
      requireBinary(key);
    }
    const root = this.#apply(changes);
    this.#versions.push({ height, root, retired: this.#takeRetired() });
    this.#committed = true;
    this.#forget();
    return this.root;
  }
  /**
   * Adds leaves of the state at `height` while the tree is rebuilt; may be called again and again
   * with the same height until the first commit. A throw leaves a tree that is of no use.
   * @throws STATE_HEIGHT_ORDER TREE_DUPLICATE_KEY
   */
  load(height, leaves) {
    if (this.#committed || (this.height ?? height) !== height) {
      throw stateTreeError("STATE_HEIGHT_ORDER", { height });
    }
    let root = this.#top;
    let expected = this.#leafCount;
    const changes = new ChangeBatch();
    for (const { path, valueHash } of leaves) {
      changes.set(path, valueHash);
      expected += 1;
      if (changes.length === MAX_BATCH_CHANGES) root = this.#applyLoaded(root, changes);
    }
    root = this.#applyLoaded(root, changes);
    if (this.#leafCount !== expected) throw treeError("TREE_DUPLICATE_KEY");
    this.#versions = [{ height, root, retired: new Int32Array(0) }];
  }
  /** The root at one of the remembered heights. @throws STATE_HEIGHT_PRUNED */
  rootAt(height) {
    return this.#nodes.hashOf(this.#version(height).root);
  }
  /**
   * The proof of what the state holds, or does not hold, at `keys` (binary strings) at the newest or
   * a remembered height, for `verifySparseProof`.
   * @throws STATE_HEIGHT_PRUNED STATE_KEY_BINARY and as `proveSparse`
   */
  prove(keys, height) {
    const { nodes, root } = this.view(height);
    for (const key of keys) requireBinary(key);
    return proveSparse(nodes, root, keys.map(binaryBytes), this.#hash);
  }
  /** The nodes of the newest or a remembered height, to be read before the next commit. @throws STATE_HEIGHT_PRUNED */
  view(height) {
    const root = height === void 0 ? this.#top : this.#version(height).root;
    return { nodes: this.#nodes, root };
  }
  get #top() {
    return this.#versions.at(-1)?.root ?? 0;
  }
  #version(height) {
    const oldest = this.#versions[0];
    const version = this.#versions[Number(height - (oldest?.height ?? height))];
    if (version === void 0 || version.height !== height) {
      throw stateTreeError("STATE_HEIGHT_PRUNED", {
        height,
        ...oldest && { oldest: oldest.height, latest: this.height ?? oldest.height }
      });
    }
    return version;
  }
  #apply(entries) {
    const changes = this.#changes;
    let left = entries.size;
    let root = this.#top;
    for (const [key, value] of entries) {
      const path = sparsePath(binaryBytes(key), this.#hash);
      if (value === null) changes.remove(path);
      else changes.set(path, sparseValueHash(value, this.#hash));
      left -= 1;
      if (changes.length === MAX_BATCH_CHANGES || left === 0) {
        root = this.#applyBatch(root, changes);
      }
    }
    return root;
  }
  #applyLoaded(root, changes) {
    const updated = this.#applyBatch(root, changes);
    this.#free(this.#takeRetired());
    return updated;
  }
  #applyBatch(root, changes) {
    changes.sort();
    const updated = this.#walk.apply(root, changes);
    this.#leafCount += this.#walk.leafDelta;
    this.#walk.leafDelta = 0;
    changes.clear();
    return updated;
  }
  #takeRetired() {
    const retired = this.#walk.retired.toArray();
    this.#walk.retired.clear();
    return retired;
  }
  /** Drops heights beyond the history and the nodes only they used. */
  #forget() {
    while (this.#versions.length > this.#history) {
      this.#versions.shift();
      const oldest = this.#versions[0];
      if (oldest) this.#free(oldest.retired);
    }
  }
  #free(retired) {
    for (const node of retired) this.#nodes.free(node);
  }
};
function requireBinary(key) {
  let seen = 0;
  for (let at = 0; at < key.length; at++) seen |= key.charCodeAt(at);
  if (seen > 255) throw stateTreeError("STATE_KEY_BINARY", { characters: key.length });
}

// main-chain/ledger/locks.ts
var MAX_LOCK_SECONDS = 31622400n;
var TAG5 = domainTag("tieline/lock/v1");
var lockFields = {
  resourceId: fixed(32),
  owner: fixed(20),
  agent: fixed(20),
  quantity: u128,
  expirySeconds: u64
};
var lockRecordCodec = struct(lockFields);
function lockId(terms, hash) {
  return hash.sha256(concatBytes(TAG5, encode(lockRecordCodec, terms)));
}
function lock(context, sender, message) {
  const { resourceId, quantity, agent, expirySeconds } = message;
  const now = nowSeconds(context);
  requireQuantity(quantity);
  requireActive(context.state, resourceId);
  requireAdmitted(context, sender);
  if (expirySeconds <= now || expirySeconds > now + MAX_LOCK_SECONDS)
    throw ledgerError("LOCK_EXPIRY", { expirySeconds });
  const terms = { resourceId, owner: sender, agent, quantity, expirySeconds };
  const id2 = lockId(terms, context.hash);
  if (context.state.get(lockKey(id2)) !== void 0)
    throw ledgerError("LOCK_EXISTS", { lock: toHex(id2) });
  takeHolding(context.state, resourceId, sender, quantity);
  writeRecord(context.state, lockKey(id2), lockRecordCodec, terms);
  emit(context, "locked", { subject: id2, quantity, account: sender });
  return void 0;
}
function unlock(context, sender, message) {
  const { state } = context;
  const terms = readRecord(state, lockKey(message.lockId), lockRecordCodec);
  if (terms === void 0) throw ledgerError("LOCK_UNKNOWN", { lock: toHex(message.lockId) });
  const expired = nowSeconds(context) >= terms.expirySeconds;
  const allowed = expired ? equalBytes(message.receiver, terms.owner) : equalBytes(sender, terms.agent);
  if (!allowed) throw ledgerError("LOCK_FORBIDDEN", { expired });
  if (!equalBytes(message.receiver, terms.owner)) requireAdmitted(context, message.receiver);
  state.delete(lockKey(message.lockId));
  addHolding(state, terms.resourceId, message.receiver, terms.quantity);
  emit(context, "unlocked", {
    subject: message.lockId,
    quantity: terms.quantity,
    account: message.receiver
  });
  return void 0;
}

// main-chain/ledger/proposals.ts
var MAX_PROPOSAL_SECONDS = 90n * 86400n;
var TAG6 = domainTag("tieline/prop/v1");
var proposalFields = {
  action: bytes(32768),
  proposer: fixed(20),
  createdSeconds: u64,
  expirySeconds: u64,
  votes: list(fixed(20), 64)
};
var proposalRecordCodec = struct(proposalFields);
function propose(context, sender, message, actions) {
  requireOrganisation(context, sender);
  const now = nowSeconds(context);
  const action = decode(actionCodec, message.action, "action");
  if (actions[action.type] === void 0)
    throw ledgerError("ACTION_UNSUPPORTED", { action: action.type });
  if (message.expirySeconds <= now || message.expirySeconds > now + MAX_PROPOSAL_SECONDS) {
    throw ledgerError("PROPOSAL_EXPIRED", { expirySeconds: message.expirySeconds });
  }
  const record = {
    action: message.action,
    proposer: sender,
    createdSeconds: now,
    expirySeconds: message.expirySeconds,
    votes: [sender]
  };
  const id2 = proposalId(context, record);
  if (context.state.get(proposalKey(id2)) !== void 0)
    throw ledgerError("PROPOSAL_EXISTS", { proposal: toHex(id2) });
  writeRecord(context.state, proposalKey(id2), proposalRecordCodec, record);
  emit(context, "proposalCreated", { subject: id2, account: sender, code: action.type });
  return void 0;
}
function vote(context, sender, message) {
  requireOrganisation(context, sender);
  const record = requireOpen(context, message.proposalId);
  const others = record.votes.filter((voter) => !equalBytes(voter, sender));
  const votes = message.choice === "for" ? [...others, sender] : others;
  writeRecord(context.state, proposalKey(message.proposalId), proposalRecordCodec, {
    ...record,
    votes
  });
  emit(context, "proposalVoted", {
    subject: message.proposalId,
    account: sender,
    code: message.choice
  });
  return void 0;
}
function execute(context, sender, message, actions) {
  const record = requireOpen(context, message.proposalId);
  const { organisations, quorum, proposalDelaySeconds } = context.chain.genesis;
  const votes = organisations.filter(
    ({ address: address2 }) => record.votes.some((voter) => equalBytes(voter, address2))
  ).length;
  if (votes < quorum) throw ledgerError("PROPOSAL_QUORUM", { votes, quorum });
  const action = decode(actionCodec, record.action, "action");
  const ready = record.createdSeconds + proposalDelaySeconds;
  if (waits(action) && nowSeconds(context) < ready)
    throw ledgerError("PROPOSAL_DELAY", { readyAtSeconds: ready });
  context.state.delete(proposalKey(message.proposalId));
  runAction(context, action, actions);
  emit(context, "proposalExecuted", {
    subject: message.proposalId,
    account: sender,
    code: action.type
  });
  return void 0;
}
function waits(action) {
  switch (action.type) {
    case "admit":
    case "expel":
    case "freezeResource":
    case "unfreezeResource":
    case "revokeIssuer":
      return false;
    case "setLane":
      return !action.paused;
    case "createClient":
    case "registerRoute":
    case "registerIssuer":
    case "setValidators":
      return true;
  }
}
function runAction(context, action, actions) {
  const handler = actions[action.type];
  if (handler === void 0) throw ledgerError("ACTION_UNSUPPORTED", { action: action.type });
  handler(context, action);
}
function proposalId({ chain, hash }, record) {
  const times = new Writer(16).u64(record.createdSeconds).u64(record.expirySeconds).finish();
  return hash.sha256(concatBytes(TAG6, chain.genesisHash, record.proposer, times, record.action));
}
function requireOrganisation(context, address2) {
  if (context.chain.genesis.organisations.some((member) => equalBytes(member.address, address2)))
    return;
  throw ledgerError("PROPOSAL_FORBIDDEN", { account: formatAddress(address2) });
}
function requireOpen(context, id2) {
  const record = readRecord(context.state, proposalKey(id2), proposalRecordCodec);
  if (record === void 0) throw ledgerError("PROPOSAL_UNKNOWN", { proposal: toHex(id2) });
  if (nowSeconds(context) >= record.expirySeconds) {
    throw ledgerError("PROPOSAL_EXPIRED", { expirySeconds: record.expirySeconds });
  }
  return record;
}

// main-chain/ledger/application.ts
var ADMITTED = Uint8Array.of(1);
var ledgerActions = {
  admit: (context, { address: address2 }) => {
    if (isListed(context, address2))
      throw ledgerError("MEMBER_EXISTS", { account: formatAddress(address2) });
    context.state.set(admittedKey(address2), ADMITTED);
  },
  expel: (context, { address: address2 }) => {
    if (!isListed(context, address2))
      throw ledgerError("MEMBER_UNKNOWN", { account: formatAddress(address2) });
    context.state.delete(admittedKey(address2));
  },
  freezeResource: (context, { resourceId }) => setFrozen(context, resourceId, true),
  unfreezeResource: (context, { resourceId }) => setFrozen(context, resourceId, false)
};
function createApplication(messages, actions) {
  const allActions = { ...ledgerActions, ...actions };
  return {
    actions: allActions,
    messages: {
      append: appendEntry,
      transfer: transferHolding,
      lock,
      unlock,
      propose: (context, sender, message) => propose(context, sender, message, allActions),
      vote,
      execute: (context, sender, message) => execute(context, sender, message, allActions),
      ...messages
    }
  };
}
function isListed(context, address2) {
  return context.state.get(admittedKey(address2)) !== void 0;
}

// main-chain/relay/checkpoint/verify-certificate.ts
function verifyCertificate(certificate, genesisHash2, hash, signatures) {
  const { checkpoint, validators } = certificate;
  const total = verifyValidatorSet(validators);
  if (!equalBytes(validatorSetHash(validators, hash), checkpoint.validatorSetHash)) {
    throw relayError("CERTIFICATE_SET_HASH", { height: checkpoint.height });
  }
  const signed = signedPower(certificate);
  if (signed * 3n <= total * 2n) throw relayError("CERTIFICATE_QUORUM", { signed, total });
  const digest2 = checkpointDigest(checkpoint, genesisHash2, hash);
  for (const { index, signature } of certificate.signatures) {
    const signer = signatures.recoverAddress(digest2, signature);
    const member = validators[index];
    if (signer === void 0 || member === void 0 || !equalBytes(signer, member.address)) {
      throw relayError("CERTIFICATE_SIGNATURE", { index });
    }
  }
}
function signedPower({ validators, signatures }) {
  let power = 0n;
  let previous = -1;
  for (const { index } of signatures) {
    const member = validators[index];
    if (member === void 0 || index <= previous)
      throw relayError("CERTIFICATE_SIGNER", { index });
    power += member.power;
    previous = index;
  }
  return power;
}

// main-chain/relay/clients/client-state.ts
var CONSENSUS_STATES = 1024n;
var clientStateFields = {
  chainId: text(MAX_CHAIN_ID),
  genesisHash: fixed(32),
  counterpartyClient: text(MAX_CLIENT_ID),
  trustingPeriodSeconds: u64,
  maxClockDriftSeconds: u64,
  createdMs: u64,
  latestHeight: u64,
  latestTimeMs: u64,
  validatorSetHash: fixed(32),
  nextValidatorSetHash: fixed(32),
  consensusCount: u64,
  frozen: flag
};
var clientStateCodec = struct(clientStateFields);
var consensusFields = { stateRoot: fixed(32), outboxRoot: fixed(32), timeMs: u64 };
var consensusStateCodec = struct(consensusFields);
function readClient(state, client2) {
  return readRecord(state, clientKey(client2), clientStateCodec);
}
function requireClient(state, client2) {
  const found = readClient(state, client2);
  if (found === void 0) throw relayError("CLIENT_UNKNOWN", { client: client2 });
  return found;
}
function writeClient(state, client2, value) {
  writeRecord(state, clientKey(client2), clientStateCodec, value);
}
function readConsensus(state, client2, height) {
  return readRecord(state, consensusKey(client2, height), consensusStateCodec);
}
function requireConsensus(state, client2, height) {
  const found = readConsensus(state, client2, height);
  if (found === void 0) throw relayError("CONSENSUS_UNKNOWN", { client: client2, height });
  return found;
}
function storeHead(state, client2, before, checkpoint) {
  const { height, timeMs, stateRoot, outboxRoot } = checkpoint;
  const slot = consensusRingKey(client2, before.consensusCount % CONSENSUS_STATES);
  if (before.consensusCount >= CONSENSUS_STATES) {
    state.delete(consensusKey(client2, readU64(state, slot)));
  }
  writeU64(state, slot, height);
  const consensus = { stateRoot, outboxRoot, timeMs };
  writeRecord(state, consensusKey(client2, height), consensusStateCodec, consensus);
  const after = {
    ...before,
    latestHeight: height,
    latestTimeMs: timeMs,
    validatorSetHash: checkpoint.validatorSetHash,
    nextValidatorSetHash: checkpoint.nextValidatorSetHash,
    consensusCount: before.consensusCount + 1n
  };
  writeClient(state, client2, after);
  return after;
}

// main-chain/relay/clients/checkpoint-client.ts
var LEAST_TRUSTING_SECONDS = 259200n;
var checkpointClient = {
  initialise,
  status,
  update,
  verifyRun,
  verifyFacts,
  misbehaviour
};
function initialise(context, spec) {
  const { client: client2, counterpartyClient, chainId, genesisHash: genesisHash2, validatorSetHash: validatorSetHash2 } = spec;
  const most = context.chain.genesis.trustingPeriodSeconds;
  parseClientId(client2);
  parseClientId(counterpartyClient);
  parseChainId(chainId);
  if (nativeChainId(genesisHash2) !== chainId || equalBytes(validatorSetHash2, ZERO_HASH) || chainId === context.chain.chainId) {
    throw relayError("CLIENT_SPEC", { client: client2, chain: chainId });
  }
  if (spec.trustingPeriodSeconds < LEAST_TRUSTING_SECONDS || spec.trustingPeriodSeconds > most) {
    throw relayError("CLIENT_TRUSTING_PERIOD", {
      seconds: spec.trustingPeriodSeconds,
      least: LEAST_TRUSTING_SECONDS,
      most
    });
  }
  if (readClient(context.state, client2) !== void 0)
    throw relayError("CLIENT_EXISTS", { client: client2 });
  writeClient(context.state, client2, {
    chainId,
    genesisHash: genesisHash2,
    counterpartyClient,
    trustingPeriodSeconds: spec.trustingPeriodSeconds,
    maxClockDriftSeconds: spec.maxClockDriftSeconds,
    createdMs: context.timeMs,
    latestHeight: spec.height,
    latestTimeMs: 0n,
    validatorSetHash: validatorSetHash2,
    nextValidatorSetHash: validatorSetHash2,
    consensusCount: 0n,
    frozen: false
  });
}
function status(context, state) {
  if (state.frozen) return "frozen";
  const newestMs = state.consensusCount === 0n ? state.createdMs : state.latestTimeMs;
  if (isPastTrust(context, state, newestMs)) return "expired";
  return state.consensusCount === 0n ? "uninitialised" : "active";
}
function update(context, client2, updates2) {
  let state = requireLive(context, client2);
  for (const certificate of updates2) {
    if (state.frozen) break;
    state = apply(context, client2, state, certificate);
  }
  return state;
}
function requireLive(context, client2) {
  const state = requireClient(context.state, client2);
  const now = status(context, state);
  if (now === "frozen") throw relayError("CLIENT_FROZEN", { client: client2 });
  if (now === "expired") throw relayError("CLIENT_EXPIRED", { client: client2 });
  return state;
}
function apply(context, client2, state, certificate) {
  const { checkpoint } = certificate;
  const { height, timeMs } = checkpoint;
  if (equalBytes(checkpoint.stateRoot, ZERO_HASH) || equalBytes(checkpoint.outboxRoot, ZERO_HASH)) {
    throw relayError("CHECKPOINT_ROOT_ZERO", { height });
  }
  if (height <= state.latestHeight) return compareOlder(context, client2, state, certificate);
  if (!equalBytes(checkpoint.validatorSetHash, state.nextValidatorSetHash)) {
    throw relayError("CERTIFICATE_SET", { client: client2, height });
  }
  if (timeMs <= state.latestTimeMs) {
    throw relayError("CHECKPOINT_TIME", { height, timeMs, newestMs: state.latestTimeMs });
  }
  if (timeMs > context.timeMs + state.maxClockDriftSeconds * 1000n) {
    throw relayError("CHECKPOINT_DRIFT", { height, timeMs, blockMs: context.timeMs });
  }
  requireTrust(context, state, checkpoint);
  verifyCertificate(certificate, state.genesisHash, context.hash, context.signatures);
  emit(context, "clientUpdated", { client: client2, sequence: height });
  return storeHead(context.state, client2, state, checkpoint);
}
function compareOlder(context, client2, state, certificate) {
  const { checkpoint } = certificate;
  const stored = readConsensus(context.state, client2, checkpoint.height);
  if (stored === void 0) return state;
  const same = equalBytes(stored.stateRoot, checkpoint.stateRoot) && equalBytes(stored.outboxRoot, checkpoint.outboxRoot) && stored.timeMs === checkpoint.timeMs && (checkpoint.height < state.latestHeight || namesSetsOf(state, checkpoint));
  if (same) return state;
  verifyKnownSet(context, client2, state, certificate);
  return freeze(context, client2, state, checkpoint.height);
}
function namesSetsOf(state, checkpoint) {
  return equalBytes(checkpoint.validatorSetHash, state.validatorSetHash) && equalBytes(checkpoint.nextValidatorSetHash, state.nextValidatorSetHash);
}
function misbehaviour(context, client2, first, second) {
  const state = requireLive(context, client2);
  const { height } = first.checkpoint;
  const encoded = [first, second].map(({ checkpoint }) => encode(checkpointCodec, checkpoint));
  const [left, right] = encoded;
  if (height !== second.checkpoint.height || left !== void 0 && right !== void 0 && equalBytes(left, right)) {
    throw relayError("MISBEHAVIOUR_NONE", { client: client2, height });
  }
  verifyKnownSet(context, client2, state, first);
  verifyKnownSet(context, client2, state, second);
  freeze(context, client2, state, height);
}
function verifyKnownSet(context, client2, state, certificate) {
  const { height, validatorSetHash: validatorSetHash2 } = certificate.checkpoint;
  if (!equalBytes(validatorSetHash2, state.validatorSetHash) && !equalBytes(validatorSetHash2, state.nextValidatorSetHash)) {
    throw relayError("CERTIFICATE_SET", { client: client2, height });
  }
  requireTrust(context, state, certificate.checkpoint);
  verifyCertificate(certificate, state.genesisHash, context.hash, context.signatures);
}
function freeze(context, client2, state, height) {
  const frozen = { ...state, frozen: true };
  writeClient(context.state, client2, frozen);
  emit(context, "clientFrozen", { client: client2, sequence: height });
  return frozen;
}
function isPastTrust(context, state, timeMs) {
  return timeMs + state.trustingPeriodSeconds * 1000n <= context.timeMs;
}
function requireTrust(context, state, { height, timeMs }) {
  if (isPastTrust(context, state, timeMs))
    throw relayError("CHECKPOINT_EXPIRED", { height, timeMs });
}
function verifyRun(context, { client: client2, state }, height, facts, place) {
  const consensus = requireConsensus(context.state, client2, height);
  const items = facts.map(
    ({ type, sequence, commitment }) => ({
      client: state.counterpartyClient,
      kind: type === "acknowledged" ? 0 : 1,
      sequence,
      commitment
    })
  );
  const { outboxHeight, start, rangeProof, rootProof } = place;
  if (outboxHeight === height && rootProof.length === 0) {
    verifyOutboxRange(consensus.outboxRoot, start, items, rangeProof, context.hash);
    return;
  }
  const value = outboxRangeRoot(start, items, rangeProof, context.hash);
  const key = binaryBytes(outboxRootKey(outboxHeight));
  verifySparseProof(consensus.stateRoot, [{ key, value }], rootProof, context.hash);
}
function verifyFacts(context, { client: client2, state }, height, facts, proof) {
  const consensus = requireConsensus(context.state, client2, height);
  const claims = facts.map((fact) => claimOf(state.counterpartyClient, fact));
  verifySparseProof(consensus.stateRoot, claims, proof, context.hash);
  return consensus.timeMs;
}
function claimOf(counterparty, fact) {
  const { sequence } = fact;
  switch (fact.type) {
    case "commitment":
      return { key: binaryBytes(commitmentPath(counterparty, sequence)), value: fact.commitment };
    case "acknowledged":
      return {
        key: binaryBytes(acknowledgementPath(counterparty, sequence)),
        value: fact.commitment
      };
    case "received":
      return { key: binaryBytes(receiptPath(counterparty, sequence)), value: RECEIPT_VALUE };
    case "notReceived":
      return { key: binaryBytes(receiptPath(counterparty, sequence)), value: void 0 };
    case "settledBelow":
      return {
        key: binaryBytes(settledBelowKey(counterparty)),
        value: new Writer(8).u64(sequence).finish()
      };
  }
}

// main-chain/relay/clients/light-clients.ts
function lightClientOf(chainId) {
  if (chainId.startsWith("tieline:")) return checkpointClient;
  throw relayError("CLIENT_UNSUPPORTED", { chain: chainId });
}

// main-chain/relay/clients/create-client.ts
function createClient(context, spec) {
  const { client: client2 } = spec;
  lightClientOf(spec.chainId).initialise(context, spec);
  if (context.chain.genesis.kind === "shard") {
    if (context.state.get(MAIN_CLIENT_KEY) !== void 0) {
      throw relayError("CLIENT_EXISTS", { client: client2 });
    }
    context.state.set(MAIN_CLIENT_KEY, binaryBytes(client2));
  }
  emit(context, "clientCreated", { client: client2, sequence: spec.height, subject: spec.genesisHash });
}

// main-chain/relay/clients/update-client.ts
function updateClient(context, client2, updates2) {
  const light = lightClientOf(requireClient(context.state, client2).chainId);
  return { light, frozen: light.update(context, client2, updates2).frozen };
}
function update2(context, _sender, { client: client2, updates: updates2 }) {
  if (updates2.length === 0) throw relayError("BATCH_EMPTY");
  updateClient(context, client2, updates2);
  return void 0;
}
function misbehaviour2(context, _sender, { client: client2, first, second }) {
  const { chainId } = requireClient(context.state, client2);
  lightClientOf(chainId).misbehaviour(context, client2, first, second);
  return void 0;
}

// main-chain/relay/clients/client.ts
function requireStatus(status2, client2) {
  switch (status2) {
    case "active":
      return;
    case "uninitialised":
      throw relayError("CLIENT_UNINITIALISED", { client: client2 });
    case "expired":
      throw relayError("CLIENT_EXPIRED", { client: client2 });
    case "frozen":
      throw relayError("CLIENT_FROZEN", { client: client2 });
  }
}

// main-chain/relay/guards.ts
var GUARDIAN_PAUSE_SECONDS = 3600n;
var GUARDIAN_REST_SECONDS = 86400n;
var laneRecordCodec = {
  write(writer, { rules, pausedUntilSeconds }) {
    laneRulesCodec.write(writer, rules);
    writer.u64(pausedUntilSeconds);
  },
  read: (reader, field) => ({
    rules: laneRulesCodec.read(reader, field),
    pausedUntilSeconds: reader.u64("pausedUntilSeconds")
  })
};
var flowFields = { windowStart: u64, used: u128, firstSequence: u64 };
var flowCodec = struct(flowFields);
function readLaneRecord(state, client2) {
  return readRecord(state, laneKey(client2), laneRecordCodec) ?? {
    rules: {
      client: client2,
      paused: false,
      leastQuantity: 0n,
      outflowLimit: 0n,
      windowSeconds: 0n,
      leastRemainingSeconds: 0n
    },
    pausedUntilSeconds: 0n
  };
}
function requireOpenLane(context, record) {
  const { rules, pausedUntilSeconds } = record;
  if (rules.paused || nowSeconds(context) < pausedUntilSeconds) {
    throw relayError("LANE_PAUSED", { client: rules.client });
  }
}
function requireLeastQuantity({ rules }, quantity) {
  if (quantity < rules.leastQuantity) {
    throw relayError("LANE_LEAST_QUANTITY", { quantity, least: rules.leastQuantity });
  }
}
function spendFlow(context, { rules }, resourceId, quantity, sequence) {
  if (!isLimited(rules)) return;
  const flow = currentFlow(context, rules, resourceId) ?? {
    windowStart: windowStart(context, rules),
    used: 0n,
    firstSequence: sequence
  };
  const used = flow.used + quantity;
  if (used > rules.outflowLimit) {
    throw relayError("LANE_LIMIT", { client: rules.client, used, limit: rules.outflowLimit });
  }
  writeRecord(context.state, flowKey(rules.client, resourceId), flowCodec, { ...flow, used });
}
function giveBackFlow(context, { rules }, resourceId, quantity, sequence) {
  if (isLimited(rules)) lowerFlow(context, rules, resourceId, quantity, sequence);
}
function returnFlow(context, { rules }, resourceId, quantity) {
  if (isLimited(rules)) lowerFlow(context, rules, resourceId, quantity, void 0);
}
function lowerFlow(context, rules, resourceId, quantity, sequence) {
  const flow = currentFlow(context, rules, resourceId);
  if (flow === void 0 || sequence !== void 0 && sequence < flow.firstSequence) return;
  const used = flow.used > quantity ? flow.used - quantity : 0n;
  writeRecord(context.state, flowKey(rules.client, resourceId), flowCodec, { ...flow, used });
}
function isLimited({ outflowLimit, windowSeconds }) {
  return outflowLimit > 0n && windowSeconds > 0n;
}
function windowStart(context, { windowSeconds }) {
  const now = nowSeconds(context);
  return now - now % windowSeconds;
}
function currentFlow(context, rules, resourceId) {
  const flow = readRecord(context.state, flowKey(rules.client, resourceId), flowCodec);
  return flow?.windowStart === windowStart(context, rules) ? flow : void 0;
}
function setLane(context, rules) {
  const { client: client2 } = rules;
  requireClient(context.state, client2);
  const before = readLaneRecord(context.state, client2);
  const wasPaused = before.rules.paused || nowSeconds(context) < before.pausedUntilSeconds;
  writeLane(context.state, { rules: laneRulesOf(rules), pausedUntilSeconds: 0n });
  if (rules.paused !== wasPaused)
    emit(context, rules.paused ? "lanePaused" : "laneResumed", { client: client2 });
}
function guardPause(context, sender, { client: client2 }) {
  const { chain, state } = context;
  if (!chain.genesis.guardians.some((guardian) => equalBytes(guardian, sender))) {
    throw relayError("GUARDIAN_UNKNOWN", { account: formatAddress(sender) });
  }
  requireClient(state, client2);
  const now = nowSeconds(context);
  const last = readU64(state, guardianKey(sender));
  if (last > 0n && now < last + GUARDIAN_REST_SECONDS) {
    throw relayError("GUARDIAN_SPENT", { againAtSeconds: last + GUARDIAN_REST_SECONDS });
  }
  writeU64(state, guardianKey(sender), now);
  const record = readLaneRecord(state, client2);
  writeLane(state, { ...record, pausedUntilSeconds: now + GUARDIAN_PAUSE_SECONDS });
  emit(context, "lanePaused", { client: client2, account: sender });
  return void 0;
}
function laneRulesOf(rules) {
  const { client: client2, paused, leastQuantity, outflowLimit, windowSeconds, leastRemainingSeconds } = rules;
  return { client: client2, paused, leastQuantity, outflowLimit, windowSeconds, leastRemainingSeconds };
}
function writeLane(state, record) {
  writeRecord(state, laneKey(record.rules.client), laneRecordCodec, record);
}

// main-chain/relay/routes.ts
var routeFields = { alias: text(32), client: text(MAX_CLIENT_ID), genesisHash: fixed(32) };
var routeRecordCodec = struct(routeFields);
function readRoute(state, chainId) {
  return readRecord(state, routeKey(chainId), routeRecordCodec);
}
function requireMainChain({ chain }) {
  if (chain.genesis.kind !== "main") throw relayError("CHAIN_KIND", { kind: chain.genesis.kind });
}
function registerRoute(context, route) {
  requireMainChain(context);
  const { state } = context;
  const { alias, client: client2, genesisHash: genesisHash2 } = route;
  const chainId = parseChainId(route.chainId);
  if (chainId.startsWith("tieline:") && nativeChainId(genesisHash2) !== chainId) {
    throw relayError("ROUTE_ID", { chain: chainId });
  }
  const taken = [routeKey(chainId), routeGenesisKey(genesisHash2), routeAliasKey(alias)];
  if (chainId === context.chain.chainId || taken.some((key) => state.get(key) !== void 0)) {
    throw relayError("ROUTE_EXISTS", { chain: chainId, alias });
  }
  const verified = requireClient(state, client2);
  if (verified.chainId !== chainId || !equalBytes(verified.genesisHash, genesisHash2)) {
    throw relayError("ROUTE_CLIENT", { chain: chainId, client: client2 });
  }
  writeRecord(state, routeKey(chainId), routeRecordCodec, { alias, client: client2, genesisHash: genesisHash2 });
  state.set(routeGenesisKey(genesisHash2), binaryBytes(chainId));
  state.set(routeAliasKey(alias), binaryBytes(chainId));
}

// main-chain/relay/lanes.ts
function createLanes(context) {
  const lanes = /* @__PURE__ */ new Map();
  const routes = /* @__PURE__ */ new Map();
  return {
    of(client2) {
      const known = lanes.get(client2);
      if (known !== void 0) return known;
      const lane = readLane(context, client2);
      lanes.set(client2, lane);
      return lane;
    },
    route(chainId) {
      if (!routes.has(chainId)) routes.set(chainId, readRoute(context.state, chainId));
      return routes.get(chainId);
    }
  };
}
function requireLane(lanes, client2) {
  const lane = lanes.of(client2);
  requireStatus(lane.status, client2);
  return lane;
}
function readLane(context, client2) {
  const state = requireClient(context.state, client2);
  const pruned = readU64(context.state, prunedBelowKey(client2));
  return {
    client: client2,
    state,
    status: lightClientOf(state.chainId).status(context, state),
    guards: readLaneRecord(context.state, client2),
    prunedBelow: pruned === 0n ? 1n : pruned
  };
}

// main-chain/relay/packets.ts
var MAX_TIMEOUT_SECONDS = 86400n;
var MAX_SETTLED_SCAN = 2048;
var SUCCESS_COMMITMENT = acknowledgementCommitment([SUCCESS_ACKNOWLEDGEMENT], nobleHash);
var ERROR_COMMITMENT = acknowledgementCommitment([ERROR_ACKNOWLEDGEMENT], nobleHash);
function commitmentOfAcknowledgement(acknowledgement, { hash }) {
  if (equalBytes(acknowledgement, SUCCESS_ACKNOWLEDGEMENT)) return SUCCESS_COMMITMENT;
  if (equalBytes(acknowledgement, ERROR_ACKNOWLEDGEMENT)) return ERROR_COMMITMENT;
  return acknowledgementCommitment([acknowledgement], hash);
}
function verifyTimes(context, timeoutSeconds, deadlineSeconds) {
  const now = nowSeconds(context);
  const { leastTimeoutSeconds } = context.chain.genesis;
  if (timeoutSeconds <= now) {
    throw relayError("PACKET_TIMEOUT_PAST", { timeoutSeconds, nowSeconds: now });
  }
  if (timeoutSeconds < now + leastTimeoutSeconds) {
    throw relayError("PACKET_TIMEOUT_SOON", { timeoutSeconds, leastTimeoutSeconds });
  }
  if (timeoutSeconds > now + MAX_TIMEOUT_SECONDS || deadlineSeconds > now + MAX_TIMEOUT_SECONDS) {
    throw relayError("PACKET_TIMEOUT_FAR", { timeoutSeconds, deadlineSeconds, nowSeconds: now });
  }
  if (deadlineSeconds < timeoutSeconds) {
    throw relayError("PACKET_DEADLINE", { timeoutSeconds, deadlineSeconds });
  }
}
function nextSequence(state, client2) {
  const stored = readU64(state, nextSequenceKey(client2));
  return stored === 0n ? 1n : stored;
}
function sendPacket(context, lane, port, value, timeoutSeconds) {
  requireStatus(lane.status, lane.client);
  const { state } = context;
  const sequence = nextSequence(state, lane.client);
  const packet = {
    sequence,
    sourceClient: lane.client,
    destinationClient: lane.state.counterpartyClient,
    timeoutSeconds,
    payloads: [
      {
        sourcePort: port,
        destinationPort: port,
        version: PAYLOAD_VERSION,
        encoding: PAYLOAD_ENCODING,
        value
      }
    ]
  };
  const commitment = packetCommitment(packet, context.hash);
  writeU64(state, nextSequenceKey(lane.client), sequence + 1n);
  state.set(commitmentPath(lane.client, sequence), commitment);
  context.outgoing.push({ kind: "packet", packet, commitment });
  return packet;
}
function receivePacket(context, lanes, lane, packet, ports) {
  const { client: client2 } = lane;
  const { sequence, timeoutSeconds } = packet;
  if (packet.sourceClient !== lane.state.counterpartyClient || packet.destinationClient !== client2) {
    throw relayError("PACKET_CLIENTS", { client: client2, sequence });
  }
  if (packet.payloads.length !== 1) throw relayError("PACKET_PAYLOADS", { client: client2, sequence });
  if (sequence < lane.prunedBelow) throw relayError("PACKET_PRUNED", { client: client2, sequence });
  const receipt = receiptPath(client2, sequence);
  if (context.state.get(receipt) !== void 0) {
    throw relayError("PACKET_ALREADY_RECEIVED", { client: client2, sequence });
  }
  if (nowSeconds(context) >= timeoutSeconds) {
    throw relayError("PACKET_TIMED_OUT", { client: client2, sequence, timeoutSeconds });
  }
  const refusal = isolate(context, (inner) => {
    inner.state.set(receipt, RECEIPT_VALUE);
    const answer2 = receivingPort(packet, ports).receive(inner, lanes, lane, packet);
    if (answer2 === "done") writeAcknowledgement(inner, packet, SUCCESS_ACKNOWLEDGEMENT);
  });
  if (refusal === void 0) return;
  if (refusal.code === "LOCATION_LATER") throw refusal;
  context.state.set(receipt, RECEIPT_VALUE);
  writeAcknowledgement(context, packet, ERROR_ACKNOWLEDGEMENT);
  emit(context, "packetFailed", { client: client2, sequence, code: refusal.code });
}
function writeAcknowledgement(context, packet, acknowledgement) {
  const { destinationClient, sequence } = packet;
  const path = acknowledgementPath(destinationClient, sequence);
  if (context.state.get(path) !== void 0) {
    throw relayError("PACKET_ALREADY_ACKNOWLEDGED", { client: destinationClient, sequence });
  }
  const commitment = commitmentOfAcknowledgement(acknowledgement, context);
  context.state.set(path, commitment);
  const acknowledged = { packet, acknowledgement };
  context.outgoing.push({ kind: "acknowledgement", acknowledged, commitment });
}
function acknowledgePacket(context, lanes, lane, { packet, acknowledgement }, ports) {
  const port = requirePending(context, lane, packet, ports);
  const success = equalBytes(acknowledgement, SUCCESS_ACKNOWLEDGEMENT);
  if (!success && !equalBytes(acknowledgement, ERROR_ACKNOWLEDGEMENT)) {
    throw relayError("PACKET_ACKNOWLEDGEMENT", { client: lane.client, sequence: packet.sequence });
  }
  const { client: client2 } = lane;
  const { sequence } = packet;
  context.state.delete(commitmentPath(client2, sequence));
  const code = success ? "" : "PACKET_ERROR_ACKNOWLEDGED";
  emit(context, "packetAcknowledged", { client: client2, sequence, code });
  port.settled(context, lanes, lane, packet, success ? "delivered" : "failed");
}
function timeOutPacket(context, lanes, lane, packet, provenMs, ports) {
  const port = requirePending(context, lane, packet, ports);
  const { client: client2 } = lane;
  const { sequence, timeoutSeconds } = packet;
  if (provenMs / 1000n < timeoutSeconds) {
    throw relayError("PACKET_NOT_TIMED_OUT", { client: client2, sequence, timeoutSeconds, provenMs });
  }
  context.state.delete(commitmentPath(client2, sequence));
  emit(context, "packetTimedOut", { client: client2, sequence, code: "PACKET_TIMED_OUT" });
  port.settled(context, lanes, lane, packet, "timedOut");
}
function advanceSettled({ state }, client2) {
  const next = nextSequence(state, client2);
  const before = readU64(state, settledBelowKey(client2));
  let below = before === 0n ? 1n : before;
  for (let seen = 0; seen < MAX_SETTLED_SCAN && below < next; seen++) {
    if (state.get(commitmentPath(client2, below)) !== void 0) break;
    below += 1n;
  }
  if (below > 1n && below !== before) writeU64(state, settledBelowKey(client2), below);
}
function requirePending(context, lane, packet, ports) {
  const { client: client2 } = lane;
  const { sequence } = packet;
  if (packet.sourceClient !== client2 || packet.destinationClient !== lane.state.counterpartyClient) {
    throw relayError("PACKET_CLIENTS", { client: client2, sequence });
  }
  const stored = context.state.get(commitmentPath(client2, sequence));
  if (stored === void 0) {
    const sent = sequence > 0n && sequence < nextSequence(context.state, client2);
    throw relayError(sent ? "PACKET_ALREADY_SETTLED" : "PACKET_UNKNOWN", { client: client2, sequence });
  }
  if (!equalBytes(stored, packetCommitment(packet, context.hash))) {
    throw relayError("PACKET_COMMITMENT", { client: client2, sequence });
  }
  return receivingPort(packet, ports);
}
function receivingPort(packet, ports) {
  const payload = packet.payloads[0];
  const port = payload === void 0 ? void 0 : ports.get(payload.destinationPort);
  if (payload === void 0 || port === void 0 || payload.sourcePort !== payload.destinationPort) {
    throw relayError("PORT_UNKNOWN", {
      client: packet.destinationClient,
      sequence: packet.sequence
    });
  }
  if (payload.version !== PAYLOAD_VERSION || payload.encoding !== PAYLOAD_ENCODING) {
    throw relayError("PORT_VERSION", {
      client: packet.destinationClient,
      sequence: packet.sequence
    });
  }
  return port;
}

// main-chain/relay/ports/port.ts
var NO_BYTES = new Uint8Array();
function payloadValue(packet) {
  return packet.payloads[0]?.value ?? NO_BYTES;
}
function endingCode(ending) {
  switch (ending) {
    case "delivered":
      return "";
    case "failed":
      return "PACKET_ERROR_ACKNOWLEDGED";
    case "timedOut":
      return "PACKET_TIMED_OUT";
  }
}

// schemas/resource/registry.ts
import { Check, Errors } from "typebox/value";

// schemas/resource/civil-time.ts
var TIME_PATTERN = "^(19[7-9][0-9]|2[0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$";
var DATE_PATTERN = "^(19[7-9][0-9]|2[0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
var MONTH_PATTERN = "^(19[7-9][0-9]|2[0-9]{3})-(0[1-9]|1[0-2])$";
var TIME = new RegExp(TIME_PATTERN);
var DATE = new RegExp(DATE_PATTERN);
var MONTH = new RegExp(MONTH_PATTERN);
var SECONDS_A_DAY = 86400;
var DAYS_AN_ERA = 146097;
function parseDate(text2) {
  if (!DATE.test(text2)) throw resourceError("RESOURCE_TIME", { characters: text2.length });
  const [year, month, day] = [digits(text2, 0, 4), digits(text2, 5, 7), digits(text2, 8, 10)];
  if (day > daysInMonth(year, month)) throw resourceError("RESOURCE_TIME", { text: text2 });
  return daysFromCivil(year, month, day);
}
function parseTime(text2) {
  if (!TIME.test(text2)) throw resourceError("RESOURCE_TIME", { characters: text2.length });
  const ofDay = digits(text2, 11, 13) * 3600 + digits(text2, 14, 16) * 60 + digits(text2, 17, 19);
  return unixSeconds(BigInt(parseDate(text2.slice(0, 10)) * SECONDS_A_DAY + ofDay));
}
function parseMonth(text2) {
  if (!MONTH.test(text2)) throw resourceError("RESOURCE_TIME", { characters: text2.length });
  return (digits(text2, 0, 4) - 1970) * 12 + digits(text2, 5, 7) - 1;
}
function formatMonth(months) {
  return `${1970 + Math.floor(months / 12)}-${two(months % 12 + 1)}`;
}
function daysInMonth(year, month) {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
function daysFromCivil(year, month, day) {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_AN_ERA + dayOfEra - 719468;
}
function digits(text2, from, to) {
  return Number.parseInt(text2.slice(from, to), 10);
}
function two(value) {
  return value.toString().padStart(2, "0");
}

// schemas/resource/kinds/carbon-allowance.ts
import { Type as Type2 } from "typebox";

// schemas/resource/resource-kind.ts
function defineKind(kind) {
  return kind;
}
function rule(holds, name, problem) {
  return holds ? void 0 : { path: `/${name}`, problem };
}

// schemas/resource/kinds/attribute-field.ts
import { Type } from "typebox";
var MAX_JSON_INTEGER = Number.MAX_SAFE_INTEGER;
var SUBDIVISION_PATTERN = "^[A-Z]{2}-[A-Z0-9]{1,3}$";
var UUID_PATTERN = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";
function textField(description, maxLength = 128) {
  return Type.String({ description, minLength: 1, maxLength });
}
function patternField(description, pattern) {
  return Type.String({ description, pattern });
}
function timeField(description) {
  return Type.String({ description, pattern: TIME_PATTERN });
}
function dateField(description) {
  return Type.String({ description, pattern: DATE_PATTERN });
}
function monthField(description) {
  return Type.String({ description, pattern: MONTH_PATTERN });
}
function hexField(description, length) {
  return Type.String({
    description,
    contentEncoding: "base16",
    pattern: `^[0-9a-f]{${length * 2}}$`
  });
}
function integerField(description, minimum = 0, maximum = MAX_JSON_INTEGER) {
  return Type.Integer({ description, minimum, maximum });
}
function mridField() {
  return patternField("CIM IdentifiedObject.mRID, a UUID", UUID_PATTERN);
}
function nameField() {
  return textField("CIM IdentifiedObject.name");
}
function subdivisionField(description) {
  return patternField(`${description}, ISO 3166-2`, SUBDIVISION_PATTERN);
}
function resourceIdField(description) {
  return hexField(`${description}, resource id`, 32);
}
function meteringPointField() {
  return hexField("CIM UsagePoint.mRID, as commitment", 32);
}

// schemas/resource/kinds/carbon-allowance.ts
var GRAMS_A_TONNE = 1e6;
var staticSchema = Type2.Object(
  {
    instrument: Type2.Enum(["allowance", "credit"]),
    scheme: patternField("Short name of the scheme, such as CEA or CCER", "^[A-Z][A-Z0-9-]{1,15}$"),
    registryName: textField("Registry that keeps the serial numbers"),
    serialFirst: integerField("First serial number of the block", 1),
    serialLast: integerField("Last serial number of the block", 1),
    quantityGramsCO2e: Type2.Integer({
      description: "Mass of the block in g CO2e, whole tonnes",
      minimum: GRAMS_A_TONNE,
      maximum: Number.MAX_SAFE_INTEGER,
      multipleOf: GRAMS_A_TONNE
    }),
    vintageYear: integerField("Year the allowance is for or the reduction was made in", 1990, 2999),
    subdivision: subdivisionField("Where the holder or project is"),
    issueDate: dateField("When the registry issued the block"),
    projectCode: Type2.Optional(
      patternField("Credits only: the project of the registry", "^[A-Z0-9-]{4,32}$")
    ),
    methodology: Type2.Optional(textField("Credits only: the methodology", 64))
  },
  { additionalProperties: false }
);
var dynamicSchema = Type2.Object(
  {
    registryStatus: Type2.Enum(["valid", "suspended", "surrendered", "invalidated", "reversed"]),
    reason: Type2.Optional(textField("Why the status changed"))
  },
  { additionalProperties: false }
);
var carbonAllowance = defineKind({
  id: "carbon-allowance/v1",
  title: "Carbon allowance or credit",
  unit: "gCO2e",
  unique: false,
  needsMeteringPoint: false,
  staticSchema,
  dynamicSchema,
  checkStatic(json) {
    const tonnes = BigInt(json.serialLast) - BigInt(json.serialFirst) + 1n;
    const isCredit = json.instrument === "credit";
    return rule(
      tonnes * BigInt(GRAMS_A_TONNE) === BigInt(json.quantityGramsCO2e),
      "quantityGramsCO2e",
      "is not one tonne for each serial number"
    ) ?? rule(
      isCredit === (json.projectCode !== void 0),
      "projectCode",
      "belongs to credits and only to them"
    ) ?? rule(
      isCredit === (json.methodology !== void 0),
      "methodology",
      "belongs to credits and only to them"
    ) ?? rule(
      Number(json.issueDate.slice(0, 4)) >= json.vintageYear,
      "issueDate",
      "is before the vintage year"
    );
  },
  checkDynamic: (json) => rule(
    json.registryStatus === "valid" || json.reason !== void 0,
    "reason",
    "is missing for a changed status"
  ),
  quantityOf: (json) => BigInt(json.quantityGramsCO2e)
});

// schemas/resource/kinds/ev-charger.ts
import { Type as Type3 } from "typebox";
var connector = Type3.Enum([
  "cGBT-AC",
  "cGBT-DC",
  "cChaoJi",
  "cCCS1",
  "cCCS2",
  "cG105",
  "cType1",
  "cType2"
]);
var staticSchema2 = Type3.Object(
  {
    mRID: mridField(),
    vendorName: textField("OCPP ChargingStation.vendorName", 50),
    model: textField("OCPP ChargingStation.model", 20),
    serialNumber: patternField("OCPP ChargingStation.serialNumber", "^[A-Za-z0-9-]{1,25}$"),
    evseCount: integerField("Number of OCPP EVSE", 1, 64),
    connectorTypes: Type3.Array(connector, {
      description: "OCPP ConnectorType of each EVSE in order",
      minItems: 1,
      maxItems: 64
    }),
    currentType: Type3.Enum(["AC", "DC"]),
    maxPowerWatts: integerField("Largest power of the station in W", 1, 1e7),
    maxVoltageVolts: integerField("Largest voltage in V", 1, 1500),
    subdivision: subdivisionField("Where the station stands"),
    commissioningDate: dateField("CIM LifecycleDate.installationDate"),
    meteringPoint: meteringPointField()
  },
  { additionalProperties: false }
);
var dynamicSchema2 = Type3.Object(
  {
    connectorStatus: Type3.Enum(["Available", "Occupied", "Reserved", "Unavailable", "Faulted"], {
      description: "OCPP ConnectorStatusEnumType"
    }),
    firmwareVersion: textField("OCPP ChargingStation.firmwareVersion", 50),
    energyActiveImportRegisterWh: integerField("OCPP Energy.Active.Import.Register in Wh"),
    powerActiveImportWatts: integerField("OCPP Power.Active.Import in W", 0, 1e7)
  },
  { additionalProperties: false }
);
var evCharger = defineKind({
  id: "ev-charger/v1",
  title: "Electric-vehicle charging station",
  unit: "piece",
  unique: true,
  needsMeteringPoint: false,
  staticSchema: staticSchema2,
  dynamicSchema: dynamicSchema2,
  checkStatic: (json) => rule(
    json.connectorTypes.length === json.evseCount,
    "connectorTypes",
    "does not have one connector for each EVSE"
  ),
  checkDynamic: (json) => rule(
    json.powerActiveImportWatts === 0 || json.connectorStatus === "Occupied",
    "powerActiveImportWatts",
    "is not zero while no vehicle is connected"
  ),
  quantityOf: () => 1n
});

// schemas/resource/kinds/generating-unit.ts
import { Type as Type4 } from "typebox";
var staticSchema3 = Type4.Object(
  {
    mRID: mridField(),
    name: nameField(),
    energySource: Type4.Enum(
      ["wind", "solar", "hydro", "biomass", "geothermal", "ocean", "nuclear", "coal", "gas"],
      { description: "CIM WindGeneratingUnit, SolarGeneratingUnit, HydroGeneratingUnit and so on" }
    ),
    nominalPWatts: integerField("CIM GeneratingUnit.nominalP in W", 1),
    minOperatingPWatts: integerField("CIM GeneratingUnit.minOperatingP in W"),
    maxOperatingPWatts: integerField("CIM GeneratingUnit.maxOperatingP in W", 1),
    manufacturer: Type4.Optional(textField("CIM ProductAssetModel.manufacturer")),
    subdivision: subdivisionField("Where the unit stands"),
    commissioningDate: dateField("CIM LifecycleDate.installationDate"),
    projectCode: Type4.Optional(
      patternField("Code of the renewable project register", "^[A-Z0-9-]{4,32}$")
    ),
    meteringPoint: meteringPointField()
  },
  { additionalProperties: false }
);
var dynamicSchema3 = Type4.Object(
  {
    activePowerWatts: integerField(
      "CIM AnalogValue.value of active power in W, negative for own consumption",
      -MAX_JSON_INTEGER
    ),
    energyExportedWh: integerField("Register of energy delivered since commissioning, Wh"),
    operatingState: Type4.Enum(["inService", "curtailed", "maintenance", "outOfService"]),
    windSpeedMillimetresPerSecond: Type4.Optional(
      integerField("Wind at hub height in mm/s", 0, 1e5)
    )
  },
  { additionalProperties: false }
);
var generatingUnit = defineKind({
  id: "generating-unit/v1",
  title: "Generating unit",
  unit: "piece",
  unique: true,
  needsMeteringPoint: false,
  staticSchema: staticSchema3,
  dynamicSchema: dynamicSchema3,
  checkStatic: (json) => rule(
    json.minOperatingPWatts <= json.maxOperatingPWatts,
    "minOperatingPWatts",
    "is above maxOperatingPWatts"
  ) ?? rule(
    json.nominalPWatts <= json.maxOperatingPWatts,
    "nominalPWatts",
    "is above maxOperatingPWatts"
  ),
  checkDynamic: () => void 0,
  quantityOf: () => 1n
});

// schemas/resource/kinds/granular-certificate.ts
import { Type as Type5 } from "typebox";
var HOUR_SECONDS = 3600n;
var staticSchema4 = Type5.Object(
  {
    deviceId: resourceIdField("The production device"),
    deviceName: textField("Name of the production device"),
    energyCarrier: Type5.Literal("electricity"),
    energySource: Type5.Enum([
      "wind",
      "solar",
      "hydro",
      "biomass",
      "geothermal",
      "ocean",
      "nuclear"
    ]),
    isStorage: Type5.Boolean({ description: "Whether the energy was discharged from storage" }),
    subdivision: subdivisionField("Where the device stands"),
    productionStartingInterval: timeField("First second of production"),
    productionEndingInterval: timeField("End of production, at most an hour later"),
    faceValueWh: integerField("Energy of the bundle in Wh", 1),
    issuanceTime: timeField("When it was issued"),
    expiryTime: timeField("When it can no longer be claimed"),
    emissionsFactorMilligramsPerKWh: integerField(
      "Emissions factor of the device in mg CO2e per kWh",
      0,
      2e9
    ),
    meteringPoint: meteringPointField()
  },
  { additionalProperties: false }
);
var dynamicSchema4 = Type5.Object(
  {
    certificateStatus: Type5.Enum([
      "Active",
      "Cancelled",
      "Claimed",
      "Expired",
      "Withdrawn",
      "Locked",
      "Reserved"
    ]),
    beneficiary: Type5.Optional(textField("For whom it was claimed"))
  },
  { additionalProperties: false }
);
var granularCertificate = defineKind({
  id: "granular-certificate/v1",
  title: "Hourly granular certificate",
  unit: "Wh",
  unique: false,
  needsMeteringPoint: true,
  staticSchema: staticSchema4,
  dynamicSchema: dynamicSchema4,
  checkStatic(json) {
    const start = parseTime(json.productionStartingInterval);
    const end = parseTime(json.productionEndingInterval);
    return rule(
      start < end && end - start <= HOUR_SECONDS,
      "productionEndingInterval",
      "is not within an hour after productionStartingInterval"
    ) ?? rule(
      end <= parseTime(json.issuanceTime),
      "issuanceTime",
      "is before productionEndingInterval"
    ) ?? rule(
      parseTime(json.issuanceTime) < parseTime(json.expiryTime),
      "expiryTime",
      "is not after issuanceTime"
    );
  },
  checkDynamic: (json) => rule(
    json.certificateStatus !== "Claimed" || json.beneficiary !== void 0,
    "beneficiary",
    "is missing for a claimed certificate"
  ),
  quantityOf: (json) => BigInt(json.faceValueWh)
});

// schemas/resource/kinds/green-certificate.ts
import { Type as Type6 } from "typebox";

// schemas/resource/kinds/green-certificate-rule.ts
var WH_A_CERTIFICATE = 1000000n;

// schemas/resource/kinds/green-certificate.ts
var INTERVAL_PATTERN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z$";
var CERTIFICATE_WH = Number(WH_A_CERTIFICATE);
var staticSchema5 = Type6.Object(
  {
    projectName: textField("Name of the project in the renewable project register"),
    projectCode: patternField("Code of the renewable project register", "^[A-Z0-9-]{4,32}$"),
    generatingUnit: resourceIdField("The generating unit"),
    energySource: Type6.Enum(["wind", "solar", "hydro", "biomass", "geothermal", "ocean"]),
    subdivision: subdivisionField("Where the unit stands"),
    productionMonth: monthField("Calendar month the energy was produced in"),
    utcOffsetMinutes: integerField("Offset of the calendar from UTC", -720, 840),
    energyWh: integerField("Energy of the month in Wh, negative power counted as zero"),
    carryInWh: integerField("Remainder of the month before in Wh", 0, CERTIFICATE_WH - 1),
    carryOutWh: integerField("Remainder for the next month in Wh", 0, CERTIFICATE_WH - 1),
    certificateCount: integerField("floor((energyWh + carryInWh) / 1000 kWh)"),
    blankIntervals: Type6.Array(Type6.String({ pattern: INTERVAL_PATTERN }), {
      description: "Where readings are missing: start and end in UTC, counted as no energy",
      maxItems: 256
    }),
    seriesDigest: Type6.Optional(hexField("SHA-256 of the series the energy was read from", 32)),
    tradable: Type6.Boolean({ description: "Whether the rule lets it be traded" }),
    lastValidMonth: monthField("Last month the certificate can be used in"),
    meteringPoint: meteringPointField()
  },
  { additionalProperties: false }
);
var dynamicSchema5 = Type6.Object(
  {
    registrationStatus: Type6.Enum(["issued", "disputed", "corrected", "expired", "writtenOff"]),
    reason: Type6.Optional(textField("Why the status changed"))
  },
  { additionalProperties: false }
);
function lastValidMonthOf(productionMonth) {
  if (productionMonth < "2024-01") return "2025-12";
  return formatMonth(parseMonth(productionMonth) + 23);
}
var greenCertificate = defineKind({
  id: "green-certificate/v1",
  title: "Green electricity certificate",
  unit: "certificate",
  unique: false,
  needsMeteringPoint: true,
  staticSchema: staticSchema5,
  dynamicSchema: dynamicSchema5,
  checkStatic: (json) => rule(
    BigInt(json.energyWh) + BigInt(json.carryInWh) === BigInt(json.certificateCount) * WH_A_CERTIFICATE + BigInt(json.carryOutWh),
    "certificateCount",
    "and carryOutWh do not add up to energyWh and carryInWh"
  ) ?? rule(
    json.lastValidMonth === lastValidMonthOf(json.productionMonth),
    "lastValidMonth",
    "is not the one the rule gives"
  ) ?? rule(
    json.blankIntervals.every((interval) => interval.slice(0, 17) < interval.slice(18)),
    "blankIntervals",
    "has an interval that ends before it starts"
  ),
  checkDynamic: (json) => rule(
    json.registrationStatus === "issued" || json.reason !== void 0,
    "reason",
    "is missing for a changed status"
  ),
  quantityOf: (json) => BigInt(json.certificateCount)
});

// schemas/resource/kinds/meter.ts
import { Type as Type7 } from "typebox";
var staticSchema6 = Type7.Object(
  {
    mRID: mridField(),
    serialNumber: patternField("CIM Asset.serialNumber", "^[A-Z0-9-]{4,32}$"),
    manufacturer: textField("CIM ProductAssetModel.manufacturer"),
    modelNumber: textField("CIM ProductAssetModel.modelNumber", 64),
    phaseCount: Type7.Enum([1, 3], { description: "CIM EndDeviceInfo.phaseCount" }),
    ratedVoltageVolts: integerField("CIM EndDeviceInfo.ratedVoltage in V", 1, 1e6),
    ratedCurrentMilliamperes: integerField("CIM EndDeviceInfo.ratedCurrent in mA", 1, 1e7),
    accuracyClass: Type7.Enum(["0.2S", "0.5S", "0.5", "1", "2", "A", "B", "C", "D", "E"], {
      description: "Active energy, IEC 62053 or GB/T 17215"
    }),
    pulsesPerKWh: Type7.Optional(integerField("Meter constant in pulses a kWh", 1, 1e6)),
    protocol: Type7.Enum(["DL/T 645-2007", "DL/T 698.45", "DLMS/COSEM", "Modbus", "SML"], {
      description: "How it is read"
    }),
    subdivision: subdivisionField("Where the meter stands"),
    installationDate: dateField("CIM LifecycleDate.installationDate"),
    calibrationDueDate: dateField("When its verification ends"),
    meteringPoint: meteringPointField()
  },
  { additionalProperties: false }
);
var dynamicSchema6 = Type7.Object(
  {
    energyExportedWh: integerField("CIM Reading of flow direction reverse, register in Wh"),
    energyImportedWh: integerField("CIM Reading of flow direction forward, register in Wh"),
    readingQuality: Type7.Enum(["valid", "estimated", "suspect", "missing"], {
      description: "CIM ReadingQuality"
    }),
    firmwareVersion: Type7.Optional(textField("Firmware version", 64))
  },
  { additionalProperties: false }
);
var meter = defineKind({
  id: "meter/v1",
  title: "Electricity meter",
  unit: "piece",
  unique: true,
  needsMeteringPoint: false,
  staticSchema: staticSchema6,
  dynamicSchema: dynamicSchema6,
  checkStatic: (json) => rule(
    json.installationDate <= json.calibrationDueDate,
    "calibrationDueDate",
    "is before installationDate"
  ),
  checkDynamic: () => void 0,
  quantityOf: () => 1n
});

// schemas/resource/kinds/power-contract.ts
import { Type as Type8 } from "typebox";
var point = Type8.Integer({ minimum: 0, maximum: 1e12 });
var staticSchema7 = Type8.Object(
  {
    contractNumber: patternField("Number of the trading centre", "^[A-Z0-9-]{4,32}$"),
    name: nameField(),
    transactionType: Type8.Enum(["bilateral", "auction", "listed", "green"]),
    sellerSubdivision: subdivisionField("Where the energy is fed in"),
    buyerSubdivision: subdivisionField("Where the energy is taken out"),
    deliveryStartDate: dateField("First day of delivery"),
    deliveryEndDate: dateField("Last day of delivery"),
    resolution: Type8.Enum(["PT60M", "PT15M"], { description: "CIM Period.resolution" }),
    curveWh: Type8.Union(
      [
        Type8.Array(point, { minItems: 24, maxItems: 24 }),
        Type8.Array(point, { minItems: 96, maxItems: 96 })
      ],
      { description: "CIM Point.quantity: energy of each step of a day in Wh, the same every day" }
    ),
    energyWh: integerField("Energy of all days in Wh", 1),
    priceFenPerMWh: integerField(
      "Price in fen per MWh, negative prices occur",
      -1e6,
      1e7
    )
  },
  { additionalProperties: false }
);
var dynamicSchema7 = Type8.Object(
  {
    contractStatus: Type8.Enum(["signed", "inDelivery", "suspended", "settled", "terminated"]),
    deliveredWh: integerField("Energy delivered so far in Wh"),
    settledThroughDate: Type8.Optional(dateField("Last day that is settled"))
  },
  { additionalProperties: false }
);
var powerContract = defineKind({
  id: "power-contract/v1",
  title: "Power contract",
  unit: "Wh",
  unique: false,
  needsMeteringPoint: false,
  staticSchema: staticSchema7,
  dynamicSchema: dynamicSchema7,
  checkStatic(json) {
    const days = parseDate(json.deliveryEndDate) - parseDate(json.deliveryStartDate) + 1;
    const energyOfDay = json.curveWh.reduce((sum, energy) => sum + BigInt(energy), 0n);
    return rule(days >= 1, "deliveryEndDate", "is before deliveryStartDate") ?? rule(
      json.curveWh.length === (json.resolution === "PT60M" ? 24 : 96),
      "curveWh",
      "does not have the points of its resolution"
    ) ?? rule(
      energyOfDay * BigInt(days) === BigInt(json.energyWh),
      "energyWh",
      "is not the sum of the curve over all days"
    );
  },
  checkDynamic: (json) => rule(
    json.contractStatus !== "settled" || json.settledThroughDate !== void 0,
    "settledThroughDate",
    "is missing for a settled contract"
  ),
  quantityOf: (json) => BigInt(json.energyWh)
});

// schemas/resource/kinds/security-asset.ts
import { Type as Type9 } from "typebox";
var staticSchema8 = Type9.Object(
  {
    mRID: mridField(),
    name: nameField(),
    assetType: Type9.Enum([
      "server",
      "workstation",
      "rtu",
      "ied",
      "gateway",
      "switch",
      "firewall",
      "isolationDevice",
      "encryptionDevice"
    ]),
    manufacturer: textField("CIM ProductAssetModel.manufacturer"),
    modelNumber: textField("CIM ProductAssetModel.modelNumber", 64),
    serialNumber: patternField("CIM Asset.serialNumber", "^[A-Za-z0-9-]{1,32}$"),
    macPrefix: Type9.Optional(patternField("IEEE OUI of its interfaces", "^[0-9A-F]{6}$")),
    securityZone: Type9.Enum(["I", "II", "III", "IV"]),
    protectionLevel: integerField("Level of the classified protection, GB/T 22240", 1, 5),
    subdivision: subdivisionField("Where the asset stands"),
    commissioningDate: dateField("CIM LifecycleDate.installationDate")
  },
  { additionalProperties: false }
);
var dynamicSchema8 = Type9.Object(
  {
    operatingSystem: textField("Name of the operating system", 64),
    osVersion: textField("Version of the operating system", 64),
    osEndOfLifeDate: Type9.Optional(dateField("Last day of its security updates")),
    patchDate: dateField("When it was patched last"),
    openTcpPorts: Type9.Array(Type9.Integer({ minimum: 1, maximum: 65535 }), {
      description: "Listening TCP ports in ascending order",
      maxItems: 256
    }),
    weaknesses: Type9.Array(Type9.String({ pattern: "^CWE-[1-9][0-9]{0,4}$" }), {
      description: "Open findings by CWE number",
      maxItems: 64,
      uniqueItems: true
    }),
    firmwareDigest: Type9.Optional(hexField("SHA-256 of the firmware", 32)),
    riskLevel: Type9.Enum(["low", "medium", "high", "critical"])
  },
  { additionalProperties: false }
);
var securityAsset = defineKind({
  id: "security-asset/v1",
  title: "Network-security asset",
  unit: "piece",
  unique: true,
  needsMeteringPoint: false,
  staticSchema: staticSchema8,
  dynamicSchema: dynamicSchema8,
  checkStatic: (json) => rule(
    json.protectionLevel >= 2 || json.securityZone !== "I" && json.securityZone !== "II",
    "protectionLevel",
    "is below 2 in a production control zone"
  ),
  checkDynamic: (json) => rule(
    json.openTcpPorts.every((port, at) => at === 0 || port > (json.openTcpPorts[at - 1] ?? 0)),
    "openTcpPorts",
    "is not in ascending order"
  ),
  quantityOf: () => 1n
});

// schemas/resource/kinds/settlement-credit.ts
import { Type as Type10 } from "typebox";
var staticSchema9 = Type10.Object(
  {
    invoiceNumber: patternField("Number of the settlement statement", "^[A-Z0-9-]{4,32}$"),
    creditorName: textField("Who is owed"),
    debtorName: textField("Who owes"),
    settlementType: Type10.Enum([
      "energy",
      "deviation",
      "ancillaryService",
      "transmission",
      "greenCertificate"
    ]),
    currency: Type10.Literal("CNY"),
    amountFen: integerField("Amount in fen", 1),
    billingPeriodStartDate: dateField("First day of the billing period"),
    billingPeriodEndDate: dateField("Last day of the billing period"),
    dueDate: dateField("Day the amount is due"),
    relatedResource: Type10.Optional(resourceIdField("What was settled"))
  },
  { additionalProperties: false }
);
var dynamicSchema9 = Type10.Object(
  {
    claimStatus: Type10.Enum(["open", "confirmed", "disputed", "paid", "overdue"]),
    outstandingFen: integerField("Amount not yet paid in fen")
  },
  { additionalProperties: false }
);
var settlementCredit = defineKind({
  id: "settlement-credit/v1",
  title: "Settlement credit",
  unit: "fen",
  unique: false,
  needsMeteringPoint: false,
  staticSchema: staticSchema9,
  dynamicSchema: dynamicSchema9,
  checkStatic: (json) => rule(
    json.billingPeriodStartDate <= json.billingPeriodEndDate,
    "billingPeriodEndDate",
    "is before billingPeriodStartDate"
  ) ?? rule(json.billingPeriodEndDate <= json.dueDate, "dueDate", "is before billingPeriodEndDate") ?? rule(json.creditorName !== json.debtorName, "debtorName", "is the creditor"),
  checkDynamic: (json) => rule(
    json.claimStatus === "paid" === (json.outstandingFen === 0),
    "outstandingFen",
    "is zero exactly when the claim is paid"
  ),
  quantityOf: (json) => BigInt(json.amountFen)
});

// schemas/resource/registry.ts
var RESOURCE_KINDS = [
  generatingUnit,
  meter,
  evCharger,
  greenCertificate,
  granularCertificate,
  carbonAllowance,
  powerContract,
  settlementCredit,
  securityAsset
];
var BY_ID = new Map(
  RESOURCE_KINDS.map((kind) => [kind.id, kind])
);
function kindOf(id2) {
  const kind = BY_ID.get(id2);
  if (kind === void 0) throw resourceError("RESOURCE_KIND_UNKNOWN", { kind: id2.slice(0, 64) });
  return kind;
}

// main-chain/relay/ports/transfer.ts
var transferPort = { receive, settled };
function readTransfer(packet) {
  const payload = decode(transferPayloadCodec, payloadValue(packet), "transfer");
  requireQuantity(payload.quantity);
  if (packet.timeoutSeconds > payload.deadlineSeconds) {
    throw relayError("PACKET_DEADLINE", {
      timeoutSeconds: packet.timeoutSeconds,
      deadlineSeconds: payload.deadlineSeconds
    });
  }
  return payload;
}
function dynamicOf(record) {
  if (record.dynamicIndex === 0n) return void 0;
  return { index: record.dynamicIndex, head: record.dynamicHead };
}
function sendFromSide(context, sender, message) {
  const { resourceId, quantity, receiver, destination, timeoutSeconds, deadlineSeconds } = message;
  const lane = requireLane(createLanes(context), message.client);
  requireQuantity(quantity);
  const record = requireActive(context.state, resourceId);
  requireAdmitted(context, sender);
  verifyTimes(context, timeoutSeconds, deadlineSeconds);
  if (parseChainId(destination) === context.chain.chainId) {
    throw relayError("TRANSFER_DESTINATION", { destination });
  }
  requireOpenLane(context, lane.guards);
  requireLeastQuantity(lane.guards, quantity);
  debit(context, resourceId, sender, quantity);
  if (isHome(context, record)) addOutstanding(context, resourceId, quantity);
  const payload = {
    resourceId,
    quantity,
    sender,
    receiver,
    deadlineSeconds,
    frozen: false,
    origin: void 0,
    destination,
    dynamic: dynamicOf(record),
    memo: message.memo === "" ? void 0 : message.memo
  };
  const value = encode(transferPayloadCodec, payload);
  const { sequence } = sendPacket(context, lane, TRANSFER_PORT, value, timeoutSeconds);
  spendFlow(context, lane.guards, resourceId, quantity, sequence);
  emit(context, "packetSent", {
    client: lane.client,
    sequence,
    subject: resourceId,
    quantity,
    account: sender
  });
  return void 0;
}
function receive(context, _lanes, lane, packet) {
  const payload = readTransfer(packet);
  const { resourceId, quantity, receiver, destination } = payload;
  requireOpenLane(context, lane.guards);
  if (destination !== void 0 && destination !== context.chain.chainId) {
    throw relayError("TRANSFER_DESTINATION", { destination });
  }
  requireAdmitted(context, receiver);
  takeIn(context, payload);
  credit(context, resourceId, receiver, quantity);
  returnFlow(context, lane.guards, resourceId, quantity);
  const { client: client2 } = lane;
  const { sequence } = packet;
  const facts = { client: client2, sequence, subject: resourceId, quantity, account: receiver };
  emit(context, "packetReceived", facts);
  emit(context, "transferDelivered", facts);
  return "done";
}
function takeIn(context, payload) {
  const { resourceId, quantity, origin, dynamic, frozen } = payload;
  const { state } = context;
  const known = readResource(state, resourceId);
  if (known === void 0) {
    if (origin === void 0 || origin.home === context.chain.chainId) {
      throw relayError("TRANSFER_ORIGIN", { resource: toHex(resourceId) });
    }
    const record2 = createResource(context, resourceId, origin, kindOf(origin.kind).unit, frozen);
    if (dynamic !== void 0) adoptDynamicHead(state, resourceId, record2, dynamic);
    return;
  }
  const record = requireActive(state, resourceId);
  if (isHome(context, record)) {
    takeOutstanding(context, resourceId, quantity);
    return;
  }
  if (dynamic !== void 0) adoptDynamicHead(state, resourceId, record, dynamic);
  if (frozen) freezeArrived(context, resourceId);
}
function freezeArrived(context, resourceId) {
  const record = requireActive(context.state, resourceId);
  writeResource(context.state, resourceId, { ...record, status: "frozen" });
  emit(context, "resourceFrozen", { subject: resourceId });
}
function settled(context, _lanes, lane, packet, ending) {
  if (ending === "delivered") return;
  const payload = decode(transferPayloadCodec, payloadValue(packet), "transfer");
  const { resourceId, quantity, sender } = payload;
  const record = readResource(context.state, resourceId);
  credit(context, resourceId, sender, quantity);
  if (record !== void 0 && isHome(context, record)) {
    takeOutstanding(context, resourceId, quantity);
  }
  giveBackFlow(context, lane.guards, resourceId, quantity, packet.sequence);
  emit(context, "transferRefunded", {
    client: lane.client,
    sequence: packet.sequence,
    subject: resourceId,
    quantity,
    account: sender,
    code: endingCode(ending)
  });
}
function isHome(context, record) {
  return record.origin.home === context.chain.chainId;
}
function addOutstanding(context, resourceId, quantity) {
  const key = outstandingKey(resourceId);
  const sum = addQuantity(readQuantity(context.state, key), quantity);
  writeQuantity(context.state, key, sum);
}
function takeOutstanding(context, resourceId, quantity) {
  const key = outstandingKey(resourceId);
  const outstanding = readQuantity(context.state, key);
  if (quantity > outstanding) {
    throw relayError("OUTSTANDING_EXCEEDED", { quantity, outstanding });
  }
  writeQuantity(context.state, key, outstanding - quantity);
}

// main-chain/relay/ports/forward.ts
var forwardFields = {
  outcome: choice(["pending", "delivered", "failed", "timedOut"]),
  client: text(MAX_CLIENT_ID),
  sequence: u64,
  packet: optional(packetCodec)
};
var forwardRecordCodec = struct(forwardFields);
var forwardPort = { receive: receive2, settled: settled2 };
function receive2(context, lanes, lane, packet) {
  const payload = readTransfer(packet);
  const { resourceId, quantity, destination } = payload;
  requireRouteOf(lanes, lane);
  requireOpenLane(context, lane.guards);
  if (destination === void 0 || destination === lane.state.chainId) {
    throw relayError("TRANSFER_DESTINATION", { destination: destination ?? "" });
  }
  const record = bringUpToDate(context, lane, payload);
  const isHome2 = record.origin.home === lane.state.chainId;
  requireLocated(context, resourceId, lane.client, quantity, isHome2);
  emit(context, "packetReceived", {
    client: lane.client,
    sequence: packet.sequence,
    subject: resourceId,
    quantity,
    account: payload.receiver
  });
  if (destination === context.chain.chainId) {
    arriveHere(context, lane, packet, payload);
    return "done";
  }
  const next = laneTo(lanes, destination);
  verifyOnward(context, next, payload);
  const from = { packet, client: lane.client };
  const frozen = payload.frozen && isHome2;
  sendOnward(context, next, onwardPayload(next, record, { ...payload, frozen }), from);
  return "pending";
}
function requireRouteOf(lanes, { client: client2, state }) {
  if (lanes.route(state.chainId)?.client !== client2) {
    throw relayError("ROUTE_UNKNOWN", { chain: state.chainId });
  }
}
function laneTo(lanes, destination) {
  const route = lanes.route(destination);
  if (route === void 0) throw relayError("ROUTE_UNKNOWN", { chain: destination });
  return requireLane(lanes, route.client);
}
function bringUpToDate(context, lane, { resourceId, dynamic }) {
  const { state } = context;
  if (readResource(state, resourceId) === void 0) {
    throw relayError("LOCATION_LATER", { client: lane.client, resource: toHex(resourceId) });
  }
  const record = requireActive(state, resourceId);
  if (dynamic === void 0 || record.origin.home !== lane.state.chainId) return record;
  adoptDynamicHead(state, resourceId, record, dynamic);
  return requireResource(state, resourceId);
}
function arriveHere(context, lane, packet, { resourceId, quantity, receiver }) {
  requireAdmitted(context, receiver);
  move(context, resourceId, quantity, locatedAt(lane.client), locatedAt(MAIN_LOCATION));
  credit(context, resourceId, receiver, quantity);
  returnFlow(context, lane.guards, resourceId, quantity);
  emit(context, "transferDelivered", {
    client: lane.client,
    sequence: packet.sequence,
    subject: resourceId,
    quantity,
    account: receiver
  });
}
function verifyOnward(context, { client: client2, guards }, { quantity, deadlineSeconds }) {
  requireOpenLane(context, guards);
  requireLeastQuantity(guards, quantity);
  const now = nowSeconds(context);
  const least2 = guards.rules.leastRemainingSeconds;
  if (deadlineSeconds <= now || deadlineSeconds - now < least2) {
    throw relayError("FORWARD_TIME", { client: client2, deadlineSeconds, nowSeconds: now, least: least2 });
  }
}
function onwardPayload(next, record, payload) {
  const isHome2 = record.origin.home === next.state.chainId;
  return {
    ...payload,
    origin: isHome2 ? void 0 : record.origin,
    destination: void 0,
    dynamic: isHome2 ? void 0 : dynamicOf(record)
  };
}
function sendOnward(context, next, payload, from) {
  const { resourceId, quantity, receiver } = payload;
  spendFlow(context, next.guards, resourceId, quantity, nextSequence(context.state, next.client));
  move(context, resourceId, quantity, locatedAt(from.client), inTransitTo(next.client));
  const { sequence } = sendHop(context, next, payload);
  writeRecord(context.state, forwardKey(next.client, sequence), forwardRecordCodec, {
    outcome: "pending",
    client: from.client,
    sequence: from.packet.sequence,
    packet: from.packet
  });
  emit(context, "packetForwarded", {
    client: next.client,
    sequence,
    subject: resourceId,
    quantity,
    account: receiver,
    origin: `${from.client}/${from.packet.sequence}`
  });
}
function sendHop(context, next, payload) {
  const most = nowSeconds(context) + MAX_TIMEOUT_SECONDS;
  const isFar = payload.deadlineSeconds > most;
  const timeout2 = isFar ? most : payload.deadlineSeconds;
  return sendPacket(context, next, TRANSFER_PORT, encode(transferPayloadCodec, payload), timeout2);
}
function sendFromMain(context, sender, message) {
  const { resourceId, quantity, receiver, destination, timeoutSeconds, deadlineSeconds } = message;
  const lanes = createLanes(context);
  const next = laneTo(lanes, parseChainId(destination));
  if (next.client !== message.client) throw relayError("TRANSFER_DESTINATION", { destination });
  requireQuantity(quantity);
  const record = requireActive(context.state, resourceId);
  requireAdmitted(context, sender);
  verifyTimes(context, timeoutSeconds, deadlineSeconds);
  const payload = onwardPayload(next, record, {
    resourceId,
    quantity,
    sender,
    receiver,
    deadlineSeconds: timeoutSeconds,
    frozen: false,
    origin: void 0,
    destination: void 0,
    dynamic: void 0,
    memo: message.memo === "" ? void 0 : message.memo
  });
  verifyOnward(context, next, payload);
  debit(context, resourceId, sender, quantity);
  spendFlow(context, next.guards, resourceId, quantity, nextSequence(context.state, next.client));
  move(context, resourceId, quantity, locatedAt(MAIN_LOCATION), inTransitTo(next.client));
  const { sequence } = sendHop(context, next, payload);
  const { client: client2 } = next;
  emit(context, "packetSent", { client: client2, sequence, subject: resourceId, quantity, account: sender });
  return void 0;
}
function settled2(context, lanes, lane, packet, ending) {
  const payload = decode(transferPayloadCodec, payloadValue(packet), "transfer");
  const { resourceId, quantity } = payload;
  const key = forwardKey(lane.client, packet.sequence);
  const record = readRecord(context.state, key, forwardRecordCodec);
  const back = record?.client ?? MAIN_LOCATION;
  const place = ending === "delivered" ? lane.client : back;
  move(context, resourceId, quantity, inTransitTo(lane.client), locatedAt(place));
  if (ending !== "delivered") {
    giveBackFlow(context, lane.guards, resourceId, quantity, packet.sequence);
  }
  if (record === void 0) {
    if (ending !== "delivered") credit(context, resourceId, payload.sender, quantity);
  } else {
    answer(context, lanes, record, payload, ending);
    writeRecord(context.state, key, forwardRecordCodec, {
      ...record,
      outcome: ending,
      packet: void 0
    });
  }
  emitEnding(context, lane, packet, payload, ending, record);
}
function answer(context, lanes, record, { resourceId, quantity }, ending) {
  if (record.packet === void 0) return;
  const success = ending === "delivered";
  writeAcknowledgement(
    context,
    record.packet,
    success ? SUCCESS_ACKNOWLEDGEMENT : ERROR_ACKNOWLEDGEMENT
  );
  if (success) returnFlow(context, lanes.of(record.client).guards, resourceId, quantity);
}
function emitEnding(context, { client: client2 }, { sequence }, { resourceId, quantity, sender, receiver }, ending, record) {
  const delivered = ending === "delivered";
  emit(context, delivered ? "transferDelivered" : "transferRefunded", {
    client: client2,
    sequence,
    subject: resourceId,
    quantity,
    account: delivered ? receiver : sender,
    code: endingCode(ending),
    origin: record === void 0 ? "" : `${record.client}/${record.sequence}`
  });
}

// main-chain/relay/ports/main-lane.ts
function requireMainLane(context) {
  const stored = context.state.get(MAIN_CLIENT_KEY);
  if (stored === void 0) throw relayError("CLIENT_UNKNOWN");
  return createLanes(context).of(binaryString(stored));
}

// main-chain/relay/ports/resend.ts
function keepForResend(context, packet) {
  const key = resendKey(packet.sourceClient, packet.sequence);
  context.state.set(key, encode(packetCodec, packet));
}
function resend(context, sender, { client: client2, sequence }) {
  const key = resendKey(client2, sequence);
  const packet = readRecord(context.state, key, packetCodec);
  if (packet === void 0) throw relayError("RESEND_UNKNOWN", { client: client2, sequence });
  context.state.delete(key);
  const lane = createLanes(context).of(client2);
  const port = packet.payloads[0]?.sourcePort ?? "";
  const timeout2 = nowSeconds(context) + MAX_TIMEOUT_SECONDS;
  const again = sendPacket(context, lane, port, payloadValue(packet), timeout2);
  emit(context, "packetSent", {
    client: client2,
    sequence: again.sequence,
    account: sender,
    origin: `${client2}/${sequence}`
  });
  return void 0;
}

// main-chain/relay/ports/issuers.ts
var issuerFields2 = { grant: issuerGrantCodec, registered: u128, revokedAtSeconds: u64 };
var issuerRecordCodec = struct(issuerFields2);
function readIssuer(state, issuer) {
  return readRecord(state, issuerKey(issuer), issuerRecordCodec);
}
function registerIssuer(context, action) {
  requireMainChain(context);
  const { issuer, kinds, home, cap, validFromSeconds, validUntilSeconds } = action;
  const account = formatAddress(issuer);
  parseChainId(home);
  for (const kind of kinds) kindOf(kind);
  const before = readIssuer(context.state, issuer);
  if (before !== void 0 && before.revokedAtSeconds > 0n) {
    throw relayError("ISSUER_REVOKED", { account });
  }
  const rises = validFromSeconds < validUntilSeconds;
  if (kinds.length === 0 || !rises || before !== void 0 && before.grant.home !== home) {
    throw relayError("ISSUER_SPEC", { account });
  }
  writeIssuer(context.state, {
    grant: { issuer, kinds, home, cap, validFromSeconds, validUntilSeconds },
    registered: before?.registered ?? 0n,
    revokedAtSeconds: 0n
  });
}
function revokeIssuer(context, issuer) {
  requireMainChain(context);
  const record = readIssuer(context.state, issuer);
  const account = formatAddress(issuer);
  if (record === void 0) throw relayError("ISSUER_UNKNOWN", { account });
  if (record.revokedAtSeconds > 0n) throw relayError("ISSUER_REVOKED", { account });
  writeIssuer(context.state, { ...record, revokedAtSeconds: nowSeconds(context) });
}
function countAgainstCap(context, issuer, kind, home, quantity) {
  const account = formatAddress(issuer);
  const record = readIssuer(context.state, issuer);
  if (record === void 0) throw relayError("ISSUER_UNKNOWN", { account });
  const { grant, registered } = record;
  if (record.revokedAtSeconds > 0n) throw relayError("ISSUER_REVOKED", { account });
  const now = nowSeconds(context);
  if (now < grant.validFromSeconds || now >= grant.validUntilSeconds) {
    throw relayError("ISSUER_VALIDITY", { account });
  }
  if (!grant.kinds.includes(kind)) throw relayError("ISSUER_KIND", { account, kind });
  if (grant.home !== home) throw relayError("ISSUER_HOME", { account, home });
  if (registered + quantity > grant.cap) {
    throw relayError("ISSUER_CAP", { account, registered, quantity, cap: grant.cap });
  }
  writeIssuer(context.state, { ...record, registered: registered + quantity });
}
function writeIssuer(state, record) {
  writeRecord(state, issuerKey(record.grant.issuer), issuerRecordCodec, record);
}

// main-chain/relay/ports/metering.ts
var MAX_INTERVALS = 64;
var intervalFields = { start: u64, end: u64 };
var coverageCodec = list(
  struct(intervalFields),
  MAX_INTERVALS
);
function coverInterval(state, point2, added) {
  const key = meteringKey(point2);
  const covered = readRecord(state, key, coverageCodec) ?? [];
  const after = [];
  let open = added;
  for (const each of covered) {
    if (each.start < open.end && open.start < each.end) {
      throw relayError("METERING_OVERLAP", {
        point: toHex(point2),
        start: each.start,
        end: each.end
      });
    }
    if (each.end === open.start) open = { start: each.start, end: open.end };
    else if (each.start === open.end) open = { start: open.start, end: each.end };
    else after.push(each);
  }
  after.push(open);
  after.sort((left, right) => left.start < right.start ? -1 : 1);
  if (after.length > MAX_INTERVALS) throw relayError("METERING_FULL", { point: toHex(point2) });
  writeRecord(state, key, coverageCodec, after);
}

// main-chain/relay/ports/supply.ts
var MADE = Uint8Array.of(1);
var registryPort = {
  receive(context, _lanes, lane, packet) {
    const { origin, statement } = decode(supplyPayloadCodec, payloadValue(packet), "supply");
    const { client: client2, state } = lane;
    if (origin.home !== state.chainId) throw relayError("ISSUER_HOME", { home: origin.home });
    verifyStatement(context, origin, statement, context.chain.genesisHash);
    register(context, client2, packet.sequence, origin, statement.statement);
    return "done";
  },
  settled: () => void 0
};
var issuingPort = {
  receive(_context, _lanes, { client: client2 }, { sequence }) {
    throw relayError("PORT_UNKNOWN", { client: client2, sequence });
  },
  settled: settleIssue
};
function issue(context, sender, message) {
  const { chain, state } = context;
  const { kind, staticRoot, owner, statement: signed } = message;
  const { statement } = signed;
  const { resourceId, index, quantity } = statement;
  const origin = { kind, home: chain.chainId, issuer: sender, staticRoot };
  const isMain = chain.genesis.kind === "main";
  const lane = isMain ? void 0 : requireMainLane(context);
  verifyStatement(context, origin, signed, lane?.state.genesisHash ?? chain.genesisHash);
  requireAdmitted(context, sender);
  requireAdmitted(context, owner);
  if (lane === void 0) {
    register(context, MAIN_LOCATION, 0n, origin, statement);
  } else {
    requireNewStatement(context, statement);
    state.set(statementKey(resourceId, index), MADE);
    makeKnown(context, origin, statement);
    sendStatement(context, lane, origin, signed);
  }
  if (quantity > 0n) credit(context, resourceId, owner, quantity);
  emit(context, "issued", { sequence: index, subject: resourceId, quantity, account: owner });
  return void 0;
}
function sendStatement(context, lane, origin, statement) {
  const value = encode(supplyPayloadCodec, { origin, statement });
  const timeout2 = nowSeconds(context) + MAX_TIMEOUT_SECONDS;
  const { sequence } = sendPacket(context, lane, SUPPLY_PORT, value, timeout2);
  const { resourceId, quantity } = statement.statement;
  emit(context, "packetSent", {
    client: lane.client,
    sequence,
    subject: resourceId,
    quantity,
    account: origin.issuer
  });
}
function verifyStatement({ hash, signatures }, origin, signed, mainGenesisHash) {
  const { statement } = signed;
  const kind = kindOf(origin.kind);
  if (!equalBytes(resourceIdOf(origin, hash), statement.resourceId)) {
    throw relayError("SUPPLY_RESOURCE", { resource: toHex(statement.resourceId) });
  }
  if (statement.unit !== kind.unit) {
    throw relayError("SUPPLY_UNIT", { unit: statement.unit, expected: kind.unit });
  }
  if (kind.needsMeteringPoint && equalBytes(statement.meteringPoint, ZERO_HASH)) {
    throw relayError("SUPPLY_METERING", { kind: kind.id });
  }
  if (kind.unique && (statement.index !== 1n || statement.quantity !== 1n)) {
    throw relayError("SUPPLY_UNIQUE", { index: statement.index, quantity: statement.quantity });
  }
  verifySupplyStatement(signed, mainGenesisHash, origin.issuer, hash, signatures);
}
function requireNewStatement({ state }, { resourceId, index }) {
  if (state.get(statementKey(resourceId, index)) !== void 0) {
    throw relayError("SUPPLY_COUNTED", { resource: toHex(resourceId), index });
  }
}
function makeKnown(context, origin, { resourceId, unit }) {
  if (readResource(context.state, resourceId) !== void 0) return;
  createResource(context, resourceId, origin, unit);
}
function register(context, client2, sequence, origin, statement) {
  const { resourceId, index, quantity, meteringPoint } = statement;
  requireNewStatement(context, statement);
  countAgainstCap(context, origin.issuer, origin.kind, origin.home, quantity);
  if (!equalBytes(meteringPoint, ZERO_HASH)) {
    const interval = { start: statement.intervalStart, end: statement.intervalEnd };
    coverInterval(context.state, meteringPoint, interval);
  }
  context.state.set(statementKey(resourceId, index), MADE);
  makeKnown(context, origin, statement);
  requireNotHalted(context, resourceId);
  if (quantity > 0n) move(context, resourceId, quantity, OUTSIDE, locatedAt(client2));
  emit(context, "supplyRegistered", {
    client: client2,
    sequence,
    subject: resourceId,
    quantity,
    account: origin.issuer
  });
}
function requireNotHalted(context, resourceId) {
  if (requireResource(context.state, resourceId).status === "halted") {
    throw ledgerError("RESOURCE_HALTED", { resource: toHex(resourceId) });
  }
}
function settleIssue(context, _lanes, lane, packet, ending) {
  if (ending !== "delivered") {
    keepForResend(context, packet);
    return;
  }
  const { origin, statement } = decode(supplyPayloadCodec, payloadValue(packet), "supply");
  emit(context, "supplyRegistered", {
    client: lane.client,
    sequence: packet.sequence,
    subject: statement.statement.resourceId,
    quantity: statement.statement.quantity,
    account: origin.issuer
  });
}

// main-chain/relay/ports/retirement.ts
var bookingPort = { receive: receiveRetirement, settled: () => void 0 };
var retiringPort = {
  receive(_context, _lanes, { client: client2 }, { sequence }) {
    throw relayError("PORT_UNKNOWN", { client: client2, sequence });
  },
  settled: settleRetirement
};
function retire(context, sender, message) {
  const { resourceId, quantity, beneficiary, purpose } = message;
  requireQuantity(quantity);
  requireResource(context.state, resourceId);
  requireAdmitted(context, sender);
  debit(context, resourceId, sender, quantity);
  emit(context, "retired", { subject: resourceId, quantity, account: sender });
  const payload = { resourceId, quantity, owner: sender, beneficiary, purpose };
  if (context.chain.genesis.kind === "main") {
    requireNotHalted(context, resourceId);
    book(context, MAIN_LOCATION, 0n, payload);
    return void 0;
  }
  const lane = requireMainLane(context);
  const value = encode(retirementPayloadCodec, payload);
  const timeout2 = nowSeconds(context) + MAX_TIMEOUT_SECONDS;
  const { sequence } = sendPacket(context, lane, RETIREMENT_PORT, value, timeout2);
  const { client: client2 } = lane;
  emit(context, "packetSent", { client: client2, sequence, subject: resourceId, quantity, account: sender });
  return void 0;
}
function receiveRetirement(context, _lanes, lane, packet) {
  const payload = decode(retirementPayloadCodec, payloadValue(packet), "retirement");
  const { resourceId, quantity } = payload;
  requireQuantity(quantity);
  const record = readResource(context.state, resourceId);
  if (record === void 0) {
    throw relayError("LOCATION_LATER", { client: lane.client, resource: toHex(resourceId) });
  }
  requireNotHalted(context, resourceId);
  const isHome2 = record.origin.home === lane.state.chainId;
  requireLocated(context, resourceId, lane.client, quantity, isHome2);
  book(context, lane.client, packet.sequence, payload);
  return "done";
}
function book(context, client2, sequence, { resourceId, quantity, owner }) {
  move(context, resourceId, quantity, locatedAt(client2), RETIRED);
  emit(context, "retirementBooked", {
    client: client2,
    sequence,
    subject: resourceId,
    quantity,
    account: owner
  });
}
function settleRetirement(context, _lanes, lane, packet, ending) {
  if (ending !== "delivered") {
    keepForResend(context, packet);
    return;
  }
  const payload = decode(retirementPayloadCodec, payloadValue(packet), "retirement");
  emit(context, "retirementBooked", {
    client: lane.client,
    sequence: packet.sequence,
    subject: payload.resourceId,
    quantity: payload.quantity,
    account: payload.owner
  });
}

// main-chain/relay/ports/ports.ts
var MAIN_PORTS = /* @__PURE__ */ new Map([
  [TRANSFER_PORT, forwardPort],
  [SUPPLY_PORT, registryPort],
  [RETIREMENT_PORT, bookingPort]
]);
var SIDE_PORTS = /* @__PURE__ */ new Map([
  [TRANSFER_PORT, transferPort],
  [SUPPLY_PORT, issuingPort],
  [RETIREMENT_PORT, retiringPort]
]);
function portsOf({ genesis }) {
  return genesis.kind === "main" ? MAIN_PORTS : SIDE_PORTS;
}

// main-chain/relay/deliver.ts
function deliver(context, _sender, message) {
  const { client: client2, updates: updates2, height, segments } = message;
  const count = countItems(segments);
  const { light, frozen } = updateClient(context, client2, updates2);
  if (frozen) return Array.from({ length: count }, () => "CLIENT_FROZEN");
  const lanes = createLanes(context);
  const lane = requireLane(lanes, client2);
  for (const segment of segments) verifySegment(context, light, lane, height, segment);
  const codes = segments.flatMap((segment) => applySegment(context, lanes, lane, segment));
  if (segments.some(({ acknowledgements }) => acknowledgements.length > 0)) {
    advanceSettled(context, client2);
  }
  return codes;
}
function countItems(segments) {
  if (segments.length === 0) throw relayError("BATCH_EMPTY");
  let count = 0;
  for (const { acknowledgements, packets } of segments) {
    const items = acknowledgements.length + packets.length;
    if (items === 0) throw relayError("BATCH_EMPTY");
    count += items;
  }
  if (count > MAX_BATCH) throw relayError("BATCH_COUNT", { count, most: MAX_BATCH });
  return count;
}
function verifySegment(context, light, lane, height, segment) {
  const facts = [];
  for (const { packet, acknowledgement } of segment.acknowledgements) {
    const commitment = commitmentOfAcknowledgement(acknowledgement, context);
    facts.push({ type: "acknowledged", sequence: packet.sequence, commitment });
  }
  for (const packet of segment.packets) {
    const commitment = packetCommitment(packet, context.hash);
    facts.push({ type: "commitment", sequence: packet.sequence, commitment });
  }
  light.verifyRun(context, lane, height, facts, segment);
}
function applySegment(context, lanes, lane, { acknowledgements, packets }) {
  const ports = portsOf(context.chain);
  const codes = [];
  for (const acknowledged of acknowledgements) {
    const refusal = isolate(
      context,
      (inner) => acknowledgePacket(inner, lanes, lane, acknowledged, ports)
    );
    codes.push(refusal?.code ?? "");
  }
  for (const packet of packets) {
    codes.push(codeOf(() => receivePacket(context, lanes, lane, packet, ports)));
  }
  return codes;
}
function codeOf(work) {
  try {
    work();
    return "";
  } catch (error) {
    if (error instanceof TielineError) return error.code;
    throw error;
  }
}

// main-chain/relay/settle.ts
var MAX_PRUNED = 2048n;
function settle(context, _sender, message) {
  const { client: client2, updates: updates2, height, settledBelow, proof } = message;
  const { light, frozen } = updateClient(context, client2, updates2);
  if (frozen) return void 0;
  const lane = requireLane(createLanes(context), client2);
  light.verifyFacts(
    context,
    lane,
    height,
    [{ type: "settledBelow", sequence: settledBelow }],
    proof
  );
  const from = lane.prunedBelow;
  const to = least(settledBelow, from + MAX_PRUNED);
  if (to <= from) throw relayError("SETTLE_NOTHING", { client: client2, prunedBelow: from, settledBelow });
  for (let sequence = from; sequence < to; sequence++) {
    context.state.delete(receiptPath(client2, sequence));
    context.state.delete(acknowledgementPath(client2, sequence));
  }
  writeU64(context.state, prunedBelowKey(client2), to);
  pruneForwards(context, client2);
  emit(context, "pruned", { client: client2, sequence: to });
  return void 0;
}
function pruneForwards({ state }, client2) {
  const from = readU64(state, forwardsBelowKey(client2));
  const to = least(readU64(state, settledBelowKey(client2)), from + MAX_PRUNED);
  if (to <= from) return;
  for (let sequence = from; sequence < to; sequence++) state.delete(forwardKey(client2, sequence));
  writeU64(state, forwardsBelowKey(client2), to);
}
function least(left, right) {
  return left < right ? left : right;
}

// main-chain/relay/timeout-message.ts
function timeout(context, _sender, message) {
  const { client: client2, updates: updates2, height, packets, proof } = message;
  if (packets.length === 0) throw relayError("BATCH_EMPTY");
  const { light, frozen } = updateClient(context, client2, updates2);
  if (frozen) return packets.map(() => "CLIENT_FROZEN");
  const lanes = createLanes(context);
  const lane = requireLane(lanes, client2);
  const facts = packets.map(({ sequence }) => ({ type: "notReceived", sequence }));
  const provenMs = light.verifyFacts(context, lane, height, facts, proof);
  const ports = portsOf(context.chain);
  const codes = packets.map((packet) => {
    const refusal = isolate(
      context,
      (inner) => timeOutPacket(inner, lanes, lane, packet, provenMs, ports)
    );
    return refusal?.code ?? "";
  });
  advanceSettled(context, client2);
  return codes;
}

// main-chain/relay/application.ts
var chainApplication = createApplication(
  {
    issue,
    retire,
    send: (context, sender, message) => context.chain.genesis.kind === "main" ? sendFromMain(context, sender, message) : sendFromSide(context, sender, message),
    resend,
    update: update2,
    deliver,
    timeout,
    settle,
    misbehaviour: misbehaviour2,
    guardPause
  },
  {
    createClient,
    registerRoute,
    registerIssuer,
    revokeIssuer: (context, { issuer }) => revokeIssuer(context, issuer),
    setLane
  }
);

// test/fakes/ledger-context.ts
function testKey(n) {
  return nobleHash.sha256(Uint8Array.of(116, n >> 8, n & 255));
}
function testAddress(n) {
  return nobleSignature.addressOf(testKey(n));
}
function testGenesis(changes = {}) {
  return {
    name: "test",
    kind: "shard",
    profile: "local",
    createdMs: 1700000000000n,
    validators: [{ address: testAddress(100), power: 1n }],
    organisations: [1, 2, 3].map((n) => ({ name: `organisation ${n}`, address: testAddress(n) })),
    quorum: 2,
    guardians: [testAddress(9)],
    proposalDelaySeconds: 0n,
    admission: "open",
    admitted: [],
    trustingPeriodSeconds: 315360000n,
    leastTimeoutSeconds: 1n,
    ...changes
  };
}

// test/fakes/chain.ts
var addresses = /* @__PURE__ */ new Map();
function addressOf(key) {
  const address2 = addresses.get(key) ?? testAddress(key);
  addresses.set(key, address2);
  return address2;
}
var NOBLE = { hash: nobleHash, signatures: nobleSignature };
var UNSIGNED = new Uint8Array(65);
function validatorKeys(name, count) {
  return Array.from({ length: count }, (_, n) => {
    const secret = nobleHash.sha256(new TextEncoder().encode(`${name} ${n}`));
    return { secret, address: nobleSignature.addressOf(secret), power: 1n };
  }).sort((left, right) => compareBytes(left.address, right.address));
}
function validatorsOf(keys) {
  return keys.map(({ address: address2, power }) => ({ address: address2, power }));
}
function certify(checkpoint, genesis, keys, signers = keys.map((_, index) => index)) {
  const digest2 = checkpointDigest(checkpoint, genesis, nobleHash);
  return {
    checkpoint,
    validators: validatorsOf(keys),
    signatures: signers.map((index) => {
      const key = keys[index];
      if (key === void 0) throw new Error(`no validator ${index}`);
      return { index, signature: nobleSignature.sign(digest2, key.secret) };
    })
  };
}
var FakeChain = class {
  rules;
  keys;
  values = /* @__PURE__ */ new Map();
  tree;
  #blocks = [];
  #clock;
  #ports;
  #parent;
  constructor(clock, changes, keys = validatorKeys(changes.name, 1), ports = NOBLE) {
    const genesis = testGenesis({
      quorum: 1,
      organisations: [{ name: "operator", address: testAddress(1) }],
      createdMs: clock.nowMs,
      validators: validatorsOf(keys),
      ...changes
    });
    const hash = genesisHash(genesis, ports.hash);
    this.rules = { genesis, genesisHash: hash, chainId: nativeChainId(hash) };
    this.keys = keys;
    this.tree = new StateTree(ports.hash);
    this.#clock = clock;
    this.#ports = ports;
    this.#parent = { height: 0n, timeMs: genesis.createdMs, hash };
  }
  get height() {
    return this.#parent.height;
  }
  /** The newest header, or that of a height. */
  header(height = this.height) {
    return this.#block(height).header;
  }
  /** Makes a block of messages (sender key number, message), one second after the clock. */
  block(...messages) {
    this.#clock.nowMs += 1000n;
    const used = /* @__PURE__ */ new Map();
    const transactions = messages.map(([sender, message]) => {
      const nonce = used.get(sender) ?? readNonceWindow(this, addressOf(sender)).base;
      used.set(sender, nonce + 1n);
      return this.#unsigned(sender, nonce, message);
    });
    const output = executeBlock({
      chain: this.rules,
      application: chainApplication,
      state: this,
      parent: this.#parent,
      timeMs: this.#clock.nowMs,
      transactions,
      authenticated: () => true,
      ...this.#ports,
      commitState: (height, changes) => this.tree.commit(height, changes)
    });
    for (const [key, value] of output.changes) {
      if (value === null) this.values.delete(key);
      else this.values.set(key, value);
    }
    const { header, outbox } = output;
    this.#blocks.push({ header, outbox });
    const hash = blockHash(header, this.rules.genesisHash, this.#ports.hash);
    this.#parent = { height: header.height, timeMs: header.timeMs, hash };
    return output.results;
  }
  /** Makes a block of one message, which must succeed, and returns its result. */
  run(sender, message) {
    const [result] = this.block([sender, message]);
    if (result === void 0 || result.code !== "") throw new Error(`refused: ${result?.code}`);
    return result;
  }
  /** What a message would do at the clock's time plus `ms`, without a block. */
  attempt(sender, message, ms = 1000n) {
    const nonce = readNonceWindow(this, addressOf(sender)).base;
    return this.attemptBytes(this.#unsigned(sender, nonce, message), true, ms);
  }
  /** The same of transaction bytes; the signature is checked unless `authenticated`. */
  attemptBytes(bytes2, authenticated = false, ms = 1000n) {
    const state = new Overlay(this);
    const context = this.context(state, ms);
    const result = executeTransaction(context, chainApplication, bytes2, authenticated);
    const sender = bytes2.subarray(65, 85);
    const changed = [...state.changes.keys()].filter((key) => key !== accountKey(sender));
    return { result, changed };
  }
  /** A context of the next block over `state`. */
  context(state = new Overlay(this), ms = 1000n) {
    return {
      state,
      chain: this.rules,
      height: this.height + 1n,
      timeMs: this.#clock.nowMs + ms,
      ...this.#ports,
      events: [],
      outgoing: []
    };
  }
  get(key) {
    return this.values.get(key);
  }
  /** The certificate of a height, by all validators or by some of them. */
  certificate(height = this.height, signers) {
    const { header } = this.#block(height);
    return certify(checkpointOf(header), this.rules.genesisHash, this.keys, signers);
  }
  /** What the chain sends to `client` in the blocks `from … height`, proven under `height`. */
  segments(client2, from, height = this.height) {
    const segments = [];
    for (let at = from; at <= height; at++) {
      const { outbox } = this.#block(at);
      const start = outbox.findIndex(({ item }) => item.client === client2);
      if (start < 0) continue;
      const mine = outbox.filter(({ item }) => item.client === client2);
      for (let cut = 0; cut < mine.length; cut += MAX_BATCH) {
        segments.push(this.#segment(at, start + cut, mine.slice(cut, cut + MAX_BATCH), height));
      }
    }
    return segments;
  }
  #segment(outboxHeight, start, entries, height) {
    const items = this.#block(outboxHeight).outbox.map(({ item }) => item);
    const own = outboxHeight === height;
    return {
      outboxHeight,
      start,
      acknowledgements: entries.flatMap(
        ({ outgoing }) => outgoing.kind === "acknowledgement" ? [outgoing.acknowledged] : []
      ),
      packets: entries.flatMap(
        ({ outgoing }) => outgoing.kind === "packet" ? [outgoing.packet] : []
      ),
      rangeProof: buildOutbox(items, this.#ports.hash).prove(start, entries.length),
      rootProof: own ? new Uint8Array() : this.tree.prove([outboxRootKey(outboxHeight)], height)
    };
  }
  #unsigned(sender, nonce, message) {
    const expirySeconds = this.#clock.nowMs / 1000n + 3600n;
    const head = { sender: addressOf(sender), nonce, expirySeconds, message };
    return concatBytes(UNSIGNED, encodeTransactionBody(head));
  }
  #block(height) {
    const found = this.#blocks[Number(height) - 1];
    if (found === void 0) throw new Error(`no block ${height}`);
    return found;
  }
};
function setHashOf(keys) {
  return validatorSetHash(validatorsOf(keys), nobleHash);
}

// test/unit/main-chain/relay/network.ts
var OPERATOR = 1;
var ISSUER = 20;
var ALICE = 30;
var BOB = 31;
var RELAYER = 40;
var KIND = "settlement-credit/v1";
var TRUSTING = 604800n;
var PORTS = await loadPorts();
var carried = /* @__PURE__ */ new WeakMap();
function govern(chain, action) {
  const [proposed] = chain.block([OPERATOR, proposal(chain, action)]);
  const proposalId2 = proposed?.events[0]?.subject;
  if (proposalId2 === void 0) throw new Error(`not proposed: ${proposed?.code}`);
  const [executed] = chain.block([OPERATOR, { type: "execute", proposalId: proposalId2 }]);
  if (executed === void 0) throw new Error("not executed");
  return executed;
}
function proposal(chain, action) {
  const expirySeconds = chain.context().timeMs / 1000n + 3600n;
  return { type: "propose", action: encode(actionCodec, action), expirySeconds };
}
function clientSpec(of, client2, counterpartyClient, changes = {}) {
  return {
    type: "createClient",
    client: client2,
    counterpartyClient,
    chainId: of.rules.chainId,
    genesisHash: of.rules.genesisHash,
    validatorSetHash: setHashOf(of.keys),
    height: 0n,
    trustingPeriodSeconds: TRUSTING,
    maxClockDriftSeconds: 60n,
    ...changes
  };
}
function createNetwork({ sides = {}, main: rules = {} } = {}) {
  const clock = { nowMs: 1800000000000n };
  const make = (name, kind, changes) => new FakeChain(clock, { name, kind, ...changes }, void 0, PORTS);
  const main2 = make("main", "main", rules);
  const a2 = join(main2, make("jiangsu", "shard", sides), "jiangsu");
  const b2 = join(main2, make("anhui", "shard", sides), "anhui");
  must(
    govern(main2, {
      type: "registerIssuer",
      issuer: testAddress(ISSUER),
      kinds: [KIND, "green-certificate/v1", "generating-unit/v1"],
      home: a2.side.rules.chainId,
      cap: 1000000n,
      validFromSeconds: 0n,
      validUntilSeconds: 4000000000n
    })
  );
  const network2 = { clock, main: main2, a: a2, b: b2 };
  for (const link of [a2, b2]) refresh(network2, link);
  return network2;
}
function must(result) {
  if (result.code !== "") throw new Error(`refused: ${result.code}`);
}
function join(main2, side, alias) {
  const link = { side, sideClient: `main-of-${alias}`, mainClient: `side-${alias}` };
  must(govern(main2, clientSpec(side, link.mainClient, link.sideClient)));
  must(govern(side, clientSpec(main2, link.sideClient, link.mainClient)));
  const { chainId, genesisHash: genesisHash2 } = side.rules;
  must(
    govern(main2, { type: "registerRoute", chainId, alias, client: link.mainClient, genesisHash: genesisHash2 })
  );
  return link;
}
function refresh({ main: main2 }, link) {
  const { side, sideClient, mainClient } = link;
  main2.run(RELAYER, { type: "update", client: mainClient, updates: [side.certificate()] });
  side.run(RELAYER, { type: "update", client: sideClient, updates: [main2.certificate()] });
}
function delivery(from, fromClient, toClient, since) {
  const start = since ?? (carried.get(from)?.get(fromClient) ?? 0n) + 1n;
  const segments = from.segments(fromClient, start);
  if (segments.length === 0) return void 0;
  const updates2 = [from.certificate()];
  return { type: "deliver", client: toClient, updates: updates2, height: from.height, segments };
}
function carryUp({ main: main2 }, link) {
  return carry(link.side, link.sideClient, main2, link.mainClient);
}
function carryDown({ main: main2 }, link) {
  return carry(main2, link.mainClient, link.side, link.sideClient);
}
function carry(from, fromClient, to, toClient) {
  const message = delivery(from, fromClient, toClient);
  const marks = carried.get(from) ?? /* @__PURE__ */ new Map();
  carried.set(from, marks.set(fromClient, from.height));
  return message === void 0 ? void 0 : to.run(RELAYER, message);
}
function carryAll(network2) {
  const results = [];
  for (; ; ) {
    const round = [network2.a, network2.b].flatMap((link) => [
      carryUp(network2, link),
      carryDown(network2, link)
    ]);
    const done = round.filter((each) => each !== void 0);
    if (done.length === 0) return results;
    results.push(...done);
  }
}
function issueMessage({ main: main2, a: a2 }, quantity, changes = {}, { owner = ALICE, seed = 1, kind = KIND, issuer = ISSUER } = {}) {
  const staticRoot = new Uint8Array(32).fill(seed);
  const origin = { kind, home: a2.side.rules.chainId, issuer: testAddress(issuer), staticRoot };
  const resourceId = resourceIdOf(origin, nobleHash);
  const statement = {
    mainGenesisHash: main2.rules.genesisHash,
    resourceId,
    index: 1n,
    quantity,
    unit: "fen",
    meteringPoint: new Uint8Array(32),
    intervalStart: unixSeconds(0n),
    intervalEnd: unixSeconds(0n),
    ...changes
  };
  const digest2 = supplyStatementDigest(statement, nobleHash);
  const signature = nobleSignature.sign(digest2, testKey(issuer));
  return {
    type: "issue",
    kind,
    staticRoot,
    owner: testAddress(owner),
    statement: { statement, signature },
    resourceId
  };
}
function issueAndRegister(network2, quantity = 1000n, seed = 1) {
  const message = issueMessage(network2, quantity, {}, { seed });
  network2.a.side.run(ISSUER, message);
  carryAll(network2);
  return message.resourceId;
}
function sendMessage(network2, from, to, resourceId, quantity, changes = {}) {
  const deadline = network2.clock.nowMs / 1000n + 3600n;
  return {
    type: "send",
    client: from.sideClient,
    resourceId,
    quantity,
    receiver: testAddress(BOB),
    destination: to.rules.chainId,
    timeoutSeconds: deadline,
    deadlineSeconds: deadline,
    memo: "",
    ...changes
  };
}

// test/bench-relay-tmp.ts
var network = createNetwork();
var id = issueAndRegister(network, 1000000n);
var { a, b, main } = network;
var N = 256;
function time(label, chain, sender, message) {
  const t = process.hrtime.bigint();
  let r;
  for (let i = 0; i < 40; i++) {
    r = chain.attempt(sender, message).result;
  }
  const us = Number(process.hrtime.bigint() - t) / 1e3 / 40 / N;
  console.log(label, us.toFixed(1), "us/packet", r.code, new Set(r.items));
}
var send = sendMessage(network, a, b.side, id, 1n);
{
  const t = process.hrtime.bigint();
  for (let i = 0; i < 4; i++) a.side.block(...Array.from({ length: N }, () => [ALICE, send]));
  console.log("send block us", Number(process.hrtime.bigint() - t) / 1e3 / N / 4);
}
var del = delivery(a.side, a.sideClient, a.mainClient, a.side.height);
time("main receive+forward", main, RELAYER, del);
main.run(RELAYER, del);
var down = delivery(main, b.mainClient, b.sideClient, main.height);
time("B receive", b.side, RELAYER, down);
b.side.run(RELAYER, down);
var ack = delivery(b.side, b.sideClient, b.mainClient, b.side.height);
time("main ack b", main, RELAYER, ack);
main.run(RELAYER, ack);
var acka = delivery(main, a.mainClient, a.sideClient, main.height);
time("A ack", a.side, RELAYER, acka);
