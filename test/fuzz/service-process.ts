import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { freePort } from '../support/postgres-server.ts';

export const ADMIN = 'fuzz-administrator-0123456789-abcdef';
/** Every supplier that there is (`test/gateways/index.test.ts`). */
export const SUPPLIERS = ['kannel', 'inmobile', 'gatewayapi', 'link', 'twilio'] as const;
/** In the address of callbacks of suppliers that sign nothing. */
export const CALLBACK = 'fuzz-callback-token-0123456789-abc';
/** The secret of suppliers that sign. */
export const SIGNING = 'fuzz-signing-secret-0123456789-abc';

/** The service as it runs in production, with everything that it says. */
export interface RunningService {
  readonly url: string;
  readonly logged: string[];
  /** Called with the milliseconds of each stall. */
  onStall: (ms: number) => void;
  /** Resolves once all stalls so far are told. */
  stallsTold(): Promise<void>;
  stop(): Promise<void>;
}

/** Settings of all suppliers that there are, each at a path of its own. */
function suppliersAt(origin: string): Readonly<Record<string, string>> {
  return {
    ...{ EASYSMS_GATEWAYS: SUPPLIERS.join(), KANNEL_SENDSMS_URL: `${origin}/kannel` },
    ...{ KANNEL_USERNAME: 'fuzz', KANNEL_PASSWORD: 'fuzz', KANNEL_CALLBACK_TOKEN: CALLBACK },
    ...{ INMOBILE_BASE_URL: `${origin}/inmobile`, INMOBILE_API_KEY: 'fuzz', INMOBILE_CALLBACK_TOKEN: CALLBACK },
    ...{ GATEWAYAPI_BASE_URL: `${origin}/gatewayapi`, GATEWAYAPI_TOKEN: 'fuzz', GATEWAYAPI_WEBHOOK_SECRET: SIGNING },
    ...{ LINK_BASE_URL: `${origin}/link`, LINK_USERNAME: 'fuzz', LINK_PASSWORD: 'fuzz', LINK_PLATFORM_ID: 'SMSC' },
    ...{ LINK_PLATFORM_PARTNER_ID: '1', LINK_GATE_ID: 'fuzz', LINK_CALLBACK_TOKEN: CALLBACK },
    ...{ TWILIO_BASE_URL: `${origin}/twilio`, TWILIO_ACCOUNT_SID: `AC${'a'.repeat(32)}`, TWILIO_AUTH_TOKEN: SIGNING },
  };
}

/**
 * Starts the service over this database.
 * @param others address of the suppliers and endpoints that it may call
 * @throws Error with what it said when it does not get ready
 */
export async function startServiceProcess(databaseUrl: string, others: string): Promise<RunningService> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = fork(new URL('../../src/main.ts', import.meta.url), {
    execArgv: ['--import', 'tsx', '--import', new URL('stall-probe.ts', import.meta.url).href],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...process.env,
      ...{ PORT: String(port), PUBLIC_URL: url, DATABASE_URL: databaseUrl, LOG_LEVEL: 'debug' },
      ...{ EASYSMS_ADMIN_TOKEN: ADMIN, EASYSMS_ENCRYPTION_KEYS: `fuzz:${randomBytes(32).toString('base64')}` },
      ...{ EASYSMS_SENDING: 'on', EASYSMS_ALLOWED_ADDRESSES: new URL(others).host },
      ...suppliersAt(others),
    },
  });
  const logged: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface({ input: stream }).on('line', (line) => void logged.push(line));
  let told = () => {};
  const service: RunningService = {
    ...{ url, logged, onStall: () => {}, stop: () => ended(child) },
    stallsTold: () =>
      new Promise((resolve) => {
        told = resolve;
        child.send('');
      }),
  };
  child.on('message', (message: 'told' | { stall: number }) => {
    if (message === 'told') told();
    else service.onStall(message.stall);
  });
  await untilReady(child, url, logged);
  return service;
}

async function untilReady(child: ChildProcess, url: string, logged: readonly string[]): Promise<void> {
  while (child.exitCode === null) {
    const ready = await fetch(`${url}/healthz`).catch(() => null);
    if (ready?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the service ended: ${logged.slice(-5).join('\n')}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exit;
}
