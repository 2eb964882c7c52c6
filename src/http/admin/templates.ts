import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { TemplateAccess } from '../../runtime/deps.ts';
import { readTemplates } from '../../staff/templates/templates.ts';
import { type AuthorizeDeps, requireRoleIn } from '../authorize.ts';
import { authorityParam, bearer, json, problems } from '../describe.ts';
import type { HttpEnv } from '../env.ts';
import { listBody, listQuery, pageOfAll } from '../paging.ts';
import { createRoutes } from '../problem.ts';
import { templateSchema, toTemplateBody } from '../schemas/template.ts';

/** `GET /v1/authorities/{authority}/templates`. */
export function templatesRoutes(deps: AuthorizeDeps & TemplateAccess): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  const list = createRoute({
    method: 'get',
    path: '/v1/authorities/{authority}/templates',
    tags: ['Templates'],
    summary: 'List the wording in force',
    security: bearer,
    middleware: requireRoleIn(deps, 'viewer'),
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
  return routes;
}
