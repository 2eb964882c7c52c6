import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Town } from '../../replies/town.ts';
import { join, type PageClient } from '../../support/pages.ts';

describe('the page of replies', () => {
  let town: Town;
  let operator: PageClient;
  let authority: string;
  beforeAll(async () => {
    town = await Town.open();
    authority = await town.authority({ name: 'Rigshospitalet' });
    operator = await join(town.app, { email: 'o@example.org', name: 'Olga Olsen', role: 'operator', authority });
  });
  afterAll(() => town.app.close());

  it('asks for the appointment where a cancellation may be about two, beside the choice, and settles nothing until then', async () => {
    const phone = town.newPhone();
    const two = [await town.reminded(authority, phone), await town.reminded(authority, phone)];
    await town.reply(phone, 'AFBUD');
    const [, id = ''] = /action="\/admin\/replies\/([^/]+)\/settle"/.exec(await page('')) ?? [];
    const settle = (appointment: string) =>
      operator.post(`/admin/replies/${id}/settle`, { authority, action: 'cancel_passed_on', appointment });
    const asked = (await settle('')).headers.get('location') ?? '';
    expect(asked).toBe(`/admin/replies?authority=${authority}&choose=${id}#svar-${id}`);
    expect(await page(`&choose=${id}`)).toMatch(
      /role="alert">Vælg den aftale, svaret gælder\. Svaret er ikke behandlet endnu\..*<select[^>]*aria-invalid="true"/s,
    );
    expect(await Promise.all(two.map(({ planned }) => town.state(planned)))).toEqual(['planned', 'planned']);
    const chosen = await settle(JSON.stringify([authority, two[0]?.reference]));
    expect(chosen.headers.get('location')).toContain('done=cancel_passed_on');
    expect(await town.state(two[0]?.planned ?? '')).toBe('cancelled cancel_passed_on');
  });

  it('keeps the place in a long list when a reply there is settled, taken back or lacks its appointment', async () => {
    const long = await town.authority();
    const worker = await join(town.app, { email: 'l@example.org', role: 'operator', authority: long });
    const phone = town.newPhone();
    const { now } = town.app.clock;
    town.app.clock.now = new Date(now.getTime() - 60_000);
    await town.reminded(long, phone);
    await town.reminded(long, phone);
    await town.reply(phone, 'AFBUD');
    town.app.clock.now = now;
    for (let nth = 0; nth < 50; nth++) await town.rows.reply([long], town.newPhone());
    const first = await worker.text(`/admin/replies?authority=${long}`);
    const [, next = ''] = /href="([^"]*before=[^"]*)"/.exec(first) ?? [];
    const second = await worker.text(next.replaceAll('&amp;', '&'));
    const [, id = ''] = /action="\/admin\/replies\/([^/]+)\/settle"/.exec(second) ?? [];
    const [, before = ''] = /name="before" value="([^"]+)"/.exec(second) ?? [];
    const send = async (path: string, action: string) =>
      (await worker.post(`/admin/replies/${id}/${path}`, { authority: long, before, action })).headers.get('location');
    const asked = (await send('settle', 'cancel_passed_on')) ?? '';
    expect(asked).toBe(`/admin/replies?authority=${long}&before=${before}&choose=${id}#svar-${id}`);
    expect(await worker.text(asked)).toContain('Vælg den aftale, svaret gælder.');
    const settled = (await send('settle', 'ignore')) ?? '';
    expect(settled).toBe(`/admin/replies?authority=${long}&before=${before}&done=ignore&reply=${id}`);
    // It was the last one behind that place.
    const shown = (await worker.get(settled)).headers.get('location');
    expect(shown).toBe(`/admin/replies?authority=${long}&done=ignore&reply=${id}`);
    expect(await send('undo', '')).toBe(`/admin/replies?authority=${long}&before=${before}&done=undone`);
  });

  const page = (query: string) => operator.text(`/admin/replies?authority=${authority}${query}`);
});
