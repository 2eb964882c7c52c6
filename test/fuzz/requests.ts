import type { Dice } from '../simulation/dice.ts';
import { APPOINTMENT, CAL_COM, CLOUD_EVENT, COLUMNS, EVENT, ROW, SIU, VENDOR } from '../support/every-field.ts';
import type { Access } from './access.ts';
import { Administration } from './administration.ts';
import { Callbacks } from './callbacks.ts';
import type { Handed } from './others.ts';
import { Pages } from './pages.ts';
import type { FuzzRequest } from './request.ts';
import { damaged, goodPhone, goodText, hostileText, hostileValue, withOneReplaced } from './values.ts';

const DAY_MS = 86_400_000;
const JSON_TYPE = 'application/json';

/** Makes requests of which most are accepted, and some are meant to do harm. */
export class Requests {
  readonly #dice: Dice;
  readonly #tokens: ReadonlyMap<string, string>;
  readonly #now: number;
  readonly #others: Readonly<Record<string, { next(): FuzzRequest }>>;
  #made = 0;

  /** @param handed messages that suppliers were given, which receipts and replies are about */
  constructor(dice: Dice, access: Access, handed: readonly Handed[]) {
    this.#dice = dice;
    this.#tokens = access.tokens;
    this.#now = access.now;
    this.#others = {
      callbacks: new Callbacks(dice, handed, access.now, access.origin),
      administration: new Administration(dice, access),
      pages: new Pages(dice, access),
    };
  }

  next(): FuzzRequest {
    this.#made++;
    const dice = this.#dice;
    const kind = dice.pick([
      'easysms',
      'cloudevents',
      'cal-com',
      'vendor',
      'fhir',
      'hl7v2',
      'csv',
      ...(['callbacks', 'callbacks', 'administration', 'administration', 'pages'] as const),
    ]);
    const other = this.#others[kind];
    if (other) return other.next();
    const { body, type, address } = this.#message(kind);
    const path = dice.chance(0.1) ? `/v1/sources/${kind}/test` : address;
    const token = dice.chance(0.005) ? 'wrong' : (this.#tokens.get(kind) ?? '');
    const headers = {
      Authorization: `Bearer ${token}`,
      'Content-Type': dice.chance(0.01) ? dice.pick(['text/plain', 'application/xml', '']) : type,
      ...(dice.chance(0.1) && { 'Idempotency-Key': `k-${dice.between(1, 1_000)}-${this.#made}` }),
    };
    return { format: kind, method: 'POST', path, headers, body: dice.chance(0.03) ? damaged(body, dice) : body };
  }

  #message(kind: string): { body: string; type: string; address: string } {
    const webhook = `/v1/webhooks/${kind}`;
    const json = (value: unknown) => JSON.stringify(value);
    switch (kind) {
      case 'easysms':
        return { body: json(this.#several(() => this.#event())), type: JSON_TYPE, address: webhook };
      case 'cloudevents': {
        const event = () =>
          this.#changed({ ...CLOUD_EVENT, id: `e-${this.#id()}`, data: (this.#event() as typeof EVENT | null)?.data });
        const batch = this.#several(event);
        const type = `application/cloudevents${Array.isArray(batch) ? '-batch' : ''}+json`;
        return { body: json(batch), type, address: webhook };
      }
      case 'cal-com':
        return { body: json(this.#calCom()), type: JSON_TYPE, address: webhook };
      case 'vendor':
        return { body: json({ all: [this.#several(() => this.#vendor())].flat() }), type: JSON_TYPE, address: webhook };
      case 'fhir':
        return { body: json(this.#fhir()), type: 'application/fhir+json', address: '/v1/fhir/fhir' };
      case 'hl7v2':
        return { body: this.#hl7v2(), type: 'application/hl7-v2', address: '/v1/hl7v2/hl7v2' };
      default:
        return { body: this.#csv(), type: 'text/csv', address: '/v1/sources/csv/imports' };
    }
  }

  /** An id that is new, or one that came before. */
  #id(): string {
    return `A-${this.#dice.chance(0.2) ? this.#dice.between(1, this.#made) : `${this.#made}-${this.#dice.between(1, 1e6)}`}`;
  }

  /** Now and then so that a reminder of the day before is due at once. */
  #start(): string {
    const hours = this.#dice.between(2, 90 * 24);
    const [from, ms] = this.#dice.chance(0.1)
      ? [Date.now() + DAY_MS, this.#dice.between(5_000, 20_000)]
      : [this.#now, hours * (DAY_MS / 24)];
    return new Date(from + ms).toISOString().replace(/\.\d+/, '');
  }

  #text(): string {
    return this.#dice.chance(0.15) ? hostileText(this.#dice).slice(0, 1_000) : goodText(this.#dice);
  }

  /** The message as it is, or with a value that is meant to do harm. */
  #changed<T>(message: T): T {
    if (this.#dice.chance(0.8)) return message;
    return withOneReplaced(message, this.#dice, hostileValue) as T;
  }

  /** One alone, or an array; now and then as many as are allowed. */
  #several<T>(make: () => T): T | T[] {
    if (this.#dice.chance(0.6)) return make();
    const most = this.#dice.chance(0.02) ? 1_000 : 10;
    return Array.from({ length: this.#dice.between(1, most) }, make);
  }

  #event(): typeof EVENT {
    const dice = this.#dice;
    const type = dice.pick(['booked', 'booked', 'booked', 'updated', 'rescheduled', 'cancelled', 'arrived', 'deleted']);
    const data = {
      ...EVENT.data,
      ...{ id: this.#id(), version: dice.between(1, 9), start: this.#start(), end: null },
      patient: { ...EVENT.data.patient, phone: goodPhone(dice), id: `P-${dice.between(1, 500)}` },
      location: { code: dice.pick(['17', 'B1', '325441000016006']), text: this.#text() },
      department: this.#text(),
    };
    return this.#changed({ ...EVENT, type: `appointment.${type}`, data } as unknown as typeof EVENT);
  }

  #calCom(): unknown {
    const times = { startTime: this.#start(), endTime: undefined, uid: this.#id(), rescheduleUid: undefined };
    const responses = { attendeePhoneNumber: { value: goodPhone(this.#dice) } };
    const payload = { ...CAL_COM.payload, ...times, location: this.#text(), responses };
    return this.#changed({ ...CAL_COM, payload });
  }

  #vendor(): unknown {
    const own = { nr: this.#id(), at: this.#start(), tel: [goodPhone(this.#dice)], where: this.#text(), old: null };
    return this.#changed({ ...VENDOR, ...own });
  }

  #appointment(): object {
    const id = this.#id();
    const [patient, location] = APPOINTMENT.contained;
    const telecom = [{ system: 'phone', value: goodPhone(this.#dice), use: 'mobile' }];
    return this.#changed({
      ...APPOINTMENT,
      ...{ id, start: this.#start(), end: undefined, specialty: [{ text: this.#text() }] },
      status: this.#dice.pick(['booked', 'booked', 'cancelled', 'fulfilled', 'pending']),
      meta: { ...APPOINTMENT.meta, versionId: String(this.#dice.between(1, 9)) },
      identifier: [{ system: 'https://epj.example/appointments', value: id }],
      contained: [
        { ...patient, telecom },
        { ...location, name: this.#text() },
      ],
    });
  }

  #fhir(): unknown {
    const all = this.#several(() => this.#appointment());
    if (!Array.isArray(all)) return all;
    return { resourceType: 'Bundle', type: 'batch', entry: all.map((resource) => ({ resource })) };
  }

  #hl7v2(): string {
    const dice = this.#dice;
    const id = this.#id();
    const start = this.#start().replaceAll(/[-:TZ]/g, '');
    const lines = SIU.map((line) =>
      line
        .replaceAll('A-0', id)
        .replaceAll(/20261201090000(?:\+0100)?/g, `${start}+0000`)
        .replace('20123456', goodPhone(dice))
        .replace('Opgang 4', this.#text().replaceAll(/[\r\n|^~\\&]/g, ' ')),
    );
    if (dice.chance(0.8)) return lines.join('\r');
    const at = dice.between(1, lines.length - 1);
    const fields = (lines[at] as string).split('|');
    const text = hostileText(dice, fields[0] === 'SCH' ? 'id' : '');
    return lines.with(at, fields.with(dice.between(1, fields.length - 1), text).join('|')).join('\r');
  }

  #csv(): string {
    const dice = this.#dice;
    const row = () => {
      const [day = '', time = ''] = this.#start().split('T');
      const cells = ROW.with(0, this.#id()).with(1, day).with(2, time.slice(0, 5)).with(3, '').with(4, goodPhone(dice));
      const placed = cells.with(7, this.#text().replaceAll(/["\r\n;]/g, ' '));
      if (dice.chance(0.9)) return placed;
      const at = dice.between(0, placed.length - 1);
      return placed.with(at, hostileText(dice, COLUMNS[at]));
    };
    const rows = Array.from({ length: dice.chance(0.02) ? 2_000 : dice.between(1, 20) }, row);
    const header = dice.chance(0.95) ? COLUMNS : COLUMNS.with(dice.between(0, 14), hostileText(dice));
    return [header, ...rows].map((cells) => cells.join(';')).join('\n');
  }
}
