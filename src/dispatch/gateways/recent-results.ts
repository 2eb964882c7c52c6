import type { SendResult } from '../../gateways/gateway.ts';

/** The number of results that are judged together. */
const JUDGED = 20;
const MOST_REFUSED = 0.9;
/** Refusals of authorities other than the one with most of them, at least, for the gateway to count as at fault. */
const LEAST_OTHERS = 3;

interface Judged {
  readonly authority: string;
  readonly refused: boolean;
}

/**
 * The last clear results of calls of this process to a gateway. Where it refuses nearly everything, the messages are
 * not the reason: its contract may have ended. But the trouble may be one authority's, whose sender is not registered.
 */
export class RecentResults {
  #judged: Judged[] = [];
  readonly #refusedProbes = new Set<string>();

  /**
   * Notes the result of a call. One that is not clear, or about the gateway alone, says nothing here.
   * @returns whose messages the gateway refuses, nearly all of them; null: it takes some, or nothing can be said yet
   */
  add(authority: string, result: SendResult): 'everybody' | 'one' | null {
    if (result.kind !== 'accepted' && result.kind !== 'rejected') return null;
    this.#judged.push({ authority, refused: isRefusal(result) });
    if (this.#judged.length > JUDGED) this.#judged.shift();
    const refused = isRefusal(result) ? refusedBy(this.#judged) : null;
    // Results are judged once: the next judgement is on later ones.
    if (refused !== null) this.#judged = [];
    return refused;
  }

  /** Begins anew: must be called when the gateway comes into use, or leaves it. */
  begin(): void {
    this.#judged = [];
    this.#refusedProbes.clear();
  }

  /** Notes an authority whose message was refused that the gateway was tried with: another's is tried next. */
  refuseProbe(authority: string): void {
    this.#refusedProbes.add(authority);
  }

  /** False for an authority that `refuseProbe` noted. */
  mayTry(authority: string): boolean {
    return !this.#refusedProbes.has(authority);
  }
}

/** A refusal for good for which the reason may be the account, not the message. */
export function isRefusal(result: SendResult): boolean {
  return result.kind === 'rejected' && (result.reason === 'permanent' || result.reason === 'sender');
}

function refusedBy(all: readonly Judged[]): 'everybody' | 'one' | null {
  const refused = all.flatMap((each) => (each.refused ? each.authority : []));
  if (all.length < JUDGED || refused.length < MOST_REFUSED * JUDGED) return null;
  const most = mostFrequent(refused);
  if (all.every(({ authority }) => authority === most)) return 'one';
  return refused.filter((authority) => authority !== most).length >= LEAST_OTHERS ? 'everybody' : null;
}

function mostFrequent(authorities: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const each of authorities) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
