import type { MessageStatus, ReminderStatus, TextName } from '../../domain/reminder.ts';
import type { Meaning } from '../../domain/replies/read-reply.ts';
import type { SettleAction } from '../../domain/replies/settle.ts';
import type { ReceiptView, ReminderView } from '../appointments/reminder-view.ts';
import type { OutgoingEvent } from './story.sql.ts';

/** Something that happened to an appointment. `by` is an actor with the name beside the id, as `actorNames` has it. */
export type StoryEntry = { readonly at: Date } & (
  | { readonly kind: 'received' | 'erased' }
  /** null: it had, or got, no time; both: the times are not known. */
  | { readonly kind: 'moved'; readonly from: Date | null; readonly to: Date | null }
  /** The appointment got another reference; `id` of the one that goes on at last, null: not for this reader. */
  | { readonly kind: 'replaced'; readonly reference: string | null; readonly id: string | null }
  /** The booking system called it off, or booked it again. */
  | { readonly kind: 'changed'; readonly change: 'cancelled' | 'deleted' | 'booked' }
  | {
      readonly kind: 'reminder';
      readonly reminder: ReminderView;
      readonly status: ReminderStatus;
      readonly reason: string | null;
      /** It was handed over once more, since the outcome of the first time was not known. */
      readonly again: boolean;
    }
  | { readonly kind: 'receipt'; readonly receipt: ReceiptView }
  | {
      /** The gateway was asked what became of an SMS. */
      readonly kind: 'asked';
      /** `open`: it did not know; `never`: it had never taken it, which went once more. */
      readonly result: 'found' | 'open' | 'never';
      /** When it is asked again; null: it is not. */
      readonly next: Date | null;
    }
  | {
      readonly kind: 'reply';
      readonly id: string;
      readonly meaning: Meaning;
      /** null: erased, unreadable, or about another department too. */
      readonly text: string | null;
      readonly unreadable?: true;
      /** It holds reminders back until it is settled; `released`: it did. */
      readonly hold: 'held' | 'released' | null;
    }
  | {
      /** An SMS of ours that answered a reply. */
      readonly kind: 'answer';
      readonly template: TextName;
      /** The member of staff who wrote it; null: it is automatic. */
      readonly by: string | null;
      readonly status: MessageStatus;
      readonly reason: string | null;
      /** null: erased, unreadable, or the reply is not for this reader. */
      readonly text: string | null;
      readonly unreadable?: true;
    }
  | { readonly kind: 'settled'; readonly by: string; readonly action: SettleAction | null }
  | { readonly kind: 'opted_out' | 'opted_in'; readonly by: string }
  | {
      readonly kind: 'paused';
      readonly what: 'authority' | 'source';
      readonly by: string;
      /** The reason that was given for the pause; empty: none. */
      readonly reason: string;
      /** The end that it was given; null: none. */
      readonly until: Date | null;
    }
  /** `by` null: the pause came to its end. */
  | { readonly kind: 'resumed'; readonly what: 'authority' | 'source'; readonly by: string | null }
  | { readonly kind: 'outcome'; readonly status: string }
  | { readonly kind: 'event'; readonly event: OutgoingEvent }
);

/** The order within one instant: what the booking system and people did, then what followed from it. */
const ORDER: readonly StoryEntry['kind'][] = [
  'received',
  // All changes share a place: among themselves they are in order already.
  'changed',
  'outcome',
  'resumed',
  'paused',
  'reply',
  'opted_out',
  'opted_in',
  'settled',
  'asked',
  'answer',
];

/** Puts entries in the order of time. */
export function inOrder(entries: readonly StoryEntry[]): StoryEntry[] {
  const rank = ({ kind }: StoryEntry) => {
    const place = ORDER.indexOf(kind === 'moved' || kind === 'replaced' ? 'changed' : kind);
    return place === -1 ? ORDER.length : place;
  };
  return [...entries].sort((a, b) => a.at.getTime() - b.at.getTime() || rank(a) - rank(b));
}
