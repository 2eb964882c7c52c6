import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { Receiver } from '../../src/sources/receive.ts';
import { useApp } from '../support/scenario.ts';
import { countingRows } from '../support/statements.ts';
import { StoredRows } from '../support/stored-rows.ts';

const MOVES = 1_500;
const MOST_SHOWN = 200;

let mostRead = 0;
let app: ReturnType<typeof createApp>;

const test = useApp({ authorities: { rh: { sources: ['epj'] } } });
beforeAll(async () => {
  const rows = new StoredRows(test.db, test.clock.now, test.deps.keyring);
  const row = { source_id: 'epj', reference: 'A-1', slot: MOVES };
  const appointment = await rows.appointment('rh', '+4520123450', row);
  const reminder = (columns: object) => rows.reminder('rh', appointment, { source_id: 'epj', ...columns });
  const model = await reminder({ slot: 0, status: 'superseded' });
  await sql`
    insert into reminder select (jsonb_populate_record(null::reminder, to_jsonb(r)
      || jsonb_build_object('id', gen_random_uuid(), 'slot', n))).*
    from reminder r, generate_series(1, ${MOVES - 1}) n where r.id = ${model}`.execute(test.db);
  await rows.message('rh', await reminder({ slot: MOVES - 1, rule: 'told', status: 'handed_over' }), '+4520123450');
  await reminder({ slot: MOVES });
  const db = test.db.withPlugin(
    countingRows((count) => {
      mostRead = Math.max(mostRead, count);
    }),
  );
  const deps = { ...test.deps, db };
  app = createApp({ ...deps, receiver: new Receiver(deps) });
});

const headers = () => ({ Authorization: `Bearer ${test.token}`, 'Content-Type': 'application/json' });
const ofSlot = async (slot: number) =>
  (await test.db.selectFrom('reminder').select('status').where('slot', '=', slot).execute()).map(
    ({ status }) => status,
  );

it('the next move of an appointment that has moved a thousand times reads what may matter, and no other reminder', async () => {
  const event = { type: 'appointment.rescheduled', data: { id: 'A-1', start: '2026-12-04T09:00:00+01:00' } };
  const response = await app.request('/v1/webhooks/epj', {
    method: 'POST',
    headers: headers(),
    body: JSON.stringify(event),
  });
  expect(await response.json()).toMatchObject({ result: 'accepted' });
  expect(await ofSlot(MOVES)).toEqual(['superseded']);
  expect(new Set(await ofSlot(MOVES + 1))).toEqual(new Set(['planned']));
  expect(mostRead).toBeLessThan(10);
});

it('the latest reminders are shown of an appointment with thousands', async () => {
  mostRead = 0;
  const response = await app.request('/v1/sources/epj/appointments/A-1', { headers: headers() });
  const { reminders } = (await response.json()) as { reminders: { status: string }[] };
  expect(reminders).toHaveLength(MOST_SHOWN);
  expect(reminders.at(-1)).toMatchObject({ status: 'planned' });
  expect(mostRead).toBeLessThanOrEqual(MOST_SHOWN);
});
