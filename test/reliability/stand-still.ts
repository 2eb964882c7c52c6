/**
 * Loaded before the service: SIGUSR2 keeps the process from everything else for STILL_MS, as a runaway regular
 * expression would.
 */
const STILL_MS = Number(process.env.STILL_MS);

process.on('SIGUSR2', () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STILL_MS);
});
