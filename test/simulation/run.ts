import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { runMutants } from './mutants/run-mutants.ts';
import { openSimulation } from './simulation.ts';
import type { SimulationResult } from './world.ts';

const { values, positionals } = parseArgs({
  options: {
    /** The first and the last seed: `1..100`. */
    seeds: { type: 'string' },
    /** A single seed. */
    seed: { type: 'string' },
    days: { type: 'string' },
    workers: { type: 'string', default: '1' },
    /** Prints all that happened. */
    trace: { type: 'boolean', default: false },
    /** 2: a second gateway stands behind the first. */
    gateways: { type: 'string', default: '1' },
    /** The booking systems speak a vendor's JSON. */
    vendors: { type: 'boolean', default: false },
    /** The suppliers take many SMS in one call. */
    many: { type: 'boolean', default: false },
    /** Staff send reminders again. */
    staff: { type: 'boolean', default: false },
    /** No fault but that the first gateway is away for six hours: counts who is reached all the same. */
    outage: { type: 'boolean', default: false },
    /** Ends at the first seed with a violation. */
    stop: { type: 'boolean', default: false },
    /** Runs mutants: those that are named, or all; with `--seeds`, runs these until one notices. */
    mutants: { type: 'boolean', default: false },
    /** The share of a worker in the seeds: `1/2`. */
    share: { type: 'string', default: '0/1' },
  },
  allowPositionals: true,
});
const seeds = values.seed ?? values.seeds;
const days = values.days ?? (values.mutants ? '5' : '30');
const [first = 1, last = first] = (seeds ?? '1..20').split('..').map(Number);
const workers = Number(values.workers);

/** Prints the result of a seed. @param seconds of processor time: the machine may be busy with others */
function print({ seed, violations, digest, counts, trace }: SimulationResult, seconds: number): void {
  for (const line of trace ?? []) process.stdout.write(`${line}\n`);
  const counted = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  process.stdout.write(`seed ${seed} ${digest} ${seconds.toFixed(1)} s: ${counted.join(', ')}\n`);
  for (const violation of violations) process.stdout.write(`  ${violation}\n`);
}

/** Simulates the seeds of this process. @returns how many had violations */
async function simulateSeeds(): Promise<number> {
  const [own = 0, of = 1] = values.share.split('/').map(Number);
  const simulation = await openSimulation();
  const outage = { due: 0, reached: 0, uncertain: 0 };
  let failed = 0;
  for (let seed = first; seed <= last; seed++) {
    if (seed % of !== own) continue;
    const before = process.cpuUsage();
    const { trace, stop, outage: away, vendors, many, staff } = values;
    const result = await simulation.simulate(seed, Number(days), {
      trace,
      stop,
      outage: away,
      vendors,
      many,
      staff,
      gateways: values.gateways === '2' ? 2 : 1,
    });
    const { user, system } = process.cpuUsage(before);
    print(result, (user + system) / 1e6);
    const { dueInOutage = 0, reachedInOutage = 0, uncertainInOutage = 0 } = result.counts;
    outage.due += dueInOutage;
    outage.reached += reachedInOutage;
    outage.uncertain += uncertainInOutage;
    if (result.violations.length > 0) failed++;
    if (failed > 0 && values.stop) break;
  }
  await simulation.close();
  const { due, reached, uncertain } = outage;
  if (values.outage) process.stdout.write(`due in the outage ${due}, reached ${reached}, uncertain ${uncertain}\n`);
  return failed;
}

/**
 * Simulates the seeds in several processes, each with its share of them and a database of its own.
 * @returns how many seeds had violations; one more for a worker that broke
 */
async function simulateInWorkers(): Promise<number> {
  const shares = Array.from({ length: workers }, async (_, nth) => {
    const child = fork(new URL(import.meta.url), [
      ...process.argv.slice(2),
      '--workers',
      '1',
      '--share',
      `${nth}/${workers}`,
    ]);
    let failed = 1;
    child.on('message', (count: number) => {
      failed = count;
    });
    await once(child, 'exit');
    return failed;
  });
  return (await Promise.all(shares)).reduce((sum, failed) => sum + failed, 0);
}

const began = performance.now();
if (values.mutants) process.exit((await runMutants(positionals, seeds ? { seeds, days } : null)) > 0 ? 1 : 0);
const failed = workers > 1 ? await simulateInWorkers() : await simulateSeeds();
process.exitCode = failed > 0 ? 1 : 0;
process.send?.(failed);
if (!process.send) {
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`seeds ${first} to ${last}: ${failed} with violations, ${seconds} s\n`);
}
