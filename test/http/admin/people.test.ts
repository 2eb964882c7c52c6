import { beforeAll, describe, expect, it } from 'vitest';
import { findCanaries } from '../../support/canaries.ts';
import { enter, join, PASSWORD, PageClient } from '../../support/pages.ts';
import { useApp } from '../../support/scenario.ts';
import { StoredRows, update } from '../../support/stored-rows.ts';

interface Invited {
  readonly id: string;
  readonly link: string;
}
interface Listed {
  readonly items: readonly { readonly id: string; readonly email: string; readonly role: string }[];
}

const PEOPLE = '/v1/authorities/rh/people';
const test = useApp();
beforeAll(async () => {
  for (const id of ['rh', 'kk']) await test.makeAuthority(id);
});

const body = { email: 'anna@example.org', name: 'Anna Jensen', role: 'operator' };

describe('the people of an authority', () => {
  it('are invited by a link for 72 hours, listed, and removed', async () => {
    const made = await test.json<Invited & { expiresAt: string }>(201, PEOPLE, { body });
    expect(made).toMatchObject({ email: body.email, name: body.name, role: 'operator', departments: null });
    expect(made.link).toMatch(/^https:\/\/sms\.example\.org\/admin\/invitation\/[\w-]{43}$/);
    expect(made.expiresAt).toBe('2026-11-27T11:00:00.000Z');
    const { items } = await test.json<Listed>(200, PEOPLE);
    expect(items).toMatchObject([
      { id: made.id, email: body.email, name: body.name, role: 'operator', acceptedAt: null, secondFactor: false },
    ]);
    await test.json(204, `${PEOPLE}/${made.id}`, { method: 'DELETE' });
    expect(await test.json(200, PEOPLE)).toEqual({ items: [], nextCursor: null });
  });

  it('do not show that they sign in elsewhere, and how, before they have accepted', async () => {
    await test.json(201, '/v1/authorities/kk/people', { body });
    const used = { signed_in_at: test.clock.now, totp_confirmed_at: test.clock.now };
    await test.db.updateTable('person').set(used).execute();
    const { id } = await test.json<Invited>(201, PEOPLE, { body });
    const shown = async () => (await test.json<Listed>(200, PEOPLE)).items;
    expect(await shown()).toMatchObject([{ id, lastSignInAt: null, secondFactor: false }]);
    await update(test.db, 'account', { id }, { accepted_at: test.clock.now });
    expect(await shown()).toMatchObject([{ id, lastSignInAt: '2026-11-24T11:00:00.000Z', secondFactor: true }]);
    await test.db.deleteFrom('account').execute();
    await test.db.deleteFrom('person').execute();
  });

  it('are not found under another authority, nor by a guessed id', async () => {
    const { id } = await test.json<Invited>(201, PEOPLE, { body });
    for (const path of [
      `/v1/authorities/kk/people/${id}`,
      `/v1/installation/people/${id}`,
      `${PEOPLE}/${id.slice(0, -4)}0000`,
    ])
      expect([path, (await test.request(path, { method: 'DELETE' })).status]).toEqual([path, 404]);
    expect(await test.json<Listed>(200, '/v1/authorities/kk/people')).toMatchObject({ items: [] });
    expect((await test.request('/v1/authorities/none/people')).status).toBe(404);
    await test.json(204, `${PEOPLE}/${id}`, { method: 'DELETE' });
  });

  it.each([
    [{ ...body, email: 'anna' }, 'email'],
    [{ ...body, email: `${'a'.repeat(250)}@example.org` }, 'email'],
    [{ ...body, name: 'Anna 20123456' }, 'name'],
    [{ ...body, name: ' ' }, 'name'],
    [{ ...body, role: 'owner' }, 'role'],
    [{ ...body, departments: [] }, 'departments'],
    [{ ...body, departments: ['Jens 20.98.76.54 Opgang 4'] }, 'departments/0'],
    [{ ...body, phone: '20123456' }, 'phone'],
  ])('%j is refused, and the fault named', async (wrong, field) => {
    const { errors } = await test.json<{ errors: { pointer: string }[] }>(422, PEOPLE, { body: wrong });
    expect(errors.map(({ pointer }) => pointer)).toEqual([`/${field}`]);
  });

  it('are limited to departments that appointments or rules have, with those there are in the fault', async () => {
    const rules = [{ id: 'day', lead: 'P1D', when: { departments: ['Hud', 'Øre'] } }];
    await test.makeAuthority('named', { rules });
    const path = '/v1/authorities/named/people';
    const typed = { ...body, departments: ['Hud', 'Ore'] };
    const { errors } = await test.json<{ errors: { detail: string }[] }>(422, path, { body: typed });
    expect(errors).toMatchObject([{ pointer: '/departments/1', code: 'unknown' }]);
    expect(errors[0]?.detail).toContain('Hud, Øre');
    await test.json(201, path, { body: { ...typed, departments: ['Hud', 'Øre'] } });
  });

  it('are invited again with another role, and the link of before ends', async () => {
    const first = await test.json<Invited>(201, PEOPLE, { body });
    const second = await test.json<Invited>(201, PEOPLE, {
      body: { ...body, email: 'Anna@Example.org', role: 'viewer' },
    });
    expect(second.id).toBe(first.id);
    const { items } = await test.json<Listed>(200, PEOPLE);
    expect(items).toMatchObject([{ role: 'viewer', email: 'anna@example.org' }]);
    const client = new PageClient(test);
    expect((await client.get(new URL(first.link).pathname)).status).toBe(404);
    expect((await client.get(new URL(second.link).pathname)).status).toBe(200);
  });

  it('lose their sessions at once when they are removed', async () => {
    const person = await join(test, { email: 'bo@example.org', role: 'operator', authority: 'rh' });
    expect((await person.get('/admin')).status).toBe(200);
    const { items } = await test.json<Listed>(200, PEOPLE);
    const { id } = items.find(({ email }) => email === 'bo@example.org') ?? { id: '' };
    await test.json(204, `${PEOPLE}/${id}`, { method: 'DELETE' });
    expect((await person.get('/admin')).status).toBe(303);
    const again = await person.post('/admin/sign-in', { email: 'bo@example.org', password: PASSWORD });
    expect(again.status).toBe(401);
  });

  it('get another role at once', async () => {
    const person = await join(test, { email: 'cia@example.org', role: 'operator', authority: 'rh' });
    const settle = () =>
      person.post('/admin/replies/01890000-0000-7000-8000-000000000000/settle', { authority: 'rh', action: 'ignore' });
    expect((await settle()).status).toBe(404);
    await test.json(201, PEOPLE, { body: { email: 'cia@example.org', name: 'Cia', role: 'viewer' } });
    expect((await settle()).status).toBe(403);
  });

  it('stand in the audit by an id, which readers get the name beside; removed, they keep the name alone', async () => {
    const person = await join(test, { email: 'dan@example.org', name: 'Dan Dahl', role: 'operator', authority: 'rh' });
    await person.get('/admin/replies');
    const { items } = await test.json<Listed>(200, PEOPLE);
    const { id } = items.find(({ email }) => email === 'dan@example.org') ?? { id: '' };
    await test.json(204, `${PEOPLE}/${id}`, { method: 'DELETE' });
    const audit = await test.json<{ items: { actor: string; action: string }[] }>(200, '/v1/authorities/rh/audit');
    const actors = audit.items.filter(({ action }) => action === 'person.accept').map(({ actor }) => actor);
    expect(actors).toContainEqual(expect.stringMatching(/^person:[0-9a-f-]{36} Dan Dahl$/));
    expect(await findCanaries(test.db, ['Dan Dahl', 'dan@example.org', 'cia@example.org'])).toEqual([]);
    const [row] = await test.db.selectFrom('person').selectAll().where('ended_at', 'is not', null).execute();
    expect(row).toMatchObject({ email_hash: null, email_ciphertext: null, password_hash: null });
  });
});

describe('a name that one authority gave', () => {
  const audit = async (authority: string) => JSON.stringify(await test.json(200, `/v1/authorities/${authority}/audit`));
  const named = async (authority: string, email: string) => {
    const { items } = await test.json<Listed>(200, `/v1/authorities/${authority}/people`);
    return items.filter((item) => item.email === email);
  };

  it('is shown to no other, before the person has joined and afterwards, nor how the e-mail was typed', async () => {
    const email = 'eva.berg@example.org';
    const kommune = { email: 'Eva.BERG@example.org', name: 'Eva Kommunes', role: 'operator' };
    await test.json(201, '/v1/authorities/kk/people', { body: kommune });
    const region = { email, name: 'Eva Regions', role: 'operator' };
    const { link, id } = await test.json<Invited>(201, PEOPLE, { body: region });
    const own = await enter(test, { email: 'chef@example.org', role: 'administrator', authority: 'rh' });
    /** The parts of what the region is shown that only the municipality can have typed. */
    const foreign = (text: string) => text.match(/Kommunes|Eva\.BERG/g);
    const shown = async () =>
      JSON.stringify(await named('rh', email)) +
      (await audit('rh')) +
      (await own.text('/admin/set-up/people?authority=rh')) +
      (await own.text(`/admin/set-up/people/${id}?authority=rh`)) +
      (await own.text('/admin/set-up/audit?authority=rh'));
    const invitation = await new PageClient(test).text(new URL(link).pathname);
    expect(foreign((await shown()) + invitation)).toBeNull();
    expect(await named('rh', email)).toMatchObject([{ email, name: 'Eva Regions' }]);
    await test.db.updateTable('account').set({ accepted_at: test.clock.now }).execute();
    expect(foreign(await shown())).toBeNull();
    await test.json(201, PEOPLE, { body: { ...region, name: 'Eva Nygift' } });
    expect(await named('rh', email)).toMatchObject([{ email, name: 'Eva Nygift' }]);
    expect(await named('kk', email)).toMatchObject([{ email, name: 'Eva Kommunes' }]);
  });

  it('stands beside what the person did for that authority, and not where another one reads of it', async () => {
    const actorOf = async (path: string, email: string, name: string) => {
      const { id } = await test.json<Invited>(201, path, { body: { ...body, email, name } });
      const account = test.db.selectFrom('account').select('person_id').where('id', '=', id);
      return { id, actor: `person:${(await account.executeTakeFirstOrThrow()).person_id}` };
    };
    const { actor: finn } = await actorOf('/v1/authorities/kk/people', 'finn@example.org', 'Finn Kommunes');
    const installation = '/v1/installation/people';
    const { id, actor: gro } = await actorOf(installation, 'gro@example.org', 'Gro Drift');
    const rows = new StoredRows(test.db, test.clock.now, test.deps.keyring);
    for (const [phone, by] of Object.entries({ '+4520123456': finn, '+4520123457': gro })) {
      const reply = await rows.reply(['rh', 'kk'], phone);
      const settled = { settled_at: test.clock.now, settled_by: by, action: 'ignore' } as const;
      await update(test.db, 'inbound_authority', { inbound_id: reply }, settled);
    }
    const settlers = async (authority: string) => {
      const path = `/v1/authorities/${authority}/inbound`;
      const { items } = await test.json<{ items: { settledBy: string }[] }>(200, path);
      return items.map(({ settledBy }) => settledBy).sort();
    };
    expect(await settlers('rh')).toEqual([finn, `${gro} Gro Drift`].sort());
    expect(await settlers('kk')).toEqual([`${finn} Finn Kommunes`, `${gro} Gro Drift`].sort());
    await test.json(204, `${installation}/${id}`, { method: 'DELETE' });
    expect(await settlers('kk')).toEqual([`${finn} Finn Kommunes`, `${gro} Gro Drift`].sort());
  });
});

describe('the people of the installation', () => {
  it('are invited, listed and removed with its token alone', async () => {
    const key = await test.createKey('rh', 'administrator');
    const path = '/v1/installation/people';
    expect((await test.request(path, { token: key })).status).toBe(403);
    const made = await test.json<Invited>(201, path, { body });
    expect((await test.json<Listed>(200, path)).items.map(({ id }) => id)).toEqual([made.id]);
    expect((await test.request(path, { body: { ...body, departments: ['Ambulatoriet'] } })).status).toBe(422);
    await test.json(204, `${path}/${made.id}`, { method: 'DELETE' });
  });
});
