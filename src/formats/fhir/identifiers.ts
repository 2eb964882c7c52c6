import type { Alias } from '../../domain/appointment.ts';
import { referenceFault } from '../../domain/reference.ts';
import { looksLikeCpr } from '../../domain/sms-text.ts';
import { type Json, objectsOf, textOf } from './json-values.ts';

export interface Identifier {
  readonly system: string | null;
  readonly value: string;
  readonly use: string | undefined;
}

/** CPR itself, and what stands in for it: X-eCPR and the D-eCPR of the regions (HL7 Denmark, DK Core). */
const CPR_SYSTEM = /^(?:urn:oid:)?1\.2\.208\.176\.1\.(?:2|6\.1(?:\..*)?)$|cpr/i;
const MAX_KEPT = 20;
const MAX_LENGTH = 190;
/** Kept as it came, so it must be text that a database holds. */
const PLAIN = /^[^\p{Cc}\p{Cs}]*$/u;

/** Identifiers in their order, without citizens' national numbers, which end here. */
export function identifiersOf(resource: Json | undefined): Identifier[] {
  return objectsOf(resource, 'identifier', MAX_KEPT).flatMap((each) => {
    const system = textOf(each, 'system') ?? null;
    const value = textOf(each, 'value');
    if (value === undefined || !isStorable(value) || referenceFault(value)) return [];
    if (system !== null && (CPR_SYSTEM.test(system) || !isStorable(system) || looksLikeCpr(system))) return [];
    return [{ system, value, use: textOf(each, 'use') }];
  });
}

/** What an appointment is known by beside its id. An identifier without a system leads to nothing, and is left out. */
export function aliasesOf(resource: Json): Alias[] {
  return identifiersOf(resource).flatMap(({ system, value }) =>
    system === null ? [] : [{ kind: system, namespace: system, value }],
  );
}

/**
 * The official identifier, else the first; short bare numbers such as `1` are given by several systems and name
 * nothing.
 */
export function bestIdentifier(resource: Json): string | undefined {
  const usable = identifiersOf(resource).filter(({ system, value }) => system !== null || !/^\d{1,3}$/.test(value));
  return (usable.find(({ use }) => use === 'official') ?? usable[0])?.value;
}

/** `system|value` of the first identifier with a system, to be hashed; undefined for none. */
export function identifierKey(resource: Json | undefined): string | undefined {
  const found = identifiersOf(resource).find(({ system }) => system !== null);
  return found && `${found.system}|${found.value}`;
}

/** True for text that may be kept as an id: short, whole Unicode and without control characters. */
export function isStorable(text: string): boolean {
  return text.length <= MAX_LENGTH && PLAIN.test(text);
}
