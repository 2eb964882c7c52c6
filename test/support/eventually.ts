import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 25;

/** Runs an assertion until it holds; when the patience, which only guards against hanging, is over, fails as it does. */
export async function eventually(
  holds: () => void | Promise<void>,
  patienceMs = 240_000,
  lookMs = LOOK_MS,
): Promise<void> {
  for (const end = performance.now() + patienceMs; ; await sleep(lookMs)) {
    try {
      return await holds();
    } catch (failure) {
      if (performance.now() > end) throw failure;
    }
  }
}
