import { setTimeout as sleep } from 'node:timers/promises';
import { startOthers } from '../test/fuzz/others.ts';
import { ADMIN, type RunningService, startServiceProcess } from '../test/fuzz/service-process.ts';
import { type LargeRequest, LargeRequests, VENDOR_MAPPING } from './large-requests.ts';
import { reportFigure, say } from './report.ts';
import { freshDatabase } from './service.ts';

const MOST_MS = 100;
/** How many of the longest are looked at in a process that has done nothing else. */
const COLD = 12;
/** The probe looks every 10 ms. */
const SETTLED_MS = 100;

interface Asked extends RunningService {
  /** Sends a request. @returns the longest stall until it was answered, in ms of the event loop's processor time */
  stallOf(request: LargeRequest): Promise<number>;
}

/**
 * How long a request of 1 MiB keeps everything else waiting: the worst bodies of every format that are known, in a
 * process that has answered them before, and the longest of them in new processes.
 */
export async function benchStalls(serverUrl: string, rounds: number): Promise<void> {
  const requests = new LargeRequests();
  const stalls = new Map<string, number[]>();
  const warm = await open(serverUrl);
  for (let round = 0; round <= rounds; round++)
    for (const request of requests.all()) {
      const stall = await warm.stallOf(request);
      // The first time is that of a process that still compiles.
      if (round > 0) stalls.set(request.name, [...(stalls.get(request.name) ?? []), stall]);
    }
  await warm.stop();
  const worst = [...stalls].sort(([, a], [, b]) => Math.max(...b) - Math.max(...a)).slice(0, COLD);
  for (const [name, each] of worst) reportFigure(`longest stall, warm: ${name}`, each, 'ms', MOST_MS);
  const cold: (readonly [name: string, ms: number])[] = [];
  for (const [name] of worst) {
    const request = requests.all().find((each) => each.name === name);
    const service = await open(serverUrl);
    if (request) cold.push([name, await service.stallOf(request)]);
    await service.stop();
  }
  for (const [name, ms] of cold)
    reportFigure(`longest stall, first request of a process: ${name}`, [ms], 'ms', MOST_MS);
  say(`     of ${stalls.size} requests of up to 1 MiB`);
}

async function open(serverUrl: string): Promise<Asked> {
  const others = await startOthers();
  const service = await startServiceProcess(await freshDatabase(serverUrl), others.origin);
  await put(service, '/v1/authorities/bench', { name: 'Bench', sender: 'Bench' });
  const tokens = new Map<string, string>();
  for (const [id, settings] of Object.entries({ all: {}, vendor: { mapping: VENDOR_MAPPING } }))
    tokens.set(id, await put(service, `/v1/authorities/bench/sources/${id}`, { name: id, ...settings }));
  await sleep(SETTLED_MS);
  return {
    ...service,
    async stallOf({ name, path, type, body }) {
      let longest = 0;
      service.onStall = (ms) => {
        longest = Math.max(longest, ms);
      };
      const token = tokens.get(path.endsWith('/vendor') ? 'vendor' : 'all');
      const headers = { Authorization: `Bearer ${token}`, 'Content-Type': type };
      const ask = () => fetch(service.url + path, { method: 'POST', headers, body });
      // A connection that both have kept open may end while the request is on its way.
      const answer = await ask().catch(ask);
      await answer.arrayBuffer();
      if (answer.status === 413 || answer.status >= 500) throw new Error(`${name}: answered ${answer.status}`);
      await sleep(SETTLED_MS);
      return longest;
    },
    async stop() {
      await service.stop();
      await others.stop();
    },
  };
}

/** @returns the token of a source that this made */
async function put({ url }: RunningService, path: string, body: unknown): Promise<string> {
  const headers = { Authorization: `Bearer ${ADMIN}`, 'Content-Type': 'application/json' };
  const answer = await fetch(url + path, { method: 'PUT', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { secrets?: { token: string } }).secrets?.token ?? '';
}
