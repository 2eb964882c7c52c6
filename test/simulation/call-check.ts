import { AgainCheck, isAgain } from './again-check.ts';
import { deadline, isOpen, isOpenToStaff, printed } from './calendar.ts';
import type { SharedDatabase } from './database.ts';
import type { HeldBooking, Judge, SentPost } from './judge.ts';
import { isBooked, wasReplaced } from './replaced-numbers.ts';
import {
  AUTHORITIES,
  type AuthorityId,
  type Kind,
  MINUTE,
  repeats,
  SECOND,
  type Setting,
  WORDINGS,
} from './settings.ts';
import { statusesOf } from './statuses.ts';
import type { Call } from './supplier.ts';

/** The most that the clock of a process differs from the world's, but where a fault sets it. */
const SKEW_MS = 25 * SECOND;
/** The most that a call comes after its start: turns at the gateway, and one statement, lie between. */
const WAY_MS = 40 * SECOND;
/** The least between two calls of a message: a process counts as gone long after its last call, and a hold follows. */
const UNDER_WAY_MS = 15 * SECOND;
/** Time to notice clocks that are apart: a sweep each ten seconds, a statement of eight, a call half a minute after. */
const APART_LONG_MS = 75 * SECOND;

interface MessageRow {
  readonly reminder_id: string | null;
  readonly handed_over_at: Date;
  readonly due_at: Date | null;
  readonly slotKey: string | null;
  readonly reference: string | null;
  /** True for one that a transaction started which is still open; one that only changes it leaves its group alone. */
  readonly uncommitted: boolean;
  /** True for one that is being handed over and noted in no group: if its process died now, nobody would know of it. */
  readonly unnoted: boolean;
}

const MESSAGE = `select m.reminder_id, m.handed_over_at, r.due_at, r.appointment_id || ' ' || r.rule || ' ' || r.slot as "slotKey", a.reference,
    coalesce(m.xmin = pg_current_xact_id_if_assigned()::xid, false)
      and not exists (select from hand_over_group g where m.id = any(g.message_ids)
        and g.xmin is distinct from pg_current_xact_id_if_assigned()::xid) as uncommitted,
    m.reminder_id is not null and m.status = 'handing_over'
      and not exists (select from hand_over_group g where m.id = any(g.message_ids)) as unnoted
  from message m left join reminder r on r.id = m.reminder_id
  left join appointment a on a.id = r.appointment_id where m.id = $1`;
interface State {
  readonly since: Date;
  readonly reason: string | null;
  readonly probe_at: Date | null;
}

const STATE = 'select since, reason, probe_at from gateway_state where gateway = $1';

/** Checks each call against what citizens, staff and booking systems had been promised by then. */
export class CallCheck {
  readonly again: AgainCheck;
  readonly #judge: Judge;
  readonly #database: SharedDatabase;
  readonly #setting: Setting;
  readonly #calls = new Map<string, Call[]>();
  /** The messages of an appointment, rule and slot, by gateway. */
  readonly #slots = new Map<string, Map<string, string>>();

  constructor(judge: Judge, database: SharedDatabase, setting: Setting) {
    this.#judge = judge;
    this.#database = database;
    this.#setting = setting;
    this.again = new AgainCheck(judge);
  }

  /** Checks a call as it reaches the supplier, before that does anything about it. */
  called(call: Call): void {
    const { sms, at } = call;
    const rows = this.#database.inspect<MessageRow>(MESSAGE, [sms.reference]);
    if (rows === null) return;
    const [row] = rows;
    // The message of a repetition may be locked by a receipt that is being applied.
    if (!row || (row.uncommitted && !this.#calls.has(sms.reference)))
      return void this.#judge.violation(`call ${sms.reference} was made before its message was committed`);
    if (row.unnoted) this.#judge.violation(`call ${sms.reference} is noted in no group`);
    const kind = (Object.keys(WORDINGS) as Kind[]).find((each) => sms.text.startsWith(`${WORDINGS[each]} `));
    const authority = AUTHORITIES.find((id) => this.#setting.authorities[id].sender === sms.from);
    this.#checkRepeats(call, row, kind ? authority : undefined);
    if (!kind || row.reminder_id === null) return;
    if (!authority) return void this.#judge.violation(`call ${sms.reference} has a sender of nobody`);
    const wasStopped = this.#wasStopped(call, row);
    this.#checkSlot(call, row);
    this.#checkOut(call, row);
    if (row.slotKey && row.due_at) this.again.check(call, row.slotKey, row.reminder_id, row.due_at.getTime());
    if (row.due_at && row.due_at.getTime() > at + SKEW_MS + 10 * SECOND)
      this.#judge.violation(`call ${sms.reference} before it is due`);
    this.#checkClocks(call);
    if (!this.#judge.clocksWrong(at - MINUTE, at) && !wasStopped) this.#checkTime(call, row, authority);
    this.#checkProhibitions(call, row, authority, kind);
    this.#checkContent(call, row, authority, kind);
  }

  /** True where the process stood still between the start and the call: it can't have seen what came in between. */
  #wasStopped({ process, at }: Call, { handed_over_at }: MessageRow): boolean {
    return process.stoodStill(handed_over_at.getTime() - SKEW_MS, at);
  }

  /**
   * I1: what may have been taken once is called again only as the policy says, once and under the same reference: after
   * the hold, without a receipt; or, where the supplier can be asked, after it was heard to know nothing of it.
   */
  #checkRepeats(call: Call, row: MessageRow, authority: AuthorityId | undefined): void {
    const { reference } = call.sms;
    const calls = this.#calls.get(reference) ?? [];
    const open = calls.filter(({ refused }) => !refused);
    this.#calls.set(reference, [...calls, call]);
    const [first, ...more] = open;
    if (!first) return;
    const last = open.at(-1);
    if (last?.answer === null && call.at - last.at < UNDER_WAY_MS && !this.#judge.clocksWrong(last.at, call.at))
      return void this.#judge.violation(`call ${reference} again while it was under way`);
    if (!this.#mayRepeat(reference, authority)) this.#judge.violation(`second call ${reference}`);
    else if (more.length > 0) this.#judge.violation(`third call ${reference}`);
    else if (first.answer?.kind === 'accepted') this.#judge.violation(`call ${reference} again, which was accepted`);
    else if (call.at - first.at < this.#holdMs() - 3 * SKEW_MS && !this.#judge.clocksWrong(first.at, call.at))
      this.#judge.violation(`call ${reference} again before its hold was over`);
    const known = (this.#judge.receipts.get(reference) ?? []).some(
      ({ state, at }) => state !== 'unknown' && at < row.handed_over_at.getTime() - 2 * MINUTE,
    );
    if (known && !this.#judge.clocksWrong(first.at, call.at))
      this.#judge.violation(`call ${reference} again, whose receipt was taken`);
  }

  #mayRepeat(reference: string, authority: AuthorityId | undefined): boolean {
    if (!authority || !repeats(this.#setting, authority)) return false;
    return !this.#setting.askable || this.#judge.unknownToSupplier.has(reference);
  }

  #holdMs(): number {
    return this.#setting.gateway === 'echoed' && !this.#setting.askable ? 10 * MINUTE : MINUTE;
  }

  /** No start is made half a minute after the clocks came apart, if a sweep could compare them. */
  #checkClocks({ sms, process, at }: Call): void {
    const since = this.#judge.clocksApartSince.get(process);
    if (since === undefined || at - since < APART_LONG_MS || this.#judge.disturbed(since, at)) return;
    this.#judge.violation(
      `call ${sms.reference} by a process whose clock has been apart from the database's for ${at - since} ms`,
    );
  }

  /**
   * I1: one message for an appointment, rule and slot; through another gateway one more, once whoever called the first
   * was told each time that it was not taken.
   */
  #checkSlot({ sms: { reference }, gateway }: Call, { slotKey }: MessageRow): void {
    const known = this.#slots.get(slotKey ?? '') ?? new Map<string, string>();
    this.#slots.set(slotKey ?? '', known);
    for (const [other, message] of known) {
      if (message === reference) continue;
      if (other === gateway) this.#judge.violation(`two messages for ${slotKey}: ${message} and ${reference}`);
      const unconfirmed = (this.#calls.get(message) ?? []).some(({ answer }) => answer?.kind !== 'retry');
      if (unconfirmed)
        this.#judge.violation(`call ${reference} through ${gateway}, and ${other} may have taken ${message}`);
    }
    known.set(gateway, reference);
  }

  /**
   * Through a gateway that is out of use goes one message at a time, and none while staff keep it out. Whoever takes a
   * probe puts the next one off.
   */
  #checkOut(call: Call, { handed_over_at }: MessageRow): void {
    const began = handed_over_at.getTime();
    const [state] = this.#database.inspect<State>(STATE, [call.gateway]) ?? [];
    if (!state?.reason || this.#judge.clocksWrong(began - MINUTE, call.at)) return;
    if (began < state.since.getTime() + SKEW_MS) return;
    if (state.reason === 'staff')
      this.#judge.violation(`call ${call.sms.reference} through a gateway that staff took out`);
    else if ((state.probe_at?.getTime() ?? began) < began && !this.#judge.disturbed(began - MINUTE, call.at))
      this.#judge.violation(`call ${call.sms.reference} through a gateway that is out, and nobody took a probe`);
    const open = [...this.#calls.values()].flat().filter(({ gateway, answer, at, process }) => {
      const since = at > state.since.getTime() + WAY_MS + SKEW_MS;
      return gateway === call.gateway && answer === null && since && !process.dead && call.at - at < 9 * SECOND;
    });
    if (open.length > 1)
      this.#judge.violation(
        `call ${call.sms.reference} beside ${open.length - 1} others through a gateway that is out`,
      );
  }

  /** I5: in the window, and soon after its start. */
  #checkTime({ sms, at }: Call, { handed_over_at, slotKey }: MessageRow, authority: AuthorityId): void {
    const began = handed_over_at.getTime();
    if (at - began > WAY_MS + SKEW_MS)
      this.#judge.violation(`call ${sms.reference} came ${at - began} ms after its start`);
    const isInWindow = (moment: number) =>
      isAgain(slotKey?.split(' ')[1] ?? '') ? isOpenToStaff(moment) : isOpen(authority, moment);
    if (![began - SKEW_MS, began, began + SKEW_MS].some(isInWindow))
      this.#judge.violation(`call ${sms.reference} outside the window`);
  }

  #checkProhibitions(call: Call, row: MessageRow, authority: AuthorityId, kind: Kind): void {
    const { sms, at } = call;
    for (const prohibition of this.#judge.prohibitions) {
      const holds =
        prohibition.from < at &&
        at <= prohibition.until &&
        prohibition.authority === authority &&
        (prohibition.phone ?? sms.to) === sms.to &&
        (prohibition.booking === null || (kind !== 'cancellation' && isOf(row, prohibition.booking)));
      if (!holds || wasReplaced(this.#judge, this.#database, prohibition, at)) continue;
      if (!this.#wasUnderWay(call, row, prohibition.from, prohibition.started))
        this.#judge.violation(`call ${sms.reference} after ${prohibition.label}`);
    }
  }

  #wasUnderWay(call: Call, row: MessageRow, from: number, started: ReadonlySet<string>): boolean {
    return (
      started.has(call.sms.reference) || (row.handed_over_at.getTime() - SKEW_MS < from && this.#wasStopped(call, row))
    );
  }

  /**
   * I2, I3, I4, I7: what it says must be so by what its booking system has told, or must have been under way when it
   * was told otherwise.
   */
  #checkContent(call: Call, row: MessageRow, authority: AuthorityId, kind: Kind): void {
    const { sms, at } = call;
    const fits = ({ post }: SentPost) => post.phone === sms.to && sms.text.endsWith(` ${printed(post.start)}`);
    const found = this.#judge.appointments.get(row.reference ?? '');
    if (found?.booked.authority !== authority || !found.sent.some(fits))
      return void this.#judge.violation(`call ${sms.reference} tells what nobody said: ${sms.text}`);
    const began = row.handed_over_at.getTime();
    // A citizen who cancelled by SMS is told once staff have entered it, though the booking system says nothing of it yet.
    const passedOn =
      kind === 'cancellation' && this.#judge.mayTellOfPassedOn(authority, row.reference ?? '', began + 2 * SKEW_MS);
    const wanted = (sent: SentPost) =>
      fits(sent) &&
      (kind === 'cancellation'
        ? sent.post.type === 'cancelled' || (passedOn && isBooked(sent.post))
        : isBooked(sent.post));
    const saying = found.sent.filter(wanted);
    const last = saying.at(-1);
    if (!last) return void this.#judge.violation(`call ${sms.reference} is a ${kind} of what never was so`);
    // The clock of the process decides about the deadline.
    const ends = passedOn ? last.post.start : deadline(last.post.start);
    if (began >= ends && !this.#judge.clocksWrong(at - MINUTE, at))
      this.#judge.violation(`call ${sms.reference} after its deadline`);
    // A booking that its own update overtook is stale: the cancellation that the update keeps may stand on.
    const staysCancelled = (sent: SentPost) =>
      kind === 'cancellation' &&
      isBooked(sent.post) &&
      fits(sent) &&
      statusesOf(found.sent.filter(({ ackedAt }) => ackedAt <= sent.ackedAt)).includes('cancelled');
    const newer = found.sent.filter(
      (sent) =>
        sent.ackedAt < at &&
        sent.post.order > last.post.order &&
        !wanted({ ...last, post: sent.post }) &&
        !staysCancelled(sent),
    );
    const [first] = newer.sort((a, b) => a.ackedAt - b.ackedAt);
    if (!first) return;
    if (!this.#wasUnderWay(call, row, first.ackedAt, first.started))
      return void this.#judge.violation(
        `call ${sms.reference}, a ${kind}, after ${first.post.reference} ${first.post.order} ${first.post.type} was acknowledged`,
      );
    const calledOff = first.post.type === 'cancelled' || first.post.type === 'deleted';
    const alone = found.sent.every(({ ackedAt, post }) => ackedAt <= first.ackedAt || post.order > first.post.order);
    if (calledOff && alone && kind === 'reminder' && !first.reported.includes(row.reminder_id ?? ''))
      this.#judge.violation(
        `call ${sms.reference} was under way, and ${first.post.reference} ${first.post.order} was not told`,
      );
  }
}

const isOf = ({ slotKey }: MessageRow, { appointment, slot }: HeldBooking): boolean =>
  slotKey?.startsWith(`${appointment} `) === true && slotKey.endsWith(` ${slot}`);
