import { LARGE_MESSAGES } from '../formats/fhir/large.ts';
import { COLUMNS } from '../support/every-field.ts';
import { filled, MIB, upTo } from './filled.ts';
import { type ManyParts, manyOfFhir, manyOfHl7v2, manyOfJson } from './many-parts.ts';

/** A request of up to 1 MiB that takes a format as long as one can. */
export interface LargeRequest {
  readonly name: string;
  readonly path: string;
  readonly type: string;
  readonly body: string;
  /** The proof of who sends it; left out: that of a source. */
  readonly headers?: Readonly<Record<string, string>>;
}

const START = '2027-01-05T09:00:00+01:00';
/** Values that texts are filled with, by what they are hard for. */
const FILLINGS: Readonly<Record<string, string>> = {
  ...{ plain: 'Opgang 4, ', links: 'a.dk ', digits: '1 ', marks: 'a\u0301\u0323', dots: 'c.', ligatures: '\ufdfa' },
  ...{ accounts: 'DK50 ', cpr: '010190-', mail: 'a@b.', wide: '１２' },
};
/** Settings of the source `vendor`. */
export const VENDOR_MAPPING = {
  ...{ type: '/what', types: { new: 'appointment.booked' }, events: '/all' },
  fields: { id: '/nr', start: '/at', phone: '/tel', locationText: '/where' },
};

const lengthFor = (unit: string, bytes: number) => Math.floor((bytes * unit.length) / Buffer.byteLength(unit));

/** Each has new ids, so that all are stored: the same body again would be a repeat. */
export class LargeRequests {
  #made = 0;

  all(): readonly LargeRequest[] {
    const fillings = Object.entries(FILLINGS);
    return [
      ...fillings.flatMap(([name, unit]) => this.#filled(name, unit)),
      ...this.#json(),
      ...this.#fhir(),
      ...this.#hl7v2(),
      ...this.#csv(),
      ...this.manyParts(),
    ];
  }

  /** Requests of many small parts, which take the longest. */
  manyParts(): readonly LargeRequest[] {
    const id = () => this.#id();
    const hl7v2 = { path: '/v1/hl7v2/all', type: 'application/hl7-v2' };
    const fhir = { path: '/v1/fhir/all', type: 'application/fhir+json' };
    const json = { path: '/v1/webhooks/all', type: 'application/json' };
    const cloud = { path: '/v1/webhooks/all', type: 'application/cloudevents+json' };
    const all = (kind: string, to: Pick<LargeRequest, 'path' | 'type'>, parts: readonly ManyParts[]) =>
      parts.map(([name, body]) => ({ ...to, name: `${kind}: ${name}`, body }));
    return [
      ...all('HL7 v2', hl7v2, manyOfHl7v2(id)),
      ...all('FHIR', fhir, manyOfFhir(id)),
      ...all('JSON', json, manyOfJson()),
      ...all('CloudEvents', cloud, manyOfJson().slice(0, 4)),
    ];
  }

  #id(): string {
    return `L-${++this.#made}`;
  }

  #event(text: string, more: object = {}): object {
    const patient = { id: `P-${this.#made}`, phone: `20${100_000 + (this.#made % 700_000)}` };
    const data = { id: this.#id(), start: START, patient, location: { text }, department: text, ...more };
    return { type: 'appointment.booked', data };
  }

  #filled(name: string, unit: string): LargeRequest[] {
    const text = (bytes: number) => filled(unit, lengthFor(unit, bytes));
    const json = (what: string, body: unknown): LargeRequest => jsonRequest(`${what}, ${name}`, body);
    const row = () => this.#row({ sted: text(180).replaceAll(';', ''), afdeling: text(180).replaceAll(';', '') });
    const elements = upTo(() => this.#event(text(400)), 1_000);
    return [
      json('1,000 events', elements),
      json(
        '1,000 events that are refused',
        upTo(() => this.#event(text(400), { start: 'x', kind: 'y' }), 1_000),
      ),
      { ...json('events of a vendor', { all: this.#vendor(text(600)) }), path: '/v1/webhooks/vendor' },
      fhirRequest(`a Bundle of 1,000, ${name}`, batchOf(upTo(() => this.#appointment(text(200)), 1_000))),
      { name: `a file, ${name}`, path: '/v1/sources/all/imports', type: 'text/csv', body: fileOf(row) },
      { ...json('a dry run of 1,000 events', elements), path: '/v1/sources/all/test' },
      this.#message(`a message, ${name}`, `AIL|1||17^${text(300_000).replaceAll(/[\r|^~\\&]/g, ' ')}`),
    ];
  }

  #vendor(where: string): unknown[] {
    return upTo(() => ({ what: 'new', nr: this.#id(), at: START, tel: '20123450', where }), 1_000);
  }

  #appointment(name: string): object {
    return {
      ...{ resourceType: 'Appointment', id: this.#id(), status: 'booked', start: START },
      contained: [
        { resourceType: 'Patient', id: 'p', telecom: [{ system: 'phone', value: '20 12 34 56', use: 'mobile' }] },
        { resourceType: 'Location', id: 'l', name },
      ],
      participant: ['#p', '#l'].map((reference) => ({ actor: { reference }, status: 'accepted' })),
    };
  }

  #json(): LargeRequest[] {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, nth) => [`k${nth}`, nth]));
    return [
      jsonRequest('an event with a long text', this.#event('x'.repeat(MIB / 2 - 500))),
      jsonRequest('an event with 65,000 keys', this.#event('x', many(65_000))),
      jsonRequest('500,000 zeros', `[${'0,'.repeat(MIB / 2 - 4)}0]`),
      jsonRequest('350,000 lists', `[${'[],'.repeat(Math.floor(MIB / 3) - 4)}[]]`),
      jsonRequest(
        '1,000 events of 60 more keys',
        upTo(() => this.#event('x', many(60)), 1_000),
      ),
    ];
  }

  #fhir(): LargeRequest[] {
    const entries = upTo(() => ({}), 60_000);
    return [
      ...LARGE_MESSAGES.map(([name, bodyOf]) => fhirRequest(name.replace(/^of /, ''), withinLimit(bodyOf))),
      fhirRequest('60,000 entries', { resourceType: 'Bundle', type: 'batch', entry: entries }),
    ];
  }

  #message(name: string, ...segments: readonly string[]): LargeRequest {
    const id = this.#id();
    const head = `MSH|^~\\&|EPJ|RH|EASYSMS|RH|20261124090000+0100||SIU^S12^SIU_S12|${id}|P|2.5.1||||||UNICODE UTF-8`;
    const body = [head, `SCH||${id}^EPJ|||||||||^^^20270105090000+0100||||||||||||||Booked`, ...segments].join('\r');
    return { name, path: '/v1/hl7v2/all', type: 'application/hl7-v2', body };
  }

  #hl7v2(): LargeRequest[] {
    const most = MIB - 400;
    const patient = 'PID|1||P-1^^^RH^MR||||||||||20123456^PRN^CP';
    return [
      this.#message('a message of ids', `PID|1||${filled('P-1^^^RH^MR~', most)}||||||||||20123456^PRN^CP`),
      this.#message('a message of phones', `PID|1||P-1^^^RH^MR||||||||||${filled('20123456^PRN^CP~', most)}`),
      this.#message('a message of segments', patient, filled('AIL|1||17\r', most)),
      this.#message('a message of escapes', patient, `AIL|1||17^${filled('\\X41\\', most)}`),
      this.#message('a message of pipes', filled('|', most)),
    ];
  }

  #row(cells: Readonly<Record<string, string>>): string {
    const known = { dato: '05-01-2027', tid: '09.00', slut: '09.30', mobil: '20123456', sprog: 'da', ...cells };
    const all: Readonly<Record<string, string>> = { id: this.#id(), 'patient-id': `P-${this.#made}`, ...known };
    return COLUMNS.map((name) => all[name] ?? '').join(';');
  }

  #csv(): LargeRequest[] {
    const wrong = Object.fromEntries(COLUMNS.map((name) => [name, '0101901234']));
    const after = (unit: string) => `${COLUMNS.join(';')}\n${filled(unit, MIB - 400)}`;
    const bodies: Readonly<Record<string, string>> = {
      'a file of faults': fileOf(() => this.#row({ ...wrong, id: '010190-1234', sprog: 'q'.repeat(65) })),
      'a file of one row': after('a;'),
      'a file of quotes': after('"'),
      'a file of quoted cells': after('"a";'),
      'a file of empty rows': after(';\n'),
      'a file of empty lines': after('\n'),
    };
    const file = { path: '/v1/sources/all/imports', type: 'text/csv' };
    return Object.entries(bodies).map(([name, body]) => ({ ...file, name, body }));
  }
}

function jsonRequest(name: string, body: unknown): LargeRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { name, path: '/v1/webhooks/all', type: 'application/json', body: text };
}

function fhirRequest(name: string, body: unknown): LargeRequest {
  return { name: `FHIR: ${name}`, path: '/v1/fhir/all', type: 'application/fhir+json', body: JSON.stringify(body) };
}

function batchOf(resources: readonly unknown[]): object {
  return { resourceType: 'Bundle', type: 'batch', entry: resources.map((resource) => ({ resource })) };
}

/** The largest of its kind that fits. */
function withinLimit(bodyOf: (part: number) => unknown): unknown {
  const whole = Buffer.byteLength(JSON.stringify(bodyOf(1)));
  for (let part = Math.min(1, MIB / whole); ; part *= 0.97) {
    const body = bodyOf(part);
    if (Buffer.byteLength(JSON.stringify(body)) <= MIB) return body;
  }
}

function fileOf(row: () => string): string {
  const lines = [COLUMNS.join(';')];
  for (let size = 400; lines.length <= 2_000; ) {
    const line = row();
    size += Buffer.byteLength(line) + 1;
    if (size > MIB) break;
    lines.push(line);
  }
  return lines.join('\n');
}
