import { beforeEach, expect, it } from 'vitest';
import type { AppointmentEvent } from '../../src/domain/appointment.ts';
import { settleReply } from '../../src/staff/replies/settle-reply.ts';
import { describeDatabases } from '../support/database.ts';
import { useOpened } from '../support/scenario.ts';
import { PHONE, type Sending, startSending } from '../support/sending.ts';

const STAFF = { name: 'key:esk_1 Front desk', seesNumbers: true };
const OTHER = '+4520999999';
const [FIRST, SECOND] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const START = new Date('2026-12-04T08:00:00Z');

describeDatabases('a reference that passes to another citizen', (open) => {
  let sending: Sending;
  const database = useOpened(open, { each: true });
  beforeEach(async () => {
    sending = startSending(database, { clock: { now: new Date('2026-11-30T09:00:00Z') } });
    await sending.rows.authority('rh', { sendingWindow: null });
  });

  const post = (said: Partial<AppointmentEvent>) => sending.post('rh', { start: START, ...said, reference: 'A' });
  const drainAt = async (...moments: string[]) => {
    for (const moment of moments) {
      sending.clock.now = new Date(moment);
      await sending.drain();
    }
  };
  const textsTo = (phone: string) => sending.gateway.textsTo(phone);
  const reminders = async () =>
    (await sending.db.selectFrom('reminder').selectAll().orderBy('slot').orderBy('due_at').execute()).map(
      ({ slot, rule, status, reason }) => `${slot} ${rule} ${status}${reason ? `/${reason}` : ''}`,
    );

  it('tells nobody of a move away from the time of the citizen before', async () => {
    await post({ phone: PHONE, patientKey: FIRST });
    await drainAt('2026-12-01T09:00:30Z');
    expect(textsTo(PHONE)).toHaveLength(1);
    await post({ phone: OTHER, patientKey: SECOND, start: new Date('2026-12-14T08:00:00Z') });
    await drainAt('2026-12-01T10:00:30Z');
    await post({ phone: OTHER, patientKey: SECOND, start: new Date('2026-12-15T08:00:00Z') });
    await drainAt('2026-12-01T11:00:30Z');
    expect(textsTo(OTHER)).toEqual([]);
    // From the first SMS of their own on, a move is told as ever.
    await drainAt('2026-12-12T09:00:30Z');
    expect(textsTo(OTHER)).toHaveLength(1);
    await post({ phone: OTHER, patientKey: SECOND, start: new Date('2026-12-16T08:00:00Z') });
    await drainAt('2026-12-12T10:00:30Z');
    expect(textsTo(OTHER)[1]).toContain('tirsdag d. 15. december kl. 9.00 er flyttet til onsdag d. 16. december');
    expect(textsTo(PHONE)).toHaveLength(1);
  });

  it('is taken for another citizen’s where it is booked for another number after a cancellation', async () => {
    await post({ phone: PHONE });
    await drainAt('2026-12-01T09:00:30Z');
    await post({ status: 'cancelled', start: undefined });
    await drainAt('2026-12-01T10:00:30Z');
    expect(textsTo(PHONE)[1]).toContain('aflyst');
    await post({ phone: OTHER, start: new Date('2026-12-14T08:00:00Z') });
    await drainAt('2026-12-01T11:00:30Z');
    await post({ phone: OTHER, start: new Date('2026-12-15T08:00:00Z') });
    await drainAt('2026-12-01T12:00:30Z');
    expect(textsTo(OTHER)).toEqual([]);
  });

  it('is so, too, before the cancellation was sent', async () => {
    await post({ phone: PHONE });
    await drainAt('2026-12-01T09:00:30Z');
    await post({ status: 'cancelled', start: undefined });
    await post({ phone: OTHER, start: new Date('2026-12-14T08:00:00Z') });
    await drainAt('2026-12-01T10:00:30Z');
    expect(textsTo(OTHER)).toEqual([]);
  });

  it('at the same time brings the new citizen the reminders that the one before has had', async () => {
    await post({ phone: PHONE, patientKey: FIRST });
    await drainAt('2026-12-01T09:00:30Z', '2026-12-03T09:00:30Z', '2026-12-03T09:30:00Z');
    const answer = await post({ phone: OTHER, patientKey: SECOND });
    expect(answer).toMatchObject({ result: 'accepted', alreadyHandedOver: [expect.any(String), expect.any(String)] });
    await drainAt('2026-12-04T04:00:30Z', '2026-12-04T06:00:30Z');
    expect(textsTo(PHONE)).toHaveLength(2);
    expect(textsTo(OTHER)).toEqual([expect.stringContaining('fredag d. 4. december kl. 9.00')]);
  });

  it('brings the new citizen the reminders that the one before has refused', async () => {
    await post({ phone: PHONE, patientKey: FIRST });
    await drainAt('2026-12-01T09:00:30Z');
    const { id } = await sending.db.selectFrom('appointment').select('id').executeTakeFirstOrThrow();
    const reply = await sending.rows.cancellation('rh', PHONE, id);
    await settleReply(
      sending.deps,
      STAFF,
      { authorityId: 'rh', id: reply, action: 'cancel_passed_on' },
      sending.clock.now,
    );
    expect(await reminders()).toContain('0 day-before cancelled/cancel_passed_on');
    await post({ phone: OTHER, patientKey: SECOND });
    await drainAt('2026-12-03T09:00:30Z');
    expect(await reminders()).toContain('1 day-before handed_over');
    expect(textsTo(OTHER)).toHaveLength(1);
  });

  it('does not hold back the new citizen’s reminders for a cancellation of the one before', async () => {
    await post({ phone: PHONE, patientKey: FIRST });
    await drainAt('2026-12-01T09:00:30Z');
    const { id } = await sending.db.selectFrom('appointment').select('id').executeTakeFirstOrThrow();
    await sending.rows.cancellation('rh', PHONE, id);
    await post({ phone: OTHER, patientKey: SECOND });
    await drainAt('2026-12-03T09:00:30Z');
    expect([textsTo(PHONE).length, textsTo(OTHER).length]).toEqual([1, 1]);
  });

  it('is no reason to say nothing of a move or a cancellation where another patient has the same number', async () => {
    const [moved, later] = [new Date('2026-12-20T08:00:00Z'), new Date('2026-12-21T08:00:00Z')];
    await post({ phone: PHONE, patientKey: FIRST });
    await drainAt('2026-12-01T09:00:30Z');
    await post({ phone: PHONE, patientKey: FIRST, start: moved });
    await post({ phone: PHONE, patientKey: SECOND, start: moved });
    await post({ phone: PHONE, patientKey: SECOND, start: moved, status: 'cancelled' });
    await drainAt('2026-12-01T10:00:30Z');
    expect(textsTo(PHONE)[1]).toContain('aflyst');
    await post({ phone: PHONE, patientKey: SECOND, start: moved });
    await drainAt('2026-12-17T09:00:30Z');
    await post({ phone: PHONE, patientKey: FIRST, start: later });
    await drainAt('2026-12-17T10:00:30Z');
    expect(textsTo(PHONE).at(-1)).toContain('er flyttet til mandag d. 21. december');
  });

  it('is no reason to remind again where another patient has the same number, as where a system changes its ids', async () => {
    await post({ phone: PHONE, patientKey: FIRST });
    await drainAt('2026-12-01T09:00:30Z');
    await post({ phone: PHONE, patientKey: SECOND });
    await drainAt('2026-12-01T10:00:30Z', '2026-12-03T09:00:30Z', '2026-12-04T06:00:30Z');
    expect(textsTo(PHONE)).toHaveLength(2);
    expect((await reminders()).every((each) => each.startsWith('0 '))).toBe(true);
    await post({ phone: PHONE, patientKey: SECOND, start: new Date('2026-12-14T08:00:00Z') });
    await drainAt('2026-12-04T07:00:30Z');
    expect(textsTo(PHONE)[2]).toContain('er flyttet til mandag d. 14. december');
  });

  it('is no reason to remind again where only the number of the same patient changes', async () => {
    await post({ phone: PHONE, patientKey: FIRST });
    await drainAt('2026-12-01T09:00:30Z');
    await post({ phone: OTHER, patientKey: FIRST });
    await drainAt('2026-12-01T10:00:30Z');
    expect(textsTo(OTHER)).toEqual([]);
    await drainAt('2026-12-03T09:00:30Z');
    expect((await reminders()).every((each) => each.startsWith('0 '))).toBe(true);
  });
});
