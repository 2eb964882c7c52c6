import { describe, expect, it } from 'vitest';
import { readStatusWords } from '../../src/formats/status-words.ts';

const statusOf = (text: string) => readStatusWords(text)?.status;

describe('a status in words', () => {
  it.each([
    ['annullert', 'cancelled'],
    ['Avlysning', 'cancelled'],
    ['Cancelled by patient', 'cancelled'],
    ['Cancelled by Provider', 'cancelled'],
    ['CANCELLATION - PATIENT', 'cancelled'],
    ['aflyst af patient', 'cancelled'],
    ['Aflyst (sygehus)', 'cancelled'],
    ['Afbud fra patienten', 'cancelled'],
    ['Avbestilt av pasient', 'cancelled'],
    ['Patient cancelled', 'cancelled'],
    ['Time annullert', 'cancelled'],
    ['Aflyst / afbud', 'cancelled'],
    ['no-show - patient', 'noshow'],
    ['Patient did not attend', 'noshow'],
    ['Patienten udeblevet', 'noshow'],
    ['Ikke møtt - pasient', 'noshow'],
    ['Patient arrived', 'arrived'],
    ['Rescheduled by clinic', 'booked'],
  ])('%s is %s', (text, status) => {
    expect(statusOf(text)).toBe(status);
  });

  it('that says that it has moved is known as a move', () => {
    expect(readStatusWords('Flyttet af patient')).toEqual({ status: 'booked', moved: true });
    expect(readStatusWords('Cancelled by patient')).toEqual({ status: 'cancelled', moved: false });
  });

  it.each([
    'ikke aflyst',
    'Ikke aflyst af patient',
    'not cancelled',
    'Cancelled? no',
    'Cancellation requested',
    'will be cancelled',
    'Aflyst og booket igen',
    'Aflyst, udeblevet',
    'Patient not arrived',
    'ikke udeblevet',
    'New patient',
    'ny tid',
    'Done by patient tomorrow',
    'patient',
    '',
    '---',
    `Cancelled by ${'patient '.repeat(9)}`,
    `Cancelled by patient${' '.repeat(90)}`,
  ])('a phrase that may mean something else is none: %s', (text) => {
    expect(statusOf(text)).toBeUndefined();
  });
});
