import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Authority } from '../../domain/authority.ts';
import { Problem } from '../../domain/errors.ts';
import { MEANINGS as ALL_MEANINGS, type Meaning } from '../../domain/replies/read-reply.ts';
import { type InboundView, type OpenReplies, readReplies } from '../../staff/replies.ts';
import { settleReply } from '../../staff/settle-reply.ts';
import { undoSettle } from '../../staff/undo-settle.ts';
import { canBeAnswered } from '../../templates/index.ts';
import type { HttpEnv } from '../env.ts';
import { noAuthority, PAGE_READER, type PagesDeps, readFrame } from './frame.tsx';
import { AuthorityChoice, type Frame, Framed, page } from './layout.tsx';
import { ACTIONS, MEANINGS, ReplyCard } from './reply-card.tsx';

const MOST_REPLIES = 50;

const MESSAGES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(ACTIONS.map(({ action, done }) => [action, done])),
  already: 'En anden har behandlet svaret i mellemtiden.',
  undone:
    'Beslutningen er fortrudt, og svaret venter igen på behandling. ' +
    'En afmelding gælder stadig, hvis borgeren selv har skrevet STOP.',
  late: 'Beslutningen kan ikke fortrydes længere.',
};

/** The replies that the page shows: those that wait or those that were settled, of every meaning or of one. */
interface Choice {
  readonly settled: boolean;
  readonly meaning: Meaning | undefined;
}

/** `GET /admin/replies`: the replies of one authority that a person must read, or that were settled. */
export async function repliesPage(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const { frame, authorities } = await readFrame(deps, 'Svar fra borgere', 'replies');
  const chosen = authorities.find(({ id }) => id === c.req.query('authority'));
  const authority = chosen ?? authorities.find(({ openReplies }) => openReplies > 0) ?? authorities[0];
  if (!authority) return noAuthority(c, frame);
  const settled = c.req.query('show') === 'settled';
  const meaning = ALL_MEANINGS.find((each) => each === c.req.query('meaning'));
  const which = settled ? { settled } : { needsPerson: true };
  const filter = { ...which, meaning, before: null, limit: MOST_REPLIES + 1 };
  const found = await readReplies(deps, PAGE_READER, authority.id, filter, deps.now());
  const message = MESSAGES[c.req.query('done') ?? ''] ?? null;
  const choice = { settled, meaning };
  const replies = found.slice(0, MOST_REPLIES);
  const props = { frame, authorities, authority, choice, message, replies, more: found.length > MOST_REPLIES };
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
  const chosen = ACTIONS.find((candidate) => candidate.action === action);
  if (!chosen || typeof authorityId !== 'string') throw new Problem(422, 'invalid', 'There is no such action.');
  const request = {
    authorityId,
    id: c.req.param('id') ?? '',
    action: chosen.action,
    appointment: appointmentOf(appointment),
  };
  return backAfter(c, authorityId, chosen.action, 'already', () => settleReply(deps, PAGE_READER, request, deps.now()));
}

/** `POST /admin/replies/{id}/undo`, from the form below a settled reply; leads back to the list. */
export async function undoSettleForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const { authority: authorityId } = await c.req.parseBody();
  if (typeof authorityId !== 'string') throw new Problem(422, 'invalid', 'There is no such authority.');
  const key = { authorityId, id: c.req.param('id') ?? '' };
  return backAfter(c, authorityId, 'undone', 'late', () => undoSettle(deps, PAGE_READER, key, deps.now()));
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
  readonly authorities: OpenReplies['authorities'];
  readonly authority: Authority;
  readonly choice: Choice;
  readonly replies: readonly InboundView[];
  /** There are more than these. */
  readonly more: boolean;
  readonly message: string | null;
}

function RepliesPage({ frame, authorities, authority, choice, replies, more, message }: RepliesPageProps) {
  const choices = authorities.map(({ id, name, openReplies }) => ({
    id,
    label: openReplies > 0 ? `${name} (${openReplies})` : name,
  }));
  const none = choice.settled ? 'Ingen svar er behandlet hos' : 'Ingen svar venter på behandling hos';
  return (
    <Framed frame={frame}>
      <h1>Svar fra borgere</h1>
      <p class="lead">
        Afbud, og svar, som EasySMS ikke kan tolke med sikkerhed. Nogle af dem holder borgerens planlagte påmindelser
        tilbage, indtil en medarbejder har læst dem; de står først. En beslutning kan fortrydes i ti minutter under
        »Behandlede«.
      </p>
      <form class="filter" method="get" action="/admin/replies">
        <AuthorityChoice authorities={choices} chosen={authority.id} />
        <FilterFields choice={choice} />
        <button type="submit">Vis</button>
      </form>
      <Warnings authority={authority} />
      {message && (
        <p class="message" role="status">
          {message}
        </p>
      )}
      {replies.length === 0 && (
        <p class="empty">
          {none} {authority.name}.
        </p>
      )}
      {replies.length > 0 && !choice.settled && <Explained />}
      <ul class="replies">
        {replies.map((reply) => (
          <ReplyCard reply={reply} authority={authority} />
        ))}
      </ul>
      {more && (
        <p>{choice.settled ? 'Ældre svar vises ikke.' : 'Der er flere svar. De vises, når disse er behandlet.'}</p>
      )}
    </Framed>
  );
}

/** Reasons why citizens can't answer, or can't phone. */
function Warnings({ authority: { sender, contactPhone } }: { authority: Authority }) {
  return (
    <>
      {!canBeAnswered(sender) && (
        <p class="warning">
          Afsenderen »{sender}« er et navn, som ingen kan svare: borgerne kan hverken framelde sig eller melde afbud ved
          at svare. Skriv i teksterne, hvordan man frameldes, eller brug et nummer som afsender.
        </p>
      )}
      {contactPhone === null && (
        <p class="warning">
          Myndigheden har intet telefonnummer (contactPhone): en SMS siger ikke, hvor man kan ringe for at melde afbud.
        </p>
      )}
    </>
  );
}

function FilterFields({ choice: { settled, meaning } }: { choice: Choice }) {
  return (
    <>
      <p class="field">
        <label for="show">Svar, der er</label>
        <select id="show" name="show">
          <option value="open">Ubehandlede</option>
          <option value="settled" selected={settled}>
            Behandlede
          </option>
        </select>
      </p>
      <p class="field">
        <label for="meaning">Betydning</label>
        <select id="meaning" name="meaning">
          <option value="">Alle</option>
          {Object.entries(MEANINGS).map(([value, label]) => (
            <option value={value} selected={value === meaning}>
              {label}
            </option>
          ))}
        </select>
      </p>
    </>
  );
}

function Explained() {
  return (
    <dl class="explained">
      {ACTIONS.map(({ label, means }) => (
        <div>
          <dt>{label}</dt>
          <dd>{means}</dd>
        </div>
      ))}
    </dl>
  );
}
