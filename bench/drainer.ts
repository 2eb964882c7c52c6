import '../src/utc.ts';
import { createDrain } from './drains.ts';

/**
 * One of those whose hand-overs are compared, in a process of its own: `drainer.ts <kind> <queue> <database>
 * <gateway> <in flight>`. Told `{ fill: n }` it makes so many due, told `{ drain: n }` it hands them over, and tells what that took.
 */
export interface Took {
  readonly seconds: number;
  /** Processor time of this process, µs. */
  readonly cpu: number;
}

const [kind = '', queue = '', database = '', gateway = '', inFlight = '1'] = process.argv.slice(2);

const drain = await createDrain(kind, { queue, database }, gateway, Number(inFlight));

async function measured(count: number): Promise<Took> {
  const before = { cpu: process.cpuUsage(), at: performance.now() };
  await drain.drain(count);
  const { user, system } = process.cpuUsage(before.cpu);
  return { seconds: (performance.now() - before.at) / 1000, cpu: user + system };
}

process.on('message', async (asked: { fill?: number; drain?: number }) => {
  if (asked.fill !== undefined) await drain.fill(asked.fill);
  process.send?.(asked.drain === undefined ? {} : await measured(asked.drain));
});
process.on('disconnect', () => process.exit(0));
process.send?.({});
