/** Every anchor, file and state key the code and the documents name exists. */
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, filesBelow, importFile, ROOT, readText, sourceFiles } from './project-files.ts';

const documents = () => [
  'README.md',
  'README.zh-CN.md',
  'CHANGELOG.md',
  ...filesBelow('docs', '.md'),
  ...['schemas', 'main-chain', 'side-chains', 'adapters', 'hub', 'test', 'scripts'].flatMap(
    (folder) => filesBelow(folder, 'README.md'),
  ),
];

describe('references to documents', () => {
  it('lead from code to headings that exist', () => {
    const broken: string[] = [];
    for (const file of [
      ...sourceFiles(),
      ...filesBelow('test', '.ts'),
      ...filesBelow('scripts', 's'),
    ]) {
      // An anchor that is put together at run time (`#${…}`) or explained (`#<code>`) names no heading.
      for (const [, path = '', anchor = ''] of readText(file).matchAll(
        /(docs\/[\w/-]+\.md)(?:#([\w-]+))?/g,
      )) {
        const invented = file.startsWith('test/') && path === 'docs/errors.md';
        if (!invented && !hasAnchor(path, anchor)) broken.push(`${file} → ${path}#${anchor}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it('lead from document to document, heading and file', () => {
    const broken: string[] = [];
    for (const file of documents()) {
      for (const [, target = ''] of readText(file).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const [path = '', anchor = ''] = target.split('#');
        const full = path === '' ? file : normalize(join(dirname(file), path));
        const found = full.endsWith('.md') ? hasAnchor(full, anchor) : existsSync(join(ROOT, full));
        if (!found) broken.push(`${file} → ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it('name source files that exist', () => {
    const broken: string[] = [];
    for (const file of documents()) {
      for (const [, path = ''] of readText(file).matchAll(
        /`((?:schemas|main-chain|side-chains|adapters|hub|test|docs|scripts)\/[\w./-]*\w)`/g,
      )) {
        if (!existsSync(join(ROOT, path))) broken.push(`${file} → ${path}`);
      }
    }
    expect(broken).toEqual([]);
  });
});

describe('folder READMEs', () => {
  const folders = [
    'schemas',
    'main-chain',
    'main-chain/ledger',
    'main-chain/relay',
    'main-chain/host',
    'main-chain/node',
    'side-chains',
    'side-chains/shard',
    'side-chains/ethereum',
    'adapters',
    'hub',
    'test',
    'docs',
    'scripts',
  ];

  it('stand in every folder and stay under forty lines', () => {
    const wrong = folders.filter((folder) => {
      const path = `${folder}/README.md`;
      return !existsSync(join(ROOT, path)) || readText(path).split('\n').length > 40;
    });
    expect(wrong).toEqual([]);
  });

  it('and decision records stay short', () => {
    const long = filesBelow('docs/adr', '.md').filter(
      (path) => readText(path).trimEnd().split('\n').length > 60,
    );
    expect(long).toEqual([]);
  });
});

describe('the state-key table of docs/protocol.md', () => {
  const section = () =>
    /\n## State keys\n([\s\S]*?)\n## /.exec(readText('docs/protocol.md'))?.[1] ?? '';

  it('lists every key of schemas/wire/state-keys.ts and no other', async () => {
    const named = [...section().matchAll(/`(\w+(?:Key|_KEY))`/g)].map(([, name]) => name ?? '');
    const exported = Object.keys(await importFile('schemas/wire/state-keys.ts'));
    expect(named.filter((name, at) => named.indexOf(name) === at).sort()).toEqual(exported.sort());
  });
});

function hasAnchor(path: string, anchor: string): boolean {
  if (!existsSync(join(ROOT, path))) return false;
  return anchor === '' || anchorsOf(readText(path)).has(anchor);
}
