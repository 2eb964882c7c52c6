import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { LARGER_SHARES, MOST_FILES, MOST_SHARE, outermostRoomOf, roomOf } from '../support/rooms.ts';
import { importsOf, type SourceFile, sourceFiles } from '../support/source-files.ts';

const files = sourceFiles('src');
const outside = (...allowed: string[]): SourceFile[] =>
  files.filter(
    (file) => !allowed.some((place) => file.path === place || (place.endsWith('/') && file.path.startsWith(place))),
  );
/** `path: line` of every line that holds what must not stand there. */
const findings = (where: readonly SourceFile[], pattern: RegExp): string[] =>
  where.flatMap((file) =>
    file.code.split('\n').flatMap((line) => (pattern.test(line) ? [`${file.path}: ${line.trim()}`] : [])),
  );

const ENTRIES = [
  'src/main.ts',
  'src/migrate.ts',
  'src/demo/dev.ts',
  'src/demo/demo.ts',
  'src/utc.ts',
  'src/cli/easysms.ts',
];
/** The files of migrations/, those of the first release among them. */
function migrations(): { readonly path: string; readonly text: string }[] {
  const folder = new URL('../../migrations/', import.meta.url);
  const names = readdirSync(folder, { encoding: 'utf8', recursive: true }).filter((name) => name.endsWith('.sql'));
  return names.map((name) => ({ path: `migrations/${name}`, text: readFileSync(new URL(name, folder), 'utf8') }));
}

/** Where SQL stands. */
const isSql = ({ path }: SourceFile): boolean => /^src\/(?:database|store)\/|\.sql\.ts$/.test(path);

it('only clock.ts asks what time it is', () => {
  expect(findings(outside('src/clock.ts'), /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\)/)).toEqual([]);
});

it('what hands over waits and throws dice only through what it is given', () => {
  // What asks other servers, or is asked for figures, has limits in real time.
  const real = ['src/sources/fhir/servers.ts', 'src/operations/gauges.ts'];
  const flows = files.filter(
    (file) =>
      /^src\/(?:intake|dispatch|receipts|replies|callbacks|opt-outs|accounts|sources|staff|dry-run|operations|store)\//.test(
        file.path,
      ) && !real.includes(file.path),
  );
  expect(flows.length).toBeGreaterThan(80);
  expect(
    findings(flows, /\bset(?:Timeout|Interval|Immediate)\b|\bperformance\b|\bMath\.random\b|AbortSignal\.timeout/),
  ).toEqual([]);
});

it('the length of a day, an hour and a minute stands in duration.ts alone', () => {
  const lengths = /\b(?:86_?400_?000|3_?600_?000)\b|[*/] 60_?000\b|\bconst (?:DAY|HOUR|MINUTE)_MS\b/;
  expect(findings(outside('src/domain/duration.ts'), lengths)).toEqual([]);
});

it('the hash of a token, the name of an error and the size of a mebibyte stand in one file each', () => {
  const hash = /createHash\('sha256'\)\.update\([\w.]+\)\.digest\(\)/;
  expect(findings(outside('src/domain/sha256.ts'), hash)).toEqual([]);
  expect(findings(outside('src/domain/errors.ts'), /instanceof Error \? \w+\.name\b/)).toEqual([]);
  expect(findings(outside('src/runtime/body-memory.ts'), /\bconst MIB\b/)).toEqual([]);
});

it('only unicode.ts normalises text, since that takes the square of the length of a run of marks', () => {
  expect(findings(outside('src/domain/text/unicode.ts'), /\.normalize\(/)).toEqual([]);
});

it('requests to other systems leave through runtime/outgoing/ alone, but for those of gateways', () => {
  // The command line asks the service itself, and so does the demo; our pages do it in the browser.
  const others = outside(
    ...['src/runtime/outgoing/', 'src/gateways/', 'src/cli/', 'src/demo/'],
    ...['src/pages/simulator/simulator-assets.ts', 'src/pages/kit/styles/script.ts'],
  );
  const clients = /^import (?!type\b).*from '(?:undici|node:(?:https?|http2|dns|dns\/promises)|axios|got|node-fetch)'/;
  const calls =
    /(?<![.\w])fetch\(|\b(?:net|tls)\.connect\(|\bcreateConnection\(|\bnew (?:Socket|WebSocket|EventSource)\(/;
  expect(others.length).toBeGreaterThan(250);
  expect(findings(others, clients)).toEqual([]);
  expect(findings(others, calls)).toEqual([]);
});

it('only entry points read the environment', () => {
  expect(findings(outside(...ENTRIES), /\bprocess\.env\b|\bfrom 'node:process'/)).toEqual([]);
});

it('what takes in the requests of a booking system notes for staff those that it refuses', () => {
  const receiving = files.filter(({ code }) => code.includes('.retryIfSourceChanged('));
  expect(receiving.length).toBeGreaterThanOrEqual(5);
  expect(receiving.filter(({ code }) => !code.includes('.noteRefusal(')).map(({ path }) => path)).toEqual([]);
});

it('SQL stands in database/, store/ and *.sql.ts only', () => {
  const elsewhere = files.filter((file) => !isSql(file));
  expect(
    findings(elsewhere, /\.(?:selectFrom|insertInto|updateTable|deleteFrom|mergeInto|selectNoFrom)\(|\bsql`|\bsql</),
  ).toEqual([]);
  const drivers = elsewhere.filter((file) => importsOf(file).some((name) => /^(?:pg|@electric-sql\/.*)$/.test(name)));
  expect(drivers.map((file) => file.path)).toEqual([]);
  expect(findings(elsewhere, /^import (?!type\b).*from 'kysely'/)).toEqual([]);
});

it('SQL is raw in migrations, and for names of tables, columns and types that the code holds and one number', () => {
  // The number is how long a transaction may wait: `dialect.ts`.
  const raw = ['dialect.ts', 'first-release.ts', 'migrate.ts', 'unnest.ts'].map((name) => `src/database/${name}`);
  const elsewhere = outside(...raw, 'src/operations/reencrypt.sql.ts');
  expect(findings(elsewhere, /\bsql\.raw\b|\bCompiledQuery\.raw\b/)).toEqual([]);
});

/** The clock that protects young entries of the audit from a service that others have taken over: no parameter sets it. */
const TRUSTS_NOBODY = ['clock_timestamp', 'clock_timestamp'];

it('no SQL reads a clock but that of the clock guard, which checks it, and the stamp and the purge of the audit', () => {
  const clock =
    /(?<![.\w])(?:now\(\)|clock_timestamp|statement_timestamp|transaction_timestamp|current_(?:timestamp|date|time)\b|localtime(?:stamp)?\b|timeofday)/i;
  const asking = files.filter((file) => isSql(file) && file.path !== 'src/database/server-clock.ts');
  expect(findings(asking, clock)).toEqual([]);
  const statements = migrations();
  expect(statements.length).toBeGreaterThan(1);
  for (const { path, text } of statements) {
    const found = [...text.replaceAll(/--.*$/gm, '').matchAll(new RegExp(clock, 'gi'))].map(([word]) => word);
    expect([path, found]).toEqual([path, path === 'migrations/0002_functions.sql' ? TRUSTS_NOBODY : []]);
  }
});

it('a row is written with its columns named, whatever a later migration adds', () => {
  const byPosition =
    /\binsert into \w+ (?:select|values)\b|\binsert into \w+ ?\([^)]*\)\s*select [\w.]*\*|\)::[a-z]+_[a-z]+\b/;
  const statements = [...files.filter(isSql).map(({ path, code }) => ({ path, text: code })), ...migrations()];
  expect(statements.filter(({ text }) => byPosition.test(text)).map(({ path }) => path)).toEqual([]);
});

it('nothing needs a session of its own: a pooler in transaction mode may stand between', () => {
  const session =
    /\blisten\s+\w+\s*`|\bpg_(?:try_)?advisory_(?:lock|unlock)\b|\bset\s+session\b|\bprepare\s+\w+\s+as\b|\bdeclare\s+\w+\s+cursor\b|\bcreate\s+temp/i;
  expect(findings(files.filter(isSql), session)).toEqual([]);
});

it('a module names the dependencies that it uses; all of them together are for the composition alone', () => {
  // The dispatcher hands to its parts nearly all that there is.
  const whole = ['src/service.ts', 'src/worker.ts', 'src/runtime/deps.ts', 'src/dispatch/dispatcher.ts'];
  const modules = outside(...whole);
  expect(modules.length).toBeGreaterThan(250);
  expect(findings(modules, /(?<![\w.])Deps\b/)).toEqual([]);
});

it('no line of src/ and of migrations/ is wider than 120 characters, not even in a statement or a comment', () => {
  const statements = migrations();
  expect(statements.length).toBeGreaterThan(3);
  const wide = [...files, ...statements].flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, at) => (line.length > 120 ? [`${path}:${at + 1}`] : [])),
  );
  expect(wide).toEqual([]);
});

it('files stay short enough to be read at one go', () => {
  // A list: one interface per table.
  const long = outside('src/database/tables.ts').filter((file) => file.text.split('\n').length > 301);
  expect(long.map((file) => `${file.path}: ${file.text.split('\n').length - 1} lines`)).toEqual([]);
});

it('half of the files have 130 lines at most', () => {
  const lengths = files.map(({ text }) => text.split('\n').length - 1).sort((a, b) => a - b);
  expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(130);
});

it('a room holds 25 files at most, and an outermost one, with all inside, 12 % of the lines of src/', () => {
  const grouped = (by: (path: string) => string): Map<string, SourceFile[]> => {
    const rooms = new Map<string, SourceFile[]>();
    for (const file of files) rooms.set(by(file.path), [...(rooms.get(by(file.path)) ?? []), file]);
    return rooms;
  };
  const lines = (of: readonly SourceFile[]): number =>
    of.reduce((sum, { text }) => sum + text.split('\n').length - 1, 0);
  const rooms = grouped(roomOf);
  const outermost = grouped(outermostRoomOf);
  const full = [...rooms].filter(([, of]) => of.length > MOST_FILES).map(([room, of]) => `${room}: ${of.length} files`);
  const large = [...outermost]
    .map(([room, of]) => [room, (100 * lines(of)) / lines(files)] as const)
    .filter(([room, share]) => share > (LARGER_SHARES[room] ?? MOST_SHARE))
    .map(([room, share]) => `${room}: ${share.toFixed(1)} %`);
  expect(rooms.size).toBeGreaterThan(50);
  expect([...full, ...large]).toEqual([]);
  // An exception that nothing needs any more goes.
  const needed = (room: string): boolean => lines(outermost.get(room) ?? []) > (MOST_SHARE * lines(files)) / 100;
  expect(Object.keys(LARGER_SHARES).filter((room) => !needed(room))).toEqual([]);
});
