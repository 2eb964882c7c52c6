import { SelectField } from '../kit/fields.tsx';
import { bilingual } from '../kit/words.ts';
import type { SettingKind, ShownField, Values } from './setting.ts';

/** The name of the field of a gateway begins with this; its id follows. */
const PREFIX = 'gateway-';
/** Gateways of a form that get a field for having been typed: no page has more fields of them than there are. */
const MOST_TYPED = 50;

const WORDS = bilingual({
  da: {
    notUsed: 'Bruges ikke',
    allUsed: 'Ikke valgt (alle bruges)',
    place: (nth: number) => `Nummer ${nth}`,
  },
  en: { notUsed: 'Not used', allUsed: 'Not chosen (all are used)', place: (nth) => `Number ${nth}` },
});

/** The name of the field of a gateway. */
const gatewayField = (id: string): string => `${PREFIX}${id}`;

/** The gateways that a form has fields for, with what stands in these: a place, or nothing. */
function typedIn(values: Values): { readonly id: string; readonly typed: string }[] {
  return Object.entries(values).flatMap(([name, typed]) =>
    name.startsWith(PREFIX) ? [{ id: name.slice(PREFIX.length), typed }] : [],
  );
}

/** The gateways that a form has a place for, the first place first. */
function placesIn(values: Values): { readonly id: string; readonly place: number }[] {
  const places = typedIn(values).map(({ id, typed }) => ({ id, place: Number(typed) }));
  return places.filter(({ place }) => Number.isInteger(place) && place > 0).sort((a, b) => a.place - b.place);
}

/**
 * The ids in the order that the form says, also of gateways that are not configured any more, which only a person may
 * drop; [] for all in the installation's order.
 */
const chosenIn = (values: Values): string[] => placesIn(values).map(({ id }) => id);

/** The positions among the chosen gateways of those that have the place of one before them. */
export function sharedPlaces(values: Values): number[] {
  return placesIn(values).flatMap(({ place }, nth, all) => (all[nth - 1]?.place === place ? [nth] : []));
}

/** The gateways that a form has fields for: those that are configured, and others that are stored or typed. */
export function gatewaysToPlace(
  configured: readonly { readonly id: string }[],
  stored: readonly string[],
  values: Values,
): string[] {
  return [...new Set([...configured.map(({ id }) => id), ...stored, ...chosenIn(values).slice(0, MOST_TYPED)])];
}

/** The choices of a field; the empty one says what it means that nothing is chosen there. */
function placesFor(language: ShownField['language'], count: number, isChosen: boolean): [string, string][] {
  const { place, notUsed, allUsed } = WORDS[language];
  const places = Array.from({ length: count }, (_, at): [string, string] => [String(at + 1), place(at + 1)]);
  return [['', isChosen ? notUsed : allUsed], ...places];
}

/** A place for each gateway: nothing is dragged, so that it works by keyboard and without script. */
function GatewayFields({ id: own, label, hint, language, values, faults, gateways = [] }: ShownField) {
  const placeOf = (id: string) => values[gatewayField(id)] ?? '';
  const options = placesFor(
    language,
    gateways.length,
    gateways.some((id) => placeOf(id) !== ''),
  );
  return (
    <fieldset class="group">
      <legend>{label}</legend>
      <p>{hint}</p>
      <div class="row">
        {gateways.map((id) => (
          <SelectField id={gatewayField(id)} label={id} value={placeOf(id)} faults={faults} options={options} />
        ))}
      </div>
      {faults[own] && (
        <strong class="wrong" role="alert" tabindex={-1} autofocus>
          {faults[own]}
        </strong>
      )}
    </fieldset>
  );
}

/** The gateways that an authority uses, in their order: `gateway-<id>` is its place, empty where it isn't used. */
export const GATEWAYS: SettingKind<readonly string[]> = {
  fill: (_, ids) => Object.fromEntries(ids.map((id, at) => [gatewayField(id), String(at + 1)])),
  read: (_, values) => chosenIn(values),
  Field: GatewayFields,
  labels: ({ language, values }) => {
    const fields = typedIn(values);
    const places = placesFor(
      language,
      fields.length,
      fields.some(({ typed }) => typed !== ''),
    );
    return Object.fromEntries(fields.map(({ id }) => [gatewayField(id), [id, Object.fromEntries(places)] as const]));
  },
  place: (own, [nth], values) => {
    const id = nth === undefined ? undefined : chosenIn(values)[Number(nth)];
    return { field: id === undefined ? own : gatewayField(id) };
  },
};
