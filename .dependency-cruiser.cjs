/*
 * The import rules of the project (docs/architecture.md): which folder may import which, and which
 * npm packages each may use and why. Both lists are complete: what is not named is refused.
 */

const pureFolders = ['^main-chain/(ledger|relay|htlc)/'];
const ports = ['^adapters/[^/]+\\.ts$'];

/** Folder -> project paths it may import besides its own. */
const folders = {
  schemas: [],
  'main-chain/ledger': ['^schemas/'],
  'main-chain/relay': ['^schemas/', '^main-chain/ledger/'],
  'main-chain/htlc': ['^schemas/', '^main-chain/ledger/'],
  // Of the pure folders only what a port is: the state, and the reference signature.
  'main-chain/host': [
    '^schemas/',
    '^main-chain/(ledger/(state|noble-signature)|relay/ethereum/pos/noble-bls)\\.ts$',
  ],
  'main-chain/node': ['^schemas/', '^main-chain/'],
  'side-chains/shard': ['^schemas/', '^main-chain/'],
  'side-chains/fabric': ['^schemas/', ...pureFolders],
  'side-chains/ethereum': ['^schemas/'],
  'adapters/conformance': ['^schemas/', ...pureFolders, ...ports],
  'adapters/shard': ['^schemas/', ...pureFolders, ...ports],
  'adapters/fabric': ['^schemas/', ...pureFolders, ...ports],
  'adapters/ethereum': ['^schemas/', ...pureFolders, ...ports],
  hub: ['^schemas/', ...pureFolders, '^main-chain/host/', ...ports, '^adapters/conformance/'],
};

/** Folder -> npm package -> why. `node:` modules are open to every folder that is not pure. */
const packages = {
  schemas: {
    '@noble/hashes': 'the reference hashes',
    typebox: 'resource kinds are TypeBox schemas',
  },
  'main-chain/ledger': {
    '@noble/hashes': 'the reference hashes',
    '@noble/curves': 'the reference signatures',
  },
  'main-chain/relay': {
    '@noble/hashes': 'the reference hashes',
    '@noble/curves': 'the reference BLS12-381 of sync committees',
  },
  'main-chain/htlc': { '@noble/hashes': 'the reference hashes' },
  'main-chain/host': {
    level: 'the store',
    secp256k1: 'native signatures',
    '@chainsafe/hashtree': 'native hashing of whole tree levels',
    'hash-wasm': 'fast keccak256',
    '@chainsafe/blst': 'native BLS of sync committees, where it is there',
  },
  'main-chain/node': {
    fastify: 'RPC',
    '@fastify/websocket': 'checkpoint subscription and transaction ingest',
    '@fastify/rate-limit': 'bounds on the RPC',
    '@fastify/type-provider-typebox': 'types of the RPC routes',
    typebox: 'configuration and RPC schemas',
    ws: 'streams of calls',
  },
  'side-chains/shard': { typebox: 'configuration schema' },
  'side-chains/fabric': {},
  'side-chains/ethereum': {},
  'adapters/conformance': {},
  'adapters/shard': { ws: 'a stream of calls to the node' },
  'adapters/fabric': {},
  'adapters/ethereum': { undici: 'keep-alive connections to the endpoints' },
  hub: {
    fastify: 'the API',
    '@fastify/swagger': 'OpenAPI document',
    '@fastify/websocket': 'event stream',
    '@fastify/rate-limit': 'limits of the API',
    '@fastify/type-provider-typebox': 'types of the API routes',
    typebox: 'API and configuration schemas',
    ws: 'types of the event socket',
    undici: 'the CLI speaks to the API',
    commander: 'the CLI',
    merkletreejs: 'rows over anchored records, in hub/records/record-tree.ts alone',
  },
};

/** hub/compose.ts alone puts concrete chains and adapters together. */
const COMPOSE = '^hub/compose\\.ts$';

/** Unresolved imports are the business of the rule `resolvable`. */
const UNRESOLVED = '^\\.{1,2}/';

const within = (folder) => `^${folder}/`;
const inModules = (names) => `^node_modules/(@types/)?(${names.join('|')})/`;

const folderRules = Object.entries(folders).map(([folder, allowed]) => ({
  name: `${folder}: folders`,
  comment: `${folder} may import only: itself, ${allowed.join(', ') || 'no other folder'}`,
  severity: 'error',
  from: { path: within(folder), pathNot: COMPOSE },
  to: {
    pathNot: [within(folder), ...allowed, '^node_modules/', UNRESOLVED],
    dependencyTypesNot: ['core'],
  },
}));

const packageRules = Object.entries(packages).map(([folder, reasons]) => ({
  name: `${folder}: packages`,
  comment: `${folder} may use only: ${Object.keys(reasons).join(', ') || 'no package'}`,
  severity: 'error',
  from: { path: within(folder) },
  to: {
    path: '^node_modules/',
    ...(Object.keys(reasons).length > 0 && { pathNot: inModules(Object.keys(reasons)) }),
  },
}));

module.exports = {
  forbidden: [
    ...folderRules,
    ...packageRules,
    {
      name: 'hub/compose.ts: folders',
      comment: 'compose.ts may import every source folder, and nothing of test or scripts',
      severity: 'error',
      from: { path: COMPOSE },
      to: {
        pathNot: ['^(schemas|main-chain|side-chains|adapters|hub)/', '^node_modules/', UNRESOLVED],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'adapters/*.ts: folders',
      comment: 'the port knows the schemas and the pure folders, no adapter',
      severity: 'error',
      from: { path: ports },
      to: {
        pathNot: ['^schemas/', ...pureFolders, ...ports, UNRESOLVED],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'known folders',
      comment: 'a source folder that has no line in the tables above',
      severity: 'error',
      from: {
        path: '^(main-chain|side-chains|adapters)/',
        pathNot: [...Object.keys(folders).map(within), ...ports],
      },
      to: {},
    },
    {
      name: 'pure: no node modules',
      comment: 'pure code does no I/O and runs in a browser and in chaincode',
      severity: 'error',
      from: { path: ['^schemas/', ...pureFolders] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'not to test or scripts',
      comment: 'tests and scripts import the program, never the other way round',
      severity: 'error',
      from: { path: '^(schemas|main-chain|side-chains|adapters|hub)/' },
      to: { path: '^(test|scripts)/' },
    },
    {
      name: 'no circles',
      comment: 'types included',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no orphans',
      comment: 'a test file that imports nothing and that nothing imports tests nothing',
      severity: 'error',
      from: { path: '^test/', orphan: true },
      to: {},
    },
    {
      name: 'resolvable',
      comment: 'an import that cannot be resolved escapes every rule above',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
