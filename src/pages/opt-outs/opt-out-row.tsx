import type { Authority } from '../../domain/authority.ts';
import type { OptOutView } from '../../staff/opt-outs.ts';
import { actorText } from '../kit/actor-words.ts';
import type { Frame } from '../kit/context.tsx';
import { ActionForm, momentText, PhoneNumber, phoneText } from '../kit/elements.tsx';
import { type Faults, Field } from '../kit/fields.tsx';
import { SUBJECT_FIELD } from '../kit/forms.ts';
import { NextEntry } from '../replies/done-in-place.tsx';
import { whyMissing } from '../states/unreadable-words.ts';
import { type OptOutWords, reasonText } from './words.ts';

/** A form that came back, with what was typed and what is wrong with it. */
export interface OptOutFault {
  readonly authorityId: string;
  readonly faults: Faults;
  readonly typed: { readonly phone: string; readonly reason: string };
  /** The opt-out that was to be lifted; null: one was to be added. */
  readonly lifting: string | null;
  /** The part of the list that the form stood in. */
  readonly place: OptOutPlace;
}

/** A part of the list of opt-outs, as an address and the forms below it name it. */
export interface OptOutPlace {
  readonly show?: string | undefined;
  /** Only those behind this id; left out: from the first. */
  readonly before?: string | undefined;
  /** The days on which they were recorded, both included; left out: any. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

interface RowProps {
  readonly optOut: OptOutView;
  /** The id of the opt-out behind it; null: it stands in no list that the work could go on in. */
  readonly next: string | null | undefined;
  readonly frame: Frame;
  readonly authority: Authority;
  readonly words: OptOutWords;
  /** The visitor may lift. */
  readonly works: boolean;
  readonly fault: OptOutFault | undefined;
  readonly place: OptOutPlace;
  /** Suppliers of the authority that block numbers by lists of their own. */
  readonly blocking: readonly string[];
}

/** An opt-out with who recorded it and why, and the form that lifts it. */
export function OptOutRow(props: RowProps) {
  const { optOut, frame, authority, words, works } = props;
  const { id, phone, scope, reason, recordedAt, recordedBy, liftedAt, liftedBy, liftReason } = optOut;
  const at = (moment: Date) => momentText(moment, authority.timeZone, frame.language);
  const by = (actor: string | null) => actorText(actor ?? '', frame.language);
  const mayLift = scope === 'authority' || frame.installationRole === 'administrator';
  return (
    <li>
      <div class="what pairs">
        <strong id={`nummer-${id}`}>
          {phone === null ? (
            whyMissing(optOut, 'number', frame.language, words.noNumber)
          ) : (
            <PhoneNumber phone={phone} />
          )}
        </strong>
        <div>
          <span>
            {words.recorded(at(recordedAt), by(recordedBy))}: {reasonText(reason, words)}
          </span>
          {scope === 'installation' && <span class="tag">{words.everywhere}</span>}
          {liftedAt && (
            <span>
              {words.liftedAt(at(liftedAt), by(liftedBy))}
              {liftReason && `: ${reasonText(liftReason, words)}`}
            </span>
          )}
        </div>
      </div>
      {works && liftedAt === null && (mayLift ? <LiftForm {...props} /> : <span>{words.onlyInstallation}</span>)}
    </li>
  );
}

function LiftForm({ optOut, next, frame, words: { lift }, fault, place, blocking }: RowProps) {
  const { id, phone, recordedBy } = optOut;
  const field = `reason-${id}`;
  // A supplier that reported the number blocks it, whether or not it is known to have a list of its own.
  const [, reporter] = /^gateway:(.+)$/.exec(recordedBy) ?? [];
  const blockers = new Set([...blocking, ...(reporter ? [reporter] : [])]);
  return (
    <details class="step" open={fault !== undefined}>
      <summary aria-describedby={`nummer-${id}`}>{lift.title}</summary>
      <ActionForm action={`/admin/opt-outs/${id}/lift`}>
        {Object.entries(place).map(([name, value]) => value && <input type="hidden" name={name} value={value} />)}
        {next !== null && <NextEntry id={next} />}
        <input type="hidden" name={SUBJECT_FIELD} value={phone === null ? '' : phoneText(phone)} />
        <Field
          id={field}
          name="reason"
          label={lift.reason}
          hint={lift.hint}
          faults={fault?.faults}
          required
          value={fault?.typed.reason ?? ''}
          more={{ autocomplete: 'off', maxlength: 500 }}
        />
        {[...blockers].map((gateway) => (
          <p class="warning">{lift.blocking(gateway)}</p>
        ))}
        <button type="submit" aria-describedby={`nummer-${id}`}>
          {lift.button}
        </button>
      </ActionForm>
    </details>
  );
}
