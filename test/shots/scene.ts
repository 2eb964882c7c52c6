import { newId } from '../../src/domain/ids.ts';
import type { Role } from '../../src/domain/people/access.ts';
import { eraseWithProof } from '../../src/staff/citizens/erase-citizen.ts';
import { foldStatistics } from '../../src/staff/statistics/statistics.sql.ts';
import { holdByCancellation, holdByNumber } from '../../src/store/replies.ts';
import { openTestApp, type TestApp, type TestDeps } from '../support/app.ts';
import { join, type PageClient } from '../support/pages.ts';
import { insert, StoredRows } from '../support/stored-rows.ts';

/** The authority of the pictures. */
export const AUTHORITY = 'nord';
/** An authority with the longest of names, and nothing else. */
export const EMPTY_AUTHORITY = 'tom';
const LONG_NAME = 'Region Hovedstadens Sundhedsforvaltning, Øresundshospitalet';
const DAY_MS = 86_400_000;
const DAYS = 35;
const RULE = 'the-day-before';
/** The department of the appointment that addresses lead to. */
export const DEPARTMENT = 'Hjerteambulatoriet';
const DEPARTMENTS = [
  DEPARTMENT,
  'Røntgen og Skanning',
  'Øjenklinikken',
  'Børne- og Ungdomspsykiatrisk Ambulatorium',
] as const;
/** The fates of twenty reminders of a usual day. */
const FATES = [
  ...Array.from({ length: 15 }, () => 'delivered' as const),
  ...(['accepted', 'undelivered', 'undelivered', 'suppressed', 'cancelled'] as const),
];

/** A person of the pictures, with a browser that is signed in. */
export interface ScenePerson {
  readonly role: Role;
  readonly client: PageClient;
}

/** An installation as it is after a month of use, with everything that a page may show. */
export interface Scene {
  readonly test: TestApp;
  readonly people: Readonly<Record<'chief' | 'administrator' | 'operator' | 'viewer', ScenePerson>>;
  /** Ids that addresses hold, by the name of the parameter. */
  readonly ids: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Makes the scene: through the API where there is one, and as stored rows where a month would have to pass. */
export async function openScene(overrides: Partial<TestDeps> = {}): Promise<Scene> {
  const test = await openTestApp(undefined, { publicUrl: 'http://127.0.0.1', ...overrides });
  const rows = new StoredRows(test.db, test.clock.now, test.deps.keyring);
  await makeAuthorities(test);
  const token = await makeSources(test);
  await makeMonth(rows);
  // As the sweep does each minute: the cost of a text is counted by the days that are rolled up.
  while ((await foldStatistics(test.db, 10_000)) > 0);
  const appointment = await makeToday(test, rows, token);
  const erase = { authorityId: AUTHORITY, phone: '+4522304173', actor: 'administrator' };
  const { proof: erasure } = await eraseWithProof(test.deps, erase, test.clock.now);
  const ids = { ...(await makeSettled(test)), appointment, erasure, name: 'reminder' };
  const join1 = async (role: Role, email: string, name: string, authority: string | null = AUTHORITY) => ({
    role,
    client: await join(test, { email, name, role, authority }),
  });
  const people = {
    chief: await join1('administrator', 'mette.holm@region.example', 'Mette Holm', null),
    administrator: await join1('administrator', 'anna.jensen@region.example', 'Anna Jensen'),
    operator: await join1('operator', 'peter.lund@region.example', 'Peter Lund'),
    viewer: await join1('viewer', 'sara.berg@region.example', 'Sara Berg'),
  };
  return { test, people, ids: { ...ids, ...(await setUpIds(test)) }, close: () => test.close() };
}

/** Ids of what pages show one of. */
async function setUpIds(test: TestApp): Promise<Record<string, string>> {
  const account = test.db.selectFrom('account').select('id').where('authority_id', '=', AUTHORITY).orderBy('id');
  const whole = test.db.selectFrom('account').select('id').where('authority_id', 'is', null);
  const reply = test.db.selectFrom('inbound_authority').select('inbound_id as id').where('needs_person', '=', true);
  const { id } = await test.json<{ id: string }>(201, '/v1/gateways/simulator/tests', {
    body: { phone: '20 12 34 56', sender: 'Region Nord' },
  });
  return {
    ...{ source: 'epj', gateway: 'simulator', authority: AUTHORITY },
    '/admin/set-up/people/:id id': (await account.executeTakeFirstOrThrow()).id,
    '/admin/installation/people/:id id': (await whole.executeTakeFirstOrThrow()).id,
    '/admin/set-up/gateways/:gateway/tests/:id id': id,
    '/admin/replies/:id/answer id': (await reply.orderBy('inbound_id').executeTakeFirstOrThrow()).id,
  };
}

async function makeAuthorities(test: TestApp): Promise<void> {
  await test.makeAuthority(AUTHORITY, {
    ...{ name: 'Region Nord', sender: '4512345678', contactPhone: '70101010' },
    rules: [
      { id: 'a-week-before', template: 'reminder', lead: 'P7D', at: '10:00' },
      { id: RULE, template: 'reminder', lead: 'P1D', at: '12:00' },
    ],
  });
  await test.makeAuthority(EMPTY_AUTHORITY, { name: LONG_NAME });
  await test.put('/v1/gateways/simulator/prices', [
    { country: 'DK', perSegment: 0.19, currency: 'DKK', from: '2026-01-01' },
  ]);
  const key = { name: 'Datavarehus', role: 'viewer' };
  const made = await test.json<{ key: string }>(201, `/v1/authorities/${AUTHORITY}/keys`, { body: key });
  await test.json(200, `/v1/authorities/${AUTHORITY}/statistics`, { token: made.key });
}

async function makeSources(test: TestApp): Promise<string> {
  const { token } = await test.makeSource(AUTHORITY, 'epj', { name: 'EPJ, ambulatorier' });
  await test.makeSource(AUTHORITY, 'fhir-prove', { name: 'FHIR (prøve)', mode: 'shadow' });
  await test.request('/v1/webhooks/epj', { token, body: { type: 'appointment.booked', data: { id: 'X-1' } } });
  const code = { authority_id: AUTHORITY, source_id: 'epj', first_at: test.clock.now, last_at: test.clock.now };
  const codes = [
    { ...code, field: 'status' as const, value: 'AFVENTER-BEKRAEFTELSE' },
    { ...code, field: 'location' as const, value: 'OEJENKLINIKKEN-4-SYD' },
  ];
  await insert(test.db, 'unmapped_value', codes);
  return token;
}

/** Five weeks of reminders that went, the way they go. */
async function makeMonth(rows: StoredRows): Promise<void> {
  for (let day = DAYS; day >= 1; day--) {
    const at = new Date(rows.now.getTime() - day * DAY_MS);
    if ([0, 6].includes(at.getUTCDay())) continue;
    for (let nth = 0; nth < 5 + ((day * 7) % 9); nth++) await makePast(rows, at, day * 13 + nth);
  }
}

async function makePast(rows: StoredRows, at: Date, nth: number): Promise<void> {
  const fate = FATES[nth % FATES.length] ?? 'delivered';
  const phone = `+45203${String(10_000 + nth).padStart(5, '0')}`;
  const department = DEPARTMENTS[nth % DEPARTMENTS.length] ?? null;
  const start_at = new Date(at.getTime() + DAY_MS);
  const due_day = at.toISOString().slice(0, 10);
  const of = { source_id: 'epj', department };
  const booked = new Date(at.getTime() - 10 * DAY_MS);
  const appointment = await rows.appointment(AUTHORITY, phone, {
    ...{ ...of, start_at, reference: `P-${nth}-${due_day}`, received_at: booked, updated_at: booked },
  });
  const ended = fate === 'suppressed' || fate === 'cancelled';
  const reminder = await rows.reminder(AUTHORITY, appointment, {
    ...{ ...of, rule: RULE, due_day, due_at: at, next_at: null, status: ended ? fate : 'handed_over' },
    ...{ created_at: booked, updated_at: at },
    reason: fate === 'suppressed' ? 'no_phone' : null,
  });
  if (ended) return;
  await rows.message(AUTHORITY, reminder, phone, {
    // Lists show messages by their ids, which tell when they were made.
    id: newId(at),
    country: 'DK',
    due_day,
    department,
    status: fate,
    created_at: at,
    handed_over_at: at,
    accepted_at: at,
    segments: 1 + (nth % 3 === 0 ? 1 : 0),
    reason: fate === 'undelivered' ? 'invalid_number' : null,
    delivered_at: fate === 'delivered' ? new Date(at.getTime() + 4_000 + (nth % 7) * 1_000) : null,
  });
}

/** Appointments of the coming week, and what happened to some of them today. @returns the id of the one with a story */
async function makeToday(test: TestApp, rows: StoredRows, token: string): Promise<string> {
  const { now } = test.clock;
  const events = Array.from({ length: 24 }, (_, nth) => ({
    type: 'appointment.booked',
    data: {
      id: `A-${1000 + nth}`,
      start: new Date(now.getTime() + (1 + (nth % 7)) * DAY_MS + (nth % 5) * 3_600_000).toISOString(),
      patient: { phone: `2230${String(4150 + nth)}`, language: nth % 6 === 0 ? 'en' : 'da' },
      location: { text: nth % 2 === 0 ? 'Opgang 4, 3. sal' : 'Indgang 16, stuen' },
      department: DEPARTMENTS[nth % DEPARTMENTS.length],
    },
  }));
  await test.json(207, '/v1/webhooks/epj', { token, body: events });
  const find = (reference: string) =>
    test.db.selectFrom('appointment').select('id').where('reference', '=', reference).executeTakeFirstOrThrow();
  const { id } = await find('A-1000');
  await makeFailures(rows);
  await rows.cancellation(AUTHORITY, '+4522304150', id);
  await holdByCancellation(test.db, { appointmentId: id, slot: 0 }, now);
  await rows.reply([AUTHORITY], '+4522304157', 'stop med det samme ellers tak');
  await rows.reply([AUTHORITY], '+4522304158', 'Jeg kender ikke den person, I skriver til');
  // As replies that come in hold what is planned; the rows alone hold nothing.
  for (const phone of ['+4522304157', '+4522304158'])
    await holdByNumber(test.db, [AUTHORITY], test.deps.keyring.phoneHash(phone), now);
  await rows.optOut(AUTHORITY, '+4522304160');
  return id;
}

/** Tomorrow's patients whom no SMS reached, and one of whom nobody knows. */
async function makeFailures(rows: StoredRows): Promise<void> {
  const start_at = new Date(rows.now.getTime() + DAY_MS);
  for (const [nth, status] of (['undelivered', 'undelivered', 'uncertain'] as const).entries()) {
    const phone = `+452230417${nth}`;
    const of = { source_id: 'epj', department: DEPARTMENTS[nth] ?? null };
    const appointment = await rows.appointment(AUTHORITY, phone, { ...of, start_at, reference: `B-${2000 + nth}` });
    const due = { rule: RULE, due_day: '2026-11-24', due_at: new Date(rows.now.getTime() - 3_600_000), next_at: null };
    const reminder = await rows.reminder(AUTHORITY, appointment, { ...of, ...due, status: 'handed_over' });
    const reason = status === 'undelivered' ? 'invalid_number' : 'timeout';
    const { department } = of;
    const sent = {
      ...{ status, reason, department, country: 'DK', due_day: '2026-11-24', delivered_at: null },
      // Nobody knows of an uncertain one that the gateway took it.
      ...(status === 'uncertain' && { accepted_at: null }),
    };
    await rows.message(AUTHORITY, reminder, phone, sent);
  }
}

/** A reply that was settled, and a wording of the authority's own. */
async function makeSettled(test: TestApp): Promise<Record<string, string>> {
  const list = await test.json<{ items: { id: string; text: string }[] }>(200, `/v1/authorities/${AUTHORITY}/inbound`);
  const settled = list.items.find(({ text }) => text.startsWith('Jeg kender'));
  const path = `/v1/authorities/${AUTHORITY}/inbound/${settled?.id}/settle`;
  await test.json(200, path, { body: { action: 'wrong_number' } });
  return { reply: settled?.id ?? '' };
}
