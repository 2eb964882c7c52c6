import { TOTP } from 'otpauth';
import { beginSession, IDLE_MS, sessionHash } from '../../src/accounts/sessions.ts';
import { adoptInstallation } from '../../src/store/installation.ts';
import { openTestApp, type TestApp } from '../support/app.ts';
import { invite, join, PASSWORD, PageClient, type TestInvite } from '../support/pages.ts';
import { StoredRows } from '../support/stored-rows.ts';
import { type OtherInstallation, openHeld } from './in-operation.ts';
import { AUTHORITY, type Scene } from './scene.ts';

/** Browsers and links that only some pictures need. */
export interface Furniture {
  /** A browser whose password was right, and that has not given its code. */
  readonly code: PageClient;
  /** The browser of somebody with an authenticator app. */
  readonly factor: PageClient;
  /** A browser with a form that was kept while it signed in again. */
  readonly kept: PageClient;
  /** The path of an invitation that nobody has taken. */
  readonly invitation: string;
  /** Installations beside that of the scene. */
  readonly others: Readonly<Record<OtherName, OtherInstallation>>;
}

/**
 * Names of the other installations. `fresh` has just been started, and its browser is of whoever has its token; the
 * database of `moved` belongs to another address, that of `restored` was restored from a backup.
 */
export type OtherName = 'fresh' | 'moved' | 'restored';

/** An authority whose people are new when their pages are pictured. */
export const NEWCOMERS_AUTHORITY = 'midt';

/** Puts into the scene what a year of use leaves behind, in all states that a page may show. */
export async function furnish(scene: Scene): Promise<Furniture> {
  const { test } = scene;
  await test.makeAuthority(NEWCOMERS_AUTHORITY, { name: 'Region Midt' });
  await makeTexts(scene);
  await makeBookings(test);
  await makeOptOuts(scene);
  const { client } = scene.people.administrator;
  const pause = { source: 'fhir-prove', reason: 'Leverandøren opgraderer', day: '2026-11-25', time: '07:00' };
  await done(client.post('/admin/rules/pause', { authority: AUTHORITY, ...pause }));
  const factor = await withFactor(test, person('lise.krog@region.example', 'Lise Krog'));
  const code = new PageClient(test);
  await done(code.post('/admin/sign-in', { email: 'lise.krog@region.example', password: PASSWORD }));
  const invitation = await invite(test, person('karen.holst@region.example', 'Karen Holst'));
  const others = { fresh: await openFresh(), moved: await openHeld('moved'), restored: await openHeld('restored') };
  return { code, factor, invitation, kept: await makeKept(test), others };
}

function person(email: string, name: string): TestInvite {
  return { email, name, role: 'administrator', authority: AUTHORITY };
}

async function done(answer: Promise<Response>): Promise<void> {
  const { status, url } = await answer;
  if (status !== 303) throw new Error(`a form of the scene answered ${status} ${url}`);
}

const OWN_TEXTS = [
  'Husk din tid hos {{authority}} {{weekday}} d. {{date}}{% if time %} kl. {{time}}{% endif %}. Ring {{contactPhone}}.',
  'Husk din aftale hos {{authority}} {{weekday}} d. {{date}}{% if time %} kl. {{time}}{% endif %}' +
    '{% if location %}, {{location}}{% endif %}. Afbud: ring {{contactPhone}}. Svar STOP for at framelde dig.',
];

const OWN_NOTICES = [
  'Du har fået en tid hos {{authority}} {{weekday}} d. {{date}}{% if time %} kl. {{time}}{% endif %}. Afbud: ring ' +
    '{{contactPhone}}.',
  'Ny tid hos {{authority}} {{weekday}} d. {{date}}{% if time %} kl. {{time}}{% endif %}. Ring {{contactPhone}}.',
];

/** Wordings of the authority's own in two versions each, of one of which the first is in force again. */
async function makeTexts(scene: Scene): Promise<void> {
  await saveTexts(scene, 'reminder', OWN_TEXTS);
  await saveTexts(scene, 'confirmation', OWN_NOTICES);
  const { client } = scene.people.administrator;
  const form = { authority: AUTHORITY, language: 'da', version: '1', seen: String(OWN_NOTICES.length) };
  await done(client.post('/admin/texts/confirmation/restore', form));
}

async function saveTexts(
  { test, people }: Scene,
  name: 'reminder' | 'confirmation',
  wordings: readonly string[],
): Promise<void> {
  const english = test.deps.templates.get(name, 'en').text;
  for (const [seen, danish] of wordings.entries()) {
    const texts = { 'text-da': danish, 'seen-da': String(seen), 'text-en': english, 'seen-en': '0' };
    const form = { authority: AUTHORITY, do: 'save', ...texts };
    await done(people.administrator.client.post(`/admin/texts/${name}`, form));
  }
}

const UNKNOWN_CODES = [
  'MSH|^~\\&|RIS|RN|EASYSMS|RN|20261124090000+0100||SIU^S12^SIU_S12|000018|P|2.5.1||||||UNICODE UTF-8',
  'SCH||U-1^RIS|||||||||^^^20261207090000+0100^20261207093000+0100||||||||||||||LOKAL-KLAR',
  'PID|1||P-100^^^RN^MR||||||||||22304180^PRN^CP||da',
  'AIL|1||RØNTGEN-4-SYD^^^RN',
].join('\r');

/** A booking system with codes that nobody knows, with the longest of references, and without numbers. */
async function makeBookings(test: TestApp): Promise<void> {
  const { token } = await test.makeSource(AUTHORITY, 'ris', { name: 'Røntgenbooking (RIS)' });
  const at = (hours: number) => new Date(test.clock.now.getTime() + hours * 3_600_000).toISOString();
  const department = 'Børne- og Ungdomspsykiatrisk Ambulatorium';
  const data = [
    { id: 'urn:oid:1.2.208.176.1.1:2026-11:KONTROL-0004711', start: at(21), patient: { phone: '+4915123456789' } },
    { id: 'R-3001', start: at(22) },
    { id: 'R-3002', start: at(23), patient: { phone: '35 45 35 45' } },
  ].map((each) => ({ ...each, department, location: { text: 'Opgang 4, 3. sal' } }));
  const body = data.map((each) => ({ type: 'appointment.booked', data: each }));
  await test.json(207, '/v1/webhooks/ris', { token, body });
  const headers = { 'Content-Type': 'application/hl7-v2' };
  await test.request('/v1/hl7v2/ris', { token, body: UNKNOWN_CODES, headers });
  await test.deps.receiver.idle();
}

/** Opt-outs by a citizen, by staff, by a gateway and of the whole installation, and one that was lifted. */
async function makeOptOuts({ test, people }: Scene): Promise<void> {
  const rows = new StoredRows(test.db, test.clock.now, test.deps.keyring);
  const { client } = people.operator;
  const form = { authority: AUTHORITY, reason: 'Borgeren ringede og bad om det' };
  await done(client.post('/admin/opt-outs', { ...form, phone: '22 30 41 61' }));
  await rows.optOut(AUTHORITY, '+4522304162', { reason: 'gateway', recorded_by: 'gateway:simulator' });
  await rows.optOut(null, '+4522304163');
  const id = await rows.optOut(AUTHORITY, '+4522304164');
  await done(client.post(`/admin/opt-outs/${id}/lift`, { ...form, reason: 'Borgeren vil have SMS’er igen' }));
}

/** The code that an authenticator app shows now. */
export function codeOf(test: TestApp, secret: string): string {
  return new TOTP({ secret: secret.replaceAll(' ', '') }).generate({ timestamp: test.clock.now.getTime() });
}

async function withFactor(test: TestApp, who: TestInvite): Promise<PageClient> {
  const client = await join(test, who);
  const page = await client.text('/admin/second-factor');
  const secret = /class="secret">([A-Z2-7 ]+)</.exec(page)?.[1] ?? '';
  await client.post('/admin/second-factor', { code: codeOf(test, secret) });
  return client;
}

/** A form whose session timed out while it was written. */
async function makeKept(test: TestApp): Promise<PageClient> {
  const client = await join(test, person('ida.friis@region.example', 'Ida Friis'));
  const { now } = test.clock;
  test.clock.now = new Date(now.getTime() + IDLE_MS + 1_000);
  const reason = 'Borgeren ringede og vil ikke have flere SMS’er';
  await done(client.post('/admin/opt-outs', { authority: AUTHORITY, phone: '22 30 41 65', reason }));
  test.clock.now = now;
  client.cookie = await signInAgain(test, client.cookie);
  return client;
}

/** The id of the session that a cookie is of. */
export function sessionIdIn(cookie: string): string {
  return /easysms=([\w-]{43})/.exec(cookie)?.[1] ?? '';
}

/** Begins another session of somebody. @returns the cookie of a browser with it */
export async function signInAgain(test: TestApp, cookie: string): Promise<string> {
  const before = sessionIdIn(cookie);
  const found = test.db.selectFrom('session').select('person_id').where('id_hash', '=', sessionHash(before));
  const personId = (await found.executeTakeFirstOrThrow()).person_id ?? '';
  const session = await beginSession(test.deps, { method: 'password', personId, secondFactor: false }, 'x');
  return cookie.replace(before, session);
}

async function openFresh(): Promise<OtherInstallation> {
  const test = await openTestApp(undefined, { publicUrl: 'http://127.0.0.1' });
  await adoptInstallation(test.db, test.deps.publicUrl, test.clock.now);
  const client = new PageClient(test);
  await done(client.post('/admin/sign-in', { token: test.adminToken, next: '/admin' }));
  return { test, client };
}
