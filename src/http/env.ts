import type { Actor } from '../staff/access.ts';

/** The variables that middleware sets for the handlers (`c.var`). */
export interface HttpEnv {
  Variables: {
    requestId: string;
    /** To be called where a request is worked on again after it waited: stalls from then on are counted for its route. */
    resume: () => void;
    /** Set on routes that `requireRole` guards. */
    actor: Actor;
  };
}
