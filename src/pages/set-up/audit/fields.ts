import type { SaidParts, SaidValue } from '../../settings/setting.ts';
import type { Step } from './differences.ts';

/** The setting to which a way leads; undefined where it leads to none of these. */
export function fieldAt(fields: SaidParts, path: readonly Step[]): SaidValue | undefined {
  const names = path.map((step) => (typeof step === 'string' ? step : '*'));
  for (const key of [names, [...names.slice(0, -1), '*']].map((each) => each.join('.')))
    if (Object.hasOwn(fields, key)) return fields[key];
  return undefined;
}

/** A part of a label; `isName`: it is what the API calls it. */
export interface LabelPart {
  readonly text: string;
  readonly isName: boolean;
}

/** The label of what stands at the end of a way, part by part. */
export function labelOf(fields: SaidParts, path: readonly Step[]): LabelPart[] {
  return path.flatMap((step, index) => {
    const field = fieldAt(fields, path.slice(0, index + 1));
    const label = (index < path.length - 1 ? field?.inside : undefined) ?? field?.label;
    const [name, nth] = typeof step === 'string' ? [step, 0] : [step.id ?? String(step.nth), step.nth];
    const text = typeof label === 'function' ? label(name, nth) : (label ?? name);
    return text === '' ? [] : [{ text, isName: label === undefined && typeof step === 'string' }];
  });
}
