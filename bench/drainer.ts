import '../src/utc.ts';
import { createDrain } from './drains.ts';

/**
 * One of those whose hand-overs are compared, in a process of its own: `drainer.ts <kind> <queue> <database>
 * <gateway> <in flight>`. Told `{ fill: n }` it makes so many due, told `{ drain: n }` it hands them over.
 */
const [kind = '', queue = '', database = '', gateway = '', inFlight = '1'] = process.argv.slice(2);

const drain = await createDrain(kind, { queue, database }, gateway, Number(inFlight));

process.on('message', async ({ fill, drain: count }: { fill?: number; drain?: number }) => {
  if (fill !== undefined) await drain.fill(fill);
  if (count !== undefined) await drain.drain(count);
  process.send?.({});
});
process.on('disconnect', () => process.exit(0));
process.send?.({});
