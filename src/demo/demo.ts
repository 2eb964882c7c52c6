import '../utc.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../clock.ts';
import { type Config, ConfigError, readConfig } from '../config/config.ts';
import { createGateways } from '../gateways/index.ts';
import { createLogger } from '../log.ts';
import { type Service, startService } from '../service.ts';
import { DemoClient } from './client.ts';
import { runStory } from './story.ts';

/**
 * Demonstrates the main job: the whole service on an embedded database in a temporary folder, driven over HTTP as by a
 * booking system.
 */
async function demo(once: boolean): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'easysms-demo-'));
  const deleteFolder = () => rm(folder, { recursive: true, force: true });
  const config = await configIn(folder).catch(async (error) => {
    await deleteFolder();
    throw error;
  });
  const made = createGateways(config.gateways, () => null, { publicUrl: config.publicUrl, now: systemClock.now });
  if ('missing' in made) throw new Error(made.missing.join('\n'));
  print(`EasySMS demo: an embedded database in ${folder}, no SMS leaves this machine. Starting …`);
  const service = await startService({ config, gateways: made.gateways, log: createLogger(config.logLevel) });
  const end = async () => {
    await service.stop();
    await deleteFolder();
  };
  try {
    const client = new DemoClient(service.url, config.adminToken);
    const failures = await runStory(client, systemClock, print);
    for (const failure of failures) print(`NOT AS EXPECTED: ${failure}`);
    if (once) {
      await end();
      process.exitCode = failures.length === 0 ? 0 : 1;
      if (failures.length === 0) print('Everything went as expected.');
      return;
    }
    print(whatNext(service, config.adminToken, client.sourceToken));
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => void end().then(() => process.exit(0)));
  } catch (error) {
    await end();
    throw error;
  }
}

/** @throws ConfigError */
async function configIn(folder: string): Promise<Config> {
  const { PORT, LOG_LEVEL = 'error' } = process.env;
  const settings = { DATA_DIR: folder, PORT, LOG_LEVEL };
  const { port } = readConfig(settings);
  return readConfig({ ...settings, PORT: String(await freePort(port)) });
}

function whatNext({ url, firstAccount }: Service, adminToken: string, sourceToken: string): string {
  // The shell computes the start when the command is pasted: a fixed one would soon be too late for a reminder.
  const start = `'"$(node -p 'new Date(performance.timeOrigin + 7_210_000).toISOString()')"'`;
  const event = {
    type: 'appointment.booked',
    // Anna's number, since Dorte has sent STOP.
    data: { id: 'A-99', start: 'START', patient: { phone: '20 30 41 50' }, location: { text: 'Opgang 4, 3. sal' } },
  };
  // Once somebody has an account, the token is for the API alone.
  const person = firstAccount
    ? `\n\nTo sign in as a person, choose a name and a password by this link, once:\n  ${firstAccount.link}`
    : '';
  return `
It keeps running. Open:
  ${url}/simulator   the phone: write a reply such as STOP
  ${url}/admin       the pages of staff, in Danish and English; sign in with the token
                                ${adminToken}
  ${url}/docs        the API${person}

Book an appointment yourself; its reminder arrives ten seconds later:
  curl -s ${url}/v1/webhooks/demo-booking -H 'Authorization: Bearer ${sourceToken}' \\
    -H 'Content-Type: application/json' -d '${JSON.stringify(event).replace('START', start)}'

Ctrl-C ends it and deletes the folder.`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** `wanted` if it is free, else any free port. */
async function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' && wanted !== 0) resolve(freePort(0));
      else reject(error);
    });
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : wanted));
    });
  });
}

const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
await demo(values.once).catch((error) => {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
