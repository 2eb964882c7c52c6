import { inForce } from '../../../domain/authority.ts';
import type { ManagedSource } from '../../../staff/sources/sources.ts';
import type { SourcesWords } from './words.ts';

/** A source as pages show it: a pause that has ended, which its row still holds, is none. */
export function withoutEndedPause<T extends Pick<ManagedSource, 'paused'>>(source: T, now: Date): T {
  return inForce(source.paused, now) ? source : { ...source, paused: null };
}

/**
 * The words of whether a source is paused, and until when.
 * @param at formats a moment
 */
export function sourceState(
  { paused, mode }: Pick<ManagedSource, 'paused' | 'mode'>,
  words: SourcesWords,
  at: (moment: Date) => string,
): string {
  if (!paused) return mode === 'paused' ? words.pausedByMode : words.running;
  const since = words.pausedSince(at(paused.at));
  return paused.until ? `${since} ${words.pausedUntil(at(paused.until))}` : since;
}
