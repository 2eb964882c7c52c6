import { expect, it } from 'vitest';
import { describeSending } from '../support/scenario.ts';
import { HOUR, later, MINUTE, PHONE } from '../support/sending.ts';

/** As planned: three days and one day before an appointment. */
const APART = 48 * HOUR;

describeSending('a reminder that comes to its turn long after it was due', (sending, _database) => {
  /** Two of one appointment; the second due `apart` after the first, which is `late` by now. */
  async function two({ late, apart, second = {} }: { late: number; apart: number; second?: object }) {
    const { appointment, reminder: first } = await sending.due('rh', PHONE, {
      at: later(-late),
      reminder: { rule: 'first' },
    });
    const at = later(apart - late);
    const next = await sending.rows.reminder('rh', appointment, {
      rule: 'second',
      due_at: at,
      next_at: at,
      ...second,
    });
    return { first, second: next };
  }

  it('is left out where the next one of its appointment is due too', async () => {
    const { first, second } = await two({ late: APART + HOUR, apart: APART });
    await sending.drain();
    expect(await sending.reminder(first)).toMatchObject({ status: 'expired', reason: 'too_close' });
    expect(await sending.reminder(second)).toMatchObject({ status: 'accepted' });
    expect(sending.gateway.sent).toHaveLength(1);
  });

  it('is left out where the next one comes within the minimum gap', async () => {
    const { first, second } = await two({ late: 30 * HOUR, apart: APART });
    await sending.drain();
    expect(await sending.reminder(first)).toMatchObject({ status: 'expired', reason: 'too_close' });
    expect(await sending.reminder(second)).toMatchObject({ status: 'planned' });
  });

  it('is left out where the next one has left before it', async () => {
    const { first, second } = await two({
      late: APART + HOUR,
      apart: APART,
      second: { status: 'handed_over', next_at: null },
    });
    await sending.rows.message('rh', second, PHONE, { status: 'delivered' });
    await sending.drain();
    expect(await sending.reminder(first)).toMatchObject({ status: 'expired', reason: 'too_close' });
  });

  it('goes where the next one was refused, so that no SMS has left', async () => {
    const { first, second } = await two({
      late: APART + HOUR,
      apart: APART,
      second: { status: 'handed_over', next_at: null },
    });
    await sending.rows.message('rh', second, PHONE, { status: 'rejected' });
    await sending.drain();
    expect(await sending.reminder(first)).toMatchObject({ status: 'accepted' });
  });

  it.each([
    ['the next one is further off than the minimum gap', { late: 20 * HOUR, apart: APART }],
    [
      'it is not late by an hour, so that what was planned stays as it was planned',
      { late: 59 * MINUTE, apart: 20 * HOUR },
    ],
    [
      'the next one was never to go',
      { late: APART + HOUR, apart: APART, second: { status: 'cancelled', next_at: null } },
    ],
    [
      'what follows is a notice',
      { late: APART + HOUR, apart: APART, second: { template: 'rescheduled', rule: 'rescheduled' } },
    ],
  ])('goes where %s', async (_name, given) => {
    const { first } = await two(given);
    await sending.drain();
    expect(await sending.reminder(first)).toMatchObject({ status: 'accepted' });
  });
});
