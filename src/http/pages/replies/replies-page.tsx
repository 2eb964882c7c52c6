import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Authority } from '../../../domain/authority.ts';
import { notFound, Problem } from '../../../domain/errors.ts';
import { MEANINGS as ALL_MEANINGS, type Meaning } from '../../../domain/replies/read-reply.ts';
import { type InboundView, readReplies } from '../../../staff/replies.ts';
import { settleReply } from '../../../staff/settle-reply.ts';
import { undoSettle } from '../../../staff/undo-settle.ts';
import { canBeAnswered } from '../../../templates/index.ts';
import type { HttpEnv } from '../../env.ts';
import { page } from '../document.tsx';
import { Done, FilterForm } from '../elements.tsx';
import { SelectField } from '../fields.tsx';
import { mayOnPage, noAuthority, type PagesDeps, readerOfPage, readFrame, requireOnPage } from '../frame.tsx';
import { LOCALES } from '../language.ts';
import { type Frame, Framed } from '../layout.tsx';
import { LAYOUT_WORDS } from '../layout-words.ts';
import { ACTIONS, ReplyCard } from './reply-card.tsx';
import { REPLIES_WORDS, type RepliesWords } from './words.ts';

const MOST_REPLIES = 50;

/** The sentence of the page after a form: a word of the address becomes a sentence. */
function messageOf(words: RepliesWords, done: string | undefined): string | null {
  if (done === 'already' || done === 'undone' || done === 'late') return words[done];
  const action = ACTIONS.find((each) => each === done);
  return action ? words.actions[action].done : null;
}

/** The replies that the page shows: those that wait or those that were settled, of every meaning or of one. */
interface Choice {
  readonly settled: boolean;
  readonly meaning: Meaning | undefined;
}

/** `GET /admin/replies`: the replies of one authority that a person must read, or that were settled. */
export async function repliesPage(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const words = REPLIES_WORDS[c.var.language];
  const { frame, authority } = await readFrame(c, deps, {
    ...{ title: words.title, current: 'replies', prefer: ({ openReplies }) => openReplies > 0 },
  });
  if (!authority) return noAuthority(c, frame);
  const settled = c.req.query('show') === 'settled';
  const meaning = ALL_MEANINGS.find((each) => each === c.req.query('meaning'));
  const which = settled ? { settled } : { needsPerson: true };
  const filter = { ...which, meaning, before: null, limit: MOST_REPLIES + 1 };
  const found = await readReplies(deps, readerOfPage(c, authority), authority.id, filter, deps.now());
  const message = messageOf(words, c.req.query('done'));
  const choice = { settled, meaning };
  const replies = found.slice(0, MOST_REPLIES);
  const settles = mayOnPage(c, authority, 'operator');
  const more = found.length > MOST_REPLIES;
  const props = { frame, words, authority, choice, message, replies, settles, more };
  return page(c, <RepliesPage {...props} />);
}

const appointmentField = z.tuple([z.string(), z.string()]);

/** The appointment that the form names, where there is a choice. @throws Problem 422 for one that no form holds */
function appointmentOf(field: unknown): { source: string; reference: string } | undefined {
  if (typeof field !== 'string' || field === '') return undefined;
  try {
    const [source, reference] = appointmentField.parse(JSON.parse(field));
    return { source, reference };
  } catch {
    throw new Problem(422, 'invalid', 'There is no such appointment.');
  }
}

/** `POST /admin/replies/{id}/settle`, from the form below a reply; leads back to the list. */
export async function settleReplyForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const { action, authority: authorityId, appointment } = await c.req.parseBody();
  const chosen = ACTIONS.find((candidate) => candidate === action);
  if (!chosen || typeof authorityId !== 'string') throw new Problem(422, 'invalid', 'There is no such action.');
  const reader = requireOnPage(c, deps, authorityId, 'operator');
  const request = { authorityId, id: idOf(c), action: chosen, appointment: appointmentOf(appointment) };
  return backAfter(c, authorityId, chosen, 'already', () => settleReply(deps, reader, request, deps.now()));
}

/** `POST /admin/replies/{id}/undo`, from the form below a settled reply; leads back to the list. */
export async function undoSettleForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const { authority: authorityId } = await c.req.parseBody();
  if (typeof authorityId !== 'string') throw new Problem(422, 'invalid', 'There is no such authority.');
  const reader = requireOnPage(c, deps, authorityId, 'operator');
  const key = { authorityId, id: idOf(c) };
  return backAfter(c, authorityId, 'undone', 'late', () => undoSettle(deps, reader, key, deps.now()));
}

/** The id in the path. @throws Problem 404 for what can't be one */
function idOf(c: Context<HttpEnv>): string {
  const id = z.uuid().safeParse(c.req.param('id'));
  if (!id.success) throw notFound('inbound message');
  return id.data;
}

async function backAfter(
  c: Context<HttpEnv>,
  authorityId: string,
  done: string,
  conflict: string,
  act: () => Promise<unknown>,
): Promise<Response> {
  const back = (message: string) =>
    c.redirect(`/admin/replies?authority=${encodeURIComponent(authorityId)}&done=${message}`, 303);
  try {
    await act();
    return back(done);
  } catch (error) {
    if (error instanceof Problem && error.status === 409) return back(conflict);
    throw error;
  }
}

interface RepliesPageProps {
  readonly frame: Frame;
  readonly words: RepliesWords;
  readonly authority: Authority;
  readonly choice: Choice;
  readonly replies: readonly InboundView[];
  /** The visitor may settle them. */
  readonly settles: boolean;
  /** There are more than these. */
  readonly more: boolean;
  readonly message: string | null;
}

function RepliesPage(props: RepliesPageProps) {
  const { frame, words, authority, choice, replies, settles, more, message } = props;
  const none = choice.settled ? words.noneSettled : words.noneOpen;
  const card = { authority, words, locale: LOCALES[frame.language], proof: settles ? frame.proof : null };
  return (
    <Framed frame={frame}>
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      <FilterForm frame={frame} action="/admin/replies" button={LAYOUT_WORDS[frame.language].show}>
        <FilterFields choice={choice} words={words} />
      </FilterForm>
      <Warnings authority={authority} words={words} />
      {!settles && <p class="lead">{words.readOnly}</p>}
      <Done text={message} />
      {replies.length === 0 && (
        <p class="empty">
          {none} {authority.name}.
        </p>
      )}
      {replies.length > 0 && !choice.settled && settles && <Explained words={words} />}
      <ul class="replies">
        {replies.map((reply) => (
          <ReplyCard reply={reply} {...card} />
        ))}
      </ul>
      {more && <p>{choice.settled ? words.older : words.more}</p>}
    </Framed>
  );
}

/** Reasons why citizens can't answer, or can't phone. */
function Warnings({
  authority: { sender, contactPhone },
  words,
}: {
  readonly authority: Authority;
  readonly words: RepliesWords;
}) {
  return (
    <>
      {!canBeAnswered(sender) && <p class="warning">{words.nameSender(sender)}</p>}
      {contactPhone === null && <p class="warning">{words.noContact}</p>}
    </>
  );
}

function FilterFields({
  choice: { settled, meaning },
  words,
}: {
  readonly choice: Choice;
  readonly words: RepliesWords;
}) {
  const which = [
    ['open', words.open],
    ['settled', words.settled],
  ] as const;
  const meanings = [['', words.all] as const, ...Object.entries(words.meanings)];
  return (
    <>
      <SelectField id="show" label={words.which} options={which} value={settled ? 'settled' : 'open'} />
      <SelectField id="meaning" label={words.meaning} options={meanings} value={meaning ?? ''} />
    </>
  );
}

function Explained({ words }: { readonly words: RepliesWords }) {
  return (
    <dl class="explained">
      {ACTIONS.map((action) => (
        <div>
          <dt>{words.actions[action].label}</dt>
          <dd>{words.actions[action].means}</dd>
        </div>
      ))}
    </dl>
  );
}
