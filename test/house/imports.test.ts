import { expect, it } from 'vitest';
import { importsOf, sourceFiles } from '../support/source-files.ts';

/** What each room of src/ may import besides itself and packages. Files of src/ itself put everything together. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  ingest: ['domain'],
  gateways: ['domain'],
  templates: ['domain'],
  store: ['domain'],
  pipeline: ['ingest', 'gateways', 'templates', 'store', 'domain'],
  http: ['pipeline', 'store', 'domain'],
  cli: ['ingest', 'domain'],
  mllp: ['pipeline', 'store', 'domain'],
};

/** `http` shows what the simulator has in its hands, and hands callbacks on to the gateways as they came. */
const EXCEPTIONS = new Set(['src/http/deps.ts -> src/gateways/simulator.ts', 'src/http/simulator-page.tsx -> src/gateways/simulator.ts']);

const files = sourceFiles('src');
const roomOf = (path: string): string => (path.split('/').length > 2 ? (path.split('/')[1] ?? '') : '');
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

it('imports between rooms point one way', () => {
  const wrong = edges.filter(({ from, to }) => {
    const [room, other] = [roomOf(from), roomOf(to)];
    if (room === '' || room === other || EXCEPTIONS.has(`${from} -> ${to}`)) return false;
    return !MAY_IMPORT[room]?.includes(other);
  });
  expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

it('no imports form a ring, not even those of types', () => {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const rings: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) rings.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
    if (done.has(path) || trail.includes(path)) return;
    for (const target of next.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const file of files) visit(file.path, []);
  expect(rings).toEqual([]);
});

it('the domain waits for nothing and knows no package that does', () => {
  const domain = files.filter((file) => file.path.startsWith('src/domain/'));
  expect(domain.filter((file) => /\b(?:async|await)\b/.test(file.code)).map((file) => file.path)).toEqual([]);
  const packages = new Set(domain.flatMap(importsOf).filter((name) => !name.startsWith('src/')));
  const allowed = /^(?:node:crypto|date-fns(?:-tz)?(?:\/.*)?|libphonenumber-js\/max|zod)$/;
  expect([...packages].filter((name) => !allowed.test(name))).toEqual([]);
});
