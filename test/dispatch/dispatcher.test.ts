import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { Dispatcher } from '../../src/dispatch/dispatcher.ts';
import { beat } from '../../src/dispatch/processes.sql.ts';
import { newId } from '../../src/domain/ids.ts';
import { MESSAGE_TEXT } from '../../src/domain/keyring.ts';
import { pauseSending, resumeSending } from '../../src/staff/pauses.ts';
import { eventually } from '../support/eventually.ts';
import { ACCEPTED, RETRY, ScriptedGateway } from '../support/gateway.ts';
import { describeSending } from '../support/scenario.ts';
import {
  changeSettings,
  countByStatus,
  drainAndSettle,
  HOUR,
  later,
  MINUTE,
  MONDAY,
  PHONE,
  runningClock,
  SECOND,
  type Sending,
  startSending,
} from '../support/sending.ts';
import { afterStatement, beforeStatements } from '../support/statements.ts';
import { insert } from '../support/stored-rows.ts';

const OTHER = '+4520123457';

describeSending('handing over what is due', (sending, database) => {
  it('sends what is due once, the oldest first, and nothing before it is due', async () => {
    const phones = [0, 1, 2, 3].map((n) => `+452012345${n}`);
    const times = [later(-MINUTE), later(-3 * MINUTE), MONDAY, later(SECOND)];
    for (const [n, phone] of phones.entries()) await sending.due('rh', phone, { at: times[n] as Date });

    expect(await sending.drain()).toEqual({ looked: 3, started: 3 });
    expect(sending.gateway.sent.map(({ to }) => to)).toEqual([phones[1], phones[0], phones[2]]);
    expect(await sending.drain()).toEqual({ looked: 0, started: 0 });

    sending.clock.now = later(SECOND);
    await sending.drain();
    expect(sending.gateway.sent.map(({ to }) => to)).toEqual([phones[1], phones[0], phones[2], phones[3]]);
    expect(await sending.countByStatus()).toEqual({ accepted: 4 });
  });

  it('stores the text as the gateway takes it, and counts its segments by that', async () => {
    const gateway = Object.assign(sending.gateway, { fitText: (text: string) => text.replaceAll('🏥', '?') });
    const { reminder } = await sending.due('rh', PHONE, { appointment: { location_text: 'Hus 🏥 3' } });
    await sending.drain();
    const [message] = await sending.messagesOf(reminder);
    const sealed = message?.text_ciphertext ?? Buffer.alloc(0);
    const stored = sending.deps.keyring.cipher.decrypt('rh', MESSAGE_TEXT, `${reminder} ${message?.gateway}`, sealed);
    expect(stored).toContain('Hus ? 3');
    expect([gateway.sent[0]?.text, message?.encoding, message?.segments]).toEqual([stored, 'gsm7', 1]);
  });

  it('gives the gateway number, sender, text, deadline and the id of the message that is stored', async () => {
    sending.gateway.script({ kind: 'accepted', gatewayMessageId: 'G-1', segments: 2 });
    const { reminder } = await sending.due('rh', PHONE, { appointment: { location_text: 'Opgang 4, 3. sal' } });
    await sending.drain();

    const [sms] = sending.gateway.sent;
    const [message, ...more] = await sending.messagesOf(reminder);
    expect(more).toEqual([]);
    expect(sms).toMatchObject({ reference: message?.id, to: PHONE, from: 'Sundhed', encoding: 'gsm7' });
    expect(sms?.text).toContain('1. december');
    expect(sms?.text).toContain('Opgang 4, 3. sal');
    const stands = await sending.reminder(reminder);
    expect(sms?.validUntil).toEqual(stands.expires_at);
    expect(stands).toMatchObject({
      status: 'accepted',
      reason: null,
      next_at: null,
      tries: 0,
      updated_at: MONDAY,
    });
    expect(message).toMatchObject({
      status: 'accepted',
      gateway: 'scripted',
      template_version: 0,
      encoding: 'gsm7',
      segments: 1,
      valid_until: stands.expires_at,
      gateway_message_id: 'G-1',
      gateway_segments: 2,
      attempts: 1,
      handed_over_at: MONDAY,
      accepted_at: MONDAY,
    });
    const { cipher } = sending.rows.keyring;
    const row = `${message?.reminder_id} scripted`;
    expect(cipher.decrypt('rh', MESSAGE_TEXT, row, message?.text_ciphertext as Buffer)).toBe(sms?.text);
    expect(cipher.decrypt('rh', 'message.phone', row, message?.phone_ciphertext as Buffer)).toBe(PHONE);
  });

  it('drains 2,000 in groups of at most `concurrency`, each once, with one start for each group and one look for many', async () => {
    await sql`update authority set max_per_number_per_day = 100000`.execute(sending.db);
    await sending.multiply(await sending.due('rh'), 1_999);
    const counted = { looks: 0, starts: 0 };
    const counting = sending.db.withPlugin(
      beforeStatements((node) => {
        const text = JSON.stringify(node);
        if (text.includes('as next_due_at')) counted.looks++;
        if (text.includes('insert into hand_over_group')) counted.starts++;
      }),
    );
    const counted2000 = startSending({ db: counting }, { keyring: sending.rows.keyring });
    expect(await drainAndSettle(counted2000)).toEqual({ looked: 2_000, started: 2_000 });
    expect(new Set(counted2000.gateway.sent.map(({ reference }) => reference)).size).toBe(2_000);
    expect(counted2000.gateway.sent).toHaveLength(2_000);
    expect(await countByStatus(counted2000)).toEqual({ accepted: 2_000 });
    // Groups of 25 to 50, from looks of 500; the looks that find nothing more end the drain.
    expect(counted.starts).toBeGreaterThanOrEqual(40);
    expect(counted.starts).toBeLessThanOrEqual(85);
    expect(counted.looks).toBeLessThanOrEqual(10);
    // Nothing is left that would say that it has no recorded outcome.
    await counted2000.dispatcher.stop();
    expect(await sending.db.selectFrom('hand_over_group').selectAll().execute()).toEqual([]);
    expect(await sending.db.selectFrom('process').selectAll().execute()).toEqual([]);
  });

  it('has never more calls open than `concurrency`, nor more than twice as many started without a recorded outcome', async () => {
    const few = startSending(database, { concurrency: 7, keyring: sending.rows.keyring });
    await sql`update authority set max_per_number_per_day = 100000`.execute(few.db);
    await few.multiply(await few.due('rh'), 49);
    let most = 0;
    const look = async () => {
      const { rows } = await sql<{ open: number }>`
        select count(*)::int as open from message where status = 'handing_over'`.execute(few.db);
      most = Math.max(most, rows[0]?.open ?? 0);
    };
    few.gateway.script(async () => {
      await look();
      // The first calls stay open until the next group is started behind them.
      await eventually(async () => {
        if (most < 14) await look();
        expect(most).toBeGreaterThanOrEqual(14);
      });
      return ACCEPTED;
    });
    await few.drain();
    expect(few.gateway.sent).toHaveLength(50);
    expect(most).toBe(14);
    expect(few.gateway.mostAtOnce).toBe(7);
  });

  it('starts more as soon as a quarter of those that may be started without an outcome have theirs', async () => {
    const few = startSending(database, { concurrency: 8, keyring: sending.rows.keyring });
    await sql`update authority set max_per_number_per_day = 100000`.execute(few.db);
    await few.multiply(await few.due('rh'), 31);
    const ends: (() => void)[] = [];
    few.gateway.script(() => new Promise((resolve) => void ends.push(() => resolve(ACCEPTED))));
    const started = (count: number) =>
      eventually(async () => {
        const rows = await few.db.selectFrom('message').select('id').execute();
        expect(rows).toHaveLength(count);
      }, MINUTE);
    const draining = few.drain();
    await started(16);
    for (const end of ends.splice(0, 4)) end();
    await started(20);
    few.gateway.script(ACCEPTED);
    for (const end of ends) end();
    expect(await draining).toMatchObject({ started: 32 });
  });

  it('starts nothing while sending as a whole is off', async () => {
    const { reminder } = await sending.due('rh');
    sending.held = 'sending_off';
    expect(await sending.drain()).toEqual({ looked: 0, started: 0 });
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'planned', tries: 0, next_at: MONDAY });
    expect(await sending.messagesOf(reminder)).toEqual([]);
    sending.held = null;
    expect(await sending.drain()).toEqual({ looked: 1, started: 1 });
  });

  it('stops, also in the middle of a drain, while the clocks of process and database are apart', async () => {
    const one = startSending(database, { concurrency: 1, keyring: sending.rows.keyring });
    for (const phone of [PHONE, OTHER]) await one.due('rh', phone);
    one.gateway.hold();
    const draining = one.dispatcher.drain();
    await one.gateway.open(1);
    one.clocksApart = true;
    one.gateway.release();
    await draining;
    expect(await one.drain()).toEqual({ looked: 0, started: 0 });
    expect(one.gateway.sent).toHaveLength(1);
    one.clocksApart = false;
    expect(await one.drain()).toEqual({ looked: 1, started: 1 });
  });

  describe('a process whose clock is wrong', () => {
    const processes = () =>
      sending.db.selectFrom('process').select(['version', 'clock_ahead_ms', 'heartbeat_at']).execute();

    it('goes on telling how far it is off, as long as nothing is left for others to settle, and leaves when it stops', async () => {
      sending.aheadMs = 12.4;
      await sending.drain();
      expect(await processes()).toMatchObject([{ version: '1.2.3', clock_ahead_ms: '13' }]);
      Object.assign(sending, { clocksApart: true, aheadMs: 40_000 });
      sending.clock.now = later(MINUTE + 40 * SECOND);
      await sending.dispatcher.keepAlive();
      expect(await processes()).toMatchObject([{ clock_ahead_ms: '40000', heartbeat_at: later(MINUTE) }]);
      await sending.dispatcher.stop();
      expect(await processes()).toEqual([]);
    });

    it.each([30_000.4, -30_000.4])('takes no part by what it noted where it is off by %d ms', async (aheadMs) => {
      const process = { id: newId(MONDAY), name: 'test', version: '1.2.3', startedAt: MONDAY };
      expect(await beat(sending.db, { ...process, clockAheadMs: aheadMs }, MONDAY)).toEqual([]);
      expect(await beat(sending.db, { ...process, clockAheadMs: Math.trunc(aheadMs) }, MONDAY)).toEqual([process.id]);
    });

    it('tells so from its start on, though it joins nobody', async () => {
      Object.assign(sending, { clocksApart: true, aheadMs: -40_000 });
      await sending.dispatcher.keepAlive();
      expect(await processes()).toMatchObject([{ clock_ahead_ms: '-40000' }]);
      sending.held = 'sending_off';
      const off = startSending(database, { keyring: sending.rows.keyring });
      Object.assign(off, { clocksApart: true, held: 'sending_off' });
      await off.dispatcher.keepAlive();
      expect(await processes()).toHaveLength(1);
      await sending.dispatcher.stop();
      expect(await processes()).toEqual([]);
    });

    it('lets its heartbeat lapse while it has something in hand, so that others settle what it can’t', async () => {
      await sending.due('rh');
      sending.gateway.hold();
      const draining = sending.dispatcher.drain();
      await sending.gateway.open(1);
      sending.clocksApart = true;
      sending.clock.now = later(MINUTE);
      await sending.dispatcher.keepAlive();
      expect(await processes()).toMatchObject([{ heartbeat_at: MONDAY }]);
      sending.gateway.release();
      await draining;
      await sending.settled();
    });

    it('lets it lapse, too, while it can’t undo a start that may have been committed', async () => {
      const { reminder } = await sending.due('rh');
      let away = true;
      const fail = () => {
        if (away) throw new Error('away');
      };
      const failing = beforeStatements((node) => {
        if (JSON.stringify(node).includes('(id, process_id, message_ids, started_at)\\n      values')) fail();
      });
      const db = sending.db.withPlugin(afterStatement('insert into message as m', fail)).withPlugin(failing);
      const dispatcher = new Dispatcher({ ...sending.deps, db }, sending.caller);
      await expect(dispatcher.drain()).rejects.toThrow('away');
      expect((await sending.reminder(reminder)).status).toBe('handing_over');
      sending.clocksApart = true;
      sending.clock.now = later(MINUTE);
      await dispatcher.keepAlive();
      expect(await processes()).toMatchObject([{ heartbeat_at: MONDAY }]);
      away = false;
      await dispatcher.drain();
      expect((await sending.reminder(reminder)).status).toBe('planned');
      await dispatcher.keepAlive();
      expect(await processes()).toMatchObject([{ heartbeat_at: later(MINUTE) }]);
    });
  });

  describe('never at night, never too late', () => {
    it('moves on to the next opening when the window is closed at the hand-over', async () => {
      const { reminder } = await sending.due('rh', PHONE, {
        appointment: { start_at: new Date('2026-12-04T08:00:00Z') },
        reminder: { expires_at: new Date('2026-12-04T07:00:00Z') },
      });
      sending.clock.now = new Date('2026-11-30T19:00:00Z');
      await sending.drain();
      const found = await sending.reminder(reminder);
      expect(found).toMatchObject({ status: 'planned', next_at: new Date('2026-12-01T07:00:00Z') });
      sending.clock.now = new Date('2026-12-01T06:59:59Z');
      await sending.drain();
      expect(sending.gateway.sent).toEqual([]);
      sending.clock.now = new Date('2026-12-01T07:00:00Z');
      await sending.drain();
      expect(sending.gateway.sent).toHaveLength(1);
    });

    it('ends as expired when the window opens again only after the deadline', async () => {
      const { reminder } = await sending.due('rh');
      sending.clock.now = new Date('2026-11-30T19:00:00Z');
      await sending.drain();
      const found = await sending.reminder(reminder);
      expect(found).toMatchObject({ status: 'expired', reason: 'too_late', next_at: null });
      expect(sending.gateway.sent).toEqual([]);
    });

    it('looks at the window again when its turn comes, not only when it was looked at', async () => {
      const one = startSending(database, { concurrency: 1, keyring: sending.rows.keyring });
      const late = { expires_at: new Date('2026-12-01T07:30:00Z') };
      await one.due('rh', PHONE, { reminder: late });
      const { reminder } = await one.due('rh', OTHER, { at: later(1), reminder: late });
      one.clock.now = new Date('2026-11-30T18:59:59Z');
      one.gateway.hold();
      const draining = one.dispatcher.drain();
      await one.gateway.open(1);
      one.clock.now = new Date('2026-11-30T19:00:00Z');
      one.gateway.release();
      await draining;
      await one.drain();
      expect(one.gateway.sent.map(({ to }) => to)).toEqual([PHONE]);
      const found = await one.reminder(reminder);
      expect(found).toMatchObject({ status: 'planned', next_at: new Date('2026-12-01T07:00:00Z') });
    });

    it('ends as expired, too_late, at its deadline', async () => {
      const { reminder } = await sending.due('rh', PHONE, { reminder: { expires_at: later(5 * MINUTE) } });
      sending.clock.now = later(5 * MINUTE);
      await sending.drain();
      expect(await sending.reminder(reminder)).toMatchObject({ status: 'expired', reason: 'too_late' });
      expect(sending.gateway.sent).toEqual([]);
    });

    it('looks at the deadline again when its turn comes', async () => {
      const one = startSending(database, { concurrency: 1, keyring: sending.rows.keyring });
      await one.due('rh', PHONE);
      const { reminder } = await one.due('rh', OTHER, { at: later(1), reminder: { expires_at: later(5 * MINUTE) } });
      one.clock.now = later(5 * MINUTE - 1);
      one.gateway.hold();
      const draining = one.dispatcher.drain();
      await one.gateway.open(1);
      one.clock.now = later(5 * MINUTE);
      one.gateway.release();
      await draining;
      expect(one.gateway.sent.map(({ to }) => to)).toEqual([PHONE]);
      expect(await one.reminder(reminder)).toMatchObject({ status: 'expired', reason: 'too_late' });
    });
  });

  describe('held', () => {
    const pause = { at: MONDAY, until: null, reason: 'wrong opening hours in the text' };

    it.each([['the authority', null] as const, ['the source', 'rh'] as const])(
      'waits while %s is paused, goes when it is resumed',
      async (_, sourceId) => {
        const { reminder } = await sending.due('rh');
        await pauseSending(sending.deps, { authorityId: 'rh', sourceId, actor: 'test', pause }, MONDAY);
        await sending.drain();
        expect(sending.gateway.sent).toEqual([]);
        expect(await sending.reminder(reminder)).toMatchObject({ status: 'planned', tries: 0 });
        expect(await sending.messagesOf(reminder)).toEqual([]);

        await resumeSending(sending.deps, { authorityId: 'rh', sourceId, actor: 'test' }, MONDAY);
        await sending.drain();
        expect(sending.gateway.sent).toHaveLength(1);
      },
    );

    it('goes by itself when the end of a pause has come, unless its deadline has', async () => {
      const ending = { ...pause, until: later(10 * MINUTE) };
      await sending.due('rh');
      const { reminder } = await sending.due('rh', OTHER, { reminder: { expires_at: later(5 * MINUTE) } });
      await pauseSending(sending.deps, { authorityId: 'rh', sourceId: null, actor: 'test', pause: ending }, MONDAY);
      await sending.drain();
      sending.clock.now = later(10 * MINUTE);
      await sending.drain();
      expect(sending.gateway.sent.map(({ to }) => to)).toEqual([PHONE]);
      expect(await sending.reminder(reminder)).toMatchObject({ status: 'expired', reason: 'too_late' });
    });

    it('waits while its source is in mode paused', async () => {
      await sending.due('rh');
      await sending.rows.source('rh', 'rh-paused', 'paused');
      const held = await sending.rows.appointment('rh', OTHER, { source_id: 'rh-paused' });
      const reminder = await sending.rows.reminder('rh', held, {
        source_id: 'rh-paused',
        due_at: MONDAY,
        next_at: MONDAY,
      });
      await sending.drain();
      expect(sending.gateway.sent.map(({ to }) => to)).toEqual([PHONE]);
      expect(await sending.reminder(reminder)).toMatchObject({ status: 'planned', next_at: later(MINUTE) });
    });

    it('is suppressed in shadow mode, with the text that would have gone', async () => {
      await sending.rows.source('rh', 'rh-shadow', 'shadow');
      const shadow = await sending.rows.appointment('rh', PHONE, { source_id: 'rh-shadow' });
      const reminder = await sending.rows.reminder('rh', shadow, {
        source_id: 'rh-shadow',
        due_at: MONDAY,
        next_at: MONDAY,
      });
      await sending.drain();
      expect(sending.gateway.sent).toEqual([]);
      const stands = await sending.reminder(reminder);
      expect(stands).toMatchObject({
        status: 'suppressed',
        reason: 'shadow',
        encoding: 'gsm7',
        segments: 1,
        template_version: 0,
      });
      const text = sending.rows.keyring.cipher.decrypt(
        'rh',
        'reminder.text',
        reminder,
        stands.text_ciphertext as Buffer,
      );
      expect(text).toContain('1. december');
      expect(await sending.messagesOf(reminder)).toEqual([]);
    });

    it('waits while a reply of its number needs a person', async () => {
      const { reminder } = await sending.due('rh');
      await sending.rows.reply(['rh'], PHONE);
      await sending.drain();
      expect(sending.gateway.sent).toEqual([]);
      // Soon again, since staff may settle the reply while the start is under way.
      const next_at = new Date(sending.clock.now.getTime() + 60_000);
      const found = await sending.reminder(reminder);
      expect(found).toMatchObject({ status: 'planned', held_reason: 'reply_needs_a_person', next_at });
    });
  });

  describe('not sent', () => {
    it.each(['rh', null])('opted out of %s', async (authority) => {
      const { reminder } = await sending.due('rh');
      await sending.rows.optOut(authority, PHONE);
      await sending.drain();
      expect(await sending.reminder(reminder)).toMatchObject({ status: 'suppressed', reason: 'opted_out' });
      expect(sending.gateway.sent).toEqual([]);
    });

    it('sent all the same where the opt-out is another authority’s, or lifted', async () => {
      await sending.rows.authority('kbh');
      await sending.rows.optOut('kbh', PHONE);
      await sending.rows.optOut('rh', PHONE, { lifted_at: MONDAY });
      await sending.due('rh');
      await sending.drain();
      expect(sending.gateway.sent).toHaveLength(1);
    });

    it('of an appointment that is not booked, but for a cancellation of a cancelled one', async () => {
      const cancelled = { appointment: { status: 'cancelled' as const } };
      const notice = { rule: 'cancellation', template: 'cancellation' as const };
      const first = await sending.due('rh', PHONE, cancelled);
      const second = await sending.due('rh', OTHER, { reminder: notice });
      const third = await sending.due('rh', '+4520123458', { ...cancelled, reminder: notice });
      const fourth = await sending.due('rh', OTHER, { appointment: { status: 'noshow' } });
      await sending.drain();
      // A cancellation of a booked appointment is one that staff have passed on, and goes too.
      expect(sending.gateway.sent.map(({ to }) => to).sort()).toEqual(['+4520123458', OTHER].sort());
      expect(await sending.reminder(first.reminder)).toMatchObject({ status: 'cancelled', reason: null });
      expect(await sending.reminder(second.reminder)).toMatchObject({ status: 'accepted' });
      expect(await sending.reminder(third.reminder)).toMatchObject({ status: 'accepted' });
      expect(await sending.reminder(fourth.reminder)).toMatchObject({ status: 'cancelled', reason: 'noshow' });
    });

    it('without a number, with the reason why there is none', async () => {
      const none = await sending.due('rh', PHONE, {
        appointment: { phone_ciphertext: null, phone_hash: null, phone_reason: 'not_mobile' },
      });
      const erased = await sending.due('rh', OTHER, {
        appointment: { phone_ciphertext: null, phone_hash: null, phone_reason: 'no_phone', erased_at: MONDAY },
      });
      await sending.drain();
      expect(await sending.reminder(none.reminder)).toMatchObject({ status: 'suppressed', reason: 'not_mobile' });
      expect(await sending.reminder(erased.reminder)).toMatchObject({ status: 'suppressed', reason: 'erased' });
      expect(sending.gateway.sent).toEqual([]);
    });

    it('with a text that holds a CPR number', async () => {
      const { reminder } = await sending.due('rh', PHONE, { appointment: { location_text: 'Stue 0101801234' } });
      await sending.drain();
      expect(await sending.reminder(reminder)).toMatchObject({ status: 'suppressed', reason: 'text_refused' });
      expect(sending.gateway.sent).toEqual([]);
    });

    it('more than the number’s limit a day: the first ones go', async () => {
      await sql`update authority set max_per_number_per_day = 2`.execute(sending.db);
      const ids = [];
      for (const ms of [-3, -2, -1]) ids.push((await sending.due('rh', PHONE, { at: later(ms) })).reminder);
      await sending.due('rh', OTHER);
      await sending.drain();
      const found = await Promise.all(ids.map(async (id) => (await sending.reminder(id)).status));
      expect(found).toEqual(['accepted', 'accepted', 'suppressed']);
      expect(await sending.reminder(ids[2] as string)).toMatchObject({ reason: 'too_many_today', next_at: null });
      expect(sending.gateway.sent).toHaveLength(3);
    });

    it('counts towards the limit every message that was handed over to the number since midnight in the authority’s zone', async () => {
      await sql`update authority set max_per_number_per_day = 1`.execute(sending.db);
      await sending.rows.authority('kbh');
      const midnight = new Date('2026-11-29T23:00:00Z');
      const counts = async (row: Parameters<Sending['rows']['message']>[3], authority = 'rh') => {
        const { reminder } = await sending.due('rh');
        const message = await sending.rows.message(authority, null, PHONE, row);
        await sending.dispatcher.drain();
        const { reason } = await sending.reminder(reminder);
        await sql`update message set status = 'not_sent' where id = ${message} or reminder_id = ${reminder}`.execute(
          sending.db,
        );
        return reason === 'too_many_today';
      };
      expect(await counts({ handed_over_at: midnight, template: 'help' })).toBe(true);
      expect(await counts({ handed_over_at: midnight, status: 'uncertain' })).toBe(true);
      expect(await counts({ handed_over_at: midnight, status: 'handing_over' })).toBe(true);
      expect(await counts({ handed_over_at: new Date(midnight.getTime() - 1) })).toBe(false);
      expect(await counts({ handed_over_at: midnight, status: 'rejected' })).toBe(false);
      expect(await counts({ handed_over_at: midnight, status: 'not_sent' })).toBe(false);
      expect(await counts({ handed_over_at: null, status: 'planned' })).toBe(false);
      expect(await counts({ handed_over_at: midnight }, 'kbh')).toBe(false);
    });
  });

  it('fills in the authority’s own wording, the newest, and records its version', async () => {
    const save = async (version: number, text: string | null) => {
      await insert(sending.db, 'template_version', {
        authority_id: 'rh',
        name: 'reminder',
        language: 'da',
        version,
        text,
        created_at: MONDAY,
        created_by: 'test',
      });
      await sql`update authority set version = version + 1`.execute(sending.db);
    };
    const send = async () => {
      const { reminder } = await sending.due('rh');
      await sending.drain();
      return {
        text: sending.gateway.sent.at(-1)?.text,
        version: (await sending.messagesOf(reminder))[0]?.template_version,
      };
    };
    await save(1, 'Vi ses {{ date }}.');
    expect(await send()).toEqual({ text: 'Vi ses 1. december.', version: 1 });
    await save(2, 'Vi ses kl. {{ time }}.');
    expect(await send()).toEqual({ text: 'Vi ses kl. 9.00.', version: 2 });
    await save(3, null);
    expect(await send()).toMatchObject({ version: 0, text: expect.stringContaining('Authority rh') as unknown });
  });

  it('sends from the authority’s own sender for the country of the number', async () => {
    const { db, gateway } = sending;
    await changeSettings(db, 'rh', { senders: { SE: '46701234567' } });
    for (const phone of ['+46701740605', '+4520123456', '+4740612345']) await sending.due('rh', phone);
    await sending.drain();
    const from = Object.fromEntries(gateway.sent.map((sms) => [sms.to, sms.from]));
    const sender = 'Sundhed';
    expect(from).toEqual({ '+46701740605': '46701234567', '+4520123456': sender, '+4740612345': sender });
    const stored = await db.selectFrom('message').select(['country', 'sender']).orderBy('country').execute();
    expect(stored).toEqual([
      { country: 'DK', sender },
      { country: 'NO', sender },
      { country: 'SE', sender: '46701234567' },
    ]);
  });

  it('keeps authorities apart: each with its own sender, wording and zone', async () => {
    await sending.rows.authority('gl', { timeZone: 'America/Nuuk', language: 'en' });
    await sending.changeSettings('gl', { sender: 'Queen Ingrid' });
    sending.clock.now = later(3 * HOUR);
    await sending.due('rh');
    await sending.due('gl', OTHER, { at: later(1), reminder: { language: 'en' } });
    await sending.drain();
    expect(sending.gateway.sent.map(({ from, to }) => [from, to])).toEqual([
      ['Sundhed', PHONE],
      ['Queen Ingrid', OTHER],
    ]);
    expect(sending.gateway.textsTo(OTHER)[0]).toContain('6am');
  });

  describe('what overtakes a try that was certainly not sent', () => {
    async function whileCalling(change: (known: { reference: string }) => Promise<unknown>) {
      sending.gateway.script((_, nth) => (nth === 1 ? RETRY : ACCEPTED));
      const known = await sending.due('rh', PHONE, { appointment: { reference: 'A-1' } });
      sending.gateway.hold();
      const draining = sending.dispatcher.drain();
      await sending.gateway.open(1);
      await change(known);
      sending.gateway.release();
      await draining;
      await sending.drain();
      sending.clock.now = later(MINUTE);
      await sending.drain();
      return sending.reminder(known.reminder);
    }

    it('a cancellation', async () => {
      const stands = await whileCalling(({ reference }) => sending.post('rh', { reference, status: 'cancelled' }));
      expect(stands).toMatchObject({ status: 'cancelled', reason: null });
      expect(sending.gateway.sent).toHaveLength(1);
    });

    it('a move', async () => {
      const start = new Date('2026-12-08T08:00:00Z');
      const stands = await whileCalling(({ reference }) => sending.post('rh', { reference, start }));
      expect(stands).toMatchObject({ status: 'superseded' });
      expect(sending.gateway.sent).toHaveLength(1);
    });

    it('a new number: the next try goes there', async () => {
      const stands = await whileCalling(({ reference }) => sending.post('rh', { reference, phone: OTHER }));
      expect(stands).toMatchObject({ status: 'accepted' });
      expect(sending.gateway.sent.map(({ to }) => to)).toEqual([PHONE, OTHER]);
    });

    it('a new language: the next try is in it, and counts under it', async () => {
      const stands = await whileCalling(({ reference }) => sending.post('rh', { reference, language: 'en' }));
      expect(stands).toMatchObject({ status: 'accepted', language: 'en' });
      expect(sending.gateway.sent.map(({ text }) => text.split(' ')[0])).toEqual(['Husk', 'Appointment']);
      const counts = await sending.db
        .selectFrom('statistics_delta')
        .select(['language', 'status'])
        .select((row) => row.fn.sum('reminders').as('reminders'))
        .groupBy(['language', 'status'])
        .having((row) => row.fn.sum('reminders'), '<>', 0)
        .execute();
      expect(counts).toEqual([{ language: 'en', status: 'accepted', reminders: '1' }]);
    });
  });

  it('starts no more for a gateway with a rate than have their turn within two seconds', async () => {
    const slow = startSending(database, {
      gateway: new ScriptedGateway({ maxPerSecond: 0.4 }),
      keyring: sending.rows.keyring,
      // A call that misses its turn on a busy machine waits for the next one, which comes by the clock.
      clock: runningClock(),
    });
    for (let n = 0; n < 5; n++) await slow.due('rh', `+452012340${n}`);
    slow.gateway.hold();
    const draining = slow.dispatcher.drain();
    await slow.gateway.open(1);
    const started = async () => (await slow.db.selectFrom('message').select('id').execute()).length;
    const count = await started();
    slow.caller.hurry();
    void slow.dispatcher.stop();
    slow.gateway.release();
    await draining;
    // One every two and a half seconds.
    expect(count).toBeLessThanOrEqual(2);
  });
});
