const MINUTE_MS = 60_000;
/** Two hours before; what is booked later than that, an hour and a half. */
const LEADS_MS = [120 * MINUTE_MS, 90 * MINUTE_MS];
/** Nothing goes in the last hour. */
const NOTICE_MS = 60 * MINUTE_MS;
/** What has left, or may have: a receipt only moves it on. */
const RANKS: readonly Status[] = ['uncertain', 'accepted', 'undelivered', 'delivered'];

type Status = 'planned' | 'expired' | 'superseded' | 'suppressed' | 'cancelled' | 'rejected' | 'uncertain' | Receipt;
export type Receipt = 'accepted' | 'undelivered' | 'delivered';
/** What a call comes to; of a receipt that overtakes its answer, what that says. */
export type Outcome = Receipt | 'uncertain' | 'rejected';

/** What a citizen is to get. */
export interface Expected {
  readonly phone: string;
  readonly start: number;
}

interface Reminder {
  readonly start: number;
  dueAt: number;
  status: Status;
}

interface Booking {
  phone: string;
  booked: boolean;
  /** One a time that it was booked for; the last is of the one that holds. */
  readonly reminders: Reminder[];
}

/** One SMS that was handed over. `slot` counts the times that its appointment was booked for. */
export interface Message {
  readonly reference: string;
  readonly slot: number;
  readonly phone: string;
  readonly reminder: Reminder;
}

/** What must come of events: written from what is promised, without a look at how it is kept. */
export class Model {
  now: number;
  readonly bookings = new Map<string, Booking>();
  readonly messages: Message[] = [];
  readonly #stopped = new Set<string>();

  constructor(now: number) {
    this.now = now;
  }

  /**
   * Books, moves, books again, gives a new number. @returns whether a reminder of the time that held so far had left
   */
  book(reference: string, said: Partial<Expected>): boolean {
    const booking = this.bookings.get(reference) ?? { phone: '', booked: false, reminders: [] };
    const last = booking.reminders.at(-1);
    const { phone = booking.phone, start = last?.start ?? 0 } = said;
    const left = hasLeft(last);
    if (!booking.booked || start !== last?.start) {
      if (last?.status === 'planned') last.status = 'superseded';
      const dueAt = this.#momentFor(start);
      booking.reminders.push({ start, dueAt: dueAt ?? 0, status: dueAt === null ? 'expired' : 'planned' });
    }
    this.bookings.set(reference, Object.assign(booking, { phone, booked: true }));
    this.#heed(booking);
    return left;
  }

  /** @returns whether a reminder had left */
  cancel(reference: string): boolean {
    const booking = this.bookings.get(reference);
    const last = booking?.reminders.at(-1);
    if (booking) booking.booked = false;
    if (last?.status === 'planned') last.status = 'cancelled';
    return hasLeft(last);
  }

  stop(phone: string): void {
    this.#stopped.add(phone);
    for (const booking of this.bookings.values()) this.#heed(booking);
  }

  start(phone: string): void {
    this.#stopped.delete(phone);
    for (const booking of this.bookings.values()) this.#heed(booking);
  }

  /** @returns what goes out now */
  handOver(outcome: Outcome): Expected[] {
    this.expire();
    const known = this.messages.length;
    for (const [reference, { phone, reminders }] of this.bookings) {
      const reminder = reminders.at(-1);
      if (reminder?.status !== 'planned' || reminder.dueAt > this.now) continue;
      reminder.status = outcome;
      this.messages.push({ reference, slot: reminders.length - 1, phone, reminder });
    }
    return this.messages.slice(known).map(({ phone, reminder: { start } }) => ({ phone, start }));
  }

  /** Of those that are planned; never, when none is. */
  nextDueAt(): number {
    return Math.min(
      ...[...this.bookings.values()]
        .map(({ reminders }) => reminders.at(-1))
        .map((last) => (last?.status === 'planned' ? last.dueAt : Infinity)),
    );
  }

  expire(): void {
    const reminders = [...this.bookings.values()].flatMap((booking) => booking.reminders);
    for (const each of reminders)
      if (each.status === 'planned' && each.start - NOTICE_MS <= this.now) each.status = 'expired';
  }

  receive({ reminder }: Message, said: Receipt): void {
    if (hasLeft(reminder) && RANKS.indexOf(said) > RANKS.indexOf(reminder.status)) reminder.status = said;
  }

  /** How every reminder stands, by appointment and slot. */
  statuses(): Record<string, Status> {
    const each = [...this.bookings].flatMap(([reference, { reminders }]) =>
      reminders.map(({ status }, slot) => [`${reference} ${slot}`, status] as const),
    );
    return Object.fromEntries(each.sort());
  }

  /** What is planned waits for no STOP; what a STOP ended comes back, if its time or the late one is still ahead. */
  #heed({ phone, booked, reminders }: Booking): void {
    const last = reminders.at(-1);
    const stopped = this.#stopped.has(phone);
    if (last?.status === 'planned' && stopped) last.status = 'suppressed';
    if (last?.status !== 'suppressed' || stopped || !booked) return;
    const dueAt = last.dueAt >= this.now ? last.dueAt : this.#momentFor(last.start);
    if (dueAt !== null) Object.assign(last, { dueAt, status: 'planned' });
  }

  /** null: too late for any. */
  #momentFor(start: number): number | null {
    return LEADS_MS.map((lead) => start - lead).find((moment) => moment >= this.now) ?? null;
  }
}

function hasLeft(reminder: Reminder | undefined): boolean {
  return reminder !== undefined && RANKS.includes(reminder.status);
}
