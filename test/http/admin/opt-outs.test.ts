import { describe, expect, it } from 'vitest';
import { useApp } from '../../support/scenario.ts';

const KINDS = ['embedded', 'postgres'] as const;
const PHONE = '+4520123456';

interface OptOut {
  id: string;
  scope: string;
  phone: string;
  liftedAt: string | null;
}

describe.each(KINDS)('opt-outs (%s)', (kind) => {
  const test = useApp({ kind });
  const { rows } = test;

  /** With an operator's key, a viewer's, and one planned reminder to the number. */
  async function authority(id: string) {
    await test.makeAuthority(id);
    await test.makeSource(id, id);
    const planned = await rows.reminder(id, await rows.appointment(id, PHONE));
    return { id, operator: await test.createKey(id, 'operator'), viewer: await test.createKey(id, 'viewer'), planned };
  }

  const path = (id: string, rest = '') => `/v1/authorities/${id}/opt-outs${rest}`;
  const list = async (id: string, token?: string) =>
    (await test.json<{ items: OptOut[] }>(200, path(id), token ? { token } : {})).items.filter(
      ({ scope }) => scope === 'authority',
    );
  const reminder = (id: string) =>
    test.db.selectFrom('reminder').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  it('recording one suppresses what is planned for the number; recording it again changes nothing', async () => {
    const own = await authority('recorded');
    const other = await authority('untouched');
    const record = { token: own.operator, body: { phone: '20 12 34 56', reason: 'Asked at the desk' } };
    const made = await test.json<OptOut>(201, path('recorded'), record);
    expect(made).toEqual({
      id: expect.any(String),
      scope: 'authority',
      phone: PHONE,
      reason: 'Asked at the desk',
      recordedBy: expect.stringMatching(/^key:esk_.* A operator$/),
      recordedAt: test.clock.now.toISOString(),
      liftedAt: null,
      liftedBy: null,
      liftReason: null,
    });
    expect(await reminder(own.planned)).toMatchObject({ status: 'suppressed', reason: 'opted_out', next_at: null });
    expect(await reminder(other.planned)).toMatchObject({ status: 'planned' });
    expect(await test.json(200, path('recorded'), record)).toEqual(made);
    expect(await list('recorded')).toHaveLength(1);
  });

  it('lifting one plans the reminders anew that are still ahead, and keeps it in the list with who and why', async () => {
    const own = await authority('lifted');
    const { id } = await test.json<OptOut>(201, path('lifted'), { body: { phone: PHONE, reason: 'x' } });
    const lift = { method: 'DELETE', token: own.operator, body: { reason: 'Changed their mind' } };
    expect((await test.request(path('lifted', `/${id}`), lift)).status).toBe(204);
    expect(await reminder(own.planned)).toMatchObject({ status: 'planned', reason: null });
    expect(await list('lifted')).toMatchObject([
      {
        id,
        liftedAt: test.clock.now.toISOString(),
        liftedBy: expect.stringMatching(/^key:/),
        liftReason: 'Changed their mind',
      },
    ]);
    expect((await test.request(path('lifted', `/${id}`), lift)).status).toBe(404);
    const again = await test.json<OptOut>(201, path('lifted'), { body: { phone: PHONE, reason: 'once more' } });
    expect(again.id).not.toBe(id);
    expect((await test.request(path('lifted', `/${again.id}`), { method: 'DELETE' })).status).toBe(204);
  });

  it("one of the installation is in every list, and only the installation's administrator lifts it", async () => {
    const own = await authority('everybody');
    await test.json(200, path('everybody'));
    const id = await rows.optOut(null, '+4520777777');
    const { items } = await test.json<{ items: OptOut[] }>(200, path('everybody'), { token: own.operator });
    expect(items).toMatchObject([{ id, scope: 'installation', phone: '+45••••••77' }]);
    const lift = (token?: string) =>
      test.request(path('everybody', `/${id}`), { method: 'DELETE', ...(token && { token }) });
    expect((await lift(own.operator)).status).toBe(403);
    expect((await lift()).status).toBe(204);
  });

  it('one of another authority can neither be read nor lifted: 404', async () => {
    const [own, other] = [await authority('mine'), await authority('theirs')];
    const { id } = await test.json<OptOut>(201, path('theirs'), { body: { phone: PHONE, reason: 'x' } });
    expect(await list('mine', own.operator)).toEqual([]);
    expect((await test.request(path('mine', `/${id}`), { method: 'DELETE', token: own.operator })).status).toBe(404);
    expect(await list('theirs', other.operator)).toMatchObject([{ id, liftedAt: null }]);
    expect(await reminder(other.planned)).toMatchObject({ status: 'suppressed' });
  });

  it('a viewer sees masked numbers; seeing them in clear, recording and lifting are audited, without the number', async () => {
    const own = await authority('audited');
    const { id } = await test.json<OptOut>(201, path('audited'), {
      token: own.operator,
      body: { phone: PHONE, reason: 'x' },
    });
    expect(await list('audited', own.viewer)).toMatchObject([{ phone: '+45••••••56' }]);
    expect(await list('audited', own.operator)).toMatchObject([{ phone: PHONE }]);
    await test.request(path('audited', `/${id}`), { method: 'DELETE', token: own.operator });
    const audit = await test.db
      .selectFrom('audit')
      .selectAll()
      .where('authority_id', '=', 'audited')
      .orderBy('id')
      .execute();
    const actions = audit.map(({ action }) => action).filter((action) => /^(opt-out|number)/.test(action));
    expect(actions.sort()).toEqual(['number.see', 'opt-out.lift', 'opt-out.record']);
    expect(JSON.stringify(audit)).not.toContain('20123456');
  });

  it('a body without a number or reason, or with a CPR number, is refused', async () => {
    await authority('strict');
    const refuse = async (body: object) =>
      (await test.json<{ errors: { pointer: string }[] }>(422, path('strict'), { body })).errors.map(
        ({ pointer }) => pointer,
      );
    expect(await refuse({ phone: 'abc', reason: 'x' })).toEqual(['/phone']);
    expect(await refuse({ phone: PHONE })).toEqual(['/reason']);
    expect(await refuse({ phone: PHONE, reason: ' ' })).toEqual(['/reason']);
    expect(await refuse({ phone: PHONE, reason: 'is 010190-1234' })).toEqual(['/reason']);
    expect(await refuse({ phone: PHONE, reason: 'ringede fra 20 12 34 56' })).toEqual(['/reason']);
    expect(await refuse({ phone: PHONE, reason: 'x', scope: 'installation' })).toEqual(['/scope']);
    await test.json(404, path('strict', '/not-an-id'), { method: 'DELETE' });
  });

  it('the next page of the list continues where the one before ended', async () => {
    await test.makeAuthority('long');
    for (let number = 0; number < 105; number++) await rows.optOut('long', `+45${20_000_000 + number}`);
    const first = await test.json<{ items: OptOut[]; nextCursor: string }>(200, path('long'));
    const second = await test.json<{ items: OptOut[]; nextCursor: null }>(
      200,
      `${path('long')}?cursor=${first.nextCursor}`,
    );
    expect([first.items.length, second.nextCursor]).toEqual([100, null]);
    const ids = [...first.items, ...second.items].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual([...ids].sort().reverse());
    await test.json(422, `${path('long')}?cursor=nonsense`);
  });
});
