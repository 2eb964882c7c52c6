/**
 * Does the work of each item, of at most `atOnce` at a time, taken up in their order. Once the work of one fails, no
 * further one is taken up.
 * @throws what the first one threw, when all that were taken up have ended
 */
export async function forEach<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const failures: unknown[] = [];
  const takeUp = async (): Promise<void> => {
    for (const item of rest) {
      await work(item).catch((error: unknown) => failures.push(error));
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, takeUp));
  if (failures.length > 0) throw failures[0];
}
