import { createTask } from 'node-cron';

/** Loaded before the service: node-cron makes tasks that never run, and never say when they would. */
const task: object = Object.getPrototypeOf(createTask('* * * * * *', () => {}));
Object.assign(task, { start: () => {}, getNextRun: () => null, getNextRuns: () => [] });
if (process.env.NO_TIMERS === '1') {
  // And nothing of ours comes round again either: the watchdog is dead, too.
  Object.assign(globalThis, { setInterval: () => ({ unref: () => {}, ref: () => {}, [Symbol.toPrimitive]: () => 0 }) });
}
