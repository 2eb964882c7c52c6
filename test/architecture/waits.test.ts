import { expect, it } from 'vitest';
import { sourceFiles } from '../support/source-files.ts';

const LONGEST_PACE_MS = 100;
/** Here the length of a wait may be a name: how long a fault or a load lasts, or the pace of the look again. */
const LENGTHS = /^test\/(reliability|simulation)\/|^test\/(support\/eventually|kannel\/(bench|smsc))\.ts$/;
const WAIT = /\bsleep\(((?:[^()]|\([^()]*\))*)\)|\bsetTimeout\(\s*(?:resolve|done)\s*,\s*((?:[^()]|\([^()]*\))*)\)/g;

/** The waits of a text that last a fixed time, whatever happens meanwhile. */
function fixedWaits(path: string, code: string): string[] {
  return [...code.matchAll(WAIT)]
    .map(([, first, second]) => (first ?? second ?? '').trim())
    .filter((length) => {
      // A moment chosen at random within a short time is a fixed wait as little as a short pace is.
      const [, literal] = /^(?:random\(\) \* )?([\d_]+)$/.exec(length) ?? [];
      return literal === undefined ? !LENGTHS.test(path) : Number(literal.replaceAll('_', '')) > LONGEST_PACE_MS;
    });
}

it('no test waits a fixed time: it looks again, at short intervals, until what it waits for has happened', () => {
  const found = sourceFiles('test')
    .filter(({ code, path }) => !code.includes('useFakeTimers') && !path.endsWith('/waits.test.ts'))
    .flatMap(({ path, code }) => fixedWaits(path, code).map((length) => `${path}: ${length}`));
  expect(found).toEqual([]);
});

it.each([
  ['test/x.test.ts', 'await sleep(2_500);', ['2_500']],
  ['test/x.test.ts', 'await new Promise((resolve) => setTimeout(resolve, 400));', ['400']],
  ['test/x.test.ts', 'await sleep(MOMENT_MS);', ['MOMENT_MS']],
  ['test/x.test.ts', 'await sleep(due - now() + 10);', ['due - now() + 10']],
  ['test/x.test.ts', 'await sleep(random() * 12);', []],
  ['test/reliability/x.ts', 'await sleep(1_200);', ['1_200']],
  ['test/reliability/x.ts', 'await sleep(fullMs);', []],
  ['test/x.test.ts', 'while (!(await there())) await sleep(5);', []],
])('the rule reads %s: %s', (path, code, found) => {
  expect(fixedWaits(path, code)).toEqual(found);
});

/** Experiments publish how long something took; the one test compares two clocks, to a quarter of an hour. */
const TIMES = /^test\/(reliability\/experiments\/|database\/connect\.test\.ts$)/;
const NOW = /\b(?:performance|Date)\.now\(\)/;
const DIFFERENCE = /\b(?:const|let) (\w+) = ([^;]*(?:\bnow\(\) - | - (?:performance|Date)\.now\(\))[^;]*);/g;

/** The assertions of a text about how long something took. */
function timedAssertions(code: string): string[] {
  const durations = [...code.matchAll(DIFFERENCE)].flatMap(([, name = '', value = '']) =>
    NOW.test(value) ? [name] : [],
  );
  const duration = durations.length === 0 ? null : new RegExp(`\\b(?:${durations.join('|')})\\b`);
  return [...code.matchAll(/\bexpect(?:\.\w+)?\([^;]*;/g)]
    .map(([assertion]) => assertion)
    .filter((assertion) => NOW.test(assertion) || duration?.test(assertion));
}

it('no test expects something to take less time, or more: what else the machine does would decide', () => {
  const found = sourceFiles('test')
    .filter(({ path }) => !path.endsWith('/waits.test.ts') && !TIMES.test(path))
    .flatMap(({ path, code }) => timedAssertions(code).map((assertion) => `${path}: ${assertion}`));
  expect(found).toEqual([]);
});

it.each([
  ['expect(performance.now() - before).toBeLessThan(200);', 1],
  ['expect(\n    Date.now() - began,\n  ).toBeGreaterThan(190);', 1],
  ['const took = performance.now() - before;\nexpect(took).toBeLessThan(200);', 1],
  ['const took = Math.round(performance.now() - before);\nexpect([status, took < 200]).toEqual([200, true]);', 1],
  ['await expect.poll(() => Date.now() > end).toBe(true);', 1],
  ['const soon = Date.now() + 60_000;\nexpect(await book(soon)).toBe(200);', 0],
  ['const before = performance.now();\nexpect(await work()).toBe(200);', 0],
])('the rule reads %j as %i assertion about time', (code, count) => {
  expect(timedAssertions(code)).toHaveLength(count);
});
