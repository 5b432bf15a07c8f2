/* `npm run build`: compiles the program and the benches into dist/. */
import { existsSync } from 'node:fs';
import './node-version.mjs';
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs';

await ensureInstalled();
await ensureBuilt();
if (existsSync(`${root}/test/bench`)) await ensureBuilt('bench');
