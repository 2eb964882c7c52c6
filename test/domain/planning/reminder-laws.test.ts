import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyEvent, type EventContext, isOtherCitizen } from '../../../src/domain/apply-event.ts';
import type { Appointment, AppointmentEvent, AppointmentStatus } from '../../../src/domain/appointment.ts';
import { AUTHORITY_DEFAULTS, type AuthoritySettings, SOURCE_DEFAULTS } from '../../../src/domain/authority.ts';
import { announcedAfter } from '../../../src/domain/planning/notices.ts';
import { changeReminders, replanAfterOptIn } from '../../../src/domain/planning/reminder-changes.ts';
import { hasLeft, type Reminder } from '../../../src/domain/reminder.ts';

const AUTHORITY: AuthoritySettings = {
  ...AUTHORITY_DEFAULTS,
  name: 'Region',
  sender: 'Region',
  notices: { booked: true, moved: true, cancelled: true },
};
const CONTEXT: Omit<EventContext, 'now'> = {
  source: { ...SOURCE_DEFAULTS, name: 'EPJ' },
  allowedCountries: ['DK'],
  choosePhone: (raw) => (raw ? { phone: String(raw), reason: null } : { phone: null, reason: 'no_phone' }),
  hashCode: (code) => Buffer.from(code),
};
const BEGIN = Date.UTC(2026, 10, 20, 8);
const HOUR = 3_600_000;
const UPCOMING: AppointmentStatus[] = ['booked', 'booked', 'booked', 'pending', 'waitlist'];
const OVER: AppointmentStatus[] = [
  'cancelled',
  'cancelled',
  'entered-in-error',
  'arrived',
  'checked-in',
  'fulfilled',
  'noshow',
];

const event = fc.record({
  status: fc.constantFrom(...UPCOMING, ...UPCOMING, ...OVER),
  version: fc.option(fc.integer({ min: 1, max: 9 })),
  occurredAt: fc.option(fc.integer({ min: 0, max: 9 }).map((n) => new Date(BEGIN + n * HOUR))),
  start: fc.option(
    fc.integer({ min: 0, max: 3 }).map((n) => new Date(BEGIN + n * 70 * HOUR)),
    { nil: undefined },
  ),
  phone: fc.constantFrom(undefined, undefined, null, '+4520123456', '+4520999999'),
  language: fc.constantFrom(undefined, null, 'da', 'en', 'ar'),
  patientKey: fc.constantFrom(undefined, undefined, Buffer.from('p'), Buffer.from('q')),
  test: fc.constantFrom(false, false, false, false, true),
});
type Said = typeof event extends fc.Arbitrary<infer Value> ? Value : never;

type Step =
  | { do: 'event'; said: Said }
  | { do: 'wait'; hours: number }
  | { do: 'start' | 'settle' | 'repeat' | 'stop' | 'opt-in' | 'erase' };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: event.map((said): Step => ({ do: 'event', said })) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 40 }).map((hours): Step => ({ do: 'wait', hours })) },
  {
    weight: 3,
    arbitrary: fc.constantFrom('start', 'settle', 'repeat', 'stop', 'opt-in').map((what): Step => ({ do: what })),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'erase' }) },
);

/** One appointment with its reminders, as a database would hold them. */
class World {
  appointment: (Appointment & { readonly announcedStart: Date | null }) | null = null;
  reminders: readonly Reminder[] = [];
  now = new Date(BEGIN);
  optedOut = new Set<string>();
  #lastSaid = '';
  /** Reminders of citizens who had the reference before. */
  #ofOthers = new Set<string>();

  take(next: Step): void {
    if (next.do === 'wait') this.now = new Date(this.now.getTime() + next.hours * HOUR);
    else if (next.do === 'event') this.#receive(next.said);
    else if (next.do === 'stop') this.#stop();
    else if (next.do === 'opt-in') this.#optIn();
    else if (next.do === 'erase') this.#erase();
    else this.reminders = this.reminders.map((each) => dispatched(each, next.do));
  }

  #receive(said: Said): void {
    const whole: AppointmentEvent = { ...NOTHING_SAID, ...said, reference: 'A-1' };
    const { version: _version, occurredAt: _occurredAt, ...content } = said;
    const words = JSON.stringify(content);
    const before = this.appointment;
    const applied = applyEvent(before, whole, words === this.#lastSaid, { ...CONTEXT, now: this.now });
    if (applied.result !== 'accepted') return;
    const isOther =
      before !== null && isOtherCitizen(before, { ...whole, status: applied.after.status }, applied.after);
    const announcedStart = before && announcedAfter(before, applied.after, this.reminders, isOther);
    const after = { ...applied.after, announcedStart };
    if (isOther) this.#ofOthers = new Set(this.reminders.map(({ id }) => id));
    this.#change(before, after);
    this.#lastSaid = words;
    const again = applyEvent(after, whole, true, { ...CONTEXT, now: this.now }).result;
    expect(again, 'the same event again').toBe('duplicate');
    if (whole.version !== null)
      expect(
        applyEvent(after, { ...whole, version: whole.version - 1 }, false, { ...CONTEXT, now: this.now }).result,
      ).toBe('stale');
  }

  #change(before: World['appointment'], after: NonNullable<World['appointment']>): void {
    const was = this.reminders;
    const left = was.filter((each) => !isWaiting(each) && wasHandedOver(each));
    const optedOut = after.phone !== null && this.optedOut.has(after.phone);
    const input = { after, authority: AUTHORITY, mode: 'live', optedOut, now: this.now } as const;
    const changes = changeReminders({ ...input, before, existing: was });
    this.appointment = after;
    this.#write(changes.change);
    const fresh = changes.insert.map((each, index): Reminder => ({ ...each, id: `${was.length + index}` }));
    this.reminders = [...this.reminders, ...fresh];

    const informed = was.some((each) => hasLeft(each) && !this.#ofOthers.has(each.id));
    if (fresh.some(({ rule }) => rule === 'rescheduled'))
      expect(informed, 'only who got an SMS hears of a move').toBe(true);
    for (const each of left) expect(this.reminders, 'what has started stays as it is').toContainEqual(each);
    expect(changes.alreadyHandedOver).toEqual(
      left.filter((each) => hasLeft(each) && each.slot === (before ?? after).slot).map(({ id }) => id),
    );
    expect(changes.planned).toBe(this.#current().filter(isWaiting).length);
    const again = changeReminders({ ...input, before: after, existing: this.reminders });
    expect([...again.insert, ...again.change], 'the same again changes nothing').toEqual([]);
  }

  #current(): readonly Reminder[] {
    return this.reminders.filter((each) => each.slot === this.appointment?.slot);
  }

  #write(changes: readonly Pick<Reminder, 'id' | 'status' | 'reason' | 'dueAt' | 'expiresAt' | 'language'>[]): void {
    const byId = new Map(changes.map((change) => [change.id, change]));
    expect(byId.size).toBe(changes.length);
    this.reminders = this.reminders.map((each) => {
      const change = byId.get(each.id);
      return change ? { ...each, ...change } : each;
    });
  }

  #stop(): void {
    const phone = this.appointment?.phone;
    if (!phone) return;
    this.optedOut.add(phone);
    this.reminders = this.reminders.map((each) =>
      isWaiting(each) ? { ...each, status: 'suppressed', reason: 'opted_out' } : each,
    );
  }

  #optIn(): void {
    const { appointment } = this;
    if (!appointment?.phone) return;
    this.optedOut.delete(appointment.phone);
    this.#write(replanAfterOptIn({ appointment, existing: this.reminders, authority: AUTHORITY, now: this.now }));
  }

  #erase(): void {
    if (!this.appointment) return;
    this.appointment = { ...this.appointment, erased: true, phone: null, phoneReason: 'no_phone' };
    this.reminders = this.reminders.map((each) =>
      isWaiting(each) ? { ...each, status: 'suppressed', reason: 'erased' } : each,
    );
  }

  /** Invariants that hold after every step. */
  check(): void {
    const { appointment, reminders, optedOut } = this;
    const keys = reminders.map((each) => `${each.rule} ${each.slot}`);
    expect(new Set(keys).size, 'one reminder a rule and slot').toBe(keys.length);
    for (const each of reminders.filter(isWaiting)) {
      expect(each.slot, 'none waits for a time that no longer holds').toBe(appointment?.slot);
      expect(appointment?.status).toBe(each.rule === 'cancellation' ? 'cancelled' : 'booked');
      expect(appointment?.erased).toBe(false);
      expect(appointment?.test).toBe(false);
      expect(appointment?.phone && !optedOut.has(appointment.phone)).toBe(true);
      expect(each.language).toBe(appointment?.language === 'en' ? 'en' : 'da');
      expect(each.dueAt < each.expiresAt).toBe(true);
      expect(each.expiresAt.getTime()).toBe((appointment?.start?.getTime() ?? 0) - HOUR);
    }
    if (appointment?.status === 'booked') expect(appointment.start).not.toBeNull();
  }
}

const NOTHING_SAID = {
  end: undefined,
  kind: undefined,
  locationCode: undefined,
  locationText: undefined,
  department: undefined,
  departmentCode: undefined,
  contactPhone: undefined,
} as const;

const isWaiting = (each: Reminder): boolean => each.status === 'planned';

/** Handed over at some time, refused by the gateway or not. */
const wasHandedOver = (each: Reminder): boolean => hasLeft(each) || each.status === 'rejected';

/** What the dispatcher makes of a reminder. */
function dispatched(each: Reminder, what: string): Reminder {
  if (what === 'start' && each.status === 'planned') return { ...each, status: 'handing_over' };
  if (what === 'settle' && each.status === 'handing_over')
    return { ...each, status: OUTCOMES[Number(each.id) % OUTCOMES.length] ?? 'accepted' };
  if (what === 'repeat' && each.status === 'uncertain') return { ...each, status: 'handing_over' };
  return each;
}

const OUTCOMES = ['uncertain', 'delivered', 'rejected', 'undelivered', 'accepted'] as const;

it('no order of events, hand-overs, opt-outs and time breaks a promise', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const world = new World();
      for (const next of steps) {
        world.take(next);
        world.check();
      }
    }),
    { numRuns: 3_000 },
  );
});
