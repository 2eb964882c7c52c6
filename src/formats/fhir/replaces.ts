import { referenceFault } from '../../domain/reference.ts';
import { bestIdentifier, isStorable } from './identifiers.ts';
import { type Json, objectOf, objectsOf, textOf } from './json-values.ts';
import { follow, type ResourceIndex } from './references.ts';

/** Extensions of R4 that say what `Appointment.replaces` says in R5. */
const EXTENSIONS: ReadonlySet<string | undefined> = new Set([
  'http://hl7.org/fhir/StructureDefinition/request-replaces',
  'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.replaces',
]);
const MOST = 20;

/** Ids of the appointments that this one replaces, as `idOf` reads them; without its own id. */
export function replacedIds(resource: Json, id: string, index: ResourceIndex): string[] {
  const extensions = objectsOf(resource, 'extension').filter((each) => EXTENSIONS.has(textOf(each, 'url')));
  const references = [
    ...objectsOf(resource, 'replaces'),
    ...extensions.flatMap((each) => objectsOf(each, 'valueReference', 1)),
  ];
  const ids = references.slice(0, MOST).flatMap((reference) => {
    const target = follow(reference, resource, index);
    if (target.type !== null && target.type !== 'Appointment') return [];
    const identifier = textOf(objectOf(reference, 'identifier'), 'value');
    const named = target.resource && bestIdentifier(target.resource);
    return target.id ?? named ?? target.localId ?? identifier ?? [];
  });
  return [...new Set(ids)].filter((each) => each !== id && isStorable(each) && !referenceFault(each));
}
