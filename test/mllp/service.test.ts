import { expect, it } from 'vitest';
import { startChild } from '../support/child.ts';
import { createDataFolder } from '../support/database.ts';
import { createInstallation } from '../support/installation.ts';
import { booking, MllpClient } from './client.ts';

const MLLP = { MLLP_PORT: '0', MLLP_SOURCE: 'epj' };

it.concurrent('the service listens for MLLP where it is asked to, and stops listening when it stops', async ({
  onTestFinished,
}) => {
  const installation = await createInstallation('embedded', onTestFinished);
  const service = await installation.start(MLLP);
  await installation.setUp(service);
  const client = new MllpClient(service.mllpPort ?? 0);
  const day = new Date(Date.now() + 300 * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
  client.send(booking('M-1', 'V-1', { start: `${day}0900` }));
  expect(await client.verdict()).toBe('AA M-1');
  expect(await installation.reminder(service, 'V-1')).toMatchObject({ status: 'planned' });
  const said = (words: string) => installation.logged.filter((line) => line.includes(words));
  expect(said('listening for HL7 v2 over MLLP')).toHaveLength(1);
  expect(said('MLLP without TLS')).toEqual([]);
  await service.stop();
  await client.closed;
  expect(await new MllpClient(service.mllpPort ?? 0).closed).toMatchObject({ code: 'ECONNREFUSED' });
});

it.concurrent('the service warns of an MLLP_SOURCE that is not there, once it starts', async ({ onTestFinished }) => {
  const installation = await createInstallation('embedded', onTestFinished);
  const warnings = () =>
    installation.logged.filter((line) => line.includes('MLLP_SOURCE names a source that does not exist'));
  const first = await installation.start(MLLP);
  expect(warnings()).toHaveLength(1);
  await installation.setUp(first);
  await first.stop();
  await installation.start(MLLP);
  expect(warnings()).toHaveLength(1);
});

it.concurrent('the service warns of MLLP without TLS on an address that others may reach', async ({
  onTestFinished,
}) => {
  const installation = await createInstallation('embedded', onTestFinished);
  const service = await installation.start({ ...MLLP, MLLP_HOST: '0.0.0.0' });
  expect(service.mllpPort).toBeGreaterThan(0);
  expect(installation.logged.filter((line) => line.includes('MLLP without TLS'))).toHaveLength(1);
});

it.concurrent('a worker, and a service without MLLP_PORT, do not listen for MLLP', async ({ onTestFinished }) => {
  const installation = await createInstallation('embedded', onTestFinished);
  const worker = await installation.start({ ...MLLP, EASYSMS_ROLE: 'worker' });
  expect(worker.mllpPort).toBeNull();
  await worker.stop();
  expect((await installation.start()).mllpPort).toBeNull();
});

it.concurrent('a port that somebody else has is told in one sentence, and nothing stays behind', async ({
  onTestFinished,
}) => {
  const installation = await createInstallation('embedded', onTestFinished);
  const first = await installation.start(MLLP);
  const other = await createDataFolder();
  onTestFinished(other.remove);
  const env = { ...MLLP, DATA_DIR: other.folder, PORT: '0', MLLP_PORT: String(first.mllpPort) };
  const child = startChild('src/main.ts', [], env);
  expect(await child.exit).toBe(1);
  expect(child.errors()).toMatch(/^EasySMS could not start: .*EADDRINUSE/);
});
