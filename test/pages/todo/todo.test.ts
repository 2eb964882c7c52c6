import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { erasedWrongNumber } from '../../../src/domain/phone.ts';
import { setGateway } from '../../../src/staff/gateways/gateways.ts';
import { enter, PageClient } from '../../support/pages.ts';
import { readPage } from '../../support/read-page.ts';
import { scenario } from '../../support/scenario.ts';
import { insert, update } from '../../support/stored-rows.ts';

// A Tuesday noon in Copenhagen.
const NOW = new Date('2026-11-24T11:00:00Z');
const TOMORROW = new Date('2026-11-25T08:00:00Z');
const LATER = new Date('2026-12-02T08:00:00Z');
const PHONE = '+4520123456';

const { test, rows, operator, viewer } = scenario({
  authorities: { rh: { name: 'Myndighed rh', sources: { rh: {} } }, kk: { name: 'Myndighed kk', sources: { kk: {} } } },
  people: { operator: { name: 'Olga Olsen', role: 'operator' }, viewer: { role: 'viewer' } },
});
beforeEach(async () => {
  test.clock.now = NOW;
  await sql`truncate appointment cascade`.execute(test.db);
  for (const table of ['reminder', 'message', 'statistics_delta', 'statistics_day', 'statistics_sum'])
    await sql`truncate ${sql.table(table)} cascade`.execute(test.db);
});

/** An appointment with a reminder that ended like this. @param message of its hand-over; left out: there was none */
async function patient(
  reference: string,
  {
    start = TOMORROW,
    phone = PHONE,
    message,
    department = 'Ambulatoriet',
    ...reminder
  }: {
    start?: Date;
    phone?: string | null;
    message?: { status: 'delivered' | 'undelivered' | 'uncertain'; reason?: string };
    department?: string;
    status?: 'handed_over' | 'suppressed' | 'expired' | 'planned';
    reason?: string;
  } = {},
): Promise<string> {
  const appointment = await rows.appointment('rh', phone, { reference, start_at: start, department });
  const expires_at = new Date(start.getTime() - 3_600_000);
  const status = reminder.status ?? (message ? 'handed_over' : 'planned');
  const id = await rows.reminder('rh', appointment, { expires_at, status, reason: reminder.reason ?? null });
  if (message) await rows.message('rh', id, phone ?? PHONE, { valid_until: expires_at, ...message });
  return appointment;
}
/** Another browser, since sessions end in the meantime. */
async function at(moment: string): Promise<PageClient> {
  test.clock.now = new Date(moment);
  const client = new PageClient(test);
  await client.post('/admin/sign-in', { token: test.adminToken });
  return client;
}
const list = async (client = operator, query = '') => client.text(`/admin?authority=rh${query}`);
const handle = (id: string, client = operator, authority = 'rh') =>
  client.post(`/admin/to-do/${id}/handle`, { authority, list: 'soon' });
const undo = (id: string, client = operator, authority = 'rh') => client.post(`/admin/to-do/${id}/undo`, { authority });
/** The references in a section, in order. */
const inSection = (page: string, id: string) =>
  readPage(page)
    .section(id)
    ?.text.match(/\b[A-Z]-\d+/g) ?? [];

describe('an empty list', () => {
  it('promises replies only where citizens can reply to the sender', async () => {
    await test.makeAuthority('svar', { name: 'Svar', sender: '1245' });
    await test.makeSource('svar', 'svar');
    const emptyOf = async (authority: string, language: string) =>
      /<p class="empty">[^<]*/.exec(
        await (await at(NOW.toISOString())).text(`/admin?authority=${authority}&language=${language}`),
      )?.[0];
    expect(await emptyOf('svar', 'da')).toContain('Svar fra borgere, og borgere, der skal ringes til');
    expect(await emptyOf('svar', 'en')).toContain('Replies from citizens, and citizens to phone');
    expect(await emptyOf('kk', 'da')).toMatch(/lige nu\. Borgere, der skal ringes til, kommer frem her\.$/);
    expect(await emptyOf('kk', 'en')).toMatch(/right now\. Citizens to phone appear here\.$/);
  });
});

describe('the list of citizens to phone', () => {
  it('has those of the next working day whom no reminder reached and none will, and nobody else', async () => {
    await patient('A-1', { message: { status: 'undelivered', reason: 'absent' } });
    await patient('A-2', { start: new Date(TOMORROW.getTime() - 3_600_000), message: { status: 'uncertain' } });
    await patient('A-3', { status: 'expired', reason: 'too_late' });
    await patient('B-1', { message: { status: 'delivered' } });
    await patient('B-2', { status: 'suppressed', reason: 'opted_out' });
    await patient('B-3', { status: 'expired', reason: 'booked_late' });
    await patient('B-4', { start: LATER, message: { status: 'undelivered' } });
    await patient('B-5', { start: new Date(NOW.getTime() - 1), message: { status: 'undelivered' } });
    const twice = await patient('B-6', { message: { status: 'undelivered' } });
    await rows.reminder('rh', twice, { status: 'planned', due_at: new Date(NOW.getTime() + 60_000) });
    const cancelled = await patient('B-7', { message: { status: 'undelivered' } });
    await update(test.db, 'appointment', { id: cancelled }, { status: 'cancelled' });
    await patient('C-1', { phone: null, status: 'suppressed', reason: 'no_phone' });
    await patient('D-1', { start: LATER, message: { status: 'uncertain' } });
    const wrong = await patient('E-1', { start: LATER, phone: null, status: 'suppressed', reason: 'invalid_number' });
    const wrong_phone_hash = test.deps.keyring.phoneHash(PHONE);
    await update(test.db, 'appointment', { id: wrong }, { wrong_phone_hash });
    const page = await list();
    expect(['soon', 'numberless', 'uncertain', 'wrongNumbers'].map((id) => inSection(page, id))).toEqual([
      ['A-2', 'A-1', 'A-3'],
      ['C-1'],
      ['D-1'],
      ['E-1'],
    ]);
    expect(page).toMatch(/id="soon".*onsdag\u00a025\.\u00a0november.*href="tel:\+4520123456">20.12.34.56</s);
    expect(page).not.toMatch(/undelivered|too_late|no_phone|uncertain</);
  });

  it('has those whose reminder reached the wrong number, as if it had reached nobody', async () => {
    const wrong_phone_hash = test.deps.keyring.phoneHash(PHONE);
    const none = { phone_ciphertext: null, phone_hash: null };
    const strangers = async (reference: string, start: Date, message?: { status: 'delivered' }) => {
      const end = message ? { message } : ({ status: 'suppressed', reason: 'invalid_number' } as const);
      const id = await patient(reference, { start, ...end });
      await update(test.db, 'appointment', { id }, { ...none, wrong_phone_hash });
      return id;
    };
    await strangers('A-1', TOMORROW, { status: 'delivered' });
    await strangers('A-2', TOMORROW);
    await strangers('B-1', LATER, { status: 'delivered' });
    const told = await strangers('C-1', LATER, { status: 'delivered' });
    await rows.sent('rh', told, '+4520654321', { rule: 'day-before' }, { status: 'delivered' });
    const doubtful = await strangers('D-1', LATER);
    await rows.sent('rh', doubtful, PHONE, { expires_at: LATER }, { status: 'uncertain' });
    const page = await list();
    // Each citizen stands in one list.
    expect(['soon', 'numberless', 'uncertain', 'wrongNumbers'].map((id) => inSection(page, id).sort())).toEqual([
      ['A-1', 'A-2'],
      [],
      ['D-1'],
      ['B-1'],
    ]);
    const wrong = page.split('id="wrongNumbers"')[1]?.split('</section>')[0];
    expect([page.includes('Intet nummer'), wrong?.includes('Intet nummer')]).toEqual([true, false]);
    // A number that staff reported is not called one that can't be a number.
    expect([page.includes('meldt som forkert nummer'), page.includes('ugyldigt nummer')]).toEqual([true, false]);
  });

  it('keeps those whose reminder reached a stranger once the number is corrected, or the stranger erased', async () => {
    const wrong = test.deps.keyring.phoneHash(PHONE);
    const corrected = async (reference: string, { erased = false, start = TOMORROW, also = '' } = {}) => {
      const id = await patient(reference, { start, phone: '+4520654321' });
      await test.db.deleteFrom('reminder').where('appointment_id', '=', id).execute();
      const wrong_phone_hash = erased ? erasedWrongNumber(wrong, id) : wrong;
      await update(test.db, 'appointment', { id }, { wrong_phone_hash });
      for (const [nth, phone] of [PHONE, also].filter(Boolean).entries()) {
        const sent = await rows.reminder('rh', id, { status: 'handed_over', rule: `rule-${nth}` });
        const message = await rows.message('rh', sent, phone, { status: 'delivered' });
        const none = { phone_ciphertext: null, phone_hash: null };
        if (erased && phone === PHONE) await update(test.db, 'message', { id: message }, none);
      }
      return id;
    };
    await corrected('A-1');
    const erased = await corrected('A-2', { erased: true });
    await corrected('B-1', { also: '+4520654321' });
    await corrected('B-2', { erased: true, also: '+4520654321' });
    await corrected('B-3', { start: LATER });
    const page = await list();
    const found = ['soon', 'numberless', 'uncertain', 'wrongNumbers'].map((id) => inSection(page, id).sort());
    expect(found).toEqual([['A-1', 'A-2'], ...[[], [], []]]);
    expect(page).toMatch(/id="soon".*Modtaget af en anden: forkert nummer.*href="tel:\+4520654321"/s);
    const result = await operator.text(`/admin/find/${erased}?authority=rh`);
    expect(result).toContain('Borgeren har ikke fået nogen påmindelse om denne tid.');
  });

  it('is emptied by ticking off, under a name, which is audited and can be undone for ten minutes', async () => {
    const id = await patient('A-1', { message: { status: 'undelivered' } });
    const response = await handle(id);
    expect([response.status, response.headers.get('location')]).toEqual([
      303,
      '/admin?authority=rh&done=handled&list=soon#done',
    ]);
    const empty = await list(operator, '&done=handled&list=soon');
    expect(empty).toMatch(/role="status">Borgeren er taget af listen.*Listen er tom.*A-1.*af Olga Olsen.*Fortryd/s);
    expect(inSection(empty, 'soon')).toEqual([]);
    expect((await handle(id)).status).toBe(303);
    expect((await undo(id)).headers.get('location')).toBe('/admin?authority=rh&done=undone#done');
    expect(inSection(await list(), 'soon')).toEqual(['A-1']);
    await handle(id);
    test.clock.now = new Date(NOW.getTime() + 601_000);
    expect(await list()).not.toContain('Olga Olsen</span>');
    expect((await undo(id)).headers.get('location')).toBe('/admin?authority=rh&done=late#done');
    const { items } = await test.json<{ items: { actor: string; action: string; target: string }[] }>(
      200,
      '/v1/authorities/rh/audit',
    );
    const own = items.filter(({ target, actor }) => target === id && actor.endsWith('Olga Olsen'));
    // All at one instant, and so in no order.
    const found = own.map(({ action }) => action).sort();
    expect(found).toEqual(['appointment.handle', 'appointment.handle', 'appointment.handle-undo']);
    expect(items.some(({ action, target }) => action === 'number.see' && target === 'to-do')).toBe(true);
    // Another time of the appointment is another call.
    await update(test.db, 'appointment', { id }, { slot: 1 });
    await update(test.db, 'reminder', { appointment_id: id }, { slot: 1 });
    expect(inSection(await list(), 'soon')).toEqual(['A-1']);
  });

  it('is read by a viewer masked and without buttons, and by somebody limited for their departments alone', async () => {
    const mine = await patient('A-1', { message: { status: 'undelivered' } });
    const theirs = await patient('A-2', { message: { status: 'undelivered' }, department: 'Psykiatri' });
    const page = await list(viewer);
    expect(inSection(page, 'soon').sort()).toEqual(['A-1', 'A-2']);
    expect(page).toContain('••\u00a0••\u00a0••\u00a056');
    expect(page).not.toMatch(/tel:|20.12.34.56|Har ringet/);
    const departments = ['Ambulatoriet'];
    const limited = await enter(test, { email: 'a@example.org', role: 'operator', authority: 'rh', departments });
    expect(inSection(await list(limited), 'soon')).toEqual(['A-1']);
    const stranger = await enter(test, { email: 'k@example.org', role: 'operator', authority: 'kk' });
    for (const [response, status] of [
      [await handle(mine, viewer), 403],
      [await handle(theirs, limited), 404],
      [await undo(theirs, limited), 404],
      [await handle(mine, stranger, 'kk'), 404],
      [await handle(mine, stranger), 404],
      [await undo(mine, stranger, 'kk'), 404],
      [await handle('01890000-0000-7000-8000-000000000000'), 404],
      [await handle('x'), 404],
    ] as const)
      expect(response.status).toBe(status);
    expect(await test.db.selectFrom('handled_appointment').selectAll().execute()).toEqual([]);
  });
});

describe('the next step of a list', () => {
  it('stands there for those who can take it, and not for viewers', async () => {
    await patient('A-1', { phone: null, status: 'suppressed', reason: 'no_phone' });
    await patient('A-2', { start: LATER, message: { status: 'uncertain' } });
    const steps = ['Skriv nummeret i bookingsystemet.', 'Kommer den ikke, så ring, når aftalen nærmer sig.'];
    const [works, reads] = [await list(operator), await list(viewer)];
    for (const step of steps) expect([step, works.includes(step), reads.includes(step)]).toEqual([step, true, false]);
    expect(reads).toContain('En sagsbehandler kan ringe og tage borgere af listen.');
    expect([inSection(reads, 'numberless'), inSection(reads, 'uncertain')]).toEqual([['A-1'], ['A-2']]);
  });

  it('leaves no empty box in a row where there is neither a number nor a step', async () => {
    await patient('A-1', { phone: null, status: 'suppressed', reason: 'no_phone' });
    const boxes = (page: string) => readPage(page).texts('div.step');
    const [works, reads] = [await list(operator), await list(viewer)];
    expect([inSection(works, 'numberless'), inSection(reads, 'numberless')]).toEqual([['A-1'], ['A-1']]);
    expect([boxes(works).length > 0, [...boxes(works), ...boxes(reads)].includes('')]).toEqual([true, false]);
  });
});

describe('the states below the list of citizens to phone', () => {
  it('say what else is to be done than to phone, to whoever can do it', async () => {
    await patient('A-1', { message: { status: 'undelivered', reason: 'invalid_number' } });
    await patient('A-2', { message: { status: 'undelivered', reason: 'handset' } });
    await patient('A-3', { start: LATER, message: { status: 'uncertain' } });
    const steps = (page: string) => [
      page.includes(
        'kender ikke nummeret. Find et andet nummer, ring til borgeren, og ret nummeret i bookingsystemet.',
      ),
      // The title of the list says as much.
      /fordi den er fuld\. Ring/.test(page),
      // The list of uncertain SMS has a step of its own.
      /sendes ikke igen, så borgeren ikke får to\. Ring/.test(page),
    ];
    const works = await list(operator);
    for (const meaning of ['fordi den er fuld.', 'Kvitteringen kan stadig komme.']) expect(works).toContain(meaning);
    expect(steps(works)).toEqual([true, false, false]);
    expect(steps(await list(viewer))).toEqual([false, false, false]);
  });
});

describe('the start page', () => {
  it('says that what waits is not lost where something waits, and not above messages that were refused', async () => {
    await test.makeAuthority('afv', { name: 'Afvist' });
    await test.makeSource('afv', 'afv', { mode: 'shadow' });
    const client = await enter(test, { email: 'afv@example.org', role: 'operator', authority: 'afv' });
    const open = () => client.text('/admin?authority=afv');
    const row = { authority_id: 'afv', source_id: 'afv', status: '422', code: 'required', pointer: '', format: 'json' };
    const refusals = (count: number) =>
      Array.from({ length: count }, (_, nth) => ({ ...row, request_id: null, at: new Date(NOW.getTime() - nth) }));
    await insert(test.db, 'refusal', refusals(99));
    expect(await open()).toContain('99 beskeder afvist');
    // A hundred are kept of each system: there may have been more.
    await insert(test.db, 'refusal', refusals(1));
    const refused = await open();
    expect([refused.includes('mindst 100 beskeder afvist'), refused.includes('ikke gået tabt')]).toEqual([true, false]);
    expect(refused).toContain(
      'rettes og sendes igen: giv bookingsystemets leverandør besked, og vælg så »Jeg har givet leverandøren besked«.',
    );
    const reader = await enter(test, { email: 'afv-v@example.org', role: 'viewer', authority: 'afv' });
    expect(await reader.text('/admin?authority=afv')).toContain('Afviste beskeder skal rettes og sendes igen.');
    await update(test.db, 'source', { id: 'afv' }, { mode: 'paused' });
    const paused = await open();
    expect(paused).toContain('ikke gået tabt');
    expect(paused).toContain('Source afv er sat på pause under »Indstillinger«.');
  });

  it('says that a booking system is paused while it is loaded, too, and not while it is on trial', async () => {
    await test.makeAuthority('pau', { name: 'Pausen' });
    await test.makeSource('pau', 'pau', { mode: 'loading' });
    const reader = await enter(test, { email: 'pau@example.org', role: 'viewer', authority: 'pau' });
    const pause = { paused_at: NOW, paused_until: null, pause_reason: 'Flytning af servere' };
    await update(test.db, 'source', { id: 'pau' }, pause);
    expect(await reader.text('/admin?authority=pau')).toContain('Flytning af servere');
    await update(test.db, 'source', { id: 'pau' }, { mode: 'shadow' });
    expect(await reader.text('/admin?authority=pau')).not.toContain('Flytning af servere');
  });

  it('says what holds reminders back, each with who can solve it', async () => {
    const administrator = await enter(test, { email: 'adm@example.org', role: 'administrator', authority: 'rh' });
    expect(await list(administrator)).not.toContain('id="obstacles"');
    const refusal = { authority_id: 'rh', source_id: 'rh', status: '422', code: 'required', pointer: '/data/start' };
    const at = new Date(NOW.getTime() - 3_600_000);
    const kept = { ...refusal, at, format: 'json', request_id: null };
    await insert(test.db, 'refusal', [kept, { ...kept, at: new Date('2026-11-22T11:00:00Z') }]);
    await setGateway(test.deps, { id: 'simulator', actor: 'administrator' }, { note: 'prøve' }, NOW);
    const pause = { paused_at: NOW, paused_until: null, pause_reason: 'Flytning' };
    await update(test.db, 'authority', { id: 'rh' }, pause);
    const endpoint = { source_id: 'rh', authority_id: 'rh', channel: 'webhook', state: 'ended', taken: '0' } as const;
    await insert(test.db, 'event_endpoint', { ...endpoint, last_result: '410' });
    await insert(test.db, 'source_activity', { source_id: 'rh', authority_id: 'rh', last_at: NOW });
    const page = await list(administrator);
    expect(page).toMatch(/Source rh: 1 besked afvist.*href="\/admin\/set-up\/sources\/rh\?authority=rh"/s);
    expect(page).toMatch(
      /Ingen SMS-leverandør er i brug.*SMS-leverandøren simulator har været ude.*Flytning.*har afmeldt/s,
    );
    expect(page).not.toContain('har ikke sendt noget');
    // Every page says it, not the start page alone.
    const elsewhere = readPage(await operator.text('/admin/find?authority=rh')).text;
    expect(elsewhere).toContain('Ingen af myndighedens SMS-leverandører er i brug. Påmindelserne venter');
    const asOperator = await list();
    const toPause = /Flytning.*?href="\/admin\/rules\/pause\?authority=rh">Se pausen</s;
    expect(page).toMatch(toPause);
    expect(asOperator).toMatch(toPause);
    expect(asOperator).not.toMatch(/Giv besked til en administrator|Se afsenderen/);
  });

  it('is rid of refused messages once they were passed on, which is audited, until others are refused', async () => {
    const source = { authority_id: 'rh', source_id: 'rh' };
    const more = { status: '422', code: 'required', pointer: '', format: 'json', request_id: null };
    const refuse = (at = NOW) =>
      test.db
        .insertInto('refusal')
        .values({ ...source, ...more, at })
        .execute();
    await refuse();
    const shown = async () => readPage(await list()).fields.find(({ name }) => name === 'until')?.value ?? '';
    let until = await shown();
    const seen = (client = operator, authority = 'rh', id = 'rh') =>
      client.post(`/admin/to-do/${id}/seen`, { authority, until });
    const stands = async (client = operator) => /\d besked(?:er)? afvist/.test(await list(client));
    expect(await list()).toContain('action="/admin/to-do/rh/seen"');
    const response = await seen();
    expect(response.headers.get('location')).toBe('/admin?authority=rh&done=seen#done');
    const { message } = readPage(await list(operator, '&done=seen'));
    expect(message).toMatch(/^De afviste beskeder er taget af listen/);
    expect(await stands()).toBe(false);
    await seen();
    const { items } = await test.json<{ items: { action: string }[] }>(200, '/v1/authorities/rh/audit');
    expect(items.filter(({ action }) => action === 'refusals.see')).toHaveLength(1);
    await refuse();
    expect(await stands()).toBe(true);
    const viewer = await enter(test, { email: 'seer@example.org', role: 'viewer', authority: 'rh' });
    const departments = ['Øre'];
    const limited = await enter(test, { email: 'lim@example.org', role: 'operator', authority: 'rh', departments });
    const stranger = await enter(test, { email: 'kk-seer@example.org', role: 'operator', authority: 'kk' });
    expect(await list(viewer)).not.toContain('/seen"');
    const refused = [await seen(viewer), await seen(limited), await seen(stranger), await seen(stranger, 'kk')];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 404, 404]);
    expect((await seen(operator, 'rh', 'nothing')).status).toBe(404);
    expect(await stands()).toBe(true);
    until = await shown();
    // Came after the page was shown to whoever passes on what stands there.
    await refuse(new Date(NOW.getTime() + 1));
    await seen();
    expect(await list()).toContain('Source rh: 1 besked afvist');
    until = 'x';
    expect((await seen()).status).toBe(404);
    until = await shown();
    await seen();
    expect(await stands()).toBe(false);
  });

  it('counts what is planned ahead, and this month beside the last', async () => {
    const appointment = await rows.appointment('rh', PHONE);
    await rows.reminder('rh', appointment, { due_day: '2026-11-30' });
    await rows.reminder('rh', appointment, { due_day: '2026-12-02' });
    const sent = await rows.reminder('rh', appointment, { due_day: '2026-11-02', status: 'handed_over' });
    await rows.message('rh', sent, PHONE, {
      due_day: '2026-11-02',
      handed_over_at: NOW,
      delivered_at: new Date(NOW.getTime() + 12_000),
    });
    const lost = await rows.reminder('rh', appointment, { due_day: '2026-11-03', status: 'handed_over' });
    await rows.message('rh', lost, PHONE, { due_day: '2026-11-03', status: 'undelivered', reason: 'absent' });
    const page = await list();
    expect(page).toMatch(/Planlagt de næste syv dage<\/dt><dd><a [^>]*>1</);
    const links = [...page.matchAll(/href="(\/admin\/messages\?[^"]*)">(\d+)</g)];
    expect(links.map(([, , count]) => count)).toEqual(['1', '1', '2']);
    for (const [, href = '', count] of links) {
      const behind = await operator.text(href.replaceAll('&amp;', '&'));
      expect([href, behind.match(/<th scope="row"/g)?.length]).toEqual([href, Number(count)]);
    }
    expect(page).toMatch(/Typisk leveringstid nu<\/dt><dd>12 sek\./);
    expect(page).toMatch(/1\.–24\.\u00a0november.*1\.–24\.\u00a0oktober.*Hele oktober/s);
  });
});

// Last: sessions end as time passes.
describe('as days pass', () => {
  it('citizens come onto the list on the working day before', async () => {
    await patient('B-4', { start: LATER, message: { status: 'undelivered' } });
    await patient('D-1', { start: LATER, message: { status: 'uncertain' } });
    const friday = await list(await at('2026-11-27T11:00:00Z'));
    expect([friday.includes('Opgaver</h1>'), readPage(friday).text.includes('B-4')]).toEqual([true, false]);
    expect(inSection(await list(await at('2026-12-01T11:00:00Z')), 'soon').sort()).toEqual(['B-4', 'D-1']);
  });

  it('on a Friday goes on to Monday', async () => {
    await patient('A-1', { start: new Date('2026-11-30T08:00:00Z'), message: { status: 'undelivered' } });
    expect(inSection(await list(await at('2026-11-27T11:00:00Z')), 'soon')).toEqual(['A-1']);
  });

  it('tells of a live source that sent nothing for a working day, and of none over a weekend', async () => {
    const { token } = await test.makeSource('kk', 'kk-live');
    test.clock.now = new Date('2026-11-27T11:00:00Z');
    const event = {
      type: 'appointment.booked',
      data: { id: 'A-1', start: '2026-12-10T08:00:00Z', patient: { phone: PHONE } },
    };
    await test.json(202, '/v1/webhooks/kk-live', { token, body: event });
    await test.deps.receiver.idle();
    const silent = async (moment: string) =>
      (await (await at(moment)).text('/admin?authority=kk')).includes(
        'Source kk-live har ikke sendt noget siden 27.\u00a0nov.',
      );
    expect(await silent('2026-11-30T10:59:00Z')).toBe(false);
    expect(await silent('2026-11-30T11:01:00Z')).toBe(true);
  });
});
