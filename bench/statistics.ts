import pg from 'pg';
import { openDatabase } from '../src/database/connect.ts';
import type { Dimension } from '../src/staff/statistics/statistics.sql.ts';
import { getStatistics } from '../src/staff/statistics/statistics.ts';
import { DatabaseTime } from './database-time.ts';
import { type Round, report, reportFigure } from './report.ts';
import { multiply, openStock } from './rows.ts';
import { dropDatabase } from './service.ts';

/** As far from whole months as a year can be. */
const FROM = '2026-01-02';
const TO = '2026-12-30';
const BEGIN = '2026-01-01T00:00:00Z';
const YEAR_MS = 365 * 86_400_000;
const PAGES: readonly Dimension[] = ['day', 'template', 'language', 'gateway', 'department'];
const MOST_MS = 50;

/** As a region has them: so many departments, a tenth in English, most delivered. */
const COLUMNS = {
  next_at: 'null',
  department: "'Afdeling ' || n % 50",
  language: "case when n / 50 % 10 = 0 then 'en' else 'da' end",
  template: "case when n / 500 % 20 = 0 then 'cancellation' else 'reminder' end",
  status: "case when n / 10000 % 8 < 7 then 'handed_over' else 'cancelled' end",
};

/**
 * The message of each that was handed over; n is the number of the copy, which its id begins with. The message's id
 * begins with its time, as lists of messages go by.
 */
export const MESSAGES = `insert into message (id, authority_id, reminder_id, template, language, department, due_day, gateway, sender, status,
    attempts, encoding, segments, valid_until, created_at, handed_over_at, updated_at)
  select (lpad(to_hex((extract(epoch from r.due_at) * 1000)::bigint), 12, '0') || '70008000' || left(replace(r.id::text, '-', ''), 12))::uuid,
    r.authority_id, r.id, r.template, r.language, r.department, r.due_day, 'kannel', 'Bench',
    (array['delivered', 'delivered', 'delivered', 'delivered', 'delivered', 'undelivered', 'rejected'])[1 + n / 10000 % 8],
    1, 'gsm7', 1 + (n % 3 / 2), r.expires_at, r.due_at, r.due_at, r.due_at
  from reminder r cross join lateral (select ('x' || left(replace(r.id::text, '-', ''), 12))::bit(48)::bigint as n) number
  where r.status = 'handed_over'`;

/** A reminder with its message, as counting without roll-ups has to read them. */
const COUNTED = `(
  select r.authority_id, r.due_day as day, r.template, r.language, r.department, r.next_at,
    coalesce(m.gateway, 'none') as gateway, coalesce(m.status, r.status) as status,
    case when m.status <> 'rejected' then m.segments else 0 end as segments, m.id is not null as handed_over
  from reminder r left join message m on m.reminder_id = r.id) c`;

/**
 * What the triggers and the job behind them would have come to, had these reminders come one by one: each was planned,
 * and most accepted.
 */
export const ROLL_UP = `insert into statistics_day (authority_id, day, template, language, gateway, department, status, reminders, segments)
  select authority_id, day, template, language, case x.status when 'planned' then 'none' else gateway end,
    coalesce(department, 'none'), x.status, sum(x.count), sum(x.count * segments)
  from ${COUNTED} cross join lateral (
    values (c.status, 1), ('planned', 0), (case when handed_over then 'accepted' else 'planned' end, 0)) x (status, count)
  where next_at is null group by 1, 2, 3, 4, 5, 6, 7`;

/** One in a hundred does not want any more. */
const OPT_OUTS = `insert into opt_out (id, authority_id, phone_hash, reason, recorded_by, recorded_at)
  select gen_random_uuid(), 'bench', sha256(n::text::bytea), 'STOP', 'citizen', $2::timestamptz + n * 100 * $3::float8 * interval '1 millisecond'
  from generate_series(0, $1::int / 100 - 1) n`;

/** Each page of statistics over a year, against counting the reminders themselves. */
export async function benchStatistics(serverUrl: string, rounds: number, reminders: number): Promise<void> {
  const { databaseUrl } = await openStock(serverUrl);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('alter table reminder disable trigger user');
  const copies = {
    count: reminders,
    due: new Date(BEGIN),
    everyMs: YEAR_MS / reminders,
    scattered: true,
    columns: COLUMNS,
  };
  await multiply(databaseUrl, copies);
  await client.query('alter table reminder enable trigger user');
  await client.query(MESSAGES);
  await client.query('vacuum (analyze) message');
  await client.query(ROLL_UP);
  await client.query(OPT_OUTS, [reminders, BEGIN, YEAR_MS / reminders]);
  await client.query('vacuum (analyze) statistics_day, statistics_sum, opt_out');
  const [database, time] = [
    await openDatabase({ databaseUrl }, { queryTimeoutMs: null }),
    await DatabaseTime.open(databaseUrl),
  ];
  const authority = { id: 'bench', timeZone: 'Europe/Copenhagen' };
  const page = async (by: Dimension): Promise<number> => {
    await time.reset();
    await getStatistics(database, authority, { from: FROM, to: TO, by });
    return (await time.spent()).ms;
  };
  const count = async (by: Dimension): Promise<number> => {
    await time.reset();
    await client.query(
      `select ${by}, status, count(*), sum(segments) from ${COUNTED}
       where authority_id = 'bench' and day between $1 and $2 group by 1, 2`,
      [FROM, TO],
    );
    return (await time.spent('%from reminder r left join message%')).ms;
  };
  const pages = new Map(PAGES.map((by) => [by, [] as number[]]));
  const slowest: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const compared: Round[] = [];
    for (const by of PAGES) {
      const ms = await page(by);
      pages.get(by)?.push(ms);
      compared.push({ ours: 1000 / ms, limit: 1000 / (await count(by)) });
    }
    slowest.push(compared.reduce((least, next) => (next.ours / next.limit < least.ours / least.limit ? next : least)));
  }
  for (const [by, times] of pages)
    reportFigure(`statistics by ${by}, one year of ${reminders} reminders, the database's time`, times, 'ms', MOST_MS);
  report('the page of statistics that gains least / counting the reminders', slowest, 20);
  for (const table of ['statistics_day', 'statistics_sum']) {
    const { rows } = await client.query<{ count: string }>(`select count(*) from ${table}`);
    reportFigure(`rows of ${table}`, [Number(rows[0]?.count)], 'rows');
  }
  for (const each of [database, time]) await each.close();
  await client.end();
  await dropDatabase(serverUrl, databaseUrl);
}
