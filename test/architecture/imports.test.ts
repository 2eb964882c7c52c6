import { expect, it } from 'vitest';
import { roomOf as innermostRoomOf, outermostRoomOf as roomOf } from '../support/rooms.ts';
import { importsOf, sourceFiles } from '../support/source-files.ts';

/**
 * The layers of src/, the lowest first: an outermost room, with all rooms inside, imports itself, the layers below its
 * own, and packages. Files of src/ itself put everything together; `demo` starts them.
 */
const LAYERS: readonly (readonly string[])[] = [
  ['domain'],
  ['formats', 'gateways', 'templates', 'database'],
  ['runtime'],
  ['store'],
  ['opt-outs', 'accounts'],
  ['intake', 'dispatch', 'receipts', 'staff', 'events'],
  ['dry-run'],
  ['sources', 'replies'],
  ['callbacks', 'operations'],
  ['http', 'mllp', 'cli'],
  ['pages'],
  ['config'],
  [''],
  ['demo'],
];

/** Statements of a room's own (`*.sql.ts`) that others may use: what would happen, and what watches over everything. */
const MAY_IMPORT_SQL = ['dry-run', 'operations'];

const files = sourceFiles('src');
const edges = files.flatMap((file) =>
  importsOf(file)
    .filter((target) => target.startsWith('src/'))
    .map((target) => ({ from: file.path, to: target })),
);

it('every file of src/ is seen, and every import of it leads to one', () => {
  const paths = new Set(files.map((file) => file.path));
  expect(paths.size).toBeGreaterThan(40);
  expect(edges.length).toBeGreaterThan(100);
  expect(edges.filter(({ to }) => !paths.has(to))).toEqual([]);
});

const layerOf = (path: string): number => LAYERS.findIndex((layer) => layer.includes(roomOf(path)));
const told = (wrong: readonly { from: string; to: string }[]): string[] =>
  wrong.map(({ from, to }) => `${from} -> ${to}`);

it('every room has its layer', () => {
  expect([...new Set(files.map(({ path }) => roomOf(path)))].filter((room) => !LAYERS.flat().includes(room))).toEqual(
    [],
  );
});

it('a room imports only itself and the layers below its own', () => {
  const wrong = edges.filter(({ from, to }) => roomOf(from) !== roomOf(to) && layerOf(from) <= layerOf(to));
  expect(told(wrong)).toEqual([]);
});

it('a room keeps its SQL to itself, and http and pages have none', () => {
  const wrong = edges.filter(
    ({ from, to }) =>
      roomOf(from) !== roomOf(to) &&
      ((to.endsWith('.sql.ts') && !MAY_IMPORT_SQL.includes(roomOf(from))) ||
        (['http', 'pages'].includes(roomOf(from)) && roomOf(to) === 'store')),
  );
  expect(told(wrong)).toEqual([]);
  // An exception that nothing needs any more goes.
  const foreign = edges.filter(({ from, to }) => to.endsWith('.sql.ts') && roomOf(from) !== roomOf(to));
  expect(MAY_IMPORT_SQL.filter((room) => !foreign.some(({ from }) => roomOf(from) === room))).toEqual([]);
});

/** Rings of imports, such as `a -> b -> a`: one at least where there is any. */
function ringsOf(edges: readonly { from: string; to: string }[]): string[] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of edges) next.set(from, (next.get(from) ?? new Set()).add(to));
  const done = new Set<string>();
  const rings: string[] = [];
  const visit = (name: string, trail: readonly string[]): void => {
    if (trail.includes(name)) rings.push([...trail.slice(trail.indexOf(name)), name].join(' -> '));
    if (done.has(name) || trail.includes(name)) return;
    for (const target of next.get(name) ?? []) visit(target, [...trail, name]);
    done.add(name);
  };
  for (const name of next.keys()) visit(name, []);
  return rings;
}

it('no imports form a ring, not even those of types', () => {
  expect(ringsOf(edges)).toEqual([]);
});

/** Files that put together what stands in rooms of their own: each is a place of its own, above all that it names. */
const PUTS_TOGETHER = /\/(?:index|routes|app)\.tsx?$/;

it('no rooms form a ring, those inside others neither; `index`, `routes` and `app` put them together', () => {
  const placeOf = (path: string): string => (PUTS_TOGETHER.test(path) ? path : innermostRoomOf(path));
  const between = edges
    .map(({ from, to }) => ({ from: placeOf(from), to: placeOf(to) }))
    .filter(({ from, to }) => from !== to);
  expect(ringsOf(between)).toEqual([]);
});

/** Folders of pages, the lowest first; those of one line don't import each other. */
const FOLDERS_OF_PAGES: readonly (readonly string[])[] = [
  ['kit'],
  ['states'],
  ['settings'],
  ['find'],
  ['authorities', 'people', 'replies', 'simulator', 'statistics', 'texts'],
  ['answers', 'opt-outs', 'outcomes', 'rules', 'todo'],
  ['citizens'],
  ['installation'],
  ['set-up'],
];

it('a folder of pages imports only itself and those below its own', () => {
  const folderOf = (path: string): string => path.split('/')[2] ?? '';
  const levelOf = (path: string): number => FOLDERS_OF_PAGES.findIndex((level) => level.includes(folderOf(path)));
  const isPage = (path: string): boolean => roomOf(path) === 'pages';
  const above = /^src\/pages\/(?:installation\/)?index\.tsx$/;
  const within = edges.filter(({ from, to }) => isPage(from) && isPage(to) && !above.test(from));
  expect(within.map(({ from }) => from).filter((path) => levelOf(path) === -1)).toEqual([]);
  const wrong = within.filter(({ from, to }) => folderOf(from) !== folderOf(to) && levelOf(from) <= levelOf(to));
  expect(told(wrong)).toEqual([]);
});

it('the domain waits for nothing and knows no package that does', () => {
  const domain = files.filter((file) => file.path.startsWith('src/domain/'));
  expect(domain.filter((file) => /\b(?:async|await)\b/.test(file.code)).map((file) => file.path)).toEqual([]);
  const packages = new Set(domain.flatMap(importsOf).filter((name) => !name.startsWith('src/')));
  // A package that no file of it imports any more goes from the list.
  expect([...packages].sort()).toEqual(['libphonenumber-js/max', 'node:crypto', 'tlds']);
});
