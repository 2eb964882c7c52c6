import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { LANGUAGES } from '../../domain/authority.ts';
import { TEMPLATE_NAMES } from '../../domain/reminder.ts';
import { holdsCpr } from '../../domain/text/cpr.ts';
import type { CurrentTime, GatewayAccess, TemplateAccess } from '../../runtime/deps.ts';
import { resetTemplate, saveTemplate } from '../../staff/templates/save.ts';
import { readTemplate } from '../../staff/templates/templates.ts';
import { type AuthorizeDeps, requireRoleIn } from '../authorize.ts';
import { authorityParam, bearer, json, jsonBody, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { createRoutes } from '../problem.ts';
import { templateSchema, toTemplateBody } from '../schemas/template.ts';
import { refuseWith } from '../schemas/text.ts';

type TemplateRoutesDeps = AuthorizeDeps & TemplateAccess & GatewayAccess & CurrentTime;

const path = '/v1/authorities/{authority}/templates/{name}/{language}' as const;
const params = z.object({ authority: authorityParam, name: z.enum(TEMPLATE_NAMES), language: z.enum(LANGUAGES) });

/** `GET`, `PUT` and `DELETE /v1/authorities/{authority}/templates/{name}/{language}`. */
export function templateRoutes(deps: TemplateRoutesDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  readRoute(routes, deps);
  saveRoute(routes, deps);
  resetRoute(routes, deps);
  return routes;
}

function readRoute(routes: OpenAPIHono<HttpEnv>, deps: TemplateRoutesDeps): void {
  const read = createRoute({
    method: 'get',
    path,
    tags: ['Templates'],
    summary: 'Read the wording in force',
    security: bearer,
    middleware: requireRoleIn(deps, 'viewer'),
    request: { params },
    responses: { 200: json(templateSchema, 'Own wording, or the shipped one'), ...problems(401, 403, 404) },
  });
  routes.openapi(read, async (c) => {
    const { authority: authorityId, name, language } = c.req.valid('param');
    return c.json(toTemplateBody(await readTemplate(deps, { authorityId, name, language })), 200);
  });
}

function saveRoute(routes: OpenAPIHono<HttpEnv>, deps: TemplateRoutesDeps): void {
  const text = z
    .string()
    .max(10_000)
    .refine(
      (value) => !holdsCpr(value),
      refuseWith('holds_cpr', 'This looks like it holds a CPR number: leave it out.'),
    )
    .openapi({ example: 'Husk din tid {{ weekday }} d. {{ date }} kl. {{ time }}.' });
  const save = createRoute({
    method: 'put',
    path,
    tags: ['Templates'],
    summary: 'Save own wording',
    description:
      'In force for everything handed over from now on; every save is a new version. Refused, with line and ' +
      'column: an unknown variable, an unclosed or single brace, an empty text, a link, over 5 segments with ' +
      'long values.',
    security: bearer,
    middleware: requireRoleIn(deps, 'administrator'),
    request: { params, body: jsonBody(z.strictObject({ text })) },
    responses: { 200: json(templateSchema, 'Saved'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  });
  routes.openapi(save, async (c) => {
    const { authority: authorityId, name, language } = c.req.valid('param');
    const request = { authorityId, name, language, text: c.req.valid('json').text, actor: c.var.actor.name };
    return c.json(toTemplateBody(await saveTemplate(deps, request, deps.now())), 200);
  });
}

function resetRoute(routes: OpenAPIHono<HttpEnv>, deps: TemplateRoutesDeps): void {
  const reset = createRoute({
    method: 'delete',
    path,
    tags: ['Templates'],
    summary: 'Go back to the shipped wording',
    security: bearer,
    middleware: requireRoleIn(deps, 'administrator'),
    request: { params },
    responses: { 204: { description: 'The shipped wording is in force' }, ...problems(401, 403, 404) },
  });
  routes.openapi(reset, async (c) => {
    const { authority: authorityId, name, language } = c.req.valid('param');
    await resetTemplate(deps, { authorityId, name, language, actor: c.var.actor.name }, deps.now());
    return c.body(null, 204);
  });
}
