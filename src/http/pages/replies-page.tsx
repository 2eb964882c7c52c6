import type { Context } from 'hono';
import type { Authority } from '../../domain/authority.ts';
import { Problem } from '../../domain/errors.ts';
import { type InboundView, type OpenReplies, readReplies } from '../../staff/replies.ts';
import { settleReply } from '../../staff/settle-reply.ts';
import type { HttpEnv } from '../env.ts';
import { noAuthority, PAGE_READER, type PagesDeps, readFrame } from './frame.tsx';
import { AuthorityChoice, type Frame, Framed, page } from './layout.tsx';

const MOST_REPLIES = 50;

const MEANINGS: Readonly<Record<string, string>> = {
  maybe_stop: 'Kan være en framelding',
  wrong_number: 'Skriver, at nummeret er forkert',
  other: 'Andet',
};

const ACTIONS = [
  { action: 'opt_out', label: 'Framelding', done: 'Nummeret er frameldt.' },
  { action: 'wrong_number', label: 'Forkert nummer', done: 'Nummeret er fjernet fra aftalerne.' },
  { action: 'ignore', label: 'Ingen af delene', done: 'Svaret er behandlet.' },
] as const;

const MESSAGES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(ACTIONS.map(({ action, done }) => [action, done])),
  already: 'En anden har behandlet svaret i mellemtiden.',
};

/** `GET /admin/replies`: the replies of one authority that a person must read. */
export async function repliesPage(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const { frame, authorities } = await readFrame(deps, 'Svar fra borgere', 'replies');
  const chosen = authorities.find(({ id }) => id === c.req.query('authority'));
  const authority = chosen ?? authorities.find(({ openReplies }) => openReplies > 0) ?? authorities[0];
  if (!authority) return noAuthority(c, frame);
  const filter = { needsPerson: true, before: null, limit: MOST_REPLIES + 1 };
  const found = await readReplies(deps, PAGE_READER, authority.id, filter, deps.now());
  const message = MESSAGES[c.req.query('done') ?? ''] ?? null;
  const replies = found.slice(0, MOST_REPLIES);
  const props = { frame, authorities, authority, message, replies, more: found.length > MOST_REPLIES };
  return page(c, <RepliesPage {...props} />);
}

/** `POST /admin/replies/{id}/settle`, from the form below a reply; leads back to the list. */
export async function settleReplyForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const { action, authority: authorityId } = await c.req.parseBody();
  const chosen = ACTIONS.find((candidate) => candidate.action === action);
  if (!chosen || typeof authorityId !== 'string') throw new Problem(422, 'invalid', 'There is no such action.');
  const back = (done: string) =>
    c.redirect(`/admin/replies?authority=${encodeURIComponent(authorityId)}&done=${done}`, 303);
  try {
    const request = { authorityId, id: c.req.param('id') ?? '', action: chosen.action };
    await settleReply(deps, PAGE_READER, request, deps.now());
    return back(chosen.action);
  } catch (error) {
    if (error instanceof Problem && error.status === 409) return back('already');
    throw error;
  }
}

interface RepliesPageProps {
  readonly frame: Frame;
  readonly authorities: OpenReplies['authorities'];
  readonly authority: Authority;
  readonly replies: readonly InboundView[];
  /** There are more than these. */
  readonly more: boolean;
  readonly message: string | null;
}

function RepliesPage({ frame, authorities, authority, replies, more, message }: RepliesPageProps) {
  const choices = authorities.map(({ id, name, openReplies }) => ({
    id,
    label: openReplies > 0 ? `${name} (${openReplies})` : name,
  }));
  return (
    <Framed frame={frame}>
      <h1>Svar fra borgere</h1>
      <p class="lead">
        Svar, som EasySMS ikke kan tolke med sikkerhed. Nogle af dem holder borgerens planlagte påmindelser tilbage,
        indtil en medarbejder har læst dem.
      </p>
      <form class="filter" method="get" action="/admin/replies">
        <AuthorityChoice authorities={choices} chosen={authority.id} />
        <button type="submit">Vis</button>
      </form>
      {message && (
        <p class="message" role="status">
          {message}
        </p>
      )}
      {replies.length === 0 ? (
        <p class="empty">Ingen svar venter på behandling hos {authority.name}.</p>
      ) : (
        <Explained />
      )}
      <ul class="replies">
        {replies.map((reply) => (
          <Reply reply={reply} authority={authority} />
        ))}
      </ul>
      {more && <p>Der er flere svar. De vises, når disse er behandlet.</p>}
    </Framed>
  );
}

function Explained() {
  return (
    <dl class="explained">
      <div>
        <dt>Framelding</dt>
        <dd>Borgeren vil ikke have SMS'er: der sendes ikke flere til nummeret fra denne myndighed.</dd>
      </div>
      <div>
        <dt>Forkert nummer</dt>
        <dd>Nummeret er ikke borgerens: det fjernes fra myndighedens aftaler. Ret det også i bookingsystemet.</dd>
      </div>
      <div>
        <dt>Ingen af delene</dt>
        <dd>Påmindelserne sendes som planlagt.</dd>
      </div>
    </dl>
  );
}

function Reply({ reply, authority }: { reply: InboundView; authority: Authority }) {
  const heading = `svar-${reply.id}`;
  return (
    <li>
      <article aria-labelledby={heading}>
        <h2 id={heading}>
          {reply.phone ?? 'Nummeret er slettet'}
          <time datetime={reply.receivedAt.toISOString()}>{moment(reply.receivedAt, authority.timeZone)}</time>
        </h2>
        <blockquote>{reply.text ?? 'Teksten er slettet.'}</blockquote>
        <p class="facts">
          <span class="tag">{MEANINGS[reply.meaning] ?? reply.meaning}</span>
          {reply.holds && <span class="tag holds">Holder påmindelser tilbage</span>}
        </p>
        <form method="post" action={`/admin/replies/${reply.id}/settle`}>
          <input type="hidden" name="authority" value={authority.id} />
          {ACTIONS.map(({ action, label }) => (
            <button type="submit" name="action" value={action} aria-describedby={heading}>
              {label}
            </button>
          ))}
        </form>
      </article>
    </li>
  );
}

function moment(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('da-DK', { timeZone, dateStyle: 'medium', timeStyle: 'short' }).format(at);
}
