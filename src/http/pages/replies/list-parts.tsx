import { z } from '@hono/zod-openapi';
import type { Authority } from '../../../domain/authority.ts';
import type { Meaning } from '../../../domain/replies/read-reply.ts';
import type { InboundPlace } from '../../../staff/replies/replies.ts';
import type { PageLanguage } from '../language.ts';
import { hrefOf } from '../navigation.ts';
import { EMPTY_WORDS } from './empty-words.ts';
import type { RepliesWords, Shown } from './words.ts';

/** The replies that the page shows: a part of them, of every meaning or of one. */
export interface Choice {
  readonly shown: Shown;
  readonly meaning: Meaning | undefined;
  /** Only those behind this place; null: from the first. */
  readonly before: InboundPlace | null;
}

/** A place in the list, as an address and a form of the page name it. @returns null for anything else */
export function readPlace(text: string | undefined): InboundPlace | null {
  const [, urgent, id] = /^([01])\.(.+)$/.exec(text ?? '') ?? [];
  return z.uuid().safeParse(id).success && id !== undefined ? { urgent: urgent === '1', id } : null;
}

/** The text of a place in an address or a form. */
export function placeText({ urgent, id }: InboundPlace): string {
  return `${urgent ? 1 : 0}.${id}`;
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
        comes[shown]
      ) : (
        <a href={hrefOf('/admin/replies', authority, keptOf({ shown, meaning: undefined }))}>{anyMeaning}</a>
      )}
    </p>
  );
}

/** The ways to the first and the next part of the list. */
export function Pages({ authority, words, choice, full, next }: PartProps) {
  const kept = keptOf({ ...choice, before: null });
  return (
    <p class="pages">
      {choice.before && <a href={hrefOf('/admin/replies', authority, kept)}>{words.first}</a>}{' '}
      {next && (
        <a href={hrefOf('/admin/replies', authority, { ...kept, before: placeText(next) })}>
          {full ? words.next : words.goOn}
        </a>
      )}
    </p>
  );
}
