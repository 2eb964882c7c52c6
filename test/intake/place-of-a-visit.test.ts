import { beforeAll, expect, it } from 'vitest';
import type { AppointmentEvent } from '../../src/domain/appointment.ts';
import { describeDatabases } from '../support/database.ts';
import { useOpened } from '../support/scenario.ts';
import { PHONE, type Sending, startSending } from '../support/sending.ts';

const OTHER = '+4520999999';
const [FIRST, SECOND] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const START = new Date('2026-12-04T08:00:00Z');

describeDatabases('the place of a visit', (open) => {
  let sending: Sending;
  const database = useOpened(open);
  beforeAll(async () => {
    sending = startSending(database, { clock: { now: new Date('2026-11-30T09:00:00Z') } });
    await sending.rows.authority('rh', { sendingWindow: null });
  });

  const post = (said: Partial<AppointmentEvent> & Pick<AppointmentEvent, 'reference'>) =>
    sending.post('rh', { start: START, ...said });
  const stored = (reference: string) =>
    sending.db
      .selectFrom('appointment')
      .select(['kind', 'location_code', 'location_text', 'place_ciphertext'])
      .where('reference', '=', reference)
      .executeTakeFirstOrThrow();

  it.each([
    ['the same patient', PHONE, FIRST],
    ['another patient', OTHER, SECOND],
  ])('is not the home where an earlier message had the visit: %s', async (reference, phone, patientKey) => {
    const address = { locationCode: 'nygade-4', locationText: 'Nygade 4, 2. tv' };
    await post({ reference, phone: PHONE, patientKey: FIRST, kind: 'home', ...address });
    expect(await stored(reference)).toMatchObject({ location_text: null, place_ciphertext: expect.any(Buffer) });
    await post({ reference, phone, patientKey, kind: 'visit' });
    const found = await stored(reference);
    expect(found).toEqual({ kind: 'visit', location_code: null, location_text: null, place_ciphertext: null });
    sending.clock.now = new Date('2026-12-01T09:00:30Z');
    await sending.drain();
    expect(sending.gateway.textsTo(phone)).toHaveLength(1);
    expect(sending.gateway.textsTo(phone).join()).not.toContain('Nygade');
    sending.clock.now = new Date('2026-11-30T09:00:00Z');
  });
});
