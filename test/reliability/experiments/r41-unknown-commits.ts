import { freePort } from '../../support/postgres-server.ts';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { type Cut, FaultProxy } from '../fault-proxy.ts';
import { judge } from '../judge.ts';
import type { Scripted } from '../script.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until, type World } from '../world.ts';

/** Of the statement whose commit is the hand-over. */
const START = 'noted as (';
const CUTS: readonly Cut[] = ['lost', 'answer lost', 'late'];
const EACH = 12;
const CONCURRENCY = 8;
const DUE_MS = 2_000;

/** R41: a start whose commit is unknown to the process. */
export const unknownCommits: Experiment = {
  name: 'R41',
  title: 'a start whose commit is unknown',
  says:
    'The connection is cut exactly at the statement whose commit is the hand-over: before it arrives, after it was carried out and before its response comes, or it ' +
    'arrives once the service has given it up. No call was made for it, so that each reminder is sent all the same, once, and nothing is uncertain. ' +
    'And what is cancelled while the service can’t find out is never sent.',
  // Much of it is waiting.
  run: (setting) => Promise.all([cut(setting), cancelled(setting)]),
};

type Work = (world: World, proxy: FaultProxy) => Promise<Outcome>;

/** Posts are taken by a process of their own; the one that hands over reaches the database by the proxy. */
function behindProxy(setting: Setting, work: Work): Promise<Outcome> {
  return inWorld(setting, { kind: 'echoed', concurrency: CONCURRENCY }, async (world) => {
    const proxy = await FaultProxy.open(world.databaseUrl ?? '', await freePort());
    try {
      await world.startWorker({ env: { EASYSMS_ROLE: 'api' } });
      await world.makeAuthority('rh', { onUncertain: 'hold' });
      await world.startWorker({ beside: true, env: { EASYSMS_ROLE: 'worker', DATABASE_URL: proxy.url } });
      return await work(world, proxy);
    } finally {
      await proxy.close();
    }
  });
}

function cut(setting: Setting): Promise<Outcome> {
  const rounds = setting.form === 'long' ? 50 : 2;
  return behindProxy(setting, async (world, proxy) => {
    const counts: Record<string, number> = {};
    const undone = new Map<Cut, number>();
    let made = 0;
    for (let round = 0; round < rounds; round++) {
      for (const how of CUTS) {
        const some = await bookAndCut(world, proxy, how);
        made += EACH;
        await world.accepted(made);
        await world.idle(60_000);
        undone.set(how, (undone.get(how) ?? 0) + (await startedTwice(world, some)));
      }
    }
    const verdict = await judge(world, { late: false });
    const { expect, failures } = new Expectations();
    expect(verdict.taken === made, `each is sent once; ${verdict.taken} of ${made} are`);
    expect(verdict.uncertain === 0, 'nothing uncertain, since no call was made');
    expect(verdict.quarantined === 0, 'none quarantined');
    for (const how of CUTS) {
      counts[`started twice, ${how}`] = undone.get(how) ?? 0;
      const committed = how === 'answer lost';
      expect(
        (undone.get(how) ?? 0) > 0 === committed,
        `a start is ${committed ? '' : 'not '}committed when it is "${how}"`,
      );
    }
    return {
      part: `${rounds * CUTS.length} cuts`,
      verdict,
      counts: { cuts: rounds * CUTS.length, ...counts },
      failures,
    };
  });
}

/** The service that hands over can't reach the database from the cut until all of them are cancelled. */
function cancelled(setting: Setting): Promise<Outcome> {
  const rounds = setting.form === 'long' ? 20 : 2;
  return behindProxy(setting, async (world, proxy) => {
    const { expect, failures } = new Expectations();
    for (let round = 0; round < rounds; round++) {
      const some = await bookAndCut(world, proxy, 'answer lost', true);
      for (const each of some) await world.script.cancel(each);
      await proxy.listen();
      await world.idle(60_000);
    }
    const told = [...world.script.appointments.values()].filter(({ handedOver }) => handedOver.size > 0).length;
    const verdict = await judge(world, { late: false });
    const { cancelled: ended = 0 } = await world.countByStatus();
    expect(told > 0, 'some were cancelled while they counted as handed over');
    expect(verdict.taken === 0, `none is sent; ${verdict.taken} were`);
    expect(ended === rounds * EACH, `each ends as cancelled; ${ended} did`);
    return { part: 'cancelled meanwhile', verdict, counts: { cuts: rounds, 'handed over already': told }, failures };
  });
}

async function bookAndCut(world: World, proxy: FaultProxy, how: Cut, away = false): Promise<readonly Scripted[]> {
  const due = new Date(world.now() + DUE_MS + LEAD_MS);
  const some = await world.script.book('rh', EACH, () => due);
  await proxy.cutAt(START, how);
  if (away)
    await until(async () => (await openIn(world)) > 0, 'the start is committed', 5_000, 2).then(() => proxy.refuse());
  return some;
}

/** Messages of starts that were committed, and that no outcome is recorded of. */
async function openIn({ db }: World): Promise<number> {
  const { rows } = await db.query("select from message where status = 'handing_over'");
  return rows.length;
}

async function startedTwice({ db }: World, some: readonly Scripted[]): Promise<number> {
  const { rows } = await db.query(
    `select from message m join reminder r on r.id = m.reminder_id join appointment a on a.id = r.appointment_id
     where a.reference = any($1) and m.attempts = 2`,
    [some.map(({ reference }) => reference)],
  );
  return rows.length;
}
