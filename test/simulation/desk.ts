import { Problem } from '../../src/domain/errors.ts';
import { sendAgainByReference } from '../../src/staff/appointments/send-again.ts';
import type { Dice } from './dice.ts';
import type { Judge } from './judge.ts';
import type { Requests } from './requests.ts';
import { AUTHORITIES, type AuthorityId, HOUR, MINUTE, SECOND, type Setting } from './settings.ts';
import type { Call } from './supplier.ts';
import type { Timeline } from './timeline.ts';

const STAFF = { name: 'Desk', seesNumbers: true };

/**
 * Staff who write to citizens: they send reminders again soon after an SMS, whose outcome may not be known yet, later the
 * same day and at night, often two of them at once.
 */
export class Desk {
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #requests: Requests;
  readonly #judge: Judge;
  readonly #setting: Setting;

  constructor(timeline: Timeline, dice: Dice, requests: Requests, judge: Judge, setting: Setting) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#requests = requests;
    this.#judge = judge;
    this.#setting = setting;
  }

  /** Lets somebody send the reminder again after a call about its appointment. */
  onCall({ sms }: Call): void {
    const authority = AUTHORITIES.find((id) => this.#setting.authorities[id].sender === sms.from);
    if (!authority || !this.#dice.chance(0.4)) return;
    const about = [...this.#judge.appointments.values()].find(
      ({ booked, sent }) => booked.authority === authority && sent.at(-1)?.post.phone === sms.to,
    );
    if (!about) return;
    const wait = this.#dice.pick([
      this.#dice.between(1, 90) * SECOND,
      this.#dice.between(2, 14) * MINUTE,
      this.#dice.between(11, 300) * MINUTE,
      this.#dice.between(5, 16) * HOUR,
    ]);
    this.#timeline.after(wait, () => {
      this.#sendAgain(authority, about.booked.reference);
      if (this.#dice.chance(0.4)) this.#sendAgain(authority, about.booked.reference);
    });
  }

  #sendAgain(authority: AuthorityId, reference: string): void {
    this.#requests.ask<string>(
      `send again ${reference}`,
      async ({ deps }) => {
        try {
          const key = { authorityId: authority, sourceId: authority, reference };
          return (await sendAgainByReference(deps, STAFF, key, deps.now())).id;
        } catch (error) {
          if (error instanceof Problem && error.status < 500) return error.faults[0]?.code ?? error.code;
          throw error;
        }
      },
      (answer) => this.#timeline.note(`send again ${reference}: ${answer}`),
      { tries: 3 },
    );
  }
}
