import { z } from '@hono/zod-openapi';
import { LANGUAGES } from '../../domain/authority.ts';
import { TEMPLATE_NAMES } from '../../domain/reminder.ts';
import type { TemplateView } from '../../staff/templates/templates.ts';
import { instant, written } from '../describe.ts';

/** A wording as the API shows it. */
export const templateSchema = z
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

/** A wording in the words of the API. */
export function toTemplateBody(template: TemplateView): z.infer<typeof templateSchema> {
  return written(template);
}
