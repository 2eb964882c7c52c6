import { parseSync } from 'oxc-parser';
import { checkSync } from 'recheck';
import { expect, it } from 'vitest';
import { expectLinear, TIMES } from '../support/growth.ts';
import { sourceFiles } from '../support/source-files.ts';

interface Pattern {
  readonly source: string;
  readonly flags: string;
}

/** Programs: they run when they are imported. */
const ENTRIES = /^src\/(?:main|migrate|demo\/(?:demo|dev)|cli\/easysms)\.ts$/;
const files = sourceFiles('src');

/** `visit` is called with each node of the syntax tree. */
function walk(node: unknown, visit: (node: Readonly<Record<string, unknown>>) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) visit(node as Readonly<Record<string, unknown>>);
  for (const child of Object.values(node)) walk(child, visit);
}

function literalsOf({ path, text }: { path: string; text: string }): { literals: Pattern[]; built: number } {
  const literals: Pattern[] = [];
  let built = 0;
  walk(parseSync(path, text).program, (node) => {
    const regex = node.regex as { pattern: string; flags: string } | undefined;
    if (node.type === 'Literal' && regex) literals.push({ source: regex.pattern, flags: regex.flags });
    const callee = node.callee as { name?: string } | undefined;
    if ((node.type === 'NewExpression' || node.type === 'CallExpression') && callee?.name === 'RegExp') built++;
  });
  return { literals, built };
}

/** Imports the files, and returns the patterns that each of them builds while it loads, by path. */
async function builtByLoading(paths: readonly string[]): Promise<Map<string, Pattern[]>> {
  const built = new Map<string, Pattern[]>();
  const { RegExp: Original } = globalThis;
  globalThis.RegExp = new Proxy(Original, {
    construct(target, args: [string, string?], newTarget) {
      const made = Reflect.construct(target, args, newTarget) as RegExp;
      const caller = /\/(src\/[^?:)]+\.tsx?)/.exec((new Error().stack ?? '').split('\n')[2] ?? '')?.[1];
      if (caller) built.set(caller, [...(built.get(caller) ?? []), { source: made.source, flags: made.flags }]);
      return made;
    },
  });
  try {
    for (const path of paths) await import(/* @vite-ignore */ `../../${path}`);
  } finally {
    globalThis.RegExp = Original;
  }
  return built;
}

/** Something that may be there any number of times, or many; without it a search takes linear time. */
const REPEATED = /[*+]|\{\d+,/;

/** null for a pattern whose search takes linear time at most on any text; else what a checker says of it. */
function faultOf({ source, flags }: Pattern): string | null {
  if (!REPEATED.test(source)) return null;
  const result = checkSync(source, flags, { timeout: 120_000 });
  if (result.status === 'safe') return null;
  if (result.status === 'unknown') return `${result.error.kind}: /${source}/${flags}`;
  const { complexity, attack, checker } = result;
  // Counting the steps of a few texts, as it does where it has no proof, it takes a large factor for a power.
  if (checker === 'fuzz' && complexity.type === 'polynomial' && isLinear(new RegExp(source, flags), attack))
    return null;
  return `${complexity.type}: /${source}/${flags} (${attack.pattern})`;
}

type Attack = Extract<ReturnType<typeof checkSync>, { status: 'vulnerable' }>['attack'];

/** Whether a search takes time in proportion to the length of the text that the checker attacks it with. */
function isLinear(pattern: RegExp, { pumps, suffix }: Attack): boolean {
  const filled = (size: number) => {
    const units = pumps.reduce((sum, { pump }) => sum + pump.length, 0);
    const input = pumps.map(({ prefix, pump }) => prefix + pump.repeat(Math.ceil(size / units))).join('') + suffix;
    return { input, size: input.length };
  };
  try {
    expectLinear(filled(20_000 / TIMES), filled(20_000), (text) => text.replace(pattern, ''));
    return true;
  } catch {
    return false;
  }
}

it('no regular expression of src/ takes more than linear time on any text, also of those that are put together', async () => {
  process.env.RECHECK_BACKEND = 'pure';
  const parsed = files.map((file) => ({ path: file.path, ...literalsOf(file) }));
  const building = parsed.filter(({ built }) => built > 0).map(({ path }) => path);
  expect(building.filter((path) => ENTRIES.test(path))).toEqual([]);
  const built = await builtByLoading(building);
  // A pattern that is built later would escape the check.
  expect([...built.keys()].sort()).toEqual(building.sort());
  const patterns = [...parsed.flatMap(({ literals }) => literals), ...[...built.values()].flat()];
  const unique = new Map(patterns.map((pattern) => [`/${pattern.source}/${pattern.flags}`, pattern]));
  expect(unique.size).toBeGreaterThan(200);
  expect([...unique.values()].flatMap((pattern) => faultOf(pattern) ?? [])).toEqual([]);
}, 1_200_000);

it('the checker finds an exponential and a quadratic pattern', () => {
  process.env.RECHECK_BACKEND = 'pure';
  expect(faultOf({ source: '^(?:\\/(?:[^~]|~[01])*)*$', flags: '' })).toContain('exponential');
  expect(faultOf({ source: '^[a-z\\s]*=?\\s*$', flags: '' })).toContain('polynomial');
});
