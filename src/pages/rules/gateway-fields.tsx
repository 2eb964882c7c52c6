import { SelectField } from '../kit/fields.tsx';
import { markSettings } from '../kit/mark-settings.tsx';
import type { FieldsProps } from './section-fields.tsx';
import { gatewayField } from './values.ts';

/** A place for each gateway: nothing is dragged, so that it works by keyboard and without script. */
export function GatewayFields({ words, values, faults, gateways }: Omit<FieldsProps, 'edits'>) {
  const places = gateways.map((_, nth) => [String(nth + 1), words.place(nth + 1)] as const);
  const placeOf = (id: string) => values[gatewayField(id)] ?? '';
  const isChosen = gateways.some((id) => placeOf(id) !== '');
  return (
    <fieldset class="group">
      <legend>{words.gatewaysTitle}</legend>
      <p>{markSettings(words.gatewaysHint)}</p>
      <div class="row">
        {gateways.map((id) => (
          <SelectField
            id={gatewayField(id)}
            label={id}
            value={placeOf(id)}
            faults={faults}
            options={[['', isChosen ? words.notUsed : words.allUsed], ...places]}
          />
        ))}
      </div>
      {faults.gateways && (
        <strong class="wrong" role="alert" tabindex={-1} autofocus>
          {faults.gateways}
        </strong>
      )}
    </fieldset>
  );
}
