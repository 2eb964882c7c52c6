// Loaded into the service: tells the process that started it what kept the event loop busy.
import { readFileSync } from 'node:fs';

const EVERY_MS = 10;
const WORTH_TELLING_MS = 50;

/**
 * Milliseconds of processor time of the thread that runs the event loop. On a busy machine it stands still by itself,
 * while the threads of the garbage collector and the compiler go on: neither is a stall.
 */
function processorMs(): number {
  try {
    // Linux: nanoseconds on a processor of the first thread of the process.
    return Number(readFileSync('/proc/self/schedstat', 'latin1').split(' ')[0]) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  }
}

const now = () => ({ wall: performance.now(), processor: processorMs() });

/** The process that started it waits until all stalls so far are told. */
let isAwaited = false;
process.on('message', () => {
  isAwaited = true;
});
process.channel?.unref();

let before = now();
setInterval(() => {
  const after = now();
  const stall = Math.min(after.wall - before.wall - EVERY_MS, after.processor - before.processor);
  before = after;
  if (stall > WORTH_TELLING_MS) process.send?.({ stall });
  if (isAwaited) process.send?.('told');
  isAwaited = false;
}, EVERY_MS).unref();
