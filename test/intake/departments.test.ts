import { expect, it } from 'vitest';
import { MOST_OF_AN_AUTHORITY, noteSightings } from '../../src/intake/departments.sql.ts';
import { useApp } from '../support/scenario.ts';

const app = useApp({
  each: true,
  authorities: {
    rh: {
      rules: [
        { id: 'day-before', template: 'reminder', lead: 'P1D', at: '10:00' },
        { id: 'fasting', template: 'reminder', lead: 'P2D', at: '10:00', when: { departments: ['Røntgen'] } },
      ],
      sources: ['epj'],
    },
  },
});

let nth = 0;
async function book(patient: number, department: string, id = `A-${nth++}`, number = patient): Promise<void> {
  const data = {
    ...{ id, start: '2026-12-01T09:00:00+01:00', department },
    patient: { id: `P-${patient}`, phone: `201234${10 + number}` },
  };
  await app.json(202, '/v1/webhooks/epj', { token: app.token, body: { type: 'appointment.booked', data } });
  await app.deps.receiver.departments.idle();
}

async function counted(): Promise<Record<string, number>> {
  const { rows } = await app.json<{ rows: { key: string; planned: number }[] }>(
    200,
    '/v1/authorities/rh/statistics?from=2026-11-01&to=2026-12-31&by=department',
  );
  return Object.fromEntries(rows.map(({ key, planned }) => [key, planned]));
}

const stored = async () => JSON.stringify(await app.db.selectFrom('department').selectAll().execute());

it('a department is counted by name once it was seen on five patients; what was counted before stays `other`', async () => {
  for (let patient = 0; patient < 5; patient++) await book(patient, 'Øjenambulatoriet');
  expect(await counted()).toEqual({ other: 5 });
  await book(0, 'Øjenambulatoriet');
  await book(6, 'Øjenambulatoriet');
  expect(await counted()).toEqual({ Øjenambulatoriet: 2, other: 5 });
  // One that is still planned moves with its next change.
  await book(0, 'Øjenambulatoriet', 'A-moves');
  await book(0, 'Øjenambulatoriet 2', 'A-moves');
  expect(await counted()).toEqual({ Øjenambulatoriet: 2, other: 6 });
});

it('one patient, however often, makes no department, and its name is stored nowhere', async () => {
  for (let time = 0; time < 10; time++) await book(1, 'Hos Jens Hansen');
  expect(await counted()).toEqual({ other: 10 });
  expect(await stored()).not.toContain('Jens');
});

it('neither does one patient with one number after another', async () => {
  for (let number = 0; number < 10; number++) await book(1, 'Hos Jens Hansen', undefined, number);
  expect(await counted()).toEqual({ other: 10 });
  expect(await stored()).not.toContain('Jens');
});

it('a department that a rule of the authority names is counted by name from the first patient', async () => {
  await book(1, 'Røntgen');
  expect(await counted()).toEqual({ Røntgen: 2 });
});

it('a citizen who is erased makes no department either', async () => {
  for (let patient = 0; patient < 4; patient++) await book(patient, 'Hudklinikken');
  await app.json(200, '/v1/authorities/rh/citizens/erase', { body: { phone: '+4520123410' } });
  await book(5, 'Hudklinikken');
  await book(5, 'Hudklinikken');
  expect((await counted()).Hudklinikken).toBeUndefined();
});

it('an authority has a bounded number of them, whatever a sender makes up', async () => {
  const all = Array.from({ length: MOST_OF_AN_AUTHORITY + 20 }, (_, n) => ({ name: `D ${n}`, key: `key ${n}` }));
  const seen = async (some: typeof all, patients: number) => {
    for (let patient = 0; patient < patients; patient++) {
      const sightings = some.map((each) => ({ authorityId: 'rh', ...each, patient: Buffer.alloc(8, patient) }));
      await noteSightings(app.db, sightings, app.clock.now);
    }
  };
  await seen(all.slice(0, MOST_OF_AN_AUTHORITY - 1), 5);
  await seen(all.slice(MOST_OF_AN_AUTHORITY - 1), 5);
  const names = async () => (await app.db.selectFrom('department').select('name').execute()).map(({ name }) => name);
  expect((await names()).filter((name) => name !== null)).toHaveLength(MOST_OF_AN_AUTHORITY);
  await seen(
    all.map(({ name, key }) => ({ name: `${name} b`, key: `${key} b` })),
    2,
  );
  expect((await names()).filter((name) => name === null)).toHaveLength(MOST_OF_AN_AUTHORITY);
});
