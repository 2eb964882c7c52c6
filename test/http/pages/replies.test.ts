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

  const page = (query: string) => operator.text(`/admin/replies?authority=${authority}${query}`);
});
