import type { PageLanguage } from './language.ts';

/** A form that was sent after its session had ended. */
export interface KeptForm {
  /** The address that it was sent to. */
  readonly path: string;
  /** Its fields in their order; a name may come several times. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** The label of a field as its page has it, with the words of its choices. */
export type Label = string | readonly [label: string, values: Readonly<Record<string, string>>];

/** The effect of sending a form, in the words of its page. */
export interface KeptAction {
  readonly title: string;
  readonly button: string;
  /** The fields that people typed or chose, by their names; null: one that nobody did. */
  readonly labels: Readonly<Record<string, Label | null>>;
  /** Labels of secrets by their fields, without which the form is kept, to be typed once more on its page. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/**
 * Tells what a form does. `params` are those of its address: a booking system, a gateway, a text.
 * @returns null for one that is not kept
 */
export type Describe = (
  language: PageLanguage,
  form: KeptForm,
  params: Readonly<Record<string, string>>,
) => KeptAction | null;

/** The text of the first field of this name; empty for none. */
export function fieldIn({ fields }: KeptForm, name: string): string {
  return fields.find(([each]) => each === name)?.[1] ?? '';
}
