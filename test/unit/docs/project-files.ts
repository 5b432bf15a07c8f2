/** The project's own files and the anchors of its documents, for the tests that hold docs to code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The repository's root folder. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** The folders that hold source code. */
export const SOURCE_FOLDERS = ['schemas', 'main-chain', 'side-chains', 'adapters', 'hub'];

const SKIPPED = new Set(['node_modules', 'dist', 'coverage', 'generated']);

/** Paths relative to the root of all files below `folder` that end in `ending`; none where the folder is missing. */
export function filesBelow(folder: string, ending: string): string[] {
  const start = join(ROOT, folder);
  if (!existsSync(start)) return [];
  const found: string[] = [];
  for (const entry of readdirSync(start, { withFileTypes: true })) {
    if (SKIPPED.has(entry.name) || entry.name.startsWith('.')) continue;
    const path = relative(ROOT, join(start, entry.name));
    if (entry.isDirectory()) found.push(...filesBelow(path, ending));
    else if (entry.name.endsWith(ending)) found.push(path);
  }
  return found.sort();
}

/** All TypeScript source files. */
export function sourceFiles(): string[] {
  return SOURCE_FOLDERS.flatMap((folder) => filesBelow(folder, '.ts'));
}

/** The text of a file by its path from the root. */
export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The exports of a source file. */
export async function importFile(path: string): Promise<Record<string, unknown>> {
  return (await import(pathToFileURL(join(ROOT, path)).href)) as Record<string, unknown>;
}

/** The anchors a Markdown renderer gives a document's headings. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of markdown.matchAll(/^#{1,6} +(.+)$/gm)) {
    anchors.add(
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    );
  }
  return anchors;
}
