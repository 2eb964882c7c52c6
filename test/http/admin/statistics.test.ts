import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { useApp } from '../../support/scenario.ts';

interface Statistics {
  from: string;
  to: string;
  by: string;
  rows: ({ key: string } & Record<string, number>)[];
  total: Record<string, number>;
}

const NONE = {
  ...{ planned: 0, accepted: 0, delivered: 0, undelivered: 0, rejected: 0, uncertain: 0 },
  ...{ expired: 0, suppressed: 0, cancelled: 0, superseded: 0, segments: 0, optOuts: 0 },
};

const COLUMNS = [
  ...['key', 'planned', 'accepted', 'delivered', 'undelivered', 'rejected', 'uncertain', 'expired', 'suppressed'],
  ...['cancelled', 'superseded', 'segments', 'share', 'opt_outs'],
];

const test = useApp({ authorities: { rh: { sources: ['rh'] } } });
const { rows } = test;
beforeAll(async () => {
  const appointment = await rows.appointment('rh', null);
  const one = (day: string, row: object) => rows.reminder('rh', appointment, { due_day: day, ...row });
  await one('2026-11-24', { department: '=SUM(A1)' });
  for (const [due_day, status] of [
    ['2026-11-24', 'handing_over'],
    ['2026-11-26', 'delivered'],
  ] as const) {
    const department = 'Kirurgi, "øst"';
    const handedOver = await one(due_day, { department, status: 'handed_over' });
    await rows.message('rh', handedOver, '+4520123456', {
      department,
      due_day,
      status,
      gateway: 'kannel',
      segments: 2,
    });
  }
  await rows.optOut('rh', '+4520123456');
});

const read = (query: string) => test.json<Statistics>(200, `/v1/authorities/rh/statistics${query}`);

describe('statistics', () => {
  it('by day, every day of the period has a row, also a day without reminders', async () => {
    expect(await read('?from=2026-11-24&to=2026-11-26')).toEqual({
      from: '2026-11-24',
      to: '2026-11-26',
      by: 'day',
      rows: [
        { key: '2026-11-24', ...NONE, planned: 2, optOuts: 1 },
        { key: '2026-11-25', ...NONE },
        { key: '2026-11-26', ...NONE, delivered: 1, segments: 2 },
      ],
      total: { ...NONE, planned: 2, delivered: 1, segments: 2, optOuts: 1 },
    });
  });

  it('by gateway, what was never handed over has the key none; opt-outs are in the total', async () => {
    const { rows: counted, total } = await read('?from=2026-11-24&to=2026-11-26&by=gateway');
    expect(counted).toEqual([
      { key: 'kannel', ...NONE, delivered: 1, segments: 2 },
      { key: 'none', ...NONE, planned: 2 },
    ]);
    expect(total.optOuts).toBe(1);
  });

  it("without a period, they cover thirty days until today in the authority's time zone", async () => {
    test.clock.now = new Date('2026-11-24T23:30:00Z');
    expect(await read('')).toMatchObject({ from: '2026-10-27', to: '2026-11-25' });
    test.clock.now = new Date('2026-11-24T11:00:00Z');
    expect(await read('?from=2026-11-24')).toMatchObject({ from: '2026-11-24', to: '2026-11-24' });
  });

  it('as CSV, they have a total, and nothing that a spreadsheet takes for a formula', async () => {
    const path = '/v1/authorities/rh/statistics?from=2026-11-24&to=2026-11-26&by=department';
    const response = await test.request(path, { headers: { Accept: 'text/csv' } });
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const answer = response.headers.get('content-disposition');
    expect(answer).toBe('attachment; filename="statistics-rh-2026-11-24-2026-11-26-department.csv"');
    expect(response.headers.get('vary')).toContain('Accept');
    expect((await response.text()).split('\r\n').sort()).toEqual(
      [
        '',
        COLUMNS.join(','),
        `'=SUM(A1),1,0,0,0,0,0,0,0,0,0,0,0.0,0`,
        '"Kirurgi, ""øst""",1,0,1,0,0,0,0,0,0,0,2,100.0,0',
        'total,2,0,1,0,0,0,0,0,0,0,2,100.0,1',
      ].sort(),
    );
  });

  it('as CSV, they have the same columns over a period of nothing, with noughts, and as docs/integrators.md lists', async () => {
    const path = '/v1/authorities/rh/statistics?from=2025-11-24&to=2025-11-24';
    const empty = await (await test.request(path, { headers: { Accept: 'text/csv' } })).text();
    const none = '0,0,0,0,0,0,0,0,0,0,0,0.0,0';
    expect(empty.split('\r\n')).toEqual([COLUMNS.join(','), `2025-11-24,${none}`, `total,${none}`, '']);
    const guide = await readFile('docs/integrators.md', 'utf8');
    const section = guide.split('### Statistics as CSV')[1]?.split('\n#')[0] ?? '';
    expect(section.match(/(?<=^\| `)\w+/gm)).toEqual(COLUMNS);
  });

  it('a browser, and a client that accepts anything, gets JSON', async () => {
    for (const Accept of ['*/*', 'application/json', 'text/html,*/*;q=0.8']) {
      const response = await test.request('/v1/authorities/rh/statistics', { headers: { Accept } });
      expect(response.headers.get('content-type')).toContain('application/json');
    }
  });

  it('a period that ends before it begins, is too long, or has an invalid day is refused', async () => {
    for (const query of [
      '?from=2026-11-02&to=2026-11-01',
      '?from=2026-02-30',
      '?from=1990-01-01',
      '?to=yesterday',
      '?by=hour',
      '?to=9999-12-31',
      '?to=0000-01-31',
    ]) {
      await test.json(422, `/v1/authorities/rh/statistics${query}`);
    }
    await test.json(404, '/v1/authorities/none/statistics');
  });
});
