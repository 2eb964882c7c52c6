import pg from 'pg';
import { readConfig } from '../src/config/config.ts';
import { DatabaseTime } from './database-time.ts';
import { medianOf, reportFigure, say } from './report.ts';
import { multiply, openStock, type Stock } from './rows.ts';
import { dropDatabase, startBenchService } from './service.ts';
import { MESSAGES, ROLL_UP } from './statistics.ts';

const DAY_MS = 86_400_000;
const MOST_MS = 50;
const MOST_KB = 100;
const PASSWORD = 'korrekt hest batteri hæfteklamme';
/** Fifty large ones, and one that has an appointment every few days. */
const DEPARTMENT = `case when n % 100000 = 7 then 'Sjælden' else 'Afdeling ' || n % 50 end`;
/** A page is linked from many: this bounds the walk, not the pages. */
const MOST_PAGES = 200;

/** Replies, nearly all settled, and an audit, as they stand after some years. */
const REPLIES = `with reply as (
    insert into inbound_message (id, gateway, phone_hash, meaning, scope, received_at)
    select ('01930000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'simulator', sha256(n::text::bytea),
      (array['stop', 'other', 'cancel', 'confirm'])[1 + n % 4], 'authority', now() - n * interval '5 minutes'
    from generate_series(1, $1::int) n returning id, phone_hash, received_at)
  insert into inbound_authority (inbound_id, authority_id, phone_hash, needs_person, holds, settled_at, settled_by, action)
  select id, 'bench', phone_hash, true, false, case when received_at < now() - interval '1 day' then received_at end,
    'administrator', 'ignore' from reply`;
const AUDIT = `insert into audit (id, at, actor, action, authority_id, target)
  select gen_random_uuid(), now() - n * interval '1 minute', 'administrator', 'phones.read', 'bench', 'inbound'
  from generate_series(1, $1::int) n`;

/**
 * Every page of an authority with that many reminders: the database's time, what the browser loads, and how long the first
 * byte takes. The pages are those that links lead to from the start page, and the searches of a number and of a day.
 */
export async function benchPages(serverUrl: string, rounds: number, reminders: number): Promise<void> {
  const stock = await openStock(serverUrl);
  await fill(stock, reminders);
  const service = await startBenchService(readConfig(stock.env));
  const time = await DatabaseTime.open(stock.databaseUrl);
  const browser = await signIn(service.url, stock.env.EASYSMS_ADMIN_TOKEN ?? '');
  const assets = await sizeOf(service.url, browser, ['/admin/style.css', '/admin/script.js']);
  const pages = await walk(service.url, browser, await searches(service.url, browser, reminders));
  say(`${pages.length} pages of ${reminders} reminders`);
  const worst = { ms: 0, kb: 0, firstByte: 0 };
  for (const { path, name = path, form } of pages) {
    const seen = { ms: [] as number[], kb: [] as number[], firstByte: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      await time.reset();
      const began = performance.now();
      const answer = await ask(service.url, browser, { path, ...(form && { form }) });
      seen.firstByte.push(performance.now() - began);
      seen.kb.push(((await answer.arrayBuffer()).byteLength + assets) / 1000);
      seen.ms.push((await time.spent()).ms);
    }
    reportFigure(`the database's time of ${name}`, seen.ms, 'ms', MOST_MS);
    reportFigure(`  HTML, style sheet and script together`, seen.kb, 'kB', MOST_KB);
    reportFigure('  to the first byte', seen.firstByte, 'ms');
    for (const name of ['ms', 'kb', 'firstByte'] as const) worst[name] = Math.max(worst[name], medianOf(seen[name]));
  }
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
      next_at: `case when ${turn} >= ${past} then '${due.toISOString()}'::timestamptz + ${turn} * ${everyMs} * interval '1 millisecond' end`,
      department: DEPARTMENT,
      status: `case when ${turn} >= ${past} then 'planned' when n / 10000 % 8 < 7 then 'handed_over' else 'cancelled' end`,
    },
    appointmentColumns: { department: DEPARTMENT },
  });
  await client.query('alter table reminder enable trigger user');
  await client.query(MESSAGES);
  await client.query(ROLL_UP);
  await client.query(REPLIES, [Math.min(reminders, 100_000)]);
  await client.query(AUDIT, [Math.min(reminders, 500_000)]);
  await client.query('vacuum (analyze)');
  await client.end();
}

/** Makes an administrator of the installation. @returns the cookie of their browser */
export async function signIn(url: string, token: string): Promise<string> {
  const invited = await fetch(`${url}/v1/installation/people`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: `bench${Date.now()}@example.org`, name: 'Bench', role: 'administrator' }),
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

/** A page that is asked for, by a form where it has one. */
interface Visit {
  readonly path: string;
  /** Absent: its address. */
  readonly name?: string;
  readonly form?: Readonly<Record<string, string>>;
}

function ask(url: string, cookie: string, { path, form }: Visit): Promise<Response> {
  if (!form) return fetch(url + path, { headers: { cookie }, redirect: 'manual' });
  const headers = { cookie, Origin: 'http://bench.example' };
  return fetch(url + path, { method: 'POST', headers, redirect: 'manual', body: new URLSearchParams(form) });
}

/** Pages that no link leads to: a number and a reference that are looked for, a day, and the list behind a figure. */
async function searches(url: string, cookie: string, reminders: number): Promise<readonly Visit[]> {
  const at = { authority: 'bench' };
  const html = await (await ask(url, cookie, { path: `/admin/find?${new URLSearchParams(at)}` })).text();
  const form = /name="form" value="([^"]+)"/.exec(html)?.[1] ?? '';
  const one = Math.floor(reminders / 2);
  const day = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
  const list = (name: string, path: string, asked: object): Visit => ({
    name,
    path: `${path}?${new URLSearchParams({ ...at, ...asked })}`,
  });
  return [
    { path: '/admin/find', name: 'a number', form: { ...at, form, what: String(20_000_000 + one) } },
    { path: '/admin/find', name: 'a reference', form: { ...at, form, what: `C-${one}` } },
    list('a day', '/admin/find', { date: day(3) }),
    list('a day of a department', '/admin/find', { date: day(3), department: 'Afdeling 7' }),
    list('a day of a small department', '/admin/find', { date: day(3), department: 'Sjælden' }),
    list('the messages behind a figure', '/admin/messages', { status: 'delivered', from: day(-90), to: day(-60) }),
    list('those of a small department', '/admin/messages', {
      status: 'undelivered',
      from: day(-90),
      to: day(-60),
      department: 'Sjælden',
    }),
  ];
}

/** Follows links from the start page and from `others`; of addresses that differ in an id or in a value alone, one is enough. */
async function walk(url: string, cookie: string, others: readonly Visit[]): Promise<readonly Visit[]> {
  const kinds = new Map<string, Visit | null>();
  const waiting: Visit[] = [...others, { path: '/admin?authority=bench' }];
  while (waiting.length > 0 && kinds.size < MOST_PAGES) {
    const visit = waiting.shift() as Visit;
    const kind = visit.name ?? kindOf(visit.path);
    if (kinds.has(kind)) continue;
    const answer = await ask(url, cookie, visit);
    const isPage = answer.ok && answer.headers.get('content-type')?.startsWith('text/html');
    const html = await answer.text();
    kinds.set(kind, isPage ? visit : null);
    for (const [, href = ''] of html.matchAll(/href="(\/admin[^"#]*)/g)) {
      const next = href.replaceAll('&amp;', '&');
      if (!/language=|style\.css|sign-out/.test(next)) waiting.push({ path: next });
    }
  }
  return [...kinds.values()].filter((visit) => visit !== null);
}

function kindOf(path: string): string {
  const { pathname, searchParams } = new URL(path, 'http://bench.example');
  const names = [...searchParams.keys()].filter((name) => name !== 'authority').sort();
  return `${pathname.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id')}?${names.join('&')}`;
}
