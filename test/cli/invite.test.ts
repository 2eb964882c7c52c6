import { afterAll, beforeAll, expect, it } from 'vitest';
import { listen } from '../support/app.ts';
import { PASSWORD, PageClient } from '../support/pages.ts';
import { useApp } from '../support/scenario.ts';
import { runCommand } from './command.ts';

let url: string;
let stop: () => void;
const app = useApp({ authorities: ['rh'] });
beforeAll(async () => {
  ({ url, stop } = await listen(app));
});
afterAll(async () => {
  stop();
});

const run = (...args: string[]) =>
  runCommand(['people', 'invite', '--url', url, ...args], { EASYSMS_ADMIN_TOKEN: app.adminToken });
const who = ['--email', 'chef@example.org', '--name', 'Chef Chefsen'];

it('prints a link by which an administrator of the installation gets in, also one who lost the password', async () => {
  for (const password of [PASSWORD, 'en anden lang adgangskode']) {
    const ended = await run(...who);
    expect([ended.code, ended.err]).toEqual([0, '']);
    const path = /https:\/\/sms\.example\.org(\/admin\/invitation\/[\w-]{43})\n$/.exec(ended.out)?.[1] ?? '';
    const client = new PageClient(app);
    expect((await client.post(path, { password })).status).toBe(303);
    expect(await client.text('/admin/account')).toContain('Hele installationen: Administrator');
  }
});

it('invites to one authority, with a role', async () => {
  const ended = await run(...who.with(1, 'ole@example.org'), '--authority', 'rh', '--role', 'viewer');
  expect(ended.code).toBe(0);
  const { items } = await app.json<{ items: unknown[] }>(200, '/v1/authorities/rh/people');
  expect(items).toMatchObject([{ email: 'ole@example.org', role: 'viewer' }]);
});

it.each([
  [[], 'needs --email <email> and --name <name>'],
  [[...who, '--role', 'owner'], '--role must be one of viewer, operator, administrator'],
  [[...who, '--authority', 'R H'], '--authority must be the id of an authority'],
  [[...who.with(1, 'chef')], '/email'],
  [[...who, '--authority', 'none'], 'There is no such authority.'],
])('with %j says what is wrong', async (args, reason) => {
  const ended = await run(...args);
  expect([ended.code, ended.out, ended.err]).toEqual([2, '', expect.stringContaining(reason)]);
});
