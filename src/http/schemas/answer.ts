import { z } from '@hono/zod-openapi';
import { LANGUAGES } from '../../domain/authority.ts';
import { NOT_ANSWERED } from '../../domain/planning/staff-answer.ts';
import type { AnswerRequest } from '../../staff/replies/answer-citizen.ts';
import { ID } from '../describe.ts';
import { refuseWith } from './text.ts';

/** The body of an answer to a citizen. */
export const answerBody = z
  .strictObject({
    standardAnswer: z.string().regex(ID).optional().describe('Id of a standard answer'),
    text: z
      .string()
      .max(4_000)
      .optional()
      .describe('Own words, where the authority has `staffMayWrite`: 459 septets at most, or 201 units'),
    language: z.enum(LANGUAGES).optional().describe('Left out: that of the reply, else of the booking'),
    revision: z.int().optional().describe('The `revision` of the appointment as it was read'),
  })
  .refine(({ standardAnswer, text }) => (standardAnswer === undefined) !== (text === undefined), {
    ...refuseWith('required', 'Give either standardAnswer or text.'),
    path: ['text'],
  });

/** An answer as its body says it. */
export function readAnswer(body: z.infer<typeof answerBody>): Pick<AnswerRequest, 'words' | 'language' | 'revision'> {
  const { standardAnswer, text = '', language, revision } = body;
  const words = standardAnswer === undefined ? { text } : { standardAnswer };
  return { words, language, revision };
}

/** The description of the routes by which staff write to a citizen. */
export const ANSWERING =
  'By a standard answer, or in own words where the authority allows it (`staffMayWrite`). It goes at once, from 07 ' +
  'to 22 on any day; one in ten minutes goes to a number, whoever writes. Where it may not go, `errors[0].code` says ' +
  'why, ' +
  `the first of these that holds: ${NOT_ANSWERED.map((code) => `\`${code}\``).join(', ')}. Audited, without the text.`;
