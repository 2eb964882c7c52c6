import { newId } from '../../src/domain/ids.ts';
import type { Role } from '../../src/domain/people/access.ts';
import { numberRecordedEvents } from '../../src/events/number-events.ts';
import { eraseWithProof } from '../../src/staff/citizens/erase-citizen.ts';
import { openTestApp, type TestApp, type TestDeps } from './app.ts';
import { EventReceiver } from './event-receiver.ts';
import { type Department, type Ids, makeDepartment, sourceOf } from './one-department.ts';
import { enter, invite, type PageClient } from './pages.ts';
import { insert, StoredRows } from './stored-rows.ts';

/** Departments of two authorities. */
export const DEPARTMENTS = {
  heart: { authority: 'rh', mark: 'Qhjerte', digits: '201101' },
  lung: { authority: 'rh', mark: 'Qlunge', digits: '201102' },
  skin: { authority: 'kk', mark: 'Qhud', digits: '201103' },
} as const satisfies Record<string, Department>;
/** Words and digits that stand in what an authority has, and in nothing of a department. */
export const OWN = { rh: { mark: 'Qregion', digits: '201108' }, kk: { mark: 'Qkommune', digits: '201109' } } as const;
/** A citizen of both authorities. */
export const SHARED_NUMBER = '+4520110500';

/** Two authorities with one of everything. */
export interface TwoAuthorities {
  readonly test: TestApp;
  readonly rows: StoredRows;
  readonly ids: Readonly<Record<keyof typeof OWN | keyof typeof DEPARTMENTS, Ids>>;
  /** A browser of somebody with this account, signed in. */
  person(role: Role, authority: string | null, departments?: readonly string[]): Promise<PageClient>;
  close(): Promise<void>;
}

/** Makes two authorities with one of everything that a page shows, each with words of its own. */
export async function openTwoAuthorities(overrides: Partial<TestDeps> = {}): Promise<TwoAuthorities> {
  const test = await openTestApp(undefined, overrides);
  const rows = new StoredRows(test.db, test.clock.now, test.deps.keyring);
  const receiver = await new EventReceiver().start();
  const prices = [{ country: 'DK', perSegment: 0.19, currency: 'DKK', from: '2026-01-01' }];
  await test.put('/v1/gateways/simulator/prices', prices);
  const sms = { phone: '20 12 34 56', sender: 'Region Nord' };
  const { id: smsTest } = await test.json<{ id: string }>(201, '/v1/gateways/simulator/tests', { body: sms });
  const [rh, kk] = [
    { ...(await makeAuthority(test, rows, 'rh', receiver.url)), smsTest },
    { ...(await makeAuthority(test, rows, 'kk', receiver.url)), smsTest },
  ];
  const [heart, lung, skin] = [
    { ...rh, ...(await makeDepartment(test, rows, DEPARTMENTS.heart)) },
    { ...rh, ...(await makeDepartment(test, rows, DEPARTMENTS.lung)) },
    { ...kk, ...(await makeDepartment(test, rows, DEPARTMENTS.skin)) },
  ];
  await stopAll(test);
  return {
    ...{ test, rows, ids: { rh, kk, heart, lung, skin } },
    person: (role, authority, departments) =>
      enter(test, { email: `${newId(new Date())}@example.org`, role, authority, ...(departments && { departments }) }),
    close: async () => {
      await receiver.close();
      await test.close();
    },
  };
}

/** An authority with booking systems, texts, keys and people of its own. */
async function makeAuthority(test: TestApp, rows: StoredRows, id: keyof typeof OWN, endpoint: string): Promise<Ids> {
  const { mark, digits } = OWN[id];
  const at = `/v1/authorities/${id}`;
  const departments = Object.values(DEPARTMENTS).filter(({ authority }) => authority === id);
  await test.makeAuthority(id, {
    ...{ name: `${mark} Nord`, sender: '4512345678', contactPhone: '70101010' },
    rules: [
      { id: 'day-before', lead: 'P1D' },
      ...departments.map(({ mark }) => ({ id: mark.toLowerCase(), lead: 'PT3H', when: { departments: [mark] } })),
    ],
  });
  const source = sourceOf(id);
  const { token } = await test.makeSource(id, source, { name: `${mark} EPJ`, events: { url: endpoint } });
  await test.makeSource(id, `${id}-fhir`, { name: `${mark} FHIR`, mode: 'shadow' });
  const secret = await test.json<{ id: string }>(201, `${at}/sources/${source}/secrets`, { method: 'POST' });
  const key = await test.json<{ id: string }>(201, `${at}/keys`, { body: { name: `${mark} lager`, role: 'viewer' } });
  for (const text of [`${mark}: kl. {{time}}`, `${mark}: husk kl. {{time}}`])
    await test.put(`${at}/templates/reminder/da`, { text });
  const answer = { name: `${mark} svar`, da: `${mark}: kom gerne før.`, en: `${mark}: do come early.` };
  await test.json(201, `${at}/standard-answers/${mark.toLowerCase()}`, { method: 'PUT', body: answer });
  await test.json(200, `${at}/pause`, { body: { source: `${id}-fhir`, reason: `${mark} flytter` } });
  await test.request(`/v1/webhooks/${source}`, {
    token,
    body: { type: 'appointment.booked', data: { id: `${mark}-X` } },
  });
  const seen = { authority_id: id, source_id: source, first_at: rows.now, last_at: rows.now };
  const codes = (['status', 'location'] as const).map((field) => ({ ...seen, field, value: `${mark}-${field}` }));
  await insert(test.db, 'unmapped_value', codes);
  await invite(test, { email: `${mark}@example.org`, name: `${mark} Person`, role: 'viewer', authority: id });
  const account = test.db.selectFrom('account').select('id').where('authority_id', '=', id).executeTakeFirstOrThrow();
  const optOut = await rows.optOut(id, `+45${digits}01`, { reason: `${mark} bad om det` });
  const of = { source_id: source };
  await rows.appointment(id, `+45${digits}02`, { ...of, reference: `${mark}-alene` });
  const reply = await rows.reply([id], `+45${digits}02`, `${mark} uden aftale`);
  await rows.appointment(id, `+45${digits}03`, { ...of, reference: `${mark}-slettet` });
  const erase = { authorityId: id, phone: `+45${digits}03`, actor: 'administrator' };
  const { proof: erasure } = await eraseWithProof(test.deps, erase, rows.now);
  await rows.reminder(id, await rows.appointment(id, SHARED_NUMBER, { ...of, reference: `${mark}-fælles` }), of);
  return {
    ...{ source, paused: `${id}-fhir`, authority: id, gateway: 'simulator', name: 'reminder', erasure, optOut, reply },
    ...{ secret: secret.id, key: key.id, account: (await account).id },
  };
}

/** Numbers what was recorded, and leaves it undelivered at endpoints that have given up; the gateway is out, too. */
async function stopAll(test: TestApp): Promise<void> {
  await numberRecordedEvents(test.deps, test.clock.now);
  const events = await test.db.selectFrom('event').selectAll().execute();
  const deliveries = events.map(({ source_id, sequence, authority_id, appointment_id }) => ({
    ...{ source_id, sequence, authority_id, appointment_id, channel: 'webhook' as const, attempts: 3 },
    ...{ status: 'failed' as const, next_at: null, last_result: '500', attempted_at: test.clock.now },
  }));
  await insert(test.db, 'delivery', deliveries);
  await test.db.updateTable('event_endpoint').set({ state: 'paused', failures: 5 }).execute();
  await test.db.deleteFrom('gateway_state').execute();
  const out = { gateway: 'simulator', since: test.clock.now, reason: 'timeouts' as const };
  await insert(test.db, 'gateway_state', out);
}
