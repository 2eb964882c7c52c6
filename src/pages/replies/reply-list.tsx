import type { RemindersOfReply } from '../../staff/replies/reminders-of-reply.ts';
import type { InboundView } from '../../staff/replies/replies.ts';
import { useFrame } from '../kit/context.tsx';
import { type DonePlace, LAST, withDone } from './done-in-place.tsx';
import { ReplyCard } from './reply-card.tsx';
import type { CardProps } from './reply-parts.tsx';
import { type Settling, SettlingMessage } from './settling.tsx';
import { REPLIES_WORDS } from './words.ts';

/** Replies below one heading. */
export interface ReplyGroup {
  /** Also the id of the heading. */
  readonly id: string;
  /** null: the page has a heading for them. */
  readonly title: string | null;
  readonly replies: readonly InboundView[];
}

interface ListProps extends Pick<CardProps, 'authority' | 'kept' | 'choose' | 'settles'> {
  readonly groups: readonly ReplyGroup[];
  readonly reminders: ReadonlyMap<string, RemindersOfReply>;
  /** Effect of the form before; null: none was sent. */
  readonly message: Settling | null;
  readonly place: DonePlace;
}

/** Cards of replies, which the page's script lets be worked by keys; what a form did stands where its reply stood. */
export function ReplyList({ groups, message, place, reminders, ...card }: ListProps) {
  const { language } = useFrame();
  const filled = groups.filter(({ replies }) => replies.length > 0);
  const all = filled.flatMap(({ replies }) => replies);
  const done = message && <SettlingMessage {...card} message={message} next={place.next} />;
  const at = holderOf(filled, place);
  const nextOf = (reply: InboundView) => all[all.indexOf(reply) + 1];
  const lists = filled.map(({ id, title, replies }, nth) => (
    <section {...(title !== null && { 'aria-labelledby': id })}>
      {title !== null && <h2 id={id}>{title}</h2>}
      <ul class="replies">
        {
          withDone(replies, place, nth === at ? done : null, (reply) => (
            <ReplyCard {...card} reply={reply} reminders={reminders.get(reply.id)} next={nextOf(reply)?.id} />
          )).items
        }
      </ul>
    </section>
  ));
  return (
    <div class="reply-list" data-keys="true">
      {(all.length > 0 || done) && <link rel="stylesheet" href="/admin/replies.css" />}
      {(all.length > 0 || done) && <script type="module" src="/admin/keys.js" />}
      {at < 0 && done}
      {all.length > 0 && <Keys words={REPLIES_WORDS[language].keys} />}
      {lists}
    </div>
  );
}

/** The group that the message stands in; -1: above all, since its place is not known. */
function holderOf(groups: readonly ReplyGroup[], { own, next }: DonePlace): number {
  const holds = (id: string | undefined) => groups.findIndex(({ replies }) => replies.some((each) => each.id === id));
  const found = holds(own);
  if (found >= 0) return found;
  return next === LAST ? groups.length - 1 : holds(next);
}

/** The keys that work within the list, shown by the script that makes them work. */
function Keys({ words: { title, each } }: { readonly words: (typeof REPLIES_WORDS)['da']['keys'] }) {
  return (
    <details class="keys" hidden>
      <summary>{title}</summary>
      <dl>
        {each.map(([key, does]) => (
          <div>
            <dt>{key}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
