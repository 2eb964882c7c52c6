import { backlogOf, registerGauges } from '../../src/operations/gauges.ts';
import { isSendingHeld } from '../../src/runtime/deps.ts';
import { adoptInstallation } from '../../src/store/installation.ts';
import { openTestApp, type TestApp, type TestDeps } from '../support/app.ts';
import { enter, type PageClient } from '../support/pages.ts';
import { insert } from '../support/stored-rows.ts';
import { AUTHORITY } from './scene.ts';

const CLOCK_AHEAD_MS = 40;

/** An installation in operation, whose database several processes share. */
export const IN_OPERATION = {
  embedded: false,
  worker: 'easysms-7d9f6c5b8-f5t2j:1',
  sending: { heldReason: () => null, aheadMs: CLOCK_AHEAD_MS },
} as const satisfies Partial<TestDeps>;

/** Binds the database to the address of the pages, and has two processes send, the one that answers among them. */
export async function operate(test: TestApp): Promise<void> {
  await adoptInstallation(test.db, test.deps.publicUrl, test.clock.now);
  watchGauges(test);
  await addProcess(test, { name: test.deps.worker, aheadMs: CLOCK_AHEAD_MS, startedS: 90_000, heartbeatS: 2 });
  const name = 'easysms-7d9f6c5b8-x2k4q:1';
  await addProcess(test, { name, aheadMs: 1_300, startedS: 86_400, heartbeatS: 4 });
}

/** Has alerts fire by what the pages show: the backlog, the gateways and the clocks. */
function watchGauges({ deps, db }: TestApp): void {
  const { metrics, now, timers, sending, gateways } = deps;
  metrics.simulator.set(1);
  metrics.clockDifference.set((sending.aheadMs ?? 0) / 1000);
  registerGauges(metrics.registry, {
    ...{ now, monotonic: timers.monotonic },
    backlog: backlogOf(db),
    held: () => isSendingHeld({ sending }),
    writable: () => true,
    pool: () => ({ total: 10, idle: 8, waiting: 0 }),
    jobs: () => ['dispatch', 'sweep', 'purge'].map((job) => ({ job, begunMs: 400, endedMs: 900 })),
    gateways: () => gateways.map(({ id }) => ({ gateway: id, inUse: true })),
  });
}

interface SenderOfScene {
  readonly name: string;
  readonly aheadMs: number;
  /** Seconds since it was started, and since it was last heard from. */
  readonly startedS: number;
  readonly heartbeatS: number;
}

async function addProcess(
  { db, clock, deps }: TestApp,
  { name, aheadMs, startedS, heartbeatS }: SenderOfScene,
): Promise<void> {
  const before = (seconds: number) => new Date(clock.now.getTime() - seconds * 1000);
  const times = { started_at: before(startedS), heartbeat_at: before(heartbeatS) };
  const row = { id: crypto.randomUUID(), name, version: deps.version, clock_ahead_ms: aheadMs, ...times };
  await insert(db, 'process', row);
}

/** Another installation than that of the scene, with the browser of somebody who administers it. */
export interface OtherInstallation {
  readonly test: TestApp;
  readonly client: PageClient;
}

/**
 * An installation that sends nothing: its database belongs to another address, or was restored from a backup. The
 * process that sent before ended without saying so, and no other one has noticed.
 */
export async function openHeld(why: 'moved' | 'restored'): Promise<OtherInstallation> {
  const sending = { ...IN_OPERATION.sending, heldReason: () => 'sending_off' as const };
  const test = await openTestApp(undefined, { ...IN_OPERATION, publicUrl: 'http://127.0.0.1', sending });
  await test.makeAuthority(AUTHORITY, { name: 'Region Nord' });
  if (why === 'restored') await test.db.updateTable('installation').set({ database_identity: 'another' }).execute();
  watchGauges(test);
  const name = 'easysms-5c4b9d7f6-m8w7z:1';
  await addProcess(test, { name, aheadMs: 0, startedS: 86_400, heartbeatS: 4_000 });
  const who = {
    email: 'mette.holm@region.example',
    name: 'Mette Holm',
    role: 'administrator',
    authority: null,
  } as const;
  return { test, client: await enter(test, who) };
}
