import { WRONG } from '../kit/fields.tsx';
import type { ACCOUNT_WORDS } from './account-words.ts';

/** A field that is marked, with the reason beside it. */
export interface FieldFault {
  readonly field: 'email' | 'name' | 'password' | 'old' | 'code';
  readonly text: string;
}

interface FieldProps {
  readonly id: FieldFault['field'];
  readonly label: string;
  readonly type?: 'text' | 'email' | 'password';
  readonly autocomplete: string;
  readonly value?: string;
  readonly hint?: string;
  readonly fault: FieldFault | null;
}

/** A labelled field with its hint, and with what is wrong with it. */
export function Field({ id, label, type = 'text', autocomplete, value, hint, fault }: FieldProps) {
  const wrong = fault?.field === id;
  const described = [...(wrong ? [`${id}-fault`] : []), ...(hint ? [`${id}-hint`] : [])].join(' ');
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        name={id}
        type={type}
        autocomplete={autocomplete}
        required
        {...(value !== undefined && { value })}
        {...(described && { 'aria-describedby': described })}
        {...(wrong && WRONG)}
      />
      {wrong && (
        <strong class="wrong" id={`${id}-fault`} role="alert">
          {fault.text}
        </strong>
      )}
      {hint && <small id={`${id}-hint`}>{hint}</small>}
    </p>
  );
}

/** A field for a password that is chosen, which browsers and password managers fill. */
export function NewPassword({
  words,
  label,
  fault,
}: {
  readonly words: (typeof ACCOUNT_WORDS)['da'];
  readonly label: string;
  readonly fault: FieldFault | null;
}) {
  return (
    <Field
      id="password"
      label={label}
      type="password"
      autocomplete="new-password"
      hint={words.passwordHint}
      fault={fault}
    />
  );
}
