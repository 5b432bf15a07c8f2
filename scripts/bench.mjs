/* `npm run bench -- <name> [args]`: builds and runs test/bench/<name>.ts as compiled JavaScript. */
import { existsSync, readdirSync } from 'node:fs';
import './node-version.mjs';
import { COLLECTION, ensureBuilt, ensureInstalled, fail, root, runAndExit } from './ensure.mjs';

const folder = `${root}/test/bench`;
const names = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length));
const [name = '', ...args] = process.argv.slice(2);

if (!names.includes(name)) {
  fail(
    `There is no bench "${name}": say \`npm run bench -- <name>\` with one of ${names.join(', ') || '(none yet)'}.`,
  );
}
await ensureInstalled();
await ensureBuilt('bench');
await runAndExit([...COLLECTION, '--expose-gc', `${root}/dist/test/bench/${name}.js`, ...args]);
