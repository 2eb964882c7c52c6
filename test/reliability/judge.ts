import { type Evidence, gather, type Questionable, type StoredReminder } from './evidence.ts';
import type { Acceptance } from './gateway-protocol.ts';
import type { Scripted } from './script.ts';
import { INVARIANTS, type Invariant, type Lateness, type Verdict } from './verdict.ts';
import { LEAD_MS, NOTICE_MS, senderOf, type World } from './world.ts';

/** A call may be under way for so long after its start. */
const CALL_MS = 15_000;
const HAS_LEFT = ['accepted', 'delivered', 'undelivered', 'uncertain'];

export interface JudgeOptions {
  /**
   * How long a repeated SMS must have waited for its receipt for the policy to allow it; null: none may be repeated.
   */
  readonly repeatAfterMs?: number | null;
  /** UTC hours in which SMS may be taken; null: all. */
  readonly window?: { readonly open: (at: number) => boolean } | null;
  /** Lateness means nothing where the clock was moved on. */
  readonly late?: boolean;
  /** Of a world on the embedded database. */
  readonly db?: Questionable;
}

/** Joins the gateway's books, the database and the script. Every reminder is expected to have come to its end. */
export async function judge(world: World, options: JudgeOptions = {}): Promise<Verdict> {
  return new Judge(await gather(world, options.db), options).verdict();
}

class Judge {
  readonly #evidence: Evidence;
  readonly #options: JudgeOptions;
  readonly #violations = Object.fromEntries(INVARIANTS.map((name) => [name, 0])) as Record<Invariant, number>;
  readonly #examples: string[] = [];
  readonly #byMessage: Map<string, StoredReminder>;
  #repeats = 0;

  constructor(evidence: Evidence, options: JudgeOptions) {
    this.#evidence = evidence;
    this.#options = options;
    this.#byMessage = new Map(
      evidence.reminders.flatMap((row) => (row.message_id ? [[row.message_id, row] as const] : [])),
    );
  }

  verdict(): Verdict {
    const { accepted, reminders, script, wentBack, deadlocks, abandoned } = this.#evidence;
    for (const sms of this.#reminding()) this.#judgeSms(sms);
    this.#judgeRepeats();
    this.#judgeReminders();
    this.#judgeAppointments();
    this.#judgeReceipts();
    this.#judgeOutput();
    if (abandoned > 0)
      this.#add('I8', `${abandoned} hand-overs of processes that are gone were never settled`, abandoned);
    if (wentBack > 0) this.#add('I10', `${wentBack} reminders went back from delivered`, wentBack);
    const taken = new Set(accepted.map(({ reference }) => reference));
    const uncertain = reminders.filter(({ status }) => status === 'uncertain');
    return {
      appointments: script.appointments.size,
      reminders: reminders.length,
      taken: this.#reminding().length,
      repeated: this.#repeats,
      uncertain: uncertain.length,
      uncertainNotTaken: uncertain.filter((row) => !taken.has(row.message_id ?? '')).length,
      quarantined: reminders.filter(({ reason }) => reason === 'internal_error').length,
      expired: reminders.filter((row) => row.status === 'expired' && row.newest).length,
      stuck: reminders.filter((row) => this.#isStuck(row)).length,
      deadlocks,
      lateness: this.#options.late === false || accepted.length === 0 ? null : this.#lateness(),
      violations: this.#violations,
      examples: this.#examples,
    };
  }

  #add(invariant: Invariant, example: string, count = 1): void {
    this.#violations[invariant] += count;
    if (this.#examples.length < 10) this.#examples.push(`${invariant}: ${example}`);
  }

  /** Without answers to citizens. */
  #reminding(): readonly Acceptance[] {
    return this.#evidence.accepted.filter(({ reference }) => !this.#evidence.answers.has(reference));
  }

  /** I2–I7, I12, and the part of I8 that no SMS leaves which the database doesn't stand for. */
  #judgeSms(sms: Acceptance): void {
    const appointment = this.#evidence.byPhone.get(sms.to);
    const row = this.#byMessage.get(sms.reference);
    if (!appointment) this.#add('I4', `message ${sms.reference} went to a number that nobody gave`);
    else if (!row) this.#add('I8', `message ${sms.reference} is not in the database`);
    else this.#judgeKnown(sms, appointment, row);
  }

  #judgeKnown(sms: Acceptance, appointment: Scripted, row: StoredReminder): void {
    const { reference, status, stoppedAt, starts, phones } = appointment;
    const told = appointment.handedOver.has(row.id);
    const deadline = Math.max(...starts.map((start) => start.getTime())) - NOTICE_MS;
    const { window } = this.#options;
    const add = (invariant: Invariant, holds: boolean, what: string) => {
      if (!holds) this.#add(invariant, `${row.appointment} ${what}`);
    };
    add('I4', row.appointment === reference, `went to ${reference}`);
    add('I12', sms.from === senderOf(appointment.authority), 'came from another authority');
    add(notSent(row), HAS_LEFT.includes(row.status), `was taken and is ${row.status} (${row.reason})`);
    add('I2', status !== 'cancelled' || told, 'was taken though it was cancelled');
    add('I3', sms.text.includes(printed(starts.at(-1))) || told, 'was taken with an old time');
    add('I4', sms.to === phones.at(-1) || told, 'went to an old number');
    add('I5', !window || window.open(row.handed_over_at?.getTime() ?? 0), 'was started at night');
    // What was started in the last moment may be on its way for a while.
    add('I5', !window || window.open(sms.askedAt) || window.open(sms.askedAt - CALL_MS), 'was taken at night');
    add('I6', stoppedAt === null || (row.handed_over_at?.getTime() ?? 0) <= stoppedAt, 'was started after STOP');
    add('I6', stoppedAt === null || sms.askedAt <= stoppedAt + CALL_MS, 'was taken after STOP');
    add('I7', sms.askedAt <= deadline + CALL_MS, 'was taken too late');
  }

  /** I1, by number and slot. What a policy of `resend` may repeat is counted apart. */
  #judgeRepeats(): void {
    const bySlot = new Map<string, Acceptance[]>();
    for (const sms of this.#reminding()) {
      const key = `${sms.to} ${this.#byMessage.get(sms.reference)?.slot ?? sms.text}`;
      bySlot.set(key, [...(bySlot.get(key) ?? []), sms]);
    }
    const after = this.#options.repeatAfterMs ?? null;
    for (const [first, ...again] of bySlot.values()) {
      if (!first || again.length === 0) continue;
      const [second] = again;
      const allowed =
        after !== null &&
        again.length === 1 &&
        second?.reference === first.reference &&
        second.askedAt - first.askedAt >= after;
      if (allowed) this.#repeats++;
      else {
        const afterMs = again.map(
          (sms) => `${sms.reference === first.reference ? '' : 'as another message '}${sms.askedAt - first.askedAt}`,
        );
        const appointment = this.#byMessage.get(first.reference)?.appointment;
        this.#add(
          'I1',
          `${appointment} was taken ${again.length + 1} times, again after ms ${afterMs.join(', ')}`,
          again.length,
        );
      }
    }
  }

  #isStuck(row: StoredReminder): boolean {
    return (
      row.status === 'handing_over' ||
      row.message_status === 'handing_over' ||
      (row.status === 'planned' && row.due_at.getTime() <= this.#evidence.now)
    );
  }

  /** I8: each comes to an end, with a reason where it was not handed over, and what counts as handed over was taken. */
  #judgeReminders(): void {
    const taken = new Set(this.#evidence.accepted.map(({ reference }) => reference));
    for (const row of this.#evidence.reminders) {
      if (this.#isStuck(row)) this.#add('I8', `${row.appointment} is stuck as ${row.status}`);
      if (!isOneStory(row))
        this.#add('I8', `${row.appointment} is ${row.stored_status} and its message is ${row.message_status}`);
      // The message to another gateway may have been proved not to have been sent before.
      const counts = row.message_status !== 'not_sent';
      if (counts && ['accepted', 'delivered', 'undelivered'].includes(row.status) && !taken.has(row.message_id ?? ''))
        this.#add('I8', `${row.appointment} is ${row.status}, and the gateway never took it`);
      if (['expired', 'suppressed', 'rejected'].includes(row.status) && row.reason === null)
        this.#add('I8', `${row.appointment} is ${row.status} without a reason`);
    }
    const newest = new Set(this.#evidence.reminders.filter((row) => row.newest).map((row) => row.appointment));
    for (const { reference, status } of this.#evidence.script.appointments.values())
      if (status === 'booked' && !newest.has(reference)) this.#add('I8', `${reference} has no reminder`);
  }

  /** I9. */
  #judgeAppointments(): void {
    for (const { reference, status, starts } of this.#evidence.script.appointments.values()) {
      const stored = this.#evidence.appointments.get(reference);
      if (status === 'asked') continue;
      if (!stored) this.#add('I9', `${reference} was acknowledged and is gone`);
      else if (stored.status !== status)
        this.#add('I9', `${reference} is ${stored.status} though ${status} was acknowledged`);
      else if (stored.start_at?.getTime() !== starts.at(-1)?.getTime())
        this.#add('I9', `${reference} has another time than acknowledged`);
    }
  }

  /** I10: what was acknowledged holds, and delivered outranks undelivered. */
  #judgeReceipts(): void {
    const delivered = new Set(
      this.#evidence.receipts.filter(({ state }) => state === 'delivered').map(({ reference }) => reference),
    );
    for (const reference of new Set(this.#evidence.receipts.map((receipt) => receipt.reference))) {
      const row = this.#byMessage.get(reference);
      const expected = delivered.has(reference) ? 'delivered' : 'undelivered';
      if (row && row.message_status !== expected)
        this.#add('I10', `${row.appointment} is ${row.message_status} after a receipt ${expected}`);
    }
  }

  /** I11, of all that the processes wrote and measured. */
  #judgeOutput(): void {
    for (const [digits] of this.#evidence.output.matchAll(/(?<!\d)(?:45)?\d{8}(?!\d)/g))
      if (this.#evidence.byPhone.has(`+45${digits.slice(-8)}`))
        this.#add('I11', 'a number stands in a log or a metric');
  }

  /** From due to taken, of those that were never moved. */
  #lateness(): Lateness {
    const seconds = this.#reminding().flatMap((sms) => {
      const starts = this.#evidence.byPhone.get(sms.to)?.starts ?? [];
      return starts.length === 1 && starts[0] ? [(sms.at - (starts[0].getTime() - LEAD_MS)) / 1000] : [];
    });
    seconds.sort((a, b) => a - b);
    const at = (share: number) => seconds[Math.min(seconds.length - 1, Math.floor(seconds.length * share))] ?? 0;
    return { p50: at(0.5), p99: at(0.99), max: seconds.at(-1) ?? 0 };
  }
}

/** Reminder and message tell the same: what is planned has not left, what was handed over has a message. */
function isOneStory({ stored_status, message_status }: StoredReminder): boolean {
  if (stored_status === 'planned') return message_status === null || message_status === 'not_sent';
  return stored_status !== 'handed_over' || message_status !== null;
}

function notSent({ status, reason }: StoredReminder): Invariant {
  if (status === 'cancelled') return 'I2';
  if (status === 'superseded') return 'I3';
  if (reason === 'opted_out') return 'I6';
  return status === 'expired' ? 'I7' : 'I8';
}

const TIME = new Intl.DateTimeFormat('da-DK', {
  timeZone: 'Europe/Copenhagen',
  hour: 'numeric',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** As the shipped text prints a time. */
function printed(start: Date | undefined): string {
  return start ? `kl. ${TIME.format(start)}.` : '';
}
