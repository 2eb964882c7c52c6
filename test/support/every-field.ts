/** One message with a text in one of its places. */
export interface Variant {
  /** Which place. */
  readonly path: string;
  readonly body: string;
}

/** A format of booking systems, as a message in which every field can be exchanged. */
export interface Format {
  /** Also the id of its source. */
  readonly name: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly address: string;
  readonly type: string;
  /** The text in the place of each value, one after the other; several of them may come in one message. */
  readonly variants: (text: string, isMeant?: (variant: Pick<Variant, 'path'>) => boolean) => readonly Variant[];
  /**
   * Ids, versions and texts about the place, which are kept as they come: nobody can tell which of their digits are a
   * citizen's number.
   */
  readonly kept: RegExp;
  /** Codes that staff are shown when the settings don't know them. */
  readonly codes: RegExp;
  /** An answer without what the format has it repeat. */
  readonly withoutEcho: (answer: string) => string;
}

type Path = readonly string[];

/** Each value of it, each object and each list. */
function pathsIn(value: unknown, path: Path = []): Path[] {
  const own = path.length > 0 ? [path] : [];
  if (typeof value !== 'object' || value === null) return own;
  return [...own, ...Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path, text: string): unknown {
  if (key === undefined) return text;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, text);
  return copy;
}

export const EVENT = {
  type: 'appointment.booked',
  timestamp: '2026-11-24T08:00:00Z',
  data: {
    ...{ id: 'A-0', version: 3, start: '2026-12-01T09:00:00+01:00', end: '2026-12-01T09:30:00+01:00', kind: 'visit' },
    patient: { id: 'P-100', phone: '20 12 34 56', language: 'da' },
    location: { code: '17', text: 'Opgang 4, 3. sal' },
    ...{ department: 'Ambulatoriet', departmentCode: '4', contactPhone: '+4535453545', note: 'x' },
  },
};
export const CLOUD_EVENT = {
  ...{ specversion: '1.0', id: 'A-0', source: '/b', type: 'x.appointment.booked', subject: 'x', time: EVENT.timestamp },
  data: EVENT.data,
};
export const CAL_COM = {
  triggerEvent: 'BOOKING_RESCHEDULED',
  createdAt: '2026-11-24T10:00:00Z',
  payload: {
    ...{ uid: 'A-0', rescheduleUid: 'a', title: 'x', location: 'Opgang 4' },
    ...{ startTime: '2026-12-01T08:00:00Z', endTime: '2026-12-01T08:30:00Z' },
    responses: { attendeePhoneNumber: { value: '+4520123456' }, notes: { value: 'x' } },
    attendees: [
      { name: 'x', email: 'x', timeZone: 'Europe/Copenhagen', language: { locale: 'da' }, phoneNumber: '20123458' },
    ],
  },
};
export const VENDOR = {
  what: 'new',
  nr: 'A-0',
  at: '2026-12-01T09:00',
  tel: ['20123456'],
  who: 'P-1',
  where: 'Stue 4',
  code: 'S4',
  old: 'V',
  mail: 'x',
};
export const MAPPING = {
  events: '/all',
  type: '/what',
  types: { new: 'appointment.booked' },
  fields: {
    id: '/nr',
    start: '/at',
    phone: '/tel',
    patientId: '/who',
    locationText: '/where',
    locationCode: '/code',
    replaces: '/old',
  },
};
const PATIENT = {
  ...{ resourceType: 'Patient', id: 'p', birthDate: '2020-01-01', name: [{ text: 'x' }] },
  identifier: [{ system: 'urn:oid:1.2.208.176.1.2', value: 'x' }],
  telecom: [{ system: 'phone', value: '20 12 34 56', use: 'mobile', rank: 1, period: { end: '2030-01-01' } }],
  communication: [{ language: { coding: [{ code: 'da' }] }, preferred: true }],
  contact: [{ relationship: [{ coding: [{ code: 'MTH' }] }], telecom: [{ system: 'phone', value: '20123457' }] }],
};
export const APPOINTMENT = {
  ...{ resourceType: 'Appointment', id: 'A-0', status: 'booked', comment: 'x', description: 'x' },
  meta: { versionId: '3', lastUpdated: '2026-11-24T07:00:00Z', security: [{ code: 'N' }] },
  identifier: [{ system: 'https://epj.example/appointments', value: 'A-0' }],
  contained: [
    PATIENT,
    { resourceType: 'Location', id: 'l', name: 'Opgang 4', identifier: [{ system: '1.2.208.176.1.1', value: '42' }] },
  ],
  ...{ start: '2026-12-01T09:00:00+01:00', end: '2026-12-01T09:30:00+01:00' },
  specialty: [{ text: 'Ambulatoriet' }],
  participant: [
    { actor: { reference: '#p', display: 'x' }, status: 'accepted' },
    { actor: { reference: '#l', display: 'x' } },
  ],
};

/** Each variant is an appointment of its own. @param together how several come in one body */
function jsonVariants(message: object, together?: (all: unknown[]) => unknown): Format['variants'] {
  return (text, isMeant = () => true) => {
    const all = pathsIn(message).flatMap((path, index) => {
      const place = { path: path.join('.') };
      if (!isMeant(place)) return [];
      return [
        {
          ...place,
          body: JSON.stringify(replaced(message, path, text)).replaceAll('A-0', `A-${text.length}-${index}`),
        },
      ];
    });
    if (!together) return all;
    const chunks = Array.from({ length: Math.ceil(all.length / 20) }, (_, index) =>
      all.slice(index * 20, index * 20 + 20),
    );
    return chunks.map((chunk) => ({
      path: chunk.map(({ path }) => path).join(', '),
      body: JSON.stringify(together(chunk.map(({ body }): unknown => JSON.parse(body)))),
    }));
  };
}

export const SIU = [
  'MSH|^~\\&|EPJ|RH|EASYSMS|RH|20261124090000+0100||SIU^S12^SIU_S12|A-0|P|2.5.1|||AL|NE||UNICODE UTF-8',
  'SCH|P-A-0^ORD|A-0^EPJ|||||x^x|x|30|min|^^^20261201090000+0100|||||x|||||||||Booked',
  'NTE|1|x|x',
  'PID|1|x|P-100^^^RH^MR|x|x^x|x|19800101|||x||x|20123456^PRN^CP|x|da|||x|x|||||||||||N',
  'PV1|1|O|AMB9^x^x',
  'AIS|1|A|x|20261201090000',
  'AIL|1|A|AMB4^Stue 4^^RH^^^^^Opgang 4|x||20261201090000',
  'AIP|1|A|x^x|x||20261201090000',
  'ZZZ|1|x',
];

/** Each field as a whole, and behind another component. */
const fieldVariants: Format['variants'] = (text, isMeant = () => true) =>
  SIU.flatMap((segment, position) => {
    const fields = segment.split('|');
    const [id = ''] = fields;
    return fields.flatMap((value, index): Variant[] => {
      const path = `${id}-${id === 'MSH' ? index + 1 : index}`;
      if (index === 0 || (id === 'MSH' && index < 2) || value === '' || !isMeant({ path })) return [];
      return [text, `x^${text}^^CPR&1.2.208.176.1.2&ISO^PI`].map((field, way) => ({
        path: way === 0 ? path : `${path}.2`,
        body: SIU.with(position, fields.with(index, field).join('|'))
          .join('\r')
          .replaceAll('A-0', `A-${text.length}-${position}-${index}-${way}`),
      }));
    });
  });

export const COLUMNS =
  'id;dato;tid;slut;mobil;telefon;sprog;sted;lokationskode;afdeling;status;type;patient-id;kontakttelefon;note'.split(
    ';',
  );
export const ROW =
  'A-0;01-12-2026;09.00;09.30;20 12 34 50;;da;Opgang 4;B1;Afsnit;booket;fremmøde;P-1;35 45 35 45;x'.split(';');

/** One file with a row a column, and one a column for its name. */
const rowVariants: Format['variants'] = (text, isMeant = () => true) => {
  const meant = COLUMNS.flatMap((path, index) => (isMeant({ path }) ? [{ path, index }] : []));
  // A code alone is what staff are shown.
  const row = ROW.with(COLUMNS.indexOf('sted'), '');
  const rows = [ROW, row].flatMap((each, way) =>
    meant.map(({ index }) => each.with(0, `A-${text.length}-${way}-${index}`).with(index, text)),
  );
  const file = { path: 'a row', body: [COLUMNS, ...rows].map((cells) => cells.join(';')).join('\n') };
  return [
    file,
    ...meant.map(({ path, index }) => ({
      path: `the name of ${path}`,
      body: `${COLUMNS.with(index, text).join(';')}\n${ROW.join(';')}`,
    })),
  ];
};

const asItIs = (answer: string) => answer;
const JSON_TYPE = 'application/json';
const never = /^$/;

export const FORMATS: readonly Format[] = [
  {
    ...{ name: 'easysms', address: '/v1/webhooks/easysms', type: JSON_TYPE, withoutEcho: asItIs, codes: never },
    ...{ variants: jsonVariants(EVENT, (all) => all), kept: /data\.(?:id|location|department|contact)/ },
  },
  {
    name: 'cloudevents',
    address: '/v1/webhooks/cloudevents',
    type: 'application/cloudevents-batch+json',
    withoutEcho: asItIs,
    variants: jsonVariants(CLOUD_EVENT, (all) => all),
    kept: /^id|data\.(?:id|location|department|contact)/,
    codes: never,
  },
  {
    name: 'cal-com',
    address: '/v1/webhooks/cal-com',
    type: JSON_TYPE,
    settings: { mapping: 'cal.com' },
    withoutEcho: asItIs,
    ...{ variants: jsonVariants(CAL_COM), kept: /uid|location/i, codes: never },
  },
  {
    name: 'vendor',
    address: '/v1/webhooks/vendor',
    type: JSON_TYPE,
    settings: { mapping: MAPPING },
    withoutEcho: asItIs,
    ...{ variants: jsonVariants(VENDOR, (all) => ({ all })), kept: /^(?:nr|where|code|old)/, codes: never },
  },
  {
    ...{ name: 'fhir', address: '/v1/fhir/fhir', type: 'application/fhir+json', withoutEcho: asItIs },
    settings: { departmentFrom: 'specialty', allowContactPhone: 'guardian' },
    variants: jsonVariants(APPOINTMENT, (all) => ({
      resourceType: 'Bundle',
      type: 'batch',
      entry: all.map((resource) => ({ resource })),
    })),
    ...{ kept: /^id|versionId|^contained\.1|^specialty|participant\.1/, codes: /^contained\.1|^participant\.1/ },
  },
  {
    ...{ name: 'fhir-single', address: '/v1/fhir/fhir-single', type: 'application/fhir+json', withoutEcho: asItIs },
    variants: jsonVariants({ ...APPOINTMENT, contained: [{ resourceType: 'Patient', id: 'p' }] }),
    kept: /^id|versionId|participant\.1/,
    codes: never,
  },
  {
    ...{ name: 'hl7v2', address: '/v1/hl7v2/hl7v2', type: 'application/hl7-v2', variants: fieldVariants },
    ...{ kept: /^SCH-[12]$|^AIL-3|^PV1-3/, codes: /^AIL-3|^SCH-25/ },
    // MSH of an ACK goes back to its sender, and MSA-2 is the control id as it was received.
    withoutEcho: (answer) => answer.replace(/MSH\|[^"]*?MSA\|[^|]*\|[^|\r\\"]*/, ''),
  },
  {
    name: 'csv',
    address: '/v1/sources/csv/imports',
    type: 'text/csv',
    variants: rowVariants,
    withoutEcho: asItIs,
    ...{ kept: /^(?:id|sted|lokationskode|afdeling|kontakttelefon)$/, codes: /^lokationskode$/ },
  },
];
