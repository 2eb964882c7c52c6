import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renamePerson } from '../../../../src/accounts/people/names.ts';
import { readPerson } from '../../../../src/accounts/people/people.ts';
import { beginSession, IDLE_MS } from '../../../../src/accounts/sessions.ts';
import { setGateway } from '../../../../src/staff/gateways/gateways.ts';
import { pauseSending, resumeSending } from '../../../../src/staff/pauses.ts';
import { enter, type PageClient } from '../../../support/pages.ts';
import { readPage, sentFields } from '../../../support/read-page.ts';
import { scenario } from '../../../support/scenario.ts';
import { update } from '../../../support/stored-rows.ts';

const { test } = scenario({
  authorities: {
    rh: { name: 'Regionen', sources: { booking: { events: { url: 'https://booking.example.org/sms' } } } },
  },
});

/** Sends a form after the session has timed out, and signs in again. */
async function sendLate(client: PageClient, path: string, fields: Record<string, string>): Promise<Response> {
  const id = /easysms=([\w-]{43})/.exec(client.cookie)?.[1] ?? '';
  const hash = createHash('sha256').update(id).digest();
  const row = await test.db.selectFrom('session').select('person_id').where('id_hash', '=', hash).executeTakeFirst();
  test.clock.now = new Date(test.clock.now.getTime() + IDLE_MS + 1_000);
  const response = await client.post(path, { authority: 'rh', ...fields });
  const as = { method: 'password', personId: row?.person_id ?? '', secondFactor: false } as const;
  const session = await beginSession(test.deps, as, 'x');
  client.cookie = client.cookie.replace(/easysms=[\w-]{43}/, `easysms=${session}`);
  return response;
}
const chief = (authority: string | null) =>
  enter(test, { email: `${crypto.randomUUID()}@example.org`, role: 'administrator', authority });
const labelsIn = (page: string) => [...page.matchAll(/<label for="[^"]*">([^<]*)/g)].map(([, label]) => label);
const buttonsIn = (page: string) => [...page.matchAll(/<button[^>]*>\s*([^<]*)/g)].map(([, button]) => button);

describe('a form that was kept over the end of a session', () => {
  const FORMS: readonly (readonly [path: string, page: string, fields: Record<string, string>, count: number])[] = [
    ['/admin/set-up/keys', '/admin/set-up/keys', { name: 'Rapport' }, 1],
    ['/admin/set-up/people', '/admin/set-up/people', { email: 'a@b.dk', name: 'Anna', departments: 'K' }, 3],
    ['/admin/set-up/sources', '/admin/set-up/sources', { name: 'Ambulatorier', id: 'epj' }, 2],
    ['/admin/opt-outs', '/admin/opt-outs', { phone: '22304150', reason: 'Ringede' }, 2],
    ['/admin/opt-outs-of-number', '/admin/opt-outs', { number: '22304150' }, 1],
    ['/admin/find', '/admin/find', { what: 'A-4711' }, 1],
    ['/admin/citizens', '/admin/citizens', { phone: '22304150' }, 1],
    ['/admin/rules/pause', '/admin/rules/pause', { reason: 'Nedbrud', day: '2027-01-02', time: '08:00' }, 3],
    ['/admin/rules/replies', '/admin/rules/replies', { contactPhone: '35453545', stop: 'nej tak', do: 'save' }, 2],
    ['/admin/rules/sender', '/admin/rules/sender', { name: 'R', sender: 'Regionen', cvr: '12345678', do: 'save' }, 3],
    ['/admin/rules/try', '/admin/rules/try', { message: 'MSH' }, 1],
    ['/admin/texts/reminder', '/admin/texts/reminder', { 'text-da': 'Husk', reference: 'A1', do: 'save' }, 2],
    ['/admin/installation/authorities', '/admin/installation/authorities', { name: 'Y', id: 'y', sender: 'Y' }, 3],
    [
      '/admin/installation/authorities/rh',
      '/admin/installation/authorities/rh',
      { name: 'Regionen', cvr: '12345678', contactPhone: '35453545', retentionDays: '90', allowedCountries: 'DK' },
      5,
    ],
    ['/admin/set-up/gateways/simulator/out', '/admin/set-up/gateways/simulator', { reason: 'Nedbrud' }, 1],
    [
      '/admin/set-up/gateways/simulator/prices',
      '/admin/set-up/gateways/simulator',
      { country: 'DK', perSegment: '0,3', currency: 'DKK', from: '2027-01-01' },
      4,
    ],
  ];

  it.each(FORMS)('is shown with the labels and the button of its page: %s', async (path, page, fields, count) => {
    const client = await chief(null);
    expect(await (await sendLate(client, path, fields)).headers.get('location')).toContain('kept=1');
    const kept = await client.text('/admin/kept');
    for (const value of Object.values(fields).filter((each) => each !== 'save')) expect(kept).toContain(`>${value}</t`);
    expect(labelsIn(kept)).toHaveLength(count);
    const own = await client.text(`${page}?authority=rh`);
    expect(labelsIn(own)).toEqual(expect.arrayContaining(labelsIn(kept)));
    expect(buttonsIn(own)).toEqual(expect.arrayContaining(buttonsIn(kept)));
    expect(kept).toMatch(/<h2>[^<]+<\/h2>/);
    // The heading says what was kept, and what to do.
    expect(kept).toContain(`>Formularen er her endnu: send den med »${buttonsIn(kept).at(-1)}«</h1>`);
  });

  it('names what it is about, and each choice in words', async () => {
    const client = await chief('rh');
    await sendLate(client, '/admin/set-up/keys', { name: 'constructor', role: 'viewer' });
    const kept = await client.text('/admin/kept');
    expect(kept).toContain('<h2>Opret en nøgle</h2>');
    expect(kept).toContain('>constructor</textarea>');
    expect(kept).toMatch(/<strong>Rolle<\/strong><br\/?>Læser<input type="hidden" name="role" value="viewer"\/?>/);
    await sendLate(client, '/admin/set-up/sources/epj/pause', { reason: 'Flytning', until: '' });
    expect(await client.text('/admin/kept')).toContain('<h2>Sæt på pause: epj</h2>');
  });

  it.each(['/admin/rules/sender', '/admin/installation/authorities/rh'])(
    'has the place of each SMS supplier in the words of the fields: %s',
    async (path) => {
      const client = await chief(null);
      const { fields } = await formOn(client, `${path}?authority=rh`, path);
      await sendLate(client, path, {
        ...fields,
        'gateway-simulator': '1',
        ...(path.endsWith('sender') && { do: 'save' }),
      });
      const kept = await client.text('/admin/kept');
      expect(kept).toMatch(/<strong>simulator<\/strong><br\/?>Nummer 1<input type="hidden" name="gateway-simulator"/);
      const again = await formOn(client, '/admin/kept', path);
      expect((await client.post(again.path, again.fields)).status).toBe(303);
      expect(await test.json(200, '/v1/authorities/rh')).toMatchObject({ gateways: ['simulator'] });
      await sendLate(client, path, { ...fields, 'gateway-simulator': '' });
      expect(await client.text('/admin/kept')).toContain('Ikke valgt (alle bruges)');
    },
  );

  it('shows the rules one by one, and nothing of a rule that nobody wrote', async () => {
    const client = await chief('rh');
    const rule = { 'rule-0-id': 'r1', 'rule-0': '3', 'rule-0-unit': 'days', 'rule-0-phone': 'on' };
    await sendLate(client, '/admin/rules', { ...rule, 'rule-1-id': '', 'rule-1': '', 'rule-1-unit': 'days' });
    const kept = await client.text('/admin/kept');
    expect(labelsIn(kept)).toEqual(['Påmindelse 1: Hvor længe før aftalen']);
    for (const shown of ['Påmindelse 1: Hvor længe før aftalen: Enhed', 'Påmindelse 1: Telefon'])
      expect(kept).toContain(`<strong>${shown}</strong>`);
    expect(kept).not.toContain('Tilføj en påmindelse');
  });

  /** The form of a page whose address ends so, with its fields. */
  const formOn = async (client: PageClient, address: string, end: string) => {
    const form = readPage(await client.text(address)).forms.find(({ action }) => action.endsWith(end));
    return { path: form?.action ?? '', fields: form ? Object.fromEntries(sentFields(form)) : {} };
  };
  const titleIn = (page: string) => /<h2>([^<]+)<\/h2>/.exec(page)?.[1];

  it('names the number that it is about, and no part of the list that it stood in', async () => {
    const client = await chief('rh');
    await client.post('/admin/opt-outs', { authority: 'rh', phone: '22304151', reason: 'Ringede' });
    const day = (offset: number) => new Date(test.clock.now.getTime() + offset * 86_400_000).toISOString().slice(0, 10);
    const list = `/admin/opt-outs?authority=rh&show=all&from=${day(-1)}&to=${day(1)}`;
    const { path, fields } = await formOn(client, list, '/lift');
    expect(fields).toMatchObject({ show: 'all', from: day(-1) });
    await sendLate(client, path, { ...fields, reason: 'Har fortrudt' });
    const kept = await client.text('/admin/kept');
    expect([titleIn(kept), labelsIn(kept)]).toEqual(['Ophæv: 22\u00a030\u00a041\u00a051', ['Begrundelse']]);
    const again = await formOn(client, '/admin/kept', '/lift');
    expect((await client.post(again.path, again.fields)).status).toBe(303);
    expect(await client.text('/admin/opt-outs?authority=rh&show=lifted')).toContain('Har fortrudt');
  });

  /** The page of the one person who has this role. */
  const personPage = async (role: 'viewer' | 'operator') => {
    const found = test.db.selectFrom('account').select('id').where('role', '=', role);
    return `/admin/set-up/people/${(await found.executeTakeFirstOrThrow()).id}?authority=rh`;
  };

  it('names the person whose name it changes, with the name that was typed and the button that gives it', async () => {
    const client = await chief('rh');
    await enter(test, { email: 'bo@example.org', name: 'Bo Hansen', role: 'viewer', authority: 'rh' });
    const page = await personPage('viewer');
    const { path, fields } = await formOn(client, page, '/name');
    await sendLate(client, path, { ...fields, name: 'Bo Holm' });
    const kept = await client.text('/admin/kept');
    expect([titleIn(kept), labelsIn(kept)]).toEqual(['Ret navnet: Bo Hansen', ['Navn']]);
    expect(kept).toContain('>Bo Holm</textarea>');
    expect(buttonsIn(await client.text(page))).toEqual(expect.arrayContaining(buttonsIn(kept)));
    const again = await formOn(client, '/admin/kept', '/name');
    expect((await client.post(again.path, again.fields)).status).toBe(303);
    expect(await client.text(page)).toContain('Bo Holm');
  });

  it('names the person whose access it changes, with the role and the departments that were chosen', async () => {
    const client = await chief('rh');
    await enter(test, { email: 'ib@example.org', name: 'Ib Bech', role: 'operator', authority: 'rh' });
    const page = await personPage('operator');
    const { path, fields } = await formOn(client, page, '/access');
    await sendLate(client, path, { ...fields, role: 'viewer', departments: '' });
    const open = await client.text('/admin/kept');
    expect(titleIn(open)).toBe('Adgang: Ib Bech');
    expect(open).toMatch(/Rolle<\/strong><br\/?>Læser.*Afdelinger<\/strong><br\/?>Alle afdelinger/s);
    await sendLate(client, path, { ...fields, role: 'viewer', departments: 'Øjne' });
    const kept = await client.text('/admin/kept');
    expect([titleIn(kept), labelsIn(kept)]).toEqual(['Adgang: Ib Bech', ['Afdelinger']]);
    expect(buttonsIn(await client.text(page))).toEqual(expect.arrayContaining(buttonsIn(kept)));
    const again = await formOn(client, '/admin/kept', '/access');
    expect((await client.post(again.path, again.fields)).status).toBe(303);
    const found = readPage(await client.text(page)).forms.flatMap(sentFields);
    expect(found).toEqual(
      expect.arrayContaining([
        ['role', 'viewer'],
        ['departments', 'Øjne'],
      ]),
    );
  });

  /** The form of an answer whose address ends so, with its fields. */
  const formIn = (page: string, end: string) => {
    const form = readPage(page).forms.find(({ action }) => action.endsWith(end));
    return form ? Object.fromEntries(sentFields(form)) : {};
  };
  const at = (minutes: number) => new Date(test.clock.now.getTime() + minutes * 60_000);
  const pauseOf = async (source: string | null) => {
    const named = test.db
      .selectFrom('source')
      .select('pause_reason')
      .where('id', '=', source ?? '');
    const whole = test.db.selectFrom('authority').select('pause_reason').where('id', '=', 'rh');
    return (await (source === null ? whole : named).executeTakeFirst())?.pause_reason;
  };
  const pauseAs = (reason: string, sourceId: string | null) => {
    const pause = { at: test.clock.now, until: null, reason };
    return pauseSending(test.deps, { authorityId: 'rh', sourceId, actor: 'anna', pause }, test.clock.now);
  };
  const resume = (sourceId: string | null) =>
    resumeSending(test.deps, { authorityId: 'rh', sourceId, actor: 'anna' }, test.clock.now);
  const nameOf = async (id: string) => (await readPerson(test.deps, 'rh', id, test.clock.now)).name;
  const noteOf = async () => {
    const state = test.db.selectFrom('gateway_state').select('note').where('gateway', '=', 'simulator');
    return (await state.executeTakeFirst())?.note;
  };

  /** Something that a form changes, and somebody else meanwhile. */
  interface Contested {
    readonly page: string;
    readonly end: string;
    readonly typed: Record<string, string>;
    readonly change: () => Promise<unknown>;
    /** Ends what somebody has changed so, where that can be. */
    readonly undo?: () => Promise<unknown>;
    readonly current: () => Promise<unknown>;
  }
  let labs = 0;
  const CONTESTED: Readonly<Record<string, () => Promise<Contested>>> = {
    'a person’s name': async () => {
      await enter(test, { email: 'lis@example.org', name: 'Lis Lund', role: 'operator', authority: 'rh' });
      const found = test.db.selectFrom('account').select('id').where('role', '=', 'operator');
      const { id } = await found.executeTakeFirstOrThrow();
      const theirs = { authorityId: 'rh', id, seen: 'Lis Lund', actor: 'anna' };
      return {
        ...{ page: `/admin/set-up/people/${id}?authority=rh`, end: '/name', typed: { name: 'Min' } },
        change: () => renamePerson(test.deps, { ...theirs, name: 'Deres' }, at(1)),
        current: () => nameOf(id),
      };
    },
    'a pause of the authority': async () => ({
      ...{ page: '/admin/rules/pause?authority=rh', end: '/rules/pause', typed: { reason: 'Min' } },
      change: () => pauseAs('Deres', null),
      undo: () => resume(null),
      current: () => pauseOf(null),
    }),
    'a pause of a booking system, beside another’s': async () => {
      await pauseAs('Før', 'booking');
      return {
        page: '/admin/rules/pause?authority=rh',
        ...{ end: '/rules/pause', typed: { source: 'booking', reason: 'Min' } },
        change: () => pauseAs('Deres', 'booking'),
        undo: () => resume('booking'),
        current: () => pauseOf('booking'),
      };
    },
    'a pause on the page of a booking system': async () => {
      const id = `lab-${++labs}`;
      await test.makeSource('rh', id);
      return {
        ...{ page: `/admin/set-up/sources/${id}?authority=rh`, end: `/${id}/pause`, typed: { reason: 'Min' } },
        change: () => pauseAs('Deres', id),
        undo: () => resume(id),
        current: () => pauseOf(id),
      };
    },
    'the reason why a supplier is out of use': async () => ({
      ...{ page: '/admin/set-up/gateways/simulator?authority=rh', end: '/out', typed: { reason: 'Min' } },
      change: () => setGateway(test.deps, { id: 'simulator', actor: 'anna' }, { note: 'Deres' }, test.clock.now),
      undo: () => setGateway(test.deps, { id: 'simulator', actor: 'anna' }, null, test.clock.now),
      current: noteOf,
    }),
  };

  it.each(Object.entries(CONTESTED))('takes the place of nothing that its sender has not seen: %s', async (_, make) => {
    const client = await chief(null);
    const { page, end, typed, change, current } = await make();
    const { path, fields } = await formOn(client, page, end);
    await sendLate(client, path, { ...fields, ...typed });
    await change();
    const kept = await formOn(client, '/admin/kept', end);
    const response = await client.post(kept.path, kept.fields);
    const both = await response.text();
    expect([response.status, await current()]).toEqual([409, 'Deres']);
    // The page has both: the sentence tells what stands now, and the field holds what was typed.
    expect(both).toContain('»Deres«');
    expect(formIn(both, end)).toMatchObject(typed);
    expect(readPage(both).forms.flatMap((form) => form.fields.filter(({ marked }) => marked))).toHaveLength(1);
    expect((await client.post(kept.path, { ...formIn(both, end), ...typed })).status).toBe(303);
    expect(await current()).toBe('Min');
  });

  it.each(Object.entries(CONTESTED).filter(([what]) => what !== 'a person’s name'))(
    'does not bring back unseen what somebody else has ended since its page showed it: %s',
    async (_, make) => {
      const client = await chief(null);
      const { page, end, typed, change, undo, current } = await make();
      await undo?.();
      const { path, fields } = await formOn(client, page, end);
      await change();
      // The page that now comes shows what is in force: its form would take the place of that.
      const shown = formIn(await (await client.post(path, { ...fields, ...typed })).text(), end);
      await sendLate(client, path, shown);
      await undo?.();
      const kept = await formOn(client, '/admin/kept', end);
      const response = await client.post(kept.path, kept.fields);
      const told = await response.text();
      expect([response.status, await current()]).toEqual([409, null]);
      expect(told).toMatch(/En anden har i mellemtiden (?:genoptaget udsendelsen|taget den i brug igen)\./);
      expect(formIn(told, end)).toMatchObject(typed);
      expect((await client.post(kept.path, { ...formIn(told, end), ...typed })).status).toBe(303);
      expect(await current()).toBe('Min');
    },
  );

  it.each(Object.entries(CONTESTED).filter(([what]) => what !== 'a person’s name'))(
    'counts as done, and changes nothing, where it is sent a second time: %s',
    async (_, make) => {
      const client = await chief(null);
      const { page, end, typed, undo, current } = await make();
      await undo?.();
      const { path, fields } = await formOn(client, page, end);
      // A version of the supplier that rises holds starts up which are under way.
      const written = async () => [
        (await test.db.selectFrom('audit').select('id').execute()).length,
        await test.db.selectFrom('gateway_state').select(['gateway', 'version']).orderBy('gateway').execute(),
      ];
      expect((await client.post(path, { ...fields, ...typed })).status).toBe(303);
      const before = await written();
      expect((await client.post(path, { ...fields, ...typed })).status).toBe(303);
      expect([await current(), await written()]).toEqual(['Min', before]);
      await undo?.();
    },
  );

  /** Something that a button ends, by the entries above, with the end of the button's address. */
  const ENDED = Object.entries(CONTESTED).flatMap(([what, make]) => {
    const end = what.startsWith('a pause') ? '/resume' : what.startsWith('the reason') ? '/in' : null;
    return end === null ? [] : [[what, make, end] as const];
  });
  /** The button that ends it. The page of all pauses has one for each, told apart by its source. */
  const buttonFor = (page: string, end: string, source: string | undefined) => {
    const forms = readPage(page).forms.filter(({ action }) => action.endsWith(end));
    const sent = forms.map((form) => ({ path: form.action, fields: Object.fromEntries(sentFields(form)) }));
    return sent.find(({ fields }) => (fields.source ?? '') === (source ?? ''));
  };

  it.each(ENDED)('ends nothing that its sender has not seen: %s', async (_, make, end) => {
    const client = await chief(null);
    const { page, typed, change, undo, current } = await make();
    await change();
    const old = buttonFor(await client.text(page), end, typed.source);
    // Somebody has ended what the page showed, and set another one at a later moment.
    await undo?.();
    test.clock.now = at(1);
    await change();
    const response = await client.post(old?.path ?? '', old?.fields ?? {});
    const told = await response.text();
    expect([response.status, await current()]).toEqual([409, 'Deres']);
    expect(told).toMatch(
      /class="fault"[^>]*>\s*En anden har i mellemtiden (?:sat det på pause igen|taget den ud af brug)/,
    );
    const fresh = buttonFor(told, end, typed.source);
    expect((await client.post(fresh?.path ?? '', fresh?.fields ?? {})).status).toBe(303);
    expect(await current()).toBeNull();
    const audited = async () => (await test.db.selectFrom('audit').select('id').execute()).length;
    const before = await audited();
    // A pause that is over counts as ended, also for a page of before.
    expect((await client.post(fresh?.path ?? '', fresh?.fields ?? {})).status).toBe(303);
    expect((await client.post(old?.path ?? '', old?.fields ?? {})).status).toBe(303);
    expect(await audited()).toBe(before);
  });

  it('brings back a supplier that staff had taken out, and that has failed by itself since somebody brought it back', async () => {
    const client = await chief(null);
    const out = (note: string | null) =>
      setGateway(test.deps, { id: 'simulator', actor: 'anna' }, note === null ? null : { note }, test.clock.now);
    await out('Deres');
    const page = '/admin/set-up/gateways/simulator?authority=rh';
    const old = buttonFor(await client.text(page), '/in', undefined);
    await out(null);
    const failing = { reason: 'timeouts', probe_at: at(5) } as const;
    await update(test.db, 'gateway_state', { gateway: 'simulator' }, failing);
    expect((await client.post(old?.path ?? '', old?.fields ?? {})).status).toBe(303);
    const state = test.db.selectFrom('gateway_state').select('reason').where('gateway', '=', 'simulator');
    expect((await state.executeTakeFirstOrThrow()).reason).toBeNull();
  });

  it('makes nothing due where no pause is in force any more: what waits for another try goes on waiting', async () => {
    const client = await chief(null);
    const { token } = await test.makeSource('rh', 'retry');
    await pauseAs('Deres', 'retry');
    const old = buttonFor(await client.text('/admin/rules/pause?authority=rh'), '/resume', 'retry');
    await resume('retry');
    const data = { id: 'A-1', start: at(20 * 24 * 60).toISOString(), patient: { id: 'P-1', phone: '22304150' } };
    await test.json(202, '/v1/webhooks/retry', { token, body: { type: 'appointment.booked', data } });
    const again = at(60 * 24 * 60);
    await update(test.db, 'reminder', { source_id: 'retry' }, { next_at: again });
    expect((await client.post(old?.path ?? '', old?.fields ?? {})).status).toBe(303);
    const waits = await test.db.selectFrom('reminder').select('next_at').where('source_id', '=', 'retry').execute();
    expect(waits.length).toBeGreaterThan(0);
    expect(waits.filter(({ next_at }) => next_at?.getTime() !== again.getTime())).toEqual([]);
  });

  it('takes the place of a pause that its page showed and that has ended by itself since', async () => {
    const client = await chief(null);
    const pause = { at: test.clock.now, until: at(5), reason: 'Kort' };
    await pauseSending(test.deps, { authorityId: 'rh', sourceId: null, actor: 'anna', pause }, test.clock.now);
    const { path, fields } = await formOn(client, '/admin/rules/pause?authority=rh', '/rules/pause');
    expect(fields.seen?.split(' ')).toContain(`@${test.clock.now.getTime()}`);
    await sendLate(client, path, { ...fields, reason: 'Min' });
    const kept = await formOn(client, '/admin/kept', '/rules/pause');
    expect((await client.post(kept.path, kept.fields)).status).toBe(303);
    expect(await pauseOf(null)).toBe('Min');
  });

  const ID = '01890000-0000-7000-8000-000000000000';
  it.each<[string, string, Record<string, string>]>([
    ['/admin/citizens/erase/confirm', '/admin/citizens', { mark: 'A'.repeat(43), number: '22304150', sure: 'on' }],
    ['/admin/citizens/erase', '/admin/citizens', { number: '22304150' }],
    [`/admin/set-up/people/${ID}/remove`, `/admin/set-up/people/${ID}`, {}],
    [`/admin/set-up/keys/${ID}/revoke`, '/admin/set-up/keys', {}],
    [`/admin/set-up/sources/epj/secrets/${ID}/end`, '/admin/set-up/sources/epj#secrets', {}],
    ['/admin/set-up/sources/epj/events/remove', '/admin/set-up/sources/epj/events', { version: '1' }],
    [`/admin/opt-outs/${ID}/lift`, '/admin/opt-outs', { reason: 'Ringede' }],
    [`/admin/set-up/people/${ID}/access`, `/admin/set-up/people/${ID}`, { role: 'viewer' }],
    [`/admin/set-up/people/${ID}/name`, `/admin/set-up/people/${ID}`, { name: 'Bo' }],
    [
      '/admin/set-up/sources/booking/deliveries/replay',
      '/admin/set-up/sources/booking/deliveries#replay',
      { from: '2026-11-24T08:00', to: '2026-11-24T09:00' },
    ],
    ['/admin/installation/recovered', '/admin/installation', { backupAt: '2026-11-23T10:00', off: 'on' }],
    ['/admin/set-up/gateways/simulator/tests', '/admin/set-up/gateways/simulator', { phone: '22304150' }],
  ])('is none that can’t be undone, or that nobody would recognise: %s is left out', async (path, page, fields) => {
    const client = await chief(null);
    const response = await sendLate(client, path, fields);
    const signIn = new URL(response.headers.get('location') ?? '', 'https://sms.example.org');
    const { next, kept } = Object.fromEntries(signIn.searchParams);
    const [address, part = ''] = page.split(/(?=#)/);
    expect([next, kept]).toEqual([`${address}?authority=rh${part}`, '0']);
    expect(client.cookie).not.toContain('easysms-kept');
    client.cookie = client.cookie.replace(/easysms=[\w-]{43}/, `easysms=${'A'.repeat(43)}`);
    expect(await client.text(`${signIn.pathname}${signIn.search}`)).toContain('gør det en gang til');
  });
});
