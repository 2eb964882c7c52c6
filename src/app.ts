import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { Guesses } from './accounts/guesses.ts';
import type { CallbackDeps } from './callbacks/receive.ts';
import type { Db } from './database/tables.ts';
import type { Problem } from './domain/errors.ts';
import type { AdminDeps } from './http/admin/route.ts';
import { ADMIN_ROUTES } from './http/admin/routes.ts';
import { admitCallbacks, callbackRoutes } from './http/callbacks.ts';
import type { HttpEnv } from './http/env.ts';
import { toProblem } from './http/failures.ts';
import { boundedBodies } from './http/guards/bodies.ts';
import { FailedAttempts, type GuessDeps, limitGuesses } from './http/guards/failed-attempts.ts';
import {
  cautiousHeaders,
  checked,
  noticeProxy,
  ownHosts,
  requestLog,
  requirePlainBody,
} from './http/guards/middleware.ts';
import { type HealthRoutesDeps, healthRoutes } from './http/health.ts';
import { openApiRoutes } from './http/openapi.ts';
import { createRoutes, problemResponse } from './http/problem.ts';
import { fhirRoutes } from './http/sources/fhir.ts';
import { hl7v2Routes } from './http/sources/hl7v2.ts';
import { importRoutes } from './http/sources/imports.ts';
import { sourceAppointmentRoutes } from './http/sources/source-appointment.ts';
import { sourceEventRoutes } from './http/sources/source-events.ts';
import { admitSources } from './http/sources/source-request.ts';
import { type SourceTestDeps, sourceTestRoutes } from './http/sources/source-test.ts';
import { webhookRoutes } from './http/sources/webhooks.ts';
import { unmatched } from './http/unmatched.ts';
import { type PagesRoutesDeps, pagesRoutes } from './pages/index.tsx';
import { errorPage, wantsPage } from './pages/kit/error-page.tsx';
import { phonesGuard } from './pages/kit/kept/guard.ts';
import type { Site } from './pages/kit/site.ts';
import { type SimulatedPhones, simulatorRoutes } from './pages/simulator/simulator-page.tsx';
import type { BodyMemory } from './runtime/body-memory.ts';
import type { ProcessIdentity } from './runtime/deps.ts';

/** Everything that the application is made with: what its routes name, and what decides which routes there are. */
export interface AppDeps
  extends AdminDeps,
    PagesRoutesDeps,
    CallbackDeps,
    HealthRoutesDeps,
    ProcessIdentity,
    SourceTestDeps,
    GuessDeps {
  /** The database over the connections of administrators; left out: over those of everything else. */
  readonly adminPool?: Db;
  /** null: the simulator is not among the gateways. */
  readonly simulator: SimulatedPhones | null;
  /** The listen address is a loopback address. */
  readonly loopback: boolean;
  /** The memory for request bodies, which MLLP shares. */
  readonly bodies: BodyMemory;
}

/** The HTTP application. With the role `worker` it serves the health routes only. */
export function createApp(deps: AppDeps): OpenAPIHono<HttpEnv> {
  const app = createRoutes();
  app.use(cautiousHeaders, requestLog(deps), checked(noticeProxy(deps), requirePlainBody));
  if (deps.role !== 'worker') admitSenders(app, deps);
  app.use(boundedBodies(deps.bodies, deps));
  app.route('/', healthRoutes(deps));
  if (deps.role !== 'worker') mount(app, deps);
  const limited = limitGuesses(new FailedAttempts(new Guesses(deps)), deps);
  const respond = (c: Context<HttpEnv>, problem: Problem) =>
    wantsPage(c, problem) ? errorPage(c, problem, deps) : problemResponse(c, problem);
  app.onError(async (error, c) => respond(c, await limited(c, toProblem(error, c, deps))));
  app.notFound(unmatched(app, respond));
  return app;
}

/** Everything that the headers alone decide comes before any body is read. */
function admitSenders(app: OpenAPIHono<HttpEnv>, deps: AppDeps): void {
  admitSources(app, deps);
  admitCallbacks(app, deps);
  const toPage: MiddlewareHandler<HttpEnv> = async (c, next) => {
    c.set('sender', { proven: false, to: 'pages' });
    await next();
  };
  app.use('/admin/*', toPage);
  app.use('/simulator/*', toPage);
}

const SOURCE_ROUTES = [
  webhookRoutes,
  fhirRoutes,
  hl7v2Routes,
  importRoutes,
  sourceTestRoutes,
  sourceAppointmentRoutes,
  sourceEventRoutes,
];

function mount(app: OpenAPIHono<HttpEnv>, deps: AppDeps): void {
  // Administrators use connections of their own, so that their reports keep no appointment and no reminder waiting.
  const administration: AdminDeps & PagesRoutesDeps = {
    ...deps,
    db: deps.adminPool ?? deps.db,
  };
  for (const addRoutes of ADMIN_ROUTES) addRoutes(app, administration);
  const pages = pagesRoutes(administration);
  app.route('/', pages.routes);
  for (const addRoutes of [...SOURCE_ROUTES, callbackRoutes]) addRoutes(app, deps);
  if (deps.simulator)
    app.route(
      '/',
      simulatorRoutes({
        simulator: deps.simulator,
        publicUrl: deps.publicUrl,
        guard: phoneGuard({ ...deps, site: pages.site }),
      }),
    );
  app.route('/', openApiRoutes(app));
}

/**
 * Opens the phones to everybody where only this machine reaches them and they hold nobody's data, that is on loopback
 * over the embedded database; elsewhere they require a session.
 */
function phoneGuard(deps: AppDeps & { readonly site: Site }): MiddlewareHandler<HttpEnv> {
  return deps.embedded && deps.loopback ? ownHosts(deps.publicUrl) : phonesGuard(deps);
}
