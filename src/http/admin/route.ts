import { createRoute, type OpenAPIHono, type RouteConfig, type RouteHandler } from '@hono/zod-openapi';
import type { Context, Handler, Input } from 'hono';
import type {
  CurrentTime,
  GatewayAccess,
  KeyringAccess,
  Logging,
  Metering,
  SendingPermission,
  TemplateAccess,
  Waiting,
} from '../../runtime/deps.ts';
import type { OutgoingAccess } from '../../runtime/outgoing/http.ts';
import type { SettingsRules } from '../../staff/authorities/authorities.ts';
import type { BindDeps } from '../../staff/installation.ts';
import { type AdminGuard, type AuthorizeDeps, emptyIsNoBody } from '../authorize.ts';
import { bearer } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import type { ReceiverAccess } from '../sources/source-request.ts';

/** The dependencies of the administration API: the union of what the functions need that its routes call. */
export interface AdminDeps
  extends AuthorizeDeps,
    BindDeps,
    CurrentTime,
    GatewayAccess,
    KeyringAccess,
    Logging,
    Metering,
    OutgoingAccess,
    ReceiverAccess,
    SendingPermission,
    SettingsRules,
    TemplateAccess,
    Waiting {
  /** null: the simulator is not among the gateways. */
  readonly simulator: object | null;
  /** The embedded database is used. */
  readonly embedded: boolean;
  readonly role: 'all' | 'api' | 'worker';
}

/** Adds a route of the administration API to an app. */
export type AdminRoute = (routes: OpenAPIHono<HttpEnv>, deps: AdminDeps) => void;

/** The context and the response of a route's handler, as its description has them. */
type HandlerOf<R extends RouteConfig> =
  RouteHandler<R, HttpEnv> extends Handler<infer E, infer P, infer I extends Input, infer Answer>
    ? (c: Context<E, P, I>, deps: AdminDeps) => Answer
    : never;

/**
 * Describes a route of the administration API, behind a guard that takes a bearer token.
 * @returns what takes its handler: it decodes, makes one call, and encodes
 */
export function adminRoute<P extends string, R extends Omit<RouteConfig, 'path'> & { readonly path: P }>(
  guard: AdminGuard,
  route: R,
): (handler: HandlerOf<R>) => AdminRoute {
  const isBodyOptional = route.request?.body?.required === false;
  return (handler) => (routes, deps) => {
    const middleware = [...guard(deps), ...(isBodyOptional ? [emptyIsNoBody] : [])];
    const handle = handler as (c: unknown, deps: AdminDeps) => never;
    routes.openapi(createRoute<P, R>({ ...route, security: bearer, middleware }), (c) => handle(c, deps));
  };
}
