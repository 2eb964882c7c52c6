import { describe, expect, it } from 'vitest';
import type { AppointmentEvent } from '../../../src/domain/appointment.ts';
import type { Known } from '../../../src/domain/identity/match-known.ts';
import { resolveAppointment } from '../../../src/domain/identity/resolve.ts';
import type { Match } from '../../../src/domain/identity/searches.ts';
import type { Alias } from '../../../src/domain/reference.ts';
import { eventWith } from '../../support/ingest.ts';

const asIs = (id: string) => id;
const key = (patient: string) => Buffer.from(patient);
/** A stored appointment, as the look-up by a bare id finds it. */
const known = (reference: string, aliases: Known['aliases'], rest: Partial<Match> = {}): Match => ({
  ...{ what: 'bare', reference, aliases, group: reference, status: 'booked', start: null, patientKey: key('hanne') },
  ...{ version: null, occurredAt: null, cancelStamp: null, replacedBy: null },
  ...rest,
});
const filler = (value: string): Alias => ({ kind: 'filler', namespace: null, value });
const bare = (value: string): Alias => ({ kind: 'placer', namespace: null, value, ofPatient: true });

const event = (reference: string, aliases: readonly Alias[], rest: Partial<AppointmentEvent> = {}) =>
  eventWith({ reference, aliases, occurrence: null, patientKey: key('hanne'), ...rest });
const both = (rest: Partial<AppointmentEvent> = {}) => event('F1', [filler('F1'), bare('W1')], rest);
const alone = (rest: Partial<AppointmentEvent> = {}) => event('W1', [bare('W1')], rest);

/** W1 as it was booked by SCH-1 alone, and F1 as it was booked by both. */
const bookedAlone = known('W1', [['placer', '|W1']]);
const bookedByBoth = known('F1', [
  ['filler', '|F1'],
  ['placer', '|W1'],
]);

/** The appointment that the event is about, `?` behind one where another may be meant. */
const about = (said: AppointmentEvent, ...found: Match[]) =>
  resolveAppointment(said, found, asIs)
    .map(({ event: { reference }, doubtful }) => reference + (doubtful ? '?' : ''))
    .join();

describe('a bare further id', () => {
  it('of the same patient leads to the appointment that has it for its reference, which keeps that', () => {
    expect(about(both(), bookedAlone)).toBe('W1');
  });

  it('and gives that the other id, by which alone it is found from then on', () => {
    const [resolved] = resolveAppointment(both(), [bookedAlone], asIs);
    const stored = resolved?.aliases.map(({ kind, value }): [string, string] => [kind, value]) ?? [];
    expect(stored).toEqual([
      ['filler', '|F1'],
      ['reference', '|F1'],
    ]);
    const after = known('W1', [['placer', '|W1'], ...stored], { what: 'alias' });
    expect(about(event('F1', [filler('F1')], { patientKey: undefined }), after)).toBe('W1');
  });

  it('alone leads to the appointment that has it as a further id, and becomes no id of it without the patient', () => {
    expect(about(alone(), bookedByBoth)).toBe('F1');
    expect(resolveAppointment(alone(), [bookedByBoth], asIs)[0]?.aliases).toEqual([]);
  });

  it.each([
    ['of another patient', key('per')],
    ['of nobody', undefined],
  ])('%s leads nowhere, and leaves a doubt', (_, patientKey) => {
    expect(about(both({ patientKey }), bookedAlone)).toBe('F1?');
    expect(about(alone({ patientKey }), bookedByBoth)).toBe('W1?');
  });

  it('leads nowhere where nobody knows whose the stored appointment is', () => {
    expect(about(both(), { ...bookedAlone, patientKey: null })).toBe('F1?');
  });

  it('that fits two appointments leads to neither', () => {
    const second = known('F2', [
      ['filler', '|F2'],
      ['placer', '|W1'],
    ]);
    expect(about(alone(), bookedByBoth, second)).toBe('W1?');
    expect(about(both(), bookedAlone, known('X', [['placer', '|W1']]))).toBe('F1?');
  });

  it('leaves the appointment of the event’s own reference its own, and a doubt about the other', () => {
    const own = known('F1', [['filler', '|F1']], { what: 'reference' });
    expect(about(both(), own, bookedAlone)).toBe('F1?');
  });

  it('is shared by the appointments of one order, which other ids tell apart, without a doubt', () => {
    expect(about(event('F2', [filler('F2'), bare('W1')]), bookedByBoth)).toBe('F2');
    expect(about(event('F2', [filler('F2'), bare('W1')], { patientKey: key('per') }), bookedByBoth)).toBe('F2');
  });

  it('is no other appointment’s once that was replaced', () => {
    expect(about(both(), { ...bookedAlone, replacedBy: 'W2' })).toBe('F1');
  });

  it('that is the reference of an event goes by it, with a doubt where another patient had it', () => {
    const own = { ...bookedAlone, what: 'reference' } as const;
    expect(about(alone(), own)).toBe('W1');
    expect(about(alone({ patientKey: undefined }), own)).toBe('W1');
    expect(about(alone({ patientKey: key('per') }), own)).toBe('W1?');
  });

  it('that is not said to be of the patient leads nowhere, as ever', () => {
    const unsaid = event('F1', [filler('F1'), { kind: 'placer', namespace: null, value: 'W1' }]);
    expect(about(unsaid, bookedAlone)).toBe('F1');
  });
});
