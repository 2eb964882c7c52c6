import type { Authority } from '../../domain/authority.ts';
import { HOUR_MS, MINUTE_MS, parseDuration } from '../../domain/duration.ts';
import type { StoryWords } from './story-words.ts';

/** The name of a reminder for people: how long before the start, when on the day itself, or what it tells. */
export function reminderName(words: StoryWords, { rules }: Pick<Authority, 'rules'>, rule: string): string {
  if (rule === 'confirmation' || rule === 'rescheduled' || rule === 'cancellation') return words.notices[rule];
  const known = rules.find(({ id }) => id === rule);
  if (!known) return words.otherRule(rule);
  const lead = durationText(words, known.lead);
  return lead === '' ? words.sameDay(known.at ?? '') : words.rule(lead);
}

/** A duration in words, of its largest parts: `3 days`, `2 hours`; empty for none. */
export function durationText({ before }: Pick<StoryWords, 'before'>, text: string): string {
  const { days, ms } = parseDuration(text) ?? { days: 0, ms: 0 };
  const hours = Math.floor(ms / HOUR_MS);
  const minutes = Math.round((ms % HOUR_MS) / MINUTE_MS);
  const parts = [
    ...(days > 0 ? [before.days(days)] : []),
    ...(hours > 0 ? [before.hours(hours)] : []),
    ...(minutes > 0 ? [before.minutes(minutes)] : []),
  ];
  return parts.join(' ');
}
