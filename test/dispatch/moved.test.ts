import { beforeAll, expect, it } from 'vitest';
import { describeDatabases } from '../support/database.ts';
import { useOpened } from '../support/scenario.ts';
import { later, MINUTE, PHONE, type Sending, startSending } from '../support/sending.ts';

describeDatabases('the SMS that tells of a move', (open) => {
  let sending: Sending;
  const database = useOpened(open);
  beforeAll(async () => {
    sending = startSending(database);
    const common = { sendingWindow: null, maxPerNumberPerDay: 100 };
    for (const [id, name, settings] of [
      ['short', 'Lægen', common],
      [
        'long',
        'Center for Specialiseret Genoptræning i Nordjylland og Omegn',
        { ...common, contactPhone: '35 45 35 45' },
      ],
    ] as const)
      await sending.rows.authority(id, { ...settings, name } as never);
  });

  /** Moves an appointment whose reminder has left, in these steps. @returns the last SMS to the number */
  async function moved(authority: string, phone: string, ...starts: string[]): Promise<string | undefined> {
    const { reference } = await sending.due(authority, phone);
    await sending.drain();
    for (const start of starts) {
      sending.clock.now = later(MINUTE, sending.clock.now);
      await sending.post(authority, { reference, phone, start: new Date(start) });
    }
    sending.clock.now = later(15 * MINUTE, sending.clock.now);
    await sending.drain();
    return sending.gateway.textsTo(phone).at(-1);
  }

  it('says the time that the citizen knows too, also after several moves', async () => {
    expect(await moved('short', PHONE, '2026-12-03T08:00:00Z', '2026-12-04T12:30:00Z')).toBe(
      'Aftalen hos Lægen tirsdag d. 1. december kl. 9.00 er flyttet til fredag d. 4. december kl. 13.30.',
    );
  });

  it('does without it where it would cost a second segment', async () => {
    const text = await moved('long', '+4520123499', '2026-12-03T08:00:00Z');
    expect(text).toContain('Omegn er flyttet til torsdag d. 3. december kl. 9.00. Afbud');
    expect(text?.length).toBeLessThanOrEqual(160);
  });

  it('does without it where the appointment came back to the time that the citizen knows', async () => {
    const found = await moved('short', '+4520123455', '2026-12-03T08:00:00Z', '2026-12-01T08:00:00Z');
    expect(found).toBe('Aftalen hos Lægen er flyttet til tirsdag d. 1. december kl. 9.00.');
  });
});
