import { isOpenToStaff } from './calendar.ts';
import type { SharedDatabase } from './database.ts';
import type { Judge } from './judge.ts';
import { HOUR, MINUTE } from './settings.ts';
import type { Call } from './supplier.ts';
import type { Timeline } from './timeline.ts';

/** A call about an appointment, with the reminder whose message it was. */
interface CallAbout {
  readonly call: Call;
  readonly reminder: string;
  readonly slot: string;
  readonly again: boolean;
}

/** The least between an SMS about an appointment and a reminder of it that staff send again. */
const SOON_MS = 10 * MINUTE;
/** The least between two reminders of one appointment that staff send again. */
const LATELY_MS = 12 * HOUR;
/** The time by which the clocks of two processes, and the way from a start to its call, make a difference. */
const SLACK_MS = 2 * MINUTE;

/** True for a reminder that staff sent again, by the id of its rule. */
export const isAgain = (rule: string): boolean => rule.startsWith('again');

/** Checks the reminders that staff send again against all calls about their appointments. */
export class AgainCheck {
  /** Reminders sent again that were called. */
  called = 0;
  readonly #judge: Judge;
  readonly #calls = new Map<string, CallAbout[]>();

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  /**
   * Notes a call about an appointment, and checks that of a reminder that staff sent again: none came less than ten
   * minutes after an SMS that went, nor less than twelve hours after the last one of its kind, nor while nobody knew
   * whether the last SMS about the same time had been sent.
   * @param slotKey appointment, rule and slot
   * @param dueAt when staff sent it again
   */
  check(call: Call, slotKey: string, reminder: string, dueAt: number): void {
    const [appointment = '', rule = '', slot = ''] = slotKey.split(' ');
    const all = this.#calls.get(appointment) ?? [];
    this.#calls.set(appointment, [...all, { call, reminder, slot, again: isAgain(rule) }]);
    if (!isAgain(rule) || all.some((each) => each.reminder === reminder)) return;
    this.called++;
    if (this.#judge.clocksWrong(dueAt - LATELY_MS, call.at)) return;
    const { reference } = call.sms;
    const before = all.filter((each) => each.call.at < dueAt - SLACK_MS && !each.call.refused);
    const sent = before.filter((each) => !this.#failed(each, dueAt));
    if (sent.some(({ call: { at, answer } }) => answer?.kind === 'accepted' && at > dueAt - SOON_MS + SLACK_MS))
      this.#judge.violation(`call ${reference} was sent again within ten minutes of another SMS`);
    if (sent.some(({ again, call: { at } }) => again && at > dueAt - LATELY_MS + SLACK_MS))
      this.#judge.violation(`call ${reference} was sent again within twelve hours of the last time`);
    const last = before.at(-1);
    if (last && last.slot === slot && !this.#isKnown(last, all))
      this.#judge.violation(`call ${reference} was sent again, and nobody knew of ${last.call.sms.reference}`);
  }

  /** True where a receipt may have said so by then. */
  #failed({ call: { sms } }: CallAbout, by: number): boolean {
    return by > 0 && (this.#judge.receiptsSent.get(sms.reference) ?? []).includes('undelivered');
  }

  /** True where somebody may have heard whether it was sent. */
  #isKnown({ call: { sms } }: CallAbout, all: readonly CallAbout[]): boolean {
    const { reference } = sms;
    return (
      all.some(({ call }) => call.sms.reference === reference && call.answer?.kind === 'accepted') ||
      (this.#judge.receiptsSent.get(reference) ?? []).some((state) => state !== 'unknown') ||
      this.#judge.unknownToSupplier.has(reference) ||
      this.#judge.lookedUpStates.has(reference)
    );
  }
}

const EXPIRED = `select id, due_at, expires_at from reminder where rule like 'again%' and status = 'expired'`;

/** I8: a reminder that staff sent again goes, where nothing was in its way for as long as it takes. */
export function checkNotLost(judge: Judge, database: SharedDatabase, timeline: Timeline): void {
  const rows = database.inspect<{ id: string; due_at: Date; expires_at: Date }>(EXPIRED) ?? [];
  for (const { id, due_at, expires_at } of rows) {
    const [from, to] = [due_at.getTime(), due_at.getTime() + 20 * MINUTE];
    const hadTime = to < Math.min(expires_at.getTime(), timeline.now) && isOpenToStaff(to);
    const leftOut = judge.ticksLeftOut.some((time) => time.from <= to && time.to >= from);
    if (hadTime && !leftOut && !judge.clocksWrong(from, to) && !judge.disturbed(from, to))
      judge.violation(`${id} was sent again, and never tried`);
  }
}
