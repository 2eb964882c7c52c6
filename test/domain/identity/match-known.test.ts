import { describe, expect, it } from 'vitest';
import type { AppointmentEvent } from '../../../src/domain/appointment.ts';
import { type Known, matchByAlias, matchMembers } from '../../../src/domain/identity/match-known.ts';
import { asIs, event, filler, key, known, placer } from './known.ts';

describe('an event with an unknown reference', () => {
  const stored = known('P1', { aliases: [['placer', 'EPJ|P1']] });

  it('is about the appointment that shares an id with a namespace', () => {
    expect(matchByAlias(event('F9', { aliases: [filler('F9'), placer('P1')] }), [stored], asIs)?.reference).toBe('P1');
  });

  it.each<[string, AppointmentEvent, Known[]]>([
    [
      'whose id has no namespace',
      event('F9', { aliases: [placer('1', null)] }),
      [known('P1', { aliases: [['placer', '|1']] })],
    ],
    ['whose id is of another namespace', event('F9', { aliases: [placer('P1', 'LAB')] }), [stored]],
    [
      'that shares an order with an appointment of another id of its own kind',
      event('F9', { aliases: [filler('F9'), placer('P1')] }),
      [known('F8', { aliases: [['filler', 'RIS|F8'], ...stored.aliases] })],
    ],
    [
      'that shares an id with two',
      event('F9', { aliases: [placer('P1')] }),
      [stored, known('P2', { aliases: [['placer', 'EPJ|P1']] })],
    ],
    ['whose reference lasts', event('F9', { permanent: true, aliases: [placer('P1')] }), [stored]],
    ['that has no alias', event('F9'), [stored]],
  ])('matches no known appointment: one %s', (_name, said, candidates) => {
    expect(matchByAlias(said, candidates, asIs)).toBeUndefined();
  });

  it('goes on from the id that it replaces, be that a reference or an alias', () => {
    const uid = known('u1', { aliases: [['uid', 'cal.com|u2']] });
    expect(matchByAlias(event('u3', { replaces: ['u1'] }), [uid], asIs)?.reference).toBe('u1');
    const aliases = [{ kind: 'uid', namespace: 'cal.com', value: 'u3' } as const];
    expect(matchByAlias(event('u3', { replaces: ['u2'], aliases }), [uid], asIs)?.reference).toBe('u1');
    expect(matchByAlias(event('u3', { replaces: ['u4'] }), [uid], asIs)).toBeUndefined();
  });
});

describe('the members of a group', () => {
  const group = (...members: AppointmentEvent[]) => ({ id: 'G', members, rest: 'cancelled' as const });
  const fill = (members: AppointmentEvent[], stored: Known[]) => {
    const { members: filled, left } = matchMembers(group(...members), stored);
    return [filled.map(({ reference }) => reference), left.map(({ reference }) => reference)];
  };

  it('are new where none is known', () => {
    expect(fill([event('G~a'), event('G~b')], [])).toEqual([['G~a', 'G~b'], []]);
  });

  it('keep the only one’s appointment when a second patient joins', () => {
    const members = [event('G~b', { patientKey: key('b') }), event('G~a', { patientKey: key('a') })];
    expect(fill(members, [known('G', { patientKey: key('a') })])).toEqual([['G~b', 'G'], []]);
  });

  it('keep their own appointments when the group shrinks to one, and the other is left', () => {
    const stored = [known('G', { patientKey: key('a') }), known('G~b', { patientKey: key('b') })];
    expect(fill([event('G', { patientKey: key('b') })], stored)).toEqual([['G~b'], ['G']]);
  });

  it('leave alone who was called off before', () => {
    const stored = [
      known('G~a', { patientKey: key('a'), status: 'cancelled' }),
      known('G~b', { patientKey: key('b') }),
    ];
    expect(fill([event('G~b', { patientKey: key('b') })], stored)).toEqual([['G~b'], []]);
  });

  it('of an appointment that passes to another patient stay where they are', () => {
    expect(fill([event('G', { patientKey: key('b') })], [known('G', { patientKey: key('a') })])).toEqual([['G'], []]);
  });

  it('without a patient’s id are matched by the reference alone', () => {
    expect(fill([event('G')], [known('G', { patientKey: key('a') })])).toEqual([['G'], []]);
  });

  it('may be none: all are left', () => {
    expect(fill([], [known('G'), known('G~b')])).toEqual([[], ['G', 'G~b']]);
  });
});
