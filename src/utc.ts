// Every entry point imports this first. In local time node-cron busy-loops or stops when the clocks change, and a Date
// printed without its zone would differ between machines.
process.env.TZ = 'UTC';
