import { z } from '@hono/zod-openapi';
import type { DryRunPlannedReminder } from '../dry-run/dry-run.ts';
import { instant } from './describe.ts';

/** A reminder as it would stand, in `plan` and in `test`. */
export const plannedSchema = z
  .object({
    rule: z.string(),
    template: z.string(),
    language: z.string(),
    status: z.string(),
    reason: z.string().nullable(),
    dueAt: instant,
    expiresAt: instant,
    text: z.string().nullable().openapi({ description: 'As it would read today' }),
    encoding: z.string().nullable(),
    segments: z.int().nullable(),
  })
  .openapi('PlannedReminder');

/** A reminder as it would stand, in the words of the API. */
export function toPlannedBody(reminder: DryRunPlannedReminder): z.infer<typeof plannedSchema> {
  return { ...reminder, dueAt: reminder.dueAt.toISOString(), expiresAt: reminder.expiresAt.toISOString() };
}
