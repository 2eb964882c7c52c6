import { afterAll, beforeAll, expect, it } from 'vitest';
import { listen } from '../support/app.ts';
import { useApp } from '../support/scenario.ts';
import { runCommand } from './command.ts';

let url: string;
let stop: () => void;
const app = useApp({ authorities: { rh: { sources: ['epj'] } } });
beforeAll(async () => {
  ({ url, stop } = await listen(app));
});
afterAll(async () => {
  stop();
});

it('says how far it is, column by column, and that everything was encrypted so already', async () => {
  const ended = await runCommand(['keys', 'rotate', '--url', url], { EASYSMS_ADMIN_TOKEN: app.adminToken });
  expect([ended.code, ended.err]).toEqual([0, '']);
  expect(ended.out).toContain('source_secret.webhook_secret_ciphertext: 0 encrypted anew\n');
  expect(ended.out).toMatch(
    /message\.text_ciphertext: 0 encrypted anew\n0 encrypted anew, the others were so already\.\n$/,
  );
});

it('refuses without the administrator’s token', async () => {
  const none = await runCommand(['keys', 'rotate', '--url', url]);
  expect([none.code, none.err]).toEqual([2, expect.stringContaining('The token of the administrator is missing')]);
  const wrong = await runCommand(['keys', 'rotate', '--url', url], { EASYSMS_ADMIN_TOKEN: 'wrong' });
  expect([wrong.code, wrong.out]).toEqual([2, '']);
});
