import type { Actor } from '../staff/access.ts';

/** The variables that middleware sets for the handlers (`c.var`). */
export interface HttpEnv {
  Variables: {
    requestId: string;
    /** To be called where a request goes on after it waited: stalls are counted for its route from then on. */
    resume: () => void;
    /** Set on routes that `requireRole` guards. */
    actor: Actor;
  };
}
