import { beforeAll, describe, expect, it } from 'vitest';
import { useApp } from '../../support/scenario.ts';

const KINDS = ['embedded', 'postgres'] as const;
const PHONE = '+4520123456';

interface Page {
  items: { id: string; phone: string; status: string; reference: string | null }[];
  nextCursor: string | null;
}

describe.each(KINDS)('what staff read (%s)', (kind) => {
  const test = useApp({ kind });
  const { rows } = test;
  beforeAll(async () => {
    for (const id of ['own', 'foreign']) {
      await test.makeAuthority(id);
      await test.makeSource(id, id);
    }
  });

  const audit = async (authority: string, action: string) =>
    test.db
      .selectFrom('audit')
      .selectAll()
      .where('authority_id', '=', authority)
      .where('action', '=', action)
      .execute();

  it('an appointment is shown as in the contract; one of another authority, or an unknown one, is 404', async () => {
    const appointment = await rows.appointment('own', PHONE, {
      reference: 'A/4711~1',
      version: 3,
      location_code: 'L',
      location_text: 'Opgang 4',
    });
    await rows.reminder('own', appointment, { rule: 'day-before' });
    const viewer = await test.createKey('own', 'viewer');
    const read = await test.json(200, '/v1/authorities/own/appointments/own/A%2F4711~1', { token: viewer });
    expect(read).toMatchObject({
      authority: 'own',
      source: 'own',
      reference: 'A/4711~1',
      version: 3,
      status: 'booked',
      start: '2026-12-01T08:00:00.000Z',
      phone: '+45••••••56',
      language: 'da',
      location: { code: 'L', text: 'Opgang 4' },
      department: null,
      reminders: [
        {
          rule: 'day-before',
          templateVersion: null,
          status: 'planned',
          reason: null,
          heldReason: null,
          dueAt: '2026-11-30T09:00:00.000Z',
          text: null,
          messages: [],
          history: [{ at: test.clock.now.toISOString(), status: 'planned', reason: null }],
        },
      ],
    });
    expect(await test.json(200, '/v1/authorities/own/appointments/own/A%2F4711~1')).toMatchObject({ phone: PHONE });
    await rows.appointment('foreign', PHONE, { reference: 'F' });
    for (const path of ['own/none', 'foreign/F', 'none/F'])
      await test.json(404, `/v1/authorities/own/appointments/${path}`);
    await test.json(404, '/v1/authorities/none/appointments/own/A%2F4711~1');
  });

  it("messages are listed newest first, by status, page by page, only the authority's own", async () => {
    await test.makeAuthority('many');
    await test.makeSource('many', 'many');
    const appointment = await rows.appointment('many', PHONE, { reference: 'M-1' });
    for (let number = 0; number < 104; number++) {
      await rows.sent('many', appointment, PHONE, {}, number % 2 ? { status: 'undelivered', delivered_at: null } : {});
    }
    const answer = await rows.message('many', null, PHONE, { template: 'help' });
    await rows.message('foreign', null, PHONE);
    const page = async (query: string) => test.json<Page>(200, `/v1/authorities/many/messages${query}`);
    const first = await page('');
    const second = await page(`?cursor=${first.nextCursor}`);
    const ids = [...first.items, ...second.items].map(({ id }) => id);
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([100, 5, null]);
    expect(ids).toEqual([...new Set(ids)].sort().reverse());
    const found = [...first.items, ...second.items].filter(({ reference }) => reference === null).map(({ id }) => id);
    expect(found).toEqual([answer]);
    const undelivered = await page('?status=undelivered');
    expect(undelivered.items).toHaveLength(52);
    expect(new Set(undelivered.items.map(({ status }) => status))).toEqual(new Set(['undelivered']));
    await test.json(422, '/v1/authorities/many/messages?status=lost');
    await test.json(404, '/v1/authorities/none/messages');
  });

  it('messages to a number are found however it is written, and the search is audited without the number', async () => {
    await test.makeAuthority('searched');
    const operator = await test.createKey('searched', 'operator');
    const found = await rows.message('searched', null, '+4522222222', { text: 'Til dig' });
    await rows.message('searched', null, PHONE);
    await rows.message('foreign', null, '+4522222222');
    const search = (phone: string) =>
      test.json<Page>(200, '/v1/authorities/searched/messages/search', { token: operator, body: { phone } });
    for (const phone of ['22 22 22 22', '+45 22222222', '004522222222']) {
      expect((await search(phone)).items).toMatchObject([{ id: found, phone: '+4522222222', text: 'Til dig' }]);
    }
    expect((await search('23232323')).items).toEqual([]);
    const looks = await audit('searched', 'number.search');
    const look = { actor: expect.stringMatching(/^key:/), after: { messages: [found] } };
    expect(looks.map(({ actor, after }) => ({ actor, after }))).toEqual(
      expect.arrayContaining([look, { ...look, after: { messages: [] } }]),
    );
    expect(looks).toHaveLength(4);
    expect(JSON.stringify(looks)).not.toMatch(/2222222|232323/);
    await test.json(422, '/v1/authorities/searched/messages/search', { body: { phone: 'nobody' } });
  });

  it('a number is masked for a viewer, and in clear for an operator, whose access is audited', async () => {
    await test.makeAuthority('masked');
    await rows.message('masked', null, PHONE);
    const list = (token: string) => test.json<Page>(200, '/v1/authorities/masked/messages', { token });
    expect((await list(await test.createKey('masked', 'viewer'))).items).toMatchObject([{ phone: '+45••••••56' }]);
    expect(await audit('masked', 'number.see')).toEqual([]);
    expect((await list(await test.createKey('masked', 'operator'))).items).toMatchObject([{ phone: PHONE }]);
    expect(await audit('masked', 'number.see')).toHaveLength(1);
  });

  it('replies that a person must read are listed, and settled by that person', async () => {
    await test.makeAuthority('answered');
    const operator = await test.createKey('answered', 'operator');
    const [reply, settled] = [await rows.reply(['answered'], PHONE), await rows.reply(['answered'], PHONE)];
    const path = '/v1/authorities/answered/inbound';
    const settle = (id: string, action: string) =>
      test.request(`${path}/${id}/settle`, { token: operator, body: { action } });
    const done = await settle(settled, 'ignore');
    expect(done.status).toBe(200);
    expect(await done.json()).toMatchObject({
      id: settled,
      needsPerson: false,
      holds: false,
      action: 'ignore',
      text: 'Stop det',
      phone: PHONE,
    });
    const ids = async (query: string) => (await test.json<Page>(200, path + query)).items.map(({ id }) => id).sort();
    expect(await ids('?needsPerson=true')).toEqual([reply]);
    expect(await ids('?needsPerson=false')).toEqual([settled]);
    expect(await ids('')).toEqual([reply, settled].sort());
    expect((await settle(settled, 'ignore')).status).toBe(409);
    expect((await settle(reply, 'delete')).status).toBe(422);
    expect((await settle(await rows.reply(['foreign'], PHONE), 'ignore')).status).toBe(404);
    await test.json(422, `${path}?needsPerson=maybe`);
  });

  it("a citizen's data is shown, then erased, and then gone", async () => {
    await test.makeAuthority('asked');
    await test.makeSource('asked', 'asked');
    const appointment = await rows.appointment('asked', PHONE, { reference: 'C-1' });
    await rows.reminder('asked', appointment);
    await rows.message('asked', null, PHONE);
    await rows.reply(['asked'], PHONE);
    await rows.optOut('asked', PHONE);
    const body = { phone: '20 12 34 56' };
    const lookUp = () => test.json<Record<string, unknown[]>>(200, '/v1/authorities/asked/citizens/lookup', { body });
    const held = await lookUp();
    expect(held).toMatchObject({ phone: PHONE, appointments: [{ reference: 'C-1', phone: PHONE }] });
    expect(['appointments', 'messages', 'inbound', 'optOuts'].map((kind) => held[kind]?.length)).toEqual([1, 1, 1, 1]);
    const erased = await test.json(200, '/v1/authorities/asked/citizens/erase', { body });
    expect(erased).toEqual({ appointments: 1, reminders: 1, messages: 1, inbound: 1, optOuts: 1, patients: 0 });
    expect(await lookUp()).toMatchObject({ appointments: [], messages: [], inbound: [], optOuts: [{ phone: null }] });
    expect(await test.json(200, '/v1/authorities/asked/appointments/asked/C-1')).toMatchObject({
      phone: null,
      erasedAt: test.clock.now.toISOString(),
      reminders: [{ status: 'suppressed', reason: 'erased' }],
    });
    await test.json(422, '/v1/authorities/asked/citizens/erase', { body: { phone: '12' } });
    await test.json(404, '/v1/authorities/none/citizens/erase', { body });
  });

  it('none of these requests logs a number', () => {
    expect(test.logged.join('\n')).not.toMatch(/20123456|22222222/);
  });
});
