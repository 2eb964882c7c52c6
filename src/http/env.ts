import type { Actor } from '../staff/access.ts';

/** The sender of a request, as far as its headers tell. */
export interface Sender {
  readonly proven: boolean;
  /** The source, gateway or page that it speaks to. */
  readonly to: string;
}

/** The variables that middleware sets for the handlers (`c.var`). */
export interface HttpEnv {
  Variables: {
    requestId: string;
    /** To be called where a request goes on after it waited: stalls are counted for its route from then on. */
    resume: () => void;
    /** Set on routes that `requireRole` guards. */
    actor: Actor;
    /** Set where the headers are checked before the body is read. */
    sender?: Sender;
  };
}
