import type { Authority } from '../../domain/authority.ts';
import type { InboundView } from '../../staff/replies.ts';
import { AuthorityChoice, type Frame, Framed } from './layout.tsx';

const MEANINGS: Readonly<Record<string, string>> = {
  maybe_stop: 'Kan være en framelding',
  wrong_number: 'Siger forkert nummer',
  other: 'Andet',
};

export const ACTIONS = [
  { action: 'opt_out', label: 'Framelding', done: 'Nummeret er frameldt.' },
  { action: 'wrong_number', label: 'Forkert nummer', done: 'Nummeret er fjernet fra aftalerne.' },
  { action: 'ignore', label: 'Ingen af delene', done: 'Svaret er behandlet.' },
] as const;

export interface RepliesPageProps {
  readonly frame: Frame;
  /** With how many replies wait in each. */
  readonly authorities: readonly (Authority & { readonly open: number })[];
  readonly authority: Authority;
  readonly replies: readonly InboundView[];
  /** There are more than these. */
  readonly more: boolean;
  readonly message: string | null;
}

export function RepliesPage({ frame, authorities, authority, replies, more, message }: RepliesPageProps) {
  const choices = authorities.map(({ id, name, open }) => ({ id, label: open > 0 ? `${name} (${open})` : name }));
  return (
    <Framed frame={frame}>
      <h1>Svar fra borgere</h1>
      <p class="lead">
        Svar, som EasySMS ikke kan forstå sikkert. Nogle af dem holder borgerens planlagte påmindelser tilbage, til et
        menneske har læst dem.
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
      {replies.length === 0 ? <p class="empty">Ingen svar venter hos {authority.name}.</p> : <Explained />}
      <ul class="replies">
        {replies.map((reply) => (
          <Reply reply={reply} authority={authority} />
        ))}
      </ul>
      {more && <p>Der er flere. De vises, når disse er behandlet.</p>}
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
