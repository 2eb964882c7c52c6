import type { SentPost } from './judge.ts';

const SAID: Readonly<Record<string, string>> = {
  cancelled: 'cancelled',
  deleted: 'entered-in-error',
  arrived: 'arrived',
};

/**
 * Statuses that an appointment may have by what was posted about it. An update at the same start says none and keeps
 * what stands. Where the post before it was on its way at the same time, what stands may also be what was posted before
 * that one, since a post that comes behind a newer one is stale.
 */
export function statusesOf(sent: readonly SentPost[]): readonly string[] {
  const [newest, ...others] = [...sent].sort((a, b) => b.post.order - a.post.order);
  if (newest?.post.type !== 'updated') return [SAID[newest?.post.type ?? ''] ?? 'booked'];
  const possible = new Set<string>();
  for (const before of others) {
    if (before.post.type === 'updated') continue;
    possible.add(before.post.start === newest.post.start ? (SAID[before.post.type] ?? 'booked') : 'booked');
    const updates = [newest, ...others].filter(({ post }) => post.type === 'updated' && post.order > before.post.order);
    if (updates.every(({ at }) => before.ackedAt <= at)) return [...possible];
  }
  return [...possible.add('booked')];
}
