import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../support/postgres-server.ts';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { FaultProxy, type NetworkFaults } from '../fault-proxy.ts';
import { jobsDone } from '../jobs.ts';
import { judge } from '../judge.ts';
import type { Scripted } from '../script.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until, type World } from '../world.ts';

interface Fault {
  readonly name: string;
  readonly faults: Partial<NetworkFaults>;
  readonly shortMs: number;
  readonly longMs: number;
}

const FAULTS: readonly Fault[] = [
  // Longer than a query may take, so that what was open is found out within it.
  { name: 'forgotten', faults: { silence: 'forgotten' }, shortMs: 12_000, longMs: 60_000 },
  { name: 'silent', faults: { silence: 'held' }, shortMs: 6_000, longMs: 60_000 },
  { name: 'latency of 500 ms', faults: { latencyMs: 500 }, shortMs: 4_000, longMs: 30_000 },
  { name: '8 kB/s', faults: { bytesPerSecond: 8_000 }, shortMs: 4_000, longMs: 30_000 },
  { name: 'reset every 10 kB', faults: { resetAfterBytes: 10_000 }, shortMs: 4_000, longMs: 30_000 },
];
/** Booking systems that change appointments at once, each its own. */
const LANES = 4;
const DUE_PER_S = 10;
const TAIL_S = 5;
const PACE_MS = 20;
/** Under load before the fault. */
const BEFORE_MS = 1_500;
const HANG_MS = 60_000;
const POOL = 10;
const READY_S = 3;
/** What was under way when the network forgot it is given up after the 9 s that a query may take. */
const GOES_ON_S = 15;

/** R11: the network between the service and PostgreSQL. */
export const databaseNetwork: Experiment = {
  name: 'R11',
  title: 'the network between the service and PostgreSQL',
  says:
    'Silent, with every connection forgotten; silent, with everything that was said arriving in the end; 500 ms late; 8 kB/s; reset every 10 kB; while ' +
    'appointments are booked, moved and cancelled and reminders go out. When it is sound again the service is ready within 3 s and goes on within 15 s, the ' +
    'pool is of its size, and no lock is left behind.',
  run: async (setting) => [await run(setting)],
};

function run(setting: Setting): Promise<Outcome> {
  return inWorld(setting, { kind: 'echoed', concurrency: 8 }, async (world) => {
    const proxy = await FaultProxy.open(world.databaseUrl ?? '', await freePort());
    try {
      const worker = await world.startWorker({ env: { DATABASE_URL: proxy.url } });
      await world.makeAuthority('rh');
      await world.sendReceipts();
      const { expect, failures } = new Expectations();
      const counts: Record<string, number | string> = {};
      for (const fault of FAULTS) {
        const { ready, goesOn } = await spoil(
          world,
          proxy,
          fault,
          setting.form === 'long' ? fault.longMs : fault.shortMs,
        );
        expect(ready <= READY_S, `ready ${READY_S} s after "${fault.name}"; it took ${ready.toFixed(1)} s`);
        expect(goesOn <= GOES_ON_S, `going on ${GOES_ON_S} s after "${fault.name}"; it took ${goesOn.toFixed(1)} s`);
        setting.say(`  ${fault.name}: done`);
        counts[`ready, going on after ${fault.name}, s`] = `${ready.toFixed(1)}, ${goesOn.toFixed(1)}`;
      }
      await world.idle(120_000);
      const { open, waiting } = await pool(world);
      expect(
        open <= POOL && waiting === 0,
        `a pool of at most ${POOL} that nobody waits for; it is ${open}, ${waiting} wait`,
      );
      expect(proxy.open === open, `as many connections as the pool counts; there are ${proxy.open} beside ${open}`);
      expect(alive(worker.pid), 'the service goes on');
      // Until what was started meanwhile, and lost its process's word, is swept.
      await world.advance(60_000);
      await jobsDone(world);
      await world.idle(120_000);
      const verdict = await judge(world, { late: false });
      expect(verdict.quarantined === 0, 'none quarantined');
      expect(verdict.expired === 0, 'none expired');
      return { part: `${FAULTS.length} faults`, verdict, counts, failures };
    } finally {
      await proxy.close();
    }
  });
}

/**
 * @returns seconds from the end of the fault until the service is ready, and until all that was asked for during it is
 * acknowledged and an SMS has gone out
 */
async function spoil(
  world: World,
  proxy: FaultProxy,
  { name, faults }: Fault,
  ms: number,
): Promise<{ ready: number; goesOn: number }> {
  const later = await world.script.book('rh', LANES * 10, () => new Date(world.now() + 3_600_000 + LEAD_MS));
  const due = world.now() + 1_000;
  // Beyond its end too, so that there is something to hand over at any moment.
  const count = Math.ceil((ms / 1000 + TAIL_S) * DUE_PER_S);
  await world.script.book('rh', count, (n) => new Date(due + (n * 1000) / DUE_PER_S + LEAD_MS));
  const stop = new AbortController();
  const lanes = Array.from({ length: LANES }, (_, lane) =>
    change(
      world,
      later.filter((_, n) => n % LANES === lane),
      stop.signal,
    ),
  );
  await sleep(BEFORE_MS);
  proxy.set(faults);
  await sleep(ms);
  proxy.set();
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  stop.abort();
  await until(async () => (await fetch(`${world.publicUrl}/readyz`)).ok, `ready after "${name}"`, 60_000, 20);
  const ready = seconds();
  const { accepted } = await world.counts();
  await Promise.race([
    Promise.all(lanes),
    sleep(HANG_MS).then(() => Promise.reject(new Error(`changes hang after "${name}"`))),
  ]);
  await world.accepted(accepted + 1);
  const goesOn = seconds();
  await world.idle(120_000);
  return { ready, goesOn };
}

/** Moves and cancels, one after another, and books in between, until it is told to stop. */
async function change(world: World, appointments: readonly Scripted[], stop: AbortSignal): Promise<void> {
  for (let n = 0; !stop.aborted; n++) {
    const appointment = appointments[n % appointments.length];
    if (!appointment) return;
    const last = appointment.starts.at(-1)?.getTime() ?? 0;
    if (appointment.status === 'booked') await world.script.move(appointment, new Date(last + 60_000));
    if (n % 10 === 9) await world.script.book('rh', 1, () => new Date(world.now() + 3_600_000 + LEAD_MS));
    if (n === appointments.length * 2) await world.script.cancel(appointment);
    await sleep(PACE_MS);
  }
}

async function pool({ publicUrl }: World): Promise<{ open: number; waiting: number }> {
  const metrics = await (await fetch(`${publicUrl}/metrics`)).text();
  const figure = (state: string) =>
    Number(new RegExp(`^easysms_database_connections\\{state="${state}"\\} (\\S+)$`, 'm').exec(metrics)?.[1]);
  return { open: figure('idle') + figure('busy'), waiting: figure('waiting') };
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
