import { sql } from 'kysely';
import { newId } from '../../src/domain/ids.ts';
import { MOST_STANDARD_ANSWERS } from '../../src/staff/templates/standard-answers.ts';
import type { TestApp } from './app.ts';
import { invite } from './pages.ts';
import { insert, StoredRows } from './stored-rows.ts';

/** The authority whose lists are full. */
export const FULL = `region-${'h'.repeat(56)}`;
/** A citizen of whom everything is held a hundred times. */
export const FULL_NUMBER = '+4520110001';

const DAY_MS = 86_400_000;
/** More booking systems and departments than a page may choose from. */
const [MOST_SOURCES, MOST_DEPARTMENTS] = [520, 320];
/** More than any list shows at once. */
const MANY = 60;
/** More than a page of the set-up shows, which has room for a hundred. */
const MOST = 102;
const FILLING = ' Øre-, næse- og halskirurgisk afsnit "4" & ambulatorium';

/** A text of as many characters, the first of which tell it from others. */
export function long(characters: number, beginning: string | number): string {
  return `${beginning}${FILLING.repeat(Math.ceil(characters / FILLING.length))}`.slice(0, characters);
}

/** Ids of some of what was made. */
export interface FullLists {
  /** An appointment with a long story. */
  readonly story: string;
}

/** Makes more of everything than a page shows, in the longest texts that booking systems, citizens and staff write. */
export async function fillLists(test: TestApp): Promise<FullLists> {
  const rows = new StoredRows(test.db, test.clock.now, test.deps.keyring);
  await makeAuthorities(test, rows);
  await makeSetUp(test);
  await makeCitizens(rows);
  await makeReplies(test, rows);
  await makeStatistics(test);
  const story = await makeStory(test, rows);
  await sql`analyze`.execute(test.db);
  return { story };
}

async function makeAuthorities(test: TestApp, rows: StoredRows): Promise<void> {
  const departments = Array.from({ length: 40 }, (_, nth) => long(60, nth));
  await test.makeAuthority(FULL, {
    name: long(60, 'Region H'),
    contactPhone: '70101010',
    rules: Array.from({ length: 10 }, (_, nth) => ({ id: `rule-${nth}`, lead: `P${nth + 1}D`, when: { departments } })),
  });
  for (let nth = 0; nth < 31; nth++) await rows.authority(`a-${nth}-${'x'.repeat(50)}`);
  await test.db
    .updateTable('authority')
    .set({ name: long(60, 'Kommune') })
    .where('id', 'like', 'a-%')
    .execute();
  await test.makeSource(FULL, FULL, { name: long(100, 'EPJ') });
  const nths = Array.from({ length: MOST_SOURCES }, (_, nth) => nth + 1);
  await copies(
    test,
    'source',
    nths,
    sql`jsonb_build_object('authority_id', ${FULL}::text, 'id', 's-' || n || '-' || repeat('x', 50))`,
  );
  await sql`update source set name = id || repeat('ø', 100 - length(id)),
    settings = settings || jsonb_build_object('name', left(substring(id from '^s-[0-9]+') || ${long(100, ' Booking')}, 100)),
    paused_at = ${test.clock.now}, pause_reason = ${long(200, 0)} where id like 's-%'`.execute(test.db);
}

/** Entries that the pages of the set-up list. */
async function makeSetUp(test: TestApp): Promise<void> {
  const { db, clock } = test;
  const at = clock.now;
  const codes = Array.from({ length: 200 }, (_, nth) => ({
    ...{ authority_id: FULL, field: nth % 2 === 0 ? ('status' as const) : ('location' as const) },
    value: long(100, String(nth).padStart(3, '0')),
  }));
  for (const source_id of [FULL, `s-1-${'x'.repeat(50)}`, `s-2-${'x'.repeat(50)}`])
    await insert(
      db,
      'unmapped_value',
      codes.map((code) => ({ ...code, source_id, first_at: at, last_at: at })),
    );
  const members = Object.fromEntries(Array.from({ length: 60 }, (_, nth) => [`setting${nth}`, long(300, nth)]));
  const departments = Array.from({ length: 200 }, (_, nth) => long(60, nth));
  const seen = { authority_id: FULL, at };
  const nths = Array.from({ length: MOST }, (_, nth) => nth);
  const audit = nths.map((nth) => ({
    ...{ ...seen, id: newId(at), actor: `key:${long(100, nth)}`, action: 'authority.replace', target: FULL },
    ...{ before: JSON.stringify(members), after: JSON.stringify({ setting1: nth }) },
  }));
  await insert(db, 'audit', audit);
  const refusals = nths.slice(0, 100).map((nth) => ({
    ...{ ...seen, source_id: FULL, status: '422', code: 'port_not_allowed', format: 'fhir', request_id: null },
    pointer: `/${long(250, nth)}`,
  }));
  await insert(db, 'refusal', refusals);
  const all = Array.from({ length: MOST_DEPARTMENTS }, (_, nth) => departmentOf(nth, at));
  await insert(db, 'department', all);
  for (let nth = 0; nth < 5; nth++) {
    await test.json(201, `/v1/authorities/${FULL}/keys`, { body: { name: long(100, nth), role: 'viewer' } });
    await invite(test, {
      ...{ email: `${'p'.repeat(60)}${nth}@${'e'.repeat(60)}.example.org`, name: long(100, nth), role: 'viewer' },
      ...{ authority: FULL, departments },
    });
  }
  await copies(
    test,
    'api_key',
    nths,
    sql`jsonb_build_object('id', gen_random_uuid(), 'prefix', 'k' || n,
    'key_hash', '\\x' || encode(sha256(n::text::bytea), 'hex'))`,
  );
  for (let nth = 0; nth < 12; nth++) {
    const text = `${long(400, nth)} {{date}} kl. {{time}}`.replaceAll('"', '').replaceAll('&', 'og');
    await test.put(`/v1/authorities/${FULL}/templates/reminder/da`, { text });
  }
  for (let nth = 0; nth < MOST_STANDARD_ANSWERS; nth++) {
    const [da, en] = [long(600, nth), long(600, nth)];
    const body = { name: long(60, nth), da, en };
    await test.json(201, `/v1/authorities/${FULL}/standard-answers/a${nth}`, { method: 'PUT', body });
  }
}

const departmentOf = (nth: number, seen_at: Date) => ({
  ...{ authority_id: FULL, key: `k${nth}`, name: long(60, nth), patients: Buffer.alloc(0), seen_at },
});

/** Copies the first row of a table so many times. @param changed what differs, of the number `n` */
async function copies(test: TestApp, table: string, nths: readonly number[], changed: unknown): Promise<void> {
  await sql`insert into ${sql.table(table)} select (jsonb_populate_record(null::${sql.table(table)}, to_jsonb(m) || ${changed})).*
    from (select * from ${sql.table(table)} limit 1) m, unnest(${nths}::int[]) n`.execute(test.db);
}

/** Citizens of every list of what is to be done, and of one day. */
async function makeCitizens(rows: StoredRows): Promise<void> {
  const { now } = rows;
  const soon = new Date(now.getTime() + 22 * 3_600_000);
  const lists = {
    soon: { phone: true, start_at: soon, reminder: { status: 'expired', reason: 'too_late' } },
    numberless: { phone: false, start_at: soon, reminder: { status: 'suppressed', reason: 'no_phone' } },
    planned: { phone: true, start_at: new Date(now.getTime() + 8 * DAY_MS), reminder: { status: 'planned' } },
    failed: { phone: true, start_at: new Date(now.getTime() + 9 * DAY_MS), reminder: { status: 'handed_over' } },
  } as const;
  const past = { due_day: '2026-11-24', due_at: new Date(now.getTime() - 3_600_000), next_at: null };
  for (const [list, { phone, start_at, reminder }] of Object.entries(lists))
    for (let nth = 0; nth < MANY; nth++) {
      const number = phone ? `+45201200${String(nth).padStart(2, '0')}`.slice(0, 11) : null;
      const of = { source_id: FULL, department: long(60, nth % 40) };
      const reference = long(255, `${list}-${nth}`);
      const id = await rows.appointment(FULL, number, { ...of, start_at, reference });
      const planned = reminder.status === 'planned' ? {} : past;
      const made = await rows.reminder(FULL, id, { ...of, ...planned, ...reminder });
      if (reminder.status === 'handed_over')
        await rows.message(FULL, made, number ?? '', {
          ...{ status: nth % 2 ? 'undelivered' : 'uncertain', reason: 'unknown_subscriber', due_day: past.due_day },
          ...{ department: of.department, text: long(900, nth) },
        });
    }
}

/** Replies that wait and replies that were settled, each about several appointments, and opt-outs. */
async function makeReplies(test: TestApp, rows: StoredRows): Promise<void> {
  const about: string[] = [];
  for (let nth = 0; nth < 3; nth++)
    about.push(await rows.appointment(FULL, FULL_NUMBER, { reference: long(255, nth) }));
  for (let nth = 0; nth < MANY; nth++) {
    const phone = nth % 2 ? FULL_NUMBER : `+4520130${String(nth).padStart(3, '0')}`;
    const id = await rows.cancellation(FULL, phone, about[0] ?? '', { text: long(1_500, nth) });
    for (const appointment_id of about.slice(1))
      await insert(test.db, 'inbound_appointment', {
        ...{
          inbound_id: id,
          authority_id: FULL,
          appointment_id,
          slot: 0,
          subject: false,
          holds: false,
          had_number: true,
        },
        phone_hash: rows.keyring.phoneHash(phone),
      });
    if (nth % 2)
      await sql`update inbound_authority set needs_person = false, settled_at = ${rows.now}, action = 'ignore',
        settled_by = ${`key:${long(100, nth)}`} where inbound_id = ${id}`.execute(test.db);
    const lifted = { lifted_at: rows.now, lifted_by: `key:${long(100, nth)}`, lift_reason: long(500, nth) };
    await rows.optOut(FULL, phone === FULL_NUMBER ? `${phone.slice(0, -3)}${nth}` : phone, {
      ...{ reason: long(500, nth), recorded_by: `key:${long(100, nth)}`, ...(nth % 2 && lifted) },
    });
    const message = { text: long(900, nth) };
    await rows.message(FULL, null, FULL_NUMBER, message);
    await rows.appointment(FULL, FULL_NUMBER, { reference: long(255, `own-${nth}`), department: long(60, nth) });
  }
}

/** A year of figures in every state, of many departments. */
async function makeStatistics(test: TestApp): Promise<void> {
  const statuses = ['accepted', 'delivered', 'undelivered', 'rejected', 'uncertain', 'planned', 'expired'];
  await sql`insert into statistics_day
      (authority_id, day, template, language, gateway, department, country, status, reminders, segments, reason)
    select ${FULL}, date '2026-11-24' - d, 'reminder', 'da', 'simulator', n || ${FILLING}, 'DK', s, 123456, 234567, 'none'
    from generate_series(0, 364) d, generate_series(1, 2) n, unnest(${[...statuses, 'suppressed', 'cancelled', 'superseded']}::text[]) s`.execute(
    test.db,
  );
  const countries = ['DE', 'FR', 'GB', 'GL', 'FO', 'IT', 'ES', 'PL', 'NL', 'BE', 'AT', 'CH', 'CZ', 'VC', 'GS', 'UM'];
  const gateways = ['simulator', 'g'.repeat(60)];
  await sql`insert into gateway_price (gateway, country, valid_from, currency, per_segment_micro)
    select g, c, d::date, y, 123456 from unnest(${gateways}::text[]) g, unnest(${countries}::text[]) c,
    (values ('2026-01-01', 'DKK'), ('2026-11-10', 'EUR')) v(d, y)`.execute(test.db);
  await sql`insert into statistics_day
      (authority_id, day, template, language, gateway, department, country, status, reminders, segments, reason)
    select ${FULL}, d::date, 'reminder', 'da', g, 'other', c, 'delivered', 12345, 23456, 'none'
    from unnest(${gateways}::text[]) g, unnest(${countries}::text[]) c, unnest(array['2026-11-05', '2026-11-15']) d`.execute(
    test.db,
  );
}

/** An appointment to which more happened than a page tells. */
async function makeStory(test: TestApp, rows: StoredRows): Promise<string> {
  const id = await rows.appointment(FULL, FULL_NUMBER, { source_id: FULL, reference: long(255, 'story') });
  for (let nth = 0; nth < 12; nth++) {
    const of = { source_id: FULL, status: 'handed_over', due_day: '2026-11-24', next_at: null } as const;
    const reminder = await rows.reminder(FULL, id, of);
    await rows.message(FULL, reminder, FULL_NUMBER, { text: long(900, nth), due_day: '2026-11-24' });
  }
  for (let nth = 0; nth < MANY; nth++) {
    await rows.cancellation(FULL, FULL_NUMBER, id, { text: long(1_500, nth) });
    const event = { source_id: FULL, sequence: nth + 1, authority_id: FULL, appointment_id: id, at: rows.now };
    await insert(test.db, 'event', {
      ...event,
      id: newId(rows.now),
      reference: long(255, 'story'),
      type: 'reminder.delivered',
      numbered_at: rows.now,
      ...{ reminder_id: null, inbound_id: null, status: 'delivered', reason: null },
    });
    await insert(test.db, 'delivery', {
      ...{ source_id: FULL, sequence: nth + 1, authority_id: FULL, appointment_id: id, channel: 'webhook' },
      ...{ status: 'failed', attempts: 3, next_at: null, last_result: '500', attempted_at: rows.now },
    });
  }
  return id;
}
