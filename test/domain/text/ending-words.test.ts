import { expect, it } from 'vitest';
import { hasEndingWord } from '../../../src/domain/text/ending-words.ts';

it.each([
  ...[
    'Cancelled - late',
    'Patient cancelled - rebook',
    'CANC',
    'Cncl',
    'cancld by ward',
    'Re-cancellation',
    'CX',
    'cx.',
  ],
  ...[
    'Aflyst pga. sygdom',
    'AFLYST',
    'Afmeldt af pårørende',
    'Afbestilling modtaget',
    'afbud pr. telefon',
    'Annulleret!',
  ],
  ...['Avlyst av legen i dag', 'Kansellert sent', 'Slettet i EPJ', 'Deleted by import', 'Void', 'voided', 'Declined'],
  ...[
    'Missed',
    'Pt. udeblev',
    'Udeblevet uden grund',
    'No show x2',
    'NO-SHOW (late)',
    'noshow2',
    'No_Show',
    'DNA!',
    'LWBS',
  ],
  ...[
    'Not Arrived',
    'did not attend today',
    'does not attend',
    "Didn't attend",
    'not attended',
    'Left without being seen',
  ],
  ...[
    'Ikke fremmødt',
    'ikke mødt op',
    'Ikke moedt',
    'IKKE MØDT',
    'mødte ikke',
    'Moedte ikke op',
    'Patienten mødte ikke op',
  ],
  // A denial may mean anything.
  ...['Ikke aflyst', 'not cancelled'],
  // Words that programmers write in one piece.
  ...[
    'BookingCancelled',
    'booking_cancelled',
    'booking.cancel_requested',
    'appointment-deleted',
    'PatientNoShow',
    'HTTPVoid',
  ],
  ...['CaNcElLeD', 'ＡＦＬＹＳＴ', 'Ikke fremmo\u0308dt', 'ikke  mo\u0308dt', 'IKKEMØDT', `${'x'.repeat(80)} aflyst`],
])('%s may end an appointment', (text) => {
  expect(hasEndingWord(text)).toBe(true);
});

it.each([
  ...[
    '',
    'X',
    'Inactive',
    'Bumped',
    'Expired',
    'Booked',
    'Rescheduled',
    'Ny tid',
    'not',
    'ikke',
    'no',
    'show',
    'ikke set',
  ],
  ...[
    'mødt',
    'attend',
    'arrived',
    'no big show',
    'left',
    'pcx',
    'dnae',
    'avoid',
    'scancel',
    `${'x'.repeat(100)} aflyst`,
  ],
])('%s says nothing of an end', (text) => {
  expect(hasEndingWord(text)).toBe(false);
});
