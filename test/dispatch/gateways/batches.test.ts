import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inBatches } from '../../../src/dispatch/gateways/batches.ts';

const members = fc.array(
  fc.record({ key: fc.constantFrom('a', 'a', 'a', 'b', null), gapMs: fc.constantFrom(0, 1, 7, 20, 21) }),
  { maxLength: 60 },
);

it('puts each member into exactly one call, with others of its key alone, and as many as one call takes', () => {
  fc.assert(
    fc.property(members, fc.integer({ min: 1, max: 20 }), fc.boolean(), (group, most, hasRate) => {
      let at = 1_000;
      const turns = group.map(({ gapMs }) => {
        at += gapMs;
        return at;
      });
      const turnOf = new Map(group.map((member, nth) => [member, turns[nth] ?? 0]));
      const batches = inBatches(group, hasRate ? turns : null, { most, keyOf: ({ key }) => key });
      const placed = batches.flatMap((batch) => batch.members);
      expect(new Set(placed)).toEqual(new Set(group));
      expect(placed).toHaveLength(group.length);
      for (const batch of batches) {
        expect(batch.members.length).toBeLessThanOrEqual(most);
        const keys = new Set(batch.members.map(({ key }) => key));
        expect(keys.size).toBe(1);
        if (keys.has(null)) expect(batch.members).toHaveLength(1);
        const own = batch.members.map((member) => turnOf.get(member) ?? 0);
        expect(batch.turn).toBe(hasRate ? Math.max(...own) : null);
        if (hasRate) expect(Math.max(...own) - Math.min(...own)).toBeLessThanOrEqual(20);
      }
      // Without a rate none could be filled up with another.
      for (const key of hasRate ? [] : ['a', 'b']) {
        const short = batches.filter((batch) => batch.members[0]?.key === key && batch.members.length < most);
        expect(short.length).toBeLessThanOrEqual(1);
      }
    }),
  );
});
