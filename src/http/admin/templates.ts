import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { LANGUAGES } from '../../domain/authority.ts';
import { TEMPLATE_NAMES } from '../../domain/reminder.ts';
import { holdsCpr } from '../../domain/text/cpr.ts';
import type { CurrentTime, GatewayAccess, TemplateAccess } from '../../runtime/deps.ts';
import { resetTemplate, saveTemplate } from '../../staff/templates/save.ts';
import { readTemplate, readTemplates, type TemplateView } from '../../staff/templates/templates.ts';
import { type AuthorizeDeps, adminRoute, requireRoleIn } from '../authorize.ts';
import { authorityParam, instant, json, jsonBody, problems, written } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { listBody, listQuery, pageOfAll } from '../paging.ts';
import { refuseWith } from '../schemas/text.ts';

/** A wording as the API shows it. */
const templateSchema = z
  .object({
    name: z.enum(TEMPLATE_NAMES),
    language: z.enum(LANGUAGES),
    version: z.int().describe('0: the shipped wording'),
    text: z.string(),
    variables: z.array(z.string()),
    encoding: z.string().describe('With long values, like segments'),
    segments: z.int(),
    warnings: z.array(z.string()),
    savedAt: instant.nullable(),
    savedBy: z.string().nullable(),
  })
  .openapi('Template');

/** A wording in the words of the API. */
function toTemplateBody(template: TemplateView): z.infer<typeof templateSchema> {
  return written(template);
}

type TemplateRoutesDeps = AuthorizeDeps & TemplateAccess & GatewayAccess & CurrentTime;

const path = '/v1/authorities/{authority}/templates/{name}/{language}' as const;
const params = z.object({ authority: authorityParam, name: z.enum(TEMPLATE_NAMES), language: z.enum(LANGUAGES) });

/** `GET`, `PUT` and `DELETE /v1/authorities/{authority}/templates/{name}/{language}`. */
export function templateRoutes(routes: OpenAPIHono<HttpEnv>, deps: TemplateRoutesDeps): void {
  readRoute(routes, deps);
  saveRoute(routes, deps);
  resetRoute(routes, deps);
}

function readRoute(routes: OpenAPIHono<HttpEnv>, deps: TemplateRoutesDeps): void {
  const read = adminRoute(requireRoleIn(deps, 'viewer'), {
    method: 'get',
    path,
    tags: ['Templates'],
    summary: 'Read the wording in force',
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
  const save = adminRoute(requireRoleIn(deps, 'administrator'), {
    method: 'put',
    path,
    tags: ['Templates'],
    summary: 'Save own wording',
    description:
      'In force for everything handed over from now on; every save is a new version. Refused, with line and ' +
      'column: an unknown variable, an unclosed or single brace, an empty text, a link, over 5 segments with ' +
      'long values.',
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
  const reset = adminRoute(requireRoleIn(deps, 'administrator'), {
    method: 'delete',
    path,
    tags: ['Templates'],
    summary: 'Go back to the shipped wording',
    request: { params },
    responses: { 204: { description: 'The shipped wording is in force' }, ...problems(401, 403, 404) },
  });
  routes.openapi(reset, async (c) => {
    const { authority: authorityId, name, language } = c.req.valid('param');
    await resetTemplate(deps, { authorityId, name, language, actor: c.var.actor.name }, deps.now());
    return c.body(null, 204);
  });
}

/** `GET /v1/authorities/{authority}/templates`. */
export function templatesRoutes(routes: OpenAPIHono<HttpEnv>, deps: AuthorizeDeps & TemplateAccess): void {
  const list = adminRoute(requireRoleIn(deps, 'viewer'), {
    method: 'get',
    path: '/v1/authorities/{authority}/templates',
    tags: ['Templates'],
    summary: 'List the wording in force',
    request: { params: z.object({ authority: authorityParam }), query: listQuery },
    responses: {
      200: json(listBody(templateSchema), 'Every template in every language'),
      ...problems(401, 403, 404, 422),
    },
  });
  routes.openapi(list, async (c) => {
    const templates = await readTemplates(deps, c.req.valid('param').authority);
    return c.json(pageOfAll(templates, c.req.valid('query'), toTemplateBody), 200);
  });
}
