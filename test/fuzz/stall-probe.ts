// Loaded into the service: tells the process that started it what kept the event loop busy.
const EVERY_MS = 10;
const WORTH_TELLING_MS = 50;

function now(): { wall: number; processor: number } {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), processor: (user + system) / 1_000 };
}

let before = now();
setInterval(() => {
  const after = now();
  // A busy machine makes timers late, too: only time in which the process itself worked counts.
  const stall = Math.min(after.wall - before.wall - EVERY_MS, after.processor - before.processor);
  before = after;
  if (stall > WORTH_TELLING_MS) process.send?.({ stall });
}, EVERY_MS).unref();
