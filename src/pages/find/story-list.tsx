import type { ReminderView } from '../../staff/appointments/reminder-view.ts';
import type { StoryEntry } from '../../staff/find/story.ts';
import { actorText } from '../kit/actor-words.ts';
import { Moment, momentText } from '../kit/elements.tsx';
import { hrefOf, storyOf } from '../kit/navigation.ts';
import { ListLinks } from '../kit/responses/list-links.tsx';
import { REPLIES_WORDS } from '../replies/words.ts';
import { aboutReminder, lowerFirst, reasonInBrackets } from '../states/event-words.ts';
import { appointmentWords, messageWords, STATE_WORDS } from '../states/state-words.ts';
import { whyMissing } from '../states/unreadable-words.ts';
import { TEXTS_WORDS } from '../texts/words.ts';
import { entryWords, explainedOf, storyEventWords } from './explained.ts';
import { knownStatus } from './known-status.ts';
import { NextStep } from './next-step.tsx';
import { reminderName } from './reminder-name.ts';
import type { StoryProps } from './story-props.ts';

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
      <Entries {...props} entries={story.entries.slice(first, end)} />
      <ListLinks
        to="story"
        back={[words.beginning, first > 0 && at()]}
        onward={[words.further, end < story.entries.length && at(String(end))]}
      />
    </>
  );
}

function Entries({ entries, ...props }: StoryProps & { readonly entries: readonly StoryEntry[] }) {
  const { frame, authority } = props;
  return (
    <ol class="story">
      {entries.map((entry) => (
        <li>
          <Moment at={entry.at} timeZone={authority.timeZone} language={frame.language} />
          <div>
            <span>{textOf(entry, props)}</span>
            {(entry.kind === 'reply' || entry.kind === 'answer') && (entry.text !== null || entry.unreadable) && (
              <blockquote>{entry.text ?? whyMissing(entry, 'text', frame.language, '')}</blockquote>
            )}
            <More entry={entry} props={props} />
          </div>
        </li>
      ))}
    </ol>
  );
}

/** The meaning of an entry and the next step, with the way to an appointment that goes on. */
function More({ entry, props }: { readonly entry: StoryEntry; readonly props: StoryProps }) {
  const { authority, words, operates } = props;
  const { means, next } = explainedOf(entry, props);
  return (
    <>
      {means !== '' && <p class="faint">{means}</p>}
      {next?.todo && (
        <p class="faint">
          <NextStep words={words} operates={operates} state={next} />
        </p>
      )}
      {entry.kind === 'replaced' && entry.id !== null && (
        <p class="faint">
          <a href={storyOf(authority, entry.id)}>{words.entries.toReplacement}</a>
        </p>
      )}
    </>
  );
}

function textOf(entry: StoryEntry, props: StoryProps): string {
  const { frame, words, story } = props;
  const { entries } = words;
  const replies = REPLIES_WORDS[frame.language];
  switch (entry.kind) {
    case 'received':
      return entries.received(story.sourceName);
    case 'erased':
      return entries.erased;
    case 'moved':
      return movedText(entry, props);
    case 'replaced':
      return entries.replaced(entry.reference);
    case 'changed':
      return entries.changed[entry.change];
    case 'reminder':
      return reminderText(entry, props);
    case 'receipt': {
      const { state } = entry.receipt;
      return entries.receipt[state === 'delivered' || state === 'undelivered' ? state : 'other'];
    }
    case 'reply':
      return entries.reply(lowerFirst(replies.meanings[entry.meaning]));
    case 'asked':
      return entries.asked[entry.result];
    case 'answer':
      return entries.answer(
        TEXTS_WORDS[frame.language].templates[entry.template].name,
        reasonInBrackets(lowerFirst(messageWords(frame.language, entry).label)),
      );
    case 'paused':
    case 'resumed':
      return pauseText(entry, props);
    case 'settled':
      if (entry.by === 'booking_system') return entries.settledBySystem;
      return entries.settled(
        lowerFirst(entry.action ? replies.actions[entry.action].label : replies.handled),
        actorText(entry.by, frame.language),
      );
    case 'opted_out':
      return entries.optedOut(actorText(entry.by, frame.language));
    case 'opted_in':
      return entries.optedIn(actorText(entry.by, frame.language));
    case 'outcome': {
      const status = knownStatus(entry.status);
      return status ? appointmentWords(frame.language, status).label : '–';
    }
    case 'event':
      return eventText(entry, props);
  }
}

function movedText(entry: Extract<StoryEntry, { kind: 'moved' }>, { frame, authority, words }: StoryProps): string {
  const { moved } = words.entries;
  const timeOf = (at: Date | null) => at && momentText(at, authority.timeZone, frame.language);
  const [from, to] = [timeOf(entry.from), timeOf(entry.to)];
  return to === null && from !== null ? moved.without(from) : moved.to(to, from);
}

function nameOf(reminder: ReminderView, { authority, words, story }: StoryProps): string {
  const present = story.present.some(({ id }) => id === reminder.id);
  return `${reminderName(words, authority, reminder.rule)}${present ? '' : ` (${words.earlier})`}`;
}

function reminderText(entry: Extract<StoryEntry, { kind: 'reminder' }>, props: StoryProps): string {
  const { frame, authority, words } = props;
  const { reminder, status, reason, again } = entry;
  const name = nameOf(reminder, props);
  if (status === 'planned' && reason === null)
    return words.entries.planned(name, momentText(reminder.dueAt, authority.timeZone, frame.language));
  if (status === 'handing_over') return words.entries[again ? 'handedOverAgain' : 'handedOver'](name);
  return words.entries.reminder(name, reasonInBrackets(lowerFirst(entryWords(entry, props).label)));
}

function pauseText(
  entry: Extract<StoryEntry, { kind: 'paused' | 'resumed' }>,
  { frame, authority, words, story }: StoryProps,
): string {
  const source = entry.what === 'source' ? story.sourceName : null;
  const by = entry.by === null ? null : actorText(entry.by, frame.language);
  if (entry.kind === 'resumed') return words.entries.resumed(source, by);
  const until = entry.until && momentText(entry.until, authority.timeZone, frame.language);
  return words.entries.paused({ source, by: by ?? '', reason: entry.reason, until });
}

function eventText({ event }: Extract<StoryEntry, { kind: 'event' }>, props: StoryProps): string {
  const { frame, words, story } = props;
  const reminder = aboutReminder(event) && story.appointment.reminders.find(({ id }) => id === event.reminder_id);
  return words.entries.event({
    about: reminder ? lowerFirst(nameOf(reminder, props)) : null,
    what: reasonInBrackets(lowerFirst(storyEventWords(event, props).label)),
    delivery: event.delivery && lowerFirst(STATE_WORDS[frame.language].deliveries[event.delivery].label),
  });
}
