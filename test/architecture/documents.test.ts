import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { roomOf } from '../support/rooms.ts';
import { sourceFiles } from '../support/source-files.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
/** Paths of the code below a folder, without `.ts`, `.sql.ts` and the like. */
const filesIn = (folder: string, prefix: string) =>
  readdirSync(new URL(`../../${folder}/`, import.meta.url), { recursive: true, encoding: 'utf8' }).map(
    (path) => prefix + withoutEnding(path),
  );
const withoutEnding = (path: string) => path.replace(/(?:\.sql|\.test)?(?:\.tsx?)?$/, '');

const schema = read('migrations/0001_schema.sql');
const functions = read('migrations/0002_functions.sql');
const glossary = read('docs/glossary.md');
const architecture = read('docs/ARCHITECTURE.md');
const tables = [...schema.matchAll(/^create table (\w+)/gm)].map(([, name = '']) => name);

/** The words in the first column, in small letters. */
const defined = [...glossary.matchAll(/^\| (?!word )([^|]+) \|/gm)].flatMap(([, words = '']) =>
  words.split(',').map((word) => word.trim().toLowerCase()),
);
/** True for a name that is a word of the glossary, or that stands in the meaning of one. */
const isExplained = (name: string): boolean =>
  defined.includes(name.replaceAll(/[_-]/g, ' ')) || glossary.includes(`\`${name}\``);

it('the glossary has every table of the schema', () => {
  expect(tables.length).toBeGreaterThan(45);
  expect(tables.filter((name) => !isExplained(name))).toEqual([]);
});

it('the glossary has every word that a state, a mode, a role or a meaning can be', () => {
  const columns = /^ {2}(?:status|state|mode|role|meaning|method|action|on_uncertain) text[^\n]*? in \(([^)]+)\)/gm;
  const words = [...schema.matchAll(columns)].flatMap(([, list = '']) =>
    [...list.matchAll(/'([^']+)'/g)].map(([, word = '']) => word),
  );
  expect(new Set(words).size).toBeGreaterThan(40);
  expect([...new Set(words)].filter((word) => !isExplained(word))).toEqual([]);
});

it('the glossary defines no word twice', () => {
  expect(defined.length).toBeGreaterThan(80);
  expect(defined.filter((word, at) => defined.indexOf(word) !== at)).toEqual([]);
});

it('docs/ARCHITECTURE.md can be read at one go: 4,000 words at most, in lines of 120 characters at most', () => {
  const words = architecture.split(/\s+/).filter((word) => /\w/.test(word));
  expect(words.length).toBeLessThanOrEqual(4_000);
  expect(architecture.split('\n').filter((line) => line.length > 120)).toEqual([]);
});

it('docs/ARCHITECTURE.md says of every table who writes it', () => {
  expect(tables.filter((name) => !architecture.includes(`\`${name}\``))).toEqual([]);
});

it('docs/ARCHITECTURE.md tells every room of src/, and no other: the outermost in a table of 25 rows at most', () => {
  const rooms = new Set(sourceFiles('src').map(({ path }) => roomOf(path)));
  const rows = [...architecture.matchAll(/^\| \d* ?\| (`[^|]+) \| /gm)];
  const outermost = rows.flatMap(([, names = '']) => [...names.matchAll(/`([\w-]+)\/`/g)].map(([, name = '']) => name));
  const inside = [...architecture.matchAll(/^- `([\w-]+)\/`: (.+(?:\n {2}.+)*)/gm)].flatMap(
    ([, room = '', told = '']) => [...told.matchAll(/`([\w/-]+)\/`/g)].map(([, name = '']) => `${room}/${name}`),
  );
  const listed = [...outermost, ...inside];
  expect(rows.length).toBeLessThanOrEqual(25);
  expect(listed.filter((name, at) => listed.indexOf(name) !== at)).toEqual([]);
  expect(listed.sort()).toEqual([...rooms].filter((room) => room !== '').sort());
});

it('every file that docs/ARCHITECTURE.md names is there', () => {
  const files = [...filesIn('src', ''), ...filesIn('src', 'src/'), ...filesIn('test', 'test/')];
  const named = [...architecture.matchAll(/`([a-z][\w-]*(?:\/[\w.-]+)+)\/?`/g)].map(([, path = '']) => path);
  const isThere = (path: string) => files.some((file) => file === path || file.endsWith(`/${path}`));
  expect(named.length).toBeGreaterThan(60);
  expect(named.filter((path) => !path.startsWith('migrations/') && !isThere(withoutEnding(path)))).toEqual([]);
});

/** Names with the file that a document says has them: name (file), name in file, name | file, file (name). */
const namesIn = (document: string) => {
  const before = document.matchAll(/`([A-Za-z_]\w*)`\s(?:\(|of\s+|in\s+)`([\w.-]+(?:\/[\w.-]+)+)`/g);
  const inTable = document.matchAll(/`([A-Z]\w*)` \| `([\w.-]+(?:\/[\w.-]+)+)`/g);
  const behind = document.matchAll(/`([\w.-]+(?:\/[\w.-]+)+)`\s\(`([A-Za-z_]\w*)`\)/g);
  return [
    ...[...before, ...inTable].map(([, name = '', path = '']) => ({ name, path })),
    ...[...behind].map(([, path = '', name = '']) => ({ name, path })),
  ];
};

it.each([
  ['docs/ARCHITECTURE.md', 15],
  ['CONTRIBUTING.md', 6],
])('every name that %s says a file has stands in that file', (path, least) => {
  const files = [
    ...sourceFiles('src'),
    ...sourceFiles('test'),
    ...sourceFiles('scripts'),
    { path: 'migrations/0002_functions.sql', text: functions },
  ];
  const hasName = (file: string, name: string) =>
    files.some(
      ({ path: of, text }) =>
        `/${withoutEnding(of)}`.endsWith(`/${withoutEnding(file)}`) && new RegExp(`\\b${name}\\b`).test(text),
    );
  const named = namesIn(read(path));
  expect(named.length).toBeGreaterThanOrEqual(least);
  expect(named.filter(({ name, path: file }) => !hasName(file, name))).toEqual([]);
});

/** Parts of a path that stand for a name of one's own. */
const EXAMPLE = /acme|NNNN|\/fr\//;

it('every file that CONTRIBUTING.md names is there', () => {
  const paths = read('CONTRIBUTING.md').matchAll(/`([a-z.][\w-]*(?:\/[\w.-]+)+)\/?`/g);
  const named = [...paths].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((path) => !EXAMPLE.test(path) && !existsSync(new URL(`../../${path}`, import.meta.url)))).toEqual(
    [],
  );
});

/** Kinds of constraints that the head of the schema explains for all tables. */
const EXPLAINED_AT_ONCE = [
  /^ {2}\w+ text (?:not null )?check \(\w+ in \(/,
  /^ {2}authority_id text (?:not null )?references authority \(id\)/,
  /^ {2}foreign key \(authority_id, source_id\) references source \(authority_id, id\)/,
  /^ {2}\w+ uuid (?:not null |primary key )?references \w+ \(id\) on delete cascade/,
];

it('every check, unique key and foreign key of the schema says what it is for, behind it, above it, or for all at its head', () => {
  const lines = schema.split('\n');
  const constraints = lines.flatMap((line, at) =>
    /^ {2}.*\b(?:check \(|unique\b|references \w|foreign key\b)/.test(line.replace(/--.*/, '')) ? [at] : [],
  );
  const unexplained = constraints.filter(
    (at) =>
      !EXPLAINED_AT_ONCE.some((kind) => kind.test(lines[at] ?? '')) &&
      !lines[at]?.includes('--') &&
      !lines[at - 1]?.startsWith('  --'),
  );
  expect(constraints.length).toBeGreaterThan(60);
  expect(unexplained.map((at) => lines[at])).toEqual([]);
});

it('every index of the schema says what uses it, behind it or above it', () => {
  const lines = schema.split('\n');
  const indexes = lines.flatMap((line, at) => (/^create (?:unique )?index /.test(line) ? [at] : []));
  const statement = (at: number) =>
    lines.slice(at, 1 + lines.findIndex((line, nth) => nth >= at && line.includes(';')));
  const isExplainedAt = (at: number) =>
    lines[at - 1]?.startsWith('--') || statement(at).some((line) => line.includes('--'));
  expect(indexes.length).toBeGreaterThan(50);
  expect(indexes.filter((at) => !isExplainedAt(at)).map((at) => lines[at])).toEqual([]);
});
