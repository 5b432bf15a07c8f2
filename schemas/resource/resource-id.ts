/**
 * The resource id is the commitment: any chain can judge an attribute against the id alone, given the
 * four parts it is the hash of. docs/protocol.md#resource-id
 */
import { type Codec, type Decoded, encode, fixed, struct, text } from '../codec/codec.ts';
import { domainTag, equalBytes, sha256Of, ZERO_HASH } from '../hash.ts';
import { MAX_CHAIN_ID } from '../ids.ts';
import type { HashPort } from '../ports.ts';
import { resourceError } from './errors.ts';

/** Longest kind id in bytes. */
export const MAX_KIND = 64;

const TAG = domainTag('tieline/resid/v1');
const kindCodec = text(MAX_KIND);
const homeCodec = text(MAX_CHAIN_ID);

const originFields = { kind: kindCodec, home: homeCodec, issuer: fixed(20), staticRoot: fixed(32) };

/** kind text, home CAIP-2 text, issuer(20), static root(32). */
export const resourceOriginCodec = struct(originFields);
/** What a resource id is made of: what a receiver needs to recompute it. */
export type ResourceOrigin = Decoded<typeof resourceOriginCodec>;

/**
 * SHA256(tag(16) ‖ SHA256(kind) ‖ SHA256(home) ‖ issuer(20) ‖ staticRoot(32)).
 * @throws RESOURCE_ROOT_ZERO CODEC_BOUND CODEC_TEXT
 */
export function resourceIdOf(origin: ResourceOrigin, hash: HashPort): Uint8Array {
  if (equalBytes(origin.staticRoot, ZERO_HASH)) throw resourceError('RESOURCE_ROOT_ZERO');
  encode(resourceOriginCodec, origin); // checks every bound
  return sha256Of(
    hash,
    TAG,
    hash.sha256(textBytes(kindCodec, origin.kind)),
    hash.sha256(textBytes(homeCodec, origin.home)),
    origin.issuer,
    origin.staticRoot,
  );
}

/** The UTF-8 bytes alone, without the length before them. */
function textBytes(codec: Codec<string>, value: string): Uint8Array {
  return encode(codec, value).subarray(2);
}
