/* `npm test [-- args]`: installs what is missing, then runs vitest; arguments are vitest's own. */
void import('./node-version.mjs')
  .then(() => import('./ensure.mjs'))
  .then(async ({ ensureInstalled, root, runAndExit }) => {
    await ensureInstalled();
    const vitest = `${root}/node_modules/vitest/vitest.mjs`;
    await runAndExit([vitest, 'run', '--root', root, ...process.argv.slice(2)]);
  });
