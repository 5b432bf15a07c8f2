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
  if (!importerUrl.endsWith('.ts'))
    return { url: new URL(`${name}.js`, importerUrl), execArgv: [] };
  // Node 20 does not apply --import hooks to a worker's first module: this one registers tsx, then goes on.
  const loader = pathToFileURL(createRequire(importerUrl).resolve('tsx'));
  const tsx = new URL('./esm/api/index.mjs', loader).href;
  const entry = new URL(`${name}.ts`, importerUrl).href;
  const code = `import { register } from '${tsx}'; register(); await import('${entry}');`;
  return { url: new URL(`data:text/javascript,${encodeURIComponent(code)}`), execArgv: [] };
}
