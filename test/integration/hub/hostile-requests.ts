/* Requests derived from the API's own OpenAPI document: one that fits each route, and many that do not. */
import fc from 'fast-check';

interface Schema {
  readonly type?: string;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minimum?: number;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: Schema;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: { readonly 'application/json': { readonly schema: Schema } };
  };
}
export interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** One route of the document. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
}

export interface HostileRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string | undefined;
}

export function routesOf(document: OpenApi): readonly Route[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase() as Route['method'],
      path,
      parameters,
      body: requestBody?.content['application/json'].schema,
    })),
  );
}

/** Texts of which one fits each pattern of the API. */
const CANDIDATES = [
  'main',
  `0x${'11'.repeat(20)}`,
  'ab'.repeat(32),
  'jiangsu-tieline-main-1',
  '7',
  'ab'.repeat(200),
];

/** A value that fits the schema. */
export function fitting(schema: Schema): unknown {
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, each]) => [name, fitting(each)]),
      );
    case 'array':
      return [fitting(schema.items ?? {})];
    case 'integer':
      return schema.minimum ?? 1;
    default: {
      const pattern = new RegExp(schema.pattern ?? '', 'u');
      return CANDIDATES.find((text) => pattern.test(text)) ?? 'text';
    }
  }
}

const hostileText = fc.oneof(
  fc.constantFrom(
    '',
    '..',
    '../../etc/passwd',
    '%00',
    '\u0000',
    '__proto__',
    'constructor',
    '-1',
    '1e9',
    '99999999999999999999999999999999999999999',
    'ＡＢＣ',
    '\ud800',
    'a'.repeat(100_000),
    '<script>',
    "' or 1=1 --",
  ),
  fc.string({ unit: 'binary', maxLength: 80 }),
);
const hostileValue = fc.oneof(
  hostileText,
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom(null, [], {}, -1, 1.5, true),
);

/** Encodes what a URL can carry, and leaves some of it as it is. */
function urlText(text: string, raw: boolean): string {
  if (raw) return text.replaceAll(/[^\x21-\x7e]/gu, '');
  try {
    return encodeURIComponent(text);
  } catch {
    return '%ff';
  }
}

/** Requests to a route with some of their parts spoiled. */
export function hostileRequests(route: Route): fc.Arbitrary<HostileRequest> {
  const spoiledParameter = fc.tuple(fc.boolean(), fc.boolean(), hostileText);
  const spoiledBody = route.body === undefined ? fc.constant(undefined) : hostileBody(route.body);
  return fc
    .tuple(
      fc.array(spoiledParameter, {
        minLength: route.parameters.length,
        maxLength: route.parameters.length,
      }),
      spoiledBody,
      fc.constantFrom(
        'application/json',
        'application/json',
        'text/plain',
        'application/x-www-form-urlencoded',
        '',
      ),
    )
    .map(([spoiled, payload, type]) => {
      let url = route.path;
      const query: string[] = [];
      for (const [at, parameter] of route.parameters.entries()) {
        const [isSpoiled = false, isRaw = false, text = ''] = spoiled[at] ?? [];
        const value = isSpoiled ? text : String(fitting(parameter.schema));
        if (parameter.in === 'path')
          url = url.replace(`{${parameter.name}}`, () => urlText(value, isRaw));
        else query.push(`${parameter.name}=${urlText(value, false)}`);
      }
      const headers: Record<string, string> =
        payload === undefined || type === '' ? {} : { 'content-type': type };
      return {
        method: route.method,
        url: query.length > 0 ? `${url}?${query.join('&')}` : url,
        headers,
        payload,
      };
    });
}

function hostileBody(schema: Schema): fc.Arbitrary<string | undefined> {
  const names = Object.keys(schema.properties ?? {});
  const fit = fitting(schema) as Record<string, unknown>;
  const changed = fc
    .tuple(fc.constantFrom(...names, 'extra', '__proto__'), hostileValue)
    .map(([name, value]) => JSON.stringify({ ...fit, [name]: value }));
  const missing = fc.constantFrom(...names).map((name) => {
    const { [name]: _, ...rest } = fit;
    return JSON.stringify(rest);
  });
  return fc.oneof(
    changed,
    missing,
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.constantFrom(
      '',
      '{',
      '[',
      '{"a":',
      'null',
      '\u0000',
      '['.repeat(20_000),
      '{"a":'.repeat(5000),
    ),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constant(undefined),
  );
}
