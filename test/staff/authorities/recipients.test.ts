import { describe, expect, it } from 'vitest';
import { readAuthority } from '../../../src/staff/authorities/authorities.ts';
import { replanAllRecipients, replanRecipients } from '../../../src/staff/authorities/recipients.ts';
import { updateAuthority } from '../../../src/store/authorities.ts';
import { useApp } from '../../support/scenario.ts';
import { update } from '../../support/stored-rows.ts';

const NOON = new Date('2026-11-24T11:00:00Z');
const later = (ms: number) => new Date(NOON.getTime() + ms);
const MINUTE = 60_000;
/** A department with rules of its own, beside those for all. */
const RULES = [
  { id: 'day', lead: 'P1D', at: '10:00' },
  { id: 'eye', lead: 'P2D', at: '10:00', when: { departments: ['Øjne'] } },
];
const BOTH = { departments: ['Øjne'], kinds: ['phone'] };
const NOBODY_LESS = { departments: [], kinds: [] };

describe.each(['embedded', 'postgres'] as const)('who gets no reminders (%s)', (kind) => {
  const test = useApp({ kind, each: true, authorities: { rh: { rules: RULES, sources: ['epj'] } } });

  const put = (withoutReminders: object, more: object = {}) =>
    test.put('/v1/authorities/rh', { name: 'Region', sender: 'Region', rules: RULES, withoutReminders, ...more });
  async function book(reference: string, data: { phone?: string; department?: string; kind?: string } = {}) {
    const { phone = '+4520123456', ...more } = data;
    const body = {
      type: 'appointment.booked',
      data: { id: reference, start: '2026-12-03T09:00:00+01:00', patient: { phone }, ...more },
    };
    await test.json(202, '/v1/webhooks/epj', { token: test.token, body });
  }
  /** The reminders of an appointment: `rule status reason`. */
  async function statesOf(reference: string): Promise<string[]> {
    const { reminders } = await test.json<{ reminders: { rule: string; status: string; reason: string | null }[] }>(
      200,
      `/v1/authorities/rh/appointments/epj/${reference}`,
    );
    return reminders.map(({ rule, status, reason }) => [rule, status, reason].join(' ').trim()).sort();
  }
  const changedAt = async () =>
    (await test.db.selectFrom('authority').select('recipients_changed_at as at').executeTakeFirstOrThrow()).at;

  it('are those of a department, whatever rules it has, and of a kind; others keep theirs', async () => {
    test.clock.now = NOON;
    await book('eye', { department: 'Øjne' });
    await book('phone', { kind: 'phone' });
    await book('other', { department: 'Ører' });
    await put(BOTH);
    expect(await statesOf('eye')).toEqual(['day suppressed no_sms', 'eye suppressed no_sms']);
    expect(await statesOf('phone')).toEqual(['day suppressed no_sms']);
    expect(await statesOf('other')).toEqual(['day planned']);
    await book('eye-2', { department: 'Øjne' });
    expect(await statesOf('eye-2')).toEqual(['day suppressed no_sms', 'eye suppressed no_sms']);
  });

  it('get those that lie ahead once they get some again, and none for a number that opted out meanwhile', async () => {
    test.clock.now = NOON;
    await put(BOTH);
    await book('eye', { department: 'Øjne' });
    await book('out', { department: 'Øjne', phone: '+4520123457' });
    await test.json(201, '/v1/authorities/rh/opt-outs', { body: { phone: '+4520123457', reason: 'Ringede' } });
    // The reminder of two days before is past by then.
    test.clock.now = new Date('2026-12-01T12:00:00Z');
    await put(NOBODY_LESS);
    expect(await statesOf('eye')).toEqual(['day planned', 'eye suppressed no_sms']);
    expect(await statesOf('out')).toEqual(['day suppressed opted_out', 'eye suppressed no_sms']);
  });

  it('get no notice of what happened before they get some again', async () => {
    test.clock.now = NOON;
    const notices = { booked: true, moved: true, cancelled: true };
    await put(BOTH, { notices });
    await book('eye', { department: 'Øjne' });
    test.clock.now = later(MINUTE);
    await put(NOBODY_LESS, { notices });
    expect(await statesOf('eye')).toEqual(['confirmation suppressed no_sms', 'day planned', 'eye planned']);
  });

  it('are planned by the settings also where a process ended in between, or an event came beside the change', async () => {
    test.clock.now = NOON;
    await book('eye', { department: 'Øjne' });
    const settings = await readAuthority(test.deps, 'rh');
    await updateAuthority(test.db, 'rh', { ...settings, withoutReminders: { departments: ['Øjne'], kinds: [] } }, NOON);
    expect([await changedAt(), await statesOf('eye')]).toEqual([NOON, ['day planned', 'eye planned']]);
    await replanAllRecipients(test.deps);
    // It looks once more, after everything that had read the earlier settings has ended.
    expect([await changedAt(), await statesOf('eye')]).toEqual([
      NOON,
      ['day suppressed no_sms', 'eye suppressed no_sms'],
    ]);
    await update(test.db, 'reminder', { rule: 'day' }, { status: 'planned', reason: null, next_at: later(MINUTE) });
    test.clock.now = later(MINUTE);
    await replanAllRecipients(test.deps);
    expect([await changedAt(), await statesOf('eye')]).toEqual([
      null,
      ['day suppressed no_sms', 'eye suppressed no_sms'],
    ]);
  });

  it('are replanned once and not again where nothing changes', async () => {
    test.clock.now = NOON;
    await book('eye', { department: 'Øjne' });
    await put(BOTH);
    const rows = () => test.db.selectFrom('reminder').select(['id', 'updated_at']).orderBy('id').execute();
    const before = await rows();
    test.clock.now = later(2 * MINUTE);
    await put(BOTH);
    await replanRecipients(test.deps, 'rh');
    expect([await rows(), await changedAt()]).toEqual([before, NOON]);
  });
});

describe('the setting of who gets no reminders', () => {
  const test = useApp();

  it.each([
    ['a kind that is none', { kinds: ['none'] }, '/withoutReminders/kinds/0'],
    ['a department twice', { departments: ['A', 'A'] }, '/withoutReminders/departments'],
    ['a CPR number', { departments: ['010190-1234'] }, '/withoutReminders/departments/0'],
    ['a mistyped name', { department: ['A'] }, '/withoutReminders'],
  ])('refuses %s', async (_, withoutReminders, pointer) => {
    const body = { name: 'Region', sender: 'Region', withoutReminders };
    const { errors } = await test.json<{ errors: { pointer: string }[] }>(422, '/v1/authorities/rh', {
      method: 'PUT',
      body,
    });
    expect(errors.map((each) => each.pointer)).toEqual([expect.stringContaining(pointer)]);
  });
});
