import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Authority } from '../../domain/authority.ts';
import { may } from '../../domain/people/access.ts';
import { MEANINGS as ALL_MEANINGS } from '../../domain/replies/read-reply.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import {
  findReply,
  type HeldView,
  type InboundPlace,
  type InboundView,
  readHeld,
  readReplies,
} from '../../staff/replies/replies.ts';
import { actorText } from '../kit/actor-words.ts';
import type { Frame } from '../kit/context.tsx';
import { ActionForm, Done, Hidden, momentText } from '../kit/elements.tsx';
import { SelectField } from '../kit/fields.tsx';
import { FilterForm, Results } from '../kit/filter-form.tsx';
import { noAuthority, type PagesDeps, readFrame } from '../kit/frame.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { Framed } from '../kit/layout.tsx';
import { LAYOUT_WORDS } from '../kit/layout-words.ts';
import { doneHref } from '../kit/navigation.ts';
import { firstRows } from '../kit/responses/first-rows.ts';
import { fittingPage } from '../kit/responses/fitting-page.ts';
import { type DonePlace, NextEntry, readNextEntry, withDone } from './done-in-place.tsx';
import { type Choice, keptOf, NoReplies, Pages, readReplyPlace } from './list-parts.tsx';
import { REPLIES, RepliesNavigation } from './navigation.tsx';
import { REMOVED_WORDS } from './removed-words.ts';
import { ACTIONS, ReplyCard } from './reply-card.tsx';
import { Warnings } from './warnings.tsx';
import { REPLIES_WORDS, type RepliesFilter, type RepliesWords, SHOWN } from './words.ts';

const MOST_REPLIES = 25;

/** Effect of a form: a sentence, and whether it can be taken back. */
interface Settling {
  readonly text: string;
  readonly undoable: boolean;
}

/** The sentence of the page after a form: a word of the address becomes a sentence. */
function messageOf(words: RepliesWords, done: string | undefined): Settling | null {
  if (done === 'already' || done === 'undone' || done === 'late') return { text: words[done], undoable: false };
  const action = ACTIONS.find((each) => each === done);
  return action ? { text: words.actions[action].done, undoable: true } : null;
}

/** The sentence after a number was taken from the appointments; null where its reply does not say so any more. */
function removedText(
  { action, settledAt, settledBy }: InboundView,
  { timeZone }: Authority,
  language: PageLanguage,
): string | null {
  if (action !== 'wrong_number' || settledAt === null) return null;
  const at = momentText(settledAt, timeZone, language);
  return REMOVED_WORDS[language](actorText(settledBy ?? '', language), at);
}

/** Which replies each part of the list has. */
const FILTERS = {
  open: { needsPerson: true },
  settled: { settled: true },
  automatic: { needsPerson: false, settled: false },
  all: {},
} as const satisfies Record<RepliesFilter, object>;

/** The part of the list that an address or a form names. @returns undefined for the first one, which has no name */
export function showIn(text: string | undefined): RepliesFilter | undefined {
  return SHOWN.find((each) => each === text && each !== 'open');
}

/** `GET /admin/replies`: the replies of one authority that a person must read, or those that are done with. */
export async function repliesPage(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const words = REPLIES_WORDS[c.var.language];
  const { frame, authority } = await readFrame(c, deps, {
    title: words.title,
    current: REPLIES,
    prefer: ({ openReplies }) => openReplies > 0,
  });
  if (!authority) return noAuthority(c, frame);
  const shown = showIn(c.req.query('show')) ?? 'open';
  const meaning = ALL_MEANINGS.find((each) => each === c.req.query('meaning'));
  const before = readReplyPlace(c.req.query('before'));
  const filter = { ...FILTERS[shown], meaning, before, limit: MOST_REPLIES };
  const reader = requireRight(c, deps, 'viewer', authority.id);
  const now = deps.now();
  const { replies, next } = await readReplies(deps, reader, authority.id, filter, now);
  const choice = { shown, meaning, before };
  const { done, reply } = c.req.query();
  if (replies.length === 0 && next === null && before !== null && (shown === 'open' || done !== undefined)) {
    // The last reply of this page may just have been settled; the list before it need not be empty.
    return c.redirect(doneHref('/admin/replies', authority, { ...keptOf({ shown, meaning }), done, reply }), 303);
  }
  const settles = may(c.var.visitor, 'operator', authority.id);
  const edits = may(c.var.visitor, 'whole-administrator', authority.id);
  const place = { own: z.uuid().safeParse(reply).data, next: readNextEntry(c.req.query('next')) };
  const decided =
    done === 'wrong_number' && place.own ? await findReply(deps, reader, authority.id, place.own, now) : null;
  const removed = decided && removedText(decided, authority, c.var.language);
  const plain = messageOf(words, done);
  const message = plain && { ...plain, text: removed ?? plain.text };
  const choose = z.uuid().safeParse(c.req.query('choose')).data ?? null;
  const held = await readHeld(deps, reader, authority.id, replies);
  const props = { frame, words, authority, choice, message, place, choose, settles, edits, held };
  return fittingPage(c, replies.length, (count) => {
    const { rows, last } = firstRows(replies, count, ({ id }) => id === choose);
    const full = last !== undefined || count === MOST_REPLIES;
    return <RepliesPage {...props} replies={rows} full={full} next={last ?? next} />;
  });
}

interface RepliesPageProps {
  readonly frame: Frame;
  readonly words: RepliesWords;
  readonly authority: Authority;
  readonly choice: Choice;
  readonly replies: readonly InboundView[];
  /** The appointments that they hold reminders of, by their ids. */
  readonly held: ReadonlyMap<string, HeldView>;
  /** The visitor may settle them. */
  readonly settles: boolean;
  /** The visitor may change the rules. */
  readonly edits: boolean;
  /** There is no room for more. */
  readonly full: boolean;
  /** Where the list goes on; null: it ends with these. */
  readonly next: InboundPlace | null;
  readonly message: Settling | null;
  /** The place of the reply that the message is about. */
  readonly place: DonePlace;
  /** The reply that was to be settled without the appointment that it is about. */
  readonly choose: string | null;
}

function RepliesPage(props: RepliesPageProps) {
  const { frame, words, authority, choice, choose, replies, settles, full, next, message, place } = props;
  const kept = keptOf(choice);
  const part = { authority, words, choice, next };
  const card = { authority, words, kept, choose, language: frame.language, proof: settles ? frame.proof : null };
  const done = message && <Settled {...props} message={message} kept={kept} />;
  const { above, items } = withDone(replies, place, done, (reply, next) => (
    <ReplyCard reply={reply} held={props.held.get(reply.id)} next={next?.id} {...card} />
  ));
  return (
    <Framed frame={frame}>
      <h1>{words.title}</h1>
      <RepliesNavigation frame={frame} current="/admin/replies" />
      <p class="lead">{words.leads[choice.shown]}</p>
      {!settles && <p class="lead">{words.readOnly}</p>}
      <FilterForm action="/admin/replies" button={LAYOUT_WORDS[frame.language].show}>
        <FilterFields choice={choice} words={words} />
      </FilterForm>
      <Warnings frame={frame} authority={authority} edits={props.edits} />
      <Results>
        {above}
        {replies.length === 0 && <NoReplies {...part} language={frame.language} />}
        {replies.length > 0 && choice.shown === 'open' && settles && <Explained words={words} />}
        <ul class="replies">{items}</ul>
        <Pages {...part} full={full} />
      </Results>
    </Framed>
  );
}

/** The result of the form before, with the button that takes it back. */
function Settled({
  frame,
  words,
  message,
  place: { own, next },
  settles,
  kept,
}: RepliesPageProps & { readonly message: Settling; readonly kept: Readonly<Record<string, string>> }) {
  return (
    <>
      <Done text={message.text} />
      {message.undoable && own && settles && (
        <ActionForm action={`/admin/replies/${own}/undo`}>
          <NextEntry id={next} />
          <Hidden fields={kept} />
          <p>
            <button class="plain" type="submit">
              {words.undo}
            </button>
          </p>
        </ActionForm>
      )}
    </>
  );
}

function FilterFields({
  choice: { shown, meaning },
  words,
}: {
  readonly choice: Choice;
  readonly words: RepliesWords;
}) {
  const which = SHOWN.map((each) => [each, words.shown[each]] as const);
  const meanings = [['', words.all] as const, ...Object.entries(words.meanings)];
  return (
    <>
      <SelectField id="show" label={words.which} options={which} value={shown} />
      <SelectField id="meaning" label={words.meaning} options={meanings} value={meaning ?? ''} />
    </>
  );
}

/** The decisions with what follows from each, folded: the replies are what the page is for. */
function Explained({ words }: { readonly words: RepliesWords }) {
  return (
    <details>
      <summary>{words.explained}</summary>
      <dl class="explained">
        {ACTIONS.map((action) => (
          <div>
            <dt>{words.actions[action].label}</dt>
            <dd>{words.actions[action].means}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
