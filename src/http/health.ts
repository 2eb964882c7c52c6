import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { isAdminToken } from '../accounts/keys.ts';
import { Problem } from '../domain/errors.ts';
import { equalInConstantTime } from '../domain/text/constant-time.ts';
import type { KeyringAccess, Metering } from '../runtime/deps.ts';
import { bearerTokenOf } from './authorize.ts';
import { json, open, problems } from './describe.ts';
import type { HttpEnv } from './env.ts';
import { createRoutes, plainProblem, unauthorized } from './problem.ts';

/** Reasons why a process can't serve now. */
const READINESS_REASONS = ['stopping', 'clock_off', 'no_dispatch_tick', 'database_unavailable'] as const;

/** One of the reasons why a process can't serve now. */
export type ReadinessReason = (typeof READINESS_REASONS)[number];

const readinessSchema = z
  .object({ status: z.enum(['ready', 'not ready']), reasons: z.array(z.enum(READINESS_REASONS)) })
  .openapi('Readiness');

/** The paths by which an orchestrator asks whether the process is alive, and whether it can serve. */
export const HEALTH_PATHS: readonly string[] = ['/healthz', '/readyz'];

/** The dependencies of the health routes. */
export interface HealthRoutesDeps extends Metering, MetricsAccess {
  /** Whether the process can serve, and every reason why not. */
  readonly readiness: () => Promise<{ readonly ready: boolean; readonly reasons: readonly ReadinessReason[] }>;
}

/**
 * `GET /healthz`, `/readyz` and `/metrics`, for orchestrators and monitoring. They hold no personal data, and the
 * first two are open to all.
 */
export function healthRoutes(deps: HealthRoutesDeps): OpenAPIHono<HttpEnv> {
  return createRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/healthz',
        tags: ['Health'],
        summary: 'Whether the process is alive',
        security: open,
        responses: { 200: json(z.object({ status: z.literal('ok') }), 'It is alive') },
      }),
      (c) => c.json({ status: 'ok' as const }, 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/readyz',
        tags: ['Health'],
        summary: 'Whether it can serve',
        description:
          'The database is reachable and migrated, its clock is at most 30 s from the process’s, the dispatcher ' +
          'ticks, and the process is not stopping.',
        security: open,
        responses: { 200: json(readinessSchema, 'Ready'), 503: json(readinessSchema, 'Not ready, and why') },
      }),
      async (c) => {
        const { ready, reasons } = await deps.readiness();
        if (ready) return c.json({ status: 'ready' as const, reasons: [] }, 200);
        c.header('Retry-After', '5');
        return c.json({ status: 'not ready' as const, reasons: [...reasons] }, 503);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/metrics',
        tags: ['Health'],
        summary: 'Metrics for Prometheus',
        description:
          'Counts and times only: no label holds a number, a name or a reference. With EASYSMS_METRICS_TOKEN it ' +
          "takes that token, or the administrator's; without, everybody reads it, with a hash in place of each " +
          "source's id.",
        security: [{}, { bearer: [] }],
        responses: {
          ...problems(401),
          200: { description: 'Prometheus text format', content: { 'text/plain': { schema: z.string() } } },
        },
      }),
      async (c) => {
        const { registry } = deps.metrics;
        const text = metricsFor(bearerTokenOf(c), await registry.metrics(), deps);
        return c.text(text, 200, { 'Content-Type': registry.contentType });
      },
    );
}

/** Who may read the metrics, and with which ids. */
interface MetricsAccess extends KeyringAccess {
  readonly adminToken: string;
  /** null: everybody may read them. */
  readonly metricsToken: string | null;
}

const SOURCE = /(?<=[{,]source=")[^"]*(?=")/g;
/** The name in a metric of a source that is none of ours, or that it can't tell. */
const NO_SOURCE = ['', 'unknown'];
const HASH_LENGTH = 12;

/**
 * The metrics as whoever has this token may read them: strangers learn no ids of sources, which they would need for a
 * guess at a secret.
 * @throws Problem 401 for a wrong token, and without one where one is needed
 */
function metricsFor(token: string | undefined, text: string, access: MetricsAccess): string {
  const { metricsToken, keyring } = access;
  if (token !== undefined) {
    if ((metricsToken !== null && equalInConstantTime(token, metricsToken)) || isAdminToken(access, token)) return text;
    throw unauthorized();
  }
  if (metricsToken !== null) throw unauthorized();
  const hash = (id: string) => keyring.digest('metrics', id).toString('hex').slice(0, HASH_LENGTH);
  return text.replace(SOURCE, (id) => (NO_SOURCE.includes(id) ? id : hash(id)));
}

const RETRY_AFTER_SECONDS = 5;

/** The response of a process that waits for its database: it is alive, not ready, and refuses everything else. */
export function respondWhileStarting(request: Request): Response {
  const { pathname } = new URL(request.url);
  if (pathname === '/healthz') return Response.json({ status: 'ok' });
  const headers = { 'Retry-After': String(RETRY_AFTER_SECONDS) };
  if (pathname === '/readyz')
    return Response.json({ status: 'not ready', reasons: ['database_unavailable'] }, { status: 503, headers });
  const detail =
    'The database is out of reach at the moment, and this process waits for it: send the same request again.';
  return plainProblem(new Problem(503, 'unavailable', detail, { retryAfterSeconds: RETRY_AFTER_SECONDS }), pathname);
}
