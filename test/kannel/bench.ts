import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { kannelConf, type Ports } from './kannel-conf.ts';
import { type Inbound, SimulatedSmsc, type Submitted } from './smsc.ts';

const PATIENCE_MS = 240_000;
const LOOK_MS = 50;
const SBIN = ['/usr/sbin', '/usr/local/sbin'];

/** Why there is no Kannel to test with; null when there is one. Say it once a file, then skip. */
export const kannelMissing: string | null = ['bearerbox', 'smsbox'].every((name) => find(name))
  ? null
  : 'no real Kannel here, its tests are skipped: bearerbox and smsbox are not in PATH (Debian: apt-get install kannel)';

export interface KannelOptions {
  /** Where inbound SMS go: `PUBLIC_URL` of the service. */
  readonly callbackUrl: string;
  readonly token: string;
  /** How Kannel hands inbound SMS on. */
  readonly inbound?: 'post-url' | 'post-url, password' | 'get-url';
}

/** A real Kannel between the service and a simulated SMSC. */
export interface Kannel {
  readonly sendsmsUrl: string;
  readonly username: string;
  readonly password: string;
  /** A citizen's SMS. Resolves when Kannel has taken it from the SMSC. */
  injectInbound(inbound: Inbound): Promise<void>;
  /** What arrived at the SMSC, oldest first. */
  seen(): readonly Submitted[];
  /** Kannel goes away, the SMSC stays. */
  down(): Promise<void>;
  /** Kannel comes back, at the same address, with what it had in its store. */
  up(): Promise<void>;
  /** Ends everything and removes its folder. */
  stop(): Promise<void>;
}

/** Starts the SMSC and Kannel on free ports, in a folder of their own. Resolves when Kannel is bound to the SMSC. */
export async function startKannel({ callbackUrl, token, inbound = 'post-url' }: KannelOptions): Promise<Kannel> {
  const folder = await mkdtemp(join(tmpdir(), 'easysms-kannel-'));
  const smsc = new SimulatedSmsc();
  const [admin, smsbox, sendsms] = await freePorts(3);
  const ports: Ports = { smsc: await smsc.listen(), admin, smsbox, sendsms };
  const conf = join(folder, 'kannel.conf');
  await mkdir(join(folder, 'spool'));
  await writeFile(
    conf,
    kannelConf({ folder, ports, inboundUrl: `${callbackUrl}/v1/callbacks/kannel/inbound`, token, inbound }),
  );
  const boxes = new Boxes(conf, folder, ports);
  const stop = async () => {
    await boxes.down();
    await smsc.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await boxes.up();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    sendsmsUrl: `http://127.0.0.1:${ports.sendsms}/cgi-bin/sendsms`,
    username: 'easysms',
    password: 'secret',
    injectInbound: (message) => smsc.deliver(message),
    seen: () => smsc.seen,
    down: () => boxes.down(),
    up: () => boxes.up(),
    stop,
  };
}

/** Kannel's two processes: bearerbox speaks to the SMSC, smsbox to us. */
class Boxes {
  readonly #conf: string;
  readonly #folder: string;
  readonly #ports: Ports;
  #running: ChildProcess[] = [];

  constructor(conf: string, folder: string, ports: Ports) {
    this.#conf = conf;
    this.#folder = folder;
    this.#ports = ports;
  }

  async up(): Promise<void> {
    this.#start('bearerbox');
    await this.#until('bearerbox answers', async () => (await this.#status()) !== null);
    this.#start('smsbox');
    await this.#until('smsbox and the SMSC are there', async () => {
      const status = (await this.#status()) ?? '';
      return status.includes('smsbox:') && status.includes('online');
    });
    await this.#until('smsbox takes SMS', () => this.#answers());
  }

  async down(): Promise<void> {
    // smsbox first: it ends by itself, and complains, once bearerbox is gone.
    for (const child of this.#running.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await gone;
      clearTimeout(late);
    }
    this.#running = [];
  }

  #start(name: 'bearerbox' | 'smsbox'): void {
    const child = spawn(find(name) ?? name, ['-v', '4', this.#conf], { cwd: this.#folder, stdio: 'ignore' });
    this.#running.push(child);
    const end = () => void child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
  }

  async #status(): Promise<string | null> {
    try {
      return await (await fetch(`http://127.0.0.1:${this.#ports.admin}/status.txt?password=admin`)).text();
    } catch {
      return null;
    }
  }

  async #answers(): Promise<boolean> {
    try {
      return (await fetch(`http://127.0.0.1:${this.#ports.sendsms}/cgi-bin/sendsms`)).status === 403;
    } catch {
      return false;
    }
  }

  async #until(what: string, there: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!(await there())) {
      const gone = this.#running.find((child) => child.exitCode !== null);
      if (gone || performance.now() > end) throw new Error(`Kannel did not start (${what}):\n${await this.#log()}`);
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_MS);
      });
    }
  }

  async #log(): Promise<string> {
    const read = (name: string) => readFile(join(this.#folder, name), 'utf8').catch(() => '');
    return (await Promise.all(['bearerbox.log', 'smsbox.log'].map(read))).join('\n').slice(-4_000);
  }
}

function find(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SBIN];
  const paths = folders.map((folder) => join(folder, name));
  return paths.find((path) => isExecutable(path)) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function freePorts(count: 3): Promise<[number, number, number]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports as [number, number, number];
}
