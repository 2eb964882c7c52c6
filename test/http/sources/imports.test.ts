import { beforeEach, describe, expect, it } from 'vitest';
import { useApp } from '../../support/scenario.ts';

interface Answer {
  readonly rows: number;
  readonly errors: readonly { line: number; column: string | null; code: string; detail: string }[];
  readonly [name: string]: unknown;
}

const HEADER = 'id;dato;tid;mobil;sted;status';
const FILE = `${HEADER}
A-1;01-12-2026;09.00;20 12 34 50;Opgang 4, 3. sal;booket
A-2;02-12-2026;kl. 10;20123451;Opgang 4;flyttet
A-3;03-12-2026;9.15;;Opgang 4;booket
`;

let source: string;
let token: string;
let made = 0;
const test = useApp();
beforeEach(async () => {
  source = `clinic-${++made}`;
  await test.makeAuthority(source);
  ({ token } = await test.makeSource(source, source));
});

interface Options {
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly token?: string | null;
}

const send = async (body: string | Uint8Array<ArrayBuffer>, options: Options = {}): Promise<Response> => {
  const headers = new Headers({ 'Content-Type': 'text/csv', ...options.headers });
  if (options.token !== null) headers.set('Authorization', `Bearer ${options.token ?? token}`);
  return test.app.request(`/v1/sources/${source}/imports${options.query ?? ''}`, { method: 'POST', headers, body });
};
const answered = async (body: string | Uint8Array<ArrayBuffer>, options?: Options): Promise<Answer> => {
  const response = await send(body, options);
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
};
const stored = (reference: string) =>
  test.json<Record<string, unknown>>(
    200,
    `/v1/authorities/${source}/appointments/${source}/${encodeURIComponent(reference)}`,
  );
const count = async () =>
  (await test.db.selectFrom('appointment').select('id').where('source_id', '=', source).execute()).length;

const plannedCount = async () => {
  const rows = await test.db.selectFrom('reminder').select('status').where('source_id', '=', source).execute();
  return rows.filter(({ status }) => status === 'planned').length;
};

describe('a file with a date that can only be read with the month first', () => {
  const file = `id;start;mobil\nA-1;04/03/2027 9.00;20123450\nA-2;03/14/2027 9.00;20123451\n`;

  it.each(['', '?dryRun=true'])('is refused with its rows, and nothing of it is stored: "%s"', async (query) => {
    const response = await send(file, { query });
    const { errors, detail } = (await response.json()) as Answer & { detail: string };
    expect([response.status, detail]).toEqual([422, expect.stringContaining('dateOrder')]);
    expect(errors).toEqual([
      { pointer: 'start', line: 3, column: 2, code: 'month_first', detail },
      { pointer: 'start', line: 2, column: 2, code: 'month_first', detail: expect.stringContaining('both ways') },
    ]);
    expect(await count()).toBe(0);
  });

  it('is taken by a source that has the month first, which refuses one that has the day first', async () => {
    await test.put(`/v1/authorities/${source}/sources/${source}`, { name: 'Clinic', dateOrder: 'mdy' });
    expect(await answered(file)).toMatchObject({ accepted: 2 });
    expect(await stored('A-1')).toMatchObject({ start: '2027-04-03T07:00:00.000Z' });
    const danish = await send(file.replace('03/14', '14/03'), { headers: { 'Accept-Language': 'da' } });
    expect([danish.status, await danish.json()]).toEqual([
      422,
      expect.objectContaining({
        errors: [
          expect.objectContaining({ line: 3, code: 'day_first', detail: expect.stringContaining('dagen først') }),
          expect.objectContaining({ line: 2, code: 'day_first', detail: expect.stringContaining('på begge måder') }),
        ],
      }),
    ]);
  });
});

describe('an upload', () => {
  it('becomes appointments with their reminders', async () => {
    expect(await answered(FILE)).toEqual({
      dryRun: false,
      ...{ rows: 3, accepted: 3, duplicate: 0, stale: 0, ignored: 0, refused: 0 },
      unknownColumns: [],
      reminders: 4,
      segments: null,
      reasons: { no_phone: 1 },
      warnings: [{ line: 4, code: 'no_phone' }],
      errors: [],
    });
    expect(await plannedCount()).toBe(4);
    expect(await stored('A-1')).toMatchObject({
      status: 'booked',
      start: '2026-12-01T08:00:00.000Z',
      phone: '+4520123450',
      location: { text: 'Opgang 4, 3. sal' },
    });
    expect(await stored('A-2')).toMatchObject({ start: '2026-12-02T09:00:00.000Z' });
  });

  it('changes nothing when it comes again, and only what is different when it comes changed', async () => {
    await answered(FILE);
    expect(await answered(FILE)).toMatchObject({ accepted: 0, duplicate: 3, reminders: 4 });
    const found = await answered(FILE.replace('A-1;01-12-2026;09.00', 'A-1;01-12-2026;11.00'));
    expect(found).toMatchObject({ accepted: 1, duplicate: 2 });
    expect(await stored('A-1')).toMatchObject({ start: '2026-12-01T10:00:00.000Z' });
    expect(await plannedCount()).toBe(4);
  });

  it('comes to the same without ids, by number and start', async () => {
    const file = 'start;mobil\n01-12-2026 9.00;20 12 34 50\n';
    expect(await answered(file)).toMatchObject({ accepted: 1, reminders: 2 });
    const found = await answered(file.replace('01-12-2026 9.00', '2026-12-01 09:00'));
    expect(found).toMatchObject({ accepted: 0, duplicate: 1, reminders: 2 });
    expect(await count()).toBe(1);
  });

  it('calls off what its status calls off', async () => {
    await answered(FILE);
    expect(await answered('id;status\nA-1;aflyst\n')).toMatchObject({ accepted: 1, reminders: 0 });
    expect(await stored('A-1')).toMatchObject({ status: 'cancelled', phone: '+4520123450' });
    expect(await plannedCount()).toBe(2);
  });

  it('takes the good rows, and says of each bad one where it stands and why', async () => {
    const file = `${FILE}A-4;03-12-26;9.00;20123452;;\n\nA-5;03-12-2026;9.00;20123453;;hokuspokus\nA-6;03-12-2026;9.00;20123454;;\n`;
    const response = await answered(file);
    expect(response).toMatchObject({ rows: 6, accepted: 4, refused: 2 });
    expect(response.errors).toEqual([
      { line: 5, column: 'dato', code: 'two_digit_year', detail: expect.any(String) },
      { line: 7, column: 'status', code: 'unknown_status', detail: expect.any(String) },
    ]);
    expect(await count()).toBe(4);
  });

  it('gets a file of the refused rows that can be mended and sent again', async () => {
    const file = `${HEADER};note\nA-1;01-12-26;9.00;20123450;"Opgang ""4"";\n3. sal";;x\nA-2;01-12-2026;9.00;2512489996;;;\n`;
    const response = await send(file, { headers: { Accept: 'text/csv' } });
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    const text = await response.text();
    expect(text).toMatch(
      /^line;column;code;detail;id;dato;tid;mobil;sted;status;note\r\n2;dato;two_digit_year;[^;]+;A-1;/,
    );
    expect(text).toMatch(/\r\n4;mobil;cpr;[^;]+\r\n$/);
    expect(text).not.toContain('2512489996');
    expect(await answered(text.replace('01-12-26', '01-12-2026'))).toMatchObject({ accepted: 1, refused: 1 });
    expect(await stored('A-1')).toMatchObject({ location: { text: 'Opgang "4"; 3. sal' } });
  });

  it('names the columns that nobody read', async () => {
    const found = await answered('id;start;behandler\nA-1;01-12-2026 9.00;x\n');
    expect(found).toMatchObject({ unknownColumns: ['behandler'] });
  });

  it('may hold two thousand rows, and no more', async () => {
    const rows = (number: number) =>
      Array.from({ length: number }, (_, index) => `A-${index};01-12-2026;9.00;;;`).join('\n');
    expect(await answered(`${HEADER}\n${rows(2000)}\n`)).toMatchObject({ rows: 2000, accepted: 2000 });
    expect((await send(`${HEADER}\n${rows(2001)}\n`)).status).toBe(422);
  });

  it('in Windows-1252 keeps its letters', async () => {
    await answered(new Uint8Array(Buffer.from('id;start;sted\nA-1;01-12-2026 9.00;Ærø Øst\n', 'latin1')));
    expect(await stored('A-1')).toMatchObject({ location: { text: 'Ærø Øst' } });
  });

  it('logs no number', async () => {
    await answered(FILE);
    await send(FILE.replace('mobil', 'cpr'));
    expect(test.logged.join('')).not.toMatch(/20 ?12 ?34 ?5/);
  });
});

describe('a dry run', () => {
  it('says what would come of it, reminders and segments too, and stores nothing', async () => {
    const response = await answered(`${FILE}A-4;x;;;;\n`, { query: '?dryRun=true' });
    expect(response).toMatchObject({ dryRun: true, rows: 4, accepted: 3, refused: 1, reminders: 4, segments: 4 });
    expect(response.errors).toMatchObject([{ line: 5, column: 'dato' }]);
    expect(await count()).toBe(0);
  });

  it('counts the segments of what would be written', async () => {
    await test.put(`/v1/authorities/${source}/templates/reminder/da`, { text: `{{date}} ${'lang '.repeat(40)}` });
    expect(await answered(FILE, { query: '?dryRun=true' })).toMatchObject({ reminders: 4, segments: 8 });
  });

  it('knows what is stored already', async () => {
    await answered(FILE);
    const changed = FILE.replace('A-2;02-12-2026', 'A-2;04-12-2026');
    const found = await answered(changed, { query: '?dryRun=true' });
    expect(found).toMatchObject({ accepted: 1, duplicate: 2, reminders: 4 });
    expect(await stored('A-2')).toMatchObject({ start: '2026-12-02T09:00:00.000Z' });
  });

  it('leaves the key of its request to the real one', async () => {
    const headers = { 'Idempotency-Key': 'list-1' };
    await answered(FILE, { query: '?dryRun=true', headers });
    expect(await answered(FILE, { headers })).toMatchObject({ accepted: 3 });
    expect(await answered(FILE, { headers })).toMatchObject({ duplicate: 3 });
    expect((await send(`${FILE}\n`, { headers })).status).toBe(422);
  });

  it.each(['?dryRun=yes', '?dryRun', '?dryrun=true', '?dry-run=true'])(
    'that is misspelt %s is refused, and becomes no real one',
    async (query) => {
      expect((await send(FILE, { query })).status).toBe(422);
      expect(await count()).toBe(0);
    },
  );
});

describe('a file that can not be used', () => {
  it.each([
    ['a token that is none of the source', 401, FILE, { token: 'wrong' }],
    ['no token', 401, FILE, { token: null }],
    [
      'no token, and a type of sheets',
      401,
      FILE,
      { token: null, headers: { 'Content-Type': 'application/vnd.ms-word' } },
    ],
    ['no token, and a misspelt dry run', 401, FILE, { token: null, query: '?dry-run=true' }],
    ['a sheet of Excel', 415, 'PK\u0003\u0004\u0014\u0000', {}],
    [
      'a type of sheets',
      415,
      FILE,
      { headers: { 'Content-Type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' } },
    ],
    ['JSON', 415, '{}', { headers: { 'Content-Type': 'application/json' } }],
    ['a form', 415, FILE, { headers: { 'Content-Type': 'multipart/form-data; boundary=x' } }],
    ['a column for CPR numbers', 422, FILE.replace('sted', 'CPR-nr.'), {}],
    ['no names of columns', 422, FILE.slice(FILE.indexOf('\n') + 1), {}],
    ['nothing in it', 422, '', {}],
    ['more than a mebibyte', 413, `${HEADER}\n${'x'.repeat(1024 * 1024)}`, {}],
  ] as const)('is refused as a whole: %s', async (_, status, body, options) => {
    const response = await send(body, options);
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
    expect(await response.text()).not.toMatch(/20 ?12 ?34 ?5/);
    expect(await count()).toBe(0);
  });

  it('is taken as the other types that browsers send for CSV', async () => {
    for (const type of [
      'text/plain',
      'application/vnd.ms-excel',
      'application/octet-stream',
      'text/csv; charset=utf-8; header=present',
    ]) {
      expect((await send(FILE, { headers: { 'Content-Type': type } })).status).toBe(200);
    }
  });

  it('gets the same response for a source that is not there', async () => {
    const response = await test.app.request('/v1/sources/nobody/imports', {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
      body: FILE,
    });
    expect(response.status).toBe(401);
  });
});

describe('what is wrong', () => {
  const WRONG = `${HEADER}
A-1;01-12-26;09.00;20123450;Opgang 4;booket
A-2;01-12-2026;;20123451;Opgang 4;booket
A-3;01-12-2026;09.00;20123452;Opgang 4;noget
`;
  const danish = { headers: { 'Accept-Language': 'da, en;q=0.8' } };

  it('is explained in Danish to those who ask for it, with the same codes', async () => {
    const [english, response] = [await answered(WRONG), await answered(WRONG, danish)];
    expect(response.errors.map(({ code }) => code)).toEqual(english.errors.map(({ code }) => code));
    expect(response.errors.map(({ detail }) => detail)).toEqual([
      'Årstallet skal have fire cifre, da datoen ellers er tvetydig.',
      'Der mangler et klokkeslæt, for eksempel 01-12-2026 09:00.',
      'Denne status er ukendt: tilføj den under »Statusser« i bookingsystemets indstillinger (statusMap).',
    ]);
    const file = await send(WRONG, { headers: { ...danish.headers, Accept: 'text/csv' } });
    expect(await file.text()).toContain('Årstallet skal have fire cifre');
  });

  it('with the whole file, too', async () => {
    const response = await send('', danish);
    expect([response.status, ((await response.json()) as { detail: string }).detail]).toEqual([422, 'Filen er tom.']);
  });

  it('names a cancellation under an id that is not known, which ends nothing', async () => {
    const list = (id: string) => `id;status\n${id};aflyst\n`;
    expect((await answered(list('C-99'))).warnings).toEqual([{ line: 2, code: 'unknown_reference' }]);
    expect((await answered('id;dato;tid;mobil\nC-1;01-12-2026;09.00;20123456\n')).warnings).toEqual([]);
    expect((await answered(list('C-1'))).warnings).toEqual([]);
  });

  it('names a number that Excel has shortened: an id refuses its row, a phone number leaves it without SMS', async () => {
    const file = 'id;dato;tid;mobil\nA-1;01-12-2026;09.00;4,52E+09\n1,23457E+12;01-12-2026;09.00;20123456\n';
    const { errors, warnings, reasons } = await answered(file);
    expect(errors.map(({ line, column, code }) => [line, column, code])).toEqual([[3, 'id', 'excel_number']]);
    expect(errors[0]?.detail).toContain('4,52E+09');
    expect([warnings, reasons]).toEqual([[{ line: 2, code: 'excel_number' }], { invalid_number: 1 }]);
    expect((await answered(file, danish)).errors[0]?.detail).toContain('Excel har skrevet et langt tal');
  });
});
