import { z } from '@hono/zod-openapi';
import type { DryRunReminder } from '../../dry-run/preview.ts';
import { instant, iso } from '../describe.ts';
import { reminderStatus } from './words.ts';

/** A reminder as it would be planned, in the responses of `plan` and `test`. */
export const plannedSchema = z
  .object({
    rule: z.string(),
    template: z.string(),
    language: z.string(),
    status: reminderStatus,
    reason: z.string().nullable(),
    dueAt: instant,
    expiresAt: instant,
    text: z.string().nullable().openapi({ description: 'As it would read today' }),
    encoding: z.string().nullable(),
    segments: z.int().nullable(),
  })
  .openapi('PlannedReminder');

/** A planned reminder in the words of the API. */
export function toPlannedBody(reminder: DryRunReminder): z.infer<typeof plannedSchema> {
  return { ...reminder, dueAt: iso(reminder.dueAt), expiresAt: iso(reminder.expiresAt) };
}
