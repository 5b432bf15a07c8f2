/**
 * Prepares the issue of a resource: judges its static group, builds the attribute tree with fresh
 * salts, and lets the issuer sign the supply statement. The salts stay with the issuer.
 * docs/protocol.md#supply-statement
 */
import { randomBytes } from 'node:crypto';
import type { KeyPair } from '../../main-chain/host/key-file.ts';
import { parseHex } from '../../schemas/codec/hex.ts';
import { toHex, ZERO_HASH } from '../../schemas/hash.ts';
import type { HashPort, SignaturePort } from '../../schemas/ports.ts';
import { createAttributeTree } from '../../schemas/resource/attribute-tree.ts';
import { SALT_LENGTH } from '../../schemas/resource/attribute-value.ts';
import { monthInterval, parseTime } from '../../schemas/resource/civil-time.ts';
import { kindOf, validateResource } from '../../schemas/resource/registry.ts';
import { resourceIdOf } from '../../schemas/resource/resource-id.ts';
import {
  type SupplyStatement,
  supplyStatementDigest,
} from '../../schemas/resource/supply-statement.ts';
import { unixSeconds } from '../../schemas/units.ts';
import type { MessageOf } from '../../schemas/wire/message.ts';

export interface IssueRequest {
  readonly kind: string;
  /** The static group as JSON, exactly as its kind's schema asks. */
  readonly staticGroup: Readonly<Record<string, unknown>>;
  readonly owner: Uint8Array;
  readonly issuer: KeyPair;
  /** CAIP-2 id of the chain the resource is at home on. */
  readonly home: string;
  readonly mainGenesisHash: Uint8Array;
}

/** The message to sign and send, and what the issuer keeps: id and salts by attribute name. */
export interface PreparedIssue {
  readonly message: MessageOf<'issue'>;
  readonly resourceId: Uint8Array;
  readonly quantity: bigint;
  readonly salts: Readonly<Record<string, string>>;
}

/** @throws RESOURCE_* */
export function prepareIssue(
  request: IssueRequest,
  { hash, signatures }: { readonly hash: HashPort; readonly signatures: SignaturePort },
): PreparedIssue {
  const { kind: kindId, staticGroup, owner, issuer, home } = request;
  const kind = kindOf(kindId);
  const attributes = validateResource(kindId, 'static', staticGroup);
  const salts = new Map(
    attributes.map(({ name }) => [name, new Uint8Array(randomBytes(SALT_LENGTH))]),
  );
  const staticRoot = createAttributeTree(attributes, salts, hash).root;
  const resourceId = resourceIdOf({ kind: kindId, home, issuer: issuer.address, staticRoot }, hash);
  const quantity = kind.quantityOf(staticGroup);
  const statement: SupplyStatement = {
    mainGenesisHash: request.mainGenesisHash,
    resourceId,
    index: 1n,
    quantity,
    unit: kind.unit,
    ...(kind.needsMeteringPoint ? meteredInterval(staticGroup) : NOT_METERED),
  };
  const signature = signatures.sign(supplyStatementDigest(statement, hash), issuer.secretKey);
  return {
    message: {
      type: 'issue',
      kind: kindId,
      staticRoot,
      owner,
      statement: { statement, signature },
    },
    resourceId,
    quantity,
    salts: Object.fromEntries([...salts].map(([name, salt]) => [name, toHex(salt)])),
  };
}

const NOT_METERED = {
  meteringPoint: ZERO_HASH,
  intervalStart: unixSeconds(0n),
  intervalEnd: unixSeconds(0n),
};

/** The metering point the static group commits to, and its calendar month or production interval. */
function meteredInterval(staticGroup: IssueRequest['staticGroup']) {
  const { meteringPoint, productionMonth, utcOffsetMinutes } = staticGroup;
  const { productionStartingInterval, productionEndingInterval } = staticGroup;
  const { start, end } =
    typeof productionMonth === 'string'
      ? monthInterval(productionMonth, Number(utcOffsetMinutes))
      : {
          start: parseTime(String(productionStartingInterval)),
          end: parseTime(String(productionEndingInterval)),
        };
  const point = parseHex(String(meteringPoint), 32);
  return { meteringPoint: point, intervalStart: start, intervalEnd: end };
}
