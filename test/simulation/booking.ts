import { Problem } from '../../src/domain/errors.ts';
import type { EventResult } from '../../src/intake/envelope.ts';
import { receiveWebhook } from '../../src/sources/webhook.ts';
import { atLocalTime, dueTimes } from './calendar.ts';
import type { Dice } from './dice.ts';
import type { Judge } from './judge.ts';
import type { BookedAppointment, Post } from './post.ts';
import type { Requests } from './requests.ts';
import { AUTHORITIES, type AuthorityId, DAY, HOUR, MINUTE, SECOND, type Setting } from './settings.ts';
import type { Timeline } from './timeline.ts';
import { vendorEventOf } from './vendors.ts';

/** The booking systems of both authorities: lives of appointments, posted in order and out of it, once and again. */
export class BookingSystems {
  readonly appointments: BookedAppointment[] = [];
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #requests: Requests;
  readonly #judge: Judge;
  readonly #setting: Setting;
  /** Posts that wait to go as one request. */
  readonly #outbox: Record<AuthorityId, Post[]> = { alpha: [], beta: [] };
  #keys = 0;
  /** Events that wait for those before them, by the reference of their appointment. */
  readonly #waiting = new Map<string, Post[]>();

  constructor(timeline: Timeline, dice: Dice, requests: Requests, judge: Judge, setting: Setting) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#requests = requests;
    this.#judge = judge;
    this.#setting = setting;
  }

  /** Plans the lives of so many appointments within the days to come. */
  book(count: number, days: number): void {
    for (let nth = 0; nth < count; nth++) {
      const authority = AUTHORITIES[nth % 2] as AuthorityId;
      const bookedAt = this.#setting.start + this.#dice.between(0, days * DAY - DAY);
      const appointment: BookedAppointment = { authority, reference: `${authority}-${nth}`, posts: [] };
      this.appointments.push(appointment);
      this.#timeline.at(bookedAt, () => this.#begin(appointment, nth));
    }
  }

  #begin(appointment: BookedAppointment, nth: number): void {
    // Some citizens have two appointments; a few have a number that doesn't exist.
    const digits = String(this.#dice.chance(0.15) ? Math.max(0, nth - 2) : nth).padStart(4, '0');
    const phone = `+452012${digits.slice(0, 2)}${this.#dice.chance(0.03) ? '99' : String(Number(digits.slice(2)) % 99).padStart(2, '0')}`;
    this.#say(appointment, { type: 'booked', start: this.#someStart(), phone, place: 'Opgang 1' });
    this.#planChange(appointment);
  }

  /**
   * Books several appointments for the same time of one of the next days, which nothing changes any more.
   * @returns when their last reminders are due
   */
  bookCrowd(count: number): number {
    const start = atLocalTime(this.#timeline.now, this.#dice.between(1, 2), 10 * 60 + 15 * this.#dice.between(0, 28));
    for (let nth = 0; nth < count; nth++) {
      const appointment: BookedAppointment = {
        authority: 'beta',
        reference: `beta-${this.appointments.length}-crowd`,
        posts: [],
      };
      this.appointments.push(appointment);
      const phone = `+452112${String(this.appointments.length).padStart(4, '0')}`;
      this.#say(appointment, { type: 'booked', start, phone, place: 'Opgang 1' });
    }
    return dueTimes('beta', start).at(-1) as number;
  }

  /** Changes the appointment with this reference at once. */
  changeNow(reference: string): void {
    const appointment = this.appointments.find((each) => each.reference === reference);
    const last = appointment?.posts.at(-1);
    if (appointment && last) this.#change(appointment, last);
  }

  #someStart(): number {
    // Often at the time of another one, so that several are due at once.
    const other = this.appointments[this.#dice.between(0, this.appointments.length - 1)]?.posts.at(-1)?.start ?? 0;
    if (this.#dice.chance(0.4) && other > this.#timeline.now + HOUR) return other;
    const day = this.#dice.chance(0.15) ? this.#dice.between(0, 1) : this.#dice.between(2, 9);
    const start = atLocalTime(this.#timeline.now, day, 7 * 60 + 15 * this.#dice.between(0, 46));
    return start > this.#timeline.now + 5 * MINUTE ? start : start + DAY;
  }

  /** Plans its next change, often at the very moment at which a reminder of it is due. */
  #planChange(appointment: BookedAppointment): void {
    const last = appointment.posts.at(-1) as Post;
    if (appointment.posts.length > 7 || this.#dice.chance(0.3)) return;
    const due = dueTimes(appointment.authority, last.start).filter((at) => at > this.#timeline.now);
    const aimed = due[this.#dice.between(0, due.length)];
    const left = last.start - this.#timeline.now;
    const at =
      aimed && this.#dice.chance(0.6)
        ? aimed + this.#dice.between(-10, 70)
        : this.#timeline.now + this.#dice.between(1, Math.max(2, left));
    this.#timeline.at(at, () => {
      this.#change(appointment, appointment.posts.at(-1) as Post);
      this.#planChange(appointment);
    });
  }

  #change(appointment: BookedAppointment, last: Post): void {
    const dice = this.#dice;
    const off = last.type === 'cancelled' || last.type === 'deleted';
    if (off) {
      const back = { ...last, type: 'booked', ...(dice.chance(0.3) && { start: this.#someStart() }) } as const;
      this.#say(appointment, dice.chance(0.5) ? back : last);
      return;
    }
    const what = dice.between(1, 100);
    if (what <= 30) this.#say(appointment, { ...last, type: 'rescheduled', start: this.#someStart() });
    else if (what <= 50) this.#say(appointment, { ...last, type: 'cancelled' });
    else if (what <= 53) this.#say(appointment, { ...last, type: 'deleted' });
    else if (what <= 75)
      this.#say(appointment, {
        ...last,
        type: 'updated',
        phone: `+4526${String(dice.between(0, 999_998)).padStart(6, '0')}`,
      });
    else if (what <= 90) this.#say(appointment, { ...last, type: 'updated', place: `Opgang ${dice.between(2, 99)}` });
    else if (what <= 93) this.#say(appointment, { ...last, type: 'arrived' });
    else this.#say(appointment, { ...last, type: 'updated' });
    // Back at once, before anybody noticed.
    if (what <= 50 && dice.chance(0.2)) this.#say(appointment, { ...last, type: 'booked' });
  }

  #say(appointment: BookedAppointment, said: Omit<Post, 'reference' | 'order'>): void {
    const { reference, authority, posts } = appointment;
    // The order of one system is a version, that of the other a time.
    const order =
      authority === 'alpha' ? posts.length + 1 : Math.max(this.#timeline.now, (posts.at(-1)?.order ?? 0) + 1);
    const { type, start, phone, place } = said;
    const post: Post = { reference, order, type, start, phone, place };
    posts.push(post);
    this.#judge.posted(appointment, post);
    const outbox = this.#outbox[authority];
    if (this.#setting.vendors) return void this.#sayInOrder(appointment, post);
    outbox.push(post);
    if (outbox.length === 1)
      this.#timeline.after(this.#dice.chance(0.3) ? this.#dice.between(0, 400) : 0, () => this.#flush(authority));
  }

  /**
   * Posts an event once those before it about its appointment were answered: of a system that says neither version nor
   * time nobody else could know their order. Old bodies come again, whatever has come since.
   */
  #sayInOrder({ authority, reference }: BookedAppointment, post: Post): void {
    const waiting = this.#waiting.get(reference) ?? [];
    this.#waiting.set(reference, waiting);
    waiting.push(post);
    const next = (): void => {
      const [first] = waiting;
      if (!first) return;
      this.#post(authority, [first], undefined, () => {
        waiting.shift();
        if (this.#dice.chance(0.3))
          this.#timeline.after(this.#dice.between(1, 40) * HOUR, () => this.#post(authority, [first], undefined));
        next();
      });
    };
    if (waiting.length === 1) next();
  }

  /** Posts what waits as one request, sometimes late, sometimes twice. */
  #flush(authority: AuthorityId): void {
    const posts = this.#outbox[authority].splice(0);
    const key = this.#dice.chance(0.5) ? `key-${++this.#keys}` : undefined;
    const times = this.#dice.chance(0.1) ? 2 : 1;
    for (let nth = 0; nth < times; nth++) {
      const late = this.#dice.chance(0.1) ? this.#dice.between(0, 20) * SECOND : 0;
      const again = nth === 0 ? 0 : this.#dice.between(0, 30) * (this.#dice.chance(0.5) ? SECOND : HOUR);
      this.#timeline.after(late + again, () => this.#post(authority, posts, key));
    }
  }

  #post(authority: AuthorityId, posts: readonly Post[], idempotencyKey: string | undefined, then?: () => void): void {
    const writeEvent = this.#setting.vendors ? vendorEventOf : eventOf;
    const events = posts.map((post) => writeEvent(authority, post));
    const body = Buffer.from(JSON.stringify(events.length === 1 ? events[0] : events));
    this.#requests.ask<readonly EventResult[] | Problem>(
      `post ${posts.map(({ reference, order, type }) => `${reference} ${order} ${type}`).join(', ')}`,
      async ({ receiver }) => {
        try {
          const { array, results } = await receiveWebhook(receiver, {
            ...{ sourceId: authority, credentials: 'connection', idempotencyKey, body },
            ...{ contentType: 'application/json', header: () => undefined },
          });
          const [only] = results;
          return !array && only?.result === 'refused' ? only.problem : results;
        } catch (error) {
          if (error instanceof Problem && error.status < 500) return error;
          throw error;
        }
      },
      (results) => {
        this.#judge.answered(posts, results);
        then?.();
      },
      { late: true },
    );
  }
}

function eventOf(authority: AuthorityId, { reference, order, type, start, phone, place }: Post): object {
  return {
    type: `appointment.${type}`,
    ...(authority === 'beta' && { timestamp: new Date(order).toISOString() }),
    data: {
      id: reference,
      ...(authority === 'alpha' && { version: order }),
      start: new Date(start).toISOString(),
      patient: { id: `patient ${reference}`, phone },
      location: { text: place },
    },
  };
}
