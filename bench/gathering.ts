import { GroupCommit } from '../src/database/group-commit.ts';

const ITEMS = 50_000;

/**
 * Like a post of one appointment with its key, one after another, each alone. The commit takes no time. @returns ms
 * that gathering adds to each
 */
export async function gatheringMs(): Promise<number> {
  const run = async (items: readonly string[]): Promise<readonly string[]> => items;
  const group = new GroupCommit<string, string>({
    run,
    keysOf: (item) => [`a ${item}`, `k ${item}`],
    weightOf: () => 1,
    maxWeight: 500,
    failsForAll: () => false,
    failsForWaiting: () => false,
  });
  const gathered = await timed((item) => group.submit(item));
  const alone = await timed(async (item) => (await run([item]))[0]);
  return Math.max(0, gathered - alone);
}

/** @returns ms for each */
async function timed(work: (item: string) => Promise<unknown>): Promise<number> {
  const began = performance.now();
  for (let nth = 0; nth < ITEMS; nth++) await work(`reference-${nth}`);
  return (performance.now() - began) / ITEMS;
}
