import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { enter, type PageClient, type TestInvite } from '../../support/pages.ts';
import { readPage } from '../../support/read-page.ts';
import { scenario } from '../../support/scenario.ts';
import { insert, update } from '../../support/stored-rows.ts';

const PHONE = '+4522304150';
/** Codes that no page may show. */
const CODES = /opted_out|no_phone|invalid_number|handed_over|reply_cancel|booked_late|too_late|entered-in-error/;

const { test, rows, at, ofNew, operator, viewer, limited } = scenario({
  authorities: { rh: { name: 'Myndighed rh', sources: { rh: {} } }, kk: { name: 'Myndighed kk', sources: { kk: {} } } },
  people: {
    operator: { name: 'Olga Olsen', role: 'operator' },
    viewer: { role: 'viewer' },
    limited: { role: 'operator', departments: ['Øre'] },
  },
});

const find = async (client: PageClient, what: string, authority = 'rh') => {
  const response = await client.post('/admin/find', { what, authority });
  return { status: response.status, text: await response.text() };
};
/** Whether people read it on the page: the random proofs of its forms may hold any three characters. */
const isShown = (page: string, mark: string): boolean => readPage(page).text.includes(mark);
const audited = async (action: string) =>
  (await test.db.selectFrom('audit').select(['actor', 'after']).where('action', '=', action).execute()).length;

describe('a search', () => {
  it('finds a number as people write it, is audited, and leaves the number out of every address', async () => {
    const mine = await rows.appointment('rh', PHONE, { reference: 'N-1', department: 'Øre' });
    const other = await rows.appointment('rh', PHONE, { reference: 'N-2', department: 'Hjerte' });
    await rows.appointment('kk', PHONE, { reference: 'K-1' });
    for (const written of ['22 30 41 50', '22\u00a030\u00a041\u00a050', '+45 2230-4150', '0045 22304150']) {
      const before = await audited('number.search');
      const { status, text } = await find(operator, written);
      expect([status, ...['N-1', 'N-2', 'K-1'].map((mark) => isShown(text, mark))]).toEqual([200, true, true, false]);
      expect(await audited('number.search')).toBe(before + 1);
      expect(text).not.toMatch(/(?:href|action)="[^"]*22304150|type="hidden"[^>]*22304150/);
    }
    // A reference that is a number, too: both lists, and one place that the form leads to.
    await rows.appointment('rh', '+4522304151', { reference: 'N-3' });
    await rows.appointment('rh', null, { reference: '22304151' });
    const both = (await find(operator, '22304151')).text;
    expect([both.includes('1\u00a0aftale fundet'), both.includes('N-3')]).toEqual([true, true]);
    expect([both.split('id="found"').length, both.includes('action="/admin/find#found"')]).toEqual([2, true]);
    const own = await find(limited, PHONE);
    expect(['N-1', 'N-2'].map((mark) => isShown(own.text, mark))).toEqual([true, false]);
    const like = await operator.text(`/admin/find?authority=rh&like=${mine}`);
    expect(['N-1', 'N-2', 'K-1'].map((mark) => isShown(like, mark))).toEqual([true, true, false]);
    expect((await limited.get(`/admin/find?authority=rh&like=${other}`)).status).toBe(404);
  });

  it('finds a reference whose letters were typed large or small, in the reader’s own authority alone', async () => {
    const large = await rows.appointment('rh', null, { reference: 'CASE-A1' });
    await rows.appointment('rh', null, { reference: 'case-b2', group_reference: 'case-g3' });
    await rows.appointment('kk', null, { reference: 'CASE-A1', department: 'Fremmed' });
    const alias = { kind: 'reference', value: `|${test.deps.keyring.idHash('rh', 'CASE-C4')}` };
    const own = { source_id: 'rh', authority_id: 'rh', appointment_id: large };
    await insert(test.db, 'appointment_alias', [{ ...own, ...alias }]);
    const found = { 'case-a1': 'CASE-A1', 'CASE-A1': 'CASE-A1', 'CASE-B2': 'case-b2', 'CASE-G3': 'case-b2' };
    for (const [typed, mark] of Object.entries({ ...found, 'case-c4': 'CASE-A1' })) {
      const { text } = await find(operator, typed);
      expect([typed, text.includes('1\u00a0aftale fundet'), isShown(text, mark)]).toEqual([typed, true, true]);
      expect(isShown(text, 'Fremmed')).toBe(false);
    }
  });

  it('by a number is not for viewers, who find by reference with the number masked', async () => {
    await rows.appointment('rh', PHONE, { reference: 'V-1' });
    const refused = await find(viewer, '22304150');
    expect([refused.status, refused.text.includes('Din rolle giver ikke adgang')]).toEqual([422, true]);
    const found = await find(viewer, 'V-1');
    expect([found.status, found.text.includes('V-1'), found.text.includes(PHONE)]).toEqual([200, true, false]);
    const id = /\/admin\/find\/([0-9a-f-]{36})/.exec(found.text)?.[1] ?? '';
    expect((await viewer.get(`/admin/find?authority=rh&like=${id}`)).status).toBe(403);
    expect(await viewer.text(`/admin/find/${id}?authority=rh`)).not.toContain(PHONE);
  });

  it('asks those who may search for no numbers for the number of the appointment alone', async () => {
    for (const [language, label, example, empty] of [
      ['da', 'Aftalens nummer', 'For eksempel A-4711.', 'Skriv aftalens nummer.'],
      ['en', 'Appointment number', 'For example A-4711.', 'Enter the number of the appointment.'],
    ] as const) {
      const page = await viewer.text(`/admin/find?authority=rh&language=${language}`);
      expect(page).toMatch(new RegExp(`<label for="what">${label}<`));
      expect([isShown(page, example), isShown((await find(viewer, ' ')).text, empty)]).toEqual([true, true]);
    }
    await viewer.text('/admin?language=da');
    expect(await operator.text('/admin/find?authority=rh')).toContain('Telefonnummer eller aftalens nummer');
  });

  it('leads administrators of an authority without booking systems to where one is created, and tells others whom to ask', async () => {
    await test.makeAuthority('ny', { name: 'Ny' });
    const emptyFor = async (who: Omit<TestInvite, 'email' | 'authority'>, language: string, path = '/admin/find') => {
      const email = `${crypto.randomUUID()}@example.org`;
      const client = await enter(test, { email, authority: 'ny', ...who });
      return /<p class="empty">.*?<\/p>/s.exec(await client.text(`${path}?authority=ny&language=${language}`))?.[0];
    };
    const chief = { role: 'administrator' } as const;
    const make = 'href="/admin/set-up/sources?authority=ny#make"';
    expect(await emptyFor(chief, 'da')).toContain(`Myndigheden har ingen bookingsystemer endnu. <a ${make}`);
    expect(await emptyFor(chief, 'en')).toContain(`The authority has no booking systems yet. <a ${make}`);
    for (const path of ['/admin', '/admin/statistics', '/admin/set-up/departments'])
      for (const language of ['da', 'en']) expect(await emptyFor(chief, language, path), path).toContain(`<a ${make}`);
    const others = [{ role: 'viewer' }, { role: 'operator' }, { ...chief, departments: ['Røntgen'] }] as const;
    for (const who of others) {
      const danish = await emptyFor(who, 'da');
      expect([who, danish?.includes('<a '), danish]).toEqual([
        who,
        false,
        expect.stringContaining('Bed en administrator'),
      ]);
      expect(await emptyFor(who, 'en')).toContain('Ask an administrator to');
      for (const path of ['/admin', '/admin/statistics'])
        expect(await emptyFor(who, 'en', path)).toContain('Ask an administrator to');
    }
    const client = await enter(test, { email: 'ny@example.org', authority: 'ny', ...chief });
    expect(await client.text('/admin/set-up/sources?authority=ny')).toContain('id="make"');
    expect(await viewer.text('/admin/find?authority=rh')).not.toContain('ingen bookingsystemer');
  });

  it('comes back with what was typed and the reason beside it', async () => {
    const cpr = await find(operator, '010190-1234');
    expect(cpr.status).toBe(422);
    expect(cpr.text).toMatch(/value="010190-1234"[^>]*aria-invalid|aria-invalid[^>]*value="010190-1234"/);
    expect((await find(operator, ' ')).text).toContain('Skriv et telefonnummer');
    const day = await operator.get('/admin/find?authority=rh&date=2026-13-45');
    expect([day.status, await day.text()]).toEqual([422, expect.stringContaining('value="2026-13-45"')]);
    expect((await find(operator, 'N-404')).text).toContain('Ingen aftale har dette nummer');
    expect((await operator.get('/admin/find?authority=rh&date=2026-12-01&place=x')).status).toBe(404);
  });

  it('for a name says that names can not be searched for, and for what else, unless it is a reference', async () => {
    await rows.appointment('rh', null, { reference: 'KONTROL' });
    const words = {
      da: [
        'Man kan ikke søge på navne. Søg på et telefonnummer eller aftalens nummer, eller find aftalen på dagen nedenfor.',
        'Man kan ikke søge på navne. Søg på aftalens nummer, eller find aftalen på dagen nedenfor.',
      ],
      en: [
        'You cannot search for names. Search for a phone number or an appointment number, or find the appointment by its day below.',
        'You cannot search for names. Search for an appointment number, or find the appointment by its day below.',
      ],
    } as const;
    for (const [language, [forOperators, forViewers]] of Object.entries(words))
      for (const [client, said] of [
        [operator, forOperators],
        [viewer, forViewers],
      ] as const) {
        await client.text(`/admin?language=${language}`);
        for (const typed of ['Åse Ørsted-Bøgh', "d'Angelo, Bo"]) {
          const { status, text } = await find(client, typed);
          expect([status, readPage(text).field('what').value, isShown(text, said)]).toEqual([422, typed, true]);
        }
        expect(isShown((await find(client, 'kontrol')).text, 'KONTROL')).toBe(true);
        for (const typed of ['A-4040', '---']) {
          const { status, text } = await find(client, typed);
          expect([typed, status, isShown(text, said)]).toEqual([typed, 200, false]);
        }
      }
    for (const client of [operator, viewer]) await client.text('/admin?language=da');
  });

  it('that finds more than a page shows says so, with the next page or with how many are left out', async () => {
    const number = '+4522304177';
    for (let nth = 0; nth < 53; nth++)
      await rows.appointment('rh', number, {
        ...{ reference: `G-1/${nth}.`, group_reference: 'G-1' },
        start_at: nth < 4 ? null : new Date(Date.UTC(2026, 11, 3, 8, nth)),
      });
    const shown = (text: string) => text.match(/G-1\/\d+\./g)?.length;
    const ofGroup = (await find(operator, 'G-1')).text;
    expect([shown(ofGroup), ofGroup.includes('De første 50\u00a0aftaler fundet')]).toEqual([50, true]);
    expect(ofGroup).toContain('3 aftaler mere vises ikke');
    // Appointments without a time are the last ones, and have a next page like all others.
    const byNumber = (await find(operator, number)).text;
    const next = readPage(byNumber).link(/\/find\?.*place=none/) ?? '';
    expect([shown(byNumber), shown(await operator.text(next)), byNumber.includes('vises ikke')]).toEqual([
      50,
      3,
      false,
    ]);
    // A number that they had when their SMS were sent, and have no longer: no address can name it.
    const gone = { phone_hash: null, phone_ciphertext: null };
    const changed = test.db.updateTable('appointment').set(gone).where('group_reference', '=', 'G-1');
    for (const { id } of await changed.returning('id').execute())
      await rows.message('rh', await rows.reminder('rh', id, { status: 'handed_over' }), number);
    const { text } = await find(operator, number);
    expect([shown(text), text.includes('Flere aftaler vises ikke')]).toEqual([50, true]);
  });

  it('of a day shows the called-off appointments too, page by page, narrowed by department', async () => {
    const admin = await ofNew('dg');
    const start = (minute: number) => new Date(Date.UTC(2026, 11, 3, 8, minute));
    for (let nth = 0; nth < 52; nth++)
      await rows.appointment('dg', null, {
        ...{ reference: `day-${nth}.`, start_at: start(nth), department: nth % 2 === 0 ? 'Øre' : 'Hjerte' },
        ...(nth === 3 && { status: 'cancelled' as const }),
      });
    await rows.appointment('dg', null, { reference: 'next-day.', start_at: new Date('2026-12-03T23:30:00Z') });
    const first = await admin.text('/admin/find?authority=dg&date=2026-12-03');
    expect([first.includes('day-3.'), first.includes('Aflyst'), first.includes('day-50.')]).toEqual([
      true,
      true,
      false,
    ]);
    const next = readPage(first).link(/\/find\?.*place=/) ?? '';
    const second = await admin.text(next);
    expect([second.includes('day-49.'), second.includes('day-50.'), second.includes('day-51.')]).toEqual([
      ...[false, true, true],
    ]);
    expect(second).not.toContain('next-day.');
    expect([first.includes(': de første 50\u00a0aftaler'), second.includes(': flere aftaler')]).toEqual([true, true]);
    const english = await (
      await admin.get('/admin/find?authority=dg&date=2026-12-03', { 'accept-language': 'en' })
    ).text();
    expect(english).toContain(': the first 50\u00a0appointments');
    const ear = await admin.text('/admin/find?authority=dg&date=2026-12-03&department=%C3%98re');
    expect([ear.includes('day-2.'), ear.includes('day-3.')]).toEqual([true, false]);
    expect(ear).toContain(': 26\u00a0aftaler');
    const emptyDay = '/admin/find?authority=dg&date=2026-12-24';
    expect(await admin.text(emptyDay)).toContain('Vælg en anden dag.<');
    expect(await admin.text(`${emptyDay}&department=%C3%98re`)).toContain('eller vis alle afdelinger');
  });
});

describe('the story of an appointment', () => {
  it('says why each reminder went or did not, what to do, and who did what, without a bare code', async () => {
    const id = await rows.appointment('rh', PHONE, { reference: 'S-1', department: 'Øre', slot: 1 });
    const expires_at = new Date('2026-11-30T08:30:00Z');
    const old = { slot: 0, rule: 'gammel', expires_at };
    await rows.sent('rh', id, PHONE, old, { text: 'Husk din tid den 1. december.' });
    const refused = { status: 'suppressed', reason: 'opted_out' } as const;
    await rows.reminder('rh', id, { ...refused, slot: 1, rule: 'cancellation' });
    await rows.reminder('rh', id, { slot: 1, rule: 'p1d', held_reason: 'reply_cancel' });
    const reply = await rows.cancellation('rh', PHONE, id, { slot: 1 });
    await rows.optOut('rh', PHONE);
    const page = await operator.text(`/admin/find/${id}?authority=rh`);
    for (const words of [
      'Påmindelsen holdes tilbage',
      'Venter: borgeren har meldt afbud',
      'Ikke sendt: borgeren er frameldt',
      'AFBUD',
      'Nummeret frameldt af borgeren',
      'Aftalen fik en ny tid',
    ])
      expect(page).toContain(words);
    expect(page.replace(/<[^>]*>/g, ' ')).not.toMatch(CODES);
    await operator.post(`/admin/replies/${reply}/settle`, { action: 'ignore', authority: 'rh' });
    expect(await operator.text(`/admin/find/${id}?authority=rh`)).toContain('(Olga Olsen)');
  });

  it('tells in words what paused sending, that the supplier was asked, and what we answered', async () => {
    const soon = new Date(test.clock.now.getTime() + 600_000);
    const id = await rows.appointment('rh', PHONE, { reference: 'S-3' });
    const asked = { status: 'uncertain', asked_at: test.clock.now, next_at: soon, delivered_at: null } as const;
    await rows.sent('rh', id, PHONE, { rule: 'p2d' }, asked);
    await rows.reminder('rh', id, { rule: 'p1d' });
    const reply = await rows.cancellation('rh', PHONE, id);
    await rows.message('rh', null, PHONE, { inbound_id: reply, template: 'cancel-received', text: 'Ring til os.' });
    await test.json(200, '/v1/authorities/rh/pause', { body: { reason: 'Strømsvigt' } });
    const page = await operator.text(`/admin/find/${id}?authority=rh`);
    for (const words of [
      'Al udsendelse sat på pause af administratornøglen: Strømsvigt',
      'SMS-leverandøren blev spurgt, hvad der blev af SMS’en, men kunne ikke svare på det',
      'Der spørges igen 24.\u00a0nov.\u00a02026',
      'Påmindelserne holdes tilbage, indtil svaret er behandlet.',
      'Vores automatiske svar til borgeren (Svar på afbud: ring til os): modtaget',
      '<blockquote>Ring til os.</blockquote>',
    ])
      expect(page).toContain(words);
    const english = await operator.text(`/admin/find/${id}?authority=rh&language=en`);
    await test.json(200, '/v1/authorities/rh/resume', { body: {} });
    expect(english).toContain('All sending was paused by the administrator token: Strømsvigt');
    expect(english.replace(/<[^>]*>/g, ' ')).not.toMatch(CODES);
    await operator.text('/admin?language=da');
  });

  it('tells what the booking system did, also where no reminder tells it', async () => {
    await test.makeAuthority('tavs', { rules: [] });
    const { token } = await test.makeSource('tavs', 'tavs-epj');
    const chief = await at('operator', 'tavs');
    const begun = test.clock.now;
    const say = async (type: string, data: Record<string, unknown> = {}) => {
      test.clock.now = new Date(test.clock.now.getTime() + 60_000);
      const body = { type: `appointment.${type}`, data: { id: 'T-1', patient: { phone: '22304199' }, ...data } };
      await test.json(202, '/v1/webhooks/tavs-epj', { token, body });
    };
    await say('booked', { start: '2026-12-01T09:00:00+01:00' });
    await say('rescheduled', { start: '2026-12-02T10:00:00+01:00' });
    await say('updated', { start: '2026-12-02T10:00:00+01:00', department: 'Øre' });
    await say('rescheduled', { start: '2026-12-03T11:00:00+01:00' });
    await say('cancelled');
    await say('booked', { start: '2026-12-03T11:00:00+01:00' });
    await say('deleted');
    test.clock.now = begun;
    const idOf = async (reference: string) => {
      const found = test.db.selectFrom('appointment').select('id').where('reference', '=', reference);
      return (await found.executeTakeFirstOrThrow()).id;
    };
    const id = await idOf('T-1');
    const story = async (language: string) => {
      const page = await chief.text(`/admin/find/${id}?language=${language}`);
      const entries = [...page.matchAll(/<li><time[^>]*>[^<]*<\/time><div><span>([^<]*)</g)].map(([, text]) => text);
      return entries.filter((text) => !text?.startsWith('Hændelse') && !text?.startsWith('Event'));
    };
    const [first, second, third] = [
      '1.\u00a0dec.\u00a02026 kl.\u00a009.00',
      '2.\u00a0dec.\u00a02026 kl.\u00a010.00',
      '3.\u00a0dec.\u00a02026 kl.\u00a011.00',
    ];
    expect(await story('da')).toEqual([
      'Aftalen modtaget fra Source tavs-epj',
      `Aftalen fik en ny tid i bookingsystemet: ${second} (før ${first})`,
      `Aftalen fik en ny tid i bookingsystemet: ${third} (før ${second})`,
      'Aftalen aflyst i bookingsystemet',
      'Aftalen booket igen i bookingsystemet',
      'Aftalen slettet i bookingsystemet som oprettet ved en fejl',
    ]);
    expect((await story('en')).at(3)).toBe('The appointment was cancelled in the booking system');
    // A cancellation of something that nobody had heard of.
    const cancelled = { type: 'appointment.cancelled', data: { id: 'T-2' } };
    await test.json(202, '/v1/webhooks/tavs-epj', { token, body: cancelled });
    expect(await chief.text(`/admin/find/${await idOf('T-2')}?language=da`)).toContain(
      'Aftalen aflyst i bookingsystemet',
    );
    // The entries go with the appointment.
    await test.db.deleteFrom('appointment').where('id', '=', id).execute();
    expect(await test.db.selectFrom('appointment_change').selectAll().execute()).toEqual([]);
  });

  it('leads from an appointment that was replaced to the one that goes on at last, for whoever may see it', async () => {
    const last = await rows.appointment('rh', PHONE, { reference: 'R-3', department: 'Hjerte' });
    const next = await rows.appointment('rh', PHONE, { reference: 'R-2', department: 'Øre' });
    const old = await rows.appointment('rh', PHONE, { reference: 'R-1', department: 'Øre' });
    const dropped = { status: 'cancelled', reason: 'entered-in-error', next_at: null } as const;
    await rows.reminder('rh', old, { ...dropped, rule: 'p1d' });
    const replace = (id: string, replaced_by: string) =>
      update(test.db, 'appointment', { id }, { status: 'entered-in-error', replaced_by });
    await replace(old, 'R-2');
    await replace(next, 'R-3');
    const page = (client: PageClient, language: string) =>
      client.text(`/admin/find/${old}?authority=rh&language=${language}`);
    const english = await page(operator, 'en');
    const link = (id: string, text: string) => `<a href="/admin/find/${id}?authority=rh">${text}</a>`;
    expect(english).toContain('The appointment got a new number in the booking system: R-2');
    expect(english).toContain(link(last, 'See the new appointment'));
    expect(english).toContain(`Replaced in the booking system by ${link(last, 'R-3')}.`);
    expect(english).toContain('Dropped: replaced');
    // Nobody who reads about a replaced appointment is told that it was deleted.
    expect(english).not.toMatch(/deleted|entered in error/);
    // Somebody of another department than the last one gets as far as they may.
    const danish = await page(limited, 'da');
    expect(danish).toContain(`Erstattet i bookingsystemet af ${link(next, 'R-2')}.`);
    expect([danish.includes(last), isShown(danish, 'R-3'), /slettet|ved en fejl/.test(danish)]).toEqual([
      ...[false, false, false],
    ]);
    const furthest = await limited.text(`/admin/find/${next}?authority=rh`);
    expect([furthest.includes('af R-3.'), furthest.includes(last)]).toEqual([true, false]);
    expect((await find(operator, 'R-1')).text).toContain('<span class="tag">Replaced</span>');
    // A ring, and a chain that is longer than a page follows.
    await replace(last, 'R-1');
    expect(await page(operator, 'da')).toContain(link(last, 'R-3'));
    const many = Array.from({ length: 25 }, (_, nth) => nth);
    const ids: string[] = [];
    for (const nth of many) ids.push(await rows.appointment('rh', null, { reference: `C-${nth}` }));
    for (const nth of many) await replace(ids[nth] ?? '', `C-${nth + 1}`);
    expect(await operator.text(`/admin/find/${ids[0]}?authority=rh`)).toContain(link(ids[20] ?? '', 'C-20'));
    await operator.text('/admin?language=da');
  });

  it('explains each entry of it in words, and says what to do where there is still something to do', async () => {
    const start_at = new Date(test.clock.now.getTime() + 3 * 86_400_000);
    const id = await rows.appointment('rh', PHONE, { reference: 'E-1', start_at, department: 'Øre' });
    const failed = { status: 'undelivered', reason: 'network', delivered_at: null } as const;
    await rows.sent('rh', id, PHONE, { rule: 'p2d' }, failed);
    const reply = await rows.cancellation('rh', PHONE, id);
    await operator.post(`/admin/replies/${reply}/settle`, { action: 'confirmed', authority: 'rh' });
    const event = { source_id: 'rh', sequence: 9_001, authority_id: 'rh', appointment_id: id };
    await rows.event('rh', id, { type: 'citizen.confirmed', sequence: 9_001, reference: 'E-1', inbound_id: reply });
    const given = { channel: 'webhook', status: 'failed', attempts: 3, next_at: null, last_result: '500' } as const;
    await insert(test.db, 'delivery', { ...event, ...given, attempted_at: test.clock.now });
    const entriesIn = async (language: string) => {
      const page = await operator.text(`/admin/find/${id}?authority=rh&language=${language}`);
      const story = page.slice(page.indexOf('<ol class="story">'), page.indexOf('</ol>'));
      return story.split('<li>').slice(1);
    };
    const english = await entriesIn('en');
    // Only the steps that a reminder has left behind say enough by themselves.
    const unexplained = (await entriesIn('da'))
      .concat(english)
      .filter((entry) => !/<p class="faint">[^<]{10}/.test(entry))
      .map((entry) => /<span>([^<]*)/.exec(entry)?.[1]);
    expect(unexplained).toEqual([
      expect.stringMatching(/: planlagt til /),
      expect.stringMatching(/: afleveret til SMS-leverandøren$/),
      expect.stringMatching(/: sendt, afventer kvittering$/),
      expect.stringMatching(/: planned for /),
      expect.stringMatching(/: handed over to the SMS supplier$/),
      expect.stringMatching(/: sent, waiting for a receipt$/),
    ]);
    const entryOf = (text: string) => english.find((entry) => entry.includes(text)) ?? '';
    expect(entryOf('Appointment received from')).toContain('plans the reminders');
    expect(entryOf('Reply settled')).toContain('The citizen is coming.');
    const found = entryOf('fault of the phone company');
    expect(found).toContain('Do this:</strong> Phone the citizen if the appointment matters.');
    const result = entryOf('(given up): the citizen confirmed');
    expect(result).toContain('Next step:</strong> An operator or an administrator can send it again');
    await operator.text('/admin?language=da');
  });

  it('says what will become of a reminder at the last step alone, and not while the reminder is held', async () => {
    const minutes = (count: number) => new Date(test.clock.now.getTime() + count * 60_000);
    const id = await rows.appointment('rh', PHONE, { reference: 'E-3', start_at: minutes(3 * 1440) });
    const accepted = { handed_over_at: minutes(1), accepted_at: minutes(2), delivered_at: null };
    const sent = await rows.sent('rh', id, PHONE, { rule: 'p2d' }, { ...accepted, status: 'accepted' });
    const next = await rows.reminder('rh', id, { rule: 'p1d' });
    const story = async () => {
      const page = await operator.text(`/admin/find/${id}?authority=rh&language=da`);
      return page.slice(page.indexOf('<ol class="story">'), page.indexOf('</ol>'));
    };
    const future = [/Påmindelsen sendes af sig selv/g, /SMS’en er på vej/g, /har ikke kvitteret endnu/g];
    const count = (text: string) => future.map((sentence) => text.match(sentence)?.length ?? 0);
    expect(count(await story())).toEqual([1, 0, 1]);
    const received = { status: 'delivered', delivered_at: minutes(3) } as const;
    await update(test.db, 'message', { reminder_id: sent }, received);
    const held = { held_reason: 'reply_cancel' } as const;
    await update(test.db, 'reminder', { id: next }, held);
    expect(count(await story())).toEqual([0, 0, 0]);
  });

  it('gives one next step, also behind the event that the citizen can not be reached', async () => {
    const start_at = new Date(test.clock.now.getTime() + 3 * 86_400_000);
    const id = await rows.appointment('rh', null, { reference: 'E-4', start_at });
    const unsent = { status: 'suppressed', reason: 'no_phone', next_at: null } as const;
    const reminder_id = await rows.reminder('rh', id, { ...unsent, rule: 'p1d' });
    const told = { type: 'appointment.unreachable', status: 'suppressed', reason: 'no_phone' } as const;
    await rows.event('rh', id, { ...told, reference: 'E-4', sequence: 9_050, reminder_id });
    for (const [language, event, step] of [
      ['en', 'no reminder of the appointment reaches the citizen.', /Do this:<\/strong> ([^<]*)/g],
      ['da', 'ingen påmindelse om aftalen når borgeren.', /Gør dette:<\/strong> ([^<]*)/g],
    ] as const) {
      const page = await operator.text(`/admin/find/${id}?authority=rh&language=${language}`);
      expect(isShown(page, event)).toBe(true);
      expect(new Set([...page.matchAll(step)].map(([, text]) => text)).size).toBe(1);
    }
  });

  it('has one colon at most in what an entry says, and a small letter behind it', async () => {
    const start_at = new Date(test.clock.now.getTime() + 3 * 86_400_000);
    const phone = '+4522304157';
    const id = await rows.appointment('rh', phone, { reference: 'E-5', start_at });
    const late = { status: 'expired', reason: 'booked_late', next_at: null } as const;
    const reminder_id = await rows.reminder('rh', id, { ...late, rule: 'confirmation' });
    const reply = await rows.cancellation('rh', phone, id);
    await operator.post(`/admin/replies/${reply}/settle`, { action: 'confirmed', authority: 'rh' });
    const event = { source_id: 'rh', authority_id: 'rh', appointment_id: id, sequence: 9_400 };
    const told = { type: 'reminder.failed', status: 'expired', reason: 'booked_late' } as const;
    await rows.event('rh', id, { ...told, reference: 'E-5', sequence: 9_400, reminder_id });
    const taken = { channel: 'webhook', status: 'delivered', attempts: 1, next_at: null, last_result: '200' } as const;
    await insert(test.db, 'delivery', { ...event, ...taken, attempted_at: test.clock.now });
    const entriesIn = async (language: string) => {
      const page = await operator.text(`/admin/find/${id}?authority=rh&language=${language}`);
      const texts = [...page.matchAll(/<\/time><div><span>([^<]*)</g)].map(([, text = '']) => text);
      // A moment has a colon of its own in English, and so has the reason that somebody gave for a pause.
      return texts.filter((text) => !/paus/i.test(text)).map((text) => text.replaceAll(/\d:\d/g, ''));
    };
    const english = await entriesIn('en');
    const danish = await entriesIn('da');
    for (const text of [...english, ...danish]) {
      expect([text, text.split(':').length <= 2]).toEqual([text, true]);
      expect(text).not.toMatch(/: \p{Lu}\p{Ll}/u);
    }
    expect(english).toContain(
      'Message to the booking system (delivered) about the notice of the booking: SMS not sent in time (booked late)',
    );
    expect(danish).toContain(
      'Besked til bookingsystemet (afleveret) om besked om bookingen: SMS ikke sendt i tide (booket sent)',
    );
    expect([english, danish].map((texts) => texts.find((text) => /settled|behandlet/.test(text)))).toEqual([
      'Reply settled: the appointment stands (Olga Olsen)',
      'Svaret er behandlet: aftalen gælder stadig (Olga Olsen)',
    ]);
  });

  it('says which reminder an event was about, and of one that was not sent why, in the citizen’s file too', async () => {
    const phone = '+4522304159';
    const start_at = new Date(test.clock.now.getTime() + 3 * 86_400_000);
    const id = await rows.appointment('rh', phone, { reference: 'E-2', start_at });
    const late = { status: 'expired', reason: 'booked_late', next_at: null } as const;
    const reminder_id = await rows.reminder('rh', id, { ...late, rule: 'confirmation' });
    await rows.reminder('rh', id, { rule: 'p1d' });
    const events = [
      { type: 'reminder.failed', status: 'expired', reason: 'booked_late' },
      { type: 'reminder.failed', status: 'undelivered', reason: 'network' },
      { type: 'reminder.handed_over', status: 'accepted', reason: null },
    ] as const;
    for (const [nth, event] of events.entries())
      await rows.event('rh', id, { ...event, reference: 'E-2', sequence: 9_100 + nth, reminder_id });
    const page = readPage(await operator.text(`/admin/find/${id}?authority=rh&language=da`)).text;
    const asked = { authority: 'rh', phone, do: 'document', file: 'da' };
    const file = readPage(await (await operator.post('/admin/citizens', asked)).text()).text;
    const words = ['SMS ikke sendt i tide (booket sent)', 'SMS ikke modtaget (fejl hos teleselskabet)', 'SMS sendt'];
    for (const what of words) {
      expect(page).toContain(`Besked til bookingsystemet om besked om bookingen: ${what}`);
      expect(file).toContain(`, besked om bookingen: ${what}`);
    }
    expect(page + file).not.toContain('Borgeren fik ikke SMS’en');
    expect(page).toContain('at påmindelsen ikke bliver sendt');
  });

  it('says of a number that staff reported that they did, and not that it may be no number', async () => {
    const wrong_phone_hash = test.deps.keyring.phoneHash(PHONE);
    const start_at = new Date(test.clock.now.getTime() + 3 * 86_400_000);
    const id = await rows.appointment('rh', null, { reference: 'W-1', start_at, wrong_phone_hash });
    const ended = { status: 'suppressed', reason: 'invalid_number' } as const;
    const reminder_id = await rows.reminder('rh', id, { ...ended, rule: 'p1d' });
    const told = { ...ended, type: 'reminder.suppressed', reference: 'W-1', sequence: 9_200 } as const;
    await rows.event('rh', id, { ...told, reminder_id });
    const { text } = readPage(await operator.text(`/admin/find/${id}?authority=rh&language=da`));
    expect(text).toContain('»p1d« (reglen findes ikke mere): ikke sendt (meldt som forkert nummer)');
    expect(text).toMatch(/om denne tid\.\s+En medarbejder har meldt/);
    expect(text).toMatch(/Besked til bookingsystemet om .*: SMS ikke sendt \(meldt som forkert nummer\)/);
    expect(text).not.toMatch(/ugyldigt nummer|ikke et gyldigt telefonnummer|tidligere tid/);
  });

  it('says as the citizen’s file that staff reported a number, once that is corrected, but not of another time', async () => {
    const phone = '+4522304158';
    const wrong_phone_hash = test.deps.keyring.phoneHash(PHONE);
    const id = await rows.appointment('rh', phone, { reference: 'W-2', wrong_phone_hash, slot: 1 });
    const ended = { status: 'suppressed', reason: 'invalid_number' } as const;
    const again = await rows.reminder('rh', id, { rule: 'p1d', slot: 1 });
    await insert(test.db, 'reminder_history', { reminder_id: again, at: test.clock.now, ...ended });
    await rows.reminder('rh', id, { ...ended, rule: 'p7d', slot: 1 });
    const told = { ...ended, type: 'reminder.suppressed', reference: 'W-2', sequence: 9_300 } as const;
    await rows.event('rh', id, { ...told, reminder_id: again });
    const asked = { authority: 'rh', phone, do: 'document', file: 'da' };
    const file = async () => readPage(await (await operator.post('/admin/citizens', asked)).text()).text;
    const text = await file();
    // The state of one, the history of both, what the booking system was told, and what it means.
    expect(text.match(/kke sendt(?:: | \()meldt som forkert nummer/g)).toHaveLength(5);
    const story = async () => readPage(await operator.text(`/admin/find/${id}?authority=rh&language=da`)).text;
    expect(await story()).toContain('»p7d« (reglen findes ikke mere): ikke sendt (meldt som forkert nummer)');
    expect(text + (await story())).not.toMatch(/ugyldigt nummer|ikke et gyldigt telefonnummer/);
    await update(test.db, 'appointment', { id }, { slot: 2 });
    for (const moved of [await file(), await story()])
      expect([/meldt som forkert/.test(moved), /ugyldigt nummer/.test(moved)]).toEqual([false, true]);
  });

  it('says so where its beginning is left out, because so much has happened', async () => {
    const id = await rows.appointment('rh', PHONE, { reference: 'LONG-1' });
    const change = sql`insert into appointment_change (appointment_id, at, change, start_at, slot)
      select ${id}, ${test.clock.now}::timestamptz - n * interval '1 hour', 'moved', ${test.clock.now}, n`;
    await sql`${change} from generate_series(1, 200) n`.execute(test.db);
    const page = () => operator.text(`/admin/find/${id}?authority=rh`);
    expect(isShown(await page(), 'det ældste ikke vises')).toBe(false);
    await sql`${change} from generate_series(201, 201) n`.execute(test.db);
    expect(isShown(await page(), 'det ældste ikke vises')).toBe(true);
  });

  it('shows the SMS as it was sent', async () => {
    const id = await rows.appointment('rh', PHONE, { reference: 'S-2' });
    await rows.sent('rh', id, PHONE, {}, { text: 'Husk din tid den 1. december.' });
    const page = await operator.text(`/admin/find/${id}?authority=rh&language=en`);
    expect(page).toContain('The citizen received a reminder for this appointment.');
    expect(page).toMatch(/<blockquote[^>]*>Husk din tid den 1\. december\.</);
    await operator.text('/admin?language=da');
  });

  it('of another authority or department responds as one that does not exist', async () => {
    const foreign = await rows.appointment('kk', PHONE, { reference: 'F-1', department: 'Øre' });
    const other = await rows.appointment('rh', PHONE, { reference: 'F-2', department: 'Hjerte' });
    const guessed = '01890000-0000-7000-8000-000000000000';
    const paths = [`${foreign}?authority=rh`, `${foreign}?authority=kk`, `${other}?authority=rh`, guessed, 'x'];
    const responses = await Promise.all(paths.map((path) => limited.get(`/admin/find/${path}`)));
    expect(responses.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    const texts = await Promise.all(responses.map((response) => response.text()));
    // The switch of the language leads to the address itself.
    expect(new Set(texts.map((text) => text.replace(/href="[^"]*language=en"/, ''))).size).toBe(1);
  });
});

describe('what the citizen got', () => {
  const NUMBER = '+4522304177';
  const verdict = async (id: string) =>
    /class="verdict"><strong>([^<]*)/.exec(await viewer.text(`/admin/find/${id}?authority=rh`))?.[1] ?? '';
  const label = async (reference: string) => {
    const { text } = await find(viewer, reference);
    return (text.split('<tbody')[1] ?? '').replaceAll(/<[^>]*>/g, ' ');
  };

  it('is told by reminders where there are any, and a notice is called one', async () => {
    const moved = await rows.appointment('rh', NUMBER, { reference: 'VERDICT-1' });
    await rows.sent('rh', moved, NUMBER, { template: 'rescheduled', rule: 'rescheduled' });
    expect(await verdict(moved)).toBe('Borgeren har modtaget en besked om denne tid. Der er ingen påmindelser om den.');
    expect(await label('VERDICT-1')).toContain('Kun en besked: Modtaget');
    await rows.reminder('rh', moved, { status: 'expired', reason: 'too_late' });
    expect(await verdict(moved)).toBe('Borgeren har ikke fået nogen påmindelse om denne tid.');
    expect(await label('VERDICT-1')).not.toContain('Modtaget');
  });

  it('is nothing where the SMS reached a number that is somebody else’s', async () => {
    const wrong = await rows.appointment('rh', NUMBER, { reference: 'VERDICT-2' });
    await rows.sent('rh', wrong, NUMBER);
    expect(await verdict(wrong)).toBe('Borgeren har modtaget en påmindelse om denne tid.');
    const gone = { phone_ciphertext: null, phone_hash: null, wrong_phone_hash: test.deps.keyring.phoneHash(NUMBER) };
    await update(test.db, 'appointment', { id: wrong }, gone);
    expect(await verdict(wrong)).toBe('Borgeren har ikke fået nogen påmindelse om denne tid.');
    expect(await label('VERDICT-2')).toContain('Modtaget af en anden: forkert nummer');
    const page = await viewer.text(`/admin/find/${wrong}?authority=rh`);
    const [, card] = /<article class="card"(.*?)<\/article>/s.exec(page) ?? [];
    expect(card).toContain('state-undelivered">Modtaget af en anden: forkert nummer<');
  });

  it('leads to a next step, which viewers are not told to do themselves', async () => {
    const missed = await rows.appointment('rh', NUMBER, { reference: 'VERDICT-5' });
    await rows.sent('rh', missed, NUMBER, {}, { status: 'undelivered' });
    const pageOf = (client: PageClient) => client.text(`/admin/find/${missed}?authority=rh`);
    const [works, reads] = [await pageOf(operator), await pageOf(viewer)];
    expect([works.includes('Gør dette:</strong> Ring'), works.includes('Næste skridt:')]).toEqual([true, false]);
    expect([reads.includes('Gør dette:'), reads.includes('Næste skridt:</strong> Ring')]).toEqual([false, true]);
  });

  it('leads to a next step of others, which operators are not told to do themselves', async () => {
    const refused = await rows.appointment('rh', NUMBER, { reference: 'VERDICT-6' });
    await rows.sent('rh', refused, NUMBER, {}, { status: 'rejected', reason: 'content' });
    const page = await operator.text(`/admin/find/${refused}?authority=rh`);
    // Of the verdict, of the card and of the story.
    expect(page.split('Næste skridt:</strong> En administrator skal rette teksten.')).toHaveLength(4);
    expect(page).not.toContain('Gør dette:');
  });

  it('is over from the very moment of the start on', async () => {
    const begins = await rows.appointment('rh', NUMBER, { reference: 'VERDICT-7', start_at: test.clock.now });
    await rows.sent('rh', begins, NUMBER, {}, { status: 'undelivered' });
    expect(await verdict(begins)).toBe('Aftalen er overstået. Borgeren fik ingen påmindelse.');
  });

  it('will be nothing while the booking system is on trial, and needs no reason where the appointment took place', async () => {
    const planned = await rows.appointment('rh', NUMBER, { reference: 'VERDICT-3' });
    await rows.reminder('rh', planned);
    const over = await rows.appointment('rh', NUMBER, { reference: 'VERDICT-4', status: 'fulfilled' });
    const page = await viewer.text(`/admin/find/${over}?authority=rh`);
    expect(page).toMatch(/<p class="verdict"><strong>[^<]*<\/strong><\/p>/);
    const mode = (name: 'shadow' | 'live') =>
      test.put('/v1/authorities/rh/sources/rh', { name: 'Source rh', mode: name });
    await mode('shadow');
    expect(await verdict(planned)).toContain('prøves uden at sende');
    await mode('live');
    expect(await verdict(planned)).toBe('Borgeren får en påmindelse.');
  });
});
