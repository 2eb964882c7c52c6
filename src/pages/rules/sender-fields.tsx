import { CheckField, Field, SelectField, TextField } from '../kit/fields.tsx';
import { GatewayFields } from './gateway-fields.tsx';
import type { FieldsProps } from './section-fields.tsx';
import { isTicked } from './values.ts';

/** The fields of who the SMS come from, and of what is never exceeded. */
export function SenderFields(props: FieldsProps) {
  const { words, values, faults } = props;
  const text = (id: 'name' | 'sender' | 'inboundKeyword' | 'timeZone' | 'allowedCountries' | 'cvr', hint?: string) => (
    <Field id={id} label={words[id]} hint={hint} value={values[id] ?? ''} faults={faults} />
  );
  return (
    <>
      <fieldset class="group">
        <legend>{words.senderTitle}</legend>
        {text('name', words.nameHint)}
        {text('sender', words.senderHint)}
        <TextField
          id="senders"
          label={words.senders}
          hint={words.sendersHint}
          value={values.senders ?? ''}
          faults={faults}
          rows={2}
        />
        {text('inboundKeyword', words.inboundKeywordHint)}
      </fieldset>
      <GatewayFields {...props} />
      <fieldset class="group">
        <legend>{words.citizensTitle}</legend>
        <SelectField
          id="language"
          label={words.language}
          value={values.language}
          faults={faults}
          options={Object.entries(words.languages)}
        />
        {text('timeZone')}
        {text('allowedCountries', words.allowedCountriesHint)}
        <WholeField {...props} id="maxPerNumberPerDay" most={1_000} />
      </fieldset>
      <fieldset class="group">
        <legend>{words.safetyTitle}</legend>
        <SelectField
          id="onUncertain"
          label={words.onUncertain}
          hint={words.onUncertainHint}
          faults={faults}
          value={values.onUncertain}
          options={Object.entries(words.onUncertainOptions)}
        />
        <WholeField {...props} id="retentionDays" most={3_650} />
        {text('cvr', words.cvrHint)}
        <CheckField
          id="requireSecondFactor"
          label={words.requireSecondFactor}
          checked={isTicked(values, 'requireSecondFactor')}
        />
      </fieldset>
    </>
  );
}

function WholeField({
  words,
  values,
  faults,
  id,
  most,
}: FieldsProps & { readonly id: 'maxPerNumberPerDay' | 'retentionDays'; readonly most: number }) {
  const more = { min: 1, max: most };
  const hint = words[`${id}Hint`];
  return (
    <Field id={id} label={words[id]} hint={hint} value={values[id] ?? ''} type="number" faults={faults} more={more} />
  );
}
