import type { Told } from './judge.ts';

const SAID: Readonly<Record<string, string>> = {
  cancelled: 'cancelled',
  deleted: 'entered-in-error',
  arrived: 'arrived',
};

/**
 * Statuses that an appointment may have by what was told of it. An update at the same start says none and keeps what
 * stands; two are possible where the post before it was on its way at the same time, since what comes behind is stale.
 */
export function statusesOf(told: readonly Told[]): readonly string[] {
  const [newest, ...others] = [...told].sort((a, b) => b.post.order - a.post.order);
  if (newest?.post.type !== 'updated') return [SAID[newest?.post.type ?? ''] ?? 'booked'];
  const before = others.find(({ post }) => post.type !== 'updated');
  const kept = SAID[before?.post.type ?? ''];
  if (!before || kept === undefined || before.post.start !== newest.post.start) return ['booked'];
  const updates = [newest, ...others].filter(({ post }) => post.type === 'updated' && post.order > before.post.order);
  if (updates.every(({ at }) => before.ackedAt <= at)) return [kept];
  return [kept, 'booked'];
}
