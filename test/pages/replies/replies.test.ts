import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { momentText, startText } from '../../../src/pages/kit/moment-text.ts';
import { Town } from '../../replies/town.ts';
import { enter, type PageClient } from '../../support/pages.ts';
import { readPage, sentFields } from '../../support/read-page.ts';
import { StoredRows, update } from '../../support/stored-rows.ts';

/** When the stored reminders are due. */
const WHEN = startText(new Date('2026-11-30T09:00:00Z'), 'Europe/Copenhagen', 'da');

describe('the page of replies', () => {
  let town: Town;
  let operator: PageClient;
  let authority: string;
  beforeAll(async () => {
    town = await Town.open();
    authority = await town.authority({ name: 'Rigshospitalet' });
    operator = await enter(town.app, { email: 'o@example.org', name: 'Olga Olsen', role: 'operator', authority });
  });
  afterAll(() => town.app.close());

  it('asks for the appointment where a cancellation may be about two, beside the choice, and settles nothing until then', async () => {
    const phone = town.newPhone();
    const two = [await town.reminded(authority, phone), await town.reminded(authority, phone)];
    await town.reply(phone, 'AFBUD');
    const [, id = ''] = /action="\/admin\/replies\/([^/]+)\/settle"/.exec(await page('')) ?? [];
    const settle = (appointment: string) =>
      operator.post(`/admin/replies/${id}/settle`, { authority, action: 'cancel_passed_on', appointment });
    const asked = (await settle('')).headers.get('location') ?? '';
    expect(asked).toBe(`/admin/replies?authority=${authority}&choose=${id}#aftale-${id}`);
    const choice = readPage(await page(`&choose=${id}`));
    expect(choice.faults).toEqual(['Vælg den aftale, svaret gælder. Svaret er ikke behandlet endnu.']);
    expect(choice.part('select[autofocus][aria-invalid]').attributes.id).toMatch(/^aftale-/);
    expect(await Promise.all(two.map(({ planned }) => town.state(planned)))).toEqual(['planned', 'planned']);
    const chosen = await settle(JSON.stringify([authority, two[0]?.reference]));
    expect(chosen.headers.get('location')).toContain('done=cancel_passed_on');
    expect(await town.state(two[0]?.planned ?? '')).toBe('cancelled cancel_passed_on');
  });

  it('offers decisions about an appointment for replies alone that have one', async () => {
    const own = await town.authority();
    const worker = await enter(town.app, { email: 'own@example.org', role: 'operator', authority: own });
    const stored = new StoredRows(town.app.db, town.app.clock.now, town.app.deps.keyring);
    const actions = async () => {
      const list = await worker.text(`/admin/replies?authority=${own}`);
      return [...list.matchAll(/name="action" value="(\w+)"/g)].map(([, action]) => action);
    };
    await stored.reply([own], town.newPhone());
    expect(await actions()).toEqual(['opt_out', 'ignore', 'deceased', 'wrong_number', 'answered']);
    const phone = town.newPhone();
    const appointment = await stored.appointment(own, phone);
    await stored.cancellation(own, phone, appointment);
    const found = (await actions()).filter((action) => action === 'cancel_passed_on' || action === 'confirmed');
    expect(found).toHaveLength(2);
  });

  it('offers for a death first to end all reminders of the patient, without an appointment too, and for others folded', async () => {
    const own = await town.authority();
    const worker = await enter(town.app, { email: 'death@example.org', role: 'operator', authority: own });
    const [told, asked] = [town.newPhone(), town.newPhone()];
    for (const phone of [told, asked]) await town.wrote(own, phone);
    await town.reply(told, 'Min mor er død');
    const path = `/admin/replies?authority=${own}`;
    const card = (await worker.page(path)).part('article');
    const [first] = card.all('button');
    expect([first?.attributes.value, first?.text]).toEqual([
      'deceased',
      'Dødsfald: ret i bookingsystemet Alle borgerens påmindelser slutter',
    ]);
    await town.reply(asked, 'Hvor er det?');
    const [, question] = (await worker.page(path)).all('article');
    const folded = question?.part('details').all('button');
    expect(folded?.map(({ attributes }) => attributes.value)).toEqual([
      'deceased',
      'opt_out',
      'wrong_number',
      'ignore',
    ]);
    const { action } = (await worker.page(path)).form('/settle');
    const done = await worker.post(action, { authority: own, action: 'deceased' });
    const found = readPage(await worker.text(done.headers.get('location') ?? '')).text;
    expect(found).toContain('Alle påmindelser til borgeren er afsluttet. Ret det også i bookingsystemet.');
  });

  it('offers first for a question, and for a START that came late, to say that it was answered, which is kept', async () => {
    const own = await town.authority();
    const worker = await enter(town.app, { email: 'answers@example.org', role: 'operator', authority: own });
    const path = `/admin/replies?authority=${own}`;
    const buttons = async () => {
      const form = (await worker.page(path))
        .all('form')
        .find(({ attributes }) => /settle$/.test(attributes.action ?? ''));
      return form?.all('button').map(({ text }) => text) ?? [];
    };
    const [late, asks, stops] = [town.newPhone(), town.newPhone(), town.newPhone()];
    for (const phone of [late, asks, stops]) await town.wrote(own, phone);
    await town.reply(late, 'STOP');
    await town.reply(late, 'START', { at: new Date(town.app.clock.now.getTime() - 60_000) });
    await town.reply(asks, 'Hvor er det?');
    for (let nth = 0; nth < 2; nth++) {
      expect((await buttons())[0]).toBe('Besvaret / har ringet Påmindelserne sendes som planlagt');
      const { action } = (await worker.page(path)).form('/settle');
      await worker.post(action, { authority: own, action: 'answered' });
    }
    const settled = (await worker.page(`${path}&show=settled`)).text;
    expect(settled.match(/Besvaret \/ har ringet \(/g)).toHaveLength(2);
    await town.reply(stops, 'Stop?');
    expect((await buttons())[0]).toBe('Framelding Ingen flere SMS’er til nummeret');
  });

  it.each([
    ['AFBUD', ['cancel_passed_on', 'confirmed']],
    ['Stop?', ['opt_out', 'ignore']],
    ['Forkert nummer', ['wrong_number', 'ignore']],
    ['Min mor er død', ['deceased', 'ignore']],
    ['Hvor er det?', ['answered']],
  ])('offers the likely decisions about %s first, and fills the first button alone', async (text, likely) => {
    const own = await town.authority();
    const worker = await enter(town.app, { email: `${own}@example.org`, role: 'operator', authority: own });
    const phone = town.newPhone();
    await town.reminded(own, phone);
    await town.reply(phone, text);
    const page = await worker.page(`/admin/replies?authority=${own}`);
    const buttons = page.all('button').filter(({ attributes }) => attributes.name === 'action');
    expect(buttons.slice(0, likely.length).map(({ attributes }) => attributes.value)).toEqual(likely);
    const filled = buttons.filter(({ attributes }) => attributes.class !== 'plain');
    expect(filled.map(({ attributes }) => attributes.value)).toEqual([likely[0]]);
  });

  it('says of a reply that the booking system has it, and asks a person all the same', async () => {
    const own = await town.authority();
    const worker = await enter(town.app, { email: 'taken@example.org', role: 'operator', authority: own });
    const phone = town.newPhone();
    await town.wrote(own, phone);
    await town.reply(phone, 'Hvor er det?');
    const shown = async () => readPage(await worker.text(`/admin/replies?authority=${own}`)).text;
    expect(await shown()).not.toContain('Bookingsystemet har svaret');
    const taken = { taken_at: town.app.clock.now };
    await update(town.app.db, 'inbound_authority', { authority_id: own }, taken);
    expect(await shown()).toMatch(/Bookingsystemet har svaret.*Intet at gøre/s);
  });

  it('says of a START that a person has to read where to see whether the number is still opted out, and of no other', async () => {
    const own = await town.authority();
    const worker = await enter(town.app, { email: 'late@example.org', role: 'operator', authority: own });
    const hint = 'Se under Frameldinger, om nummeret stadig er frameldt: et STOP, der er skrevet senere, gælder.';
    const [late, last] = [town.newPhone(), town.newPhone()];
    const minutesAgo = (minutes: number) => new Date(town.app.clock.now.getTime() - minutes * 60_000);
    for (const phone of [late, last]) {
      await town.wrote(own, phone);
      await town.reply(phone, 'STOP', { at: minutesAgo(2) });
    }
    await town.reply(last, 'START', { at: minutesAgo(1) });
    const shown = async () => readPage(await worker.text(`/admin/replies?authority=${own}&show=all`)).text;
    expect(await shown()).not.toContain(hint);
    await town.reply(late, 'START', { at: minutesAgo(3) });
    expect((await shown()).split(hint)).toHaveLength(2);
  });

  it('tells of a number that was taken from the appointments who took it, when, and what follows', async () => {
    const own = await town.authority();
    const who = { email: 'wrong@example.org', name: 'Peter Lund', role: 'operator', authority: own } as const;
    const worker = await enter(town.app, who);
    const phone = town.newPhone();
    await town.reminded(own, phone);
    await town.reply(phone, 'Forkert nummer');
    const list = await worker.text(`/admin/replies?authority=${own}`);
    const [, id = ''] = /action="\/admin\/replies\/([^/]+)\/settle"/.exec(list) ?? [];
    const settled = await worker.post(`/admin/replies/${id}/settle`, { authority: own, action: 'wrong_number' });
    const told = settled.headers.get('location') ?? '';
    const shown = async () => readPage(await worker.text(told.replace(/#.*/, ''))).text;
    const at = momentText(town.app.clock.now, 'Europe/Copenhagen', 'da');
    expect(await shown()).toContain(`Nummeret er fjernet fra myndighedens aftaler af Peter Lund, ${at}. Påmindelserne`);
    expect(await shown()).toContain('sendes ikke. Ret nummeret i bookingsystemet, så planlægges de igen.');
    await worker.post(`/admin/replies/${id}/undo`, { authority: own });
    expect(await shown()).not.toContain('af Peter Lund');
  });

  describe('a reply that holds reminders', () => {
    const holding = async () => {
      const own = await town.authority();
      const worker = await enter(town.app, { email: `${own}@example.org`, role: 'operator', authority: own });
      const list = (show = '') => worker.text(`/admin/replies?authority=${own}&show=${show}`);
      /** The line about what waits, and each item of its list: an appointment, or how many more there are. */
      const held = async (page = list()) => {
        const lines = readPage(await page).all('.waits');
        return lines.flatMap((line) => {
          const [summary] = line.texts('summary');
          const items = line.all('li').map((item) => {
            const [, appointment] = /find\/([^?]+)/.exec(item.links[0] ?? '') ?? [];
            return appointment ? `${appointment}: ${/\(([^)]*)\)$/.exec(item.text)?.[1]}` : item.text;
          });
          return [summary ?? line.text, ...items].map((each) => each.replace('Holder påmindelser tilbage: ', ''));
        });
      };
      return { own, worker, list, held };
    };

    it('lists what waits for it before it is settled, and nothing of another authority', async () => {
      const { own, worker, list, held } = await holding();
      const [phone, other] = [town.newPhone(), await town.authority()];
      const at = (day: number) => ({ start_at: new Date(`2026-12-0${day}T08:00:00Z`) });
      const later = await town.reminded(own, phone, at(4));
      const first = await town.reminded(own, phone, at(2));
      await town.rows.reminder(own, first.appointment, { rule: 'other' });
      await town.reminded(other, phone, at(3));
      await town.reply(phone, 'Forkert nummer');
      expect(await held()).toEqual([
        `Svaret kan gælde 2 aftaler. 3 påmindelser venter på jer, den første ${WHEN}.`,
        `${first.appointment}: 2\u00a0påmindelser`,
        `${later.appointment}: 1\u00a0påmindelse`,
      ]);
      const [, id = ''] = /action="\/admin\/replies\/([^/]+)\/settle"/.exec(await list()) ?? [];
      await worker.post(`/admin/replies/${id}/settle`, { authority: own, action: 'ignore' });
      expect(await held(list('settled'))).toEqual([]);
    });

    it('lists nothing of a cancelled appointment that has another number by now, as its reminders go there', async () => {
      const { own, list, held } = await holding();
      const phone = town.newPhone();
      const { appointment } = await town.reminded(own, phone);
      await town.reply(phone, 'AFBUD');
      const found = await held();
      expect(found).toEqual([`Påmindelsen ${WHEN} venter på jer.`]);
      const changed = { phone_hash: town.rows.keyring.phoneHash(town.newPhone()) };
      await update(town.app.db, 'appointment', { id: appointment }, changed);
      expect([await held(), (await list()).includes('Påmindelsen er sendt; intet holdes tilbage.')]).toEqual([
        [],
        true,
      ]);
    });

    it('lists of a cancellation what waits of its appointment alone, also where nothing does', async () => {
      const { own, list, held } = await holding();
      const [phone, silent] = [town.newPhone(), town.newPhone()];
      await town.reminded(own, phone);
      await town.planned(own, phone);
      await town.reply(phone, 'AFBUD');
      const found = await held();
      expect(found).toEqual([`Påmindelsen ${WHEN} venter på jer.`]);
      const { planned } = await town.reminded(own, silent);
      const ended = { status: 'expired', next_at: null } as const;
      await update(town.app.db, 'reminder', { id: planned }, ended);
      await town.reply(silent, 'AFBUD');
      expect(await list()).toContain('Påmindelsen er sendt; intet holdes tilbage.');
    });

    it('tells of five appointments, and how many more there are', async () => {
      const { own, held } = await holding();
      const phone = town.newPhone();
      for (let nth = 0; nth < 7; nth++) await town.reminded(own, phone);
      await town.reply(phone, 'Forkert nummer');
      const told = await held();
      expect([told[0], told.length, told.at(-1)]).toEqual([
        `Svaret kan gælde 7 aftaler. 7 påmindelser venter på jer, den første ${WHEN}.`,
        7,
        'og 2 aftaler mere',
      ]);
    });

    it('says of a reply that holds nothing what has gone and what will, and of the reminders of which appointments', async () => {
      const { own, worker } = await holding();
      const line = async () => (await worker.page(`/admin/replies?authority=${own}`)).texts('.now')[0];
      const phone = town.newPhone();
      const { planned } = await town.reminded(own, phone);
      await town.reply(phone, 'Hvor er det?');
      expect(await line()).toBe(`Påmindelsen er sendt; den næste sendes ${WHEN}.`);
      await update(town.app.db, 'reminder', { id: planned }, { status: 'expired', next_at: null });
      expect(await line()).toBe('Påmindelsen er sendt; intet holdes tilbage.');
      const taken = sql`delete from message where authority_id = ${own} and reminder_id is not null`;
      await taken.execute(town.app.db);
      expect(await line()).toBe('Der er ikke planlagt nogen påmindelse; intet holdes tilbage.');
      await update(town.app.db, 'reminder', { id: planned }, { status: 'planned', next_at: town.app.clock.now });
      expect(await line()).toBe(`Påmindelsen sendes ${WHEN}; intet holdes tilbage.`);
    });

    it('stands below the heading of what is to be done, and nobody is told that a reply holds what does not', async () => {
      const { own, worker } = await holding();
      const [asks, cancels] = [town.newPhone(), town.newPhone()];
      for (const phone of [asks, cancels]) await town.reminded(own, phone);
      await town.reply(asks, 'Hvor er det?');
      await town.reply(cancels, 'AFBUD');
      const page = await worker.page(`/admin/replies?authority=${own}`);
      expect(page.texts('h2')).toEqual(['Afbud og frameldinger, I skal tage stilling til', 'Spørgsmål og andet']);
      expect(page.section('decide')?.text).toContain('Holder påmindelser tilbage');
      expect(page.section('questions')?.text).not.toContain('Holder påmindelser tilbage');
    });

    it('lists to people of some departments what waits there', async () => {
      const { own } = await holding();
      const phone = town.newPhone();
      const mine = await town.reminded(own, phone, { department: 'Røntgen' });
      await town.reply(phone, 'Forkert nummer');
      const elsewhere = await town.reminded(own, phone, { department: 'Øre' });
      const worker = await enter(town.app, {
        ...{ email: `røntgen-${own}@example.org`, role: 'operator', authority: own, departments: ['Røntgen'] },
      });
      const list = await worker.text(`/admin/replies?authority=${own}`);
      expect(list).toContain(`Påmindelsen ${WHEN} venter på jer.`);
      expect([list.includes(mine.appointment), list.includes(elsewhere.appointment)]).toEqual([true, false]);
    });
  });

  it('keeps the place in a long list when a reply there is settled, taken back or lacks its appointment', async () => {
    const long = await town.authority();
    const worker = await enter(town.app, { email: 'l@example.org', role: 'operator', authority: long });
    const phone = town.newPhone();
    const { now } = town.app.clock;
    town.app.clock.now = new Date(now.getTime() - 60_000);
    await town.reminded(long, phone);
    await town.reminded(long, phone);
    await town.reply(phone, 'AFBUD');
    town.app.clock.now = now;
    for (let nth = 0; nth < 25; nth++) await town.rows.reply([long], town.newPhone());
    const first = await worker.page(`/admin/replies?authority=${long}`);
    const second = (await worker.page(first.link(/before=/) ?? '')).form('/settle');
    const [id = ''] = second.action.split('/').slice(-2);
    const { before = '' } = Object.fromEntries(sentFields(second));
    const send = async (path: string, action: string) =>
      (await worker.post(`/admin/replies/${id}/${path}`, { authority: long, before, action })).headers.get('location');
    const asked = (await send('settle', 'cancel_passed_on')) ?? '';
    expect(asked).toBe(`/admin/replies?authority=${long}&before=${before}&choose=${id}#aftale-${id}`);
    expect(await worker.text(asked)).toContain('Vælg den aftale, svaret gælder.');
    const settled = (await send('settle', 'ignore')) ?? '';
    expect(settled).toBe(`/admin/replies?authority=${long}&before=${before}&done=ignore&reply=${id}#done`);
    // It was the last one behind that place.
    const shown = (await worker.get(settled)).headers.get('location');
    expect(shown).toBe(`/admin/replies?authority=${long}&done=ignore&reply=${id}#done`);
    const answer = await send('undo', '');
    expect(answer).toBe(`/admin/replies?authority=${long}&before=${before}&done=undone&reply=${id}#done`);
  });

  it('begins, from the story of an appointment, with the reply about it, however many are newer', async () => {
    const crowded = await town.authority();
    const worker = await enter(town.app, { email: 'c@example.org', role: 'operator', authority: crowded });
    const phone = town.newPhone();
    const { now } = town.app.clock;
    town.app.clock.now = new Date(now.getTime() - 60_000);
    const { appointment } = await town.reminded(crowded, phone);
    await town.reply(phone, 'Hvor er det?');
    town.app.clock.now = now;
    for (let nth = 0; nth < 30; nth++) await town.rows.reply([crowded], town.newPhone());
    const story = readPage(await worker.text(`/admin/find/${appointment}?authority=${crowded}`));
    const [way = ''] = story.links.filter((link) => /^\/admin\/replies.*#svar-/.test(link));
    const id = way.split('#svar-')[1] ?? '';
    const shown = async (path: string) =>
      [...(await worker.text(path)).matchAll(/<h3 id="svar-([^"]+)"/g)].map(([, each]) => each);
    expect(await shown(`/admin/replies?authority=${crowded}`)).not.toContain(id);
    expect(await shown(way)).toEqual([id]);
    const [, before = ''] = /name="before" value="([^"]+)"/.exec(await worker.text(way)) ?? [];
    const form = { authority: crowded, before, action: 'ignore' };
    const response = await worker.post(`/admin/replies/${id}/settle`, form);
    const back = response.headers.get('location') ?? '';
    expect(new URL(back, 'https://sms.example.org').searchParams.get('before')).toBe(before);
    await worker.post(`/admin/replies/${id}/undo`, { authority: crowded, before });
    expect(await shown(back)).toEqual([id]);
  });

  it('lists what needed nobody, such as a confirmation, and all replies, each with how it ended', async () => {
    const quiet = await town.authority();
    const worker = await enter(town.app, { email: 'q@example.org', role: 'operator', authority: quiet });
    const [settled, confirmed, open] = [town.newPhone(), town.newPhone(), town.newPhone()];
    for (const phone of [settled, confirmed, open]) await town.reminded(quiet, phone);
    await town.reply(settled, 'AFBUD');
    const list = (show: string) => worker.text(`/admin/replies?authority=${quiet}&show=${show}`);
    const [, id = ''] = /action="\/admin\/replies\/([^/]+)\/settle"/.exec(await list('')) ?? [];
    await worker.post(`/admin/replies/${id}/settle`, { authority: quiet, action: 'ignore' });
    await town.reply(confirmed, 'JA');
    await town.reply(open, 'Hvor er det?');
    const numbers = async (show: string) =>
      [...(await list(show)).matchAll(/tel:(\+\d+)/g)].map(([, phone]) => phone).sort();
    expect(await numbers('automatic')).toEqual([confirmed]);
    expect(await numbers('all')).toEqual([settled, confirmed, open]);
    expect(await numbers('settled')).toEqual([settled]);
    expect(await numbers('open')).toEqual([open]);
    expect(await list('automatic')).toMatch(/Bekræfter.*Klaret automatisk: ingen skulle læse svaret\./s);
    const ofMeaning = await list('automatic&meaning=stop');
    expect(ofMeaning).toContain('Her er ingen svar, der er klaret automatisk hos');
    const [, every = ''] = /href="([^"]+)">Vis svar med alle betydninger</.exec(ofMeaning) ?? [];
    expect(await worker.text(every.replaceAll('&amp;', '&'))).toContain(`tel:${confirmed}`);
  });

  it('says of a part without replies what brings one there', async () => {
    const silent = await town.authority();
    const worker = await enter(town.app, { email: 'silent@example.org', role: 'operator', authority: silent });
    const list = (show: string, language: string) =>
      worker.text(`/admin/replies?authority=${silent}&show=${show}&language=${language}`);
    expect(await list('open', 'da')).toMatch(/Ingen svar venter på behandling hos .*\. Når en borger skriver noget/);
    expect(await list('all', 'en')).toMatch(/no replies here from citizens to .*\. When a citizen replies to an SMS/);
  });

  it('promises no reply to come where the sender is a name, which nobody can reply to', async () => {
    const named = await town.authority({ sender: 'Sundhed' });
    const worker = await enter(town.app, { email: 'named@example.org', role: 'operator', authority: named });
    for (const show of ['open', 'settled', 'automatic', 'all']) {
      const { text } = readPage(await worker.text(`/admin/replies?authority=${named}&show=${show}&language=da`));
      expect([show, text.includes('det kan man ikke svare på'), /Når en /.test(text)]).toEqual([show, true, false]);
    }
  });

  it('leads those who may change texts and sender to both where nobody can reply, and tells others who may', async () => {
    const named = await town.authority({ sender: 'Sundhed' });
    const as = async (role: 'operator' | 'administrator', limit: { readonly departments?: string[] } = {}) => {
      const who = { email: `${crypto.randomUUID()}@example.org`, role, authority: named, ...limit };
      return (await enter(town.app, who)).text(`/admin/replies?authority=${named}&language=da`);
    };
    const ways =
      `Skriv i <a href="/admin/texts?authority=${named}">teksterne</a>, hvordan man framelder sig, eller ` +
      `<a href="/admin/rules/sender?authority=${named}#sender">brug et nummer som afsender</a>.`;
    const told = 'En administrator kan skrive i teksterne, hvordan man framelder sig, eller bruge et nummer';
    for (const [page, leads] of [
      [await as('administrator'), true],
      [await as('administrator', { departments: ['Øre'] }), false],
      [await as('operator'), false],
    ] as const)
      expect([page.includes(ways), page.includes(told)]).toEqual([leads, !leads]);
  });

  it('leads those who may enter a number to phone to its field, and tells others who may', async () => {
    const silent = await town.authority();
    const as = async (role: 'operator' | 'administrator', limit: { readonly departments?: string[] } = {}) => {
      const who = { email: `${crypto.randomUUID()}@example.org`, role, authority: silent, ...limit };
      return (await enter(town.app, who)).text(`/admin/replies?authority=${silent}&language=da`);
    };
    const way = `<a href="/admin/rules/replies?authority=${silent}#contactPhone">Skriv et nummer</a>`;
    const told = 'En administrator kan skrive det under »Regler«, »Svar og afbud«.';
    for (const [page, leads] of [
      [await as('administrator'), true],
      [await as('administrator', { departments: ['Øre'] }), false],
      [await as('operator'), false],
    ] as const)
      expect([page.includes(way), page.includes(told)]).toEqual([leads, !leads]);
  });

  it('says to those who may only read that they may, before anything that is to be filled in', async () => {
    const viewer = await enter(town.app, { email: 'reads@example.org', role: 'viewer', authority });
    const shown = await viewer.text(`/admin/replies?authority=${authority}&language=da`);
    const [says, filter] = [shown.indexOf('Du kan læse svarene;'), shown.indexOf('class="filter"')];
    expect([says > 0, filter > says]).toEqual([true, true]);
  });

  it('goes on looking among older replies where a part of the list has none, and says when there are no more', async () => {
    const busy = await town.authority();
    const worker = await enter(town.app, { email: 'busy@example.org', role: 'operator', authority: busy });
    await sql`with reply as (
        insert into inbound_message (id, gateway, phone_hash, meaning, scope, received_at)
        select gen_random_uuid(), 'simulator', sha256(n::text::bytea), 'confirm', 'authority', now()
        from generate_series(1, 2100) n returning id, phone_hash)
      insert into inbound_authority (inbound_id, authority_id, phone_hash, needs_person, holds)
      select id, ${busy}, phone_hash, false, false from reply`.execute(town.app.db);
    const list = `/admin/replies?authority=${busy}`;
    const first = await worker.text(`${list}&show=settled&meaning=help`);
    expect(first).toContain('Der er ingen blandt de svar, der er gennemgået indtil nu.');
    const [, on = ''] = /href="([^"]+)">Led videre blandt ældre svar</.exec(first) ?? [];
    const last = await worker.text(on.replaceAll('&amp;', '&'));
    expect(last).toMatch(/Der er ikke flere svar\..*Tilbage til de første svar/s);
    expect(last).not.toContain('Led videre');
    const never = await worker.text(`${list}&show=automatic&meaning=cancel`);
    expect(never).toContain('Her er ingen svar, der er klaret automatisk hos');
    expect(never).not.toContain('Led videre');
  });

  it('tells whoever decides second whose decision stands, with the way back for ten minutes', async () => {
    const own = await town.authority();
    const as = (name: string, role: 'operator' | 'viewer' = 'operator') =>
      enter(town.app, { email: `${crypto.randomUUID()}@example.org`, name, role, authority: own });
    const [anna, bent] = [await as('Anna Juhl'), await as('Bent Dam')];
    const id = await town.rows.reply([own], town.newPhone());
    const settle = async (worker: PageClient, action: string) => {
      const sent = await worker.post(`/admin/replies/${id}/settle`, { authority: own, action });
      const page = await worker.page(sent.headers.get('location') ?? '');
      return [page.part('#done').text, page.forms.some((form) => form.action === `/admin/replies/${id}/undo`)];
    };
    expect(await settle(anna, 'opt_out')).toEqual(['Nummeret er frameldt.', true]);
    expect(await settle(anna, 'ignore')).toEqual(['Du har allerede valgt »Framelding«.', true]);
    expect(await settle(bent, 'ignore')).toEqual(['Anna Juhl har valgt »Framelding«.', true]);
    const { now } = town.app.clock;
    town.app.clock.now = new Date(now.getTime() + 600_001);
    expect(await settle(bent, 'ignore')).toEqual(['Anna Juhl har valgt »Framelding«.', false]);
    town.app.clock.now = now;
    await update(town.app.db, 'inbound_authority', { inbound_id: id }, { settled_by: 'booking_system', action: null });
    expect((await settle(bent, 'ignore'))[0]).toBe('Bookingsystemet har aflyst eller flyttet aftalen.');
  });

  it('leads back from a form of the start page to the start page, which says what was decided', async () => {
    const own = await town.authority();
    const worker = await enter(town.app, { email: 'start@example.org', role: 'operator', authority: own });
    const id = await town.rows.reply([own], town.newPhone());
    const form = (await worker.page(`/admin?authority=${own}`)).form('/settle');
    const fields = Object.fromEntries(sentFields(form));
    const settled = await worker.post(form.action, { ...fields, action: 'ignore' });
    expect(settled.headers.get('location')).toBe(`/admin?authority=${own}&done=ignore&reply=${id}&next=last#done`);
    const page = await worker.page(settled.headers.get('location') ?? '');
    expect(page.part('#done').text).toBe('Svaret er behandlet.');
    const undo = page.form('/undo');
    const undone = await worker.post(undo.action, Object.fromEntries(sentFields(undo)));
    expect((await worker.page(undone.headers.get('location') ?? '')).part('#done').text).toContain('er fortrudt');
  });

  it('says what was decided where the reply stood, with the way back, and goes on there', async () => {
    const place = await town.authority();
    const worker = await enter(town.app, { email: 'w@example.org', role: 'operator', authority: place });
    const phones = [town.newPhone(), town.newPhone(), town.newPhone()];
    for (const phone of phones) await town.rows.reply([place], phone);
    const path = `/admin/replies?authority=${place}`;
    const forms = (page: string) =>
      [...page.matchAll(/replies\/([^/]+)\/settle".*?name="next" value="([^"]+)"/gs)].map(([, id, next]) => ({
        id,
        next,
      }));
    const [first, second, third] = forms(await worker.text(path));
    expect([first?.next, second?.next, third?.next]).toEqual([second?.id, third?.id, 'last']);
    const settle = async (form: typeof first) => {
      const fields = { authority: place, action: 'ignore', next: form?.next ?? '' };
      return (await worker.post(`/admin/replies/${form?.id}/settle`, fields)).headers.get('location') ?? '';
    };
    const order = (page: string) =>
      [...page.matchAll(/id="done"|replies\/[^/]+\/(?:settle|undo)"/g)].map(([found]) => found.slice(-10));
    const middle = await settle(second);
    expect(middle).toBe(`${path}&done=ignore&reply=${second?.id}&next=${third?.id}#done`);
    const shown = await worker.text(middle);
    expect(order(shown)).toEqual(
      ['/settle"', 'id="done"', '/undo"', '/settle"'].map((each) => expect.stringContaining(each)),
    );
    expect(shown).toMatch(/<p class="message" id="done" tabindex="-1" role="status">Svaret er behandlet/);
    // The last one is answered behind the others, and taken back where it stands again.
    const last = await worker.text(await settle(third));
    expect(order(last).map((each) => each.slice(-4))).toEqual(['tle"', 'one"', 'ndo"']);
    const undone = await worker.post(`/admin/replies/${third?.id}/undo`, { authority: place, next: 'last' });
    const again = await worker.text(undone.headers.get('location') ?? '');
    expect(order(again).map((each) => each.slice(-4))).toEqual(['tle"', 'one"', 'tle"']);
  });

  const page = (query: string) => operator.text(`/admin/replies?authority=${authority}${query}`);
});
