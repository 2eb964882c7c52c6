import { z } from '@hono/zod-openapi';
import type { Pause } from '../../domain/authority.ts';
import { ID, instant, written } from '../describe.ts';

/** A pause as the API shows it. */
export const pauseSchema = z.object({ at: instant, until: instant.nullable(), reason: z.string() }).openapi('Pause');

/** The response of `pause` and `resume`; `source` is null for the whole authority. */
export const pauseStateSchema = z
  .object({ authority: z.string(), source: z.string().nullable(), paused: pauseSchema.nullable() })
  .openapi('PauseState');

/** The source that a body names to pause or resume. */
export const pausedSource = z
  .string()
  .regex(ID)
  .optional()
  .openapi({ description: 'One source only; left out: the whole authority', example: 'rh-epj' });

/** A pause in the words of the API; null stays null. */
export function toPauseBody(pause: Pause | null): z.infer<typeof pauseSchema> | null {
  return written(pause);
}
