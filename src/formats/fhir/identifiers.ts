import { isCprSystem } from '../../domain/patient-key.ts';
import type { Alias } from '../../domain/reference.ts';
import { isStorableText, MAX_REFERENCE, referenceFault } from '../../domain/reference.ts';
import { looksLikeCpr } from '../../domain/text/cpr.ts';
import { type Json, objectsOf, textOf } from './json-values.ts';
import { MAX_FHIR_ID } from './references.ts';

/** Identifier of a resource. */
export interface Identifier {
  readonly system: string | null;
  readonly value: string;
  readonly use: string | undefined;
}

/** The letters that stand somewhere in the name of a system of CPR numbers, which is an address as a rule. */
const CPR_NAME = /cpr/i;
const MAX_KEPT = 20;
/** Characters of an id: where it has several patients, `~` and the patient's id behind it make a reference of each. */
export const MAX_STORED_ID = MAX_REFERENCE - 1 - MAX_FHIR_ID;

/** Identifiers in their order, without national numbers of citizens, which are dropped here. */
export function identifiersOf(resource: Json | undefined): Identifier[] {
  return objectsOf(resource, 'identifier', MAX_KEPT).flatMap((each) => {
    const system = textOf(each, 'system') ?? null;
    const value = textOf(each, 'value');
    if (value === undefined || !isStorable(value) || referenceFault(value)) return [];
    if (system !== null && (isOfCpr(system) || !isStorable(system) || looksLikeCpr(system))) return [];
    return [{ system, value, use: textOf(each, 'use') }];
  });
}

function isOfCpr(system: string): boolean {
  return isCprSystem(system) || CPR_NAME.test(system);
}

/** Aliases of an appointment. Identifiers without a system identify nothing and are left out. */
export function aliasesOf(resource: Json): Alias[] {
  return identifiersOf(resource).flatMap(({ system, value }) =>
    system === null ? [] : [{ kind: system, namespace: system, value }],
  );
}

/**
 * The official identifier, else the first; undefined where none counts. Short bare numbers such as `1` are issued by
 * several systems and don't count.
 */
export function bestIdentifier(resource: Json): string | undefined {
  const usable = identifiersOf(resource).filter(({ system, value }) => system !== null || !/^\d{1,3}$/.test(value));
  return (usable.find(({ use }) => use === 'official') ?? usable[0])?.value;
}

/** `system|value` of the first identifier with a system, as input of a hash; undefined when there is none. */
export function identifierKey(resource: Json | undefined): string | undefined {
  const found = identifiersOf(resource).find(({ system }) => system !== null);
  return found && `${found.system}|${found.value}`;
}

/** True for text that may be stored as an id: short, valid Unicode and without control characters. */
export function isStorable(text: string): boolean {
  return text.length <= MAX_STORED_ID && isStorableText(text);
}
