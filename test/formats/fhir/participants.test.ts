import { describe, expect, it } from 'vitest';
import { MAX_REFERENCE } from '../../../src/domain/reference.ts';
import { appointment, bundle, eventOf, groupOf, keyOf, PATIENT, read, referring } from './reading.ts';

const actor = (reference: string, status = 'accepted') => ({ actor: { reference }, status });
const membersOf = (body: unknown) =>
  groupOf(read(body)).members.map(({ reference, group, status }) => ({ reference, group, status }));
const ONE = { reference: 'A-1', group: undefined, status: 'booked' };
const other = { ...PATIENT, id: 'p2', telecom: [{ system: 'phone', value: '20000002' }] };
const phoneOf = (participant: unknown[], ...entries: object[]) =>
  eventOf(read(bundle('collection', { resource: referring({ participant }) }, ...entries))).phone;

describe('whom an appointment is for', () => {
  const found = ['20 12 34 56'];
  const P1 = 'https://a.example/fhir/Patient/p1';
  it.each([
    ['a contained one', '#pat', {}],
    ['Type/id in the Bundle', 'Patient/p1', { resource: PATIENT }],
    ['Type/id with a version', 'Patient/p1/_history/4', { resource: PATIENT }],
    ['an absolute address that is a fullUrl', P1, { fullUrl: P1, resource: PATIENT }],
    ['an absolute address of one without a fullUrl', P1, { resource: PATIENT }],
    [
      'the UUID of a message',
      'urn:uuid:11111111-aaaa-4aaa-8aaa-00000000000A',
      { fullUrl: 'urn:uuid:11111111-AAAA-4aaa-8aaa-00000000000a', resource: PATIENT },
    ],
    ['a relative address below the same server', 'Patient/p1', { fullUrl: P1, resource: PATIENT }],
  ])('is found by %s', (_, reference, entry) => {
    const resource = reference === '#pat' ? appointment() : referring({ participant: [actor(reference)] });
    const fullUrl = 'https://a.example/fhir/Appointment/A-1';
    expect(eventOf(read(bundle('collection', { fullUrl, resource }, { search: {}, ...entry }))).phone).toEqual(found);
  });

  it('is not the patient with the same id of another server', () => {
    const entry = { fullUrl: 'https://b.example/fhir/Patient/p1', resource: PATIENT };
    const asking = (fullUrl: string, reference: string) =>
      read(bundle('collection', { fullUrl, resource: referring({ participant: [actor(reference)] }) }, entry));
    for (const reading of [
      asking('urn:uuid:11111111-aaaa-4aaa-8aaa-000000000002', 'https://a.example/fhir/Patient/p1'),
      asking('https://a.example/fhir/Appointment/A-1', 'Patient/p1'),
    ]) {
      const events = reading.entries.flatMap(({ element }) => (element.kind === 'group' ? element.group.members : []));
      expect(events.map(({ phone }) => phone)).toEqual([undefined]);
    }
  });

  it('has a key of its own at another server than that of the appointment', () => {
    const [home, away] = ['https://a.example/fhir', 'https://b.example/fhir'];
    const participant = [actor(`${home}/Patient/p1`), actor(`${away}/Patient/p1`)];
    const body = bundle(
      'collection',
      { fullUrl: `${home}/Appointment/A-1`, resource: referring({ participant }) },
      { fullUrl: `${home}/Patient/p1`, resource: PATIENT },
      { fullUrl: `${away}/Patient/p1`, resource: { ...other, id: 'p1' } },
    );
    const { members } = groupOf(read(body));
    const foreign = keyOf(`${away}|p1`);
    expect(members).toMatchObject([
      { reference: 'A-1~p1', patientKey: keyOf('p1'), phone: found },
      { reference: `A-1~_${foreign.toString('hex').slice(0, 12)}`, patientKey: foreign, phone: ['20000002'] },
    ]);
  });

  it('of another server never changes the number of a patient with the same id here', () => {
    const at = (server: string, resource: object) => ({
      fullUrl: `https://${server}.example/fhir/${Reflect.get(resource, 'resourceType')}/${Reflect.get(resource, 'id')}`,
      resource,
    });
    const patients = (settings: object, ...entries: object[]) =>
      read(bundle('collection', ...entries), settings).entries.flatMap(({ element }) =>
        element.kind === 'patient' ? element.patient : [],
      );
    const away = at('b', { ...other, id: 'p1' });
    // Read with the appointment.
    expect(patients({}, at('a', referring()), at('a', PATIENT), away)).toEqual([]);
    // The one that is meant is unknown.
    expect(patients({}, at('a', PATIENT), away)).toEqual([]);
    const settings = { fhirBaseUrl: 'https://b.example/fhir' };
    expect(patients(settings, at('a', PATIENT), away)).toMatchObject([{ phone: ['20000002'] }]);
    // A patient without a connection to an appointment.
    const [stranger] = patients({}, at('a', referring()), at('b', other));
    expect(stranger?.patientKey).toEqual(keyOf('https://b.example/fhir|p2'));
  });

  it('is found at a server where the appointment names none, unless there are two', () => {
    const at = (server: string) => ({ fullUrl: `https://${server}.example/fhir/Patient/p1`, resource: PATIENT });
    const ask = (...entries: object[]) =>
      read(bundle('message', { resource: referring() }, ...entries)).entries[0]?.element;
    expect(ask(at('a'))).toMatchObject({ group: { members: [{ phone: found }] } });
    expect(ask(at('a'), at('b'))).toMatchObject({ group: { members: [{ phone: undefined }] } });
    expect(ask(at('a'), { resource: PATIENT })).toMatchObject({ group: { members: [{ phone: found }] } });
  });

  it('has the type of the resource before actor.type, and that before the reference’s', () => {
    const practitioner = { actor: { reference: 'Patient/p1', type: 'Practitioner' } };
    expect(phoneOf([practitioner], { resource: PATIENT })).toEqual(found);
    const patient = { actor: { reference: 'urn:uuid:1d', type: 'Patient' } };
    expect(eventOf(read(referring({ participant: [patient] }))).reference).toBe('A-1');
    const identifier = { system: 's', value: '8' };
    const byIdentifier = { actor: { type: 'http://hl7.org/fhir/StructureDefinition/Patient', identifier } };
    expect(eventOf(read(referring({ participant: [byIdentifier] }))).patientKey).toEqual(keyOf('s|8'));
  });

  it('is not a participant without an actor, and then the appointment has no number', () => {
    const valueReference = { reference: 'CareTeam/1' };
    const careTeam = { extension: [{ url: 'http://ehealth.sundhed.dk/ext-careteam', valueReference }] };
    const event = eventOf(read(referring({ participant: [careTeam, actor('Practitioner/d')] })));
    expect(event).toMatchObject({ reference: 'A-1', phone: undefined, patientKey: undefined });
    expect(membersOf(referring({ participant: undefined }))).toEqual([ONE]);
  });
});

describe('an appointment of several patients', () => {
  it('is one a patient, each with a reference, number and key of its own', () => {
    const resources = [referring({ participant: [actor('Patient/p1'), actor('Patient/p2')] }), PATIENT, other];
    const reading = read(bundle('collection', ...resources.map((resource) => ({ resource }))));
    expect(groupOf(reading)).toMatchObject({
      id: 'A-1',
      members: [
        { reference: 'A-1~p1', group: 'A-1', phone: ['20 12 34 56'], patientKey: keyOf('p1') },
        { reference: 'A-1~p2', group: 'A-1', phone: ['20000002'], patientKey: keyOf('p2') },
      ],
    });
  });

  it('has room for the longest ids in the longest reference', () => {
    const [id, ...patients] = ['a'.repeat(190), 'b'.repeat(64), 'c'.repeat(64)];
    const participant = patients.map((each) => actor(`Patient/${each}`));
    const references = membersOf(referring({ id, participant })).map(({ reference }) => reference);
    expect(references).toEqual(patients.map((each) => `${id}~${each}`));
    expect(references.map(({ length }) => length)).toEqual([MAX_REFERENCE, MAX_REFERENCE]);
  });

  it('of one has the plain id and no group', () => {
    expect(membersOf(referring())).toEqual([ONE]);
  });

  it('counts one who is listed twice once', () => {
    for (const status of ['accepted', 'declined'])
      expect(membersOf(referring({ participant: [actor('Patient/p1', status), actor('Patient/p1')] }))).toEqual([ONE]);
  });

  it('names contained patients without the #', () => {
    const contained = ['a', 'b'].map((id) => ({ ...PATIENT, id }));
    const members = membersOf(appointment({ contained, participant: [actor('#a'), actor('#b')] }));
    expect(members.map(({ reference }) => reference)).toEqual(['A-1~a', 'A-1~b']);
  });

  it('names by the hashed key who has no id, a CPR number for one, or the UUID of a message', () => {
    const uuid = '11111111-aaaa-4aaa-8aaa-000000000009';
    const known = {
      fullUrl: `urn:uuid:${uuid}`,
      resource: { ...PATIENT, id: undefined, identifier: [{ system: 's', value: '8' }] },
    };
    const participant = [
      actor('Patient/0101011234'),
      actor(`urn:uuid:${uuid}`),
      { actor: { type: 'Patient', identifier: { system: 's', value: '9' } } },
    ];
    const reading = read(bundle('message', { resource: referring({ participant }) }, known));
    const hexOf = (id: string) => `A-1~_${keyOf(id).toString('hex').slice(0, 12)}`;
    const references = groupOf(reading).members.map(({ reference }) => reference);
    expect(references).toEqual([hexOf('0101011234'), hexOf('s|8'), hexOf('s|9')]);
  });

  it.each(['20123456', '4520123456', '004520123456', '20.12.34-56'])(
    'names by the hashed key who has the own phone number as id: %s',
    (id) => {
      const contained = [{ ...PATIENT, id }];
      const patients = [{ resource: { ...PATIENT, id } }, { resource: { ...PATIENT, id: '20000009' } }];
      const participant = [actor(`Patient/${id}`), actor('Patient/20000009'), actor('Patient/20999999')];
      const references = membersOf(bundle('collection', { resource: referring({ participant }) }, ...patients));
      const own = `A-1~_${keyOf(id).toString('hex').slice(0, 12)}`;
      // Eight digits that are nobody's number are the id that its system looks up.
      expect(references.map(({ reference }) => reference)).toEqual([own, 'A-1~20000009', 'A-1~20999999']);
      const local = membersOf(appointment({ contained, participant: [actor(`#${id}`), actor('Patient/p2')] }));
      expect(JSON.stringify(local)).not.toContain(id);
    },
  );

  it('is without those who declined', () => {
    const participant = [actor('Patient/p1'), actor('Patient/p2', 'declined'), actor('Patient/p3', 'entered-in-error')];
    expect(membersOf(referring({ participant }))).toEqual([{ reference: 'A-1~p1', group: 'A-1', status: 'booked' }]);
  });

  it('is called off when all declined, and what is over stays as it is', () => {
    const participant = [actor('Patient/p1', 'declined')];
    expect(membersOf(referring({ participant }))).toEqual([{ ...ONE, status: 'cancelled' }]);
    expect(membersOf(referring({ participant, status: 'noshow' }))).toMatchObject([{ status: 'noshow' }]);
  });

  it('is read from a Group that came along', () => {
    const [first, second, third] = [1, 2, 3].map((n) => ({ entity: { reference: `Patient/p${n}` } }));
    const group = { resourceType: 'Group', id: 'g', member: [first, second, { ...third, inactive: true }] };
    const asking = { resource: referring({ participant: [actor('Group/g')] }) };
    const body = bundle('collection', asking, { resource: group });
    expect(membersOf(body).map(({ reference }) => reference)).toEqual(['A-1~p1', 'A-1~p2']);
  });

  it('has no aliases from identifiers that its patients share', () => {
    const identifier = [{ system: 's', value: '1' }];
    const participant = [actor('Patient/p1'), actor('Patient/p2')];
    const { members } = groupOf(read(referring({ id: undefined, identifier, participant })));
    expect(members.map(({ permanent }) => permanent)).toEqual([true, true]);
  });

  it('of more than a thousand patients is refused', () => {
    const participant = Array.from({ length: 1001 }, (_, n) => actor(`Patient/p${n}`));
    expect(() => read(referring({ participant }))).toThrow('refused');
  });
});
