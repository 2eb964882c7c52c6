import { parseSync, Visitor } from 'oxc-parser';
import { expect, it } from 'vitest';
import { sourceFiles } from '../support/source-files.ts';

interface FunctionNode {
  readonly start: number;
  readonly end: number;
  readonly body: { readonly type: string } | null;
}

/** Lines of each function with a block for a body, methods and arrows too, from its signature to its closing brace. */
function functionLengths(path: string, text: string): number[] {
  const lengths: number[] = [];
  const count = ({ start, end, body }: FunctionNode): void => {
    if (body?.type === 'BlockStatement') lengths.push(text.slice(start, end).split('\n').length);
  };
  const visitor = new Visitor({
    FunctionDeclaration: count,
    FunctionExpression: count,
    ArrowFunctionExpression: count,
  });
  visitor.visit(parseSync(path, text).program);
  return lengths;
}

it('half of the functions that have a block for a body take 8 lines at most, signature and closing brace included', () => {
  const lengths = sourceFiles('src')
    .flatMap(({ path, text }) => functionLengths(path, text))
    .sort((a, b) => a - b);
  expect(lengths.length).toBeGreaterThan(3_000);
  expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(8);
});

it.each([
  ['function one(): void {\n  work();\n}', [3]],
  ['export const two = async (\n  a: string,\n) => {\n  work(a);\n  return 1;\n};', [6]],
  ['class Three {\n  get four(): number {\n    return 4;\n  }\n  five() {}\n}', [3, 1]],
  ['const six = () => 6;\nconst seven = () => ({\n  six,\n});', []],
  ['const eight = () => {\n  work(() => {\n    work();\n  });\n};', [5, 3]],
])('the rule measures %j as %j', (text, lengths) => {
  expect(functionLengths('x.ts', text).sort((a, b) => b - a)).toEqual(lengths);
});
