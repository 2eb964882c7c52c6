import type { Source } from '../domain/authority.ts';
import { Problem } from '../domain/errors.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess, Metering } from '../runtime/deps.ts';
import { type Authenticated, type Credentials, type SentHeaders, SourceAuthenticator, WHOLE } from './authenticate.ts';

/** A sender's claim to be a source. */
interface Claim {
  readonly sourceId: string;
  /** Nothing that is sent counts. */
  readonly dryRun?: boolean | undefined;
}

/** Authenticates the senders of requests, and counts those that are not who they say. */
export class Senders {
  readonly #deps: Metering & CurrentTime;
  readonly #authenticator: SourceAuthenticator;

  constructor(deps: DatabaseAccess & KeyringAccess & CurrentTime & Metering) {
    this.#deps = deps;
    this.#authenticator = new SourceAuthenticator(deps);
  }

  /** @param credentials `connection`: proved by other means @throws Problem 401 */
  authenticate(claim: Claim, credentials: Credentials | 'connection', now: Date): Promise<Authenticated> {
    return this.#counted(claim, now, async () => {
      if (credentials !== 'connection') return this.#authenticator.authenticate(claim.sourceId, credentials, now);
      return { source: await this.#authenticator.find(claim.sourceId, now), proof: WHOLE };
    });
  }

  /**
   * Refuses by its headers a request that no body could prove.
   * @returns true where the headers prove the sender already
   * @throws Problem 401
   */
  admit(claim: Claim, headers: SentHeaders): Promise<boolean> {
    const now = this.#deps.now();
    return this.#counted(claim, now, () => this.#authenticator.admit(claim.sourceId, headers, now));
  }

  /** The authority of a source whose credentials were just looked up; null where there is no such source. */
  ownerOf(sourceId: string): string | null {
    return this.#authenticator.ownerOf(sourceId, this.#deps.now());
  }

  /** To be called when a commit found that the source changed. */
  forget({ id }: Pick<Source, 'id'>): void {
    this.#authenticator.forget(id);
  }

  async #counted<T>({ sourceId, dryRun }: Claim, now: Date, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Problem && error.status === 401 && !dryRun) {
        // Only ids of real sources are labels: anybody may send any other.
        const source = this.#authenticator.ownerOf(sourceId, now) === null ? 'unknown' : sourceId;
        this.#deps.metrics.elements.inc({ source });
        this.#deps.metrics.refusals.inc({ source, status: '401' });
      }
      throw error;
    }
  }
}
