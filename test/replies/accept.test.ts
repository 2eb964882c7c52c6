import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { setGateway } from '../../src/staff/gateways/gateways.ts';
import { lockNumber } from '../../src/store/messages.ts';
import { inOpenTransaction, waitingForLock } from '../support/contention.ts';
import { eventually } from '../support/eventually.ts';
import { reminderNow } from '../support/sending.ts';
import { type StoredRows, update } from '../support/stored-rows.ts';
import { NUMBER, openTownOfWrittenTo, SHORT_CODE, type Town, useTown } from './town.ts';

describe('a citizen’s STOP holds', () => {
  let phone: string;
  const town = useTown();
  beforeEach(() => {
    phone = town.newPhone();
  });

  it('for the one authority that wrote, and no other', async () => {
    const [wrote, silent] = [await town.authority(), await town.authority()];
    await town.wrote(wrote, phone);
    const [mine, theirs, strangers] = [
      await town.planned(wrote, phone),
      await town.planned(silent, phone),
      await town.planned(wrote, town.newPhone()),
    ];
    await town.reply(phone, 'Stop');
    expect(await town.refused(phone)).toEqual([wrote]);
    expect([await town.state(mine), await town.state(theirs), await town.state(strangers)]).toEqual([
      'suppressed opted_out',
      'planned',
      'planned',
    ]);
    expect([await town.answers(phone), await town.listed(phone)]).toEqual([
      [`${wrote} opt-out-confirmed ${NUMBER}`],
      [`${wrote}, stop`],
    ]);
  });

  it('that comes to the number of a gateway which is out of use', async () => {
    const wrote = await town.authority();
    await town.wrote(wrote, phone);
    const planned = await town.planned(wrote, phone);
    const { deps, clock } = town.app;
    await setGateway(deps, { id: 'scripted', actor: 'anna' }, { note: 'maintenance' }, clock.now);
    await town.reply(phone, 'STOP');
    expect([await town.refused(phone), await town.state(planned)]).toEqual([[wrote], 'suppressed opted_out']);
    expect(await town.answers(phone)).toEqual([`${wrote} opt-out-confirmed ${NUMBER}`]);
    await setGateway(deps, { id: 'scripted', actor: 'anna' }, null, clock.now);
  });

  it('for the authority whose sender was answered, however the gateway writes it, also when its sender has changed', async () => {
    const [old, other] = [await town.authority(), await town.authority()];
    await town.wrote(old, phone, '+4560111111', { handed_over_at: new Date('2026-11-01T09:00:00Z') });
    await town.wrote(old, phone, '+4560222222');
    await town.wrote(other, phone, '+4560333333');
    await town.reply(phone, 'STOP', { to: '4560111111' });
    expect(await town.refused(phone)).toEqual([old]);
    await town.reply(phone, 'STOP', { to: '0045 60 33 33 33' });
    expect(await town.refused(phone)).toEqual([old, other].sort());
  });

  it('for the authority whose leased keyword precedes it', async () => {
    const [kbh, rh] = [await town.authority({ inboundKeyword: 'KBH' }), await town.authority({ inboundKeyword: 'RH' })];
    for (const authority of [kbh, rh]) await town.wrote(authority, phone, SHORT_CODE);
    await town.reply(phone, 'kbh stop', { to: SHORT_CODE });
    expect(await town.refused(phone)).toEqual([kbh]);
    expect(await town.answers(phone)).toEqual([`${kbh} opt-out-confirmed ${SHORT_CODE}`]);
    expect((await town.sendAnswers(phone))[0]?.text).toContain('KBH START');
    const stranger = town.newPhone();
    await town.reply(stranger, 'KBH STOP', { to: SHORT_CODE });
    expect(await town.refused(stranger)).toEqual([kbh]);
  });

  it.each([
    ['the gateway does not say what was answered', null, 'STOP'],
    ['what was answered is nobody’s', '+4560999999', 'STOP'],
    ['several share what was answered', SHORT_CODE, 'STOP'],
  ])('for all who wrote where %s', async (_name, to, text) => {
    const [one, two, silent] = [await town.authority(), await town.authority(), await town.authority()];
    for (const authority of [one, two]) await town.wrote(authority, phone, SHORT_CODE);
    const theirs = await town.planned(silent, phone);
    await town.reply(phone, text, { to });
    expect(await town.refused(phone)).toEqual([one, two].sort());
    expect(await town.state(theirs)).toBe('planned');
    expect(await town.answers(phone)).toHaveLength(1);
  });

  it('for the whole installation where nobody wrote, or only through another gateway, or nothing that was sent', async () => {
    const [one, two] = [await town.authority(), await town.authority()];
    await town.wrote(one, phone, NUMBER, { gateway: 'elsewhere' });
    await town.wrote(one, phone, NUMBER, { status: 'not_sent' });
    await town.wrote(one, phone, NUMBER, { status: 'rejected' });
    const planned = [await town.planned(one, phone), await town.planned(two, phone)];
    await town.reply(phone, 'STOP');
    expect(await town.refused(phone)).toEqual(['all']);
    for (const reminder of planned) expect(await town.state(reminder)).toBe('suppressed opted_out');
    expect([await town.answers(phone), await town.listed(phone)]).toEqual([
      [`all opt-out-confirmed ${NUMBER}`],
      ['installation, stop'],
    ]);
    expect((await town.sendAnswers(phone))[0]?.text).toContain('ikke flere SMS-beskeder. Dine');
    const list = await town.app.json<{ items: { phone: string; scope: string }[] }>(
      200,
      `/v1/authorities/${two}/opt-outs`,
    );
    expect(list.items).toContainEqual(expect.objectContaining({ phone, scope: 'installation' }));
  });

  it('also against what is to be tried again, and never against what was started', async () => {
    const authority = await town.authority();
    await town.wrote(authority, phone);
    const handOver = async (
      status: 'handing_over' | 'uncertain' | 'not_sent',
      row: Parameters<StoredRows['reminder']>[2] = {},
    ) => {
      const id = await town.planned(authority, phone, { status: 'handed_over', ...row });
      await town.rows.message(authority, id, phone, { status });
      return id;
    };
    const retried = await handOver('not_sent', { status: 'planned' });
    const tried = await town.planned(authority, phone, { tries: 2 });
    const started = await handOver('handing_over');
    const again = await handOver('uncertain', { next_at: town.rows.now });
    await town.reply(phone, 'STOP');
    const found = await Promise.all([retried, tried, started, again].map((id) => town.state(id)));
    expect(found).toEqual(['suppressed opted_out', 'suppressed opted_out', 'handing_over', 'uncertain']);
  });

  it('for an appointment that has another number by now ends nothing, and for one that got this number ends its reminder', async () => {
    const authority = await town.authority();
    const elsewhere = await town.authority();
    await town.wrote(authority, phone);
    const change = async (reminder: string, to: string) => {
      const { appointment_id } = await reminderNow(town.app, reminder);
      const phone_hash = town.rows.keyring.phoneHash(to);
      await update(town.app.db, 'appointment', { id: appointment_id }, { phone_hash });
    };
    const [given, taken] = [await town.planned(authority, town.newPhone()), await town.planned(authority, phone)];
    const [second, other] = [await town.planned(authority, phone), await town.planned(elsewhere, phone)];
    await change(given, phone);
    await change(taken, town.newPhone());
    await town.reply(phone, 'STOP');
    const found = await Promise.all([given, taken, second, other].map((id) => town.state(id)));
    expect(found).toEqual(['suppressed opted_out', 'planned', 'suppressed opted_out', 'planned']);
  });

  it('from the same commit that stores it, or not at all', async () => {
    const authority = await town.authority();
    await town.wrote(authority, phone);
    const reminder = await town.planned(authority, phone);
    const callback = JSON.stringify([{ gatewayMessageId: 'once', from: phone, to: NUMBER, text: 'STOP', at: null }]);
    // Everything is written by the time that the answer fails.
    await sql`alter table message add constraint no_answers check (reminder_id is not null) not valid`.execute(
      town.app.db,
    );
    expect((await town.post(callback)).status).toBe(500);
    await sql`alter table message drop constraint no_answers`.execute(town.app.db);
    expect([
      await town.refused(phone),
      await town.state(reminder),
      await town.listed(phone),
      await town.answers(phone),
    ]).toEqual([[], 'planned', [], []]);
    expect((await town.post(callback)).status).toBe(200);
    expect([await town.refused(phone), await town.state(reminder)]).toEqual([[authority], 'suppressed opted_out']);
    expect(await town.answers(phone)).toHaveLength(1);
  });

  it('once, however often it is sent, and is confirmed once', async () => {
    const authority = await town.authority();
    await town.wrote(authority, phone);
    for (const text of ['STOP', 'stop!', 'Afmeld']) await town.reply(phone, text);
    const all = await town.app.db
      .selectFrom('opt_out')
      .selectAll()
      .where('phone_hash', '=', town.rows.keyring.phoneHash(phone))
      .execute();
    expect(all).toMatchObject([{ reason: 'stop', recorded_by: 'citizen', lifted_at: null }]);
    expect([(await town.listed(phone)).length, (await town.answers(phone)).length]).toEqual([3, 1]);
  });

  it('and is confirmed at any hour, to the number that has just opted out, from the sender that was answered', async () => {
    const authority = await town.authority({ name: 'Rigshospitalet', sender: 'Hospital' });
    await town.wrote(authority, phone, 'Hospital');
    const noon = town.app.clock.now;
    town.app.clock.now = new Date('2026-11-29T02:00:00Z');
    await town.reply(phone, 'STOP', { to: '+4560444444' });
    const [sent, ...more] = await town.sendAnswers(phone);
    town.app.clock.now = noon;
    expect([sent?.from, more]).toEqual(['+4560444444', []]);
    expect(sent?.text).toMatch(/^Du får ikke flere SMS-beskeder fra Rigshospitalet\./);
  });

  it('for a number in whatever form the gateway gives it', async () => {
    const authority = await town.authority();
    await town.wrote(authority, phone);
    await town.reply(phone.replace('+', '00'), 'STOP');
    expect(await town.refused(phone)).toEqual([authority]);
    const other = town.newPhone();
    await town.wrote(authority, other);
    await town.reply(other.replace('+', ''), 'STOP');
    expect([await town.refused(other), (await town.answers(other)).length]).toEqual([[authority], 1]);
  });
});

describe('another reply', () => {
  let town: Town;
  let phone: string;
  let authority: string;
  openTownOfWrittenTo((its) => {
    ({ town, phone, authority } = its);
  });

  it('START lifts the opt-out, plans the reminders anew that are still ahead, and is confirmed once', async () => {
    const ahead = await town.planned(authority, phone);
    const past = await town.rows.reminder(
      authority,
      await town.rows.appointment(authority, phone, { start_at: new Date('2026-11-24T11:30:00Z') }),
    );
    await town.reply(phone, 'STOP');
    expect([await town.state(ahead), await town.state(past)]).toEqual(['suppressed opted_out', 'suppressed opted_out']);
    town.app.clock.now = new Date(town.app.clock.now.getTime() + 1000);
    await town.reply(phone, 'START');
    expect([await town.refused(phone), await town.state(ahead)]).toEqual([[], 'planned']);
    town.app.clock.now = new Date(town.app.clock.now.getTime() + 1000);
    await town.reply(phone, 'start');
    await town.reply(phone, 'Start');
    expect(await town.answers(phone)).toEqual([
      `${authority} opt-out-confirmed ${NUMBER}`,
      `${authority} opt-in-confirmed ${NUMBER}`,
      `${authority} not-opted-out ${NUMBER}`,
    ]);
    const [lifted] = await town.app.db
      .selectFrom('opt_out')
      .selectAll()
      .where('phone_hash', '=', town.rows.keyring.phoneHash(phone))
      .execute();
    expect(lifted).toMatchObject({ lifted_by: 'citizen', lift_reason: 'start' });
  });

  it('START lifts an opt-out of the whole installation, and none of an authority that was not answered', async () => {
    const other = await town.authority();
    await town.wrote(other, phone, '+4560777777');
    for (const optOut of [authority, other, null]) await town.rows.optOut(optOut, phone);
    const reminder = await town.planned(authority, phone, { status: 'suppressed', reason: 'opted_out', next_at: null });
    await town.reply(phone, 'START');
    expect([await town.refused(phone), await town.state(reminder)]).toEqual([[other], 'planned']);
  });

  it('STOP after START counts and is confirmed again', async () => {
    for (const text of ['STOP', 'START', 'STOP']) {
      town.app.clock.now = new Date(town.app.clock.now.getTime() + 1000);
      await town.reply(phone, text);
    }
    expect(await town.refused(phone)).toEqual([authority]);
    const found = (await town.answers(phone)).map((answer) => answer.split(' ')[1]);
    expect(found).toEqual(['opt-out-confirmed', 'opt-in-confirmed', 'opt-out-confirmed']);
  });

  it('HELP is answered, once an hour, and changes nothing', async () => {
    const reminder = await town.planned(authority, phone);
    await town.reply(phone, 'hjælp');
    await town.reply(phone, 'HELP');
    expect([await town.answers(phone), await town.state(reminder)]).toEqual([
      [`${authority} help ${NUMBER}`],
      'planned',
    ]);
    expect(await town.listed(phone)).toEqual([`${authority}, help`, `${authority}, help`]);
    town.app.clock.now = new Date(town.app.clock.now.getTime() + 3_600_001);
    await town.reply(phone, 'HELP');
    expect(await town.answers(phone)).toHaveLength(2);
  });

  it.each([
    ['STOP det er for tidligt', 'maybe_stop', []],
    ['Stop 12345', 'maybe_stop', []],
    ['Stpo', 'maybe_stop', []],
    ['Hej, du har forkert nummer', 'wrong_number', ['wrong-number-received']],
  ])(
    '“%s” opts nobody out: it holds what is planned until a person has read it; only a wrong number is acknowledged',
    async (text, meaning, templates) => {
      const other = await town.authority();
      const [mine, theirs] = [await town.planned(authority, phone), await town.planned(other, phone)];
      await town.reply(phone, text);
      const answers = templates.map((template) => `${authority} ${template} ${NUMBER}`);
      expect([await town.refused(phone), await town.answers(phone)]).toEqual([[], answers]);
      expect([await town.state(mine), await town.state(theirs)]).toEqual(['planned reply_needs_a_person', 'planned']);
      expect(await town.listed(phone)).toEqual([`${authority}, ${meaning}, needs a person, holds`]);
      const row = await town.app.db
        .selectFrom('reminder')
        .select(['next_at', 'due_at'])
        .where('id', '=', mine)
        .executeTakeFirstOrThrow();
      expect(row.next_at).toEqual(row.due_at);
    },
  );

  it('that may mean STOP and answers no SMS holds reminders of the authorities that have an appointment with the number', async () => {
    const stranger = town.newPhone();
    const reminder = await town.planned(authority, stranger);
    await town.reply(stranger, 'Stop nu med de SMSer');
    expect([await town.refused(stranger), await town.state(reminder)]).toEqual([[], 'planned reply_needs_a_person']);
    expect(await town.listed(stranger)).toEqual([`${authority}, maybe_stop, needs a person, holds`]);
  });

  it('with any other meaning is shown to a person, holds nothing, and is answered at most once a day', async () => {
    const reminder = await town.planned(authority, phone);
    const said = async (text: string, ms: number) => {
      town.app.clock.now = new Date(town.app.clock.now.getTime() + ms);
      await town.reply(phone, text);
      return (await town.answers(phone)).length;
    };
    expect([
      await said('Hvor skal jeg hen', 1),
      await said('Hallo?', 3_600_000),
      await said('?', 80_000_000),
      await said('Er der nogen', 3_000_000),
    ]).toEqual([1, 1, 1, 2]);
    expect([await town.refused(phone), await town.state(reminder)]).toEqual([[], 'planned']);
    expect((await town.answers(phone))[0]).toBe(`${authority} reply-received ${NUMBER}`);
    expect(await town.listed(phone)).toEqual(Array.from({ length: 4 }, () => `${authority}, other, needs a person`));
  });

  it('that the gateway repeats has one effect', async () => {
    const event = { gatewayMessageId: 'again', at: new Date('2026-11-24T10:59:00Z') };
    await town.reply(phone, 'Hvad?', event);
    await town.reply(phone, 'Hvad?', event);
    expect([(await town.listed(phone)).length, (await town.answers(phone)).length]).toEqual([1, 1]);
    // Without an id, it is told by who, what and when.
    for (const seconds of [0, 0, 1]) {
      await town.reply(phone, 'Hallo', { gatewayMessageId: null, at: new Date(1_796_000_000_000 + seconds * 1000) });
    }
    expect(await town.listed(phone)).toHaveLength(3);
  });

  it('without id and time counts as repeated for some minutes, and as a new one later', async () => {
    const said = async (text: string, ms: number) => {
      town.app.clock.now = new Date(town.app.clock.now.getTime() + ms);
      await town.reply(phone, text, { gatewayMessageId: null });
    };
    town.app.clock.now = new Date(Math.ceil(town.app.clock.now.getTime() / 600_000) * 600_000);
    await said('STOP', 0);
    await said('STOP', 60_000);
    expect(await town.listed(phone)).toHaveLength(1);
    await said('START', 60_000);
    expect(await town.refused(phone)).toEqual([]);
    await said('STOP', 600_000);
    expect(await town.refused(phone)).toEqual([authority]);
  });

  it('from an alphanumeric sender is stored and never answered', async () => {
    await town.reply('Nyhedsbrev', 'Svar ikke på denne SMS');
    await town.reply('Nyhedsbrev', 'HELP');
    expect([await town.answers('Nyhedsbrev'), (await town.listed('Nyhedsbrev')).length]).toEqual([[], 2]);
  });

  it('that can not be read is stored as received, encrypted, and answered 200', async () => {
    const text = `<sms from="${phone}">STOP</sms>`;
    expect((await town.post(text)).status).toBe(200);
    const row = await town.app.db
      .selectFrom('callback')
      .selectAll()
      .where('note', '=', 'unreadable')
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({ gateway: 'scripted', kind: 'inbound', applied_at: town.app.clock.now });
    const raw = JSON.parse(
      town.rows.keyring.cipher.decrypt('', 'callback.raw', row.id, row.raw_ciphertext as Buffer),
    ) as {
      body: string;
    };
    expect(Buffer.from(raw.body, 'base64').toString()).toBe(text);
  });

  it('with characters that no database can store is accepted all the same', async () => {
    await town.reply(phone, 'STO\u0000P \ud800', { to: '12\u000004', gatewayMessageId: 'x\u0000\ud800' });
    expect((await town.listed(phone)).length).toBe(1);
  });

  it('among several in one callback has its own effect', async () => {
    const other = town.newPhone();
    await town.wrote(authority, other);
    const event = (from: string, text: string, gatewayMessageId: string) => ({
      gatewayMessageId,
      from,
      to: NUMBER,
      text,
      at: null,
    });
    const body = JSON.stringify([event(phone, 'STOP', 'several-1'), event(other, 'HELP', 'several-2')]);
    expect([(await town.post(body)).status, (await town.post(body)).status]).toEqual([200, 200]);
    expect([await town.refused(phone), await town.refused(other)]).toEqual([[authority], []]);
    expect([(await town.answers(phone)).length, (await town.answers(other)).length]).toEqual([1, 1]);
  });

  it('among several of one number in one callback has its effect in their order', async () => {
    const texts = ['STOP', 'START', 'STOP', 'START', 'STOP', 'START'];
    const sent = texts.map((text, nth) => ({
      text,
      gatewayMessageId: `order-${nth}`,
      from: phone,
      to: NUMBER,
      at: null,
    }));
    expect((await town.post(JSON.stringify(sent))).status).toBe(200);
    expect(await town.refused(phone)).toEqual([]);
  });

  it('behind one of its number that fails has no effect before it, also when the gateway repeats both', async () => {
    await town.rows.optOut(authority, phone);
    const sent = ['START', 'STOP'].map((text) => ({
      text,
      gatewayMessageId: `fails-${text}`,
      from: phone,
      to: NUMBER,
      at: null,
    }));
    await sql`alter table opt_out add constraint none_lifted check (lifted_at is null) not valid`.execute(town.app.db);
    expect((await town.post(JSON.stringify(sent))).status).toBe(500);
    await sql`alter table opt_out drop constraint none_lifted`.execute(town.app.db);
    expect(await town.listed(phone)).toEqual([]);
    expect((await town.post(JSON.stringify(sent))).status).toBe(200);
    expect(await town.refused(phone)).toEqual([authority]);
  });

  it('is taken though another one in the same callback has a control character in its sender, which is not applied', async () => {
    const event = (from: string, text: string, id: string) => ({ ...{ gatewayMessageId: id, from, text }, to: NUMBER });
    const odd = event('Firma\r\nX', 'Hej', 'odd-1');
    const body = JSON.stringify([odd, event(phone, 'STOP', 'odd-2')].map((each) => ({ ...each, at: null })));
    const before = await storedRaw();
    expect([(await town.post(body)).status, (await town.post(body)).status]).toEqual([200, 200]);
    expect(await town.refused(phone)).toEqual([authority]);
    const raw = (await storedRaw()).filter((each) => !before.includes(each));
    expect(raw).toHaveLength(1);
    expect([raw[0]?.includes('odd-1'), raw[0]?.includes(phone)]).toEqual([true, false]);
    expect((await town.post(JSON.stringify([{ ...odd, at: null }]))).status).toBe(422);
  });

  it('is kept as it came, once, when it is alone and refused for a control character in its sender', async () => {
    const body = JSON.stringify([
      { gatewayMessageId: 'odd-3', from: 'Firma\r\nX', text: 'STOP', to: NUMBER, at: null },
    ]);
    const before = await storedRaw();
    expect([(await town.post(body)).status, (await town.post(body)).status]).toEqual([422, 422]);
    const raw = (await storedRaw()).filter((each) => !before.includes(each));
    expect(raw).toHaveLength(1);
    expect(Buffer.from(JSON.parse(raw[0] ?? '').body, 'base64').toString()).toBe(body);
  });

  it('is found by the erasure of its citizen though a control character is in its sender', async () => {
    const sent = { gatewayMessageId: 'odd-4', from: `${phone}\r\n`, text: 'STOP', to: NUMBER, at: null };
    expect((await town.post(JSON.stringify([sent]))).status).toBe(422);
    const kept = async () =>
      (
        await town.app.db
          .selectFrom('callback')
          .select('id')
          .where('phone_hash', '=', town.rows.keyring.phoneHash(phone))
          .where('raw_ciphertext', 'is not', null)
          .execute()
      ).length;
    expect(await kept()).toBe(1);
    await town.app.json(200, `/v1/authorities/${authority}/citizens/erase`, { body: { phone } });
    expect(await kept()).toBe(0);
  });

  async function storedRaw(): Promise<string[]> {
    const query = town.app.db.selectFrom('callback').selectAll().where('note', '=', 'unreadable').orderBy('id');
    return (await query.execute()).map(({ id, raw_ciphertext: raw }) =>
      town.rows.keyring.cipher.decrypt('', 'callback.raw', id, raw as Buffer),
    );
  }

  it('that does not prove to come from the gateway is refused', async () => {
    const response = await town.app.request('/v1/callbacks/scripted/inbound?token=wrong', {
      token: null,
      method: 'POST',
      body: '[]',
    });
    expect(response.status).toBe(401);
  });

  it('leaves neither its number nor its text in the log', async () => {
    await town.reply(phone, 'Kan jeg komme senere?');
    const log = town.app.logged.join('\n');
    expect(log).not.toContain(phone.slice(3));
    expect(log).not.toContain('senere');
  });
});

describe('concurrent replies', () => {
  const town = useTown('postgres');

  /** Both are under way, in processes of their own, before either may commit. */
  async function atOnce(phone: string, ...texts: string[]): Promise<void> {
    const held = await inOpenTransaction(town.app.db, (trx) =>
      sql`lock table inbound_message in share row exclusive mode`.execute(trx),
    );
    const replies: Promise<void>[] = [];
    for (const text of texts) {
      replies.push(town.reply(phone, text, {}, town.anotherProcess()));
      await waitingForLock(town.app.db, replies.length);
    }
    await held.rollback();
    await Promise.all(replies);
  }

  it('of one callback are applied while all that another number sent wait for it', async () => {
    const authority = await town.authority();
    const [phone, other] = [town.newPhone(), town.newPhone()];
    for (const each of [phone, other]) await town.wrote(authority, each);
    const waiting = await inOpenTransaction(town.app.db, (trx) => lockNumber(trx, town.rows.keyring.phoneHash(other)));
    const event = (from: string, id: string) => ({ gatewayMessageId: id, from, to: NUMBER, text: 'STOP', at: null });
    const posted = town.post(
      JSON.stringify([...[1, 2, 3, 4, 5].map((nth) => event(other, `held-${nth}`)), event(phone, 'free')]),
    );
    await waitingForLock(town.app.db);
    await eventually(async () => expect(await town.refused(phone)).toEqual([authority]));
    expect(await town.refused(other)).toEqual([]);
    await waiting.commit();
    expect((await posted).status).toBe(200);
  });

  it('with the same meaning are answered once', async () => {
    const authority = await town.authority();
    for (const [text, template] of [
      ['STOP', 'opt-out-confirmed'],
      ['Hvem er det?', 'reply-received'],
      ['HELP', 'help'],
    ] as const) {
      const phone = town.newPhone();
      await town.wrote(authority, phone);
      await atOnce(phone, text, text);
      expect([(await town.listed(phone)).length, await town.answers(phone)]).toEqual([
        2,
        [`${authority} ${template} ${NUMBER}`],
      ]);
    }
  });

  it('of STOP and START end as the later one says', async () => {
    const authority = await town.authority();
    const phone = town.newPhone();
    await town.wrote(authority, phone);
    const reminder = await town.planned(authority, phone);
    await atOnce(phone, 'STOP', 'START');
    expect([await town.refused(phone), await town.state(reminder)]).toEqual([[], 'planned']);
    await atOnce(phone, 'START', 'STOP');
    expect([await town.refused(phone), await town.state(reminder)]).toEqual([[authority], 'suppressed opted_out']);
  });
});
