import { hasBegun } from '../../domain/appointment.ts';
import { type ReminderStatus, STAFF_ANSWER } from '../../domain/reminder.ts';
import type { ReminderView } from '../../staff/appointments/reminder-view.ts';
import type { StoryEntry } from '../../staff/find/story.ts';
import { actorText } from '../kit/actor-words.ts';
import { Moment, momentText } from '../kit/elements.tsx';
import { hrefOf, storyOf } from '../kit/navigation.ts';
import { ListLinks } from '../kit/responses/list-links.tsx';
import { bilingual } from '../kit/words.ts';
import { aboutReminder, eventWords, lowerFirst, reasonInBrackets } from '../states/event-words.ts';
import { REPLY_WORDS } from '../states/replies.ts';
import { appointmentWords, messageWords, reminderWords, STATE_WORDS, type StateWords } from '../states/state-words.ts';
import { TEMPLATE_WORDS } from '../states/template-words.ts';
import { whyMissing } from '../states/unreadable-words.ts';
import { knownStatus, reminderName } from './appointment-facts.ts';
import { NextStep, type StoryProps } from './story-parts.tsx';

/** The part of a story that a page tells: `count` entries from the `first` on. */
export interface StoryListProps extends StoryProps {
  readonly first: number;
  readonly count: number;
}

/** Entries of the story, the oldest first, with the ways to the rest of it. */
export function StoryList(props: StoryListProps) {
  const { authority, words, story, first, count } = props;
  const end = first + count;
  const at = (entry?: string) => hrefOf(`/admin/find/${story.id}`, authority, { entry });
  return (
    <>
      {story.cut && first === 0 && <p>{words.cut}</p>}
      <ol class="story">
        {story.entries.slice(first, end).map((entry) => (
          <Entry {...props} entry={entry} />
        ))}
      </ol>
      <ListLinks
        to="story"
        back={[words.beginning, first > 0 && at()]}
        onward={[words.further, end < story.entries.length && at(String(end))]}
      />
    </>
  );
}

/** An entry with what it means and the next step, and with the way to an appointment that goes on. */
function Entry(props: StoryProps & { readonly entry: StoryEntry }) {
  const { entry, language, authority, words } = props;
  const { text, means, next } = saidOf(entry, props);
  return (
    <li>
      <Moment at={entry.at} timeZone={authority.timeZone} language={language} />
      <div>
        <span>{text}</span>
        {(entry.kind === 'reply' || entry.kind === 'answer') && (entry.text !== null || entry.unreadable) && (
          <blockquote>{entry.text ?? whyMissing(entry, 'text', language, '')}</blockquote>
        )}
        {means !== '' && <p class="faint">{means}</p>}
        {next?.todo && (
          <p class="faint">
            <NextStep {...props} state={next} />
          </p>
        )}
        {entry.kind === 'replaced' && entry.id !== null && (
          <p class="faint">
            <a href={storyOf(authority, entry.id)}>{words.entries.toReplacement}</a>
          </p>
        )}
      </div>
    </li>
  );
}

/** An entry of a story in the words of people. */
interface Said {
  /** The sentence of what happened. */
  readonly text: string;
  /** Sentences that say what it means. */
  readonly means: string;
  /** The state whose next step is to be taken; left out where there is nothing to do any more. */
  readonly next?: StateWords | undefined;
}

type EntryOf<Kind extends StoryEntry['kind']> = Extract<StoryEntry, { kind: Kind }>;

/** Statuses of an appointment that its booking system changed, by the change. */
const STATUS_AFTER = { cancelled: 'cancelled', deleted: 'entered-in-error', booked: 'booked' } as const;

function saidOf(entry: StoryEntry, props: StoryProps): Said {
  const { language, words, story } = props;
  const { entries, means } = words;
  switch (entry.kind) {
    case 'received':
      return { text: entries.received(story.sourceName), means: means.received };
    case 'erased':
      return { text: entries.erased, means: means.erased };
    case 'moved':
      return movedOf(entry, props);
    case 'replaced':
      return { text: entries.replaced(entry.reference), means: means.replaced };
    case 'changed':
      return {
        text: entries.changed[entry.change],
        means: appointmentWords(language, STATUS_AFTER[entry.change]).means,
      };
    case 'outcome': {
      const status = knownStatus(entry.status);
      const { label, means: meaning } = status ? appointmentWords(language, status) : { label: '–', means: '' };
      return { text: label, means: meaning };
    }
    case 'reminder':
      return reminderOf(entry, props);
    case 'receipt': {
      const { state } = entry.receipt;
      const known = state === 'delivered' || state === 'undelivered' ? state : 'other';
      return { text: entries.receipt[known], means: means.receipt[known] };
    }
    case 'asked': {
      const again = entry.next && entries.askedAgain(momentOf(entry.next, props));
      return { text: entries.asked[entry.result], means: means.asked[entry.result] + after(again) };
    }
    case 'paused':
    case 'resumed':
      return { text: pauseText(entry, props), means: means[entry.kind] };
    case 'opted_out':
      return { text: entries.optedOut(actorText(entry.by, language)), means: means.optedOut };
    case 'opted_in':
      return { text: entries.optedIn(actorText(entry.by, language)), means: means.optedIn };
    case 'event':
      return eventOf(entry, props);
    default:
      return conversationOf(entry, props);
  }
}

/** The sentence of an SMS that staff wrote to the citizen. */
const STAFF_ANSWERED = bilingual({
  da: (by: string, state: string) => `SMS til borgeren fra ${by}: ${state}`,
  en: (by: string, state: string) => `SMS to the citizen from ${by}: ${state}`,
});

/** A citizen's reply, our answer to it, and the decision of staff. */
function conversationOf(entry: EntryOf<'reply' | 'answer' | 'settled'>, { language, words }: StoryProps): Said {
  const { entries, means } = words;
  const { meanings, actions, handled } = REPLY_WORDS[language];
  if (entry.kind === 'reply') {
    const { label, means: meaning } = meanings[entry.meaning];
    return { text: entries.reply(lowerFirst(label)), means: meaning + after(entry.hold && entries.hold[entry.hold]) };
  }
  if (entry.kind === 'answer') {
    const { label, means: meaning } = messageWords(language, entry);
    const state = reasonInBrackets(lowerFirst(label));
    const text =
      entry.template === STAFF_ANSWER
        ? STAFF_ANSWERED[language](actorText(entry.by ?? '', language), state)
        : entries.answer(TEMPLATE_WORDS[language][entry.template].name, state);
    return { text, means: meaning };
  }
  if (entry.by === 'booking_system') return { text: entries.settledBySystem, means: means.settledBySystem };
  const action = entry.action ? actions[entry.action] : { label: handled, means: means.settled };
  // The label of the button speaks for the person who presses it.
  const decision = entry.action === 'cancel_passed_on' ? entries.passedOn : lowerFirst(action.label);
  return { text: entries.settled(decision, actorText(entry.by, language)), means: action.means };
}

function movedOf(entry: EntryOf<'moved'>, props: StoryProps): Said {
  const { entries, means } = props.words;
  const [from, to] = [entry.from && momentOf(entry.from, props), entry.to && momentOf(entry.to, props)];
  if (to === null && from !== null) return { text: entries.moved.without(from), means: means.without };
  return { text: entries.moved.to(to, from), means: means.moved };
}

function nameOf(reminder: ReminderView, { language, authority, words, story }: StoryProps): string {
  const present = story.present.some(({ id }) => id === reminder.id);
  return `${reminderName(language, authority, reminder.rule)}${present ? '' : ` (${words.earlier})`}`;
}

/** Staff reported the number of a reminder of the present time as somebody else's. */
function isReportedWrong({ story }: StoryProps, reminderId: string | null): boolean | undefined {
  return story.present.find(({ id }) => id === reminderId)?.reportedWrong;
}

/** States whose words say what will become of a reminder. */
const UNDERWAY: readonly ReminderStatus[] = ['planned', 'handing_over', 'accepted'];

/**
 * The next step for a reminder stands at its last entry, until the appointment begins. What will become of it stands
 * there too, unless the reminder is held, as its card explains.
 */
function reminderOf(entry: EntryOf<'reminder'>, props: StoryProps): Said {
  const { language, words, story } = props;
  const { reminder, status, reason, again } = entry;
  const reportedWrong = isReportedWrong(props, reminder.id);
  const state = reminderWords(language, { status, reason, replaced: story.replacement !== null, reportedWrong });
  const sentences = again ? [words.means.handedOverAgain] : [];
  const isLast = reminder.history.at(-1)?.at.getTime() === entry.at.getTime() && reminder.status === status;
  const counts =
    isLast && story.present.some(({ id }) => id === reminder.id) && !hasBegun(story.appointment, props.now);
  if (!UNDERWAY.includes(status) || (isLast && reminder.heldReason === null)) sentences.unshift(state.means);
  return {
    text: reminderText(entry, state, props),
    means: sentences.join(' '),
    next: counts ? state : undefined,
  };
}

function reminderText(
  { reminder, status, reason, again }: EntryOf<'reminder'>,
  { label }: StateWords,
  props: StoryProps,
): string {
  const { entries } = props.words;
  const name = nameOf(reminder, props);
  if (status === 'planned' && reason === null) return entries.planned(name, momentOf(reminder.dueAt, props));
  if (status === 'handing_over') return entries[again ? 'handedOverAgain' : 'handedOver'](name);
  return entries.reminder(name, reasonInBrackets(lowerFirst(label)));
}

function pauseText(entry: EntryOf<'paused' | 'resumed'>, props: StoryProps): string {
  const { language, words, story } = props;
  const source = entry.what === 'source' ? story.sourceName : null;
  const by = entry.by === null ? null : actorText(entry.by, language);
  if (entry.kind === 'resumed') return words.entries.resumed(source, by);
  const until = entry.until && momentOf(entry.until, props);
  return words.entries.paused({ source, by: by ?? '', reason: entry.reason, until });
}

function eventOf({ event }: EntryOf<'event'>, props: StoryProps): Said {
  const { language, words, story, now } = props;
  const { deliveries } = STATE_WORDS[language];
  const told = eventWords(language, { ...event, reportedWrong: isReportedWrong(props, event.reminder_id) });
  const delivery = event.delivery && deliveries[event.delivery];
  const reminder = aboutReminder(event) && story.appointment.reminders.find(({ id }) => id === event.reminder_id);
  return {
    text: words.entries.event({
      about: reminder ? lowerFirst(nameOf(reminder, props)) : null,
      what: reasonInBrackets(lowerFirst(told.label)),
      delivery: delivery && lowerFirst(delivery.label),
    }),
    means: told.means + after(delivery?.means),
    next: delivery?.todo ? delivery : hasBegun(story.appointment, now) ? undefined : told,
  };
}

function momentOf(at: Date, { language, authority }: StoryProps): string {
  return momentText(at, authority.timeZone, language);
}

function after(sentence: string | null | undefined): string {
  return sentence ? ` ${sentence}` : '';
}
