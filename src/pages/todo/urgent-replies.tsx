import type { Authority } from '../../domain/authority.ts';
import type { InboundView } from '../../staff/replies/replies.ts';
import type { Shortened } from '../../staff/to-do/unreached.ts';
import type { Frame } from '../kit/context.tsx';
import { Moment, PhoneNumber } from '../kit/elements.tsx';
import { startText } from '../kit/moment-text.ts';
import { hrefOf } from '../kit/navigation.ts';
import { MEANING_WORDS } from '../replies/meanings.ts';
import { REPLIES_WORDS } from '../replies/words.ts';
import { StatesExplained } from '../states/explained.tsx';
import { whyMissing } from '../states/unreadable-words.ts';
import type { TodoWords } from './words.ts';

/** Characters of a reply that are shown. */
const MOST_CHARACTERS = 300;

/** The replies that hold reminders, each with the way to settle it, and how many others wait; nothing if none do. */
export function UrgentReplies({
  frame,
  authority,
  words,
  works,
  urgent: { items: replies, more },
  open,
}: {
  readonly frame: Frame;
  readonly authority: Authority;
  readonly words: TodoWords;
  /** The visitor may settle them. */
  readonly works: boolean;
  readonly urgent: Shortened<InboundView>;
  /** How many replies of the authority wait for a person. */
  readonly open: number;
}) {
  const { meanings } = REPLIES_WORDS[frame.language];
  const { means } = MEANING_WORDS[frame.language];
  const others = open - replies.length;
  const rest = others > 0 && (
    <p>
      <a href={hrefOf('/admin/replies', authority)}>{more ? words.replies.more(open) : words.replies.others(others)}</a>
    </p>
  );
  if (replies.length === 0) return rest ? <section class="task">{rest}</section> : null;
  return (
    <section class="task" aria-labelledby="urgent">
      <h2 id="urgent">
        {words.replies.title} <span class="total">{more ? `${replies.length}+` : replies.length}</span>
      </h2>
      <p class="means">{words.replies.means}</p>
      <ul class="work">
        {replies.map((reply) => (
          <Row frame={frame} authority={authority} words={words} works={works} reply={reply} />
        ))}
      </ul>
      <StatesExplained states={replies.map(({ meaning }) => ({ label: meanings[meaning], means: means[meaning] }))} />
      {rest}
    </section>
  );
}

/** The beginning of a reply: the whole stands where it is settled. */
function beginningOf(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS).trimEnd()}…` : text;
}

function Row({
  frame,
  authority,
  words,
  works,
  reply,
}: {
  readonly frame: Frame;
  readonly authority: Authority;
  readonly words: TodoWords;
  readonly works: boolean;
  readonly reply: InboundView;
}) {
  const { language } = frame;
  const [about] = reply.appointments;
  const id = `svar-til-${reply.id}`;
  return (
    <li>
      <p class="what cells" id={id}>
        <strong>{REPLIES_WORDS[language].meanings[reply.meaning]}</strong>
        <span>
          {reply.text === null ? (
            whyMissing(reply, 'text', language, REPLIES_WORDS[language].textErased)
          ) : (
            <q>{beginningOf(reply.text)}</q>
          )}
          {about?.start && (
            <small>
              {[startText(about.start, authority.timeZone, language), about.department].filter(Boolean).join(', ')}
            </small>
          )}
        </span>
        <span>
          {reply.phone ? <PhoneNumber phone={reply.phone} /> : whyMissing(reply, 'number', language, '')}
          <small>
            <Moment at={reply.receivedAt} timeZone={authority.timeZone} language={language} />
          </small>
        </span>
      </p>
      <div class="step">
        <a class="button plain" href={`${hrefOf('/admin/replies', authority)}#svar-${reply.id}`} aria-describedby={id}>
          {works ? words.replies.read : words.replies.look}
        </a>
      </div>
    </li>
  );
}
