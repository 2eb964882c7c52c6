import { describe, expect, it } from 'vitest';
import { useApp } from '../../support/scenario.ts';
import {
  type BookingSystem,
  CALENDLY,
  CALENDLY_BY_WORD,
  CERNER_LIKE,
  DIPS_LIKE,
  FHIR_REASON,
  GRAPH,
  GRAPH_UNREAD,
  LEFT_OUT,
  LEFT_OUT_UNORDERED,
  Life,
  MONTH_FIRST,
  MONTH_FIRST_BY_SETTING,
  PLACER_FIRST,
  REDOX,
  SAMEDI_LIKE,
  UNKNOWN_WORDS,
  UNORDERED,
  UNORDERED_JSON,
} from './booking-systems.ts';

/** Lives: the messages in the order in which they come, each with what stands after it. */
type Table = readonly string[];

let sources = 0;
const app = useApp({ authorities: ['rh'] });

function check(name: string, system: BookingSystem, table: Table): void {
  describe(name, () => {
    const messagesOf = (life: string) => life.split('; ').map((step) => step.split(' → ')[0] ?? '');
    it.each(table.map((life) => [messagesOf(life).join(', '), life] as const))('%s', async (_, expected) => {
      const life = await Life.begin(app, system, `life-${++sources}`);
      const seen: string[] = [];
      for (const message of messagesOf(expected)) {
        const answer = await life.send(message);
        const news = ['AE', 'AR', 'refused', 'nothing_stored'].includes(answer) ? `${answer}, ` : '';
        seen.push(`${message} → ${news}${await life.stands()}`);
      }
      expect(seen.join('; ')).toBe(expected);
    });
  });
}

check('the reminders of a samedi-like system', SAMEDI_LIKE, [
  'book → S-1 8/12; move → S-1 9/12; cancel → -',
  'book → S-1 8/12; cancel → -; move → -',
  'move → S-1 9/12; book → S-1 9/12; cancel → -',
  'move → S-1 9/12; cancel → -; book → -',
  'cancel → -; book → -; move → -',
  'cancel → -; move → -; book → -',
  // Repeats.
  'book → S-1 8/12; book → S-1 8/12; move → S-1 9/12; book → S-1 9/12; move → S-1 9/12; cancel → -; ' +
    'move → -; book → -; cancel → -',
  // Who did not come gets another time.
  'book → S-1 8/12; no-show → -; move again → S-1 10/12',
  'book → S-1 8/12; move again → S-1 10/12; no-show → S-1 10/12',
  'no-show → -; book → -; move again → S-1 10/12',
  'no-show → -; move again → S-1 10/12; book → S-1 10/12',
  'move again → S-1 10/12; book → S-1 10/12; no-show → S-1 10/12',
  'move again → S-1 10/12; no-show → S-1 10/12; book → S-1 10/12',
  // A cancellation holds also where it was made before what came first.
  'book → S-1 8/12; move again → S-1 10/12; cancel → -',
  // A cancellation that holds already is not taken a second time: neither does it end what was booked after it.
  'book → S-1 8/12; cancel → -; book again → S-1 10/12; cancel → S-1 10/12; cancel, resent → S-1 10/12; ' +
    'cancel it again → -; book once more → S-1 11/12; cancel, resent → S-1 11/12; ' +
    'cancel it again, resent → S-1 11/12',
  // A cancellation that was never taken ends it, and neither its repeat nor that of the booking changes anything.
  'book → S-1 8/12; book again → S-1 10/12; cancel → -; book again, resent → -; cancel, resent → -; ' +
    'book once more → S-1 11/12; cancel, resent → S-1 11/12',
  'cancel → -; cancel, resent → -; book → -; book again → S-1 10/12; cancel, resent → S-1 10/12',
  // A move to nowhere.
  'book → S-1 8/12; move without a time → AE, S-1 8/12; move → S-1 9/12',
  'book → S-1 8/12; change without a time → S-1 8/12; cancel → -',
  'move without a time → AE, -; change without a time → AE, -; book → S-1 8/12',
  // Occurrences are appointments of their own.
  'book 1 → S-1#1 8/12; book 2 → S-1#1 8/12, S-1#2 15/12; book 3 → S-1#1 8/12, S-1#2 15/12, S-1#3 22/12; ' +
    'cancel 1 → S-1#2 15/12, S-1#3 22/12; move 3 → S-1#2 15/12, S-1#3 23/12; ' +
    'book 1 → S-1#2 15/12, S-1#3 23/12; move → AE, S-1#2 15/12, S-1#3 23/12; ' +
    'book → AE, S-1#2 15/12, S-1#3 23/12; cancel all → -',
  'cancel 1 → -; book 1 → -; book 2 → S-1#2 15/12; cancel all → -; book 2 → -',
  // Booked without an occurrence, it is the one of which more is told.
  'book → S-1 8/12; cancel 1 → -; book 1 → -; book anew → AE, -',
  'book → S-1 8/12; move 1 → S-1#1 9/12; book 1 → S-1#1 9/12; cancel 1 → -',
  'book → S-1 8/12; book 1 → S-1#1 8/12; book 2 → S-1#1 8/12, S-1#2 15/12; cancel 1 → S-1#2 15/12',
  'book → S-1 8/12; change 1 → S-1#1 8/12; cancel all → -',
  // A new booking at another time is another one.
  'book → S-1 8/12; book 2 → S-1 8/12, S-1#2 15/12; cancel 2 → S-1 8/12; cancel 1 → -',
  'book → S-1 8/12; book 2 → S-1 8/12, S-1#2 15/12; move → S-1 9/12, S-1#2 15/12; cancel all → -',
  // A cancellation of the series comes before what was booked before it.
  'cancel all → -; book 1 → -; move 1 → -; book 2 → -; book 2 again → S-1#2 16/12; book → S-1#2 16/12; ' +
    'book anew → AE, S-1#2 16/12',
  'book 1 → S-1#1 8/12; cancel all → -; book 2 → -; book 3 → -; book 2 again → S-1#2 16/12',
  'book 1 → S-1#1 8/12; cancel all → -; book 1 again → S-1#1 10/12; ' +
    'book 2 again → S-1#1 10/12, S-1#2 16/12; cancel all, resent → S-1#1 10/12, S-1#2 16/12; ' +
    'cancel 1, resent → S-1#1 10/12, S-1#2 16/12; book 2, resent → S-1#1 10/12, S-1#2 16/12',
  // Another patient's is left alone.
  'book → S-1 8/12; cancel 1 of another → S-1 8/12; cancel 2 → -',
  'book 1 → S-1#1 8/12; book 2 → S-1#1 8/12, S-1#2 15/12; ' +
    'cancel all of another → S-1#1 8/12, S-1#2 15/12; book 3 → S-1#1 8/12, S-1#2 15/12, S-1#3 22/12',
]);

check('the reminders of a DIPS-like system', DIPS_LIKE, [
  'book → D-1 8/12; move → D-1 9/12; cancel → -',
  'book → D-1 8/12; cancel → -; move → -',
  'move → D-1 9/12; book → D-1 9/12; cancel → -',
  'move → D-1 9/12; cancel → -; book → -',
  'cancel → -; book → -; move → -',
  'cancel → -; move → -; book → -',
  'book → D-1 8/12; book → D-1 8/12; cancel → -; cancel → -; book → -; move → -',
  'book → D-1 8/12; no-show → -; move again → D-1 10/12; no-show → D-1 10/12',
  'no-show → -; book → -; move again → D-1 10/12',
  'move again → D-1 10/12; no-show → D-1 10/12; book → D-1 10/12',
  // A change of resources and of slots books nothing.
  'other room → -; slot blocked → -; book → D-1 8/12; move → D-1 9/12',
  'book → D-1 8/12; move → D-1 9/12; other room → D-1 9/12; slot blocked → D-1 9/12; cancel → -; ' +
    'late room → -; slot blocked → -',
]);

check('the reminders of a Cerner-like system', CERNER_LIKE, [
  'book → 88001 8/12; move → 88001 9/12; cancel → -',
  'book → 88001 8/12; cancel → -; move → -',
  'move → 88001 9/12; book → 88001 9/12; cancel → -',
  'move → 88001 9/12; cancel → -; book → -',
  'cancel → -; book → -; move → -',
  'cancel → -; move → -; book → -',
  'book → 88001 8/12; move → 88001 9/12; book → 88001 9/12; cancel → -; cancel → -; move → -',
  'booked as cancelled → -; book → -; move → -',
  'book → 88001 8/12; booked as cancelled → -; move again → 88001 10/12',
  'book → 88001 8/12; no-show → -; move again → 88001 10/12; checked out → -',
  'no-show → -; move again → 88001 10/12; book → 88001 10/12',
  'move again → 88001 10/12; no-show → 88001 10/12; checked out → -; book → -',
]);

const CALENDLY_TABLE: Table = [
  'book A → A 8/12; A is rescheduled → A 8/12; book B for A → B 9/12; cancel B → -',
  'book A → A 8/12; book B for A → B 9/12; A is rescheduled → B 9/12; cancel B → -',
  'book A → A 8/12; book B for A → B 9/12; cancel B → -; A is rescheduled → -',
  'book A → A 8/12; cancel B → A 8/12; book B for A → -; A is rescheduled → -',
  'book B for A → B 9/12; book A → B 9/12; A is rescheduled → B 9/12; cancel B → -',
  'book B for A → B 9/12; A is rescheduled → B 9/12; book A → B 9/12; cancel B → -',
  'book B for A → B 9/12; cancel B → -; A is rescheduled → -; book A → -',
  'cancel B → -; book B for A → -; book A → -; A is rescheduled → -',
  'cancel B → -; book A → A 8/12; A is rescheduled → A 8/12; book B for A → -',
  'book A → A 8/12; book A → A 8/12; book B for A → B 9/12; book A → B 9/12; A is rescheduled → B 9/12; ' +
    'book B for A → B 9/12; cancel B → -; book B for A → -; book A → -; A is rescheduled → -',
  'book A → A 8/12; A is rescheduled → A 8/12; book B for A → B 9/12; B does not come → -',
  'B does not come → -; book B for A → -; book A → -',
];

check('the reminders of Calendly', CALENDLY, [
  ...CALENDLY_TABLE,
  'book B for A → B 9/12; B is marked as missed → -; B came after all → B 9/12; ' +
    'B is marked as missed → B 9/12; B does not come → B 9/12; cancel B → B 9/12',
  'B is marked as missed → -; book B for A → -; cancel B → -',
]);

// Between its two messages nothing stands, and after both the new appointment does.
check('the reminders of Calendly, whose rescheduled invitees are read as cancelled', CALENDLY_BY_WORD, [
  'book A → A 8/12; A is rescheduled → -; book B for A → B 9/12; cancel B → -',
  'book A → A 8/12; book B for A → B 9/12; A is rescheduled → B 9/12; book A → B 9/12',
  'A is rescheduled → -; book A → -; book B for A → B 9/12; A is rescheduled → B 9/12',
  'A is rescheduled → -; book B for A → B 9/12; book A → B 9/12; cancel B → -',
  'book B for A → B 9/12; A is rescheduled → B 9/12; book A → B 9/12; B does not come → -',
]);

for (const [name, system, id] of [
  ['a system without version and timestamp', UNORDERED, 'U-1'],
  ['plain JSON without version and timestamp', UNORDERED_JSON, 'P-1'],
] as const)
  check(`the reminders of ${name}`, system, [
    // An old booking, repeated after what ended or moved it, and by one that books again.
    `book → ${id} 8/12; cancel → -; book → -; book again → ${id} 10/12; book → ${id} 10/12; ` +
      `cancel it again → -; book again → -`,
    `book → ${id} 8/12; move → ${id} 9/12; book → ${id} 9/12; cancel → -; move → -`,
    // What is lost: disorder, and the same cancellation once more.
    `cancel → -; book → ${id} 8/12; cancel → ${id} 8/12`,
  ]);

check('the reminders of a system with a zone and a country beside', GRAPH, [
  'book → G-1 8/12; move → G-1 9/12; move, in two fields → G-1 10/12; book → G-1 10/12; cancel → -; ' +
    'book again → G-1 11/12',
]);

check('the reminders of the same system, whose mapping reads neither', GRAPH_UNREAD, [
  // Without its country the number is nobody's; a time with an offset needs no zone, nor a cancellation any time.
  'book by an offset → -; book a Dane → G-1 8/12; cancel → -',
]);

check('the reminders of Redox', REDOX, [
  'book → 4001 8/12; move → 4001 9/12; cancel → -; book again → 4001 10/12',
  'book → 4001 8/12; cancel → -; move → -; book again → 4001 10/12',
  'move → 4001 9/12; book → 4001 9/12; cancel → -; cancel → -',
  'move → 4001 9/12; cancel → -; book → -; move → -',
  'cancel → -; book → -; move → -; book again → 4001 10/12',
  'cancel → -; move → -; book → -; cancel → -',
  'book again → 4001 10/12; cancel → 4001 10/12; move → 4001 10/12; book → 4001 10/12',
  'book → 4001 8/12; no-show → -; book again → 4001 10/12; no-show → 4001 10/12',
  'no-show → -; move → -; book → -',
  'a visit is paid → -; book → 4001 8/12; a visit is paid → 4001 8/12',
  // A change that says no status books nothing again, unless it says another time.
  'book → 4001 8/12; move → 4001 9/12; cancel → -; change after it → -; cancel → -',
  'book → 4001 8/12; change after it → 4001 9/12; cancel → 4001 9/12',
  'move → 4001 9/12; no-show → -; change to another day → 4001 11/12',
  // A number of its own for the new time.
  'book → 4001 8/12; move to 4002 → 4002 9/12; cancel → 4002 9/12; cancel 4002 → -',
  'move to 4002 → 4002 9/12; book → 4002 9/12; move → 4002 9/12; cancel 4002 → -',
  'cancel 4002 → -; book → 4001 8/12; move to 4002 → -; book again → -',
  'cancel → -; move to 4002 → 4002 9/12; no-show → 4002 9/12; book → 4002 9/12',
]);

check('an appointment that is named by SCH-1 alone, and by SCH-2 too', PLACER_FIRST, [
  'book → W-1 8/12; move, both → W-1 9/12; cancel, both → -',
  'book → W-1 8/12; cancel, both → -; move, both → -',
  'move, both → F-1 9/12; book → F-1 9/12; cancel → -',
  'move, both → F-1 9/12; cancel → -; book → -',
  'cancel → -; book, both → -; move → -; book again, both → W-1 11/12',
  'cancel, both → -; move → -; book → -; book again → F-1 11/12',
  // SCH-2 alone names what both have named.
  'book → W-1 8/12; move, both → W-1 9/12; move, SCH-2 → W-1 10/12; cancel, SCH-2 → -; ' + 'book again → W-1 11/12',
  'cancel, both → -; move, both → -; move, SCH-2 → -; book → -',
  // Two of one order: SCH-1 alone says neither.
  'book, both → F-1 8/12; book the second → F-1 8/12, F-2 15/12; cancel → F-1 8/12, F-2 15/12; ' +
    'cancel the second → F-1 8/12; cancel, both → -',
  // Another patient's, and nobody's.
  'book → W-1 8/12; book of another → F-9 22/12, W-1 8/12; move, both → F-9 22/12, W-1 9/12; ' +
    'cancel of another → W-1 9/12; cancel → -',
  "book, both → F-1 8/12; cancel of another, SCH-1 → F-1 8/12; cancel of nobody's, SCH-1 → F-1 8/12; " +
    'move, both → F-1 9/12',
  'book of another → F-9 22/12; book, both → F-1 8/12, F-9 22/12; cancel → F-9 22/12; ' +
    'cancel of another, SCH-1 → -',
  "book → W-1 8/12; cancel of nobody's → W-1 8/12",
  // What is not read neither books, moves nor cancels, and its sender is told.
  'an admission → nothing_stored, -; another event → nothing_stored, -; book → W-1 8/12; ' +
    'a request to cancel → nothing_stored, W-1 8/12; a request that was taken → nothing_stored, W-1 8/12; ' +
    'an admission → nothing_stored, W-1 8/12; another event → nothing_stored, W-1 8/12; cancel, both → -; ' +
    'an admission → nothing_stored, -',
  // A series.
  'book 1 → W-1#1 8/12; move 1, both → W-1#1 9/12; book 2, both → F-1#2 15/12, W-1#1 9/12; ' + 'cancel 1 → F-1#2 15/12',
  'book 1 → W-1#1 8/12; book 2, both → F-1#2 15/12, W-1#1 8/12; cancel, both → -',
  'book 2, both → F-1#2 15/12; move 1, both → F-1#1 9/12, F-1#2 15/12; book 1 → F-1#1 9/12, F-1#2 15/12; ' +
    'cancel → -',
  // Booked before occurrences were named.
  'book → W-1 8/12; move 1, both → F-1#1 9/12; cancel 1 → -',
]);

check('lists that have the month first', MONTH_FIRST, [
  'list → refused, -; list of a move → refused, -; list of cancellations → refused, -; ' + 'list → refused, -',
]);

check('lists that have the month first, of a source that says so', MONTH_FIRST_BY_SETTING, [
  'list → C-1 8/12, C-2 15/12; list of a move → C-1 9/12; list of cancellations → -',
  'list of a move → C-1 9/12; list of a move → C-1 9/12; list of cancellations → -',
]);

check('an appointment that may have ended, in words of SCH-25 that nobody knows', UNKNOWN_WORDS, [
  'book → E-1 8/12; move → E-1 9/12; may be cancelled → E-1 9/12 held; no word → E-1 9/12 held; ' +
    'clear → E-1 9/12; may be cancelled, resent → E-1 9/12',
  'may be cancelled → E-1 9/12 held; book → E-1 9/12 held; move → E-1 9/12 held; cancel → -; ' + 'may be cancelled → -',
  'may not be booked → E-1 8/12 held; move → E-1 8/12 held; clear → E-1 9/12',
  // It holds also where it was made before what came first, as a cancellation does.
  'clear → E-1 9/12; may be cancelled → E-1 9/12 held; clear, resent → E-1 9/12 held; cancel → -',
]);

check('an appointment whose FHIR has a reason for a cancellation beside a status that is ahead', FHIR_REASON, [
  'book → R-1 8/12; may be cancelled → R-1 9/12 held; move → R-1 9/12 held; clear → R-1 9/12; ' +
    'may be cancelled → R-1 9/12',
  'may be cancelled → R-1 9/12 held; book → R-1 9/12 held; cancel → -; may be cancelled → -',
]);

check('an appointment that may have ended by an event that a mapping leaves out', LEFT_OUT, [
  'book → L-1 8/12; may be cancelled → L-1 8/12 held; is paid → L-1 8/12 held; book → L-1 8/12 held; ' +
    'clear → L-1 9/12; may be cancelled → L-1 9/12',
  'book → L-1 8/12; may be cancelled → L-1 8/12 held; cancel → -; may be cancelled → -',
  // Of an appointment that is not known nothing can be held.
  'may be cancelled → -; book → L-1 8/12; may be cancelled → L-1 8/12 held',
]);

check('the same without version and timestamp', LEFT_OUT_UNORDERED, [
  'book → L-1 8/12; may be cancelled → L-1 8/12 held; may be cancelled → L-1 8/12 held; ' +
    'book → L-1 8/12 held; move → L-1 9/12; may be cancelled → L-1 9/12; book → L-1 9/12; cancel → -; ' +
    'may be cancelled → -',
]);
