import type { Actor } from '../staff/access.ts';

/** The variables that middleware sets for the handlers (`c.var`). */
export interface HttpEnv {
  Variables: {
    requestId: string;
    /** Set on routes that `requireRole` guards. */
    actor: Actor;
  };
}
