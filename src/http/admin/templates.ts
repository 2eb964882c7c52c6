import { z } from '@hono/zod-openapi';
import { LANGUAGES } from '../../domain/authority.ts';
import { TEMPLATE_NAMES } from '../../domain/reminder.ts';
import { holdsCpr } from '../../domain/text/cpr.ts';
import { resetTemplate, saveTemplate } from '../../staff/templates/save.ts';
import { readTemplate, readTemplates, type TemplateView } from '../../staff/templates/templates.ts';
import { requireRoleIn } from '../authorize.ts';
import { authorityParams, instant, json, jsonBody, problems, written } from '../describe.ts';
import { listBody, listQuery, pageOfAll } from '../paging.ts';
import { refuseWith } from '../schemas/text.ts';
import { type AdminRoute, adminRoute } from './route.ts';

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

const path = '/v1/authorities/{authority}/templates/{name}/{language}' as const;
const params = authorityParams.extend({ name: z.enum(TEMPLATE_NAMES), language: z.enum(LANGUAGES) });

const text = z
  .string()
  .max(10_000)
  .refine((value) => !holdsCpr(value), refuseWith('holds_cpr', 'This looks like it holds a CPR number: leave it out.'))
  .openapi({ example: 'Husk din tid {{ weekday }} d. {{ date }} kl. {{ time }}.' });

/** The routes of the wordings of an authority. */
export const templateRoutes: readonly AdminRoute[] = [
  adminRoute(requireRoleIn('viewer'), {
    method: 'get',
    path: '/v1/authorities/{authority}/templates',
    tags: ['Templates'],
    summary: 'List the wording in force',
    request: { params: authorityParams, query: listQuery },
    responses: {
      200: json(listBody(templateSchema), 'Every template in every language'),
      ...problems(401, 403, 404, 422),
    },
  })(async (c, deps) => {
    const templates = await readTemplates(deps, c.req.valid('param').authority);
    return c.json(pageOfAll(templates, c.req.valid('query'), toTemplateBody), 200);
  }),
  adminRoute(requireRoleIn('viewer'), {
    method: 'get',
    path,
    tags: ['Templates'],
    summary: 'Read the wording in force',
    request: { params },
    responses: { 200: json(templateSchema, 'Own wording, or the shipped one'), ...problems(401, 403, 404) },
  })(async (c, deps) => {
    const { authority: authorityId, name, language } = c.req.valid('param');
    return c.json(toTemplateBody(await readTemplate(deps, { authorityId, name, language })), 200);
  }),
  adminRoute(requireRoleIn('administrator'), {
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
  })(async (c, deps) => {
    const { authority: authorityId, name, language } = c.req.valid('param');
    const request = { authorityId, name, language, text: c.req.valid('json').text, actor: c.var.actor.name };
    return c.json(toTemplateBody(await saveTemplate(deps, request, deps.now())), 200);
  }),
  adminRoute(requireRoleIn('administrator'), {
    method: 'delete',
    path,
    tags: ['Templates'],
    summary: 'Go back to the shipped wording',
    request: { params },
    responses: { 204: { description: 'The shipped wording is in force' }, ...problems(401, 403, 404) },
  })(async (c, deps) => {
    const { authority: authorityId, name, language } = c.req.valid('param');
    await resetTemplate(deps, { authorityId, name, language, actor: c.var.actor.name }, deps.now());
    return c.body(null, 204);
  }),
];
