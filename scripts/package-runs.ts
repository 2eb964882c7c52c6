/**
 * Runs the programs of a built package from its folder alone, with the embedded database and with PostgreSQL:
 * `tsx scripts/package-runs.ts <folder> <command of the service, as JSON> <uid> <gid>`. They run as that user, and get
 * the environment of this process.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, startPostgres } from '../test/support/postgres-server.ts';
import { ROOT } from './bundle.ts';

const [folder = '', command = '[]', uid = '', gid = ''] = process.argv.slice(2);
const [node = '', ...service] = JSON.parse(command) as string[];
const PATIENCE_MS = 300_000;
const TOKEN = { EASYSMS_ADMIN_TOKEN: randomBytes(24).toString('base64') };
const SETTINGS = {
  ...TOKEN,
  EASYSMS_ENCRYPTION_KEYS: `k:${randomBytes(32).toString('base64')}`,
  EASYSMS_GATEWAYS: 'simulator',
  LOG_LEVEL: 'warn',
};

type Environment = Readonly<Record<string, string>>;

function start(args: readonly string[], env: Environment): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(node, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    uid: Number(uid),
    gid: Number(gid),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Waits for the end of a program. @returns what it wrote. @throws Error when it ends otherwise */
async function run(args: readonly string[], env: Environment, code = 0): Promise<string> {
  const child = start(args, env);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk;
    });
  await once(child, 'close');
  if (child.exitCode !== code) throw new Error(`${args.join(' ')} ended with ${child.exitCode}:\n${said}`);
  return said;
}

function expectText(what: string, text: string, expected: string): void {
  if (!text.includes(expected)) throw new Error(`${what}: "${expected}" is not in\n${text}`);
}

/** The service gets ready, serves its files, takes a command, and ends with 0 at SIGTERM. */
async function serve(settings: Environment): Promise<void> {
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const child = start(service, { ...SETTINGS, PORT: port, PUBLIC_URL: url, ...settings });
  child.stdout.pipe(process.stdout);
  child.stderr.pipe(process.stderr);
  try {
    await ready(url, () => child.exitCode === null);
    const page = await fetch(`${url}/docs/swagger-ui.css`);
    if (!page.ok) throw new Error(`/docs is not whole: ${page.status}`);
    const invite = ['people', 'invite', '--url', url, '--email', 'anna@example.org', '--name', 'Anna'];
    expectText('invite', await run(['dist/cli/easysms.js', ...invite], TOKEN), `${url}/admin/invitation/`);
    child.kill('SIGTERM');
    await once(child, 'exit');
    if (child.exitCode !== 0) throw new Error(`it ended with ${child.exitCode} at SIGTERM`);
  } finally {
    child.kill('SIGKILL');
  }
}

async function ready(url: string, isAlive: () => boolean): Promise<void> {
  for (const until = performance.now() + PATIENCE_MS; performance.now() < until && isAlive(); await sleep(100))
    if (
      await fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
  throw new Error('it did not get ready');
}

await serve({});
if (!existsSync(join(folder, 'data', 'database'))) throw new Error('it keeps its data elsewhere');

const postgres = await startPostgres();
const database = { DATABASE_URL: postgres.url };
try {
  expectText('migrate', await run(['dist/migrate.js'], database), 'The schema is up to date.');
  await serve(database);
  renameSync(join(folder, 'templates'), join(folder, 'no-templates'));
  const stack = await run(service, { ...SETTINGS, PUBLIC_URL: 'https://sms.example.org', ...database }, 1);
  const source = readFileSync(join(ROOT, 'src', 'templates', 'index.ts'), 'utf8').split('\n');
  const line = source.findIndex((each) => each.includes('are not usable')) + 1;
  expectText('stack', stack, `loadShippedTemplates (${join(folder, 'src', 'templates', 'index.ts')}:${line}:`);
} finally {
  await postgres.stop();
}
