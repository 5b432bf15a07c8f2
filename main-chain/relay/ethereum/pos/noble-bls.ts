/**
 * The reference BLS port (@noble/curves): one signature over one message by the members who took part.
 * docs/protocol.md#ethereum-pos
 *
 * The committee's aggregate key is committed to beside its keys, so the keys of the few who are absent
 * are taken away from it instead of adding those of the many who are there: a tenth of the work.
 */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import type { BlsPort } from '../../../../schemas/ports.ts';

/** Ciphersuite with proofs of possession, as the beacon chain uses it. */
const DOMAIN = 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_';
const { G1, G2, longSignatures } = bls12_381;

/** BlsPort on @noble/curves: the reference, 60 ms a signature. */
export const nobleBls: BlsPort = {
  name: 'noble',
  verify({ aggregate, absent }, message, signature) {
    const points = decodePoints(aggregate, absent, signature);
    if (points === undefined) return false;
    const key = points.absent.reduce((sum, point) => sum.subtract(point), points.aggregate);
    const all = [points.aggregate, ...points.absent, key, points.signature];
    if (all.some((point) => point.is0())) return false;
    return longSignatures.verify(points.signature, longSignatures.hash(message, DOMAIN), key);
  },
};

type Point1 = ReturnType<typeof G1.Point.fromBytes>;
type Point2 = ReturnType<typeof G2.Point.fromBytes>;

/** Decoding checks curve and subgroup. */
function decodePoints(
  aggregate: Uint8Array,
  absent: readonly Uint8Array[],
  signature: Uint8Array,
):
  | { readonly aggregate: Point1; readonly absent: readonly Point1[]; readonly signature: Point2 }
  | undefined {
  try {
    return {
      aggregate: G1.Point.fromBytes(aggregate),
      absent: absent.map((key) => G1.Point.fromBytes(key)),
      signature: G2.Point.fromBytes(signature),
    };
  } catch {
    return undefined;
  }
}
