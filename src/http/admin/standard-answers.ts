import { z } from '@hono/zod-openapi';
import {
  deleteStandardAnswer,
  MOST_NAME_CHARACTERS,
  MOST_STANDARD_ANSWERS,
  readStandardAnswers,
  type StandardAnswer,
  saveStandardAnswer,
} from '../../staff/templates/standard-answers.ts';
import { requireRoleIn } from '../authorize.ts';
import { authorityParams, checkNewId, ID, json, jsonBody, problems } from '../describe.ts';
import { listBody, listQuery, pageOfAll } from '../paging.ts';
import { noteText } from '../schemas/text.ts';
import { type AdminRoute, adminRoute } from './route.ts';

const MOST_CHARACTERS = 10_000;
const textSchema = z.string().max(MOST_CHARACTERS);
const settings = z.strictObject({
  name: noteText(MOST_NAME_CHARACTERS).openapi({ description: 'What staff choose it by', example: 'Bring a list' }),
  da: textSchema.openapi({ description: 'The text in Danish', example: 'Ja, kom bare ti minutter før. {{authority}}' }),
  en: textSchema.openapi({ description: 'The text in English', example: 'Yes, do come early. {{authority}}' }),
});

const standardAnswerSchema = z
  .object({
    id: z.string(),
    name: z.string().describe('What staff choose it by'),
    da: z.string().describe('The text in Danish'),
    en: z.string().describe('The text in English'),
    version: z.int(),
  })
  .openapi('StandardAnswer');

function toBody({ id, name, da, en, version }: StandardAnswer): z.infer<typeof standardAnswerSchema> {
  return { id, name, da, en, version };
}

const common = { path: '/v1/authorities/{authority}/standard-answers/{id}' as const, tags: ['Templates'] };

/** The routes of the texts that staff choose from when they answer a citizen. */
export const standardAnswerRoutes: readonly AdminRoute[] = [
  adminRoute(requireRoleIn('operator'), {
    method: 'get',
    path: '/v1/authorities/{authority}/standard-answers',
    tags: ['Templates'],
    summary: 'List standard answers',
    request: { params: authorityParams, query: listQuery },
    responses: { 200: json(listBody(standardAnswerSchema), 'By name'), ...problems(401, 403, 404, 422) },
  })(async (c, deps) => {
    const answers = await readStandardAnswers(deps, c.req.valid('param').authority);
    return c.json(pageOfAll(answers, c.req.valid('query'), toBody), 200);
  }),
  adminRoute(requireRoleIn('administrator'), {
    ...common,
    method: 'put',
    summary: 'Save a standard answer',
    description:
      `In both languages, ${MOST_STANDARD_ANSWERS} at most (422 \`full\`). What a text of an answer may hold, it may ` +
      'hold: `{{authority}}`, `{{contactPhone}}` and `{{keyword}}`, and no phone number written out. Audited, ' +
      'with the texts before and after.',
    request: {
      params: authorityParams.extend({ id: z.string().openapi({ example: 'early' }) }),
      body: jsonBody(settings),
    },
    responses: {
      200: json(standardAnswerSchema, 'Replaced'),
      201: json(standardAnswerSchema, 'Created'),
      ...problems(400, 401, 403, 404, 413, 415, 422),
    },
  })(async (c, deps) => {
    const { authority: authorityId, id } = c.req.valid('param');
    checkNewId('id', id);
    const request = { authorityId, id, ...c.req.valid('json'), actor: c.var.actor.name };
    const { answer, created } = await saveStandardAnswer(deps, request, deps.now());
    return created ? c.json(toBody(answer), 201) : c.json(toBody(answer), 200);
  }),
  adminRoute(requireRoleIn('administrator'), {
    ...common,
    method: 'delete',
    summary: 'Delete a standard answer',
    request: { params: authorityParams.extend({ id: z.string().regex(ID) }) },
    responses: { 204: { description: 'Deleted' }, ...problems(401, 403, 404) },
  })(async (c, deps) => {
    const { authority: authorityId, id } = c.req.valid('param');
    await deleteStandardAnswer(deps, { authorityId, id, actor: c.var.actor.name }, deps.now());
    return c.body(null, 204);
  }),
];
