import type { Authority } from '../../domain/authority.ts';
import type { Meaning } from '../../domain/replies/read-reply.ts';
import type { SettleAction } from '../../domain/replies/settle.ts';
import type { InboundAppointmentView, InboundView } from '../../staff/replies.ts';

/** Names of the meanings on the page. */
export const MEANINGS: Readonly<Record<Meaning, string>> = {
  cancel: 'Melder afbud',
  wrong_number: 'Skriver, at nummeret er forkert',
  maybe_stop: 'Kan være en framelding',
  confirm: 'Bekræfter',
  other: 'Andet',
  stop: 'Framelding',
  start: 'Tilmelding',
  help: 'Beder om hjælp',
};

/** Decisions of staff about a reply, in the order of its buttons. */
export const ACTIONS: readonly {
  readonly action: SettleAction;
  readonly label: string;
  /** What the page says afterwards. */
  readonly done: string;
  /** What it means, for the list above the replies. */
  readonly means: string;
}[] = [
  {
    action: 'cancel_passed_on',
    label: 'Afbud er meldt videre',
    done: 'Afbuddet er behandlet, og påmindelserne om aftalen er afsluttet.',
    means: 'Afbuddet er skrevet i bookingsystemet: der sendes ikke flere påmindelser om aftalen.',
  },
  {
    action: 'confirmed',
    label: 'Borgeren kommer',
    done: 'Det er noteret, at borgeren kommer.',
    means: 'Aftalen gælder. Påmindelser, der blev holdt tilbage, sendes.',
  },
  {
    action: 'opt_out',
    label: 'Framelding',
    done: 'Nummeret er frameldt.',
    means: "Borgeren vil ikke have SMS'er: der sendes ikke flere til nummeret fra denne myndighed.",
  },
  {
    action: 'wrong_number',
    label: 'Forkert nummer',
    done: 'Nummeret er fjernet fra aftalerne.',
    means: 'Nummeret er ikke borgerens: det fjernes fra myndighedens aftaler. Ret det også i bookingsystemet.',
  },
  {
    action: 'ignore',
    label: 'Ingen af delene',
    done: 'Svaret er behandlet.',
    means: 'Påmindelserne sendes som planlagt.',
  },
];

/** A reply with what it may be about and what staff can do with it. */
export function ReplyCard({ reply, authority }: { reply: InboundView; authority: Authority }) {
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
          <span class="tag">{MEANINGS[reply.meaning]}</span>
          {reply.holds && <span class="tag holds">Holder påmindelser tilbage</span>}
        </p>
        <About reply={reply} authority={authority} />
        {reply.needsPerson ? (
          <SettleForm reply={reply} authority={authority} heading={heading} />
        ) : (
          <Settled reply={reply} authority={authority} heading={heading} />
        )}
      </article>
    </li>
  );
}

function About({ reply: { appointments, answered }, authority }: { reply: InboundView; authority: Authority }) {
  return (
    <dl class="explained">
      {appointments.map((appointment, at) => (
        <div>
          <dt>{appointments.length > 1 ? `Mulig aftale ${at + 1}` : 'Aftale'}</dt>
          <dd>{appointmentText(appointment, authority.timeZone)}</dd>
        </div>
      ))}
      {answered && (
        <div>
          <dt>Svar på</dt>
          <dd>
            {answered.text ?? 'en SMS, der er slettet'}
            {answered.at && ` (${moment(answered.at, authority.timeZone)})`}
          </dd>
        </div>
      )}
    </dl>
  );
}

interface FormProps {
  readonly reply: InboundView;
  readonly authority: Authority;
  readonly heading: string;
}

function SettleForm({ reply, authority, heading }: FormProps) {
  const { appointments } = reply;
  const choice = `aftale-${reply.id}`;
  return (
    <form method="post" action={`/admin/replies/${reply.id}/settle`}>
      <input type="hidden" name="authority" value={authority.id} />
      {appointments.length > 1 && (
        <p class="field">
          <label for={choice}>Svaret gælder</label>
          <select id={choice} name="appointment">
            <option value="">Det vides ikke</option>
            {appointments.map((appointment) => (
              <option value={JSON.stringify([appointment.source, appointment.reference])}>
                {appointmentText(appointment, authority.timeZone)}
              </option>
            ))}
          </select>
        </p>
      )}
      {ACTIONS.map(({ action, label }) => (
        <button type="submit" name="action" value={action} aria-describedby={heading}>
          {label}
        </button>
      ))}
    </form>
  );
}

function Settled({ reply, authority, heading }: FormProps) {
  const decision = ACTIONS.find(({ action }) => action === reply.action)?.label;
  return (
    <form method="post" action={`/admin/replies/${reply.id}/undo`}>
      <input type="hidden" name="authority" value={authority.id} />
      {reply.settledAt && (
        <p>
          {reply.settledBy === 'booking_system'
            ? 'Bookingsystemet har aflyst eller flyttet aftalen'
            : `${decision ?? 'Behandlet'} (${reply.settledBy ?? ''})`}
          , {moment(reply.settledAt, authority.timeZone)}
        </p>
      )}
      {reply.undoUntil && (
        <button type="submit" aria-describedby={heading}>
          Fortryd
        </button>
      )}
    </form>
  );
}

function appointmentText({ start, department, reference }: InboundAppointmentView, timeZone: string): string {
  return [start ? moment(start, timeZone) : 'uden tid', department, reference].filter(Boolean).join(', ');
}

function moment(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('da-DK', { timeZone, dateStyle: 'medium', timeStyle: 'short' }).format(at);
}
