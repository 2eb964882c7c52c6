import { describe, expect, it } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import type { SendResult } from '../../src/gateways/gateway.ts';
import { recordOptOut } from '../../src/opt-outs/opt-outs.ts';
import { eraseCitizen } from '../../src/staff/citizens/erase-citizen.ts';
import { readStatistics } from '../../src/staff/statistics/statistics.sql.ts';
import { ACCEPTED, AUTH, OPTED_OUT, REJECTED, RETRY, ScriptedGateway, UNCERTAIN } from '../support/gateway.ts';
import { describeSending } from '../support/scenario.ts';
import {
  changeSettings,
  drainAndSettle,
  HOUR,
  later,
  MINUTE,
  MONDAY,
  PHONE,
  postEvent,
  reminderNow,
  SECOND,
  type Sending,
  startSending,
} from '../support/sending.ts';
import { insert, update } from '../support/stored-rows.ts';

const OTHER = '+4520123457';
const throttled = (retryAfterMs: number | null): SendResult => ({
  kind: 'retry',
  reason: 'throttled',
  retryAfterMs,
  stopQueue: false,
  code: '429',
});

describeSending('the result of a call', (sending, database) => {
  it('is tried again ever later under the same reference, and expires at its deadline', async () => {
    sending.gateway.script(RETRY);
    const { reminder } = await sending.due('rh', PHONE, { reminder: { expires_at: later(20 * MINUTE) } });
    const waits: number[] = [];
    let stands = await sending.reminder(reminder);
    for (let tries = 1; ; tries++) {
      await sending.drain();
      stands = await sending.reminder(reminder);
      const found = (await sending.messagesOf(reminder))[0];
      expect(found).toMatchObject({ attempts: tries, status: 'not_sent', reason: 'temporary', code: '503' });
      if (stands.status !== 'planned') break;
      const next = stands.next_at as Date;
      waits.push(next.getTime() - sending.clock.now.getTime());
      sending.clock.now = new Date(next.getTime() - 1);
      expect(await sending.drain()).toEqual({ looked: 0, started: 0 });
      sending.clock.now = next;
    }
    // Half of 2 s, 4 s, … up to 300 s: the dispatcher of these tests draws the lowest jitter.
    expect(waits.slice(0, 9)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 150].map((seconds) => seconds * SECOND));
    expect(new Set(waits.slice(9))).toEqual(new Set([150 * SECOND]));
    expect(stands).toMatchObject({ status: 'expired', reason: 'too_late', next_at: null });
    expect(new Set(sending.gateway.sent.map(({ reference }) => reference)).size).toBe(1);
    expect(sending.gateway.sent).toHaveLength(waits.length + 1);
  });

  it('waits for as long as the gateway asks, and so does everything else', async () => {
    sending.gateway.script(throttled(90 * SECOND), PHONE);
    await sending.due('rh', PHONE);
    await sending.drain();
    await sending.due('rh', OTHER);
    sending.clock.now = later(90 * SECOND - 1);
    expect(await sending.drain()).toEqual({ looked: 0, started: 0 });
    sending.gateway.script(ACCEPTED, PHONE);
    sending.clock.now = later(90 * SECOND);
    await sending.drain();
    expect(sending.gateway.sent.map(({ to }) => to).sort()).toEqual([PHONE, PHONE, OTHER]);
  });

  it.each([Number.NaN, -5, Number.POSITIVE_INFINITY, 1e12])('takes %s for no sensible wait', async (retryAfterMs) => {
    sending.gateway.script((_, nth) => (nth === 1 ? throttled(retryAfterMs) : ACCEPTED));
    const { reminder } = await sending.due('rh', PHONE);
    await sending.drain();
    const { next_at } = await sending.reminder(reminder);
    expect((next_at as Date).getTime()).toBeLessThanOrEqual(later(66 * MINUTE).getTime());
    sending.clock.now = later(66 * MINUTE);
    await sending.drain();
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'accepted' });
  });

  it('is rejected for good, with the reason and the supplier’s code', async () => {
    sending.gateway.script(REJECTED);
    const { reminder } = await sending.due('rh');
    await sending.drain();
    const found = await sending.reminder(reminder);
    expect(found).toMatchObject({ status: 'rejected', reason: 'invalid_number', next_at: null });
    const messages = await sending.messagesOf(reminder);
    expect(messages).toMatchObject([{ status: 'rejected', reason: 'invalid_number', code: '12', accepted_at: null }]);
    sending.clock.now = later(HOUR);
    expect(await sending.drain()).toEqual({ looked: 0, started: 0 });
  });

  it('is an opt-out when the gateway says that the number blocks us', async () => {
    sending.gateway.script(OPTED_OUT);
    const { reminder } = await sending.due('rh');
    const tomorrow = await sending.due('rh', PHONE, { at: later(4 * HOUR) });
    await sending.drain();
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'rejected', reason: 'opted_out' });
    expect(await sending.reminder(tomorrow.reminder)).toMatchObject({ status: 'suppressed', reason: 'opted_out' });
    expect(await sending.db.selectFrom('opt_out').selectAll().execute()).toMatchObject([
      { authority_id: 'rh', recorded_by: 'gateway:scripted', reason: 'gateway', recorded_at: MONDAY },
    ]);
  });

  it.each([
    ['a NUL', { kind: 'rejected', reason: 'content', code: 'no\0', detail: '' }, { code: 'no' }],
    ['half a character', { kind: 'uncertain', code: 'a\ud800', detail: '' }, { code: 'a\ufffd' }],
    [
      'a novel',
      { kind: 'accepted', gatewayMessageId: 'x'.repeat(70_000), segments: 70_000 },
      { gateway_segments: null, accepted_at: MONDAY },
    ],
    [
      'a fraction',
      { kind: 'accepted', gatewayMessageId: '', segments: 1.5 },
      { gateway_segments: null, gateway_message_id: '' },
    ],
  ] satisfies [string, SendResult, object][])(
    'is recorded also when the gateway answers with %s',
    async (_, result, message) => {
      sending.gateway.script(result);
      const { reminder } = await sending.due('rh');
      await sending.drain();
      expect(await sending.messagesOf(reminder)).toMatchObject([message]);
      expect((await sending.reminder(reminder)).status).toBe(result.kind);
    },
  );

  it('counts under the language that it went in, also where an earlier try was made in another', async () => {
    sending.gateway.script((_, nth) => (nth === 1 ? RETRY : ACCEPTED));
    const { reminder } = await sending.due('rh');
    await sending.drain();
    await update(sending.db, 'reminder', { id: reminder }, { language: 'en' });
    sending.clock.now = later(MINUTE);
    await sending.drain();
    expect(await sending.messagesOf(reminder)).toMatchObject([{ status: 'accepted', language: 'en', attempts: 2 }]);
    const period = { authorityId: 'rh', from: '2026-11-01', to: '2026-12-31' };
    const found = await readStatistics(sending.db, 'language', period);
    expect(found).toMatchObject([{ key: 'en', status: 'accepted', reminders: 1 }]);
  });

  describe('uncertain', () => {
    it('is never sent again under the policy hold', async () => {
      sending.gateway.script(UNCERTAIN);
      const { reminder } = await sending.due('rh');
      await sending.drain();
      for (const ms of [SECOND, MINUTE, 11 * MINUTE, HOUR, 9 * HOUR, 30 * HOUR]) {
        sending.clock.now = later(ms);
        await sending.drain();
      }
      expect(sending.gateway.sent).toHaveLength(1);
      expect(await sending.reminder(reminder)).toMatchObject({ status: 'uncertain', reason: null, next_at: null });
      expect(await sending.messagesOf(reminder)).toMatchObject([{ status: 'uncertain', code: 'timeout' }]);
    });

    const resending = async (reference: 'echoed' | 'deduplicates' | 'none' = 'echoed') => {
      const resend = startSending(database, {
        gateway: new ScriptedGateway({ reference }),
        keyring: sending.rows.keyring,
      });
      await resend.changeSettings('rh', { onUncertain: 'resend' });
      resend.gateway.script((_, nth) => (nth === 1 ? UNCERTAIN : ACCEPTED));
      const known = await resend.due('rh', PHONE, { appointment: { reference: 'A-1' } });
      await resend.drain();
      return { resend, ...known };
    };

    it.each([
      ['echoed', 10 * MINUTE],
      ['deduplicates', MINUTE],
    ] as const)(
      'is sent again once under the policy resend, after the hold time of a gateway whose reference is %s',
      async (reference, hold) => {
        const { resend, reminder } = await resending(reference);
        resend.clock.now = later(hold - 1);
        expect(await resend.drain()).toEqual({ looked: 0, started: 0 });
        resend.clock.now = later(hold);
        expect(await resend.drain()).toEqual({ looked: 1, started: 1 });
        const [first, second] = resend.gateway.sent;
        expect(second).toEqual(first);
        expect(await resend.reminder(reminder)).toMatchObject({ status: 'accepted', next_at: null });
        expect(await resend.messagesOf(reminder)).toMatchObject([{ status: 'accepted', attempts: 2 }]);
      },
    );

    it('waits while a receipt stands that was acknowledged and not yet applied: it may be of this one', async () => {
      const { resend, reminder } = await resending();
      const stored = {
        gateway: 'scripted',
        kind: 'receipt',
        raw_ciphertext: Buffer.from('sealed'),
        phone_hash: null,
        note: null,
      } as const;
      const own = {
        ...stored,
        id: newId(later(MINUTE)),
        dedupe_key: Buffer.from('1'),
        received_at: later(MINUTE),
        applied_at: null,
      };
      const others = {
        ...stored,
        id: newId(later(MINUTE)),
        gateway: 'other',
        dedupe_key: Buffer.from('2'),
        received_at: later(MINUTE),
        applied_at: null,
      };
      await insert(resend.db, 'callback', [own, others]);
      resend.clock.now = later(2 * HOUR);
      expect(await resend.drain()).toMatchObject({ started: 0 });
      const found = await resend.reminder(reminder);
      expect(found).toMatchObject({ status: 'uncertain', tries: 0, next_at: later(2 * HOUR + MINUTE) });
      await update(resend.db, 'callback', { id: own.id }, { applied_at: later(2 * HOUR) });
      // Those that are just being applied, by clocks a little apart, are always there in a burst; those of another day
      // may never be applied.
      const now = 2 * HOUR + MINUTE;
      const passed = [now - 500, now + 50, now + 20 * SECOND, now - 25 * HOUR, now + 25 * HOUR].map((at, nth) => ({
        ...own,
        id: newId(later(now)),
        dedupe_key: Buffer.from(`passed ${nth}`),
        received_at: later(at),
      }));
      await insert(resend.db, 'callback', passed);
      resend.clock.now = later(now);
      expect(await resend.drain()).toEqual({ looked: 1, started: 1 });
    });

    it('is never sent again through a gateway that does nothing with our reference', async () => {
      const { resend, reminder } = await resending('none');
      resend.clock.now = later(2 * HOUR);
      await resend.drain();
      expect(resend.gateway.sent).toHaveLength(1);
      expect(await resend.reminder(reminder)).toMatchObject({ status: 'uncertain', next_at: null });
    });

    it('is sent again once and not twice, however that ends', async () => {
      const { resend, reminder } = await resending();
      resend.gateway.script(UNCERTAIN);
      for (const minutes of [10, 20, 30, 60, 120]) {
        resend.clock.now = later(minutes * MINUTE);
        await resend.drain();
      }
      expect(resend.gateway.sent).toHaveLength(2);
      expect(await resend.reminder(reminder)).toMatchObject({ status: 'uncertain', next_at: null });
    });

    it('stays uncertain when the repetition is refused, since the first may have arrived', async () => {
      const { resend, reminder } = await resending();
      resend.gateway.script(REJECTED);
      resend.clock.now = later(10 * MINUTE);
      await resend.drain();
      expect(await resend.reminder(reminder)).toMatchObject({ status: 'uncertain', next_at: null });
    });

    it('is tried again when the repetition certainly did not leave', async () => {
      const { resend, reminder } = await resending();
      resend.gateway.script((_, nth) => (nth === 2 ? RETRY : ACCEPTED));
      resend.clock.now = later(10 * MINUTE);
      await resend.drain();
      expect((await resend.reminder(reminder)).status).toBe('uncertain');
      resend.clock.now = later(11 * MINUTE);
      await resend.drain();
      expect(await resend.reminder(reminder)).toMatchObject({ status: 'accepted' });
      expect(resend.gateway.sent).toHaveLength(3);
    });

    it.each<[string, (resend: Sending) => Promise<unknown>]>([
      ['its appointment is cancelled', ({ deps }) => postEvent(deps, 'rh', { reference: 'A-1', status: 'cancelled' })],
      [
        'its appointment has moved',
        ({ deps }) => postEvent(deps, 'rh', { reference: 'A-1', start: new Date('2026-12-08T08:00:00Z') }),
      ],
      [
        'a STOP came',
        ({ deps }) =>
          recordOptOut(deps, { authorityId: 'rh', phone: PHONE, reason: 'stop', recordedBy: 'citizen' }, MONDAY),
      ],
      [
        'its citizen is erased',
        ({ deps }) => eraseCitizen(deps, { authorityId: 'rh', phone: PHONE, actor: 'test' }, MONDAY),
      ],
      [
        'its deadline has come',
        async ({ db }) =>
          db
            .updateTable('reminder')
            .set({ expires_at: later(10 * MINUTE), updated_at: MONDAY })
            .execute(),
      ],
      [
        'the window is closed until after the deadline',
        ({ db }) => changeSettings(db, 'rh', { sendingWindow: CLOSED }),
      ],
    ])('is not sent again when %s, and stays uncertain for good', async (_, change) => {
      const { resend, reminder } = await resending();
      await change(resend);
      for (const minutes of [10, 11, 70]) {
        resend.clock.now = later(minutes * MINUTE);
        await resend.drain();
      }
      // What else was sent are notices of the change.
      expect(resend.gateway.sent.filter(({ text }) => text === resend.gateway.sent[0]?.text)).toHaveLength(1);
      expect(await resend.messagesOf(reminder)).toMatchObject([{ attempts: 1 }]);
      expect(await resend.reminder(reminder)).toMatchObject({ status: 'uncertain', reason: null, next_at: null });
    });

    it('waits with the repetition while paused, without an entry in the history', async () => {
      const { resend, reminder } = await resending();
      await resend.changeSettings('rh', { sendingWindow: null });
      await resend.db
        .updateTable('authority')
        .set({ paused_at: MONDAY, paused_until: later(HOUR), pause_reason: 'test' })
        .execute();
      for (const minutes of [10, 20, 59]) {
        resend.clock.now = later(minutes * MINUTE);
        await resend.drain();
      }
      expect(resend.gateway.sent).toHaveLength(1);
      expect((await resend.reminder(reminder)).status).toBe('uncertain');
      resend.clock.now = later(HOUR);
      await resend.drain();
      expect(resend.gateway.sent).toHaveLength(2);
      const history = await resend.db.selectFrom('reminder_history').selectAll().orderBy('at').execute();
      expect(history.map(({ status }) => status)).toEqual(['uncertain', 'handing_over']);
      expect((await resend.messagesOf(reminder))[0]).toMatchObject({ status: 'accepted', accepted_at: later(HOUR) });
    });

    it('is never sent again through another gateway', async () => {
      const { reminder } = await resending();
      const switched = startSending(database, {
        gateway: new ScriptedGateway({}, 'another'),
        keyring: sending.rows.keyring,
      });
      switched.clock.now = later(10 * MINUTE);
      await drainAndSettle(switched);
      expect(switched.gateway.sent).toEqual([]);
      expect(await reminderNow(switched, reminder)).toMatchObject({ status: 'uncertain', next_at: null });
    });
  });

  describe('a gateway that is taken out of use', () => {
    const many = async (count: number) => {
      for (let n = 0; n < count; n++) await sending.due('rh', `+45201234${10 + n}`, { at: later(n - count) });
    };

    it('leaves the rest planned in order when the credentials are refused, and is tried with one after half a minute', async () => {
      const few = startSending(database, { concurrency: 5, keyring: sending.rows.keyring });
      few.gateway.script(AUTH);
      await many(20);
      await few.drain();
      expect(few.gateway.sent.length).toBeLessThanOrEqual(5);
      const rest = await few.db.selectFrom('reminder').selectAll().orderBy('due_at').execute();
      expect(rest.every(({ status, tries }) => status === 'planned' && tries === 0)).toBe(true);
      // Two groups at the most were started: those whose call was not made are due at once, the others as before.
      expect(rest.slice(10).map(({ next_at }) => next_at)).toEqual(rest.slice(10).map(({ due_at }) => due_at));
      const called = new Set(few.gateway.sent.map(({ reference }) => reference));
      const notCalled = (await few.db.selectFrom('message').selectAll().execute()).filter(({ id }) => !called.has(id));
      expect(notCalled.every(({ status, code }) => status === 'not_sent' && code === 'gateway_out')).toBe(true);
      expect(await few.db.selectFrom('hand_over_group').selectAll().execute()).toEqual([]);

      few.clock.now = later(30 * SECOND - 1);
      expect(await few.drain()).toEqual({ looked: 0, started: 0 });
      few.clock.now = later(30 * SECOND);
      expect(await few.drain()).toEqual({ looked: 1, started: 1 });
      few.gateway.script(ACCEPTED);
      const refused = few.gateway.sent.length;
      few.clock.now = later(MINUTE);
      await few.drain();
      await few.drain();
      expect(few.gateway.sent).toHaveLength(refused + 20);
      const changes = few.logged.filter((line) => /the gateway is (?:out of use|in use again)/.test(line));
      expect(changes.map((line) => JSON.parse(line))).toMatchObject([
        { gateway: 'scripted', reason: 'auth' },
        { gateway: 'scripted', reason: null },
      ]);
    });

    it('makes no call that waits for its turn when the calls before it close it', async () => {
      const few = startSending(database, { concurrency: 2, keyring: sending.rows.keyring });
      few.gateway.script(AUTH);
      few.gateway.hold();
      await many(4);
      const draining = few.dispatcher.drain();
      await few.gateway.open(2);
      few.gateway.release();
      await draining;
      await few.settled();
      expect(few.gateway.sent).toHaveLength(2);
      expect(await few.countByStatus()).toEqual({ planned: 4 });
    });

    it('is out after ten failures in a row, and has everything again after three single messages that got through', async () => {
      const one = startSending(database, { concurrency: 1, keyring: sending.rows.keyring });
      one.gateway.script({ kind: 'retry', reason: 'unreachable', retryAfterMs: null, stopQueue: false, code: '503' });
      await many(12);
      await one.drain();
      expect(one.gateway.sent).toHaveLength(10);
      expect(one.caller.health.inUse).toBe(false);
      one.clock.now = later(30 * SECOND);
      expect(await one.drain()).toEqual({ looked: 1, started: 1 });
      one.gateway.script(ACCEPTED);
      one.clock.now = later(MINUTE);
      // They go one by one, until the third gets through; the rest follows.
      const inUse: boolean[] = [];
      one.gateway.script(() => {
        inUse.push(one.caller.health.inUse);
        return ACCEPTED;
      });
      expect(await one.drain()).toEqual({ looked: 12, started: 12 });
      expect(inUse).toEqual([false, false, false, ...Array.from({ length: 9 }, () => true)]);
    });
  });
});

/** Open for one minute of the day, which has passed. */
const CLOSED = { from: '09:00', to: '09:01', weekdaysOnly: false, publicHolidays: null, closedDays: [] };
