import { describe, expect, it } from 'vitest';
import {
  appointment,
  bundle,
  caseOf,
  eventOf,
  faultsOf,
  groupOf,
  keyOf,
  newsOf,
  PATIENT,
  patientOf,
  read,
  referring,
  whysOf,
} from './reading.ts';

const BASE = 'https://fhir.example/r4';
/** Each entry's index with the status of its appointment, or its kind, in the order in which they are applied. */
const versions = (body: unknown) =>
  read(body)
    .entries.map(({ element: e, index }) => `${index} ${e.kind === 'group' ? e.group.members[0]?.status : e.kind}`)
    .join(', ');
/** The entry of a Bundle that asks for something. */
const asks = (method: string, url: string, resource?: object) => ({ resource, request: { method, url } });
const slot = { resource: { resourceType: 'Slot' } };
const booked = (changes: Record<string, unknown> = {}) => ({ resource: appointment(changes) });
const patient = { resource: PATIENT };
const actors = (...references: string[]) => references.map((reference) => ({ actor: { reference } }));
const REMOVED = { id: 'A-1', rest: 'entered-in-error' };

describe('a single request', () => {
  it.each([
    ['PUT of HAPI', { method: 'PUT', resourceType: 'Appointment', id: 'A-1' }],
    ['POST of Medplum', { method: 'POST' }],
  ] as const)('%s holds one appointment', (_, request) => {
    const expected = { bundle: false, kind: 'resource', size: 1, toReadBack: [] };
    expect(read(appointment(), {}, request)).toMatchObject(expected);
  });

  it.each([undefined, {}])('an empty body is a ping: %j', (body) => {
    expect(read(body)).toEqual({ entries: [], bundle: false, kind: 'ping', size: 0, toReadBack: [], changed: [] });
  });

  it.each([
    ['DELETE of HAPI', { method: 'DELETE', resourceType: 'Appointment', id: 'A-1', body: undefined }],
    ['the header of Medplum with {}', { body: {}, deletedResource: 'Appointment/A-1' }],
    ['the header of Medplum with nothing', { body: undefined, deletedResource: ' Appointment/A-1' }],
  ] as const)('%s deletes', (_, request) => {
    const reading = read(request.body, {}, request);
    expect(reading.kind).toBe('delete');
    const members = [{ reference: 'A-1', status: 'entered-in-error', start: undefined, test: undefined }];
    expect(groupOf(reading)).toMatchObject({ ...REMOVED, members });
  });

  it.each([
    { method: 'DELETE', resourceType: 'Patient', id: 'p1', body: undefined } as const,
    { deletedResource: 'Patient/p1', body: {} },
    { deletedResource: 'nonsense', body: {} },
  ])('deleting anything else changes nothing: %j', (request) => {
    expect(whysOf(read(request.body, {}, request))).toHaveLength(1);
  });

  it('a CPR number as the id of what is deleted is refused', () => {
    const request = { method: 'DELETE', resourceType: 'Appointment', id: '0101011234' } as const;
    expect(faultsOf(() => read(undefined, {}, request))).toEqual(['Appointment.id cpr']);
  });

  const OTHERS = ['Slot', 'Encounter', 'AppointmentResponse', 'OperationOutcome', 'Constructor'];
  it.each(OTHERS)('%s is left alone', (resourceType) => {
    for (const request of [{}, { method: 'PUT', resourceType, id: 'x' } as const])
      expect(whysOf(read(appointment({ resourceType }), {}, request))).toHaveLength(1);
  });

  it('a Bundle that is stored under an id is read like one that is posted', () => {
    const body = bundle('collection', booked());
    const stored = read(body, {}, { method: 'PUT', resourceType: 'Bundle', id: 'b1' });
    expect(stored).toEqual(read(body));
    expect(eventOf(stored).reference).toBe('A-1');
  });

  it('a resource outranks the header of Medplum', () => {
    const group = groupOf(read(appointment({ id: 'A-2' }), {}, { deletedResource: 'Appointment/A-1' }));
    expect(group).toMatchObject({ id: 'A-2', members: [{ status: 'booked' }] });
  });

  it('a deletion has the time of its history, else that of its receipt', () => {
    const sent = eventOf(read(undefined, {}, { method: 'DELETE', resourceType: 'Appointment', id: 'A-1' }));
    expect(sent).toMatchObject({ version: null, occurredAt: expect.any(Date), atReceipt: true });
    const response = { lastModified: '2026-11-23T08:00:00Z', etag: 'W/"4"' };
    const listed = eventOf(read(bundle('history', { ...asks('DELETE', 'Appointment/A-1'), response })));
    expect(listed).toMatchObject({ version: 4, occurredAt: new Date(response.lastModified) });
    expect(listed.atReceipt).toBeUndefined();
  });

  it.each([
    ['null', null, ' invalid_type'],
    ['a list', [appointment()], ' invalid_type'],
    ['text', 'Appointment', ' invalid_type'],
    ['an object without a type', { id: '1' }, 'resourceType required'],
    ['a type that is no text', { resourceType: ['Appointment'] }, 'resourceType required'],
  ])('is refused: %s', (_, body, fault) => {
    expect(faultsOf(() => read(body))).toEqual([fault]);
  });

  it('is refused when a PUT is empty, or has another type than the address', () => {
    const request = { method: 'PUT', resourceType: 'Appointment', id: 'A-1' } as const;
    expect(faultsOf(() => read(undefined, {}, request))).toEqual([' invalid_type']);
    expect(faultsOf(() => read(PATIENT, {}, request))).toEqual(['resourceType invalid_value']);
  });

  it('is refused when it is nested deeper than thirty levels', () => {
    const nest = (levels: number): unknown => (levels === 0 ? 'x' : { extension: [nest(levels - 1)] });
    expect(eventOf(read(appointment({ extension: [nest(28)] }))).reference).toBe('A-1');
    expect(faultsOf(() => read(appointment({ extension: [nest(30)] })))).toEqual([' too_deep']);
    expect(faultsOf(() => read(JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)))).toEqual([' too_deep']);
  });
});

describe('a Bundle', () => {
  it.each([
    ...['transaction', 'batch', 'history', 'collection', 'searchset', 'message', 'subscription-notification'],
    'unheard-of',
  ])('of type %s gives every appointment in it', (type) => {
    const reading = read(bundle(type, slot, booked(), booked({ id: 'A-2' })));
    expect(newsOf(reading)).toHaveLength(2);
    expect(reading).toMatchObject({ bundle: true, size: 3, messageId: 'Bundle/b1' });
    expect(reading.entries.map(({ index }) => index).sort()).toEqual([0, 1, 2]);
  });

  it.each(['document', 'transaction-response', 'batch-response'])('of type %s changes nothing', (type) => {
    expect(whysOf(read(bundle(type, booked())))).toHaveLength(1);
  });

  it('without any appointment changes nothing', () => {
    expect(whysOf(read(bundle('collection', slot, 'x', null, {})))).toHaveLength(4);
    expect(read(bundle('collection'))).toMatchObject({ entries: [], size: 0 });
    expect(read({ resourceType: 'Bundle' })).toMatchObject({ entries: [], size: 0 });
  });

  it('with one bad appointment gives the others, and the location of the bad one', () => {
    const path = 'Bundle.entry[0].resource';
    const problem = { faults: [expect.objectContaining({ pointer: `${path}.status` })] };
    expect(read(bundle('transaction', booked({ status: 'maybe' }), booked({ id: 'A-2' }))).entries).toMatchObject([
      { index: 0, path, element: { kind: 'refused', reference: 'A-1', problem } },
      { index: 1, element: { kind: 'group' } },
    ]);
  });

  it('takes the id of a PUT from its address, and deletes by DELETE', () => {
    const put = bundle('transaction', asks('PUT', 'Appointment/A-7', appointment({ id: undefined })));
    expect(eventOf(read(put)).reference).toBe('A-7');
    for (const entry of [
      asks('DELETE', 'Appointment/A-1'),
      asks('DELETE', `${BASE}/Appointment/A-1`),
      { fullUrl: `${BASE}/Appointment/A-1`, request: { method: 'DELETE' } },
    ])
      expect(groupOf(read(bundle('history', entry)))).toMatchObject(REMOVED);
  });

  it('refuses unsupported operations on an appointment: patches and conditional deletions', () => {
    const readOne = (...entry: Parameters<typeof asks>) => read(bundle('batch', asks(...entry)));
    const parameters = { resourceType: 'Parameters' };
    const notSupported = { kind: 'refused', problem: { faults: [{ code: 'not_supported' }] } };
    expect(newsOf(readOne('PATCH', 'Appointment/A-1', parameters))).toMatchObject([notSupported]);
    const conditional = readOne('DELETE', 'Appointment?identifier=4', appointment({ id: undefined }));
    expect(newsOf(conditional)).toMatchObject([{ kind: 'refused' }]);
    const asked = readOne('GET', 'Appointment/A-1');
    expect([whysOf(asked).length, asked.toReadBack]).toEqual([1, []]);
    expect(groupOf(readOne('DELETE', 'Appointment/A-1', parameters))).toMatchObject(REMOVED);
  });

  it('refuses appointments in a Bundle within it, and leaves any other alone', () => {
    const within = (entry: object) => read(bundle('batch', { resource: bundle('collection', entry) }));
    expect(newsOf(within(booked()))).toMatchObject([{ kind: 'refused' }]);
    expect(whysOf(within(patient))).toHaveLength(1);
  });

  it('holds at most a thousand appointments, groups counted by their members, and 5,000 entries', () => {
    const nth = (n: number) => ({ resourceType: 'Appointment', id: `A-${n}`, status: 'cancelled' });
    const many = (length: number, changes = {}) =>
      bundle('batch', ...Array.from({ length }, (_, n) => ({ resource: { ...nth(n), ...changes } })));
    expect(newsOf(read(many(1000)))).toHaveLength(1000);
    const participant = actors('Patient/1', 'Patient/2');
    for (const body of [
      many(1001),
      many(1001, { status: 'maybe' }),
      many(501, { participant }),
      bundle('batch', ...Array(5001).fill({})),
    ])
      expect(faultsOf(() => read(body))).toEqual(['Bundle.entry too_big']);
  });

  it('in which two patients have no number of their own never gives one the other’s', () => {
    const other = { resource: referring({ id: 'A-2', participant: actors('Patient/p2') }) };
    const [first, second] = newsOf(read(bundle('collection', { resource: referring() }, other, patient)));
    expect(first).toMatchObject({ group: { members: [{ phone: ['20 12 34 56'] }] } });
    expect(second).toMatchObject({ group: { members: [{ phone: undefined, patientKey: keyOf('p2') }] } });
  });
});

describe('patients in a Bundle', () => {
  const version = (n: number) => ({
    resource: { ...PATIENT, meta: { versionId: `${n}` }, telecom: [{ system: 'phone', value: `2000000${n}` }] },
  });

  it('update what is stored when they are sent by themselves', () => {
    expect(patientOf(read(bundle('transaction', patient))).patientKey).toEqual(keyOf('p1'));
    expect(whysOf(read(bundle('transaction', { resource: { ...PATIENT, id: undefined } })))).toHaveLength(1);
    expect(whysOf(read(bundle('transaction', asks('DELETE', 'Patient/p1', PATIENT))))).toHaveLength(1);
  });

  it('are read with the appointment that they are there for, whichever comes first', () => {
    const news = newsOf(read(bundle('searchset', patient, { resource: referring() })));
    expect(news).toMatchObject([{ kind: 'group' }]);
  });

  it('have no number any more when they are deleted', () => {
    const gone = asks('DELETE', 'Patient/p1', PATIENT);
    expect(eventOf(read(bundle('transaction', { resource: referring() }, gone))).phone).toBeUndefined();
  });

  it('count in their newest version, also by the address that all versions share', () => {
    const fullUrl = `${BASE}/Patient/p1`;
    const versions = [1, 2].map((n) => ({ fullUrl, ...version(n) }));
    const asking = { resource: referring({ participant: actors(fullUrl) }) };
    for (const order of [versions, versions.toReversed()])
      expect(eventOf(read(bundle('history', asking, ...order))).phone).toEqual(['20000002']);
  });

  it('count in their newest version', () => {
    const reading = read(bundle('history', version(1), version(2)));
    expect(patientOf(reading).phone).toEqual(['20000002']);
    expect(newsOf(reading)).toHaveLength(1);
    const asking = { resource: referring() };
    expect(eventOf(read(bundle('history', asking, version(2), version(1)))).phone).toEqual(['20000002']);
  });
});

describe('several versions of one appointment', () => {
  const at = (status: string, meta: object | undefined, rest: object = {}) => ({
    resource: appointment({ status, meta }),
    ...rest,
  });

  it('go from old to new by their numbers', () => {
    const found = versions(bundle('history', at('cancelled', { versionId: '10' }), at('booked', { versionId: '9' })));
    expect(found).toBe('1 booked, 0 cancelled');
    expect(versions(bundle('collection', at('booked', { versionId: '9' }), at('cancelled', { versionId: '10' })))).toBe(
      '0 booked, 1 cancelled',
    );
  });

  it('go by their times where numbers are missing', () => {
    const entries = [
      at('cancelled', { lastUpdated: '2026-11-24T07:00:01Z' }),
      at('booked', { versionId: '9', lastUpdated: '2026-11-24T07:00:00Z' }),
    ];
    expect(versions(bundle('history', ...entries))).toBe('1 booked, 0 cancelled');
    expect(versions(bundle('history', ...entries.reverse()))).toBe('0 booked, 1 cancelled');
  });

  it('keep their order in a notification', () => {
    const parameter = [{ name: 'type', valueCode: 'event-notification' }];
    const parameters = { resourceType: 'Parameters', parameter };
    expect(
      versions(bundle('history', { resource: parameters }, at('booked', undefined), at('cancelled', undefined))),
    ).toBe('1 booked, 2 cancelled, 0 ignored');
  });

  it('have the newest first in a history, and keep their order elsewhere, without version and time', () => {
    const entries = [at('cancelled', undefined), at('booked', undefined)];
    expect(versions(bundle('history', ...entries))).toBe('1 booked, 0 cancelled');
    expect(versions(bundle('batch', ...entries))).toBe('0 cancelled, 1 booked');
  });

  it('take their version from the entry where the resource is gone', () => {
    const lastModified = '2026-11-24T07:30:00Z';
    const response = { status: '204', etag: 'W/"11"', lastModified };
    const gone = { ...asks('DELETE', 'Appointment/A-1'), response };
    const { entries } = read(bundle('history', gone, at('booked', { versionId: '10' })));
    expect(entries.map(({ index }) => index)).toEqual([1, 0]);
    const members = [{ version: 11, occurredAt: new Date(lastModified) }];
    expect(entries[1]?.element).toMatchObject({ group: { members } });
  });
});

describe('a message', () => {
  it('that responds to another one changes nothing', () => {
    const header = { resourceType: 'MessageHeader', response: { identifier: 'x', code: 'ok' } };
    expect(whysOf(read(bundle('message', { resource: header }, booked())))).toHaveLength(2);
  });

  it('gives its id and event for the response, also those of STU3 and R5', () => {
    const told = (header: object) =>
      read(bundle('message', { fullUrl: 'urn:uuid:ab', resource: { resourceType: 'MessageHeader', ...header } }))
        .message;
    const event = { system: null, code: 'booked' };
    expect(told({ id: 'm1', event: { code: 'booked' } })).toMatchObject({ id: 'm1', event });
    expect(told({ eventUri: 'https://e.example/booked', destination: { endpointUrl: 'https://d.example' } })).toEqual({
      id: 'ab',
      event: { uri: 'https://e.example/booked' },
      sourceEndpoint: null,
      destinationEndpoint: 'https://d.example',
    });
    expect(told({ id: '0101011234' })).toMatchObject({ id: null, event: null });
    expect(read(bundle('message', booked())).message?.event).toBeNull();
  });
});

describe('the id of a request', () => {
  it.each([
    ['type, id and version', { ...PATIENT, meta: { versionId: '3' } }, `Patient/${PATIENT.id}/3`],
    [
      'that of an appointment, its versions in no order',
      appointment({ meta: { versionId: 'v3' } }),
      'Appointment/A-1/v3',
    ],
    ['nothing of an appointment whose versions are numbers, which tell a repeat', appointment(), undefined],
    ['nothing without a version', appointment({ meta: undefined }), undefined],
    ['nothing without an id', appointment({ id: undefined, identifier: [{ system: 's', value: '1' }] }), undefined],
    ['nothing that looks like a CPR number', { ...PATIENT, id: '0101011234', meta: { versionId: '1' } }, undefined],
    ['the Bundle’s id', bundle('history'), 'Bundle/b1'],
    ['nothing of a Bundle without one', { ...bundle('history'), id: undefined }, undefined],
  ])('is %s', (_, body, messageId) => {
    expect(read(body).messageId).toBe(messageId);
  });
});

describe('a topic notification', () => {
  it.each([
    ['handshake-r4', { subscription: 'https://fhir.example/r4/Subscription/7', eventNumbers: [], sinceStart: 0 }],
    ['handshake-r5', { subscription: 'https://fhir.example/r5/Subscription/8', eventNumbers: [], sinceStart: 0 }],
  ])('%s as real servers send it changes nothing', (name, feed) => {
    const reading = read(caseOf(name));
    expect(reading).toMatchObject({ kind: 'notification', bundle: true, feed });
    expect(newsOf(reading)).toEqual([]);
  });

  const status = (type: string, rest: object = {}) => ({
    resource: { resourceType: 'SubscriptionStatus', type, subscription: { reference: 'Subscription/9' }, ...rest },
  });
  const parameters = (type: string, ...more: object[]) => {
    const subscription = { name: 'subscription', valueReference: { reference: 'Subscription/9' } };
    const parameter = [{ name: 'type', valueCode: type }, subscription, ...more];
    return { resource: { resourceType: 'Parameters', parameter } };
  };
  /** A notification of R5 about events. */
  const notification = (rest: object, ...entries: object[]) =>
    bundle('subscription-notification', status('event-notification', rest), ...entries);
  const focusing = (...references: string[]) => ({
    notificationEvent: references.map((reference) => ({ focus: { reference } })),
  });
  const event = (number: string, focus: string) => ({
    name: 'notification-event',
    part: [
      { name: 'event-number', valueString: number },
      { name: 'focus', valueReference: { reference: focus } },
    ],
  });

  it.each(['handshake', 'heartbeat', 'query-status'])('%s changes nothing, whatever comes with it', (type) => {
    expect(newsOf(read(bundle('subscription-notification', status(type), booked())))).toEqual([]);
    expect(newsOf(read(bundle('history', parameters(type), booked())))).toEqual([]);
  });

  it.each(['event-notification', 'query-event'])('%s gives its appointments and the numbers of its events', (type) => {
    const events = {
      notificationEvent: [
        { eventNumber: '7', focus: { reference: 'Appointment/A-1' } },
        { eventNumber: 8 },
        { eventNumber: '99999999999999999999' },
      ],
      eventsSinceSubscriptionStart: '8',
    };
    const r5 = read(bundle('subscription-notification', status(type, events), booked()));
    expect(eventOf(r5).reference).toBe('A-1');
    expect(r5.feed).toEqual({ subscription: 'Subscription/9', eventNumbers: [7, 8], sinceStart: 8 });
    const r4b = read(bundle('history', status(type, events), booked()));
    expect([r4b.kind, r4b.feed, eventOf(r4b).reference]).toEqual(['notification', r5.feed, 'A-1']);
    const since = { name: 'events-since-subscription-start', valueUnsignedInt: 8 };
    const told = parameters(type, event('7', 'Appointment/A-1'), event('8', 'Appointment/A-1'), since);
    const r4 = read(bundle('history', told, booked()));
    expect([eventOf(r4).reference, r4.feed]).toEqual(['A-1', r5.feed]);
  });

  it('a history that begins with other Parameters is none', () => {
    const other = { resourceType: 'Parameters', parameter: [{ name: 'x', valueString: 'y' }] };
    expect(read(bundle('history', { resource: other })).kind).toBe('bundle');
  });

  it('deletes by DELETE', () => {
    const fullUrl = `${BASE}/Appointment/A-1`;
    const told = parameters('event-notification', event('7', fullUrl));
    const gone = { fullUrl, ...asks('DELETE', 'Appointment/A-1') };
    expect(groupOf(read(bundle('history', told, gone)))).toMatchObject(REMOVED);
  });

  it('that has ids only requests reading them back, each once', () => {
    const said = notification(focusing('Appointment/A-1', 'Appointment/A-2', 'Patient/p1', 'Encounter/e'), {
      fullUrl: `${BASE}/Appointment/A-1`,
      ...asks('PUT', 'Appointment/A-1'),
    });
    const reading = read(said, { fhirBaseUrl: BASE });
    expect(reading.toReadBack).toEqual(['Appointment/A-1', 'Appointment/A-2', 'Patient/p1']);
    expect(newsOf(reading)).toEqual([]);
    const fetched = new Map<string, unknown>([
      ['Appointment/A-1', referring()],
      ['Appointment/A-2', null],
      ['Patient/p1', PATIENT],
    ]);
    const again = read(said, { fhirBaseUrl: BASE }, {}, fetched);
    expect(again.toReadBack).toEqual([]);
    expect(newsOf(again)).toMatchObject([
      { kind: 'group', group: { id: 'A-1', members: [{ status: 'booked', phone: ['20 12 34 56'] }] } },
      { kind: 'group', group: { id: 'A-2', members: [{ status: 'entered-in-error' }] } },
      { kind: 'patient' },
    ]);
    expect(again.entries.map(({ index }) => index)).toEqual([1, 0, null, null]);
  });

  it('of nothing but events has nothing to do', () => {
    const reading = read(notification({ notificationEvent: [{ eventNumber: '2' }] }));
    expect(reading).toMatchObject({ toReadBack: [], feed: { eventNumbers: [2] } });
  });

  it('is never read back from another server, nor by a CPR number', () => {
    for (const reference of [
      'https://evil.example/Appointment/A-1',
      'Appointment/0101011234',
      'Appointment/..',
      'Appointment/a%2fb',
      'Appointment?_id=1',
    ])
      expect(read(notification(focusing(reference)), { fhirBaseUrl: BASE }).toReadBack, reference).toEqual([]);
  });

  it('that returned another resource than requested changes nothing', () => {
    const said = notification({}, { fullUrl: `${BASE}/Appointment/A-1` });
    const fetched = new Map([['Appointment/A-1', { resourceType: 'OperationOutcome' }]]);
    expect(newsOf(read(said, {}, {}, fetched))).toEqual([]);
  });
});

describe('patients that did not come along', () => {
  it('are to be read back while the appointment lies ahead, and then have a number', () => {
    expect(read(referring()).toReadBack).toEqual(['Patient/p1']);
    expect(read(referring({ status: 'cancelled' })).toReadBack).toEqual([]);
    const again = read(referring(), {}, {}, new Map([['Patient/p1', PATIENT]]));
    expect(again.toReadBack).toEqual([]);
    expect(eventOf(again)).toMatchObject({ phone: ['20 12 34 56'], language: 'da' });
  });

  it('are not requested again when they no longer exist', () => {
    const again = read(referring(), {}, {}, new Map([['Patient/p1', null]]));
    expect(again.toReadBack).toEqual([]);
    expect(eventOf(again).phone).toBeUndefined();
  });

  it('are requested by Type/id at the sender’s own server only, and never by a CPR number', () => {
    const toReadBack = (reference: string) =>
      read(referring({ participant: actors(reference) }), { fhirBaseUrl: BASE }).toReadBack;
    expect(toReadBack(`${BASE}/Patient/p1`)).toEqual(['Patient/p1']);
    for (const reference of [
      'https://evil.example/Patient/p1',
      'Patient/0101011234',
      'urn:uuid:11',
      '#p1',
      'Patient?identifier=1',
    ])
      expect(toReadBack(reference)).toEqual([]);
    const foreign = referring({ participant: actors('https://evil.example/Patient/p1') });
    const reading = read(foreign, { fhirBaseUrl: BASE }, {}, new Map([['Patient/p1', PATIENT]]));
    expect(eventOf(reading).phone).toBeUndefined();
  });
});
