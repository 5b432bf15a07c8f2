/* Refuses a Node that is too old, in one sentence. Plain old syntax: it must run on that very Node. */
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `Tieline needs Node.js 20.19 or newer and this is ${process.versions.node}: install a current Node.js ` +
      'from https://nodejs.org (or run `nvm install 20`) and start again.\n',
  );
  process.exit(1);
}
