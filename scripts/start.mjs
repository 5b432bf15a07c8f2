/*
 * `npm start [-- args]`: installs what is missing, builds what is stale, runs `tieline up <args>`.
 * Needs no dependency. Standard output belongs to the program; all else goes to standard error.
 * Nothing but the version check stands here, so that an old Node can still read this file.
 */
void import('./node-version.mjs')
  .then(() => import('./ensure.mjs'))
  .then(async ({ COLLECTION, ensureInstalled, ensureBuilt, root, runAndExit }) => {
    await ensureInstalled();
    await ensureBuilt();
    await runAndExit([...COLLECTION, `${root}/dist/hub/cli.js`, 'up', ...process.argv.slice(2)]);
  });
