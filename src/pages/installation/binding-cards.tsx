import type { Frame } from '../kit/context.tsx';
import { ActionForm } from '../kit/elements.tsx';
import { CheckField, type Faults, Field } from '../kit/fields.tsx';
import { BINDING_WORDS } from './binding-words.ts';
import { INSTALLATION_PATHS } from './frame.tsx';

/** A form that was refused, as it was sent and with what is wrong with it. */
export interface RefusedBinding {
  readonly faults?: Faults;
  readonly backupAt?: string;
  /** The confirmation was ticked. */
  readonly off?: boolean;
}

/** The form that binds the database to this address. */
export function AdoptCard({
  frame,
  bound,
  address,
  refused: { faults },
}: {
  readonly frame: Frame;
  readonly bound: string;
  readonly address: string;
  readonly refused: RefusedBinding;
}) {
  const words = BINDING_WORDS[frame.language];
  return (
    <section class="card" aria-labelledby="adopt">
      <h2 id="adopt">{words.adopt}</h2>
      <p>{words.adoptLead(bound, address)}</p>
      <ActionForm action={`${INSTALLATION_PATHS.health}/adopt`}>
        <CheckField id="off" label={words.adoptConfirm} checked={false} faults={faults} />
        <button type="submit">{words.adopt}</button>
      </ActionForm>
    </section>
  );
}

/** The form that takes a restored backup into use. */
export function RecoveredCard({
  frame,
  refused: { backupAt = '', off = false, faults },
}: {
  readonly frame: Frame;
  readonly refused: RefusedBinding;
}) {
  const words = BINDING_WORDS[frame.language];
  return (
    <section class="card" aria-labelledby="recovered">
      <h2 id="recovered">{words.recovered}</h2>
      <p>{words.recoveredLead}</p>
      <ActionForm action={`${INSTALLATION_PATHS.health}/recovered`}>
        <Field
          id="backupAt"
          type="datetime-local"
          label={words.backupAt}
          hint={words.backupHint}
          value={backupAt}
          faults={faults}
          required
        />
        <CheckField id="off" label={words.adoptConfirm} checked={off} faults={faults} />
        <button type="submit">{words.recovered}</button>
      </ActionForm>
    </section>
  );
}
