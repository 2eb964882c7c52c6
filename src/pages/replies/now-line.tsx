import type { HeldView, RemindersOfReply } from '../../staff/replies/reminders-of-reply.ts';
import type { InboundAppointmentView, InboundView } from '../../staff/replies/replies.ts';
import { useFrame } from '../kit/context.tsx';
import { EndsWhole } from '../kit/elements.tsx';
import type { PageAuthority } from '../kit/frame.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { startText } from '../kit/moment-text.ts';
import { storyOf } from '../kit/navigation.ts';
import { REPLIES_WORDS } from './words.ts';

interface NowProps {
  readonly reply: InboundView;
  readonly reminders: RemindersOfReply;
  readonly authority: PageAuthority;
}

/**
 * One line about the reminders of an open reply: whether any wait for it, or have gone. It opens to the appointments
 * whose reminders wait, where these are others than the card shows.
 */
export function NowLine({ reply, reminders, authority }: NowProps) {
  const { language } = useFrame();
  const words = REPLIES_WORDS[language];
  const { held } = reminders;
  const line = (
    <>
      {held && <span class="unseen">{words.holds}: </span>}
      {nowText(reply, reminders, authority.timeZone, language)}
    </>
  );
  const mark = held ? 'now waits' : 'now';
  if (!held || isShown(held, reply)) return <p class={mark}>{line}</p>;
  return (
    <details class={mark}>
      <summary>{line}</summary>
      <ul>
        {held.appointments.map((appointment) => (
          <li>
            <AppointmentLink appointment={appointment} authority={authority} /> {words.held.each(appointment.reminders)}
          </li>
        ))}
        {held.others > 0 && <li>{words.held.others(held.others)}</li>}
      </ul>
    </details>
  );
}

function isShown({ appointments, others }: HeldView, reply: InboundView): boolean {
  return others === 0 && appointments.length === 1 && reply.appointments.length === 1
    ? appointments[0]?.id === reply.appointments[0]?.id
    : false;
}

function nowText(
  { appointments, answered }: InboundView,
  { held, sent, nextAt }: RemindersOfReply,
  timeZone: string,
  language: PageLanguage,
): string {
  const { now } = REPLIES_WORDS[language];
  const when = (at: Date) => startText(at, timeZone, language);
  const waiting = held && now.waiting(held.reminders, when(held.firstDueAt));
  if (appointments.length > 1) return `${now.several(appointments.length)} ${waiting ?? now.nothingHeld}`;
  if (waiting !== null) return waiting;
  const isSent = sent || (appointments.length === 0 && answered !== null);
  if (nextAt) return isSent ? now.sentAndNext(when(nextAt)) : now.next(when(nextAt));
  return isSent ? now.sent : now.nothing;
}

/** The way to the story of an appointment that a reply may be about, or holds reminders of. */
export function AppointmentLink({
  appointment,
  authority,
}: Pick<NowProps, 'authority'> & { readonly appointment: InboundAppointmentView }) {
  const text = appointmentText(appointment, authority.timeZone, useFrame().language);
  return (
    <a href={storyOf(authority, appointment.id)}>
      <EndsWhole text={text} end={appointment.reference} />
    </a>
  );
}

/** An appointment in a few words: when, where, and its number. */
export function appointmentText(
  { start, department, reference }: InboundAppointmentView,
  timeZone: string,
  language: PageLanguage,
): string {
  return [start ? startText(start, timeZone, language) : REPLIES_WORDS[language].noTime, department, reference]
    .filter(Boolean)
    .join(', ');
}
