import pg from 'pg';
import { readConfig } from '../src/config/config.ts';
import { DatabaseTime } from './database-time.ts';
import { ask, isFile, searches, type Visit, walk } from './page-visits.ts';
import { medianOf, reportFigure, say } from './report.ts';
import { ID_OF_COPY, multiply, openStock, type Stock } from './rows.ts';
import { dropDatabase, startBenchService, withClient } from './service.ts';
import { MESSAGES, ROLL_UP } from './statistics.ts';

const DAY_MS = 86_400_000;
const MOST_MS = 50;
const MOST_KB = 100;
const PASSWORD = 'korrekt hest batteri hæfteklamme';
/** Fifty large ones, and one that has an appointment every few days. */
const DEPARTMENT = `case when n % 100000 = 7 then 'Sjælden' else 'Afdeling ' || n % 50 end`;

/** Replies, half of which need a person, nearly all settled, and an audit, as they stand after some years. */
const REPLIES = `with reply as (
    insert into inbound_message (id, gateway, phone_hash, meaning, scope, received_at)
    select ('01930000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'simulator', sha256(n::text::bytea),
      (array['stop', 'other', 'cancel', 'confirm'])[1 + n % 4], 'authority', now() - n * interval '5 minutes'
    from generate_series(1, $1::int) n returning id, phone_hash, received_at, meaning)
  insert into inbound_authority (inbound_id, authority_id, phone_hash, needs_person, holds, settled_at, settled_by, action)
  select id, 'bench', phone_hash, needs_person, false, settled_at, case when settled_at is not null then 'administrator' end,
    case when settled_at is not null then 'ignore' end
  from (select *, meaning in ('other', 'cancel') as needs_person,
    case when meaning in ('other', 'cancel') and received_at < now() - interval '1 day' then received_at end as settled_at
    from reply) r`;
/** Each is about one appointment. */
const SUBJECTS = `insert into inbound_appointment (
    inbound_id, authority_id, appointment_id, slot, phone_hash, subject, holds, had_number)
  select i.id, 'bench', a.id, 0, i.phone_hash, true, false, true
  from generate_series(1, $1::int) n
  join inbound_message i on i.id = ('01930000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
  join appointment a on a.id = ${ID_OF_COPY}`;
/** Numbers that get no SMS, of which a third were lifted. */
const OPT_OUTS = `insert into opt_out (id, authority_id, phone_hash, reason, recorded_by, recorded_at, lifted_at, lifted_by)
  select ('01930000-0000-7001-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'bench', sha256(n::text::bytea), 'stop', 'citizen',
    now() - n * interval '5 minutes', case when n % 3 = 0 then now() end, case when n % 3 = 0 then 'administrator' end
  from generate_series(1, $1::int) n`;
/** As many refusals and codes as are kept of a booking system. */
const FINDINGS = [
  `insert into refusal (authority_id, source_id, at, status, code, pointer, format)
    select 'bench', 'bench', now() - n * interval '1 minute', '422', 'no_start', '/entry/' || n || '/resource/start', 'fhir'
    from generate_series(1, 100) n`,
  `insert into unmapped_value (authority_id, source_id, field, value, first_at, last_at)
    select 'bench', 'bench', (array['status', 'location'])[1 + n % 2], 'CODE-' || n, now(), now()
    from generate_series(1, 200) n`,
];
const AUDIT = `insert into audit (id, at, actor, action, authority_id, target)
  select gen_random_uuid(), now() - n * interval '1 minute', 'administrator', 'phones.read', 'bench', 'inbound'
  from generate_series(1, $1::int) n`;

/**
 * Every page of an authority with that many reminders: the database's time, what the browser loads, and how long the first
 * byte takes. The pages are those that links and the choices of forms lead to from the start page, the searches of a
 * number and of a day, and the other forms that only read, and the files that all of these lead to, for an administrator
 * and for somebody who is limited to two departments; and the start page where reminders must leave thirty days before,
 * whose lists look as far back.
 */
export async function benchPages(serverUrl: string, rounds: number, reminders: number): Promise<void> {
  const stock = await openStock(serverUrl);
  await fill(stock, reminders);
  // No jobs: what a sweep spends meanwhile is not the page's.
  const service = await startBenchService(readConfig({ ...stock.env, EASYSMS_ROLE: 'api' }));
  const time = await DatabaseTime.open(stock.databaseUrl);
  const token = stock.env.EASYSMS_ADMIN_TOKEN ?? '';
  const browser = await signIn(service.url, token);
  const limited = await signIn(service.url, token, LIMITED);
  const assets = await sizeOf(service.url, browser, ['/admin/style.css', '/admin/script.js']);
  const worst = { ms: 0, kb: 0, firstByte: 0 };
  const measure = async (visit: Visit, browser: string) => {
    const { path, name = path } = visit;
    const seen = { ms: [] as number[], kb: [] as number[], firstByte: [] as number[] };
    // The first visit reads from the disk what staff who open the page all day have in memory, and is not counted.
    for (let round = -1; round < rounds; round++) {
      await time.reset();
      const began = performance.now();
      const answer = await ask(service.url, browser, visit);
      const firstByte = performance.now() - began;
      const kb = ((await answer.arrayBuffer()).byteLength + assets) / 1000;
      const { ms } = await time.spent();
      if (round < 0) continue;
      seen.firstByte.push(firstByte);
      if (!isFile(answer)) seen.kb.push(kb);
      seen.ms.push(ms);
    }
    reportFigure(`the database's time of ${name}`, seen.ms, 'ms', MOST_MS);
    if (seen.kb.length > 0) reportFigure(`  HTML, style sheet and script together`, seen.kb, 'kB', MOST_KB);
    reportFigure('  to the first byte', seen.firstByte, 'ms');
    for (const name of ['ms', 'kb', 'firstByte'] as const) worst[name] = Math.max(worst[name], medianOf(seen[name]));
  };
  const pages = await walk(service.url, browser, await searches(service.url, browser, reminders));
  say(`${pages.length} pages of ${reminders} reminders`);
  for (const visit of pages) await measure(visit, browser);
  const own = await walk(service.url, limited, await searches(service.url, limited, reminders));
  say(`${own.length} pages of somebody who is limited to departments`);
  for (const visit of own)
    await measure({ ...visit, name: `${visit.name ?? visit.path}, of two departments` }, limited);
  await changeNotice(service.url, token, 'P30D');
  await keepNotice(stock);
  const start = { path: '/admin?authority=bench', name: 'the start page, with a notice of 30 days' };
  await measure(start, browser);
  await measure({ ...start, name: `${start.name}, of two departments` }, limited);
  reportFigure('the page that takes the database longest', [worst.ms], 'ms', MOST_MS);
  reportFigure('the largest page', [worst.kb], 'kB', MOST_KB);
  reportFigure('the page whose first byte comes last', [worst.firstByte], 'ms');
  await time.close();
  await service.stop();
  await dropDatabase(serverUrl, stock.databaseUrl);
}

/** Eleven months that are over, two weeks that are planned. */
export async function fill({ databaseUrl }: Stock, reminders: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const everyMs = (350 * DAY_MS) / reminders;
  const turn = `(n * 7368787 % ${reminders})`;
  const past = Math.floor((reminders * 336) / 350);
  const due = new Date(Date.now() - 336 * DAY_MS);
  await client.query('alter table reminder disable trigger user');
  await multiply(databaseUrl, {
    ...{ count: reminders, due, everyMs, scattered: true },
    columns: {
      next_at: `case when ${turn} >= ${past} and n % 50 > 1 then '${due.toISOString()}'::timestamptz + ${turn} * ${everyMs} * interval '1 millisecond' end`,
      department: DEPARTMENT,
      status: `case when ${turn} >= ${past} and n % 50 > 1 then 'planned' when n % 50 = 0 then 'suppressed'
        when n % 50 = 1 then 'expired' when n / 10000 % 8 < 7 then 'handed_over' else 'cancelled' end`,
      reason: "case n % 50 when 0 then 'no_phone' when 1 then 'too_late' end",
      expires_at: `'${due.toISOString()}'::timestamptz + ${turn} * ${everyMs} * interval '1 millisecond' + interval '22 hours'`,
    },
    appointmentColumns: { department: DEPARTMENT },
  });
  await client.query('alter table reminder enable trigger user');
  await client.query(MESSAGES);
  await client.query(ROLL_UP);
  await client.query(REPLIES, [Math.min(reminders, 100_000)]);
  await client.query(SUBJECTS, [Math.min(reminders, 100_000)]);
  await client.query(AUDIT, [Math.min(reminders, 500_000)]);
  await client.query(OPT_OUTS, [Math.min(reminders, 100_000)]);
  for (const statement of FINDINGS) await client.query(statement);
  await client.query('vacuum (analyze)');
  await client.end();
}

/** An account that somebody is invited to. */
export interface Account {
  readonly path: string;
  readonly access: object;
}

const WHOLE: Account = { path: '/v1/installation/people', access: { role: 'administrator' } };
export const LIMITED: Account = {
  path: '/v1/authorities/bench/people',
  access: { role: 'operator', departments: ['Afdeling 7', 'Sjælden'] },
};

/** Has an authority's reminders leave so long before the appointment at the latest. */
export async function changeNotice(url: string, token: string, minimumNotice: string): Promise<void> {
  const authorization = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const address = `${url}/v1/authorities/bench`;
  const read = await fetch(address, { headers: authorization });
  const { id: _id, version: _version, paused: _paused, ...settings } = (await read.json()) as Record<string, unknown>;
  const body = JSON.stringify({ ...settings, minimumNotice });
  const answer = await fetch(address, { method: 'PUT', headers: authorization, body });
  if (!answer.ok) throw new Error(`the settings answered ${answer.status}: ${await answer.text()}`);
}

/** Lets the notice of thirty days have been in force when the reminders were planned. */
export async function keepNotice({ databaseUrl }: Stock): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    await client.query("update authority set notice_changed_at = null where id = 'bench'");
    await client.query(
      "update reminder set expires_at = expires_at - interval '30 days' where status in ('suppressed', 'expired')",
    );
    await client.query('vacuum (analyze) reminder');
  });
}

/** Makes a person, by default an administrator of the installation. @returns the cookie of their browser */
export async function signIn(url: string, token: string, { path, access }: Account = WHOLE): Promise<string> {
  const invited = await fetch(url + path, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: `bench${Date.now()}@example.org`, name: 'Bench', ...access }),
  });
  const { link } = (await invited.json()) as { link: string };
  const { pathname } = new URL(link);
  const form = await fetch(url + pathname);
  const [cookie = ''] = (form.headers.getSetCookie()[0] ?? '').split(';');
  const proof = /name="form" value="([^"]+)"/.exec(await form.text())?.[1] ?? '';
  const joined = await fetch(url + pathname, {
    ...{ method: 'POST', redirect: 'manual' },
    headers: { cookie, Origin: 'http://bench.example' },
    body: new URLSearchParams({ form: proof, password: PASSWORD }),
  });
  const session = joined.headers.getSetCookie().map((each) => each.split(';')[0]);
  if (joined.status !== 303) throw new Error(`the invitation answered ${joined.status}: ${await joined.text()}`);
  return [cookie, ...session].join('; ');
}

async function sizeOf(url: string, cookie: string, paths: readonly string[]): Promise<number> {
  let size = 0;
  for (const path of paths) {
    const answer = await fetch(url + path, { headers: { cookie } });
    if (answer.ok) size += (await answer.arrayBuffer()).byteLength;
  }
  return size;
}
