/*
 * What makes a folder pure and Biome cannot see: no randomness, nothing asynchronous,
 * no mutable state outside functions. (Globals: biome.json; imports: .dependency-cruiser.cjs.)
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './ensure.mjs';

const PURE = ['schemas', 'main-chain/ledger', 'main-chain/relay', 'main-chain/htlc'];
const CONTAINERS = /^(Map|Set|WeakMap|WeakSet|Array)$/;

/** The reason why a node has no place in pure code, or undefined. */
function fault(node, source) {
  if (ts.isPropertyAccessExpression(node)) {
    const text = node.getText(source);
    if (text === 'Math.random') return 'has no randomness: take it as a parameter';
    if (text.startsWith('Promise.')) return 'is synchronous';
  }
  if (node.kind === ts.SyntaxKind.AsyncKeyword || ts.isAwaitExpression(node))
    return 'is synchronous';
  if (ts.isNewExpression(node) && node.expression.getText(source) === 'Promise') {
    return 'is synchronous';
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return 'loads nothing at run time';
  }
  if (ts.isVariableStatement(node) && node.parent === source) {
    if (!(node.declarationList.flags & ts.NodeFlags.Const))
      return 'has no variables at module level';
    for (const { initializer } of node.declarationList.declarations) {
      if (initializer && ts.isNewExpression(initializer) && isEmptyContainer(initializer)) {
        return 'has no caches at module level: an empty constant container is there to be filled';
      }
    }
  }
  return undefined;
}

/** `new Map()` and its kind without contents. */
function isEmptyContainer(expression) {
  const filled = expression.arguments?.length;
  const name = expression.expression.getText();
  return CONTAINERS.test(name) && !filled;
}

let faults = 0;
for (const folder of PURE.filter((name) => existsSync(join(root, name)))) {
  for (const name of readdirSync(join(root, folder), { recursive: true })) {
    if (!name.endsWith('.ts')) continue;
    const file = join(folder, name);
    const text = readFileSync(join(root, file), 'utf8');
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
    const visit = (node) => {
      const reason = fault(node, source);
      if (reason !== undefined) {
        faults += 1;
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        console.error(`${file}:${line + 1}: pure code ${reason}.`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
}
process.exitCode = faults === 0 ? 0 : 1;
