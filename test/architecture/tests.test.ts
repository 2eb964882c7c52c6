import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { sourceFiles } from '../support/source-files.ts';

const foldersOf = (part: string): string[] =>
  readdirSync(new URL(`../../${part}/`, import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

it('a folder of test/ is named after a room of src/, or explained in test/README.md', () => {
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

it('every file of tests that vitest.config.ts names is there: one that has moved would silently leave its list', () => {
  const config = readFileSync(new URL('../../vitest.config.ts', import.meta.url), 'utf8');
  const listed = [...config.matchAll(/'(test\/[\w/-]+\.test\.ts)'/g)].map(([, path = '']) => path);
  const longest = /const LONGEST = \[([^\]]+\](?:,\s+\.\.\.\[[^\]]+\])*)/.exec(config)?.[1] ?? '';
  const first = [...longest.matchAll(/'([\w/-]+)'/g)].map(([, name]) => `test/${name}.test.ts`);
  expect([listed.length, first.length].every((count) => count > 10)).toBe(true);
  const missing = [...listed, ...first].filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url)));
  expect(missing).toEqual([]);
});
