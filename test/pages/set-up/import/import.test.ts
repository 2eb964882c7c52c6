import { sql } from 'kysely';
import { beforeEach, expect, it } from 'vitest';
import { sweep } from '../../../../src/operations/sweep.ts';
import type { Frame } from '../../../../src/pages/kit/context.tsx';
import { htmlOf } from '../../../../src/pages/kit/responses/fitting-page.ts';
import { sealRows } from '../../../../src/pages/set-up/import/refused-rows.ts';
import { RefusedRows } from '../../../../src/pages/set-up/import/result.tsx';
import { eraseCitizen } from '../../../../src/staff/citizens/erase-citizen.ts';
import { keepImportFile } from '../../../../src/staff/sources/import-files.ts';
import { enter, type PageClient, proven } from '../../../support/pages.ts';
import { readPage, sentFields } from '../../../support/read-page.ts';
import { scenario } from '../../../support/scenario.ts';

const { test, chief } = scenario({
  authorities: {
    rh: { name: 'rh', sources: { 'rh-csv': {} } },
    kk: { name: 'kk', sources: { 'kk-csv': {} } },
  },
  people: { chief: { name: 'Carla Chef', role: 'administrator' } },
});

beforeEach(() => test.db.deleteFrom('import_file').execute());

const NO_RECEIPTS = { applyAbandoned: async () => 0 };
/** Somebody whose file ends with their session. */
let current: PageClient = chief;
const mate = () => current;

const HEADER = 'id;dato;tid;mobil;sted;status\n';
const row = (id: string, phone = '20 12 34 56') => `${id};01-12-2026;09.00;${phone};Opgang 4;booket\n`;
async function upload(
  text: string | null,
  mode: string,
  source = 'rh-csv',
  authority = 'rh',
  client: PageClient = chief,
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of proven({ authority, source, mode }, client.cookie)) form.set(name, value);
  if (text !== null) form.set('file', new File([text], 'aftaler.csv', { type: 'text/csv' }));
  return test.app.request('/admin/set-up/import', {
    ...{ method: 'POST', body: form, headers: { Origin: test.deps.publicUrl, cookie: client.cookie } },
  });
}
const stored = async () =>
  Number(
    (
      await test.db
        .selectFrom('appointment')
        .select(({ fn }) => fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  );

it('a file is tried without storing anything, then imported, and the audit says by whom', async () => {
  const file = HEADER + row('A-1') + row('A-2');
  const tried = await (await upload(file, 'try')).text();
  expect([tried.includes('Sådan ville det gå'), await stored()]).toEqual([true, 0]);
  const done = await (await upload(file, 'import')).text();
  expect([done.includes('Filen er indlæst'), await stored()]).toEqual([true, 2]);
  expect(done).not.toMatch(/20 ?12 ?34 ?56/);
  const audit = await chief.text('/admin/set-up/audit?authority=rh&action=source.import');
  expect([audit.includes('Carla Chef'), audit.includes('Fil indlæst')]).toEqual([true, true]);
});

it('a large file is imported part by part, and the page says how far it is before it is done', async () => {
  const rows = Array.from({ length: 1_200 }, (_, nth) => row(`B-${nth}`));
  const page = await (await upload(HEADER + rows.join(''), 'try')).text();
  const steps = [...page.matchAll(/([\d.]+) af 1\.200 rækker/g)].map(([, done]) => done);
  expect(steps).toEqual(['500', '1.000', '1.200']);
  expect(page.trimEnd().endsWith('</html>')).toBe(true);
});

it('an import that stops half-way is in the audit with what it had stored, and by whom', async () => {
  const before = await stored();
  // Rows of the second part meet a database that refuses them.
  await sql`create function full_up() returns trigger language plpgsql as $$ begin
    if (select count(*) from appointment) >= ${sql.lit(before + 500)} then raise 'disk full' using errcode = '53100'; end if;
    return new; end $$`.execute(test.db);
  await sql`create trigger full_up before insert on appointment for each row execute function full_up()`.execute(
    test.db,
  );
  try {
    const rows = Array.from({ length: 700 }, (_, nth) => row(`S-${nth}`));
    const page = await (await upload(HEADER + rows.join(''), 'import')).text();
    expect([page.includes('Indlæsningen stoppede'), await stored()]).toEqual([true, before + 500]);
  } finally {
    await sql`drop function full_up cascade`.execute(test.db);
  }
  const { items } = await test.json<{ items: { action: string; actor: string; after: object }[] }>(
    200,
    '/v1/authorities/rh/audit',
  );
  const imports = items.filter(({ action }) => action === 'source.import');
  expect(imports).toContainEqual(
    expect.objectContaining({
      actor: expect.stringMatching(/^person:/),
      after: { rows: 500, accepted: 500, refused: 0, stopped: true },
    }),
  );
  expect(await chief.text('/admin/set-up/audit?authority=rh&action=source.import')).toContain('Stoppede undervejs');
});

it('refused rows are explained in Danish, and come as a file without formulas', async () => {
  const file = `${HEADER + row('C-1')}C-2;i morgen;09.00;20123456;=HYPERLINK("x");booket\n`;
  const tried = await (await upload(file, 'try')).text();
  expect(tried).toContain('Det er ikke en dato som 01-12-2026 eller 2026-12-01.');
  const errors = await upload(file, 'errors');
  expect(errors.headers.get('content-disposition')).toBe('attachment; filename="rh-csv-afvist.csv"');
  const text = await errors.text();
  expect([text.includes('C-2'), text.includes('C-1;'), /(^|;|")=HYPERLINK/m.test(text)]).toEqual([true, false, false]);
});

/** The form of a page that gets its refused rows. */
const rowsOn = (page: string) => ({ rows: /name="rows" value="([^"]+)"/.exec(page)?.[1] ?? '', authority: 'rh' });
const getRows = (form: Readonly<Record<string, string>>, client = chief) =>
  client.post('/admin/set-up/import/refused-rows', form);

it('refused rows come as a file from the page that tells of them, to the person who was shown it, for an hour', async () => {
  const page = await (
    await upload(`${HEADER + row('C-1')}C-9;i morgen;09.00;20998877;Opgang 4;booket\n`, 'import')
  ).text();
  expect(page).not.toContain('20998877');
  const response = await getRows(rowsOn(page));
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="rh-csv-afvist.csv"');
  const file = await response.text();
  expect([file.includes('C-9'), file.includes('20998877'), file.includes('C-1;')]).toEqual([true, true, false]);
  const other = await enter(test, { email: 'd@example.org', role: 'administrator', authority: 'rh' });
  expect((await getRows(rowsOn(page), other)).status).toBe(422);
  expect((await getRows({ ...rowsOn(page), authority: 'kk' })).status).toBe(404);
  expect((await getRows({ authority: 'rh', rows: 'nonsense' })).status).toBe(422);
  const { now } = test.clock;
  // A request in between keeps the session.
  for (const minutes of [29, 58, 60]) {
    test.clock.now = new Date(now.getTime() + minutes * 60_000);
    await chief.get('/admin?authority=rh');
  }
  const late = await getRows(rowsOn(page));
  expect([late.status, (await late.text()).includes('huskes kun i en time')]).toEqual([422, true]);
  test.clock.now = now;
});

it('refused rows that do not fit on the page come as far as they do: it stays within 100 kB', async () => {
  const phone = () => [...crypto.getRandomValues(new Uint8Array(60))].map((byte) => byte.toString(16)).join('');
  const rows = Array.from({ length: 2_000 }, (_, nth) => row(`E-${nth}`, phone()));
  const page = await (await upload(HEADER + rows.join(''), 'try')).text();
  const assets = await Promise.all(['/admin/style.css', '/admin/script.js'].map((path) => chief.text(path)));
  expect(Buffer.byteLength(page + assets.join(''))).toBeLessThanOrEqual(100_000);
  const [, told = ''] = /de første ([\d.]+) af 2\.000 rækker/.exec(page) ?? [];
  const file = await (await getRows(rowsOn(page))).text();
  expect(file.match(/;E-\d+;/g)).toHaveLength(Number(told.replace('.', '')));
});

it('refused rows for which the page has no room are none of it, and the page says how to get them', async () => {
  const refusedRows = [{ cells: ['F-1', 'i morgen'], errors: [{ line: 2, column: 'dato', code: 'x', detail: 'x' }] }];
  const rows = { of: { header: ['id', 'dato'], rows: refusedRows }, source: 'rh-csv' };
  const owner = { personId: null, authorityId: 'rh' };
  for (const most of [-500, 0, 10]) expect(sealRows(test.deps, owner, { ...rows, most }).rows).toBe(0);
  expect(sealRows(test.deps, owner, { ...rows, most: 10_000 }).rows).toBe(1);
  const frame = { language: 'da', authorities: [] } as unknown as Frame;
  const told = await htmlOf(RefusedRows({ frame, action: '/', all: 1, silent: 0, sealed: '', rows: 0 }));
  expect(told).toContain('Du får de afviste rækker, når du vælger filen igen');
});

it('columns that are not read are named up to fifty', async () => {
  const names = Array.from({ length: 150 }, (_, nth) => `ukendt${nth}${'x'.repeat(40)}`);
  const page = await (await upload(`${HEADER.trimEnd()};${names.join(';')}\n${row('F-2')}`, 'try')).text();
  expect(page.match(/ukendt\d+x{40}/g)).toHaveLength(50);
  expect(page).toContain('x og 100 flere');
});

it('the line of a row that was refused is a number, which a card on a phone names', async () => {
  const page = await (await upload(`${HEADER}${row('L-1')}x;i går;;20123456;;\n`, 'try')).text();
  expect(page).toContain('<th scope="row" data-label="Linje">3</th>');
});

it('what is no file of rows is said in words, and nothing is stored', async () => {
  const before = await stored();
  expect(await (await upload(null, 'import')).text()).toContain('Vælg en fil.');
  expect(await (await upload('PK\u0003\u0004', 'import')).text()).toContain('Det er ikke en tekstfil');
  expect(await (await upload(`cpr;${HEADER}`, 'import')).text()).toMatch(/CPR|kan ikke bruges/);
  expect(await stored()).toBe(before);
});

it.each([
  ['PK\u0003\u0004', 'try', 'Det er ikke en tekstfil'],
  ['PK\u0003\u0004', 'errors', 'Det er ikke en tekstfil'],
  ['navn;alder\nx;7\n', 'import', 'Ingen af navnene i filen kendes.'],
])('a file that cannot be used is asked for again by the form as it was sent: %j, %s', async (file, mode, why) => {
  const page = await (await upload(file, mode)).text();
  const [, marked = ''] = /<input id="file"[^>]* (aria-invalid="true")/.exec(page) ?? [];
  const [, reason = ''] = /<strong class="wrong" id="file-fault"[^>]*>([^<]*)/.exec(page) ?? [];
  expect([marked, reason]).toEqual(['aria-invalid="true"', expect.stringContaining(why)]);
  for (const chosen of ['rh-csv', mode]) expect(page).toMatch(new RegExp(`<option value="${chosen}" selected`));
  expect(page).not.toMatch(/class="fault"|Vælg en fil til/);
  expect(page).toMatch(/kolonnernes navne\. Filen skal have dato.*CPR-numre må ikke stå i filen/s);
  expect(page.trimEnd().endsWith('</html>')).toBe(true);
});

it.each(['try', 'import', 'errors'])(
  'a file of several parts with a date that has the month first is refused with its rows before any part is stored: %s',
  async (mode) => {
    const before = await stored();
    const rows = Array.from({ length: 1_100 }, (_, nth) => row(`M-${nth}`).replace('01-12-2026', '03/04/2027'));
    const file = [HEADER, '\n', ...rows, row('M-x').replace('01-12-2026', '03/14/2027')].join('');
    const page = await (await upload(file, mode)).text();
    const named = [...page.matchAll(/<th scope="row" data-label="Linje">(\d+)<\/th>/g)].map(([, line]) => line);
    expect([named, await stored()]).toEqual([['1103', '3'], before]);
    expect(page).toContain('Datoen kan kun læses med måneden først');
    expect(page).toContain('Datoen kan læses på begge måder');
    expect(page).toMatch(new RegExp(`<option value="${mode}" selected`));
  },
);

it('another authority’s booking system is none, and neither is its authority', async () => {
  expect((await upload(HEADER + row('D-1'), 'import', 'kk-csv')).status).toBe(404);
  expect((await upload(HEADER + row('D-1'), 'import', 'kk-csv', 'kk')).status).toBe(404);
});

it('the page that comes while rows are done has the headers of every page, also where it is refused half-way', async () => {
  /** Headers of what a page is, and of which request it answers. */
  const own = ['content-length', 'x-request-id', 'x-accel-buffering', 'transfer-encoding'];
  const headersOf = ({ headers }: Response) =>
    [...headers]
      .filter(([name]) => !own.includes(name))
      .map(([name, value]) => [name, value.toLowerCase()])
      .sort();
  const every = headersOf(await chief.get('/admin/set-up/import?authority=rh'));
  expect(Object.fromEntries(every)['content-security-policy']).toMatch(/default-src 'none'; style-src 'self'/);
  for (const file of [HEADER + row('H-1'), 'ingen;kolonner\n1;2\n']) {
    const response = await upload(file, 'try');
    expect(headersOf(response)).toEqual(every);
    expect(await response.text()).not.toMatch(/<script>|style=| on\w+=/);
  }
});

it('cells of a file are shown as they are written, and are no markup', async () => {
  const script = '<img src=x onerror=alert(1)>';
  const page = await (
    await upload(`${HEADER.trim()};${script}\n${row('H-2').trim()};1\n${script};x;x;x;x;x;x\n`, 'try')
  ).text();
  expect(page).not.toContain('<img');
  expect(page).toContain('&lt;img');
});

it.each([
  ['navn;alder\nx;7\n', 'Ingen af navnene i filen kendes.'],
  ['id;mobil\nA;20123456\n', 'Kolonnen med aftalens tid mangler: kald den »start«'],
  ['dato;tid\n01-12-2026;09.00\n', 'kald den »id«, eller tag »telefon« med'],
  ['id;dato;tid;cpr\nA;01-12-2026;09.00;x\n', 'Kolonnen »cpr« er til CPR-numre'],
])('a header that cannot be used is told with the column that is meant: %j', async (file, sentence) => {
  expect(await (await upload(file, 'try')).text()).toContain(sentence);
});

/** The form by which the file of a trial is imported, as its page has it. */
async function keptBy(client: PageClient, text: string): Promise<Readonly<Record<string, string>>> {
  const form = readPage(await (await upload(text, 'try', 'rh-csv', 'rh', client)).text()).forms.find(({ fields }) =>
    fields.some(({ name }) => name === 'kept'),
  );
  return Object.fromEntries(form ? sentFields(form) : []);
}
const sendKept = (client: PageClient, form: Readonly<Record<string, string>>) =>
  client.send('/admin/set-up/import', form);
const keptFiles = () => test.db.selectFrom('import_file').select(['id', 'content_ciphertext']).execute();

it('a file that was tried is imported without being chosen again, and is gone then', async () => {
  const form = await keptBy(chief, HEADER + row('K-1'));
  const [file] = await keptFiles();
  expect(String(file?.content_ciphertext)).not.toContain('K-1');
  const { page } = await sendKept(chief, form);
  expect([page.text.includes('Filen er indlæst.'), await keptFiles()]).toEqual([true, []]);
  const again = await sendKept(chief, form);
  expect([again.status, again.page.field('file').fault]).toEqual([
    422,
    'Filen gemmes kun i en time, og den kan være indlæst. Vælg den igen.',
  ]);
  expect(again.page.field('mode').value).toBe('import');
});

it.each<[string, (form: Readonly<Record<string, string>>) => Promise<unknown>]>([
  ['after an hour', async () => sweep(test.deps, NO_RECEIPTS, new Date(test.clock.now.getTime() + 3_600_000))],
  ['when its person signs out', async () => mate().post('/admin/sign-out', {})],
  ['when its person signs out everywhere', async () => mate().post('/admin/sign-out-everywhere', {})],
  [
    'when a citizen of the authority is erased',
    async () => eraseCitizen(test.deps, { authorityId: 'rh', phone: '+4529999999', actor: 'x' }, test.clock.now),
  ],
])('a file that was tried is gone %s', async (_, end) => {
  current = await enter(test, { role: 'administrator', authority: 'rh' });
  const form = await keptBy(current, HEADER + row('K-2'));
  expect(await keptFiles()).toHaveLength(1);
  await end(form);
  expect(await keptFiles()).toEqual([]);
});

it('a file that was tried is nobody else’s, and no other authority’s', async () => {
  const form = await keptBy(chief, HEADER + row('K-3'));
  const other = await enter(test, { role: 'administrator', authority: 'rh' });
  expect((await sendKept(other, form)).status).toBe(422);
  const both = await sendKept(chief, { ...form, authority: 'kk', source: 'kk-csv' });
  expect(both.status).toBe(404);
  expect((await sendKept(chief, { ...form, kept: 'x' })).status).toBe(422);
  expect(await keptFiles()).toHaveLength(1);
});

it('20 MiB of files are kept for a person, the newest', async () => {
  const owner = { authorityId: 'rh', personId: null };
  const file = { sourceId: 'rh-csv', bytes: new Uint8Array(1024 * 1024) };
  const ids: string[] = [];
  for (let nth = 0; nth < 22; nth++)
    ids.push(await keepImportFile(test.deps, owner, file, new Date(test.clock.now.getTime() + nth)));
  const kept = (await keptFiles()).map(({ id }) => id);
  expect(kept.sort()).toEqual(ids.slice(-19).sort());
});

it('rows that were taken and give no SMS stand in the file of refused rows, with their column, marked as taken', async () => {
  for (const mode of ['try', 'errors', 'import']) {
    const file = `${HEADER}${row('U-1')}${row('U-2', '')}U-3;01-12-2020;09.00;20123456;;booket\nU-4;x;9;;;\n`;
    const page = await (await upload(file, mode)).text();
    const text = mode === 'errors' ? page : await (await getRows(rowsOn(page))).text();
    const lines = text
      .split('\r\n')
      .slice(1)
      .map((line) => line.replaceAll('"', '').split(';').slice(0, 5));
    expect([mode, lines.slice(-3)]).toEqual([
      mode,
      [
        ['3', 'mobil', 'no_phone', 'Taget imod, men giver ingen SMS: Telefonnummeret mangler.', 'U-2'],
        ['4', 'dato', 'in_past', 'Taget imod, men giver ingen SMS: Tiden er gået.', 'U-3'],
        [''],
      ],
    ]);
    expect([mode, text.includes('U-1'), text.includes('U-4')]).toEqual([mode, false, true]);
  }
});

it('a file without anything new says so', async () => {
  const file = HEADER + row('N-1');
  expect(await (await upload(file, 'import')).text()).toContain('Filen er indlæst.');
  const again = await (await upload(file, 'import')).text();
  expect(again).toContain('Filen er læst, og intet i den var nyt.');
  expect(again).toContain('Påmindelser planlagt til filens aftaler');
});

const OUTCOME = /<p class="(\w+)" role="status">([^<]*)<\/p>/;

it.each([
  [1, 'import', 'Filen er læst, og intet nyt er gemt. 1 række blev afvist. Se den nedenfor.'],
  [2, 'import', 'Filen er læst, og intet nyt er gemt. 2 rækker blev afvist. Se dem nedenfor.'],
  [2, 'try', 'Intet er gemt. 2 rækker ville blive afvist. Se dem nedenfor.'],
])('%i refused rows are a warning that counts them: %s', async (count, what, sentence) => {
  const file = HEADER + 'R-1;i morgen;09.00;;;\n'.repeat(count);
  const [, kind, text] = OUTCOME.exec(await (await upload(file, what)).text()) ?? [];
  expect(kind).toBe('warning');
  expect(text).toContain(sentence);
});

it('a page that says the outcome of a file no longer says that the file is being read, nor how far', async () => {
  const page = await (await upload(`${HEADER}R-1;i morgen;09.00;;;\n`, 'import')).text();
  expect(page).toMatch(/<p class="running">[^<]*<\/p><ol class="plain-list"><li>/);
  const [, kind] = OUTCOME.exec(page) ?? [];
  const [, hiddenBefore = ''] =
    /:is\(\.running,\.running\+\.plain-list\):has\(([^)]*)\){display:none/.exec(
      (await chief.text('/admin/style.css')).replaceAll(' ', ''),
    ) ?? [];
  expect(hiddenBefore.split(',')).toContain(`~.${kind}`);
  const asked = await (await upload('x', 'try')).text();
  const [, form] = /<\/ol>(?:<p class="lead">[^<]*<\/p>)+<section class="(\w+)">/.exec(asked) ?? [];
  expect(hiddenBefore.split(',')).toContain(`~.${form}`);
});

it('a file whose rows are all taken is no warning, and the next step is another file', async () => {
  const page = await (await upload(HEADER + row('T-1'), 'import')).text();
  expect(OUTCOME.exec(page)?.slice(1)).toEqual(['message', 'Filen er indlæst.']);
  expect(page).toContain('Vælg en fil til');
});
