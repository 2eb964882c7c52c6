import type { HttpBindings } from '@hono/node-server';
import type { Visitor } from '../accounts/people/visitor.ts';
import type { Actor, Principal } from '../domain/people/access.ts';
import type { CallbackHead } from '../gateways/gateway.ts';
import type { Sender } from '../runtime/body-memory.ts';
import type { SentHeaders } from '../sources/credentials.ts';

/**
 * The variables that middleware sets for the handlers. `c.var` copies all of them at each use: what every request of a
 * booking system passes takes `c.get`.
 */
export interface HttpEnv {
  /** Node's own request and response; absent, as the whole may be, where a request is made within the process. */
  Bindings: Partial<HttpBindings>;
  Variables: {
    requestId: string;
    /** To be called where a request goes on after it waited: stalls are counted for its route from then on. */
    resume: () => void;
    /** Whoever asks: set by `requireRole` and `pagesGuard`. */
    principal: Principal;
    /** Set on routes that `requireRole` guards. */
    actor: Actor;
    /** Set where the headers are checked before the body is read. */
    sender?: Sender;
    /** Set while a body is held whose sender the headers don't prove: for once its credentials were looked up. */
    senderProven?: () => void;
    /** Set where a booking system was admitted by its headers. */
    sentHeaders?: SentHeaders;
    /** Set where a supplier was admitted by the head of its callback. */
    callbackHead?: CallbackHead;
    /** Set on pages that `pagesGuard` guards. */
    visitor: Visitor;
    /** Set on all pages under `/admin`. */
    language: 'da' | 'en';
    /** Set once a form of this response was given a proof that no cookie held before. */
    formSecret: string | undefined;
  };
}
