import '../utc.ts';
import { systemClock } from '../clock.ts';
import { readConfig } from '../config/config.ts';
import { createGateways } from '../gateways/index.ts';
import { createLogger } from '../log.ts';
import { startService } from '../service.ts';
import { DemoClient } from './client.ts';
import { runStory } from './story.ts';

/** Always the same, since the database holds nobody's data and listens on this machine alone. */
const TOKEN = 'the-token-for-development';

/** The service for development: `tsx watch` restarts it at every save, with a database of its own that is kept. */
async function dev(): Promise<void> {
  const { PORT, LOG_LEVEL } = process.env;
  const config = readConfig({ DATA_DIR: './data/dev', PORT, LOG_LEVEL, EASYSMS_ADMIN_TOKEN: TOKEN });
  const made = createGateways(config.gateways, () => null, { publicUrl: config.publicUrl, now: systemClock.now });
  if ('missing' in made) throw new Error(made.missing.join('\n'));
  const service = await startService({ config, gateways: made.gateways, log: createLogger(config.logLevel) });
  // The watcher waits for the exit before it starts the next process: only one may open the database.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void service.stop().then(() => process.exit(0)));
  process.stdout.write(
    `${service.url}/admin, ${service.url}/simulator, ${service.url}/docs: the administrator's token is ${TOKEN}\n`,
  );
  if (await isEmpty(service.url))
    await runStory(
      new DemoClient(service.url, config.adminToken),
      systemClock,
      (line) => void process.stdout.write(`${line}\n`),
    );
}

async function isEmpty(url: string): Promise<boolean> {
  const response = await fetch(`${url}/v1/authorities`, { headers: { Authorization: `Bearer ${TOKEN}` } });
  const { items } = (await response.json()) as { items: unknown[] };
  return items.length === 0;
}

await dev();
