import { type Faults, UnitField } from '../kit/fields.tsx';
import { DURATION_UNITS } from './durations.ts';
import { durationFieldsIn, type Values } from './values.ts';
import type { RulesWords } from './words.ts';

/** Values that the fields of a section are drawn from. */
export interface FieldsProps {
  readonly words: RulesWords;
  readonly values: Values;
  readonly faults: Faults;
  /** Ids of the gateways that are configured, in the installation's order, and of others that the authority uses. */
  readonly gateways: readonly string[];
  /** False for a reader who may change nothing. */
  readonly edits: boolean;
}

/** A length of time: a number with its unit, or the stored one where these can't say it. */
export function DurationField({
  words,
  values,
  faults,
  edits,
  id,
  label,
  hint,
}: Omit<FieldsProps, 'gateways'> & { readonly id: string; readonly label: string; readonly hint?: string }) {
  const { count, unit } = durationFieldsIn(values, id);
  // Whoever edits may choose another number, whose unit stands there already.
  const names = !edits && count === '1' ? words.unitsOfOne : words.units;
  const units = DURATION_UNITS.map((each) => [each, names[each] ?? each] as const);
  const all = units.some(([each]) => each === unit) ? units : [...units, [unit, words.asNow(unit)] as const];
  return (
    <UnitField
      id={id}
      label={label}
      hint={hint}
      faults={faults}
      value={count}
      unit={unit}
      units={all}
      unitLabel={`${label}: ${words.unit}`}
    />
  );
}
