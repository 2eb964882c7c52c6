import { signIn } from '../fuzz/access.ts';
import { startOthers } from '../fuzz/others.ts';
import { ADMIN, type RunningService, startServiceProcess } from '../fuzz/service-process.ts';
import { type LargeRequest, VENDOR_MAPPING } from './large-requests.ts';

/** A service process that tells how long each request keeps it from everything else. */
export interface StallingService {
  readonly url: string;
  /** The cookie of the administrator's session. */
  readonly session: string;
  /**
   * Sends a request.
   * @returns the longest stall until it was answered, in ms of the event loop's processor time; 0 for one under 50
   */
  stallOf(request: LargeRequest): Promise<number>;
  stop(): Promise<void>;
}

/** Starts the service over an empty database, with a source that takes every format, and one with a mapping. */
export async function startStallingService(databaseUrl: string): Promise<StallingService> {
  const others = await startOthers();
  const service = await startServiceProcess(databaseUrl, others.origin);
  await put(service, '/v1/authorities/bench', { name: 'Bench', sender: 'Bench' });
  const tokens = new Map<string, string>();
  for (const [id, settings] of Object.entries({ all: {}, vendor: { mapping: VENDOR_MAPPING } }))
    tokens.set(id, await put(service, `/v1/authorities/bench/sources/${id}`, { name: id, ...settings }));
  const session = await signIn(service.url, '/admin/sign-in', { token: ADMIN, next: '/admin' });
  await service.stallsTold();
  return {
    url: service.url,
    session,
    async stallOf({ name, path, type, body, headers: own }) {
      let longest = 0;
      service.onStall = (ms) => {
        longest = Math.max(longest, ms);
      };
      const token = tokens.get(path.endsWith('/vendor') ? 'vendor' : 'all');
      const headers = { ...(own ?? { Authorization: `Bearer ${token}` }), 'Content-Type': type };
      const ask = () => fetch(service.url + path, { method: 'POST', headers, body, redirect: 'manual' });
      // A connection that both have kept open may end while the request is on its way.
      const response = await ask().catch(ask);
      await response.arrayBuffer();
      if ((response.status === 413 && own === undefined) || response.status >= 500)
        throw new Error(`${name}: answered ${response.status}`);
      await service.stallsTold();
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
  const response = await fetch(url + path, { method: 'PUT', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { secrets?: { token: string } }).secrets?.token ?? '';
}
