import { randomUUID } from 'node:crypto';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { judge } from '../judge.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, type World } from '../world.ts';

const DAY_MS = 86_400_000;

/** R18: what booking systems repeat, and in what order. */
export const repeats: Experiment = {
  name: 'R18',
  title: 'posts repeated, out of order and under used keys',
  says:
    'The same post a hundred times at once is one appointment; a key that was used with another body is refused; an older version is stale; what was ' +
    'cancelled before it was booked stays cancelled where its version is newer; booked again after that it is a new time.',
  run: async (setting) => [await run(setting)],
};

function run(setting: Setting): Promise<Outcome> {
  const rounds = setting.form === 'long' ? 50 : 3;
  return inWorld(setting, { kind: 'echoed' }, async (world) => {
    await world.startWorker();
    await world.makeAuthority('rh');
    const expectations = new Expectations();
    for (let round = 0; round < rounds; round++) await tryRound(world, round, expectations);
    const verdict = await judge(world);
    const { rows } = await world.db.query<{ count: number }>('select count(*)::int as count from appointment');
    expectations.expect(rows[0]?.count === 2 * rounds, 'two appointments a round');
    expectations.expect(verdict.deadlocks === 0, 'no deadlock');
    return { part: `${rounds} rounds`, verdict, counts: { posts: rounds * 108 }, failures: expectations.failures };
  });
}

async function tryRound(world: World, round: number, { expect }: Expectations): Promise<void> {
  const start = new Date(world.now() + DAY_MS + LEAD_MS).toISOString();
  const post = (type: string, id: string, version: number, more: object = {}, key: string = randomUUID()) =>
    world.script.postOnce('rh', { type: `appointment.${type}`, data: { id, version, start, ...more } }, key);
  const patient = { patient: { phone: world.script.newPhone() } };
  const [first, second] = [`twice-${round}`, `reversed-${round}`];

  const key = randomUUID();
  const many = await Promise.all(Array.from({ length: 100 }, () => post('booked', first, 2, patient, key)));
  expect(
    many.every(({ status }) => status === 202),
    'a hundred times the same is taken',
  );
  expect(
    many.filter(({ answer }) => answer.result === 'accepted').length <= 1 ||
      many.every(({ answer }) => answer.reminders === 1),
    'once',
  );
  expect(
    (await post('booked', first, 3, { kind: 'phone' }, key)).status === 422,
    'a used key with another body is refused',
  );
  expect((await post('booked', first, 1, patient)).answer.result === 'stale', 'an older version is stale');
  expect((await post('booked', first, 2, patient)).answer.result === 'duplicate', 'the same again is a duplicate');

  await post('cancelled', second, 5);
  expect(
    (await post('booked', second, 4, patient)).answer.result === 'stale',
    'what was cancelled before it was booked stays cancelled',
  );
  const again = await post('booked', second, 6, patient);
  expect(again.answer.result === 'accepted' && again.answer.reminders === 1, 'booked anew it is reminded of');
}
