import { gatewayIn } from '../../rules/values.ts';
import type { RulesWords } from '../../rules/words.ts';
import type { KeptForm, Label } from './action-types.ts';

/** Labels of the gateways' fields in a form that has some. */
export function gatewayLabels(words: RulesWords, form: KeptForm): Record<string, Label> {
  const fields = form.fields.flatMap(([name, place]) => {
    const id = gatewayIn(name);
    return id === undefined ? [] : [{ name, id, place }];
  });
  const none = fields.some(({ place }) => place !== '') ? words.notUsed : words.allUsed;
  const places = fields.map((_, at) => [String(at + 1), words.place(at + 1)] as const);
  const values = { ...Object.fromEntries(places), '': none };
  return Object.fromEntries(fields.map(({ name, id }) => [name, [id, values] as const]));
}
