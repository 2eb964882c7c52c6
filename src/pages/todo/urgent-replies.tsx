import type { UrgentReplies as Urgent } from '../../staff/to-do/to-do.ts';
import { useFrame } from '../kit/context.tsx';
import type { PageAuthority } from '../kit/frame.tsx';
import { hrefOf } from '../kit/navigation.ts';
import type { DonePlace } from '../replies/done-in-place.tsx';
import { FROM_START } from '../replies/replies-forms.ts';
import { ReplyList } from '../replies/reply-list.tsx';
import type { Settling } from '../replies/settling.tsx';
import { REPLIES_WORDS } from '../replies/words.ts';
import { TODO_WORDS } from './words.ts';

/** The replies that hold reminders or cancel, each to be settled at once, and how many others wait. */
export function UrgentReplies({
  authority,
  works,
  urgent: { items: replies, more, reminders },
  message,
  place,
}: {
  readonly authority: PageAuthority;
  /** The visitor may settle them. */
  readonly works: boolean;
  readonly urgent: Urgent;
  /** Effect of a form about one of them, and its place. */
  readonly message: Settling | null;
  readonly place: DonePlace;
}) {
  const { language } = useFrame();
  const words = TODO_WORDS[language].replies;
  const { openReplies: open } = authority;
  const others = open - replies.length;
  const rest = others > 0 && (
    <p>
      <a href={hrefOf('/admin/replies', authority)}>{more ? words.more(open) : words.others(others)}</a>
    </p>
  );
  if (replies.length === 0 && message === null) return rest ? <section class="task">{rest}</section> : null;
  return (
    <section class="task" aria-labelledby="urgent">
      <h2 id="urgent">
        {REPLIES_WORDS[language].groups.decide}{' '}
        <span class="total">{more ? `${replies.length}+` : replies.length}</span>
      </h2>
      <ReplyList
        authority={authority}
        groups={[{ id: 'urgent', title: null, replies }]}
        reminders={reminders}
        message={message}
        place={place}
        kept={{ from: FROM_START }}
        choose={null}
        settles={works}
      />
      {rest}
    </section>
  );
}
