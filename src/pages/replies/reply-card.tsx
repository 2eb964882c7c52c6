import { actorText } from '../kit/actor-words.ts';
import { useFrame } from '../kit/context.tsx';
import { Proof } from '../kit/document.tsx';
import { Hidden, momentText, PhoneNumber } from '../kit/elements.tsx';
import { REPLY_WORDS } from '../states/replies.ts';
import { whyMissing } from '../states/unreadable-words.ts';
import { Decisions } from './decisions.tsx';
import { NextEntry } from './done-in-place.tsx';
import { AppointmentLink, NowLine } from './now-line.tsx';
import { Answered, type CardProps } from './reply-parts.tsx';
import { REPLIES_WORDS } from './words.ts';

/**
 * A reply with the citizen's words first, what it may be about, what holds now, and what staff can do with it. Those
 * who hear the page hear who wrote before they hear the words.
 */
export function ReplyCard(card: CardProps) {
  const { reply, reminders, authority, settles } = card;
  const { language } = useFrame();
  const [words, { meanings, textErased, startWaits }] = [REPLIES_WORDS[language], REPLY_WORDS[language]];
  const heading = `svar-${reply.id}`;
  const missing = (what: 'number' | 'text', otherwise: string) => whyMissing(reply, what, language, otherwise);
  const { label, means } = meanings[reply.meaning];
  return (
    <li>
      <article aria-labelledby={heading} tabindex={-1}>
        <h3 id={heading}>
          {reply.phone === null ? missing('number', words.numberErased) : <PhoneNumber phone={reply.phone} />}
          <time datetime={reply.receivedAt.toISOString()}>
            {momentText(reply.receivedAt, authority.timeZone, language)}
          </time>
        </h3>
        <blockquote>{reply.text ?? missing('text', textErased)}</blockquote>
        <div class="about">
          <p>
            <span class="tag" title={means}>
              {label}
            </span>
            {reply.taken && <span class="tag">{words.taken}</span>}
            {reply.appointments.map((appointment) => (
              <AppointmentLink appointment={appointment} authority={authority} />
            ))}
          </p>
          {reminders && <NowLine reply={reply} reminders={reminders} authority={authority} />}
          {reply.needsPerson && reply.meaning === 'start' && <p class="now">{startWaits}</p>}
          {!reply.needsPerson && <Settled {...card} heading={heading} />}
          {!(reply.needsPerson && settles) && reply.answered && (
            <details class="now">
              <summary>{words.answers}</summary>
              <Answered {...card} />
            </details>
          )}
        </div>
        {reply.needsPerson && settles && <Decisions {...card} heading={heading} />}
      </article>
    </li>
  );
}

function Settled({ reply, authority, kept, heading, next, settles }: CardProps & { readonly heading: string }) {
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
        <button class="plain" type="submit" aria-describedby={heading} data-key="u">
          {words.undo}
        </button>
      )}
    </form>
  );
}
