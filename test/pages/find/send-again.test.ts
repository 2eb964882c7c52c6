import { describe, expect, it } from 'vitest';
import { NOT_SENT_AGAIN } from '../../../src/domain/planning/send-again.ts';
import { scenario } from '../../support/scenario.ts';
import { update } from '../../support/stored-rows.ts';

const PHONE = '+4522304150';
const { test, rows, operator, viewer } = scenario({
  authorities: { rh: { name: 'Myndighed rh', sources: { rh: {} } } },
  people: { operator: { name: 'Olga Olsen', role: 'operator' }, viewer: { role: 'viewer' } },
});

const path = (id: string) => `/admin/find/${id}`;
const sendPath = (id: string) => `${path(id)}/send-again`;
const sentAgain = async (id: string) =>
  (
    await test.db
      .selectFrom('reminder')
      .select('rule')
      .where('appointment_id', '=', id)
      .where('rule', 'like', 'again%')
      .execute()
  ).length;

describe('the page of an appointment', () => {
  it('sends its reminder again once, however often and in however many tabs the button is pressed', async () => {
    const id = await rows.appointment('rh', PHONE, { start_at: new Date('2026-12-01T08:00:00Z') });
    expect((await operator.page(`${path(id)}?authority=rh`)).form('/send-again')).toBeDefined();
    const press = async () => {
      const response = await operator.post(sendPath(id), { authority: 'rh' });
      const { pathname, search } = new URL(response.headers.get('Location') ?? '', 'https://x');
      return (await operator.page(pathname + search)).text;
    };
    const all = await Promise.all([press(), press(), press()]);
    const said = (sentence: string) => all.filter((text) => text.includes(sentence)).length;
    expect([said('Påmindelsen sendes igen nu.'), said('Påmindelsen er allerede sendt igen.')]).toEqual([1, 2]);
    expect(await sentAgain(id)).toBe(1);
    const after = (await operator.page(`${path(id)}?authority=rh`)).text;
    expect([after.includes('inden for de sidste 12 timer'), after.includes('Påmindelse, sendt igen')]).toEqual([
      true,
      true,
    ]);
  });

  it('says why not where it would be refused, and says so too where that came about meanwhile', async () => {
    const id = await rows.appointment('rh', '+4522304151');
    await rows.optOut('rh', '+4522304151');
    const page = await operator.page(`${path(id)}?authority=rh`);
    expect([page.text.includes('for nummeret er frameldt.'), page.text.includes('Send påmindelsen igen')]).toEqual([
      true,
      false,
    ]);
    const other = await rows.appointment('rh', '+4522304152');
    await update(test.db, 'appointment', { id: other }, { status: 'cancelled' });
    const response = await operator.post(sendPath(other), { authority: 'rh' });
    const said = (await operator.page(response.headers.get('Location') ?? '')).text;
    expect(said).toContain('Påmindelsen blev ikke sendt igen.');
    expect(said).toContain('for aftalen er ikke booket');
    expect(await sentAgain(other)).toBe(0);
  });

  it('offers viewers nothing, who are refused', async () => {
    const id = await rows.appointment('rh', '+4522304153');
    expect((await viewer.page(`${path(id)}?authority=rh`)).text).not.toContain('Send påmindelsen igen');
    expect((await viewer.post(sendPath(id), { authority: 'rh' })).status).toBe(403);
    expect(await sentAgain(id)).toBe(0);
  });
});

describe('the API', () => {
  const at = (reference: string) => `/v1/authorities/rh/appointments/rh/${reference}/send-again`;

  it('answers 201 with the reminder, then 409 with the code; 404 for an unknown appointment', async () => {
    const id = await rows.appointment('rh', '+4522304154', { reference: 'A-4711' });
    const made = await test.json<{ id: string }>(201, at('A-4711'), { method: 'POST' });
    const read = await test.json<{ reminders: object[] }>(200, '/v1/authorities/rh/appointments/rh/A-4711');
    expect(read.reminders).toMatchObject([{ id: made.id, rule: 'again', template: 'reminder', status: 'planned' }]);
    const problem = await test.json<{ type: string; errors: { code: string }[] }>(409, at('A-4711'), {
      method: 'POST',
    });
    expect([problem.type, problem.errors[0]?.code]).toEqual([expect.stringMatching(/not-sent-again$/), 'sent_lately']);
    expect(NOT_SENT_AGAIN).toContain(problem.errors[0]?.code);
    await test.json(404, at('unknown'), { method: 'POST' });
    expect(await sentAgain(id)).toBe(1);
  });

  it('takes no rule with an id that these reminders have', async () => {
    const rule = (id: string) => ({ name: 'Ny', sender: 'Ny', rules: [{ id, lead: 'P1D' }] });
    for (const id of ['again', 'again-2', 'again-x']) {
      const body = await test.json<{ errors: object[] }>(422, '/v1/authorities/ny', { method: 'PUT', body: rule(id) });
      expect(body.errors).toMatchObject([{ pointer: '/rules/0/id', code: 'reserved' }]);
    }
  });
});
