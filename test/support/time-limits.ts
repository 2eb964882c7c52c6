import { setImmediate as turn } from 'node:timers/promises';
import { vi } from 'vitest';

export interface HeldTimeLimits {
  /** The time is up for everything that has begun, once what is on its way on this machine has arrived. */
  runOut(): Promise<void>;
  /** Time limits are again by the clock. */
  release(): void;
}

/** From now on the time of `AbortSignal.timeout` is up when a test says so, and not after so many milliseconds. */
export function holdTimeLimits(): HeldTimeLimits {
  const begun: AbortController[] = [];
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
    const controller = new AbortController();
    begun.push(controller);
    return controller.signal;
  });
  return {
    async runOut() {
      await turns();
      for (const controller of begun.splice(0)) controller.abort(new DOMException('time is up', 'TimeoutError'));
      await turns();
    },
    release: () => timeout.mockRestore(),
  };
}

/** Turns of the event loop, each of which reads what has arrived. */
async function turns(): Promise<void> {
  for (let n = 0; n < 100; n++) await turn();
}
