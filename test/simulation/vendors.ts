import type { SourceSettings } from '../../src/domain/authority.ts';
import type { Post } from './post.ts';
import type { AuthorityId } from './settings.ts';

const TYPES = Object.fromEntries(
  ['booked', 'rescheduled', 'updated', 'cancelled', 'deleted', 'arrived'].map((type) => [type, `appointment.${type}`]),
);
const FIELDS = { id: '/nr', start: '/start/dateTime', patientId: '/patient', locationText: '/place' };

/** How a vendor's JSON is read: the first has its zone and its country beside, the second neither version nor time. */
export const VENDORS: Readonly<Record<AuthorityId, Partial<SourceSettings>>> = {
  alpha: {
    // Without the country beside it no number would be one.
    defaultRegion: 'SE',
    mapping: {
      type: '/what',
      types: TYPES,
      fields: {
        ...{ ...FIELDS, version: '/edition', timeZone: '/start/timeZone' },
        ...{ phone: '/phone/number', phoneCountry: '/phone/countryCode' },
      },
    },
  },
  beta: { mapping: { type: '/what', types: TYPES, fields: { ...FIELDS, phone: '/phone' } } },
};

/** An event as the vendor of this authority writes it. */
export function vendorEventOf(authority: AuthorityId, { reference, order, type, start, phone, place }: Post): object {
  const dateTime = new Date(start).toISOString();
  const common = { what: type, nr: reference, patient: `patient ${reference}`, place };
  if (authority === 'alpha')
    return {
      ...{ ...common, edition: order, start: { dateTime: dateTime.replace('Z', ''), timeZone: 'UTC' } },
      phone: { countryCode: '+45', number: phone.replace('+45', '') },
    };
  // What tells two events apart is read by nobody.
  return { ...common, start: { dateTime }, phone, message: order };
}
