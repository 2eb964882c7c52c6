import { setTimeout as sleep } from 'node:timers/promises';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { jobsDone } from '../jobs.ts';
import { judge } from '../judge.ts';
import { describeSchema, MigratingDatabase } from '../migrating.ts';
import { seeded } from '../random.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { Version } from '../versions.ts';
import { LEAD_MS, type World } from '../world.ts';

/** What a release may do to tables in use, by docs/operations.md: it only adds. */
const NEXT = `
alter table reminder add column next_version_note text;
alter table message add column next_version_note text not null default '';
alter table appointment add column next_version_note text;
create index message_next_version on message (created_at);
create table next_version (id bigint primary key);
`;
const AT_ONCE = 3;
const PACE_MS = 50;

/** R33: migrations that are killed, that several processes want to do, and that are done under load. */
export const migrations: Experiment = {
  name: 'R33',
  title: 'migrations, killed, at once, and under load',
  says:
    'The process that migrates is killed, or its session is ended, at each statement (in the short form at some): nothing of it stays, and the next one does it ' +
    'all. Three processes start at once on a bare database. And a new version migrates beside an old one under load: no post is refused, nothing is sent twice, and ' +
    'the old version does not start any more. The old one is this version, the new one has one migration more, that adds to tables in use: there has been no ' +
    'release yet.',
  missing: () => (process.env.DATABASE_URL ? 'DATABASE_URL names a server that may not allow event triggers' : null),
  run: async (setting) => {
    const outcomes: Outcome[] = [];
    for (const part of [killed, atOnce, sideBySide]) outcomes.push(await part(setting));
    return outcomes;
  },
};

async function killed({ databases, form, seed }: Setting): Promise<Outcome> {
  const { expect, failures } = new Expectations();
  const version = new Version('same', (names) => new Map(names.map((name) => [name, null])));
  try {
    const wanted = await describeSchema(await databases.create());
    const whole = await MigratingDatabase.prepare(await databases.createBare(), version.migrate);
    // The migrator's own two tables stay when it is broken: every run but the first has two statements less.
    await whole.breakAt(3, 'process');
    await whole.tables();
    const statements = await whole.migrate();
    const url = await databases.createBare();
    const database = await MigratingDatabase.prepare(url, version.migrate);
    const random = seeded(seed);
    const step = form === 'long' ? 1 : Math.ceil(statements / 6);
    let breaks = 0;
    for (let nth = 1 + Math.floor(random() * step); nth <= statements; nth += step) {
      const said = await database.breakAt(nth, breaks++ % 2 === 0 ? 'process' : 'session');
      // In every fifth case the next one comes while the server still works for the dead.
      if (breaks % 5 === 0) continue;
      expect(
        (await database.tables()) === 0,
        `nothing stays when it breaks at statement ${nth}${said && `: ${said.trim()}`}`,
      );
    }
    await database.migrate();
    expect((await describeSchema(url)) === wanted, 'the next one does all of it');
    return { part: 'killed', verdict: null, counts: { statements, breaks }, failures };
  } finally {
    version.remove();
  }
}

function atOnce(setting: Setting): Promise<Outcome> {
  return bareWorld(setting, async (world, url) => {
    const { expect, failures } = new Expectations();
    await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => world.startWorker({ beside: n > 0 })));
    expect(
      (await describeSchema(url)) === (await describeSchema(await setting.databases.create())),
      'the schema is as one makes it alone',
    );
    await world.makeAuthority('rh');
    await world.script.book('rh', 100, () => new Date(world.now() + 2_000 + LEAD_MS));
    await world.accepted(100, 60_000);
    await world.idle(60_000);
    return { part: `${AT_ONCE} at once`, verdict: await judge(world), counts: {}, failures };
  });
}

async function sideBySide(setting: Setting): Promise<Outcome> {
  const loadMs = setting.form === 'long' ? 300_000 : 12_000;
  const old = new Version('old', (names) => new Map(names.map((name) => [name, null])));
  const next = new Version(
    'next',
    (names) => new Map([...names.map((name) => [name, null] as const), ['9999_next.sql', NEXT] as const]),
  );
  try {
    return await bareWorld(setting, async (world) => {
      const { expect, failures } = new Expectations();
      const first = await world.startWorker({ program: old.worker });
      await world.makeAuthority('rh');
      await world.sendReceipts();
      let posts = 0;
      let over = false;
      const load = (async () => {
        for (; !over; posts++) {
          await world.script.book('rh', 5, () => new Date(world.now() + 1_500 + LEAD_MS));
          if (posts % 10 === 9) await world.script.cancelAll([...world.script.appointments.values()].slice(-2));
          await sleep(PACE_MS);
        }
      })();
      await sleep(loadMs / 4);
      await world.startWorker({ beside: true, program: next.worker });
      await sleep((loadMs * 3) / 4);
      over = true;
      await load;
      const refused = await world.startWorker({ beside: true, program: old.worker }).then(
        () => 'it started',
        (error: Error) => error.message,
      );
      expect(refused.includes('made by a newer one'), 'the old version does not start any more, and says why');
      // Receipts go to the first one.
      await world.idle(60_000);
      await first.kill('SIGTERM');
      await jobsDone(world);
      await world.idle(60_000);
      const verdict = await judge(world);
      expect(world.script.refusals.size === 0, `no post is refused: ${[...world.script.refusals]}`);
      expect(verdict.uncertain === 0, 'nothing uncertain');
      return { part: 'old and new side by side', verdict, counts: { posts, cancelled: cancelled(world) }, failures };
    });
  } finally {
    old.remove();
    next.remove();
  }
}

type Work = (world: World, url: string) => Promise<Outcome>;

async function bareWorld(setting: Setting, work: Work): Promise<Outcome> {
  const databaseUrl = await setting.databases.createBare();
  return inWorld(setting, { kind: 'echoed', databaseUrl }, (world) => work(world, databaseUrl));
}

function cancelled({ script }: World): number {
  return [...script.appointments.values()].filter(({ status }) => status === 'cancelled').length;
}
