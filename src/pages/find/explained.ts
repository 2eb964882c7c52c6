import { hasBegun } from '../../domain/appointment.ts';
import type { ReminderStatus } from '../../domain/reminder.ts';
import type { StoryEntry } from '../../staff/find/story.ts';
import { momentText } from '../kit/elements.tsx';
import { MEANING_WORDS } from '../replies/meanings.ts';
import { REPLIES_WORDS } from '../replies/words.ts';
import { eventWords } from '../states/event-words.ts';
import { appointmentWords, messageWords, reminderWords, STATE_WORDS } from '../states/state-words.ts';
import type { StateWords } from '../states/words.ts';
import { knownStatus } from './known-status.ts';
import type { StoryProps } from './story-props.ts';

/** The explanation of an entry of a story. */
interface Explained {
  /** Sentences that say what it means. */
  readonly means: string;
  /** The state whose next step is to be taken; left out where there is nothing to do any more. */
  readonly next?: StateWords | undefined;
}

type EntryOf<Kind extends StoryEntry['kind']> = Extract<StoryEntry, { kind: Kind }>;

/** Statuses of an appointment that its booking system changed, by the change. */
const STATUS_AFTER = { cancelled: 'cancelled', deleted: 'entered-in-error', booked: 'booked' } as const;

/** Explains an entry in the words of people. */
export function explainedOf(entry: StoryEntry, props: StoryProps): Explained {
  const { language } = props.frame;
  const { means, entries } = props.words;
  switch (entry.kind) {
    case 'received':
    case 'erased':
    case 'replaced':
    case 'paused':
    case 'resumed':
      return { means: means[entry.kind] };
    case 'moved':
      return { means: entry.to === null && entry.from !== null ? means.without : means.moved };
    case 'changed':
      return { means: appointmentWords(language, STATUS_AFTER[entry.change]).means };
    case 'outcome': {
      const status = knownStatus(entry.status);
      return { means: status ? appointmentWords(language, status).means : '' };
    }
    case 'reminder':
      return ofReminder(entry, props);
    case 'receipt': {
      const { state } = entry.receipt;
      return { means: means.receipt[state === 'delivered' || state === 'undelivered' ? state : 'other'] };
    }
    case 'asked':
      return { means: means.asked[entry.result] + again(entry, props) };
    case 'reply':
      return { means: MEANING_WORDS[language].means[entry.meaning] + after(entry.hold && entries.hold[entry.hold]) };
    case 'answer':
      return { means: messageWords(language, entry).means };
    case 'settled':
      if (entry.by === 'booking_system') return { means: means.settledBySystem };
      return { means: entry.action ? REPLIES_WORDS[language].actions[entry.action].means : means.settled };
    case 'opted_out':
      return { means: means.optedOut };
    case 'opted_in':
      return { means: means.optedIn };
    case 'event':
      return ofEvent(entry, props);
  }
}

/** Staff reported the number of a reminder of the present time as somebody else's. */
function isReportedWrong({ story }: StoryProps, reminderId: string | null): boolean | undefined {
  return story.present.find(({ id }) => id === reminderId)?.reportedWrong;
}

/** The words of a state that a reminder came to. */
export function entryWords({ reminder, status, reason }: EntryOf<'reminder'>, props: StoryProps): StateWords {
  const replaced = props.story.replacement !== null;
  const reportedWrong = isReportedWrong(props, reminder.id);
  return reminderWords(props.frame.language, { status, reason, replaced, reportedWrong });
}

/** The words of an event that the booking system was told. */
export function storyEventWords(event: EntryOf<'event'>['event'], props: StoryProps): StateWords {
  const reportedWrong = isReportedWrong(props, event.reminder_id);
  return eventWords(props.frame.language, { ...event, reportedWrong });
}

/** States whose words say what will become of a reminder. */
const UNDERWAY: readonly ReminderStatus[] = ['planned', 'handing_over', 'accepted'];

/**
 * The next step for a reminder stands at its last entry, until the appointment begins. What will become of it stands
 * there too, unless the reminder is held, as its card explains.
 */
function ofReminder(entry: EntryOf<'reminder'>, props: StoryProps): Explained {
  const { words, story } = props;
  const { reminder, status, again } = entry;
  const state = entryWords(entry, props);
  const sentences = again ? [words.means.handedOverAgain] : [];
  const isLast = reminder.history.at(-1)?.at.getTime() === entry.at.getTime() && reminder.status === status;
  const counts =
    isLast && story.present.some(({ id }) => id === reminder.id) && !hasBegun(story.appointment, props.now);
  if (!UNDERWAY.includes(status) || (isLast && reminder.heldReason === null)) sentences.unshift(state.means);
  return { means: sentences.join(' '), next: counts ? state : undefined };
}

function ofEvent({ event }: EntryOf<'event'>, props: StoryProps): Explained {
  const { deliveries } = STATE_WORDS[props.frame.language];
  const told = storyEventWords(event, props);
  const delivery = event.delivery && deliveries[event.delivery];
  const next = delivery?.todo ? delivery : hasBegun(props.story.appointment, props.now) ? undefined : told;
  return { means: told.means + after(delivery?.means), next };
}

function again({ next }: EntryOf<'asked'>, { frame, authority, words }: StoryProps): string {
  return after(next && words.entries.askedAgain(momentText(next, authority.timeZone, frame.language)));
}

function after(sentence: string | null | undefined): string {
  return sentence ? ` ${sentence}` : '';
}
