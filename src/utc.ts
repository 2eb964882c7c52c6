// Imported before anything else by every entry point: node-cron spins or falls silent when the clocks change in a
// process that lives in local time, and a Date printed without its zone would mean something else on each machine.
process.env.TZ = 'UTC';
