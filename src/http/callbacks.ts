import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { admitCallback, type CallbackDeps, receiveCallback } from '../callbacks/receive.ts';
import type { CallbackHead, CallbackKind, RawCallback } from '../gateways/gateway.ts';
import type { GatewayAccess, Metering } from '../runtime/deps.ts';
import { problems } from './describe.ts';
import type { HttpEnv } from './env.ts';

const stored = {
  description: 'Stored; the body is what the supplier expects',
  content: { 'text/plain': { schema: z.string() } },
};

const SUMMARIES = {
  receipts: 'Delivery receipts, as the supplier sends them: stored raw before the response, applied after it',
  inbound: 'SMS from citizens, as the supplier sends them: stored and applied before the response',
} as const satisfies Readonly<Record<CallbackKind, string>>;

const KINDS = ['receipts', 'inbound'] as const satisfies readonly CallbackKind[];

/** `GET` and `POST /v1/callbacks/{gateway}/receipts` and `…/inbound`, each in the form that the supplier sends. */
export function callbackRoutes(routes: OpenAPIHono<HttpEnv>, deps: CallbackDeps): void {
  for (const kind of KINDS) {
    for (const method of ['get', 'post'] as const) {
      const route = describeCallback(kind, method);
      routes.openAPIRegistry.registerPath(route);
      routes.on(method.toUpperCase(), route.getRoutingPath(), async (c) => {
        const response = await receiveCallback(deps, c.req.param('gateway') ?? '', await readCallback(c, kind));
        return c.newResponse(response.body, {
          status: response.status as 200,
          headers: { 'Content-Type': 'text/plain; charset=utf-8', ...response.headers },
        });
      });
    }
  }
}

function describeCallback(kind: CallbackKind, method: 'get' | 'post') {
  const gateway = z.string().openapi({ param: { name: 'gateway', in: 'path' }, example: 'kannel' });
  return createRoute({
    method,
    path: `/v1/callbacks/{gateway}/${kind}`,
    tags: ['Gateways'],
    summary: SUMMARIES[kind],
    security: [{ gatewayCallback: [] }],
    request: { params: z.object({ gateway }) },
    responses: { 200: stored, ...problems(401, 413, 422, 503) },
  });
}

/** Refuses, before its body is read, a callback that no body could prove: alike of a gateway that is not configured. */
export function admitCallbacks(app: OpenAPIHono<HttpEnv>, deps: GatewayAccess & Metering): void {
  for (const kind of KINDS) {
    app.use(`/v1/callbacks/:gateway/${kind}`, async (c, next) => {
      // A GET has no body.
      if (c.req.method === 'POST') {
        const id = c.req.param('gateway') ?? '';
        const head = headOf(c, kind);
        c.set('callbackHead', head);
        c.set('sender', { proven: admitCallback(deps, id, head), to: id });
      }
      await next();
    });
  }
}

async function readCallback(c: Context<HttpEnv>, kind: CallbackKind): Promise<RawCallback> {
  return { ...(c.get('callbackHead') ?? headOf(c, kind)), body: new Uint8Array(await c.req.arrayBuffer()) };
}

/**
 * The head of a callback, in the form that gateways read.
 * @param kind that of the route which was matched: a router may match a path however it is escaped
 */
function headOf(c: Context<HttpEnv>, kind: CallbackKind): CallbackHead {
  const url = new URL(c.req.url);
  return {
    kind,
    method: c.req.method,
    path: url.pathname,
    search: url.search,
    query: Object.fromEntries([...url.searchParams].reverse()),
    headers: c.req.header(),
  };
}
