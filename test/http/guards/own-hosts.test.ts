import { expect, it } from 'vitest';
import { useApp } from '../../support/scenario.ts';

const test = useApp({ deps: () => ({ allowedSenders: ['Politi'] }) });

it('the simulator that is open on this machine responds under no name that another site chose', async () => {
  const ask = async (host: string, init?: RequestInit) =>
    (await test.app.request(`http://${host}/simulator`, init)).status;
  for (const host of ['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'sms.example.org'])
    expect([host, await ask(host)]).toEqual([host, 200]);
  for (const host of ['evil.example:3000', 'localhost.evil.example', '127.0.0.1.nip.example', '198.51.100.1:3000'])
    expect([host, await ask(host)]).toEqual([host, 403]);
  const form = { method: 'POST', body: new URLSearchParams({ from: '+4520123456', to: '1204', text: 'STOP' }) };
  const headers = { Origin: 'http://evil.example:3000' };
  const reply = await test.app.request('http://evil.example:3000/simulator/reply', { ...form, headers });
  expect(reply.status).toBe(403);
  expect(test.deps.simulator?.phone()).toEqual([]);
});

it('an authority takes no sender that looks like another’s, unless the installation allows it', async () => {
  const put = (sender: string) => test.request('/v1/authorities/rh', { method: 'PUT', body: { name: 'RH', sender } });
  const refused = await put('M1tID');
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({ errors: [{ pointer: '/sender', code: 'protected_sender' }] });
  expect((await put('Politi')).status).toBe(201);
  expect((await put('Sundhed')).status).toBe(200);
});
