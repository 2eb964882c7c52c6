import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../support/postgres-server.ts';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { FaultProxy, type NetworkFaults } from '../fault-proxy.ts';
import { type CallFaults, type GatewayKind, NO_FAULTS, type ReceiptBehaviour } from '../gateway-protocol.ts';
import { jobsDone, nothingCalled } from '../jobs.ts';
import { judge } from '../judge.ts';
import { SHOWN_REMINDERS } from '../shown.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until, type World } from '../world.ts';

interface Part {
  readonly part: string;
  readonly kind: GatewayKind;
  readonly onUncertain: 'hold' | 'resend';
  readonly receipts: Partial<ReceiptBehaviour> | null;
  readonly repeatAfterMs: number | null;
  /** SMS of one call, at the most. */
  readonly maxPerCall?: number;
}

interface Fault {
  readonly name: string;
  readonly network?: Partial<NetworkFaults>;
  /** Nobody listens. */
  readonly refused?: boolean;
  readonly silent?: boolean;
  readonly calls?: Partial<CallFaults>;
  /** Longer than a call may take. */
  readonly long?: boolean;
  /** Nothing can have been taken: nothing may be uncertain. */
  readonly clear?: boolean;
}

const HOLD_MS = 600_000;
const PARTS: readonly Part[] = [
  {
    part: 'refuses a known reference, resend',
    kind: 'deduplicates',
    onUncertain: 'resend',
    receipts: null,
    repeatAfterMs: null,
  },
  { part: 'can be asked, hold', kind: 'lookup', onUncertain: 'hold', receipts: null, repeatAfterMs: null },
  {
    part: 'reference in receipts, 10 % missing, resend',
    kind: 'echoed',
    onUncertain: 'resend',
    receipts: { missing: 0.1 },
    repeatAfterMs: HOLD_MS,
  },
  { part: 'no reference, hold', kind: 'none', onUncertain: 'hold', receipts: {}, repeatAfterMs: null },
  {
    part: 'many in one call, refuses a known reference, resend',
    kind: 'deduplicates',
    onUncertain: 'resend',
    receipts: null,
    repeatAfterMs: null,
    maxPerCall: 20,
  },
];
const FAULTS: readonly Fault[] = [
  { name: 'forgotten', network: { silence: 'forgotten' }, long: true },
  { name: 'silent, arriving in the end', network: { silence: 'held' }, long: true },
  { name: '500 ms late', network: { latencyMs: 500 } },
  { name: '8 kB/s', network: { bytesPerSecond: 8_000 } },
  { name: 'reset every kilobyte', network: { resetAfterBytes: 1_000 } },
  { name: 'refused', refused: true, clear: true },
  { name: 'no answer', silent: true, long: true },
  { name: 'a head and no body', calls: { stall: 1 }, long: true },
  { name: 'a body that is cut', calls: { cutBody: 1 } },
  { name: 'taken and answered late', calls: { late: 1 }, long: true },
  { name: 'throttled', calls: { throttle: 1 }, clear: true },
  { name: 'a mixture', calls: { throttle: 0.2, cutBefore: 0.15, cutAfter: 0.15, cutBody: 0.15, babble: 0.15 } },
  { name: 'an answer that leaves some out', calls: { omit: 0.5 } },
];
/** A call is given 10 s. */
const LONG_MS = 15_000;
const MOMENT_MS = 2_500;

/** R12: the network between the service and a gateway, and a gateway that breaks off. */
export const gatewayNetwork: Experiment = {
  name: 'R12',
  title: 'the network between the service and a gateway',
  says:
    'What R11 does to the database, and a gateway that nobody reaches, that never responds, breaks off after the head or in the middle of a 200, takes an SMS ' +
    'and responds long after the call was given up, or throttles. What may have been taken is uncertain, and is never sent twice; what was clearly not ' +
    'taken is sent once.',
  run: (setting) => Promise.all(PARTS.map((part) => run(setting, part))),
};

function run(setting: Setting, part: Part): Promise<Outcome> {
  const each = setting.form === 'long' ? 300 : 12;
  const lateMs = setting.form === 'long' ? 35_000 : LONG_MS;
  const { kind, maxPerCall = 1 } = part;
  return inWorld(setting, { kind, maxPerCall, concurrency: 8 }, async (world) => {
    const proxy = await FaultProxy.open(world.gateway.url, await freePort());
    try {
      await world.startWorker({ env: { GATEWAY_URL: proxy.url } });
      await world.makeAuthority('rh', { onUncertain: part.onUncertain });
      await world.behave({ lateMs });
      if (part.receipts) await world.sendReceipts(part.receipts);
      const { expect, failures } = new Expectations();
      const counts: Record<string, number> = {};
      for (const fault of FAULTS) {
        const uncertain = await meet(world, proxy, fault, each);
        expect(!fault.clear || uncertain === 0, `${fault.name}: none uncertain; there are ${uncertain}`);
        if (uncertain > 0) counts[`uncertain by ${fault.name}`] = uncertain;
      }
      await recover(world, part);
      const verdict = await judge(world, { late: false, repeatAfterMs: part.repeatAfterMs });
      const cleared = part.kind === 'deduplicates' || part.kind === 'lookup';
      expect(
        !cleared || verdict.uncertain === 0,
        'nothing stays uncertain where the gateway refuses a known reference or can be asked',
      );
      expect(!cleared || verdict.taken === (each + 1) * FAULTS.length, 'there every one is sent');
      expect(verdict.quarantined === 0 && verdict.expired === 0, 'none quarantined, none expired');
      setting.say(`  ${part.part}: done`);
      return { part: part.part, verdict, counts, failures };
    } finally {
      await proxy.close();
    }
  });
}

/** @returns how many of those that met the fault are uncertain right after it */
async function meet(world: World, proxy: FaultProxy, fault: Fault, count: number): Promise<number> {
  // One that gets through, so that the queue is open when the fault comes.
  const { accepted } = await world.counts();
  await world.script.book('rh', 1, () => new Date(world.now() + 1_500 + LEAD_MS));
  await world.accepted(accepted + 1);
  const made = await world.script.book('rh', count, () => new Date(world.now() + 2_000 + LEAD_MS));
  const { calls } = await world.counts();
  await spoil(world, proxy, fault);
  const met = async () => fault.refused || proxy.faults.silence !== null || (await world.counts()).calls > calls;
  await until(met, `a call under "${fault.name}"`, 60_000, 20);
  await sleep(fault.long ? LONG_MS : MOMENT_MS);
  if (fault.refused) await proxy.listen();
  proxy.set();
  await world.behave({ faults: NO_FAULTS, silent: false });
  await until(() => noneOpen(world), 'no call under way', 60_000, 50);
  const { rows } = await world.db.query<{ count: number }>(
    `select count(*)::int as count from ${SHOWN_REMINDERS} r join appointment a on a.id = r.appointment_id
     where a.reference = any($1) and r.status = 'uncertain'`,
    [made.map(({ reference }) => reference)],
  );
  // What the gateway takes late must not come at another time of the world's, which is moved on now.
  await nothingCalled(world);
  await world.advance(65_000);
  await jobsDone(world);
  await world.idle(120_000);
  return rows[0]?.count ?? 0;
}

async function spoil(world: World, proxy: FaultProxy, { network, refused, silent, calls }: Fault): Promise<void> {
  if (network) proxy.set(network);
  if (refused) await proxy.refuse();
  await world.behave({ silent: silent ?? false, faults: { ...NO_FAULTS, ...calls } });
}

async function noneOpen(world: World): Promise<boolean> {
  return !(await world.countByStatus()).handing_over;
}

/** Lets holds pass, by moving the clock on. */
async function recover(world: World, { kind }: Part): Promise<void> {
  for (const wait of [HOLD_MS + 10_000, HOLD_MS + 10_000]) {
    await world.advance(wait);
    await jobsDone(world);
    await world.idle(120_000);
  }
  // Rounds of questions are not what idle waits for; and what nobody took is sent after them.
  if (kind === 'lookup') await until(() => world.cleared(), 'nothing uncertain', 120_000, 200);
}
