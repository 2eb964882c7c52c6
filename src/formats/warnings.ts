import type { Fault } from '../domain/errors.ts';
import type { IngestElement } from './format.ts';

/** Warnings about an element, each code and pointer once; none for a part that is not about an appointment. */
export function warningsIn(element: IngestElement | undefined): readonly Fault[] {
  if (element?.kind === 'appointment') return element.event.warnings ?? [];
  if (element?.kind === 'ignored') return element.warnings ?? [];
  if (element?.kind !== 'group') return [];
  const all = element.group.members.flatMap(({ warnings }) => warnings ?? []);
  return [...new Map(all.map((warning) => [`${warning.code} ${warning.pointer}`, warning])).values()];
}
