import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { check, type Diagnostics } from 'recheck';
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

const BUILDS: ReadonlySet<string> = new Set(['NewExpression', 'CallExpression']);

/** `RegExp`, and `globalThis.RegExp`. */
function nameOf(callee: unknown): string | undefined {
  const { name, property } = callee as { name?: string; property?: { name?: string } };
  return name ?? property?.name;
}

function literalsOf({ path, text }: { path: string; text: string }): { literals: Pattern[]; built: number } {
  const literals: Pattern[] = [];
  let built = 0;
  walk(parseSync(path, text).program, (node) => {
    const regex = node.regex as { pattern: string; flags: string } | undefined;
    if (node.type === 'Literal' && regex) literals.push({ source: regex.pattern, flags: regex.flags });
    if (BUILDS.has(String(node.type)) && nameOf(node.callee) === 'RegExp') built++;
  });
  return { literals, built };
}

/** Patterns that files build while they load. */
interface Built {
  readonly patterns: Pattern[];
  /** The places that build them, by path. */
  readonly places: Map<string, Set<string>>;
}

/** Imports the files of a folder. */
async function builtByLoading(paths: readonly string[], folder = '../..'): Promise<Built> {
  const [patterns, places]: [Pattern[], Map<string, Set<string>>] = [[], new Map()];
  const { RegExp: Original } = globalThis;
  const note = (made: RegExp) => {
    const line = (new Error().stack ?? '').split('\n')[3] ?? '';
    const [, caller, place = ''] = /\/(src\/[^?:)]+\.tsx?)[^:)]*:(\d+:\d+)/.exec(line) ?? [];
    if (!caller) return made;
    places.set(caller, (places.get(caller) ?? new Set()).add(place));
    patterns.push({ source: made.source, flags: made.flags });
    return made;
  };
  globalThis.RegExp = new Proxy(Original, {
    construct: (target, args, newTarget) => note(Reflect.construct(target, args, newTarget) as RegExp),
    apply: (target, _this, args: [string, string?]) => note(target(...args)),
  });
  try {
    for (const path of paths) await import(/* @vite-ignore */ `${folder}/${path}`);
  } finally {
    globalThis.RegExp = Original;
  }
  return { patterns, places };
}

/** The files, by path, that build more patterns than were seen while they loaded: a later one escapes the check. */
function buildingLater(parsed: readonly { path: string; built: number }[], { places }: Built): string[] {
  return parsed.flatMap(({ path, built }) => (built === (places.get(path)?.size ?? 0) ? [] : [path]));
}

/** Something that is repeated; without it a search takes linear time. */
const REPEATED = /[*+]|\{\d/;

/**
 * null for a pattern whose search takes linear time at most on any text; else what a checker says of it. The checker is a
 * program of its own where there is one for the system, which takes a part of the time of the same as JavaScript.
 */
async function faultOf({ source, flags }: Pattern): Promise<string | null> {
  if (!REPEATED.test(source)) return null;
  const result = await check(source, flags, { timeout: 120_000 });
  if (result.status === 'safe') return null;
  if (result.status === 'unknown') return `${result.error.kind}: /${source}/${flags}`;
  const { complexity, attack, checker } = result;
  // Counting the steps of a few texts, as it does where it has no proof, it takes a large factor for a power.
  if (checker === 'fuzz' && complexity.type === 'polynomial' && isLinear(new RegExp(source, flags), attack))
    return null;
  return `${complexity.type}: /${source}/${flags} (${attack.pattern})`;
}

type Attack = Extract<Diagnostics, { status: 'vulnerable' }>['attack'];

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
  const parsed = files.map((file) => ({ path: file.path, ...literalsOf(file) }));
  const building = parsed.filter(({ built }) => built > 0).map(({ path }) => path);
  expect(building.filter((path) => ENTRIES.test(path))).toEqual([]);
  const built = await builtByLoading(building);
  expect(buildingLater(parsed, built)).toEqual([]);
  const patterns = [...parsed.flatMap(({ literals }) => literals), ...built.patterns];
  const unique = new Map(patterns.map((pattern) => [`/${pattern.source}/${pattern.flags}`, pattern]));
  expect(unique.size).toBeGreaterThan(200);
  const faults: string[] = [];
  // Patterns follow one another: where the checker has no proof, it is measured how long a search takes.
  for (const pattern of unique.values()) {
    const fault = await faultOf(pattern);
    if (fault !== null) faults.push(fault);
  }
  expect(faults).toEqual([]);
}, 1_200_000);

it('a pattern that a function builds is found, also in a file that builds another while it loads', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'patterns-'));
  mkdirSync(join(folder, 'src'));
  const text = `
    const word = 'a+';
    export const early = [new RegExp(word), RegExp('b'), ...['c', 'd'].map((each) => new globalThis.RegExp(each))];
    export const late = () => new RegExp('(' + word + ')+$');
  `;
  const paths = ['src/early-and-late.ts', 'src/early.ts'];
  const texts = [text, text.replace(/export const late.*/, '')];
  for (const [nth, path] of paths.entries()) writeFileSync(join(folder, path), texts[nth] ?? '');
  try {
    const built = await builtByLoading(paths, folder);
    expect(built.patterns.map(({ source }) => source)).toEqual(['a+', 'b', 'c', 'd', 'a+', 'b', 'c', 'd']);
    const parsed = paths.map((path, nth) => ({ path, ...literalsOf({ path, text: texts[nth] ?? '' }) }));
    expect(parsed.map((one) => one.built)).toEqual([4, 3]);
    expect(buildingLater(parsed, built)).toEqual(['src/early-and-late.ts']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('the checker finds an exponential and a quadratic pattern', async () => {
  // The checker has no proof for a reference back to a group, and counts steps; the measure confirms what it says.
  expect(await faultOf({ source: '^(a+)\\1+b$', flags: '' })).not.toBeNull();
  expect(await faultOf({ source: '^(?:\\/(?:[^~]|~[01])*)*$', flags: '' })).toContain('exponential');
  expect(await faultOf({ source: '^[a-z\\s]*=?\\s*$', flags: '' })).toContain('polynomial');
});
