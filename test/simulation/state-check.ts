import type { SharedDatabase } from './database.ts';
import type { Judge, SentPost } from './judge.ts';
import { LostReminderCheck } from './lost-reminders.ts';
import type { Post } from './post.ts';
import { noteSettledByWord } from './replaced-numbers.ts';
import { DAY, HOUR, MINUTE, type Setting } from './settings.ts';
import { statusesOf } from './statuses.ts';
import type { Supplier } from './supplier.ts';
import type { Timeline } from './timeline.ts';

interface Stored {
  readonly reference: string;
  readonly status: string;
  readonly start_at: Date | null;
  readonly version: string | null;
  readonly event_at: Date | null;
}

interface Row {
  readonly id: string;
  readonly status: string;
}

/** Reminders as callers see them: of one that was handed over the message tells what became of it. */
const REMINDERS = `select r.id, m.id as message, m.status as message_status, r.next_at, r.held_reason, r.updated_at,
    case r.status when 'handed_over' then coalesce(m.status, 'nothing') else r.status end as status
  from reminder r left join lateral (
    select * from message x where x.reminder_id = r.id order by x.status = 'not_sent', x.handed_over_at desc limit 1) m on true`;
const CALLED_OFF: readonly string[] = ['cancelled', 'entered-in-error'];

/**
 * The moments between which retention may begin to count: the start, and the last update where it was called off,
 * which an erasure of its number is too. Either is possible where the order of two posts was open.
 */
function keptFrom(
  sent: readonly SentPost[],
  statuses: readonly string[],
  newest: Post,
  erasedAt: readonly number[],
): { readonly earliest: number; readonly latest: number } {
  const off = statuses.filter((status) => CALLED_OFF.includes(status)).length;
  const { start } = newest;
  if (off === 0) return { earliest: start, latest: start };
  const saidAt = sent.find(({ post }) => post === newest)?.at ?? start;
  const heardAt = Math.max(...sent.map(({ ackedAt }) => ackedAt), ...erasedAt);
  if (off === statuses.length) return { earliest: saidAt, latest: heardAt };
  return { earliest: Math.min(start, saidAt), latest: Math.max(start, heardAt) };
}

/** A message that is being handed over without a note of who does it: nobody would settle it. */
const UNNOTED = `select m.id, m.status from message m
  where m.reminder_id is not null and m.status = 'handing_over'
    and not exists (select from hand_over_group g where m.id = any(g.message_ids))`;

const FINAL: Readonly<Record<string, readonly string[]>> = {
  delivered: ['delivered'],
  undelivered: ['undelivered', 'delivered'],
  rejected: ['rejected'],
  accepted: ['accepted', 'undelivered', 'delivered'],
};
/** States that an SMS which was sent may have. */
const LEFT = ['accepted', 'delivered', 'undelivered', 'uncertain'];

/** States of a message whose receipt was not applied yet. */
const WITHOUT_RECEIPT = ['handing_over', 'accepted', 'uncertain'];

/** Checks the stored state: nothing goes back, nothing is lost, nothing is stuck. */
export class StateCheck {
  readonly counts: Record<string, number> = {};
  readonly #timeline: Timeline;
  readonly #database: SharedDatabase;
  readonly #judge: Judge;
  readonly #suppliers: readonly Supplier[];
  readonly #setting: Setting;
  readonly #living: () => readonly string[];
  readonly #seen = new Map<string, string>();

  /** @param living the names of the processes that live */
  constructor(
    timeline: Timeline,
    database: SharedDatabase,
    judge: Judge,
    suppliers: readonly Supplier[],
    setting: Setting,
    living: () => readonly string[],
  ) {
    this.#living = living;
    this.#timeline = timeline;
    this.#database = database;
    this.#judge = judge;
    this.#suppliers = suppliers;
    this.#setting = setting;
  }

  /** I10: whatever was final before stays so, message by message and reminder by reminder. */
  check(): void {
    const rows = this.#database.inspect<Row>(
      `select id, status from message union all select id, status from (${REMINDERS}) reminders`,
    );
    for (const { id, status } of rows ?? []) {
      const before = this.#seen.get(id);
      if (before && !(FINAL[before] ?? [status]).includes(status))
        this.#judge.violation(`${id} went back from ${before} to ${status}`);
      this.#seen.set(id, status);
    }
    for (const { id } of this.#database.inspect<Row>(UNNOTED) ?? [])
      this.#judge.violation(`${id} is being handed over, and no group notes it`);
    noteSettledByWord(this.#judge, this.#database);
  }

  /** Checks what must hold once everything has had its time. */
  checkEnd(): void {
    this.check();
    this.#checkNothingStuck();
    this.#checkAppointments();
    this.#checkMessages();
    const lost = new LostReminderCheck(this.#timeline, this.#database, this.#judge, this.#suppliers);
    lost.check();
    this.counts.expected = lost.expected;
    const taken = this.#accepted();
    Object.assign(this.counts, {
      appointments: this.#judge.appointments.size,
      posts: [...this.#judge.appointments.values()].reduce((sum, { sent }) => sum + sent.length, 0),
      calls: this.#suppliers.reduce((sum, { calls }) => sum + calls.length, 0),
      asked: this.#judge.unknownToSupplier.size + this.#judge.lookedUpStates.size,
      cancellations: this.#judge.cancellations,
      accepted: taken.length,
      again: taken.length - new Set(taken.map(({ reference }) => reference)).size,
    });
  }

  /** All SMS that suppliers accepted. */
  #accepted() {
    return this.#suppliers.flatMap(({ book }) => book.entries);
  }

  /** Faults are over for days: whatever is still in hand stays there for ever. */
  #checkNothingStuck(): void {
    // Runs that come to nothing grow half an hour apart here.
    const due = new Date(this.#timeline.now - 45 * MINUTE);
    const stuck = (what: string, statement: string, before = due) => {
      const rows = this.#database.inspect<Row>(statement, statement.includes('$1') ? [before] : []) ?? [];
      for (const { id, status } of rows) this.#judge.violation(`${what} ${id} is stuck as ${status}`);
    };
    stuck(
      'reminder',
      `select id, status from (${REMINDERS}) reminders
        where status in ('handing_over', 'not_sent', 'nothing') and updated_at < $1 or next_at < $1 and held_reason is null`,
    );
    stuck(
      'message',
      `select id, status from message where (status = 'handing_over' and updated_at < $1) or (status = 'planned' and next_at < $1)`,
    );
    stuck(
      'group',
      `select id, cardinality(message_ids)::text as status from hand_over_group where message_ids <> '{}' and started_at < $1`,
    );
    stuck(
      'process',
      `select id, name as status from process where heartbeat_at < $1 and name <> all ('{${this.#living().join()}}')`,
    );
    stuck(
      'question',
      `select u.message_id as id, m.status from uncertain_message u join message m on m.id = u.message_id where m.status <> 'uncertain'
        union all select id, status from message m where status = 'uncertain' and reminder_id is not null
          and not exists (select from uncertain_message u where u.message_id = m.id)`,
    );
    const justNow = new Date(this.#timeline.now - MINUTE);
    stuck(
      'callback',
      `select id, kind as status from callback where applied_at is null
        and not (kind = 'receipt' and received_at between $1 and $1 + interval '2 minutes')`,
      justNow,
    );
    for (const { sent, booked } of this.#judge.appointments.values())
      if (sent.some((each) => each.ackedAt === Number.POSITIVE_INFINITY && !this.#justSent(each)))
        this.#judge.violation(`a post of ${booked.reference} was never answered`);
  }

  /** True for a post of the last minute: what is posted late, as some of it is, may still be on its way. */
  #justSent({ at }: SentPost): boolean {
    return at > this.#timeline.now - MINUTE;
  }

  /** The times at which a number that the appointment has borne was erased. */
  #erasuresOf(owner: string, sent: readonly SentPost[]): number[] {
    const bore = (number: string) => sent.some(({ post }) => post.phone === number);
    return this.#judge.erasures.flatMap(({ authority, phone, at }) => (authority === owner && bore(phone) ? [at] : []));
  }

  /** I9: each appointment stands as the newest post about it says. */
  #checkAppointments(): void {
    const rows = this.#database.inspect<Stored>(
      'select reference, status, start_at, version, event_at from appointment',
    );
    const stored = new Map(rows?.map((row) => [row.reference, row]));
    for (const { booked, sent } of this.#judge.appointments.values()) {
      const newest = sent.map(({ post }) => post).sort((a, b) => b.order - a.order)[0];
      const keptDays = this.#setting.authorities[booked.authority].retentionDays;
      const row = stored.get(booked.reference);
      if (!newest || sent.some((each) => this.#justSent(each))) continue;
      const statuses = statusesOf(sent);
      const from = keptFrom(sent, statuses, newest, this.#erasuresOf(booked.authority, sent));
      if (from.earliest < this.#timeline.now - (keptDays - 1) * DAY) {
        // The purge runs each third day, and one run may die; of those that failed each puts it off as long.
        const failed = this.#judge.failedPurges.filter((at) => at > from.latest + keptDays * DAY).length;
        if (row && from.latest < this.#timeline.now - (keptDays + 7 + 3 * failed) * DAY)
          this.#judge.violation(`${booked.reference} is past its retention`);
        continue;
      }
      const isUnordered = this.#setting.vendors === true && booked.authority === 'beta';
      const known = booked.authority === 'alpha' ? Number(row?.version) : row?.event_at?.getTime();
      const order = isUnordered ? Math.floor(newest.order) : known;
      // The time of a post has no fractions of a millisecond, as the world's has where something breaks in the middle.
      const same =
        row !== undefined &&
        statuses.includes(row.status) &&
        row.start_at?.getTime() === newest.start &&
        order === Math.floor(newest.order);
      if (!same)
        this.#judge.violation(
          `${booked.reference} stands as ${row?.status} ${row?.start_at?.toISOString()} by ${order}, not as it was told`,
        );
    }
  }

  /**
   * Checks that what the supplier took counts as sent, and that it took what counts as sent; receipts decide its end.
   */
  #checkMessages(): void {
    const rows = this.#database.inspect<Row & { reminder: string | null }>(
      `select m.id, m.status, r.status as reminder from message m left join (${REMINDERS}) r on r.id = m.reminder_id`,
    );
    const book = new Set(this.#accepted().map(({ reference }) => reference));
    for (const { id, status, reminder } of rows ?? []) {
      if (book.has(id) && reminder !== null && !LEFT.includes(reminder))
        this.#judge.violation(`${id} was sent, and stands as ${reminder}`);
      if (!book.has(id) && ['accepted', 'delivered', 'undelivered'].includes(status))
        this.#judge.violation(`${id} stands as ${status}, and was never sent`);
      this.#checkReceipts(id, status, reminder);
      this.#checkAsked(id, status, reminder);
      this.counts[status] = (this.counts[status] ?? 0) + 1;
    }
  }

  /** Receipts decide which end it came to, or what the supplier told of it when it was asked. */
  #checkReceipts(id: string, status: string, reminder: string | null): void {
    const receipts = this.#judge.receipts.get(id) ?? [];
    const taken = receipts.map(({ state }) => state);
    const heard = this.#judge.lookedUpStates.get(id) ?? [];
    const sent = this.#judge.receiptsSent.get(id) ?? [];
    const expected = endOf(taken);
    const stands = (end: string | null) => !end || (status === end && (reminder ?? end) === end);
    // Receipts of the last minute may wait to be applied.
    const before = receipts.filter(({ at }) => at < this.#timeline.now - MINUTE).map(({ state }) => state);
    const end = endOf(before);
    const waits = before.length < taken.length && (end === null ? WITHOUT_RECEIPT.includes(status) : stands(end));
    const fits = waits || [expected, endOf([...taken, ...heard]), endOf([...taken, ...sent])].some(stands);
    if (!fits)
      this.#judge.violation(`${id} stands as ${status}, its reminder as ${reminder}, and its receipt said ${expected}`);
  }

  /** An SMS that the supplier took, and could be asked about, is known to have been sent. */
  #checkAsked(id: string, status: string, reminder: string | null): void {
    const taken = this.#accepted().find(({ reference }) => reference === id);
    if (this.#setting.askable && reminder === 'uncertain' && taken && taken.at < this.#timeline.now - HOUR)
      this.#judge.violation(`${id} was taken, could be asked about, and stands as ${status}`);
  }
}

const endOf = (states: readonly string[]): string | null =>
  ['delivered', 'undelivered'].find((end) => states.includes(end)) ?? null;
