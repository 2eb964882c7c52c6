import { beforeAll, describe, expect, it } from 'vitest';
import { useApp } from '../support/scenario.ts';

interface Page {
  readonly items: readonly unknown[];
  readonly nextCursor: string | null;
}
interface Described {
  readonly paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
}

/** The feed continues behind an event, by `after`, and has more events a page. */
const FEED = '/v1/sources/{source}/events';

let token: string;
let lists: string[];
const test = useApp();
beforeAll(async () => {
  for (const id of ['rh', 'rn', 'ouh']) await test.makeAuthority(id, { sendingWindow: null });
  ({ token } = await test.makeSource('rh', 'rh-epj', { events: { url: 'https://example.org/events' } }));
  for (const id of ['rh-a', 'rh-b']) await test.makeSource('rh', id);
  for (const role of ['viewer', 'operator', 'administrator'] as const) await test.createKey('rh', role);
  for (const phone of ['20 12 34 56', '20 12 34 57', '20 12 34 58'])
    await test.json(201, '/v1/authorities/rh/opt-outs', { body: { phone, reason: 'letter' } });
  for (const nth of [1, 2, 3]) {
    const data = { id: `A-${nth}`, start: '2026-12-24T09:00:00+01:00', patient: { phone: 'none' }, kind: 'other' };
    await test.request('/v1/webhooks/rh-epj', { token, body: { type: 'appointment.booked', data } });
  }
  const { paths } = await test.json<Described>(200, '/openapi.json', { token: null });
  lists = Object.entries(paths).flatMap(([path, { get }]) =>
    JSON.stringify(get?.responses['200'] ?? null).includes('"nextCursor"') ? [path] : [],
  );
});

/** The address of a list, of what the test has made. */
const at = (path: string, query: string) =>
  `${path.replace('{authority}', 'rh').replace('{source}', 'rh-epj')}?${query}`;
const ask = (path: string, query: string) =>
  test.request(at(path, query), path.startsWith('/v1/sources/') ? { token } : {});

describe('every list of the API', () => {
  it('is known to this test', () => {
    expect(lists.length).toBeGreaterThan(14);
    expect(lists).toContain('/v1/gateways');
    expect(lists).toContain(FEED);
  });

  it('refuses a parameter that it does not know, by its name, so that no filter is thought to hold that does not', async () => {
    for (const path of lists) {
      const response = await ask(path, 'form=2026-12-01&limit=5');
      expect([path, response.status, await response.json()]).toMatchObject([
        path,
        422,
        { errors: [{ pointer: 'form', code: 'unknown_parameter' }] },
      ]);
    }
  });

  it('takes a limit from 1 to 200, and nothing else', async () => {
    for (const path of lists) {
      for (const wrong of ['0', '-1', '501', '1.5', 'all', '']) {
        const response = await ask(path, `limit=${wrong}`);
        expect([path, wrong, response.status, await response.json()]).toMatchObject([
          path,
          wrong,
          422,
          { errors: [{ pointer: 'limit' }] },
        ]);
      }
      for (const right of ['1', '200']) expect([path, (await ask(path, `limit=${right}`)).status]).toEqual([path, 200]);
    }
    expect((await ask('/v1/authorities', 'limit=201')).status).toBe(422);
  });

  it('has no item more a page than its limit, and loses none between pages', async () => {
    let several = 0;
    for (const path of lists.filter((each) => each !== FEED)) {
      const whole = (await (await ask(path, 'limit=200')).json()) as Page;
      const walked: unknown[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page = (await (await ask(path, `limit=2${cursor && `&cursor=${cursor}`}`)).json()) as Page;
        expect([path, page.items.length <= 2]).toEqual([path, true]);
        walked.push(...page.items);
        cursor = page.nextCursor;
      }
      expect([path, walked]).toEqual([path, whole.items]);
      if (walked.length > 2) several++;
    }
    expect(several).toBeGreaterThan(6);
  });
});
