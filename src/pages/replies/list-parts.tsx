import { z } from '@hono/zod-openapi';
import type { Authority } from '../../domain/authority.ts';
import type { Meaning } from '../../domain/replies/read-reply.ts';
import type { InboundPlace, InboundView, Rank } from '../../staff/replies/replies.ts';
import { canBeAnswered } from '../../templates/index.ts';
import type { PageLanguage } from '../kit/language.ts';
import { hrefOf } from '../kit/navigation.ts';
import { ListLinks } from '../kit/responses/list-links.tsx';
import { EMPTY_WORDS } from './empty-words.ts';
import type { RepliesFilter, RepliesWords } from './words.ts';

/** The replies that the page shows: a part of them, of every meaning or of one. */
export interface Choice {
  readonly shown: RepliesFilter;
  readonly meaning: Meaning | undefined;
  /** Only those from this place on; null: from the first. */
  readonly before: InboundPlace | null;
}

const RANKS: readonly Rank[] = [0, 1, 2];

/** A place in the list, as an address and a form of the page name it. @returns null for anything else */
export function readReplyPlace(text: string | undefined): InboundPlace | null {
  const [, place, mark, id] = /^([012])([.-])(.+)$/.exec(text ?? '') ?? [];
  const rank = RANKS.find((each) => String(each) === place);
  if (rank === undefined || !z.uuid().safeParse(id).success) return null;
  return { rank, id: id ?? '', ...(mark === '-' && { including: true }) };
}

/** The text of a place in an address or a form. */
export function placeText({ rank, id, including = false }: InboundPlace): string {
  return `${rank}${including ? '-' : '.'}${id}`;
}

/** The address of the replies that wait, at the first of some of them, however many stand before it. */
export function waitingHref(authority: { readonly id: string }, replies: readonly InboundView[]): string {
  const waiting = replies.filter(({ needsPerson }) => needsPerson);
  const [first] = waiting.toSorted((a, b) => b.rank - a.rank || (a.id < b.id ? 1 : -1));
  if (!first) return hrefOf('/admin/replies', authority);
  const before = placeText({ rank: first.rank, id: first.id, including: true });
  return `${hrefOf('/admin/replies', authority, { before })}#svar-${first.id}`;
}

/** The part of the list that a form leads back to. */
export function keptOf({ shown, meaning, before }: Omit<Choice, 'before'> & Partial<Choice>): Record<string, string> {
  const place = before ? { before: placeText(before) } : {};
  return { ...(shown !== 'open' && { show: shown }), ...(meaning && { meaning }), ...place };
}

interface PartProps {
  readonly authority: Authority;
  readonly words: RepliesWords;
  readonly choice: Choice;
  /** The part is as long as one can be; false: it ends where so many replies were looked at. */
  readonly full: boolean;
  /** Where the next part begins; null: there is none. */
  readonly next: InboundPlace | null;
}

/** The sentence in place of the replies of a part that has none, with the way on. */
export function NoReplies({
  authority,
  words,
  choice,
  next,
  language,
}: Omit<PartProps, 'full'> & { readonly language: PageLanguage }) {
  const { shown, meaning, before } = choice;
  const { comes, anyMeaning } = EMPTY_WORDS[language];
  if (next || before) return <p class="empty">{next ? words.noneYet : words.noMore}</p>;
  return (
    <p class="empty">
      {words.none[shown]} {authority.name}.{' '}
      {meaning === undefined ? (
        canBeAnswered(authority.sender) && comes[shown]
      ) : (
        <a href={hrefOf('/admin/replies', authority, keptOf({ shown, meaning: undefined }))}>{anyMeaning}</a>
      )}
    </p>
  );
}

/** The ways to the first and the next part of the list. */
export function Pages({ authority, words, choice, full, next }: PartProps) {
  const kept = keptOf({ ...choice, before: null });
  const at = (before?: string) => hrefOf('/admin/replies', authority, { ...kept, before });
  return (
    <ListLinks
      back={[words.first, choice.before && at()]}
      onward={[full ? words.next : words.goOn, next && at(placeText(next))]}
    />
  );
}
