import { eraseCitizen } from '../../src/staff/citizens/erase-citizen.ts';
import { pauseSending, resumeSending } from '../../src/staff/pauses.ts';
import { readReplies } from '../../src/staff/replies/replies.ts';
import { settleReply } from '../../src/staff/replies/settle-reply.ts';
import { saveTemplate } from '../../src/staff/templates/save.ts';
import { dueTimes } from './calendar.ts';
import { Dice } from './dice.ts';
import { CANCELLATION, type Judge } from './judge.ts';
import type { Requests } from './requests.ts';
import {
  AUTHORITIES,
  type AuthorityId,
  DAY,
  HOUR,
  type Kind,
  MINUTE,
  SECOND,
  type Setting,
  textOf,
  WORDINGS,
} from './settings.ts';
import type { Report } from './supplier.ts';
import type { Acceptance } from './supplier-book.ts';
import type { Timeline } from './timeline.ts';

const STAFF = { name: 'Staff', seesNumbers: true };

/**
 * Citizens who write back, and staff who pause, reword, erase and settle: often in the moment in which something is
 * due.
 */
export class People {
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #requests: Requests;
  readonly #judge: Judge;
  readonly #setting: Setting;
  readonly #report: Report;
  /** The authorities whose SMS a number has had. */
  readonly #read = new Map<string, Set<AuthorityId>>();
  #wordings = 1;
  /** False once SMS go about appointments whose checks know of no replies. */
  active = true;
  /** Dice of their own for replies about appointments, so that these change nothing else in a seed. */
  readonly #replyDice: Dice;

  constructor(timeline: Timeline, dice: Dice, requests: Requests, judge: Judge, setting: Setting, report: Report) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#requests = requests;
    this.#judge = judge;
    this.#setting = setting;
    this.#report = report;
    this.#replyDice = new Dice(setting.start / SECOND);
  }

  /** Lets the reader of an SMS write back, at once or later. */
  onRead({ sms, unconfirmed }: Acceptance): void {
    if (!this.active) return;
    const authority = AUTHORITIES.find((id) => this.#setting.authorities[id].sender === sms.from);
    if (authority) this.#read.set(sms.to, (this.#read.get(sms.to) ?? new Set()).add(authority));
    if (authority && this.#replyDice.chance(0.15)) this.#replyAbout(authority, sms.to);
    if (!authority || !this.#dice.chance(unconfirmed ? 0.6 : 0.14)) return;
    const what = this.#dice.pick(['STOP', 'stop tak', 'STOP', 'Forkert nummer', 'Stop det der', 'Ok, tak']);
    // Some answer at once: before it is known here that they have read anything.
    const atOnce = this.#dice.chance(unconfirmed ? 0.7 : 0.1);
    const at = atOnce ? this.#timeline.now + this.#dice.between(5, 300) * SECOND : this.#someTime(authority);
    this.#timeline.at(at, () => this.#write(authority, sms.to, atOnce ? 'STOP' : what));
  }

  /** Lets the reader write about the appointment soon after the SMS. */
  #replyAbout(authority: AuthorityId, phone: string): void {
    const what = this.#replyDice.pick(['AFBUD', 'Jeg kan desværre ikke komme', 'AFBUD', 'JA', 'Hvor er det?']);
    const at = this.#timeline.now + this.#replyDice.between(1, 300) * MINUTE;
    this.#timeline.at(at, () => this.#write(authority, phone, what));
  }

  /** Lets the citizen of an appointment write, or staff pause, at once. */
  changeNow(authority: AuthorityId, reference: string): void {
    // The number must be known here: nobody could tell whose a reply from another one is.
    const phone = this.#judge.appointments.get(reference)?.sent.findLast(({ ackedAt }) => ackedAt < this.#timeline.now)
      ?.post.phone;
    // Nobody can write from a number that the supplier calls invalid.
    if (phone && !phone.endsWith('99') && this.#dice.chance(0.7))
      this.#write(authority, phone, this.#dice.pick(['STOP', 'STOP', 'Forkert nummer']));
    else this.#pause(authority);
  }

  #write(authority: AuthorityId, phone: string, text: string): void {
    // Without digits enough for a number: the product keeps no id that looks like one, by which it is found here.
    const id = `mo-${this.#dice.between(1, 1e9).toString(36)}`;
    const event = {
      gatewayMessageId: id,
      from: phone,
      to: this.#setting.authorities[authority].sender,
      text,
      at: null,
    };
    const cancels = /^(AFBUD|Jeg kan)/.test(text);
    // The reminders wait or end, also where nobody ever hears that the reply was taken.
    if (cancels) this.#judge.inDoubt.add(`${authority} ${phone}`);
    const meaning = /^stop( tak)?$/i.test(text) ? 'stop' : text === 'START' ? 'start' : 'other';
    if (meaning === 'start') this.#judge.lift(authority, phone, 'STOP', 'a refusal by staff', 'what may be a STOP');
    const writtenAt = this.#timeline.now;
    const read = this.#read.get(phone);
    // A reply from a number that has had SMS of others only is taken for one to those.
    const forOthers = read !== undefined && !read.has(authority);
    const forbid = (label: string, about: { readonly wrongNumber?: string } = {}) => {
      if (forOthers) for (const other of AUTHORITIES) this.#judge.inDoubt.add(`${other} ${phone}`);
      else this.#judge.forbid(label, authority, phone, writtenAt, about);
    };
    this.#report('inbound', event, () => {
      if (meaning === 'stop') forbid('STOP');
      else if (text.startsWith('Forkert')) forbid('a wrong number', { wrongNumber: id });
      else if (text.startsWith('Stop det')) forbid('what may be a STOP');
      else if (cancels) this.#judge.cancelled(authority, phone, id, writtenAt);
    });
    if (meaning === 'stop' && this.#dice.chance(0.5))
      this.#timeline.after(this.#dice.between(1, 2880) * MINUTE, () => this.#write(authority, phone, 'START'));
    if (meaning === 'start' && this.#dice.chance(0.3))
      this.#timeline.at(this.#someTime(authority), () => this.#write(authority, phone, 'STOP'));
  }

  /** Some time soon, or the moment at which a reminder of the authority is due. */
  #someTime(authority: AuthorityId): number {
    const { now } = this.#timeline;
    const starts = [...this.#judge.appointments.values()].filter(({ booked }) => booked.authority === authority);
    const due = starts
      .flatMap(({ sent }) => dueTimes(authority, sent.at(-1)?.post.start ?? 0))
      .filter((at) => at > now && at < now + 3 * DAY);
    const aimed = due[this.#dice.between(0, Math.max(0, due.length - 1))];
    return aimed && this.#dice.chance(0.6)
      ? aimed + this.#dice.between(-10, 60)
      : now + this.#dice.between(1, 600) * MINUTE;
  }

  /** Plans the actions of staff in so many days. */
  planStaff(days: number): void {
    const some = (least: number, most: number, work: (authority: AuthorityId) => void) => {
      for (let nth = this.#dice.between(least, most); nth > 0; nth--) {
        const authority = this.#dice.pick(AUTHORITIES);
        this.#timeline.at(this.#setting.start + this.#dice.between(DAY, days * DAY), () => {
          this.#timeline.at(this.#someTime(authority), () => work(authority));
        });
      }
    };
    some(1, 3, (authority) => this.#pause(authority));
    some(1, 4, (authority) => this.#reword(authority));
    some(0, 2, (authority) => this.#erase(authority));
    for (let at = 5 * HOUR; at < (days + 2) * DAY; at += this.#dice.between(3, 12) * HOUR) {
      this.#timeline.at(this.#setting.start + at, () => this.#settle(this.#dice.pick(AUTHORITIES)));
    }
  }

  #pause(authority: AuthorityId): void {
    const whose = { authorityId: authority, sourceId: this.#dice.chance(0.3) ? authority : null, actor: STAFF.name };
    const length = this.#dice.between(1, 400) * MINUTE;
    const disturbance = this.#judge.disturbance(authority, 'pause');
    this.#requests.ask(
      `pause ${authority}`,
      ({ deps }) =>
        pauseSending(
          deps,
          { ...whose, pause: { at: deps.now(), until: null, reason: 'Fejl i kalenderen' } },
          deps.now(),
        ),
      () => {
        this.#judge.forbid('a pause', authority, null);
        this.#timeline.after(length, () => {
          this.#judge.lift(authority, null, 'a pause');
          const resume = `resume ${authority}`;
          this.#requests.ask(
            resume,
            ({ deps }) => resumeSending(deps, whose, deps.now()),
            () => {
              disturbance.to = this.#timeline.now;
            },
          );
        });
      },
    );
  }

  #reword(authority: AuthorityId): void {
    const name = this.#dice.pick(Object.keys(WORDINGS) as [Kind, ...Kind[]]);
    const wording = ++this.#wordings;
    this.#requests.ask(
      `reword ${authority} ${name} ${wording}`,
      ({ deps }) =>
        saveTemplate(
          deps,
          { authorityId: authority, name, language: 'da', text: textOf(name, wording), actor: STAFF.name },
          deps.now(),
        ),
      () => {},
    );
  }

  #erase(authority: AuthorityId): void {
    const known = [...this.#judge.appointments.values()].filter(({ booked }) => booked.authority === authority);
    const phone = known[this.#dice.between(0, known.length - 1)]?.sent.at(-1)?.post.phone;
    if (!phone) return;
    this.#requests.ask(
      `erase a citizen of ${authority}`,
      ({ deps }) => eraseCitizen(deps, { authorityId: authority, phone, actor: STAFF.name }, deps.now()),
      () => this.#judge.erased(authority, phone),
    );
  }

  #settle(authority: AuthorityId): void {
    const decided = this.#dice.pick(['opt_out', 'wrong_number', 'ignore', 'ignore'] as const);
    const about = this.#replyDice.pick(['cancel_passed_on', 'cancel_passed_on', 'confirmed', 'ignore'] as const);
    this.#requests.ask(
      `settle a reply to ${authority}`,
      async ({ deps }) => {
        const { replies } = await readReplies(
          deps,
          STAFF,
          authority,
          { needsPerson: true, before: null, limit: 1 },
          deps.now(),
        );
        const [reply] = replies;
        if (!reply?.phone) return null;
        // Nobody takes the number of a citizen who cancels for a wrong one.
        const action = reply.meaning === 'cancel' ? about : decided;
        this.#judge.lift(authority, reply.phone, 'a wrong number', 'what may be a STOP', CANCELLATION);
        if (action === 'cancel_passed_on')
          for (const { reference } of reply.appointments) this.#judge.passedOn(authority, reference);
        // The caller may never hear that it was done.
        if (action === 'opt_out' || action === 'wrong_number') this.#judge.inDoubt.add(`${authority} ${reply.phone}`);
        await settleReply(deps, STAFF, { authorityId: authority, id: reply.id, action }, deps.now());
        return { phone: reply.phone, action };
      },
      (settled) => {
        if (!settled) return;
        const { phone, action } = settled;
        if (action === 'opt_out') this.#judge.forbid('a refusal by staff', authority, phone);
        if (action === 'wrong_number') this.#judge.erased(authority, phone);
      },
      { tries: 3 },
    );
  }
}
