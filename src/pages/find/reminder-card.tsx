import type { ReminderView } from '../../staff/appointments/reminder-view.ts';
import type { PresentReminder } from '../../staff/find/present-reminders.ts';
import { momentText } from '../kit/elements.tsx';
import { reminderWords } from '../states/state-words.ts';
import { whyMissing } from '../states/unreadable-words.ts';
import { NextStep } from './next-step.tsx';
import { reminderName } from './reminder-name.ts';
import type { StoryProps } from './story-props.ts';

/** A reminder with why it went or did not, what to do, and the SMS as it was sent. */
export function ReminderCard(props: StoryProps & { readonly reminder: PresentReminder }) {
  const { frame, authority, words, story, operates, reminder } = props;
  const state = reminderWords(frame.language, { ...reminder, replaced: story.replacement !== null });
  const heading = `reminder-${reminder.id}`;
  const missing = whyMissing(reminder, 'text', frame.language, words.smsErased);
  const sent = reminder.messages.findLast(({ status }) => status !== 'not_sent');
  return (
    <article class="card" aria-labelledby={heading}>
      <h3 id={heading}>{reminderName(words, authority, reminder.rule)}</h3>
      <p>
        <span class={`tag state-${reminder.status}`}>{state.label}</span> {state.means}
      </p>
      {state.todo && (
        <p>
          <NextStep words={words} operates={operates} state={state} />
        </p>
      )}
      <p class="faint">
        <Timing frame={frame} authority={authority} words={words} reminder={reminder} />
      </p>
      {sent && <blockquote aria-label={words.sms}>{reminder.text ?? missing}</blockquote>}
      {!sent && reminder.text !== null && <blockquote aria-label={words.sms}>{reminder.text}</blockquote>}
    </article>
  );
}

/** States of an SMS that certainly left. */
const SENT: readonly string[] = ['accepted', 'delivered', 'undelivered'];

function Timing({
  frame,
  authority,
  words,
  reminder,
}: Pick<StoryProps, 'frame' | 'authority' | 'words'> & { readonly reminder: ReminderView }) {
  const textOf = (at: Date) => momentText(at, authority.timeZone, frame.language);
  const sent = reminder.messages.findLast(({ status }) => SENT.includes(status));
  if (sent?.handedOverAt) return <>{words.sentVia(textOf(sent.handedOverAt), sent.gateway, reminder.segments ?? 1)}</>;
  const moment = textOf(reminder.dueAt);
  if (reminder.status !== 'planned') return <>{words.wasDue(moment)}</>;
  return <>{reminder.heldReason === null ? words.due(moment) : words.heldUntil(moment)}</>;
}
