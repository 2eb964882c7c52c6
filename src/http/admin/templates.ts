import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { LANGUAGES } from '../../domain/authority.ts';
import { TEMPLATE_NAMES } from '../../domain/reminder.ts';
import { readTemplate, readTemplates, resetTemplate, saveTemplate, type TemplateView } from '../../staff/templates.ts';
import type { HttpDeps, HttpEnv } from '../deps.ts';
import { authorityParam, bearer, instant, json, jsonBody, listOf, problems } from '../describe.ts';
import { createRoutes } from '../problem.ts';
import { iso, staff } from './staff.ts';

const TAGS = ['Templates'];
const path = '/v1/authorities/{authority}/templates/{name}/{language}' as const;
const ofAuthority = z.object({ authority: authorityParam });
const params = ofAuthority.extend({ name: z.enum(TEMPLATE_NAMES), language: z.enum(LANGUAGES) });

const templateSchema = z
  .object({
    name: z.enum(TEMPLATE_NAMES),
    language: z.enum(LANGUAGES),
    version: z.int().openapi({ description: '0: the shipped wording' }),
    text: z.string(),
    variables: z.array(z.string()),
    encoding: z.string().openapi({ description: 'With long values, like segments' }),
    segments: z.int(),
    warnings: z.array(z.string()),
    savedAt: instant.nullable(),
    savedBy: z.string().nullable(),
  })
  .openapi('Template');

function toTemplateBody(template: TemplateView): z.infer<typeof templateSchema> {
  return {
    ...template,
    variables: [...template.variables],
    warnings: [...template.warnings],
    savedAt: iso(template.savedAt),
  };
}

/** The wording of an authority's SMS. */
export function templatesRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  readRoutes(routes, deps);
  saveRoute(routes, deps);
  resetRoute(routes, deps);
  return routes;
}

function readRoutes(routes: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const common = { method: 'get', tags: TAGS, security: bearer, middleware: staff(deps, 'viewer') } as const;
  const list = createRoute({
    ...common,
    path: '/v1/authorities/{authority}/templates',
    summary: 'List the wording in force',
    request: { params: ofAuthority },
    responses: { 200: json(listOf(templateSchema), 'Every template in every language'), ...problems(401, 403, 404) },
  });
  routes.openapi(list, async (c) => {
    const templates = await readTemplates(deps, c.req.valid('param').authority);
    return c.json({ items: templates.map(toTemplateBody), nextCursor: null }, 200);
  });

  const read = createRoute({
    ...common,
    path,
    summary: 'Read the wording in force',
    request: { params },
    responses: { 200: json(templateSchema, 'Own wording, or the shipped one'), ...problems(401, 403, 404) },
  });
  routes.openapi(read, async (c) => {
    const { authority: authorityId, name, language } = c.req.valid('param');
    return c.json(toTemplateBody(await readTemplate(deps, { authorityId, name, language })), 200);
  });
}

function saveRoute(routes: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const text = z.string().max(10_000).openapi({ example: 'Husk din tid {{ weekday }} d. {{ date }} kl. {{ time }}.' });
  const save = createRoute({
    method: 'put',
    path,
    tags: TAGS,
    summary: 'Save own wording',
    description:
      'In force for everything handed over from now on; every save is a new version. Refused, with line and column: an unknown variable, an unclosed or single brace, an empty text, over 5 segments with long values.',
    security: bearer,
    middleware: staff(deps, 'administrator'),
    request: { params, body: jsonBody(z.strictObject({ text })) },
    responses: { 200: json(templateSchema, 'Saved'), ...problems(400, 401, 403, 404, 413, 415, 422) },
  });
  routes.openapi(save, async (c) => {
    const { authority: authorityId, name, language } = c.req.valid('param');
    const request = { authorityId, name, language, text: c.req.valid('json').text, actor: c.var.actor.name };
    return c.json(toTemplateBody(await saveTemplate(deps, request, deps.now())), 200);
  });
}

function resetRoute(routes: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const reset = createRoute({
    method: 'delete',
    path,
    tags: TAGS,
    summary: 'Go back to the shipped wording',
    security: bearer,
    middleware: staff(deps, 'administrator'),
    request: { params },
    responses: { 204: { description: 'The shipped wording is in force' }, ...problems(401, 403, 404) },
  });
  routes.openapi(reset, async (c) => {
    const { authority: authorityId, name, language } = c.req.valid('param');
    await resetTemplate(deps, { authorityId, name, language, actor: c.var.actor.name }, deps.now());
    return c.body(null, 204);
  });
}
