/**
 * Where a worker thread starts: the compiled .js beside the caller, or its .ts under tsx when the
 * sources themselves run (tests, scripts).
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** What `new Worker(url, { execArgv })` needs. */
export interface WorkerEntry {
  readonly url: URL;
  readonly execArgv: string[];
}

/** The worker module `name` (without ending) beside the module whose `import.meta.url` is given. */
export function workerEntry(name: string, importerUrl: string): WorkerEntry {
  if (!importerUrl.endsWith('.ts')) return { url: new URL(`${name}.js`, importerUrl), execArgv: [] };
  const tsx = pathToFileURL(createRequire(importerUrl).resolve('tsx')).href;
  return { url: new URL(`${name}.ts`, importerUrl), execArgv: ['--import', tsx] };
}
