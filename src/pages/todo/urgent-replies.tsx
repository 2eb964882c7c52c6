import type { InboundView } from '../../staff/replies/replies.ts';
import type { Shortened } from '../../staff/to-do/unreached.ts';
import { useFrame } from '../kit/context.tsx';
import { Moment, PhoneNumber } from '../kit/elements.tsx';
import type { PageAuthority } from '../kit/frame.tsx';
import { startText } from '../kit/moment-text.ts';
import { hrefOf } from '../kit/navigation.ts';
import { StatesExplained } from '../states/explained.tsx';
import { REPLY_WORDS } from '../states/replies.ts';
import { whyMissing } from '../states/unreadable-words.ts';
import { TODO_WORDS } from './words.ts';

/** Characters of a reply that are shown. */
const MOST_CHARACTERS = 300;

/** The replies that hold reminders, each with the way to settle it, and how many others wait; nothing if none do. */
export function UrgentReplies({
  authority,
  works,
  urgent: { items: replies, more },
}: {
  readonly authority: PageAuthority;
  /** The visitor may settle them. */
  readonly works: boolean;
  readonly urgent: Shortened<InboundView>;
}) {
  const { language } = useFrame();
  const words = TODO_WORDS[language].replies;
  const { meanings } = REPLY_WORDS[language];
  const { openReplies: open } = authority;
  const others = open - replies.length;
  const rest = others > 0 && (
    <p>
      <a href={hrefOf('/admin/replies', authority)}>{more ? words.more(open) : words.others(others)}</a>
    </p>
  );
  if (replies.length === 0) return rest ? <section class="task">{rest}</section> : null;
  return (
    <section class="task" aria-labelledby="urgent">
      <h2 id="urgent">
        {words.title} <span class="total">{more ? `${replies.length}+` : replies.length}</span>
      </h2>
      <p class="means">{words.means}</p>
      <ul class="work">
        {replies.map((reply) => (
          <Row authority={authority} works={works} reply={reply} />
        ))}
      </ul>
      <StatesExplained states={replies.map(({ meaning }) => meanings[meaning])} />
      {rest}
    </section>
  );
}

/** The beginning of a reply: the whole stands where it is settled. */
function beginningOf(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS).trimEnd()}…` : text;
}

interface RowProps {
  readonly authority: PageAuthority;
  readonly works: boolean;
  readonly reply: InboundView;
}

function Row({ authority, works, reply }: RowProps) {
  const { language } = useFrame();
  const { meanings, textErased } = REPLY_WORDS[language];
  const words = TODO_WORDS[language].replies;
  const [about] = reply.appointments;
  const id = `svar-til-${reply.id}`;
  return (
    <li>
      <p class="what cells" id={id}>
        <strong>{meanings[reply.meaning].label}</strong>
        <span>
          {reply.text === null ? whyMissing(reply, 'text', language, textErased) : <q>{beginningOf(reply.text)}</q>}
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
          {works ? words.read : words.look}
        </a>
      </div>
    </li>
  );
}
