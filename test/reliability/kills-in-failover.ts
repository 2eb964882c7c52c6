import { setTimeout as sleep } from 'node:timers/promises';
import { type ProvedProcess, startProcess } from './child-process.ts';
import { inWorld, type Setting } from './experiment.ts';
import { type GatewayBehaviour, type GatewayCounts, NO_FAULTS } from './gateway-protocol.ts';
import { jobsDone } from './jobs.ts';
import { judge } from './judge.ts';
import { OTHER_GATEWAY_ID } from './provable-gateway.ts';
import { seeded } from './random.ts';
import { Expectations, type Outcome } from './verdict.ts';
import { LEAD_MS, until, type World } from './world.ts';

/** Heartbeats lapse in between, so that what a kill left is uncertain when the next one comes. */
const STEP_MS = 60_000;
const refusing = (status: number) => ({ answer: { status, headers: {}, body: '' } });

/** Moods of the first gateway until the next kill: each has reminders go through the second, or must not. */
const MOODS: readonly Partial<GatewayBehaviour>[] = [
  refusing(401),
  refusing(402),
  { answer: { status: 429, headers: { 'Retry-After': '60' }, body: '' } },
  { faults: { ...NO_FAULTS, cutBefore: 0.4, cutAfter: 0.4 } },
  { faults: { ...NO_FAULTS, throttle: 0.3, fail: 0.3 } },
  { delayMs: 200 },
];
const WELL: Partial<GatewayBehaviour> = { answer: null, faults: NO_FAULTS, delayMs: 20 };

/** Kills of a worker in the midst of failovers: the first gateway changes its mood before each. */
export function killInFailover(setting: Setting): Promise<Outcome> {
  const { kills, reminders } =
    setting.form === 'long' ? { kills: 200, reminders: 6_000 } : { kills: 6, reminders: 180 };
  return inWorld(setting, { kind: 'echoed', concurrency: 8 }, async (world) => {
    const first = await startProcess('gateway-process.ts', [world.folder, 'echoed', String(setting.seed + 1)]);
    const env = { OTHER_GATEWAY_URL: first.url, EASYSMS_GATEWAY_PROBE_S: '1' };
    try {
      await world.startWorker({ env });
      await world.makeAuthority('rh');
      await world.behave({ delayMs: 20 });
      const due = world.now() + 4_000;
      await world.script.book('rh', reminders, (n) => new Date(due + LEAD_MS + (n % (kills + 1)) * STEP_MS));
      const random = seeded(setting.seed);
      for (let kill = 0; kill < kills; kill++) {
        await tell(first, { ...WELL, ...MOODS[Math.floor(random() * MOODS.length)] });
        await callsOf(world, first, 1 + Math.floor(random() * 20));
        await sleep(random() * 30);
        await world.workers.at(-1)?.kill('SIGKILL');
        await world.advance(STEP_MS);
        await tell(first, { offsetMs: world.offsetMs });
        await world.startWorker({ env });
      }
      await tell(first, WELL);
      await settle(world, first);
      return await outcomeOf(world, kills, (await tell(first, {})).accepted);
    } finally {
      await first.kill();
    }
  });
}

/** Waits for some more calls at either of them, so that the kill meets a worker with something in its hands. */
async function callsOf(world: World, first: ProvedProcess, more: number): Promise<void> {
  const calls = async () => (await world.counts()).calls + (await tell(first, {})).calls;
  const before = await calls();
  await until(async () => (await calls()) >= before + more, 'calls to die over', 60_000, 5);
}

async function settle(world: World, first: ProvedProcess): Promise<void> {
  for (const wait of [65_000, 65_000]) {
    await jobsDone(world);
    await world.advance(wait);
    await tell(first, { offsetMs: world.offsetMs });
    await jobsDone(world);
    await world.idle(120_000);
  }
}

async function outcomeOf(world: World, kills: number, throughFirst: number): Promise<Outcome> {
  const { accepted: throughSecond } = await world.counts();
  const verdict = await judge(world, { late: false });
  const { expect, failures } = new Expectations();
  const { rows } = await world.db.query(
    `select from message a join message b on b.reminder_id = a.reminder_id and b.gateway <> a.gateway
      where a.gateway = $1 and a.status <> 'not_sent' and b.status <> 'not_sent'`,
    [OTHER_GATEWAY_ID],
  );
  expect(rows.length === 0, 'no reminder may have left through both');
  expect(throughFirst > 0 && throughSecond > 0, 'both were used');
  expect(verdict.quarantined === 0, 'none quarantined');
  const counts = { kills, 'through the first': throughFirst, 'through the second': throughSecond };
  return { part: 'killed in the midst of a failover, hold', verdict, counts, failures };
}

async function tell(gateway: ProvedProcess, behaviour: Partial<GatewayBehaviour>): Promise<GatewayCounts> {
  const response = await fetch(`${gateway.url}/behave`, { method: 'POST', body: JSON.stringify(behaviour) });
  return (await response.json()) as GatewayCounts;
}
