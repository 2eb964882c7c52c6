import { describe, expect, it } from 'vitest';
import { EMPTY_EVENT } from '../../../src/domain/appointment.ts';
import { resolveGroup } from '../../../src/domain/identity/resolve-group.ts';
import type { Match } from '../../../src/domain/identity/searches.ts';

const MEMBERS = 400;
const hash = (id: string) => `#${id}`;
const keyOf = (nth: number) => Buffer.from(`patient ${nth}`);
const member = (nth: number) => ({
  ...{ ...EMPTY_EVENT, status: 'booked' as const, reference: `G/${nth}`, group: 'G', patientKey: keyOf(nth) },
  aliases: [{ kind: 'uid', namespace: 'his', value: `a-${nth}` }],
});
const replacing = (nth: number) => ({ ...member(nth), replaces: [`old-${nth}`] });

/** Stored members of the group, found by it and by their references, that count each look at their ids. */
function counted(numbers: readonly number[]): { found: Match[]; looks: () => number } {
  let looks = 0;
  const found = numbers.flatMap((nth) =>
    (['group', 'reference'] as const).map((what): Match => {
      const stored = { ...{ what, reference: `G/${nth}`, group: 'G', status: 'booked', start: null, version: 1 } };
      return {
        ...(stored as Pick<Match, 'what' | 'reference' | 'group' | 'status' | 'start' | 'version'>),
        ...{ occurredAt: null, cancelStamp: null, replacedBy: null },
        get patientKey() {
          looks++;
          return keyOf(nth);
        },
        get aliases() {
          looks++;
          return [['uid', `${hash('his')}|${hash(`a-${nth}`)}`]] as const;
        },
      };
    }),
  );
  return { found, looks: () => looks };
}

const numbers = Array.from({ length: MEMBERS }, (_, nth) => nth);

describe('a group of hundreds of patients', () => {
  it('that is known looks at each stored appointment a few times, however many members there are', () => {
    const { found, looks } = counted(numbers);
    const members = numbers.map(member);
    const steps = resolveGroup({ id: 'G', members, rest: 'cancelled' }, found, hash);
    let passes = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) passes++;
    expect(step.value.map(({ event }) => event.reference)).toEqual(members.map(({ reference }) => reference));
    expect(looks()).toBeLessThan(20 * found.length);
    expect(passes).toBeGreaterThanOrEqual(MEMBERS);
  });

  it('gives way to other work at each member that joins, and at each appointment that one replaces', () => {
    const { found } = counted(numbers);
    const members = numbers.map((nth) => replacing(MEMBERS + nth));
    const steps = resolveGroup({ id: 'G', members, rest: 'cancelled' }, found, hash);
    let passes = 0;
    while (!steps.next().done) passes++;
    expect(passes).toBeGreaterThanOrEqual(2 * MEMBERS);
  });
});
