import { CheckField, Field, SelectField, TextField } from '../kit/fields.tsx';
import type { FieldsProps } from './section-fields.tsx';
import { isTicked } from './values.ts';

/** The fields of what happens when a citizen replies. */
export function RepliesFields({ words, values, faults }: FieldsProps) {
  return (
    <>
      <fieldset class="group">
        <legend>{words.sections.replies.title}</legend>
        <Field
          id="contactPhone"
          label={words.contactPhone}
          hint={words.contactPhoneHint}
          faults={faults}
          value={values.contactPhone ?? ''}
          type="tel"
        />
        <SelectField
          id="onCancel"
          label={words.onCancel}
          hint={words.onCancelHint}
          value={values.onCancel}
          faults={faults}
          options={Object.entries(words.onCancelOptions)}
        />
        <CheckField
          id="confirmEndsReminders"
          label={words.confirmEndsReminders}
          checked={isTicked(values, 'confirmEndsReminders')}
        />
      </fieldset>
      <fieldset class="group">
        <legend>{words.keywordsTitle}</legend>
        <p>{words.keywordsHint}</p>
        {(['cancel', 'confirm', 'stop'] as const).map((id) => (
          <TextField id={id} label={words[id]} value={values[id] ?? ''} faults={faults} rows={3} />
        ))}
      </fieldset>
    </>
  );
}
