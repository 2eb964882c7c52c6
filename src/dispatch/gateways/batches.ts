import type { Turn } from './pace.ts';

/** How far apart the turns of SMS may lie that go in one call: the first waits for the last. */
const GATHER_MS = 20;

/** Members of one call, with its turn at a gateway with a rate. */
export interface Batch<T> {
  readonly members: readonly T[];
  /** The turn of its last member, with which those of the others have come, too; null: the gateway has no rate. */
  readonly turn: Turn | null;
}

type Growing<T> = Batch<T> & { readonly members: T[]; turn: Turn | null; readonly firstTurn: Turn | null };

/**
 * Divides what was started together into the calls of one gateway.
 * @param turns of the members, in their order, which is that of the turns
 * @param of.most members of one call
 * @param of.keyOf what the members of one call have in common; null: this one goes alone
 */
export function inBatches<T>(
  group: readonly T[],
  turns: readonly Turn[] | null,
  { most, keyOf }: { readonly most: number; readonly keyOf: (member: T) => string | null },
): readonly Batch<T>[] {
  const batches: Growing<T>[] = [];
  const growing = new Map<string, Growing<T>>();
  for (const [nth, member] of group.entries()) {
    const key = keyOf(member);
    const turn = turns?.[nth] ?? null;
    const open = key === null ? undefined : growing.get(key);
    if (open && open.members.length < most && (turn ?? 0) - (open.firstTurn ?? 0) <= GATHER_MS) {
      open.members.push(member);
      open.turn = turn;
      continue;
    }
    const batch = { members: [member], turn, firstTurn: turn };
    batches.push(batch);
    if (key !== null) growing.set(key, batch);
  }
  return batches;
}
