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
  read,
  referring,
  whysOf,
} from './reading.ts';

describe('an Appointment', () => {
  it('is read as the field map says', () => {
    const system = 'https://epj.example/appointments';
    expect(groupOf(read(appointment({ identifier: [{ system, value: '4711' }] })))).toEqual({
      id: 'A-1',
      rest: 'cancelled',
      members: [
        {
          reference: 'A-1',
          status: 'booked',
          version: 3,
          occurredAt: new Date('2026-11-24T07:00:00Z'),
          start: new Date('2026-12-01T08:00:00Z'),
          end: new Date('2026-12-01T08:30:00Z'),
          kind: 'visit',
          patientKey: keyOf('https://epj.example/patients|77'),
          ofPatient: true,
          protected: false,
          phone: ['20 12 34 56'],
          language: 'da',
          locationCode: undefined,
          locationText: undefined,
          department: undefined,
          departmentCode: undefined,
          contactPhone: undefined,
          test: false,
          permanent: true,
          aliases: [{ kind: system, namespace: system, value: '4711' }],
        },
      ],
    });
  });

  it('keeps nothing about health, and no name or CPR number', () => {
    const texts = ['description', 'comment', 'patientInstruction'].map((name) => [name, 'hypertension']);
    const concepts = ['reasonCode', 'serviceType', 'serviceCategory', 'specialty', 'note'].map((name) => [
      name,
      [{ text: 'hypertension' }],
    ]);
    const told = appointment({
      ...Object.fromEntries([...texts, ...concepts]),
      reason: [{ concept: { text: 'hypertension' } }],
    });
    expect(JSON.stringify(read(told))).not.toMatch(/hypertension|Andersen|010101/);
  });
});

describe('the id of an appointment', () => {
  const UUID = '11111111-aaaa-4aaa-8aaa-000000000002';
  const S = { system: 's' };
  const identified = (...identifier: object[]) => ({ id: undefined, identifier });
  it.each([
    ['urn:uuid: is taken off', { id: `urn:uuid:${UUID}` }, UUID],
    ['a number is an id', { id: 4711 }, '4711'],
    ['without one the official identifier', identified({ ...S, value: '1' }, { use: 'official', value: 'X-9' }), 'X-9'],
    ['else the first with a value', identified(S, { ...S, value: '2' }, { ...S, value: '3' }), '2'],
    ['a bare short number is none', identified({ value: '12' }, { value: '1234' }), '1234'],
  ])('%s', (_, changes, reference) => {
    expect(eventOf(read(appointment(changes))).reference).toBe(reference);
  });

  it('of the address wins over that of the resource', () => {
    const request = { method: 'PUT', resourceType: 'Appointment', id: 'A-1' } as const;
    expect(eventOf(read(appointment({ id: 'A-2' }), {}, request)).reference).toBe('A-1');
  });

  it('is the UUID of fullUrl where there is nothing better, and then is not permanent', () => {
    const entry = { fullUrl: `urn:uuid:${UUID.toUpperCase()}`, resource: appointment({ id: undefined }) };
    const event = eventOf(read(bundle('collection', entry)));
    expect(event).toMatchObject({ reference: UUID, permanent: false });
    expect(event.warnings).toMatchObject([{ pointer: 'Bundle.entry[0].resource.id', code: 'temporary_id' }]);
  });

  it('is not for good when it repeats the UUID of a message', () => {
    const resource = appointment({ id: UUID, identifier: [{ ...S, value: '9' }] });
    const event = eventOf(read(bundle('message', { fullUrl: `urn:uuid:${UUID}`, resource })));
    expect(event).toMatchObject({ reference: UUID, permanent: false });
    // The identifier finds it again.
    expect(event.warnings).toBeUndefined();
  });

  it('is warned about where a start at midnight may be no time', () => {
    const at = (settings: Parameters<typeof read>[1]) =>
      eventOf(read(appointment({ start: '2026-12-01T00:00:00+01:00' }), settings)).warnings;
    expect(at({})).toMatchObject([{ pointer: 'Appointment.start', code: 'midnight' }]);
    expect(at({ placeholderTimes: ['00:00'] })).toBeUndefined();
  });

  it.each([
    ['none at all', { id: undefined }, 'required'],
    ['only a CPR number among the identifiers', { id: '', identifier: PATIENT.identifier }, 'required'],
    ['invisible characters', { id: '\u200b\u3164' }, 'required'],
    ['an identifier of invisible characters', identified({ ...S, value: '\u200b' }), 'required'],
    ['a CPR number', { id: '010101-1234' }, 'cpr'],
    ['a control character', { id: 'A\u00001' }, 'invalid_value'],
    ['too long a one', { id: 'x'.repeat(191) }, 'invalid_value'],
  ])('is refused: %s', (_, changes, fault) => {
    expect(faultsOf(() => read(appointment(changes)))).toEqual([`Appointment.id ${fault}`]);
  });

  it('is accompanied by the identifiers with a system, without those of citizens', () => {
    const identifier = [
      { system: 's', value: '1' },
      { value: '2' },
      { system: 'urn:oid:1.2.208.176.1.2', value: 'anything' },
      { system: '1.2.208.176.1.6.1.1', value: '0703921VJ4' },
      { system: 'urn:oid:1.2.208.176.1.6.1.1.2.3.4', value: 'deep' },
      { system: '1.2.208.176.1.2.1', value: 'below' },
      { system: 'http://hl7.dk/d-ecpr', value: 'x' },
      { system: 's', value: '010101-1234' },
    ];
    expect(eventOf(read(appointment({ identifier }))).aliases).toEqual([{ kind: 's', namespace: 's', value: '1' }]);
  });
});

describe('the version of an appointment', () => {
  it.each([
    ['a whole number', { versionId: '12' }, 12],
    ['a number that is not text', { versionId: 12 }, 12],
    ['a UUID', { versionId: '1d2910b6-ccd4-402d-bde3-912d2b4e439f' }, null],
    ['a version of software', { versionId: '1.0.0-alpha' }, null],
    ['none', undefined, null],
  ])('is read from %s', (_, meta, version) => {
    expect(eventOf(read(appointment({ meta }))).version).toBe(version);
  });

  it('has the time of its last update beside it, or nothing where that can not be read', () => {
    const occurredAt = (lastUpdated: unknown) => eventOf(read(appointment({ meta: { lastUpdated } }))).occurredAt;
    expect(occurredAt('2026-11-20T16:59:28.7896182+00:00')).toEqual(new Date('2026-11-20T16:59:28.789Z'));
    expect(occurredAt('yesterday')).toBeNull();
  });
});

describe('the status of an appointment', () => {
  it.each([
    ...['booked', 'pending', 'proposed', 'waitlist', 'arrived', 'checked-in', 'fulfilled', 'noshow', 'cancelled'],
    'entered-in-error',
  ])('%s is known', (status) => {
    expect(eventOf(read(appointment({ status }))).status).toBe(status);
  });

  it('may be written in any case, and be one of the sender’s own that its settings know', () => {
    const settings = { statusMap: { optaget: 'booked', spærret: 'ignore' } } as const;
    for (const status of ['Booked', 'optaget'])
      expect(eventOf(read(appointment({ status }), settings)).status).toBe('booked');
    expect(whysOf(read(appointment({ status: 'spærret', start: undefined }), settings))).toHaveLength(1);
    const unknown = () => read(appointment({ status: 'constructor' }), settings);
    expect(faultsOf(unknown)).toEqual(['Appointment.status invalid_value']);
  });

  it('that is unknown is refused, and so is a missing one', () => {
    expect(faultsOf(() => read(appointment({ status: 'maybe' })))).toEqual(['Appointment.status invalid_value']);
    expect(faultsOf(() => read(appointment({ status: undefined })))).toEqual(['Appointment.status required']);
  });

  it('entered-in-error ends the rest of a group the same way', () => {
    expect(groupOf(read(appointment({ status: 'entered-in-error' }))).rest).toBe('entered-in-error');
  });
});

describe('the start of an appointment', () => {
  it.each([
    ['with an offset', '2026-12-01T09:00:00+01:00', '2026-12-01T08:00:00.000Z'],
    ['with an offset without a colon', '2026-12-01T09:00:00+0100', '2026-12-01T08:00:00.000Z'],
    ['with a fraction of seven digits', '2026-12-01T08:00:00.7896182+00:00', '2026-12-01T08:00:00.789Z'],
    ['without an offset, in the zone of the source', '2026-12-01T09:00:00', '2026-12-01T08:00:00.000Z'],
    ['in the hour that autumn doubles, the first of the two', '2026-10-25T02:30:00', '2026-10-25T00:30:00.000Z'],
  ])('is read %s', (_, start, instant) => {
    expect(eventOf(read(appointment({ start, end: undefined }))).start?.toISOString()).toBe(instant);
  });

  it.each([
    ['a date alone', '2026-12-01', 'Appointment.start date_only'],
    ['an hour that spring skips', '2026-03-29T02:30:00', 'Appointment.start time_does_not_exist'],
    ['no time at all', 'soon', 'Appointment.start invalid_instant'],
    ['an object', { time: 'soon' }, 'Appointment.start invalid_instant'],
    ['none', undefined, 'Appointment.start required'],
  ])('is refused: %s', (_, start, fault) => {
    expect(faultsOf(() => read(appointment({ start, end: undefined })))).toEqual([fault]);
  });

  it.each(['proposed', 'pending', 'waitlist', 'cancelled', 'entered-in-error'])(
    'may be missing from one that is %s',
    (status) => {
      expect(eventOf(read(appointment({ status, start: undefined }))).start).toBeUndefined();
    },
  );

  it.each(['arrived', 'checked-in', 'fulfilled', 'noshow'])(
    'may not be missing from one that is %s (app-3)',
    (status) => {
      expect(faultsOf(() => read(appointment({ status, start: undefined })))).toEqual(['Appointment.start required']);
    },
  );

  it('that cannot be parsed does not prevent a cancellation', () => {
    const event = eventOf(read(appointment({ status: 'cancelled', start: '2026-12-01' })));
    expect([event.status, event.start]).toEqual(['cancelled', undefined]);
  });

  it('is accepted with any end; an end that cannot be parsed is left out', () => {
    expect(eventOf(read(appointment({ end: '2026-11-30T09:00:00Z' }))).start).toEqual(new Date('2026-12-01T08:00:00Z'));
    expect(eventOf(read(appointment({ end: '2026-12-01' }))).end).toBeUndefined();
    expect(eventOf(read(appointment({ status: 'cancelled', end: '2026-11-30T09:00:00Z' }))).status).toBe('cancelled');
  });
});

describe('other versions of FHIR', () => {
  it('R5: a pattern of appointments without a start of its own is left alone', () => {
    const recurrenceTemplate = [{ occurrenceCount: 5 }];
    expect(whysOf(read(appointment({ start: undefined, end: undefined, recurrenceTemplate })))).toHaveLength(1);
    expect(eventOf(read(appointment({ recurrenceTemplate }))).start).toBeInstanceOf(Date);
  });

  it('R5: the subject is the patient where no participant is one', () => {
    const subject = { reference: 'Patient/p9' };
    const participant = [{ actor: { reference: 'Practitioner/d' } }];
    expect(eventOf(read(appointment({ participant, subject }))).patientKey).toEqual(keyOf('p9'));
    expect(eventOf(read(referring({ subject }))).patientKey).toEqual(keyOf('p1'));
  });

  it('R5: fields of other shapes are tolerated', () => {
    const r5 = {
      cancellationReason: { text: 'x' },
      cancellationDate: '2026-11-30',
      serviceType: [{ concept: { text: 'x' } }],
      reason: [{ reference: { reference: 'Condition/1' } }],
      priority: { text: 'x' },
      participant: [{ actor: { reference: '#pat' }, required: true, status: 'accepted' }],
      class: [{ text: 'x' }],
      replaces: [{ reference: 'Appointment/A-0' }],
      previousAppointment: { reference: 'Appointment/A-0' },
    };
    expect(eventOf(read(appointment(r5)))).toMatchObject({ reference: 'A-1', phone: ['20 12 34 56'] });
  });

  describe('names the appointments that it replaces', () => {
    const old = { reference: 'Appointment/A-0' };
    const extension = (url: string, valueReference: object) => ({ extension: [{ url, valueReference }] });
    const R5_REPLACES = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.replaces';
    const REQUEST_REPLACES = 'http://hl7.org/fhir/StructureDefinition/request-replaces';
    it.each<[string, object, string[] | undefined]>([
      ['R5', { replaces: [old] }, ['A-0']],
      ['R5, several', { replaces: [old, { reference: 'Appointment/A-00' }, old] }, ['A-0', 'A-00']],
      ['R4 by request-replaces', extension(REQUEST_REPLACES, old), ['A-0']],
      ['R4 by the extension of R5', extension(R5_REPLACES, old), ['A-0']],
      ['by an address', { replaces: [{ reference: 'https://fhir.example/r5/Appointment/A-0/_history/2' }] }, ['A-0']],
      ['by an identifier', { replaces: [{ identifier: { system: 'https://x.example', value: 'A-0' } }] }, ['A-0']],
      ['by a UUID of a message', { replaces: [{ reference: 'urn:uuid:0193-a0' }] }, ['0193-a0']],
      ['not itself', { replaces: [{ reference: 'Appointment/A-1' }] }, undefined],
      ['no patient', { replaces: [{ reference: 'Patient/A-0' }] }, undefined],
      ['no CPR number', { replaces: [{ identifier: { value: '010180-1234' } }] }, undefined],
      ['nothing by another extension', extension('https://x.example/replaces', old), undefined],
      ['nothing by what is no reference', { replaces: ['A-0', 7, {}] }, undefined],
    ])('%s', (_name, changes, expected) => {
      expect(eventOf(read(appointment({ ...changes }))).replaces).toEqual(expected);
    });

    it('by what stands beside it in the Bundle', () => {
      const uuid = 'urn:uuid:7f3c0f4e-0000-4000-8000-000000000001';
      const former = {
        ...appointment({ id: undefined, status: 'cancelled' }),
        identifier: [{ system: 's', value: 'F-7' }],
      };
      const reading = read(
        bundle(
          'message',
          { resource: { resourceType: 'MessageHeader', eventCoding: { code: 'x' } } },
          { fullUrl: uuid, resource: former },
          {
            fullUrl: 'urn:uuid:7f3c0f4e-0000-4000-8000-000000000002',
            resource: appointment({ replaces: [{ reference: uuid }] }),
          },
        ),
      );
      const events = newsOf(reading).flatMap((element) => (element.kind === 'group' ? element.group.members : []));
      expect(events.map(({ reference, replaces }) => [reference, replaces])).toEqual([
        ['F-7', undefined],
        ['A-1', ['F-7']],
      ]);
    });
  });

  it('STU3: single objects where R4 has lists are read', () => {
    const stu3 = {
      indication: [{ reference: 'Condition/1' }],
      serviceCategory: { coding: [{ display: 'Ambulatoriet' }] },
      participant: { actor: { reference: '#pat' }, required: 'required', status: 'accepted' },
      contained: { ...PATIENT, id: '#pat' },
    };
    const event = eventOf(read(appointment(stu3), { departmentFrom: 'serviceCategory' }));
    expect(event).toMatchObject({ phone: ['20 12 34 56'], department: 'Ambulatoriet' });
  });
});

describe('marks of an appointment', () => {
  const BASE = 'http://ehealth.sundhed.dk/fhir/StructureDefinition/';
  const MEETING = { url: `${BASE}ehealth-meeting-url`, valueUri: 'https://v.example/?pin=4321' };
  const PHONE = { system: 'phone', value: '20999999' };

  it('test data is marked by HTEST, as a label or as a tag', () => {
    expect(eventOf(read(appointment({ meta: { security: [{ code: 'HTEST' }] } }))).test).toBe(true);
    expect(eventOf(read(appointment({ meta: { tag: [{ code: 'HTEST' }] } }))).test).toBe(true);
  });

  it.each([
    ['the address of a meeting', { extension: [MEETING] }, 'video'],
    ['the profile of Danish video appointments', { meta: { profile: [`${BASE}ehealth-videoappointment|2`] } }, 'video'],
    ['a virtual service of R5', { virtualService: [{ addressUrl: 'https://v.example/' }] }, 'video'],
    ['a virtual service by phone', { virtualService: [{ addressContactPoint: PHONE }] }, 'phone'],
    ['nothing of the kind', { extension: [{ url: 'http://other.example' }] }, 'visit'],
  ])('the kind is determined by %s', (_, changes, kind) => {
    expect(eventOf(read(appointment(changes))).kind).toBe(kind);
  });

  it('addresses and PIN codes of meetings are dropped', () => {
    const pin = (of: string, valueString: string) => ({ url: `${BASE}ehealth-${of}-pin-code`, valueString });
    const extension = [MEETING, pin('host', '98761'), pin('guest', '98762')];
    expect(JSON.stringify(read(appointment({ extension })))).not.toMatch(/v\.example|4321|9876/);
  });

  it('the department is read only where the source’s settings say from what', () => {
    const told = appointment({
      serviceCategory: [{ coding: [{ code: 'x1', display: 'Ambulatoriet' }] }],
      specialty: [{ text: 'Øjne' }],
    });
    expect(eventOf(read(told)).department).toBeUndefined();
    const event = eventOf(read(told, { departmentFrom: 'serviceCategory' }));
    expect([event.department, event.departmentCode]).toEqual(['Ambulatoriet', undefined]);
    expect(eventOf(read(told, { departmentFrom: 'specialty' })).department).toBe('Øjne');
  });
});

describe('a message in the shape of the British booking standard', () => {
  it('is read with the patient’s own contact entry, in the country where the number is one', () => {
    const reading = read(caseOf('message-booking'), { defaultRegion: 'GB' });
    expect(eventOf(reading)).toMatchObject({
      reference: '11111111-aaaa-4aaa-8aaa-000000000002',
      status: 'booked',
      start: new Date('2026-12-01T12:30:30Z'),
      language: 'en',
      phone: ['07736300000', '01138690000'],
      locationText: undefined,
      patientKey: keyOf('https://clinic.example/patients|4400000012'),
    });
    expect(reading).toMatchObject({
      kind: 'message',
      messageId: 'Bundle/0b9f3f0e-5f2c-4f5e-9c57-3f5d1a6b7c80',
      message: {
        id: '11111111-aaaa-4aaa-8aaa-000000000001',
        event: { system: 'https://clinic.example/message-events', code: 'booking-request' },
        sourceEndpoint: 'https://clinic.example/id|2',
        destinationEndpoint: 'https://sms.example/id|1',
      },
    });
  });
});
