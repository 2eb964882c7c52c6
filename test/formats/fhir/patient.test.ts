import { describe, expect, it } from 'vitest';
import { appointment, bundle, eventOf, keyOf, PATIENT, patientOf, read, referring } from './reading.ts';

const withPatient = (changes: Record<string, unknown>) =>
  appointment({ contained: [{ ...PATIENT, id: 'pat', ...changes }] });
const phoneOf = (body: unknown, allowContactPhone: 'off' | 'oneself' | 'guardian' = 'oneself') =>
  eventOf(read(body, { allowContactPhone })).phone;
const chosen = (telecom: unknown) => eventOf(read(withPatient({ telecom }))).phone;
const of = (id: string) => ({ actor: { reference: `Patient/${id}` } });
const contact = (code: string, value: string, rest: object = {}) => ({
  relationship: [{ coding: [{ code }] }],
  telecom: [{ system: 'phone', value }],
  ...rest,
});

describe('a patient’s number', () => {
  it('is chosen by mobile, sms, home or none, temp, work; then by rank, then by position', () => {
    const telecom = [
      { system: 'phone', value: '1', use: 'work', rank: 1 },
      { system: 'phone', value: '2', use: 'temp' },
      { system: 'phone', value: '3', use: 'home', rank: 2 },
      { system: 'phone', value: '4', rank: 1 },
      { system: 'phone', value: '5', use: 'home' },
      { system: 'sms', value: '6', use: 'work' },
      { system: 'phone', value: '7', use: 'mobile' },
      { system: 'phone', value: '8', use: 'mobile', rank: 9 },
    ];
    expect(chosen(telecom)).toEqual(['8', '7', '6', '4', '3', '5', '2', '1']);
  });

  it('is of system phone or sms; NemSMS, mail and fax are no numbers', () => {
    const telecom = [
      { system: 'other', value: 'NemSMS' },
      { system: 'email', value: 'a@b.example' },
      { system: 'fax', value: '20 00 00 00' },
      { value: '20 00 00 01' },
      { system: 'phone' },
    ];
    expect(chosen(telecom)).toBeUndefined();
  });

  it.each([
    ['use old', { use: 'old' }],
    ['a period that ended', { period: { end: '2026-11-24T07:59:59Z' } }],
    ['a period that ended yesterday', { period: { end: '2026-11-23' } }],
    ['a period that ended last month', { period: { end: '2026-10' } }],
  ])('does not count with %s, and clears the stored one when there is no other', (_, rest) => {
    const gone = { system: 'phone', value: '20123456', use: 'mobile', ...rest };
    expect(chosen([gone, { system: 'phone', value: '20123457' }])).toEqual(['20123457']);
    expect(chosen([gone])).toBeNull();
  });

  it('counts while its period lasts', () => {
    for (const end of ['2026-11-24', '2026-11', '2026', '2026-11-24T08:00:01Z', 'some day'])
      expect(chosen([{ system: 'phone', value: '20123456', period: { end } }])).toEqual(['20123456']);
  });

  it('keeps the stored one when there is none, or the patient is known by reference only', () => {
    expect(chosen(undefined)).toBeUndefined();
    expect(eventOf(read(referring())).phone).toBeUndefined();
  });
});

describe('numbers of others', () => {
  const child = {
    birthDate: '2012-01-01',
    telecom: undefined,
    contact: [contact('MTH', '20000001'), contact('ONESELF', '20000002')],
  };

  it('replace the patient’s as the settings allow: none, the patient’s own contact entry, a guardian’s', () => {
    expect(phoneOf(withPatient(child), 'off')).toBeUndefined();
    expect(phoneOf(withPatient(child), 'oneself')).toEqual(['20000002']);
    expect(phoneOf(withPatient(child), 'guardian')).toEqual(['20000002', '20000001']);
  });

  it('come after the patient’s own', () => {
    expect(phoneOf(withPatient({ ...child, telecom: PATIENT.telecom }))).toEqual(['20 12 34 56', '20000002']);
  });

  it.each(['PRN', 'MTH', 'FTH', 'GUARD', 'N', 'E', 'C', 'guard'])('a guardian is recognised by %s', (code) => {
    const patient = withPatient({ ...child, contact: [contact(code, '20000001')] });
    expect(phoneOf(patient, 'guardian')).toEqual(['20000001']);
  });

  it.each([
    ['fifteen on the day', '2011-12-01'],
    ['grown up', '1980-05-05'],
    ['of unknown age', undefined],
    ['fifteen this year, the day not told', '2011'],
    ['of an age that is no date', 'young'],
    ['fifteen this year, before the day of the appointment or after it', '2011', '2026-11-30T09:00:00+01:00'],
  ])('a guardian’s number is not used for one who is %s', (_, birthDate, start = '2026-12-01T09:00:00+01:00') => {
    const patient = withPatient({ ...child, birthDate, contact: [contact('MTH', '20000001')] });
    expect(phoneOf({ ...patient, start, end: undefined }, 'guardian')).toBeUndefined();
  });

  it('a guardian’s number is used up to the day before', () => {
    const patient = withPatient({ ...child, birthDate: '2011-12-02', contact: [contact('MTH', '20000001')] });
    expect(phoneOf(patient, 'guardian')).toEqual(['20000001']);
  });

  it('a nephew’s and a contact’s whose time is over are never used', () => {
    const over = contact('ONESELF', '20000002', { period: { end: '2020-01-01' } });
    const patient = withPatient({ ...child, contact: [contact('NEPHEW', '20000001'), over] });
    expect(phoneOf(patient, 'guardian')).toBeUndefined();
  });

  const mother = {
    resourceType: 'RelatedPerson',
    id: 'm',
    ...contact('MTH', '20000001'),
    patient: { reference: 'Patient/p1' },
  };
  const family = (relative: object, ...more: object[]) => {
    const participant = [of('p1'), { actor: { reference: 'RelatedPerson/m' } }, ...more];
    const patient = { ...PATIENT, birthDate: '2015-01-01', telecom: undefined };
    const resources = [referring({ participant }), patient, relative];
    return bundle('collection', ...resources.map((resource) => ({ resource })));
  };

  it('a RelatedPerson who participates is a guardian too, of her own child', () => {
    expect(phoneOf(family(mother), 'guardian')).toEqual(['20000001']);
    expect(phoneOf(family({ ...mother, patient: undefined }), 'guardian')).toEqual(['20000001']);
    expect(phoneOf(family(mother))).toBeUndefined();
    expect(phoneOf(family({ ...mother, active: false }), 'guardian')).toBeUndefined();
    expect(phoneOf(family({ ...mother, patient: { reference: 'Patient/p2' } }), 'guardian')).toBeUndefined();
  });

  it('a RelatedPerson without a patient is no guardian where two patients participate', () => {
    const body = family({ ...mother, patient: undefined }, of('p2'));
    expect(JSON.stringify(read(body, { allowContactPhone: 'guardian' }))).not.toContain('20000001');
  });
});

describe('a patient’s language', () => {
  const speak = (code: string, preferred?: boolean) => ({
    language: { coding: [{ code }] },
    ...(preferred !== undefined && { preferred }),
  });
  it.each([
    ['the preferred one', [speak('da'), speak('ar', true)], 'ar'],
    ['the only one', [speak('en')], 'en'],
    ['none of several that nobody prefers', [speak('da'), speak('ar')], undefined],
    ['the primary subtag', [speak('da-DK')], 'da'],
    ['two letters for three', [speak('dan')], 'da'],
    ['one by its name', [speak('Danish')], 'da'],
    ['one by its text alone', [{ language: { text: 'Arabisk' } }], 'ar'],
    ['one by the display of a local code', [{ language: { coding: [{ code: '7', display: 'English' }] } }], 'en'],
    ['none that is no language', [speak('7')], undefined],
    ['none', undefined, undefined],
  ])('is %s', (_, communication, language) => {
    expect(eventOf(read(withPatient({ communication, language: 'fr' }))).language).toBe(language);
  });
});

describe('a patient’s death', () => {
  it.each([
    [{ deceasedBoolean: true }, true],
    [{ deceasedBoolean: 'true' }, true],
    [{ deceasedDateTime: '2026-11-01' }, true],
    [{ deceasedBoolean: false }, false],
    [{}, undefined],
  ])('%j', (said, deceased) => {
    expect(eventOf(read(withPatient(said))).deceased).toBe(deceased);
    expect(patientOf(read({ ...PATIENT, ...said })).deceased).toBe(deceased);
  });
});

describe('a patient’s key', () => {
  const asking = (actor: object) => referring({ participant: [{ actor }] });
  it.each([
    ['the id, wherever the patient stands', referring(), keyOf('p1')],
    [
      'the last part of an absolute reference',
      asking({ reference: 'https://a.example/fhir/Patient/p7/_history/2' }),
      keyOf('p7'),
    ],
    ['an identifier of a contained one, no CPR number', appointment(), keyOf('https://epj.example/patients|77')],
    ['none where there is nothing but a CPR number', withPatient({}), undefined],
    [
      'an identifier of the reference',
      asking({ type: 'Patient', identifier: { system: 's', value: '8' } }),
      keyOf('s|8'),
    ],
  ])('is made from %s', (_, body, key) => {
    expect(eventOf(read(body)).patientKey).toEqual(key);
  });

  it('is never made from the UUID of a message', () => {
    const uuid = '11111111-aaaa-4aaa-8aaa-000000000003';
    const fullUrl = `urn:uuid:${uuid}`;
    const key = (id?: string) => {
      const patient = { fullUrl, resource: { ...PATIENT, id } };
      return eventOf(read(bundle('message', { resource: asking({ reference: fullUrl }) }, patient))).patientKey;
    };
    expect([key(), key(uuid), key('p1')]).toEqual([undefined, undefined, keyOf('p1')]);
  });
});

describe('a Patient that comes by itself', () => {
  it('has its version, and whether name and address are protected', () => {
    const security = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }];
    const meta = { versionId: '7', lastUpdated: '2026-11-24T07:00:00Z', security };
    const expected = { version: 7, occurredAt: new Date(meta.lastUpdated), protected: true };
    expect(patientOf(read({ ...PATIENT, meta }))).toMatchObject(expected);
    expect(patientOf(read(PATIENT))).not.toHaveProperty('protected');
  });

  it('has number, language and key', () => {
    expect(patientOf(read(PATIENT))).toEqual({
      patientKey: keyOf('p1'),
      formerKeys: [],
      phone: ['20 12 34 56'],
      language: 'da',
      deceased: undefined,
      version: null,
      occurredAt: null,
      keep: true,
    });
    const put = { method: 'PUT', resourceType: 'Patient', id: 'p2' } as const;
    expect(patientOf(read(PATIENT, {}, put)).patientKey).toEqual(keyOf('p2'));
  });

  it('takes over the keys of the records that it replaces', () => {
    const link = [
      { type: 'replaces', other: { reference: 'Patient/p0' } },
      { type: 'seealso', other: { reference: 'Patient/p5' } },
    ];
    expect(patientOf(read({ ...PATIENT, link })).formerKeys).toEqual([keyOf('p0')]);
  });

  it('changes only the key when another record replaces it', () => {
    const link = [{ type: 'replaced-by', other: { reference: 'Patient/p9' } }];
    expect(patientOf(read({ ...PATIENT, link }))).toEqual({
      patientKey: keyOf('p9'),
      formerKeys: [keyOf('p1')],
      phone: undefined,
      language: undefined,
      deceased: undefined,
    });
  });
});
