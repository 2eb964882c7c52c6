import type { TestApp } from '../../support/app.ts';

/** What happens to an appointment, in the words of one booking system: the body of its message. */
export type Message = string | object;

/** A booking system: how it is connected, and what it says. */
export interface BookingSystem {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly path: 'webhooks' | 'hl7v2' | 'imports' | 'fhir';
  /** Each message by the name that the tables call it. */
  readonly messages: Readonly<Record<string, Message>>;
}

/** The minute of the sender's clock, this morning: messages are numbered by when they were made. */
const stamp = (minute: number) => `202611240900${String(minute).padStart(2, '0')}`;
const iso = (minute: number) => `2026-11-24T08:00:${String(minute).padStart(2, '0')}.000Z`;

interface Siu {
  readonly event: string;
  readonly made: number;
  readonly sch: string;
  /** Segments after SCH. */
  readonly rest?: readonly string[];
}

/** An SIU as `version` of HL7 has it; each message has a control id of its own. */
function siu(version: string, { event, made, sch, rest = [] }: Siu): string {
  const msh = `MSH|^~\\&|PAS|H|SMS|H|${stamp(made)}||SIU^${event}|${event}-${made}|P|${version}`;
  const pid = 'PID|1||P-100^^^H^MR||||||||||20123456^PRN^CP||da';
  return [msh, sch, ...rest, pid, 'AIL|1||AMB1'].join('\r');
}

const samediTime = (day: string) => `TQ1|1||||||202612${day}0900+0100`;
const samedi = (event: string, made: number, day: string, occurrence = '') =>
  siu('2.5.1', {
    ...{ event, made, sch: `SCH||S-1^SAMEDI${occurrence && `|${occurrence}`}` },
    rest: day === '' ? [] : [samediTime(day)],
  });

/** Events by trigger alone, times with an offset in TQ1, series by occurrence. */
export const SAMEDI_LIKE: BookingSystem = {
  settings: {},
  path: 'hl7v2',
  messages: {
    book: samedi('S12', 0, '08'),
    move: samedi('S13', 2, '09'),
    'move again': samedi('S13', 6, '10'),
    'move without a time': samedi('S13', 3, ''),
    'change without a time': samedi('S14', 3, ''),
    cancel: samedi('S15', 4, '09'),
    'no-show': samedi('S26', 4, '08'),
    'book 1': samedi('S12', 0, '08', '1'),
    'book 2': samedi('S12', 0, '15', '2'),
    'book 3': samedi('S12', 0, '22', '3'),
    'move 3': samedi('S13', 2, '23', '3'),
    'cancel 1': samedi('S15', 3, '08', '1'),
    'move 1': samedi('S13', 2, '09', '1'),
    'change 1': samedi('S14', 1, '08', '1'),
    'no-show 1': samedi('S26', 4, '08', '1'),
    'cancel 1 moved': samedi('S15', 4, '09', '1'),
    'cancel 2': samedi('S15', 3, '15', '2'),
    'cancel all': samedi('S15', 5, '08'),
    'book 1 again': samedi('S12', 7, '10', '1'),
    'book 2 again': samedi('S12', 7, '16', '2'),
    'book again': samedi('S12', 6, '10'),
    'cancel it again': samedi('S15', 8, '10'),
    'book once more': samedi('S12', 9, '11'),
    'book anew': samedi('S12', 8, '08'),
    'cancel 1 of another': samedi('S15', 4, '09', '1').replace('P-100', 'P-200'),
    'cancel all of another': samedi('S15', 5, '08').replace('P-100', 'P-200'),
  },
};

const dips = (event: string, made: number, day: string, code: string) =>
  siu('2.4', { event, made, sch: `SCH|D-1^DIPS${'|'.repeat(10)}^^30^202612${day}0900${'|'.repeat(14)}${code}` });

/** Norwegian words in SCH-25, local times in SCH-11, changes of resources in between. */
export const DIPS_LIKE: BookingSystem = {
  settings: {},
  path: 'hl7v2',
  messages: {
    book: dips('S12', 0, '08', 'Planlagt'),
    move: dips('S14', 2, '09', 'FLYTTET'),
    'other room': dips('S19', 3, '09', 'Planlagt'),
    'late room': dips('S19', 5, '09', 'Planlagt'),
    'slot blocked': dips('S23', 5, '09', ''),
    cancel: dips('S14', 4, '09', '9^Avlyst^DIPS'),
    'no-show': dips('S14', 4, '08', 'Ikke møtt'),
    'move again': dips('S13', 6, '10', 'Flyttet'),
  },
};

const cerner = (event: string, made: number, code: string, ais: string, ids = '77001^CERNER|88001^CERNER') =>
  siu('2.3', {
    ...{ event, made },
    sch: `SCH|${ids}${'|'.repeat(23)}${code}`,
    rest: ais === '' ? [] : [`AIS|1||CHECKUP|202612${ais}090000`],
  });

/** Words of its own in SCH-25, times in AIS-4 alone, cancellations by the placer's id alone. */
export const CERNER_LIKE: BookingSystem = {
  settings: {},
  path: 'hl7v2',
  messages: {
    book: cerner('S12', 0, 'Confirmed', '08'),
    move: cerner('S13', 2, 'Rescheduled', '09'),
    cancel: cerner('S15', 4, 'Canceled', '09', '77001^CERNER|'),
    'booked as cancelled': cerner('S12', 4, 'Canceled', '09'),
    'no-show': cerner('S14', 4, 'No Show', '08'),
    'move again': cerner('S13', 6, 'Rescheduled', '10'),
    'checked out': cerner('S14', 8, 'Checked Out', ''),
  },
};

/** @param pid the patient's id in PID-3; empty: the patient is named by nothing but a number */
const placer = (event: string, made: number, day: string, ids: string, pid = 'P-100^^^H^MR') =>
  siu('2.5.1', { event, made, sch: `SCH|${ids}`, rest: [samediTime(day)] }).replace('P-100^^^H^MR', pid);

/** Names its appointments by SCH-1 alone at first, and by SCH-2 too once the other system has given one; no issuers. */
export const PLACER_FIRST: BookingSystem = {
  settings: {},
  path: 'hl7v2',
  messages: {
    book: placer('S12', 0, '08', 'W-1'),
    'book, both': placer('S12', 0, '08', 'W-1|F-1'),
    'move, both': placer('S13', 2, '09', 'W-1|F-1'),
    move: placer('S13', 2, '09', 'W-1'),
    'move, SCH-2': placer('S13', 3, '10', '|F-1'),
    cancel: placer('S15', 4, '09', 'W-1'),
    'cancel, both': placer('S15', 4, '09', 'W-1|F-1'),
    'cancel, SCH-2': placer('S15', 4, '09', '|F-1'),
    'book again': placer('S12', 6, '11', 'W-1'),
    'book again, both': placer('S12', 6, '11', 'W-1|F-1'),
    // Two appointments of one order.
    'book the second': placer('S12', 0, '15', 'W-1|F-2'),
    'cancel the second': placer('S15', 5, '15', 'W-1|F-2'),
    // Another patient's, and one of which nobody says whose it is.
    'book of another': placer('S12', 1, '22', 'W-1|F-9', 'P-200^^^H^MR'),
    'cancel of another': placer('S15', 5, '22', 'W-1|F-9', 'P-200^^^H^MR'),
    'cancel of another, SCH-1': placer('S15', 5, '22', 'W-1', 'P-200^^^H^MR'),
    "cancel of nobody's": placer('S15', 5, '08', 'W-1|F-1', ''),
    "cancel of nobody's, SCH-1": placer('S15', 5, '08', 'W-1', ''),
    // A series.
    'book 1': placer('S12', 0, '08', 'W-1||1'),
    'book 2, both': placer('S12', 0, '15', 'W-1|F-1|2'),
    'move 1, both': placer('S13', 2, '09', 'W-1|F-1|1'),
    'cancel 1': placer('S15', 3, '09', 'W-1||1'),
    // What another system asks of it, and a patient's arrival: neither is read.
    'a request to cancel': placer('S04', 5, '09', 'W-1|F-1').replace('SIU^S04', 'SRM^S04'),
    'a request that was taken': placer('S04', 5, '09', 'W-1|F-1').replace('SIU^S04', 'SRR^S04'),
    'an admission': placer('A04', 5, '11', 'W-1|F-1').replace('SIU^A04', 'ADT^A04'),
    'another event': placer('S27', 5, '11', 'W-1|F-1'),
  },
};

const invitee = (id: string) => `https://api.calendly.com/scheduled_events/${id}/invitees/${id}-1`;
const calendly = (event: string, made: number, id: string, day: string, more: object = {}) => ({
  event,
  created_at: iso(made),
  payload: {
    uri: invitee(id),
    email: 'citizen@example.org',
    name: 'Hanne',
    status: 'active',
    timezone: 'Europe/Copenhagen',
    ...{ text_reminder_number: '+4520123456', rescheduled: false, old_invitee: null, new_invitee: null },
    scheduled_event: { start_time: `2026-12-${day}T08:00:00.000000Z`, end_time: `2026-12-${day}T08:30:00.000000Z` },
    ...more,
  },
});
const calendlyMark = (event: string, made: number, id: string) => ({
  ...{ event, created_at: iso(made) },
  payload: { uri: `https://api.calendly.com/invitee_no_shows/${id}`, invitee: invitee(id), created_at: iso(made) },
});
const CALENDLY_FIELDS = {
  ...{ id: ['/payload/invitee', '/payload/uri'], replaces: '/payload/old_invitee', timestamp: '/created_at' },
  ...{ start: '/payload/scheduled_event/start_time', end: '/payload/scheduled_event/end_time' },
  phone: '/payload/text_reminder_number',
};
const CALENDLY_CASES = [
  { when: { '/event': 'invitee.created' }, type: 'appointment.booked' },
  { when: { '/event': 'invitee.canceled', '/payload/rescheduled': true }, type: null },
  { when: { '/event': 'invitee.canceled' }, type: 'appointment.cancelled' },
  { when: { '/event': 'invitee_no_show.created' }, type: 'appointment.noshow' },
  { when: { '/event': 'invitee_no_show.deleted' }, type: 'appointment.booked' },
];

/** A move is a cancellation and a booking under a new id that names the old one. */
export const CALENDLY: BookingSystem = {
  settings: { mapping: { type: CALENDLY_CASES, fields: CALENDLY_FIELDS } },
  path: 'webhooks',
  messages: {
    'book A': calendly('invitee.created', 0, 'A', '08'),
    'A is rescheduled': calendly('invitee.canceled', 2, 'A', '08', {
      ...{ status: 'canceled', rescheduled: true, new_invitee: invitee('B') },
    }),
    'book B for A': calendly('invitee.created', 2, 'B', '09', { old_invitee: invitee('A') }),
    'cancel B': calendly('invitee.canceled', 4, 'B', '09', { status: 'canceled' }),
    'B does not come': calendly('invitee_no_show.created', 4, 'B', '09'),
    // In either of the two shapes that occur: the invitee, or the mark that names it.
    'B is marked as missed': calendlyMark('invitee_no_show.created', 4, 'B'),
    'B came after all': calendlyMark('invitee_no_show.deleted', 6, 'B'),
  },
};

/** The same with a mapping that takes the cancellation of a rescheduled one for what it says. */
export const CALENDLY_BY_WORD: BookingSystem = {
  ...CALENDLY,
  settings: {
    mapping: {
      type: CALENDLY_CASES.filter((each) => !('/payload/rescheduled' in each.when)),
      fields: CALENDLY_FIELDS,
    },
  },
};

const redox = (event: string, made: number, visit: string, day: string, more: object = {}) => ({
  Meta: { DataModel: 'Scheduling', EventType: event, EventDateTime: iso(made), Test: false },
  Patient: {
    Identifiers: [{ ID: '0000000001', IDType: 'MR' }],
    Demographics: { FirstName: 'Hanne', PhoneNumber: { Home: null, Office: null, Mobile: '+4520123456' } },
  },
  Visit: { VisitNumber: visit, VisitDateTime: `2026-12-${day}T08:00:00.000Z`, Duration: 30, ...more },
});

/** One event type each; some of its senders give a rescheduled visit a new number. */
export const REDOX: BookingSystem = {
  settings: {
    mapping: {
      type: [
        { when: { '/Meta/DataModel': 'Scheduling', '/Meta/EventType': 'New' }, type: 'appointment.booked' },
        { when: { '/Meta/DataModel': 'Scheduling', '/Meta/EventType': 'Reschedule' }, type: 'appointment.rescheduled' },
        { when: { '/Meta/DataModel': 'Scheduling', '/Meta/EventType': 'Modification' }, type: 'appointment.updated' },
        { when: { '/Meta/DataModel': 'Scheduling', '/Meta/EventType': 'Cancel' }, type: 'appointment.cancelled' },
        { when: { '/Meta/DataModel': 'Scheduling', '/Meta/EventType': 'NoShow' }, type: 'appointment.noshow' },
      ],
      fields: {
        ...{ id: '/Visit/VisitNumber', replaces: '/Visit/OldVisitNumber', timestamp: '/Meta/EventDateTime' },
        ...{ start: '/Visit/VisitDateTime', patientId: '/Patient/Identifiers/0/ID', test: '/Meta/Test' },
        phone: ['/Patient/Demographics/PhoneNumber/Mobile', '/Patient/Demographics/PhoneNumber/Home'],
      },
    },
  },
  path: 'webhooks',
  messages: {
    book: redox('New', 0, '4001', '08'),
    move: redox('Reschedule', 2, '4001', '09'),
    cancel: redox('Cancel', 4, '4001', '09'),
    'no-show': redox('NoShow', 4, '4001', '08'),
    'book again': redox('New', 6, '4001', '10'),
    'change after it': redox('Modification', 5, '4001', '09', { Duration: 45 }),
    'change to another day': redox('Modification', 5, '4001', '11'),
    'move to 4002': redox('Reschedule', 2, '4002', '09', { OldVisitNumber: '4001' }),
    'move to 4003': redox('Reschedule', 3, '4003', '10', { OldVisitNumber: '4001' }),
    'cancel 4002': redox('Cancel', 4, '4002', '09'),
    'a visit is paid': { Meta: { DataModel: 'Financial', EventType: 'Transaction' }, Visit: { VisitNumber: '4001' } },
  },
};

const csv = (...rows: readonly string[]) => ['id;start;mobil;status', ...rows, ''].join('\n');

/** Lists of a program that writes the month first: the third of December could be the twelfth of March. */
export const MONTH_FIRST: BookingSystem = {
  settings: {},
  path: 'imports',
  messages: {
    list: csv('C-1;12/08/2026 9.00;20123456;booket', 'C-2;12/15/2026 9.00;20123457;booket'),
    'list of a move': csv('C-1;12/09/2026 9.00;20123456;booket', 'C-2;12/15/2026 9.00;20123457;aflyst'),
    'list of cancellations': csv('C-1;12/09/2026 9.00;20123456;aflyst', 'C-2;12/15/2026 9.00;20123457;aflyst'),
  },
};

/** The same of a source that says so. */
export const MONTH_FIRST_BY_SETTING: BookingSystem = { ...MONTH_FIRST, settings: { dateOrder: 'mdy' } };

const unordered = (what: string, day = '', more: object = {}) => ({
  ...{ what, nr: 'U-1', ...(day !== '' && { at: `2026-12-${day}T09:00:00+01:00` }), tel: '20123456' },
  ...more,
});

/** Says neither a version nor a time of its events: what came first is all that is known of their order. */
export const UNORDERED: BookingSystem = {
  settings: {
    mapping: {
      type: '/what',
      types: { booked: 'appointment.booked', moved: 'appointment.rescheduled', off: 'appointment.cancelled' },
      fields: { id: '/nr', start: '/at', phone: '/tel' },
    },
  },
  path: 'webhooks',
  messages: {
    book: unordered('booked', '08'),
    move: unordered('moved', '09'),
    cancel: unordered('off'),
    'book again': unordered('booked', '10'),
    'cancel it again': unordered('off', '10'),
    'book with a word more': unordered('booked', '08', { reason: 'back again' }),
  },
};

const own = (type: string, day = '') => ({
  type: `appointment.${type}`,
  data: { id: 'P-1', ...(day !== '' && { start: `2026-12-${day}T09:00:00+01:00` }), patient: { phone: '20123456' } },
});

/** The JSON of EasySMS, with neither. */
export const UNORDERED_JSON: BookingSystem = {
  settings: {},
  path: 'webhooks',
  messages: {
    book: own('booked', '08'),
    move: own('rescheduled', '09'),
    cancel: own('cancelled'),
    'book again': own('booked', '10'),
    'cancel it again': own('cancelled', '10'),
  },
};

const graph = (what: string, made: number, day: string, more: object = {}) => ({
  ...{ what, id: 'G-1', lastModifiedDateTime: iso(made) },
  // Half past midnight in UTC: read as local, it would be the day before.
  start: { dateTime: `2026-12-${day}T00:30:00.0000000`, timeZone: 'UTC' },
  // No Danish number: without its country nothing is planned.
  customer: { countryCode: '+46', phone: '070-123 45 67' },
  ...more,
});
const halves = (day: string, zone: string) => ({
  start: null,
  ...{ date: `2026-12-${day}`, time: '00:30:00', zone },
});

/** Microsoft's way: a zone beside the time, and the country of the number in a field of its own. */
export const GRAPH: BookingSystem = {
  settings: {
    mapping: {
      type: '/what',
      types: { created: 'appointment.booked', updated: 'appointment.rescheduled', deleted: 'appointment.cancelled' },
      fields: {
        id: '/id',
        timestamp: '/lastModifiedDateTime',
        start: '/start/dateTime',
        timeZone: ['/start/timeZone', '/zone'],
        ...{ startDate: '/date', startTime: '/time', phone: '/customer/phone', phoneCountry: '/customer/countryCode' },
      },
    },
  },
  path: 'webhooks',
  messages: {
    book: graph('created', 0, '08'),
    move: graph('updated', 2, '09'),
    'move, in two fields': graph('updated', 3, '', halves('10', 'Greenwich Standard Time')),
    cancel: graph('deleted', 4, '09'),
    'book again': graph('created', 6, '11', { customer: { countryCode: 'se', phone: '070-123 45 67' } }),
  },
};

/** The same with a mapping that reads neither zone nor country. */
export const GRAPH_UNREAD: BookingSystem = {
  ...GRAPH,
  settings: {
    mapping: {
      ...(GRAPH.settings.mapping as object),
      fields: {
        ...{ id: '/id', timestamp: '/lastModifiedDateTime', start: '/start/dateTime' },
        phone: '/customer/phone',
      },
    },
  },
  messages: {
    cancel: graph('deleted', 4, '09'),
    'book by an offset': graph('created', 0, '08', { start: { dateTime: '2026-12-08T00:30:00Z', timeZone: 'UTC' } }),
    'book a Dane': graph('created', 1, '08', {
      ...{ start: { dateTime: '2026-12-08T00:30:00Z' }, customer: { countryCode: '+46', phone: '+45 20 12 34 56' } },
    }),
  },
};

const worded = (event: string, made: number, day: string, code: string) =>
  siu('2.5.1', { event, made, sch: `SCH||E-1^EPJ${'|'.repeat(9)}^^^202612${day}0900${'|'.repeat(14)}${code}` });

/** Says in SCH-25, in words of its own, that an appointment has ended. */
export const UNKNOWN_WORDS: BookingSystem = {
  settings: {},
  path: 'hl7v2',
  messages: {
    book: worded('S12', 0, '08', 'Booked'),
    move: worded('S13', 2, '09', 'Booked'),
    'may be cancelled': worded('S14', 4, '09', 'Cancelled - late'),
    'may not be booked': worded('S12', 4, '08', 'Ikke aflyst'),
    'no word': worded('S14', 5, '09', ''),
    clear: worded('S14', 6, '09', 'Booked'),
    cancel: worded('S15', 7, '09', ''),
  },
};

const resource = (version: number, day: string, more: object = {}) => ({
  ...{ resourceType: 'Appointment', id: 'R-1', meta: { versionId: String(version) }, status: 'booked' },
  start: `2026-12-${day}T09:00:00+01:00`,
  participant: [{ actor: { reference: '#p', type: 'Patient' }, status: 'accepted' }],
  contained: [
    { resourceType: 'Patient', id: 'p', telecom: [{ system: 'phone', value: '+4520123456', use: 'mobile' }] },
  ],
  ...more,
});

/** FHIR whose reason for a cancellation may stand beside a status that is still ahead. */
export const FHIR_REASON: BookingSystem = {
  settings: {},
  path: 'fhir',
  messages: {
    book: resource(1, '08'),
    move: resource(2, '09'),
    'may be cancelled': resource(3, '09', { cancelationReason: { text: 'Weather' } }),
    clear: resource(4, '09'),
    cancel: resource(4, '09', { status: 'cancelled', cancelationReason: { text: 'Weather' } }),
  },
};

const leftOut = (event: string, made: number, day: string) => ({
  ...{ event, nr: 'L-1', made: iso(made), tel: '20123456', at: `2026-12-${day}T09:00:00+01:00` },
});

/** A vendor one of whose events, which its mapping leaves out, may be an end. */
export const LEFT_OUT: BookingSystem = {
  settings: {
    mapping: {
      type: '/event',
      types: { booked: 'appointment.booked', moved: 'appointment.rescheduled', off: 'appointment.cancelled' },
      fields: { id: '/nr', start: '/at', phone: '/tel', timestamp: '/made' },
    },
  },
  path: 'webhooks',
  messages: {
    book: leftOut('booked', 0, '08'),
    move: leftOut('moved', 2, '09'),
    'is paid': leftOut('paid', 3, '09'),
    'may be cancelled': leftOut('visit.cancel_requested', 4, '09'),
    clear: leftOut('moved', 6, '09'),
    cancel: leftOut('off', 6, '09'),
  },
};

/** The same, which says neither a version nor a time. */
export const LEFT_OUT_UNORDERED: BookingSystem = {
  ...LEFT_OUT,
  settings: {
    mapping: {
      ...(LEFT_OUT.settings.mapping as object),
      fields: { id: '/nr', start: '/at', phone: '/tel' },
    },
  },
};

const TYPES = {
  hl7v2: 'application/hl7-v2',
  webhooks: 'application/json',
  imports: 'text/csv',
  fhir: 'application/fhir+json',
} as const;
const RESENT = /, resent$/;

function withOtherId(message: string, nth: number): string {
  return message.replace(/^((?:[^|]*\|){9}[^|]*)/, `$1-${nth}`);
}

/** One source of the system, with what stands after each of its messages. */
export class Life {
  readonly #app: TestApp;
  readonly #system: BookingSystem;
  readonly #source: string;
  readonly #token: string;
  #resent = 0;

  private constructor(app: TestApp, system: BookingSystem, source: string, token: string) {
    this.#app = app;
    this.#system = system;
    this.#source = source;
    this.#token = token;
  }

  static async begin(app: TestApp, system: BookingSystem, source: string): Promise<Life> {
    const { token } = await app.makeSource('rh', source, system.settings);
    return new Life(app, system, source, token);
  }

  /**
   * Sends the message of this name; `…, resent`: under a control id of its own, as an engine that replays it does.
   * @returns the code of the ACK, `nothing_stored` where its warning says so, or the result; of a whole file `read`, or
   * `refused`
   */
  async send(name: string): Promise<string> {
    const message = this.#system.messages[name.replace(RESENT, '')];
    if (message === undefined) throw new Error(`no message is called ${name}`);
    const { path } = this.#system;
    const body = typeof message === 'string' && RESENT.test(name) ? withOtherId(message, ++this.#resent) : message;
    const response = await this.#app.request(this.#addressOf(message), {
      ...{ method: path === 'fhir' ? 'PUT' : 'POST', token: this.#token, body },
      headers: { 'Content-Type': TYPES[path] },
    });
    const text = await response.text();
    if (path === 'imports' && response.status === 422) return 'refused';
    if (response.status >= 300) throw new Error(`${name}: ${response.status} ${text}`);
    if (path === 'imports' || path === 'fhir') return 'read';
    if (text.includes('|W|nothing_stored|')) return 'nothing_stored';
    return /\rMSA\|(A[AER])/.exec(text)?.[1] ?? (JSON.parse(text) as { result: string }).result;
  }

  #addressOf(message: Message): string {
    switch (this.#system.path) {
      case 'imports':
        return `/v1/sources/${this.#source}/imports`;
      case 'fhir':
        return `/v1/fhir/${this.#source}/Appointment/${(message as { readonly id: string }).id}`;
      default:
        return `/v1/${this.#system.path}/${this.#source}`;
    }
  }

  /** Appointments with what is planned, such as `4001 8/12`, `held` where that waits for a status; the ids of Calendly by their letter; `-` for none. */
  async stands(): Promise<string> {
    const rows = await this.#app.db
      .selectFrom('appointment as a')
      .innerJoin('reminder as r', 'r.appointment_id', 'a.id')
      .select(['a.reference', 'a.start_at', 'a.status', 'a.unclear_status', 'r.rule'])
      .where('a.source_id', '=', this.#source)
      .where('r.status', '=', 'planned')
      .orderBy('a.reference')
      .execute();
    const name = (reference: string) => /scheduled_events\/(\w+)\//.exec(reference)?.[1] ?? reference;
    const all = rows.map(({ reference, start_at: start, status, unclear_status: unclear, rule }) => {
      if (status !== 'booked') throw new Error(`${rule} is planned for one that is ${status}`);
      const held = unclear === null ? '' : ' held';
      return `${name(reference)} ${start?.getUTCDate()}/${(start?.getUTCMonth() ?? 0) + 1}${held}`;
    });
    const distinct = [...new Set(all)];
    // Two reminders each: three days before and the day before.
    if (all.length !== distinct.length * 2) throw new Error(`not two reminders each: ${all}`);
    return distinct.join(', ') || '-';
  }

  /** How many of its appointments are booked. */
  async booked(): Promise<number> {
    const rows = await this.#app.db
      .selectFrom('appointment')
      .select('reference')
      .where('source_id', '=', this.#source)
      .where('status', '=', 'booked')
      .execute();
    return rows.length;
  }
}
