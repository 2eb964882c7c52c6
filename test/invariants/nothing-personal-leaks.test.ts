import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { Dispatcher } from '../../src/dispatch/dispatcher.ts';
import { GatewayCaller } from '../../src/dispatch/gateways/gateway-caller.ts';
import type { SendResult } from '../../src/gateways/gateway.ts';
import { sweep } from '../../src/operations/sweep.ts';
import { sendAnswers } from '../../src/replies/send-answers.ts';
import { ACCEPTED, OPTED_OUT, RETRY, ScriptedGateway, UNCERTAIN } from '../support/gateway.ts';
import { useApp } from '../support/scenario.ts';

const NUMBERS = ['20123456', '20123457', '20123458', '20123459', '20123460'];
const CPR = '0101801234';
const FREE = ['Onkologisk kontrol', 'HIV-opfølgning', 'Jens Hansen', 'biopsi', 'ring til mor'];

const gateway = new ScriptedGateway();

const test = useApp({
  each: true,
  deps: () => ({ gateways: [gateway] }),
  authorities: {
    rh: { rules: [{ id: 'day-before', template: 'reminder', lead: 'P1D', at: '10:00' }], sources: ['rh-epj'] },
  },
});

const post = (event: object) => test.request('/v1/webhooks/rh-epj', { token: test.token, body: event });
const event = (id: string, phone: string, data: object = {}) => ({
  type: 'appointment.booked',
  data: {
    id,
    start: '2026-12-01T09:00:00+01:00',
    patient: { id: `P-${id}`, phone, name: 'Jens Hansen', note: 'ring til mor' },
    department: 'Ambulatoriet',
    serviceType: 'Onkologisk kontrol',
    reasonCode: [{ text: 'HIV-opfølgning' }],
    description: 'biopsi',
    ...data,
  },
});

/** A life with everything in it that goes wrong, from the booking to the receipt and the reply. */
async function liveThroughEverything(): Promise<string[]> {
  const answers: string[] = [];
  const note = async (response: Response) => void answers.push(await response.text());
  for (const [n, phone] of NUMBERS.entries()) await note(await post(event(`A-${n}`, phone)));
  await note(await post(event('A-cpr', '20123456', { cpr: CPR })));
  await note(
    await post(event('A-place', '20123456', { location: { text: `Stue ${CPR}` }, department: `Afsnit 010180-1234` })),
  );
  await note(await post(event(CPR, '20123456')));
  await note(await post(event('A-bad', 'ikke et nummer 20123457', { start: '20123456' })));
  await note(
    await post([event('A-7', '20123458'), { type: 'nonsense', data: { id: CPR, patient: { phone: '20123459' } } }]),
  );
  const results: SendResult[] = [
    ACCEPTED,
    UNCERTAIN,
    RETRY,
    OPTED_OUT,
    { kind: 'rejected', reason: 'content', code: '9', detail: 'no' },
  ];
  for (const [n, phone] of NUMBERS.entries()) gateway.script(results[n] as SendResult, `+45${phone}`);
  test.clock.now = new Date('2026-11-30T09:00:00Z');
  const caller = new GatewayCaller(gateway, test.deps);
  const dispatcher = new Dispatcher(test.deps, caller);
  await dispatcher.drain();
  await dispatcher.stop();
  const reference = gateway.sent[0]?.reference as string;
  for (const { path, query } of [
    gateway.receipt(reference, 'delivered'),
    gateway.inbound(`+45${NUMBERS[0]}`, 'Sundhed', `Mit cpr er ${CPR}, ring 20123456`),
    gateway.inbound(`+45${NUMBERS[1]}`, '1204', 'STOP'),
  ]) {
    await note(await test.request(`${path}?${new URLSearchParams(query)}`, { token: null }));
  }
  await test.deps.receipts.idle();
  await sendAnswers(test.deps, caller);
  await sweep(test.deps, test.deps.receipts as never, new Date('2026-12-05T09:00:00Z'));
  return answers;
}

it('no number and no CPR number reaches a log, a response or a metric', async () => {
  const answers = await liveThroughEverything();
  expect(gateway.sent.length).toBeGreaterThanOrEqual(NUMBERS.length);
  expect(test.logged.length).toBeGreaterThan(0);
  const metrics = await test.deps.metrics.registry.metrics();
  for (const said of [...test.logged, ...answers, metrics]) {
    for (const secret of [...NUMBERS, CPR, '010180-1234']) expect(said).not.toContain(secret);
  }
});

it('the database holds no number, no CPR number and nothing that a booking system says besides, and no SMS sends it', async () => {
  await liveThroughEverything();
  const { rows: columns } = await sql<{ table: string; column: string }>`
    select table_name as table, column_name as column from information_schema.columns where table_schema = 'public'`.execute(
    test.db,
  );
  for (const { table, column } of columns) {
    const { rows } = await sql<{
      value: string | null;
    }>`select ${sql.ref(column)}::text as value from ${sql.table(table)}`.execute(test.db);
    for (const { value } of rows) {
      const clear = value?.startsWith('\\x') ? Buffer.from(value.slice(2), 'hex').toString('latin1') : (value ?? '');
      for (const secret of [...NUMBERS, CPR, '010180-1234', ...FREE])
        expect(`${table}.${column}: ${clear}`).not.toContain(secret);
    }
  }
  for (const { text } of gateway.sent)
    for (const secret of [...NUMBERS, CPR, ...FREE]) expect(text).not.toContain(secret);
});
