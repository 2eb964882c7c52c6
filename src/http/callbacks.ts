import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type IncomingCallback, receiveCallback } from '../replies/receive-callback.ts';
import type { HttpDeps, HttpEnv } from './deps.ts';
import { problems } from './describe.ts';
import { createRoutes } from './problem.ts';

const stored = {
  description: 'Stored; the body is what the supplier wants to hear',
  content: { 'text/plain': { schema: z.string() } },
};

const KINDS = {
  receipts: 'Delivery receipts, as the supplier sends them: stored raw, answered, then applied',
  inbound: 'SMS from citizens, as the supplier sends them: stored and applied before the answer',
} as const;

/** `/v1/callbacks/{gateway}/…`: what is read, and what proves that it is the supplier's, is the adapter's business. */
export function callbackRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  for (const kind of ['receipts', 'inbound'] as const) {
    for (const method of ['get', 'post'] as const) {
      const route = createRoute({
        method,
        path: `/v1/callbacks/{gateway}/${kind}`,
        tags: ['Gateways'],
        summary: KINDS[kind],
        security: [{ gatewayCallback: [] }],
        request: {
          params: z.object({
            gateway: z.string().openapi({ param: { name: 'gateway', in: 'path' }, example: 'kannel' }),
          }),
        },
        responses: { 200: stored, ...problems(401, 404, 413, 503) },
      });
      routes.openAPIRegistry.registerPath(route);
      routes.on(method.toUpperCase(), route.getRoutingPath(), async (c) => {
        const answer = await receiveCallback(
          deps,
          deps.receipts,
          kind,
          c.req.param('gateway') ?? '',
          await toCallback(c),
        );
        return c.newResponse(answer.body, {
          status: answer.status as 200,
          headers: { 'Content-Type': 'text/plain; charset=utf-8', ...answer.headers },
        });
      });
    }
  }
  return routes;
}

async function toCallback(c: Context<HttpEnv>): Promise<IncomingCallback> {
  const url = new URL(c.req.url);
  return {
    method: c.req.method,
    path: url.pathname,
    query: Object.fromEntries([...url.searchParams].reverse()),
    headers: c.req.header(),
    body: new Uint8Array(await c.req.arrayBuffer()),
  };
}
