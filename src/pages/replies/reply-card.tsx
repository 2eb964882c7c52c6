import type { Authority } from '../../domain/authority.ts';
import { ABOUT_ONE_APPOINTMENT, type SettleAction } from '../../domain/replies/settle.ts';
import type { HeldView, InboundAppointmentView, InboundView } from '../../staff/replies/replies.ts';
import { actorText } from '../kit/actor-words.ts';
import { Proof } from '../kit/document.tsx';
import { EndsWhole, Hidden, momentText, PhoneNumber } from '../kit/elements.tsx';
import { WRONG } from '../kit/fields.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { storyOf } from '../kit/navigation.ts';
import { whyMissing } from '../states/unreadable-words.ts';
import { NextEntry } from './done-in-place.tsx';
import { HELD_WORDS } from './held-words.ts';
import { MEANING_WORDS, type MeaningWords } from './meanings.ts';
import type { RepliesWords } from './words.ts';

/** Decisions of staff about a reply, in the order of its buttons. */
export const ACTIONS: readonly SettleAction[] = [
  'cancel_passed_on',
  'confirmed',
  'deceased',
  'opt_out',
  'wrong_number',
  'ignore',
];

/** A death can be settled without an appointment ahead; no other reply can be settled as one by mistake. */
function actionsFor({ meaning, appointments }: InboundView): readonly SettleAction[] {
  const isDeath = meaning === 'deceased';
  const fitting = ACTIONS.filter(
    (action) => action !== 'deceased' && (appointments.length > 0 || !ABOUT_ONE_APPOINTMENT.includes(action)),
  );
  return isDeath ? ['deceased', ...fitting] : fitting;
}

/** The id of the field that says which appointment a reply is about. */
export function choiceId(replyId: string): string {
  return `aftale-${replyId}`;
}

interface CardProps {
  readonly reply: InboundView;
  /** The appointments that it holds reminders of; undefined: none now. */
  readonly held: HeldView | undefined;
  /** The id of the reply behind it. */
  readonly next: string | undefined;
  readonly authority: Authority;
  readonly words: RepliesWords;
  readonly language: PageLanguage;
  /** Fields that lead back to the same part of the list. */
  readonly kept: Readonly<Record<string, string>>;
  /** The reply whose appointment has to be chosen before it is settled so; null: none was settled without. */
  readonly choose: string | null;
  /** The proof of its forms; null: the visitor may not settle. */
  readonly proof: string | null;
}

/** A reply with what it may be about and what staff can do with it. */
export function ReplyCard(card: CardProps) {
  const { reply, authority, words, language, proof } = card;
  const heading = `svar-${reply.id}`;
  const meaning = MEANING_WORDS[language];
  const missing = (what: 'number' | 'text', otherwise: string) => whyMissing(reply, what, language, otherwise);
  return (
    <li>
      <article aria-labelledby={heading}>
        <h2 id={heading}>
          {reply.phone === null ? missing('number', words.numberErased) : <PhoneNumber phone={reply.phone} />}
          <time datetime={reply.receivedAt.toISOString()}>
            {momentText(reply.receivedAt, authority.timeZone, language)}
          </time>
        </h2>
        <blockquote>{reply.text ?? missing('text', words.textErased)}</blockquote>
        <p class="facts">
          <span class="tag">{words.meanings[reply.meaning]}</span>
          {reply.holds && <span class="tag holds">{words.holds}</span>}
          {reply.taken && <span class="tag">{words.taken}</span>}
          <small>{explained(reply, meaning)}</small>
        </p>
        <About {...card} />
        {reply.holds && <Held {...card} />}
        {reply.needsPerson && proof !== null && <SettleForm {...card} heading={heading} proof={proof} />}
        {!reply.needsPerson && <Settled {...card} heading={heading} />}
      </article>
    </li>
  );
}

function explained({ meaning, holds, needsPerson }: InboundView, words: MeaningWords): string {
  const startWaits = meaning === 'start' && needsPerson;
  return [words.means[meaning], ...(holds ? [words.holds] : []), ...(startWaits ? [words.startWaits] : [])].join(' ');
}

function About({ reply, authority, words, language }: CardProps) {
  const { appointments, answered } = reply;
  if (appointments.length === 0 && !answered) return null;
  return (
    <dl class="explained">
      {appointments.map((appointment, at) => (
        <div>
          <dt>{appointments.length > 1 ? words.candidate(at + 1) : words.appointment}</dt>
          <dd>
            <AppointmentLink appointment={appointment} authority={authority} words={words} language={language} />
          </dd>
        </div>
      ))}
      {answered && (
        <div>
          <dt>{words.answers}</dt>
          <dd>
            {answered.text ?? whyMissing(reply, 'text', language, words.smsErased)}
            {answered.at && ` (${momentText(answered.at, authority.timeZone, language)})`}
          </dd>
        </div>
      )}
    </dl>
  );
}

/** The reminders that wait until the reply is settled, so that they can be seen before. */
function Held({ held, authority, words, language }: CardProps) {
  const heldWords = HELD_WORDS[language];
  if (!held) return <p>{heldWords.nothing}</p>;
  return (
    <details>
      <summary>{heldWords.reminders(held.reminders)}</summary>
      <ul>
        {held.appointments.map((appointment) => (
          <li>
            <AppointmentLink appointment={appointment} authority={authority} words={words} language={language} />{' '}
            {heldWords.each(appointment.reminders)}
          </li>
        ))}
        {held.others > 0 && <li>{heldWords.others(held.others)}</li>}
      </ul>
    </details>
  );
}

/** The way to the story of an appointment that a reply may be about, or holds reminders of. */
function AppointmentLink({
  appointment,
  authority,
  words,
  language,
}: Pick<CardProps, 'authority' | 'words' | 'language'> & { readonly appointment: InboundAppointmentView }) {
  const text = appointmentText(appointment, authority.timeZone, words, language);
  return (
    <a href={storyOf(authority, appointment.id)}>
      <EndsWhole text={text} end={appointment.reference} />
    </a>
  );
}

type FormProps = CardProps & { readonly heading: string };

function SettleForm({
  reply,
  authority,
  words,
  language,
  kept,
  heading,
  choose,
  next,
  proof,
}: FormProps & { readonly proof: string }) {
  const { appointments } = reply;
  const choice = choiceId(reply.id);
  const missing = choose === reply.id && { ...WRONG, 'aria-describedby': `${choice}-fault` };
  return (
    <form method="post" action={`/admin/replies/${reply.id}/settle`}>
      <Proof proof={proof} />
      <Hidden fields={{ authority: authority.id, ...kept }} />
      <NextEntry id={next} />
      {appointments.length > 1 && (
        <p class="field">
          <label for={choice}>{words.about}</label>
          {missing && (
            <strong class="wrong" id={`${choice}-fault`} role="alert">
              {words.choose}
            </strong>
          )}
          <select id={choice} name="appointment" {...(missing || {})}>
            <option value="">{words.unknown}</option>
            {appointments.map((appointment) => (
              <option value={JSON.stringify([appointment.source, appointment.reference])}>
                {appointmentText(appointment, authority.timeZone, words, language)}
              </option>
            ))}
          </select>
        </p>
      )}
      {actionsFor(reply).map((action) => (
        <button type="submit" name="action" value={action} aria-describedby={heading}>
          {words.actions[action].label}
        </button>
      ))}
    </form>
  );
}

function Settled({ reply, authority, words, language, kept, heading, next, proof }: FormProps) {
  if (reply.settledAt === null) return <p>{words.neededNobody}</p>;
  const decision = reply.action ? words.actions[reply.action].label : words.handled;
  const by = actorText(reply.settledBy ?? '', language);
  return (
    <form method="post" action={`/admin/replies/${reply.id}/undo`}>
      {proof !== null && <Proof proof={proof} />}
      <Hidden fields={{ authority: authority.id, ...kept }} />
      <NextEntry id={next} />
      <p>
        {reply.settledBy === 'booking_system' ? words.bySystem : `${decision} (${by})`},{' '}
        {momentText(reply.settledAt, authority.timeZone, language)}
      </p>
      {reply.undoUntil && proof !== null && (
        <button type="submit" aria-describedby={heading}>
          {words.undo}
        </button>
      )}
    </form>
  );
}

function appointmentText(
  { start, department, reference }: InboundAppointmentView,
  timeZone: string,
  words: RepliesWords,
  language: PageLanguage,
): string {
  return [start ? momentText(start, timeZone, language) : words.noTime, department, reference]
    .filter(Boolean)
    .join(', ');
}
