import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { outermostRoomOf, roomOf } from '../support/rooms.ts';
import { importsOf, sourceFiles } from '../support/source-files.ts';

const foldersOf = (part: string): string[] =>
  readdirSync(new URL(`../../${part}/`, import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

it('an outermost folder of test/ is named after a room of src/, or explained in test/README.md', () => {
  const rooms = foldersOf('src');
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const explained = [...readme.matchAll(/^\| `([\w-]+)` \| .+ \|$/gm)].map(([, name]) => name);
  const others = foldersOf('test').filter((folder) => !rooms.includes(folder));
  expect(explained).toEqual(others.sort());
});

it('a file of tests lies in such a folder, or is named after a file of src/ itself', () => {
  const entries = sourceFiles('src').flatMap(({ path }) => /^src\/([\w-]+)\.tsx?$/.exec(path)?.[1] ?? []);
  const astray = readdirSync(new URL('../', import.meta.url))
    .flatMap((name) => /^([\w-]+)\.test\.tsx?$/.exec(name)?.[1] ?? [])
    .filter((name) => !entries.includes(name));
  expect(astray).toEqual([]);
});

const code = sourceFiles('src');
const rooms = [...new Set(code.map(({ path }) => roomOf(path)))];
const outermost = foldersOf('src');
const tests = sourceFiles('test');
/** The files of test/ in the folders of rooms, helpers among them. */
const mirrored = tests.map(({ path }) => path).filter((path) => outermost.includes(outermostRoomOf(path)));
const isInside = (room: string, folder: string): boolean => room.startsWith(`${folder}/`);

it('a folder of test/ inside that of a room, where it holds code, has the path of a room of src/', () => {
  const folders = [...new Set(mirrored.map(roomOf))];
  expect(folders.filter((folder) => folder.includes('/')).length).toBeGreaterThan(40);
  expect(folders.filter((folder) => !rooms.includes(folder))).toEqual([]);
});

/** The name without what it ends with: `find` of `find-in-browser.test.ts`, `find.sql.ts` and `find.tsx`. */
const nameOf = (path: string): string => basename(path).replace(/(?:-in-browser)?(?:\.test|\.sql)?\.tsx?$/, '');

it('a test that is named after a file further inside, or first after a room there, stands in that room', () => {
  const astray = mirrored.flatMap((path) => {
    const [folder, name] = [roomOf(path), nameOf(path)];
    const named = rooms.filter((room) => isInside(room, folder) && `${name}-`.startsWith(`${basename(room)}-`));
    const alike = code.filter((file) => nameOf(file.path) === name).map((file) => roomOf(file.path));
    const further = alike.includes(folder) ? [] : alike.filter((room) => isInside(room, folder));
    return [...named, ...further].map((room) => `${path}: ${room}`);
  });
  expect(astray).toEqual([]);
});

const imports = new Map(tests.map((file) => [file.path, importsOf(file)]));
/** The files that a test imports, by itself or through others of test/. */
function reachedBy(path: string, reached = new Set<string>()): Set<string> {
  for (const target of imports.get(path) ?? []) {
    if (reached.has(target)) continue;
    reached.add(target);
    reachedBy(target, reached);
  }
  return reached;
}

it('a test that reaches one inner room, and nothing else of the outermost one, stands in its folder', () => {
  const reachOne = mirrored.flatMap((path) => {
    const own = [...reachedBy(path)].filter((target) => target.startsWith(`src/${outermostRoomOf(path)}/`));
    const [room = '', ...others] = new Set(own.map(roomOf));
    // Every page stands on it, and so does the browser of the tests.
    const isKit = room === 'pages/kit';
    return others.length === 0 && room.includes('/') && !isKit ? [{ path, room }] : [];
  });
  expect(reachOne.length).toBeGreaterThan(25);
  expect(reachOne.filter(({ path, room }) => roomOf(path) !== room)).toEqual([]);
});

it('every file of tests that vitest.config.ts names is there: one that has moved would silently leave its list', () => {
  const config = readFileSync(new URL('../../vitest.config.ts', import.meta.url), 'utf8');
  const listed = [...config.matchAll(/'(test\/[\w/-]+\.test\.ts)'/g)].map(([, path = '']) => path);
  const longest = /const LONGEST = \[([^\]]+\](?:,\s+\.\.\.\[[^\]]+\])*)/.exec(config)?.[1] ?? '';
  const first = [...longest.matchAll(/'([\w/-]+)'/g)].map(([, name]) => `test/${name}.test.ts`);
  expect([listed.length, first.length].every((count) => count > 10)).toBe(true);
  const missing = [...listed, ...first].filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url)));
  expect(missing).toEqual([]);
});

it('every file and folder of tests that .ci/run names is there', () => {
  const script = readFileSync(new URL('../../.ci/run', import.meta.url), 'utf8');
  const named = [...script.matchAll(/\btest\/[\w/-]+(?:\{[\w,-]+\})?(?:\.test\.ts)?/g)].flatMap(([path]) => {
    const [, before = '', several, after = ''] = /^(.*?)(?:\{(.*)\})?((?:\.test\.ts)?)$/.exec(path) ?? [];
    return (several?.split(',') ?? ['']).map((name) => before + name + after);
  });
  expect(named).toContain('test/invariants/one-hand-over.test.ts');
  expect(named.filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url)))).toEqual([]);
});
