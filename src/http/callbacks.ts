import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { Problem } from '../domain/errors.ts';
import type { CallbackHead, CallbackKind, CallbackResponse, RawCallback, SmsGateway } from '../gateways/gateway.ts';
import type { ReceiptAcceptor } from '../receipts/accept.ts';
import { acceptInbound } from '../replies/accept.ts';
import type { Sender } from '../runtime/body-memory.ts';
import type {
  CurrentTime,
  DatabaseAccess,
  GatewayAccess,
  KeyringAccess,
  Logging,
  Metering,
  TemplateAccess,
} from '../runtime/deps.ts';
import { problems } from './describe.ts';
import type { HttpEnv } from './env.ts';
import { createRoutes } from './problem.ts';

/** The dependencies of the gateways' callbacks: what accepts receipts, and what accepts replies needs. */
export interface CallbackDeps
  extends GatewayAccess,
    DatabaseAccess,
    KeyringAccess,
    TemplateAccess,
    Metering,
    Logging,
    CurrentTime {
  readonly receipts: Pick<ReceiptAcceptor, 'accept'>;
}

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
export function callbackRoutes(deps: CallbackDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
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
  return routes;
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
      if (c.req.method === 'POST') c.set('sender', senderOf(deps, c.req.param('gateway') ?? '', headOf(c, kind)));
      await next();
    });
  }
}

/** @throws Problem 401 */
function senderOf(deps: GatewayAccess & Metering, id: string, head: CallbackHead): Sender {
  const gateway = gatewayNamed(deps, id);
  const proof = gateway ? gateway.verifyHead?.(head) : false;
  if (proof === false && !mayBeSigned(head)) throw unproven(deps, gateway);
  return { proven: proof === true, to: id };
}

/**
 * True for a callback with a signature that its body may prove. The callback alone tells it, so that nobody learns from
 * whether its body is read which gateways are configured.
 */
function mayBeSigned({ headers }: CallbackHead): boolean {
  return Object.keys(headers).some((name) => name.includes('signature'));
}

function gatewayNamed({ gateways }: Pick<CallbackDeps, 'gateways'>, id: string): SmsGateway | undefined {
  return gateways.find((each) => each.id === id);
}

/** Counts the callback, too. @param gateway undefined for one that is not configured */
function unproven({ metrics }: Metering, gateway: SmsGateway | undefined): Problem {
  metrics.callbacksRefused.inc({ gateway: gateway?.id ?? 'unknown' });
  return new Problem(401, 'unauthorized', 'The callback does not prove that it comes from the gateway.');
}

async function readCallback(c: Context<HttpEnv>, kind: CallbackKind): Promise<RawCallback> {
  return { ...headOf(c, kind), body: new Uint8Array(await c.req.arrayBuffer()) };
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

/**
 * Gives a gateway's callback to what accepts it: receipts are stored now and applied after the response, inbound
 * messages are applied before it.
 * @returns the response that the supplier expects
 * @throws Problem 401 for a callback without a valid token or signature, and for any of a gateway that is not
 * configured
 */
export async function receiveCallback(
  deps: CallbackDeps,
  gatewayId: string,
  callback: RawCallback,
): Promise<CallbackResponse> {
  const gateway = gatewayNamed(deps, gatewayId);
  if (!gateway?.verify(callback)) throw unproven(deps, gateway);
  if (callback.kind === 'receipts') await deps.receipts.accept(gateway, callback);
  else await acceptInbound(deps, gateway, callback, deps.now());
  return gateway.acknowledge(callback);
}
