import { expect, it } from 'vitest';
import type { AppointmentEvent } from '../../src/domain/appointment.ts';
import { readCsv } from '../../src/formats/csv/csv.ts';
import { eventIn, ingestContext } from '../support/ingest.ts';
import { finished } from '../support/steps.ts';
import { readPosted } from '../support/webhook-reading.ts';

const START = '2026-12-01T09:00:00+01:00';
const MAPPING = {
  type: '/what',
  types: { new: 'appointment.booked' },
  fields: { id: '/nr', start: '/at', phone: '/tel', contactPhone: '/call' },
} as const;

/** The event of each format that has a number to phone, and the place in which it stands. */
const FORMATS: readonly (readonly [string, string, (own: string, contact: string) => AppointmentEvent])[] = [
  [
    'the JSON of EasySMS',
    '/data/contactPhone',
    (phone, contactPhone) => {
      const data = { id: 'A-1', start: START, patient: { phone }, contactPhone };
      return eventIn(readPosted({ type: 'appointment.booked', data }).elements[0]);
    },
  ],
  [
    'JSON by a mapping',
    '/call',
    (tel, call) => {
      const body = { what: 'new', nr: 'A-1', at: START, tel: ['22222222', tel], call };
      return eventIn(readPosted(body, { settings: { mapping: MAPPING } }).elements[0]);
    },
  ],
  [
    'CSV',
    'kontakttelefon',
    (own, contact) => {
      const file = `id;start;mobil;kontakttelefon\nA-1;2026-12-01 09:00;${own};${contact}`;
      return eventIn(finished(readCsv(Buffer.from(file), 'text/csv', ingestContext())).result.elements[0]);
    },
  ],
];

it.each(FORMATS)(
  'a number to phone that is the patient’s own is left out, with a warning, in %s',
  (_, pointer, read) => {
    for (const [own, contact] of [
      ['20 12 34 56', '+45 20123456'],
      ['+4520123456', '20-12-34-56'],
      ['tlf. 20123456', '0045 20 12 34 56'],
    ] as const) {
      const { contactPhone, warnings } = read(own, contact);
      expect(contactPhone).toBeNull();
      expect(warnings).toEqual([expect.objectContaining({ pointer, code: 'own_number' })]);
    }
  },
);

it.each(FORMATS)('a number to phone that is another one stays, in %s', (_, _pointer, read) => {
  const { contactPhone, warnings } = read('20 12 34 56', '35 45 35 45');
  expect([contactPhone, warnings]).toEqual(['35 45 35 45', undefined]);
});
