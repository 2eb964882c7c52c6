import { expect, it } from 'vitest';
import { hasBegun } from '../../src/domain/appointment.ts';

it('an appointment has begun from the very moment of its start on, and never without a start', () => {
  const start = new Date('2026-12-01T08:00:00Z');
  const after = (ms: number) => new Date(start.getTime() + ms);
  expect([-1, 0, 1].map((ms) => hasBegun({ start }, after(ms)))).toEqual([false, true, true]);
  expect(hasBegun({ start: null }, after(0))).toBe(false);
});
