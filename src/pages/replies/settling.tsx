import { isUuid } from '../../domain/ids.ts';
import { findReply, type InboundView } from '../../staff/replies/replies.ts';
import { actorText } from '../kit/actor-words.ts';
import { useFrame } from '../kit/context.tsx';
import type { Visit } from '../kit/declared/visit.ts';
import { ActionForm, Done, Hidden, momentText } from '../kit/elements.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { REPLY_WORDS } from '../states/replies.ts';
import { actionIn } from './decisions.tsx';
import { type DonePlace, NextEntry, readNextEntry } from './done-in-place.tsx';
import type { CardProps } from './reply-parts.tsx';
import { REPLIES_WORDS } from './words.ts';

/** Effect of a form about a reply: a sentence, and the reply whose settling can be taken back, if it can. */
export interface Settling {
  readonly text: string;
  readonly undoable: string | null;
}

/** The effect of the form that led to this address; null: of none about a reply. */
export async function readSettling(visit: Visit<PagesDeps>): Promise<Settling | null> {
  const { c, deps, authority, reader, language } = visit;
  const { done = '', reply: id = null } = c.req.query();
  const words = REPLIES_WORDS[language];
  if (!isUuid(id)) return null;
  if (done === 'undone' || done === 'late') return { text: words[done], undoable: null };
  const action = actionIn(done);
  if (done !== 'already' && !action) return null;
  const reply = await findReply(deps, reader, authority.id, id, deps.now());
  const undoable = reply?.undoUntil ? id : null;
  if (!action) return { text: alreadyText(reply, reader.name, language), undoable };
  const removed = action === 'wrong_number' && reply ? removedText(reply, authority.timeZone, language) : null;
  return { text: removed ?? REPLY_WORDS[language].actions[action].done, undoable };
}

/** The place of the message about the form that led to this address. */
export function settlingPlace({ c }: Visit<PagesDeps>): DonePlace {
  const { reply, next } = c.req.query();
  return { own: isUuid(reply ?? null) ? reply : undefined, next: readNextEntry(next) };
}

/** The sentence for a decision that came second: whose stands, and what it was. */
function alreadyText(reply: InboundView | undefined, reader: string, language: PageLanguage): string {
  const words = REPLIES_WORDS[language];
  const { settledBy = null, action = null } = reply ?? {};
  if (settledBy === 'booking_system') return `${words.bySystem}.`;
  if (settledBy === null || action === null) return words.already;
  const { label } = REPLY_WORDS[language].actions[action];
  if (settledBy === reader || settledBy.startsWith(`${reader} `)) return words.chosenByYou(label);
  const by = actorText(settledBy, language);
  return words.chosenBy(by.charAt(0).toLocaleUpperCase(language) + by.slice(1), label);
}

/** The sentence after a number was taken from the appointments; null where its reply does not say so any more. */
function removedText(
  { action, settledAt, settledBy }: InboundView,
  timeZone: string,
  language: PageLanguage,
): string | null {
  if (action !== 'wrong_number' || settledAt === null) return null;
  const at = momentText(settledAt, timeZone, language);
  return REPLIES_WORDS[language].removed(actorText(settledBy ?? '', language), at);
}

interface MessageProps extends Pick<CardProps, 'settles' | 'kept'> {
  readonly message: Settling;
  readonly next: string | undefined;
}

/** The effect of the form before, with the button that takes it back. */
export function SettlingMessage({ message: { text, undoable }, next, settles, kept }: MessageProps) {
  const words = REPLIES_WORDS[useFrame().language];
  return (
    <>
      <Done text={text} />
      {undoable && settles && (
        <ActionForm action={`/admin/replies/${undoable}/undo`}>
          <NextEntry id={next} />
          <Hidden fields={kept} />
          <p>
            <button class="plain" type="submit" data-key="u">
              {words.undo}
            </button>
          </p>
        </ActionForm>
      )}
    </>
  );
}
