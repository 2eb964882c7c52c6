import type { Authority } from '../../domain/authority.ts';
import type { PresentReminder } from '../../staff/find/present-reminders.ts';
import type { AppointmentStory } from '../../staff/find/story.ts';
import { momentText } from '../kit/elements.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { reminderWords, type StateWords } from '../states/state-words.ts';
import { whyMissing } from '../states/unreadable-words.ts';
import { reminderName } from './appointment-facts.ts';
import type { StoryWords } from './story-words.ts';

/** The subject of the page and its parts. */
export interface StoryProps {
  readonly language: PageLanguage;
  readonly authority: Authority;
  readonly words: StoryWords;
  readonly story: AppointmentStory;
  readonly now: Date;
  /** The visitor may search for numbers. */
  readonly operates: boolean;
}

interface NextStepProps extends Pick<StoryProps, 'words' | 'operates'> {
  /** The state, with its next step. */
  readonly state: Pick<StateWords, 'todo' | 'namesWho'>;
}

/** The next step: asked of a reader who operates, unless the step names somebody else; nothing where there is none. */
export function NextStep({ words, operates, state: { todo, namesWho } }: NextStepProps) {
  if (!todo) return null;
  return (
    <>
      <strong>{words.todo(operates && !namesWho)}</strong> {todo}
    </>
  );
}

type CardProps = StoryProps & { readonly reminder: PresentReminder };

/** A reminder with why it went or did not, what to do, and the SMS as it was sent. */
export function ReminderCard(props: CardProps) {
  const { language, authority, words, story, reminder } = props;
  const state = reminderWords(language, { ...reminder, replaced: story.replacement !== null });
  const heading = `reminder-${reminder.id}`;
  const isSent = reminder.messages.some(({ status }) => status !== 'not_sent');
  const text = reminder.text ?? (isSent ? whyMissing(reminder, 'text', language, words.smsErased) : null);
  return (
    <article class="card" aria-labelledby={heading}>
      <h3 id={heading}>{reminderName(language, authority, reminder.rule)}</h3>
      <p>
        <span class={`tag state-${reminder.status}`}>{state.label}</span> {state.means}
      </p>
      {state.todo && (
        <p>
          <NextStep {...props} state={state} />
        </p>
      )}
      <p class="faint">{timingOf(props)}</p>
      {text !== null && <blockquote aria-label={words.sms}>{text}</blockquote>}
    </article>
  );
}

/** States of an SMS that certainly left. */
const SENT: readonly string[] = ['accepted', 'delivered', 'undelivered'];

function timingOf({ language, authority, words, reminder }: CardProps): string {
  const textOf = (at: Date) => momentText(at, authority.timeZone, language);
  const sent = reminder.messages.findLast(({ status }) => SENT.includes(status));
  if (sent?.handedOverAt) return words.sentVia(textOf(sent.handedOverAt), sent.gateway, reminder.segments ?? 1);
  const moment = textOf(reminder.dueAt);
  if (reminder.status !== 'planned') return words.wasDue(moment);
  return reminder.heldReason === null ? words.due(moment) : words.heldUntil(moment);
}
