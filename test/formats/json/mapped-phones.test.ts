import { describe, expect, it } from 'vitest';
import type { JsonMapping } from '../../../src/domain/json-mapping.ts';
import { choosePhone } from '../../../src/domain/phone.ts';
import { warningsIn } from '../../../src/formats/warnings.ts';
import { eventIn } from '../../support/ingest.ts';
import { readPosted } from '../../support/webhook-reading.ts';

const mapping = (fields: JsonMapping['fields']): JsonMapping => ({
  type: '/type',
  types: { made: 'appointment.booked' },
  fields: { id: '/id', timestamp: '/sent', start: '/start', ...fields },
});
const PLAIN = mapping({ phone: ['/patient/phone', '/other/phones'], contactPhone: '/unit' });
const JOINED = mapping({ phone: '/patient/phone', phoneCountry: ['/patient/code', '/country'], contactPhone: '/unit' });

const read = (patient: object, fields: JsonMapping, more: object = {}, defaultRegion = 'DK') => {
  const body = { type: 'made', id: 'A', sent: '2029-05-01T08:00:00Z', start: '2029-05-15T09:00:00Z', patient, ...more };
  const [element] = readPosted(body, { settings: { mapping: fields, defaultRegion } }).elements;
  const event = eventIn(element);
  const rules = { defaultRegion, allowedCountries: ['DK', 'NO', 'SE', 'DE', 'GB', 'IT'] };
  const { phone, reason } = choosePhone(event.phone, rules);
  const warnings = warningsIn(element).map(({ pointer, code }) => `${pointer} ${code}`);
  return { said: phone ?? reason, warnings, contactPhone: event.contactPhone };
};

describe('the country of a number in a field of its own', () => {
  it.each([['47'], [47], ['+47'], ['0047'], ['NO'], ['no'], [' NO ']])('is joined with the number: %j', (code) => {
    expect(read({ code, phone: '41234567' }, JOINED)).toMatchObject({ said: '+4741234567', warnings: [] });
  });

  it.each<[string, string, string, string]>([
    ['a zero that is dialled only within the country', '46', '070-123 45 67', '+46701234567'],
    ['one that the country does not have', 'NO', '041234567', '+4741234567'],
    ['one that Italy dials from abroad, too', 'IT', '312 345 6789', '+393123456789'],
    ['a number that says its country by +', '47', '+45 20 12 34 56', '+4520123456'],
    ['a number that says its country by 00', '47', '0045 20 12 34 56', '+4520123456'],
    ['a number that says the same country without a sign', '47', '4741234567', '+4741234567'],
    ['a number with a word in front', '47', 'tlf. 41 23 45 67', '+4741234567'],
    ['no country: that of the source', '', '20123456', '+4520123456'],
    ['an unknown code', '999', '20123456', 'invalid_number'],
    ['an unknown country', 'Norge', '20123456', 'invalid_number'],
    ['a number that the country does not have', 'NO', '11', 'invalid_number'],
    ['a number with an extension', 'NO', '41234567 ext 4', 'invalid_number'],
  ])('is used with care: %s', (_name, code, phone, said) => {
    expect(read({ code, phone }, JOINED)).toMatchObject({ said, warnings: [] });
  });

  it('is read at the first pointer where something stands, whatever that is', () => {
    expect(read({ phone: '41234567' }, JOINED, { country: 'NO' }).said).toBe('+4741234567');
    expect(read({ code: { iso: 'NO' }, phone: '41234567' }, JOINED, { country: 'NO' }).said).toBe('invalid_number');
  });

  it.each([
    'countryCode',
    'country_code',
    'phoneCountry',
    'phoneCountryCode',
    'dialCode',
    'callingCode',
    'Phone-Prefix',
  ])('keeps the number from being used where no field reads it: %s', (name) => {
    const expected = { said: 'invalid_number', warnings: [`/patient/${name} phone_country_not_read`] };
    expect(read({ [name]: '+47', phone: '41234567' }, PLAIN)).toMatchObject(expected);
    expect(read({ [name]: 'NO', phone: 41234567 }, PLAIN)).toMatchObject(expected);
  });

  it.each<[string, object, string?]>([
    ['it is that of the source', { countryCode: '+45', phone: '20123456' }],
    ['it is that of the source by name', { countryCode: 'dk', phone: '20123456' }],
    ['the number says its country', { countryCode: 'NO', phone: '+4520123456' }],
    ['it is the name of none', { countryCode: 'Danmark', phone: '20123456' }],
    ['it stands in another object', { address: { countryCode: 'NO' }, phone: '20123456' }],
  ])('that no field reads does no harm where %s', (_name, patient) => {
    expect(read(patient, PLAIN)).toMatchObject({ said: '+4520123456', warnings: [] });
  });

  it('keeps out the number beside it alone: another one is used', () => {
    const other = { other: { phones: ['20123456'] } };
    const found = read({ countryCode: 'NO', phone: '41234567' }, PLAIN, other);
    expect(found).toMatchObject({ said: '+4520123456', warnings: ['/patient/countryCode phone_country_not_read'] });
  });

  it('says nothing where there is no number', () => {
    expect(read({ countryCode: 'NO', phone: null }, PLAIN)).toMatchObject({ said: 'no_phone', warnings: [] });
  });

  it.each([
    ['joined', { code: '47', phone: '41234567' }, JOINED],
    ['not read', { countryCode: '47', phone: '41234567' }, PLAIN],
  ])("never lets the patient's own number pass as the number to phone: %s", (_name, patient, fields) => {
    for (const unit of ['41234567', '41 23 45 67']) expect(read(patient, fields, { unit }).contactPhone).toBeNull();
    expect(read(patient, fields, { unit: '35453545' }).contactPhone).toBe('35453545');
  });
});
