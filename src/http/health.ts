import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Metering } from '../runtime/deps.ts';
import { bearerTokenOf } from './authorize.ts';
import { json, open, problems } from './describe.ts';
import type { HttpEnv } from './env.ts';
import { type MetricsAccess, metricsFor } from './metrics-access.ts';
import { createRoutes } from './problem.ts';

/** Reasons why a process can't serve now. */
export const READINESS_REASONS = ['stopping', 'clock_off', 'no_dispatch_tick', 'database_unavailable'] as const;

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
