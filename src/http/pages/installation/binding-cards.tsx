import { ActionForm } from '../elements.tsx';
import { CheckField, Field } from '../fields.tsx';
import type { Frame } from '../layout.tsx';
import { BINDING_WORDS } from './binding-words.ts';
import { INSTALLATION_PATHS } from './frame.tsx';

/** The form that binds the database to this address. */
export function AdoptCard({
  frame,
  bound,
  address,
}: {
  readonly frame: Frame;
  readonly bound: string;
  readonly address: string;
}) {
  const words = BINDING_WORDS[frame.language];
  return (
    <section class="card" aria-labelledby="adopt">
      <h2 id="adopt">{words.adopt}</h2>
      <p>{words.adoptLead(bound, address)}</p>
      <ActionForm frame={frame} action={`${INSTALLATION_PATHS.health}/adopt`}>
        <CheckField id="off" label={words.adoptConfirm} checked={false} />
        <button type="submit">{words.adopt}</button>
      </ActionForm>
    </section>
  );
}

/** The form that takes a restored backup into use. */
export function RecoveredCard({
  frame,
  outcome,
}: {
  readonly frame: Frame;
  readonly outcome: { readonly backupAt?: string };
}) {
  const words = BINDING_WORDS[frame.language];
  return (
    <section class="card" aria-labelledby="recovered">
      <h2 id="recovered">{words.recovered}</h2>
      <p>{words.recoveredLead}</p>
      <ActionForm frame={frame} action={`${INSTALLATION_PATHS.health}/recovered`}>
        <Field
          {...{ id: 'backupAt', type: 'datetime-local', label: words.backupAt, hint: words.backupHint }}
          value={outcome.backupAt ?? ''}
          required
        />
        <CheckField id="off" label={words.adoptConfirm} checked={false} />
        <button type="submit">{words.recovered}</button>
      </ActionForm>
    </section>
  );
}
