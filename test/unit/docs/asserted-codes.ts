/**
 * Which error codes a test file asserts: a code counts where its literal stands in an `expect` call,
 * or in a table whose rows reach one. A comment, a title, a type or a `.not.` does not count.
 */
import ts from 'typescript';

const CODE = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g;

/** The codes the text of one test file asserts. */
export function assertedCodes(text: string): Set<string> {
  const source = ts.createSourceFile('test.ts', text, ts.ScriptTarget.ES2022, true);
  const asserted = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isRegularExpressionLiteral(node)) {
      const codes = node.getText().match(CODE) ?? [];
      const isExact = codes.length === 1 || ts.isStringLiteralLike(node);
      if (codes.length > 0 && isExact && reachesExpect(node, source))
        for (const code of codes) asserted.add(code);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return asserted;
}

function reachesExpect(literal: ts.Node, source: ts.SourceFile): boolean {
  for (let node = literal; node.parent !== undefined; node = node.parent) {
    const { parent } = node;
    // `expect([…]).toContain(code)`: any of them will do, so none is asserted.
    if (isAssertion(parent)) return !ts.isArrayLiteralExpression(node) || !isBareExpect(parent);
    if (isTableOf(parent, node)) return containsAssertion(parent);
    if (ts.isVariableDeclaration(parent)) return isAssertedLater(parent, source);
  }
  return false;
}

/** `expect(…)…(…)` as a whole, without `.not.`. */
function isAssertion(node: ts.Node): boolean {
  return (
    ts.isCallExpression(node) && /^expect\s*(\.\s*poll)?\(/.test(node.getText()) && !isNegated(node)
  );
}

/** `expect(…)` without what is expected of it. */
function isBareExpect(node: ts.Node): boolean {
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression);
}

function isNegated(node: ts.Node): boolean {
  for (let at = node; ts.isCallExpression(at) || ts.isPropertyAccessExpression(at); ) {
    if (ts.isPropertyAccessExpression(at) && at.name.text === 'not') return true;
    at = at.expression;
  }
  return false;
}

/** `it.each(table)(name, test)`, or the list of a `for … of`. */
function isTableOf(parent: ts.Node, node: ts.Node): boolean {
  if (ts.isForOfStatement(parent)) return parent.expression === node;
  return (
    ts.isCallExpression(parent) &&
    parent.expression === node &&
    /\.each\s*[<(]/.test(node.getText())
  );
}

function containsAssertion(node: ts.Node): boolean {
  return isAssertion(node) || (ts.forEachChild(node, containsAssertion) ?? false);
}

/** A constant that an assertion names, or whose rows a `for … of` takes to one. */
function isAssertedLater({ name }: ts.VariableDeclaration, source: ts.SourceFile): boolean {
  if (!ts.isIdentifier(name)) return false;
  const uses = (node: ts.Node): boolean =>
    (ts.isIdentifier(node) && node.text === name.text && node !== name) ||
    (ts.forEachChild(node, uses) ?? false);
  const look = (node: ts.Node): boolean =>
    (isAssertion(node) && uses(node)) ||
    (ts.isForOfStatement(node) && uses(node.expression) && containsAssertion(node.statement)) ||
    (ts.forEachChild(node, look) ?? false);
  return look(source);
}
