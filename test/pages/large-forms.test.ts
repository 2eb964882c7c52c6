import { expect, it } from 'vitest';
import { pageRoutes } from '../support/page-walk.ts';
import { enter, newBrowser, proven } from '../support/pages.ts';
import { scenario } from '../support/scenario.ts';

const FORM = 'application/x-www-form-urlencoded';

const { test } = scenario({
  authorities: { rh: {} },
});

const post = (path: string, body: string, { cookie = newBrowser(), type = FORM, length = true } = {}) => {
  const size = length ? { 'Content-Length': String(Buffer.byteLength(body)) } : {};
  const headers = { Origin: test.deps.publicUrl, cookie, 'Content-Type': type, ...size };
  return test.app.request(path, { method: 'POST', body, headers });
};
/** A form with its proof, filled up to a size. */
const filled = (form: Readonly<Record<string, string>>, bytes: number, cookie = newBrowser()) =>
  `${proven(form, cookie)}&x=`.padEnd(bytes, 'x');

it('no form of 17 KiB is read of somebody who has not signed in', async () => {
  const routes = pageRoutes(test.app, 'POST');
  expect(routes.length).toBeGreaterThan(40);
  const answers = new Map<number, string[]>();
  for (const route of routes)
    for (const length of [true, false]) {
      const { status } = await post(route.replaceAll(/:\w+/g, 'x'), filled({}, 17 * 1024), { length });
      answers.set(status, [...(answers.get(status) ?? []), route]);
    }
  // 303: to the page for signing in.
  expect([...answers.keys()].sort()).toEqual([303, 413]);
  const found = [...new Set(answers.get(413))].sort();
  expect(found).toEqual(['/admin/invitation/:token', '/admin/sign-in', '/admin/sign-in/code']);
});

it('a form of 16 KiB is', async () => {
  const response = await post('/admin/sign-in', filled({ email: 'a@example.org', password: 'x' }, 16 * 1024));
  expect(response.status).toBe(401);
});

it('a form of thousands of fields is refused before it is read, and one of a thousand is not', async () => {
  const chief = await enter(test, { email: 'chief@example.org', role: 'administrator', authority: null });
  const cookie = /(?:__Host-)?easysms=[\w-]{43}/.exec(chief.cookie)?.[0] ?? '';
  const fields = (count: number) =>
    `${proven({ number: '+4520123456', authority: 'rh' }, cookie)}${'&a'.repeat(count)}`;
  const few = await post('/admin/find', fields(0), { cookie });
  expect((await post('/admin/find', fields(1_000), { cookie })).status).toBe(few.status);
  for (const type of [FORM, `${FORM}; boundary=x`, `${FORM.toUpperCase()}; Boundary="x"`])
    expect((await post('/admin/find', fields(5_001), { cookie, type })).status).toBe(413);
  const part = '--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nv\r\n';
  for (const type of ['multipart/form-data; boundary=b', 'multipart/form-data; x="boundary=c"; BOUNDARY="b"'])
    expect((await post('/admin/find', `${part.repeat(501)}--b--\r\n`, { cookie, type })).status).toBe(413);
  // Without the proof, as before.
  const type = 'multipart/form-data; boundary=b';
  expect((await post('/admin/find', `${part.repeat(400)}--b--\r\n`, { cookie, type })).status).toBe(403);
});
