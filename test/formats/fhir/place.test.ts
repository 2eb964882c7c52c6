import { describe, expect, it } from 'vitest';
import type { AppointmentEvent } from '../../../src/domain/appointment.ts';
import { printedPlace } from '../../../src/domain/sms/printed-place.ts';
import { appointment, contextOf, eventOf, located, PATIENT, read, referring } from './reading.ts';

const SOR = { system: 'urn:oid:1.2.208.176.1.1', value: '325441000016006' };
const PATIENT_TAKES_PART = { actor: { reference: '#pat' } };
const placeOf = ({ locationCode, locationText }: AppointmentEvent) => [locationCode, locationText];
/** What the settings print of the place that an event says. */
const printed = ({ locationCode = null, locationText = null }: AppointmentEvent, settings = {}) =>
  printedPlace({ locationCode, locationText, locationPrintable: false }, contextOf(settings).source);
const R = { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }] };

describe('the place of an appointment', () => {
  it('is the name and SOR code of its Location, listed for staff until the source’s settings map it', () => {
    const event = eventOf(read(located({ name: 'Opgang 4', identifier: [{ system: 's', value: '1' }, SOR] })));
    expect(event).toMatchObject({
      locationCode: SOR.value,
      locationText: 'Opgang 4',
      locationPrintable: false,
      unmapped: [{ field: 'location', value: SOR.value }],
    });
    expect(printed(event)).toBeNull();
  });

  it('keeps code and text of a Location, of which either may be mapped', () => {
    const location = located({ name: 'Klinik 4', identifier: [SOR] });
    const settings = { locationMap: { 'Klinik 4': 'Opgang 4' } };
    const event = eventOf(read(location, settings));
    expect(event).toMatchObject({ locationCode: SOR.value, locationText: 'Klinik 4' });
    expect(event.unmapped).toBeUndefined();
    expect(printed(event, settings)).toBe('Opgang 4');
  });

  it.each(['urn:oid:1.2.208.176.1.1', '1.2.208.176.1.1'])('knows SOR as %s', (system) => {
    const identifier = [
      { ...SOR, system: 's' },
      { ...SOR, system, value: '42' },
    ];
    expect(eventOf(read(located({ identifier }))).locationCode).toBe('42');
  });

  it('is what the reference displays where the Location did not come along', () => {
    const place = (actor: object) => placeOf(eventOf(read(located(undefined, { ...actor }))));
    expect(place({ reference: 'Location/7', display: 'Stuen' })).toEqual([null, 'Stuen']);
    expect(place({ type: 'Location', identifier: SOR })).toEqual([SOR.value, null]);
  });

  it.each([
    ['that is said to be a Location', {}, { type: 'Location', display: 'Stuen' }],
    ['that takes part as the place', { type: [{ coding: [{ code: 'LOC' }] }] }, { display: 'Stuen' }],
    ['that takes part as the place, by a text', { type: { text: 'Location' } }, { display: 'Stuen' }],
  ])('is what alone is displayed of one %s', (_, participation, actor) => {
    const place = { status: 'accepted', ...participation, actor };
    const event = eventOf(read(appointment({ participant: [{ actor: { reference: '#pat' } }, place] })));
    expect(event).toMatchObject({ locationCode: null, locationText: 'Stuen' });
  });

  it('is nothing that is displayed without saying what it is, which may be a name', () => {
    const someone = { status: 'accepted', actor: { display: 'Hanne Hansen' } };
    const attending = { ...someone, type: [{ coding: [{ code: 'ATND' }] }] };
    for (const each of [someone, attending])
      expect(eventOf(read(appointment({ participant: [PATIENT_TAKES_PART, each] }))).locationText).toBeUndefined();
  });

  it('is the reference itself where there is nothing else, so that it can be mapped', () => {
    expect(eventOf(read(located(undefined, { reference: 'Location/7' }))).locationCode).toBe('Location/7');
  });

  it('is never the name of a health care service or a practitioner', () => {
    const name = 'Klinik for Spiseforstyrrelser';
    for (const reference of ['HealthcareService/1', 'Practitioner/1', 'Device/1'])
      expect(eventOf(read(located(undefined, { reference, display: name }))).locationText).toBeUndefined();
    const service = { resourceType: 'HealthcareService', name };
    expect(eventOf(read(located(service))).locationText).toBeUndefined();
  });

  it('is cleaned, and a code that looks like a CPR number is none', () => {
    const name = 'Opgang 4\nhttp://evil.example 010101-1234';
    const event = eventOf(read(located({ name, identifier: [{ system: 's', value: '0101011234' }] })));
    expect(placeOf(event)).toEqual([null, 'Opgang 4']);
  });

  it('is not listed for staff where the settings know it, or print what was sent', () => {
    const told = { name: 'Opgang 4', identifier: [SOR] };
    const unmapped = (location: object, settings: Parameters<typeof read>[1]) =>
      eventOf(read(located({ ...location }), settings)).unmapped;
    expect(unmapped(told, { locationMap: { [SOR.value]: 'Indgang 4' } })).toBeUndefined();
    expect(unmapped({ name: 'Opgang 4' }, { locationMap: { 'Opgang 4': 'Indgang 4' } })).toBeUndefined();
    expect(unmapped(told, { placeText: 'as_sent' })).toBeUndefined();
    expect(eventOf(read(located({ name: 'constructor' }))).unmapped).toHaveLength(1);
  });

  it('is not kept, nor listed for staff, where it may be somebody’s number', () => {
    const coded = eventOf(read(located({ identifier: [{ system: 's', value: '20123456' }] })));
    expect([coded.locationCode, coded.unmapped]).not.toContain('20123456');
    expect(JSON.stringify(coded)).not.toContain('20123456');
    const named = eventOf(read(located({ name: 'ring 20 12 34 56' })));
    expect([named.locationText, named.unmapped]).toEqual(['ring', [{ field: 'location', value: 'ring' }]]);
  });

  it('is of several the one that the settings know, else the one with a SOR code, else the first', () => {
    const three = appointment({
      participant: [
        { actor: { reference: '#pat' } },
        { actor: { reference: 'Location/4', display: 'Hus 4', identifier: SOR }, status: 'declined' },
        { actor: { reference: 'Location/1', display: 'Hus 1' } },
        { actor: { reference: 'Location/2', display: 'Hus 2', identifier: SOR } },
        { actor: { reference: 'Location/3', display: 'Hus 3' } },
      ],
    });
    expect(eventOf(read(three, { locationMap: { 'Hus 3': 'Indgang 3' } })).locationText).toBe('Hus 3');
    expect(eventOf(read(three)).locationText).toBe('Hus 2');
  });

  it('is of several rather one with a text than one with a code alone, where places are printed as sent', () => {
    const participant = [
      { actor: { reference: '#pat' } },
      { actor: { type: 'Location', identifier: SOR } },
      { actor: { reference: 'Location/1', display: 'Hus 1' } },
      { actor: { reference: 'Location/2', display: 'Hus 2' } },
    ];
    const place = (settings: Parameters<typeof read>[1]) =>
      placeOf(eventOf(read(appointment({ participant }), settings)));
    expect(place({ placeText: 'as_sent' })).toEqual([null, 'Hus 1']);
    expect(place({ placeText: 'as_sent', locationMap: { [SOR.value]: 'Opgang 4' } })).toEqual([SOR.value, null]);
    expect(place({ placeText: 'mapped' })).toEqual([SOR.value, null]);
  });
});

describe('a patient with protected name and address', () => {
  const hidden = (location: object, meta: unknown = R) =>
    appointment({
      contained: [
        { ...PATIENT, meta },
        { resourceType: 'Location', id: 'l', ...location },
      ],
      participant: [{ actor: { reference: '#p1' } }, { actor: { reference: '#l' } }],
    });

  it('keeps the code of the place and loses its text', () => {
    expect(placeOf(eventOf(read(hidden({ name: 'Hos Anna', identifier: [SOR] }))))).toEqual([SOR.value, null]);
    expect(JSON.stringify(read(hidden({ name: 'Hos Anna' })))).not.toContain('Anna');
    expect(JSON.stringify(read(hidden({ name: 'Hos Anna' }), { placeText: 'as_sent' }))).not.toContain('Anna');
  });

  it('clears a text that was stored before', () => {
    const event = eventOf(read(appointment({ contained: [{ ...PATIENT, id: 'pat', meta: R }] })));
    expect(event.locationText).toBeNull();
  });

  it('still has what the settings print of the place', () => {
    const settings = { locationMap: { 'Hus 3': 'Indgang 3' } };
    expect(printed(eventOf(read(hidden({ name: 'Hus 3' }), settings)), settings)).toBe('Indgang 3');
  });

  it.each([
    ['V', true],
    ['r', true],
    ['N', false],
  ])('is determined by %s', (code, isHidden) => {
    const event = eventOf(read(hidden({ name: 'Hus 3' }, { security: [{ code }] })));
    expect(event.locationText === null).toBe(isHidden);
  });

  it('may also be determined by the appointment itself', () => {
    const participant = [
      { actor: { reference: 'Patient/p1' } },
      { actor: { reference: 'Location/1', display: 'Hus 1' } },
    ];
    expect(eventOf(read(referring({ meta: R, participant }))).locationText).toBeNull();
  });
});

describe('the type of an appointment', () => {
  const typeMap = { VR: 'video', TLF: 'phone', INTERN: 'none', AMB: 'visit' } as const;
  const coded = (code: string) => ({ coding: [{ system: 'urn:local', code }] });
  it.each([
    ['its appointmentType', { appointmentType: coded('TLF') }, 'phone'],
    ['its serviceType', { serviceType: [coded('X'), coded('VR')] }, 'video'],
    ['its serviceType in R5', { serviceType: [{ concept: coded('INTERN') }] }, 'none'],
    ['its text', { appointmentType: { text: 'VR' } }, 'video'],
    ['what the profile says, where the codes are not mapped', { appointmentType: coded('X') }, 'visit'],
  ])('is that of %s', (_name, change, kind) => {
    expect(eventOf(read(appointment(change), { typeMap })).kind).toBe(kind);
  });

  it('is not read without a mapping', () => {
    expect(eventOf(read(appointment({ appointmentType: coded('TLF') }))).kind).toBe('visit');
  });
});
