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
const versions = (body: unknown) =>
  read(body).entries.map(({ element, index }) => [
    index,
    element.kind === 'group' ? element.group.members[0]?.status : element.kind,
  ]);
const SEVERAL = [
  'transaction',
  'batch',
  'history',
  'collection',
  'searchset',
  'message',
  'subscription-notification',
  'unheard-of',
];

describe('a single request', () => {
  it.each([
    ['PUT of HAPI', { method: 'PUT', resourceType: 'Appointment', id: 'A-1' }],
    ['POST of Medplum', { method: 'POST' }],
  ] as const)('%s holds one appointment', (_, request) => {
    expect(read(appointment(), {}, request)).toMatchObject({
      bundle: false,
      kind: 'resource',
      size: 1,
      toReadBack: [],
    });
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
    expect(groupOf(reading)).toMatchObject({
      id: 'A-1',
      rest: 'entered-in-error',
      members: [{ reference: 'A-1', status: 'entered-in-error', start: undefined, test: undefined }],
    });
  });

  it('deleting anything else changes nothing', () => {
    expect(whysOf(read(undefined, {}, { method: 'DELETE', resourceType: 'Patient', id: 'p1' }))).toHaveLength(1);
    expect(whysOf(read({}, {}, { deletedResource: 'Patient/p1' }))).toHaveLength(1);
    expect(whysOf(read({}, {}, { deletedResource: 'nonsense' }))).toHaveLength(1);
  });

  it('a CPR number as the id of what is deleted is refused', () => {
    expect(
      faultsOf(() => read(undefined, {}, { method: 'DELETE', resourceType: 'Appointment', id: '0101011234' })),
    ).toEqual(['Appointment.id cpr']);
  });

  it.each(['Slot', 'Encounter', 'AppointmentResponse', 'OperationOutcome', 'Constructor'])(
    '%s is left alone',
    (resourceType) => {
      expect(whysOf(read({ ...appointment(), resourceType }))).toHaveLength(1);
      expect(
        whysOf(read({ ...appointment(), resourceType }, {}, { method: 'PUT', resourceType, id: 'x' })),
      ).toHaveLength(1);
    },
  );

  it('a Bundle that is stored under an id is read like one that is posted', () => {
    const body = bundle('collection', { resource: appointment() });
    const stored = read(body, {}, { method: 'PUT', resourceType: 'Bundle', id: 'b1' });
    expect(stored).toEqual(read(body));
    expect(eventOf(stored).reference).toBe('A-1');
  });

  it('a resource outranks the header of Medplum', () => {
    expect(groupOf(read(appointment({ id: 'A-2' }), {}, { deletedResource: 'Appointment/A-1' }))).toMatchObject({
      id: 'A-2',
      members: [{ status: 'booked' }],
    });
  });

  it('a deletion has the time of its history, else that of its receipt', () => {
    expect(eventOf(read(undefined, {}, { method: 'DELETE', resourceType: 'Appointment', id: 'A-1' }))).toMatchObject({
      version: null,
      occurredAt: expect.any(Date),
      atReceipt: true,
    });
    const request = { method: 'DELETE', url: 'Appointment/A-1' };
    const response = { lastModified: '2026-11-23T08:00:00Z', etag: 'W/"4"' };
    expect(eventOf(read(bundle('history', { request, response })))).toMatchObject({
      version: 4,
      occurredAt: new Date(response.lastModified),
    });
    expect(eventOf(read(bundle('history', { request, response }))).atReceipt).toBeUndefined();
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
  it.each(SEVERAL)('of type %s gives every appointment in it', (type) => {
    const reading = read(
      bundle(
        type,
        { resource: { resourceType: 'Slot' } },
        { resource: appointment() },
        { resource: appointment({ id: 'A-2' }) },
      ),
    );
    expect(newsOf(reading)).toHaveLength(2);
    expect(reading).toMatchObject({ bundle: true, size: 3, messageId: 'Bundle/b1' });
    expect(reading.entries.map(({ index }) => index).sort()).toEqual([0, 1, 2]);
  });

  it.each(['document', 'transaction-response', 'batch-response'])('of type %s changes nothing', (type) => {
    expect(whysOf(read(bundle(type, { resource: appointment() })))).toHaveLength(1);
  });

  it('without any appointment changes nothing', () => {
    expect(whysOf(read(bundle('collection', { resource: { resourceType: 'Slot' } }, 'x', null, {})))).toHaveLength(4);
    expect(read(bundle('collection'))).toMatchObject({ entries: [], size: 0 });
    expect(read({ resourceType: 'Bundle' })).toMatchObject({ entries: [], size: 0 });
  });

  it('with one bad appointment gives the others, and the location of the bad one', () => {
    const reading = read(
      bundle('transaction', { resource: appointment({ status: 'maybe' }) }, { resource: appointment({ id: 'A-2' }) }),
    );
    const [bad, good] = reading.entries;
    expect(bad).toMatchObject({
      index: 0,
      path: 'Bundle.entry[0].resource',
      element: { kind: 'refused', reference: 'A-1' },
    });
    expect(bad?.element.kind === 'refused' && bad.element.problem.faults).toMatchObject([
      { pointer: 'Bundle.entry[0].resource.status' },
    ]);
    expect(good).toMatchObject({ index: 1, element: { kind: 'group' } });
  });

  it('takes the id of a PUT from its address, and deletes by DELETE', () => {
    const put = bundle('transaction', {
      resource: appointment({ id: undefined }),
      request: { method: 'PUT', url: 'Appointment/A-7' },
    });
    expect(eventOf(read(put)).reference).toBe('A-7');
    for (const entry of [
      { request: { method: 'DELETE', url: 'Appointment/A-7' } },
      { request: { method: 'DELETE', url: `${BASE}/Appointment/A-7` } },
      { fullUrl: `${BASE}/Appointment/A-7`, request: { method: 'DELETE' } },
    ])
      expect(groupOf(read(bundle('history', entry)))).toMatchObject({ id: 'A-7', rest: 'entered-in-error' });
  });

  it('refuses unsupported operations on an appointment: patches and conditional deletions', () => {
    const patch = { resource: { resourceType: 'Parameters' }, request: { method: 'PATCH', url: 'Appointment/A-7' } };
    expect(newsOf(read(bundle('batch', patch)))).toMatchObject([
      { kind: 'refused', problem: { faults: [{ code: 'not_supported' }] } },
    ]);
    const gone = {
      resource: appointment({ id: undefined }),
      request: { method: 'DELETE', url: 'Appointment?identifier=4' },
    };
    expect(newsOf(read(bundle('batch', gone)))).toMatchObject([{ kind: 'refused' }]);
    const asked = read(bundle('batch', { request: { method: 'GET', url: 'Appointment/A-7' } }));
    expect([whysOf(asked).length, asked.toReadBack]).toEqual([1, []]);
    const odd = { resource: { resourceType: 'Parameters' }, request: { method: 'DELETE', url: 'Appointment/A-7' } };
    expect(groupOf(read(bundle('batch', odd)))).toMatchObject({ id: 'A-7', rest: 'entered-in-error' });
  });

  it('refuses appointments in a Bundle within it, and leaves any other alone', () => {
    expect(
      newsOf(read(bundle('batch', { resource: bundle('collection', { resource: appointment() }) }))),
    ).toMatchObject([{ kind: 'refused' }]);
    expect(whysOf(read(bundle('batch', { resource: bundle('collection', { resource: PATIENT }) })))).toHaveLength(1);
  });

  it('holds at most a thousand appointments, groups counted by their members, and 5,000 entries', () => {
    const many = (count: number, changes = {}) =>
      bundle(
        'batch',
        ...Array.from({ length: count }, (_, n) => ({
          resource: { resourceType: 'Appointment', id: `A-${n}`, status: 'cancelled', ...changes },
        })),
      );
    expect(newsOf(read(many(1000)))).toHaveLength(1000);
    expect(faultsOf(() => read(many(1001)))).toEqual(['Bundle.entry too_big']);
    expect(faultsOf(() => read(many(1001, { status: 'maybe' })))).toEqual(['Bundle.entry too_big']);
    const participant = [{ actor: { reference: 'Patient/1' } }, { actor: { reference: 'Patient/2' } }];
    expect(faultsOf(() => read(many(501, { participant })))).toEqual(['Bundle.entry too_big']);
    expect(faultsOf(() => read(bundle('batch', ...Array.from({ length: 5001 }, () => ({})))))).toEqual([
      'Bundle.entry too_big',
    ]);
  });

  it('in which two patients have no number of their own never gives one the other’s', () => {
    const two = bundle(
      'collection',
      { resource: referring() },
      { resource: referring({ id: 'A-2', participant: [{ actor: { reference: 'Patient/p2' } }] }) },
      { resource: PATIENT },
    );
    const [first, second] = newsOf(read(two));
    expect(first).toMatchObject({ group: { members: [{ phone: ['20 12 34 56'] }] } });
    expect(second).toMatchObject({ group: { members: [{ phone: undefined, patientKey: keyOf('p2') }] } });
  });
});

describe('patients in a Bundle', () => {
  it('update what is stored when they are sent by themselves', () => {
    expect(patientOf(read(bundle('transaction', { resource: PATIENT }))).patientKey).toEqual(keyOf('p1'));
    expect(whysOf(read(bundle('transaction', { resource: { ...PATIENT, id: undefined } })))).toHaveLength(1);
    expect(
      whysOf(read(bundle('transaction', { resource: PATIENT, request: { method: 'DELETE', url: 'Patient/p1' } }))),
    ).toHaveLength(1);
  });

  it('are read with the appointment that they are there for, whichever comes first', () => {
    expect(newsOf(read(bundle('searchset', { resource: PATIENT }, { resource: referring() })))).toMatchObject([
      { kind: 'group' },
    ]);
  });

  it('have no number any more when they are deleted', () => {
    const gone = { resource: PATIENT, request: { method: 'DELETE', url: 'Patient/p1' } };
    expect(eventOf(read(bundle('transaction', { resource: referring() }, gone))).phone).toBeUndefined();
  });

  it('count in their newest version, also by the address that all versions share', () => {
    const fullUrl = `${BASE}/Patient/p1`;
    const version = (versionId: string, value: string) => ({
      fullUrl,
      resource: { ...PATIENT, meta: { versionId }, telecom: [{ system: 'phone', value }] },
    });
    const asking = { resource: referring({ participant: [{ actor: { reference: fullUrl } }] }) };
    for (const order of [
      [version('2', '20000002'), version('1', '20000001')],
      [version('1', '20000001'), version('2', '20000002')],
    ])
      expect(eventOf(read(bundle('history', asking, ...order))).phone).toEqual(['20000002']);
  });

  it('count in their newest version', () => {
    const at = (versionId: string, value: string) => ({
      resource: { ...PATIENT, meta: { versionId }, telecom: [{ system: 'phone', value }] },
    });
    expect(patientOf(read(bundle('history', at('1', '20000001'), at('2', '20000002')))).phone).toEqual(['20000002']);
    expect(newsOf(read(bundle('history', at('1', '20000001'), at('2', '20000002'))))).toHaveLength(1);
    expect(
      eventOf(read(bundle('history', { resource: referring() }, at('2', '20000002'), at('1', '20000001')))).phone,
    ).toEqual(['20000002']);
  });
});

describe('several versions of one appointment', () => {
  const at = (status: string, meta: object | undefined, rest: object = {}) => ({
    resource: appointment({ status, meta }),
    ...rest,
  });

  it('go from old to new by their numbers', () => {
    expect(versions(bundle('history', at('cancelled', { versionId: '10' }), at('booked', { versionId: '9' })))).toEqual(
      [
        [1, 'booked'],
        [0, 'cancelled'],
      ],
    );
    expect(
      versions(bundle('collection', at('booked', { versionId: '9' }), at('cancelled', { versionId: '10' }))),
    ).toEqual([
      [0, 'booked'],
      [1, 'cancelled'],
    ]);
  });

  it('go by their times where numbers are missing', () => {
    const entries = [
      at('cancelled', { lastUpdated: '2026-11-24T07:00:01Z' }),
      at('booked', { versionId: '9', lastUpdated: '2026-11-24T07:00:00Z' }),
    ];
    expect(versions(bundle('history', ...entries))).toEqual([
      [1, 'booked'],
      [0, 'cancelled'],
    ]);
    expect(versions(bundle('history', ...entries.reverse()))).toEqual([
      [0, 'booked'],
      [1, 'cancelled'],
    ]);
  });

  it('keep their order in a notification', () => {
    const parameters = {
      resource: { resourceType: 'Parameters', parameter: [{ name: 'type', valueCode: 'event-notification' }] },
    };
    expect(versions(bundle('history', parameters, at('booked', undefined), at('cancelled', undefined)))).toEqual([
      [1, 'booked'],
      [2, 'cancelled'],
      [0, 'ignored'],
    ]);
  });

  it('have the newest first in a history, and keep their order elsewhere, without version and time', () => {
    const entries = [at('cancelled', undefined), at('booked', undefined)];
    expect(versions(bundle('history', ...entries))).toEqual([
      [1, 'booked'],
      [0, 'cancelled'],
    ]);
    expect(versions(bundle('batch', ...entries))).toEqual([
      [0, 'cancelled'],
      [1, 'booked'],
    ]);
  });

  it('take their version from the entry where the resource is gone', () => {
    const gone = {
      request: { method: 'DELETE', url: 'Appointment/A-1' },
      response: { status: '204', etag: 'W/"11"', lastModified: '2026-11-24T07:30:00Z' },
    };
    const reading = read(bundle('history', gone, at('booked', { versionId: '10' })));
    expect(reading.entries.map(({ index }) => index)).toEqual([1, 0]);
    expect(reading.entries[1]?.element).toMatchObject({
      group: { members: [{ version: 11, occurredAt: new Date('2026-11-24T07:30:00Z') }] },
    });
  });
});

describe('a message', () => {
  it('that responds to another one changes nothing', () => {
    const header = { resourceType: 'MessageHeader', response: { identifier: 'x', code: 'ok' } };
    expect(whysOf(read(bundle('message', { resource: header }, { resource: appointment() })))).toHaveLength(2);
  });

  it('gives its id and event for the response, also those of STU3 and R5', () => {
    const told = (header: object) =>
      read(bundle('message', { fullUrl: 'urn:uuid:ab', resource: { resourceType: 'MessageHeader', ...header } }))
        .message;
    expect(told({ id: 'm1', event: { code: 'booked' } })).toMatchObject({
      id: 'm1',
      event: { system: null, code: 'booked' },
    });
    expect(told({ eventUri: 'https://e.example/booked', destination: { endpointUrl: 'https://d.example' } })).toEqual({
      id: 'ab',
      event: { uri: 'https://e.example/booked' },
      sourceEndpoint: null,
      destinationEndpoint: 'https://d.example',
    });
    expect(told({ id: '0101011234' })).toMatchObject({ id: null, event: null });
    expect(read(bundle('message', { resource: appointment() })).message?.event).toBeNull();
  });
});

describe('the id of a request', () => {
  it.each([
    ['type, id and version', { ...PATIENT, meta: { versionId: '3' } }, `Patient/${PATIENT.id}/3`],
    [
      'that of an appointment, where its versions tell no order',
      appointment({ meta: { versionId: 'v3' } }),
      'Appointment/A-1/v3',
    ],
    [
      'nothing of an appointment whose versions are numbers: they tell a repeat by themselves',
      appointment(),
      undefined,
    ],
    ['nothing without a version', appointment({ meta: undefined }), undefined],
    [
      'nothing without an id of the resource',
      appointment({ id: undefined, identifier: [{ system: 's', value: '1' }] }),
      undefined,
    ],
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
  const parameters = (type: string, ...more: object[]) => ({
    resource: {
      resourceType: 'Parameters',
      parameter: [
        { name: 'type', valueCode: type },
        { name: 'subscription', valueReference: { reference: 'Subscription/9' } },
        ...more,
      ],
    },
  });
  const event = (number: string, focus: string) => ({
    name: 'notification-event',
    part: [
      { name: 'event-number', valueString: number },
      { name: 'focus', valueReference: { reference: focus } },
    ],
  });

  it.each(['handshake', 'heartbeat', 'query-status'])('%s changes nothing, whatever comes with it', (type) => {
    expect(newsOf(read(bundle('subscription-notification', status(type), { resource: appointment() })))).toEqual([]);
    expect(newsOf(read(bundle('history', parameters(type), { resource: appointment() })))).toEqual([]);
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
    const r5 = read(bundle('subscription-notification', status(type, events), { resource: appointment() }));
    expect(eventOf(r5).reference).toBe('A-1');
    expect(r5.feed).toEqual({ subscription: 'Subscription/9', eventNumbers: [7, 8], sinceStart: 8 });
    const r4b = read(bundle('history', status(type, events), { resource: appointment() }));
    expect([r4b.kind, r4b.feed, eventOf(r4b).reference]).toEqual(['notification', r5.feed, 'A-1']);
    const r4 = read(
      bundle(
        'history',
        parameters(type, event('7', 'Appointment/A-1'), event('8', 'Appointment/A-1'), {
          name: 'events-since-subscription-start',
          valueUnsignedInt: 8,
        }),
        { resource: appointment() },
      ),
    );
    expect(eventOf(r4).reference).toBe('A-1');
    expect(r4.feed).toEqual({ subscription: 'Subscription/9', eventNumbers: [7, 8], sinceStart: 8 });
  });

  it('a history that begins with other Parameters is none', () => {
    expect(
      read(
        bundle('history', { resource: { resourceType: 'Parameters', parameter: [{ name: 'x', valueString: 'y' }] } }),
      ).kind,
    ).toBe('bundle');
  });

  it('deletes by DELETE', () => {
    const gone = { fullUrl: `${BASE}/Appointment/A-1`, request: { method: 'DELETE', url: 'Appointment/A-1' } };
    expect(
      groupOf(read(bundle('history', parameters('event-notification', event('7', `${BASE}/Appointment/A-1`)), gone))),
    ).toMatchObject({
      id: 'A-1',
      rest: 'entered-in-error',
    });
  });

  it('that has ids only requests reading them back, each once', () => {
    const said = bundle(
      'subscription-notification',
      status('event-notification', {
        notificationEvent: [
          { focus: { reference: 'Appointment/A-1' } },
          { focus: { reference: 'Appointment/A-2' } },
          { focus: { reference: 'Patient/p1' } },
          { focus: { reference: 'Encounter/e' } },
        ],
      }),
      { fullUrl: `${BASE}/Appointment/A-1`, request: { method: 'PUT', url: 'Appointment/A-1' } },
    );
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
    expect(
      read(
        bundle(
          'subscription-notification',
          status('event-notification', { notificationEvent: [{ eventNumber: '2' }] }),
        ),
      ),
    ).toMatchObject({ toReadBack: [], feed: { eventNumbers: [2] } });
  });

  it('is never read back from another server, nor by a CPR number', () => {
    const focus = (reference: string) =>
      bundle(
        'subscription-notification',
        status('event-notification', { notificationEvent: [{ focus: { reference } }] }),
      );
    for (const reference of [
      'https://evil.example/Appointment/A-1',
      'Appointment/0101011234',
      'Appointment/..',
      'Appointment/a%2fb',
      'Appointment?_id=1',
    ])
      expect([reference, read(focus(reference), { fhirBaseUrl: BASE }).toReadBack]).toEqual([reference, []]);
  });

  it('that returned another resource than requested changes nothing', () => {
    const said = bundle('subscription-notification', status('event-notification'), {
      fullUrl: `${BASE}/Appointment/A-1`,
    });
    expect(newsOf(read(said, {}, {}, new Map([['Appointment/A-1', { resourceType: 'OperationOutcome' }]])))).toEqual(
      [],
    );
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
      read(referring({ participant: [{ actor: { reference } }] }), { fhirBaseUrl: BASE }).toReadBack;
    expect(toReadBack(`${BASE}/Patient/p1`)).toEqual(['Patient/p1']);
    for (const reference of [
      'https://evil.example/Patient/p1',
      'Patient/0101011234',
      'urn:uuid:11',
      '#p1',
      'Patient?identifier=1',
    ])
      expect(toReadBack(reference)).toEqual([]);
    const foreign = read(
      referring({ participant: [{ actor: { reference: 'https://evil.example/Patient/p1' } }] }),
      { fhirBaseUrl: BASE },
      {},
      new Map([['Patient/p1', PATIENT]]),
    );
    expect(eventOf(foreign).phone).toBeUndefined();
  });
});
