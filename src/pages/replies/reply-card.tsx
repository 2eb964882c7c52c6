import type { Meaning } from '../../domain/replies/read-reply.ts';
import { ABOUT_ONE_APPOINTMENT, type SettleAction } from '../../domain/replies/settle.ts';
import type { HeldView, InboundAppointmentView, InboundView } from '../../staff/replies/replies.ts';
import { actorText } from '../kit/actor-words.ts';
import { useFrame } from '../kit/context.tsx';
import { Proof } from '../kit/document.tsx';
import { ActionForm, EndsWhole, Hidden, momentText, PhoneNumber } from '../kit/elements.tsx';
import { WRONG } from '../kit/fields.tsx';
import type { PageAuthority } from '../kit/frame.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { storyOf } from '../kit/navigation.ts';
import { REPLY_WORDS } from '../states/replies.ts';
import { whyMissing } from '../states/unreadable-words.ts';
import { NextEntry } from './done-in-place.tsx';
import { REPLIES_WORDS } from './words.ts';

/** Decisions of staff about a reply, in the order in which they are explained. */
export const ACTIONS: readonly SettleAction[] = [
  'cancel_passed_on',
  'confirmed',
  'deceased',
  'opt_out',
  'wrong_number',
  'answered',
  'ignore',
];

/** The likely decisions about a reply of a meaning: their buttons come first, the first of them filled. */
const LIKELY: Readonly<Partial<Record<Meaning, readonly SettleAction[]>>> = {
  cancel: ['cancel_passed_on', 'confirmed'],
  maybe_stop: ['opt_out', 'ignore'],
  wrong_number: ['wrong_number', 'ignore'],
  deceased: ['deceased', 'ignore'],
  confirm: ['confirmed', 'cancel_passed_on'],
  other: ['answered'],
  start: ['answered'],
};

/** Decisions that are offered where they are likely alone, so that no other reply is settled so by mistake. */
const ONLY_WHERE_LIKELY: readonly SettleAction[] = ['deceased', 'answered'];

/** The decisions about a reply in the order of its buttons. A death can be settled without an appointment ahead. */
function actionsFor({ meaning, appointments }: InboundView): readonly SettleAction[] {
  const likely = LIKELY[meaning] ?? [];
  const others = ACTIONS.filter((action) => !likely.includes(action) && !ONLY_WHERE_LIKELY.includes(action));
  return [...likely, ...others].filter(
    (action) => action === 'deceased' || appointments.length > 0 || !ABOUT_ONE_APPOINTMENT.includes(action),
  );
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
  readonly authority: PageAuthority;
  /** Fields that lead back to the same part of the list. */
  readonly kept: Readonly<Record<string, string>>;
  /** The reply whose appointment has to be chosen before it is settled so; null: none was settled without. */
  readonly choose: string | null;
  /** The visitor may settle it. */
  readonly settles: boolean;
}

/** A reply with what it may be about and what staff can do with it. */
export function ReplyCard(card: CardProps) {
  const { reply, authority, settles } = card;
  const { language } = useFrame();
  const [words, { meanings, textErased }] = [REPLIES_WORDS[language], REPLY_WORDS[language]];
  const heading = `svar-${reply.id}`;
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
        <blockquote>{reply.text ?? missing('text', textErased)}</blockquote>
        <p class="facts">
          <span class="tag">{meanings[reply.meaning].label}</span>
          {reply.holds && <span class="tag holds">{words.holds}</span>}
          {reply.taken && <span class="tag">{words.taken}</span>}
          <small>{explained(reply, language)}</small>
        </p>
        <About {...card} />
        {reply.holds && <Held {...card} />}
        {reply.needsPerson && settles && <SettleForm {...card} heading={heading} />}
        {!reply.needsPerson && <Settled {...card} heading={heading} />}
      </article>
    </li>
  );
}

function explained({ meaning, holds, needsPerson }: InboundView, language: PageLanguage): string {
  const words = REPLY_WORDS[language];
  const startWaits = meaning === 'start' && needsPerson;
  return [
    words.meanings[meaning].means,
    ...(holds ? [words.holds] : []),
    ...(startWaits ? [words.startWaits] : []),
  ].join(' ');
}

function About({ reply, authority }: CardProps) {
  const { language } = useFrame();
  const words = REPLIES_WORDS[language];
  const { appointments, answered } = reply;
  if (appointments.length === 0 && !answered) return null;
  return (
    <dl class="explained">
      {appointments.map((appointment, at) => (
        <div>
          <dt>{appointments.length > 1 ? words.candidate(at + 1) : words.appointment}</dt>
          <dd>
            <AppointmentLink appointment={appointment} authority={authority} />
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
function Held({ held, authority }: CardProps) {
  const words = REPLIES_WORDS[useFrame().language].held;
  if (!held) return <p>{words.nothing}</p>;
  return (
    <details>
      <summary>{words.reminders(held.reminders)}</summary>
      <ul>
        {held.appointments.map((appointment) => (
          <li>
            <AppointmentLink appointment={appointment} authority={authority} /> {words.each(appointment.reminders)}
          </li>
        ))}
        {held.others > 0 && <li>{words.others(held.others)}</li>}
      </ul>
    </details>
  );
}

/** The way to the story of an appointment that a reply may be about, or holds reminders of. */
function AppointmentLink({
  appointment,
  authority,
}: Pick<CardProps, 'authority'> & { readonly appointment: InboundAppointmentView }) {
  const text = appointmentText(appointment, authority.timeZone, useFrame().language);
  return (
    <a href={storyOf(authority, appointment.id)}>
      <EndsWhole text={text} end={appointment.reference} />
    </a>
  );
}

type FormProps = CardProps & { readonly heading: string };

function SettleForm({ reply, authority, kept, heading, choose, next }: FormProps) {
  const { language } = useFrame();
  const [words, { actions }] = [REPLIES_WORDS[language], REPLY_WORDS[language]];
  const { appointments } = reply;
  const choice = choiceId(reply.id);
  const missing = choose === reply.id && { ...WRONG, 'aria-describedby': `${choice}-fault` };
  return (
    <ActionForm action={`/admin/replies/${reply.id}/settle`}>
      <Hidden fields={kept} />
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
                {appointmentText(appointment, authority.timeZone, language)}
              </option>
            ))}
          </select>
        </p>
      )}
      {actionsFor(reply).map((action) => (
        <button
          class={action === LIKELY[reply.meaning]?.[0] ? undefined : 'plain'}
          type="submit"
          name="action"
          value={action}
          aria-describedby={heading}
        >
          {actions[action].label}
        </button>
      ))}
    </ActionForm>
  );
}

function Settled({ reply, authority, kept, heading, next, settles }: FormProps) {
  const { language, proof } = useFrame();
  const [words, { actions, handled }] = [REPLIES_WORDS[language], REPLY_WORDS[language]];
  if (reply.settledAt === null) return <p>{words.neededNobody}</p>;
  const decision = reply.action ? actions[reply.action].label : handled;
  const by = actorText(reply.settledBy ?? '', language);
  return (
    <form method="post" action={`/admin/replies/${reply.id}/undo`}>
      {settles && <Proof proof={proof} />}
      <Hidden fields={{ authority: authority.id, ...kept }} />
      <NextEntry id={next} />
      <p>
        {reply.settledBy === 'booking_system' ? words.bySystem : `${decision} (${by})`},{' '}
        {momentText(reply.settledAt, authority.timeZone, language)}
      </p>
      {reply.undoUntil && settles && (
        <button class="plain" type="submit" aria-describedby={heading}>
          {words.undo}
        </button>
      )}
    </form>
  );
}

function appointmentText(
  { start, department, reference }: InboundAppointmentView,
  timeZone: string,
  language: PageLanguage,
): string {
  return [start ? momentText(start, timeZone, language) : REPLIES_WORDS[language].noTime, department, reference]
    .filter(Boolean)
    .join(', ');
}
