import type { Child } from 'hono/jsx';
import type { Meaning } from '../../domain/replies/read-reply.ts';
import { SETTLE_ACTIONS, type SettleAction } from '../../domain/replies/settle.ts';
import type { InboundView } from '../../staff/replies/replies.ts';
import { useFrame } from '../kit/context.tsx';
import { ActionForm, Hidden } from '../kit/elements.tsx';
import { WRONG } from '../kit/fields.tsx';
import { hrefOf } from '../kit/navigation.ts';
import { REPLY_WORDS } from '../states/replies.ts';
import { NextEntry } from './done-in-place.tsx';
import { appointmentText } from './now-line.tsx';
import { Answered, type CardProps } from './reply-parts.tsx';
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
/** The likely ones where those of the meaning need an appointment, and the reply is about none. */
const WITHOUT_APPOINTMENT: readonly SettleAction[] = ['answered', 'ignore'];

/** The likely decisions about a reply in the order of their buttons, and all others that hold for it. */
function decisionsOf({ meaning, appointments }: InboundView): Record<'likely' | 'others', readonly SettleAction[]> {
  const holds = (action: SettleAction) =>
    appointments.length > 0 || (action !== 'cancel_passed_on' && action !== 'confirmed');
  const own = (LIKELY[meaning] ?? []).filter(holds);
  const likely = own.length > 0 ? own : WITHOUT_APPOINTMENT;
  return { likely, others: ACTIONS.filter((action) => holds(action) && !likely.includes(action)) };
}

/** The decision that a form names; undefined for none. */
export function actionIn(text: unknown): SettleAction | undefined {
  return SETTLE_ACTIONS.find((each) => each === text);
}

/** The id of the field that says which appointment a reply is about. */
export function choiceId(replyId: string): string {
  return `aftale-${replyId}`;
}

/** The decisions about an open reply: the likely ones as buttons, all others folded. */
export function Decisions(card: CardProps & { readonly heading: string }) {
  const { reply, kept, heading, next, links, authority } = card;
  const { language } = useFrame();
  const { actions } = REPLY_WORDS[language];
  const { likely, others } = decisionsOf(reply);
  const asks = likely.includes('answered');
  const answer = reply.phone !== null && (
    <a class="button plain" href={hrefOf(`/admin/replies/${reply.id}/answer`, authority)} aria-describedby={heading}>
      {REPLIES_WORDS[language].answer}
    </a>
  );
  const button = (action: SettleAction, more: Child, attributes: Readonly<Record<string, string>>) => (
    <button type="submit" name="action" value={action} aria-describedby={heading} {...attributes}>
      {actions[action].label}
      {more}
    </button>
  );
  return (
    <ActionForm action={`/admin/replies/${reply.id}/settle`}>
      <Hidden fields={kept} />
      <NextEntry id={next} />
      <Choice {...card} />
      {likely.map((action, nth) =>
        nth === 0
          ? button(action, <small> {actions[action].follows}</small>, { 'data-key': '1' })
          : button(action, null, { class: 'plain', 'data-key': String(nth + 1) }),
      )}
      {links}
      {asks && answer}
      <details class="others">
        <summary aria-describedby={heading}>{REPLIES_WORDS[language].others}</summary>
        <Answered {...card} />
        {others.map((action) => button(action, null, { class: 'plain' }))}
        {!asks && answer}
      </details>
    </ActionForm>
  );
}

/** The field for the appointment that a reply is about, where it may be about several. */
function Choice({ reply, authority, choose }: CardProps) {
  const { language } = useFrame();
  const words = REPLIES_WORDS[language];
  if (reply.appointments.length < 2) return null;
  const id = choiceId(reply.id);
  const missing = choose === reply.id && { ...WRONG, 'aria-describedby': `${id}-fault` };
  return (
    <p class="field">
      <label for={id}>{words.about}</label>
      {missing && (
        <strong class="wrong" id={`${id}-fault`} role="alert">
          {words.choose}
        </strong>
      )}
      <select id={id} name="appointment" {...(missing || {})}>
        <option value="">{words.unknown}</option>
        {reply.appointments.map((appointment) => (
          <option value={JSON.stringify([appointment.source, appointment.reference])}>
            {appointmentText(appointment, authority.timeZone, language)}
          </option>
        ))}
      </select>
    </p>
  );
}
