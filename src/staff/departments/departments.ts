import type { Authority, Rule } from '../../domain/authority.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { findAuthority } from '../../store/authorities.ts';
import { departmentId } from '../../store/places.ts';
import { countLimited, findSeenKeys, listSeenDepartments } from './departments.sql.ts';

/** A department of an authority, with where its settings name it. */
export interface DepartmentView {
  readonly name: string;
  /** Since when statistics count it by name; null: the appointments of fewer than five patients name it. */
  readonly seenAt: Date | null;
  /** Ids of the rules that hold for it and not for all. */
  readonly rules: readonly string[];
  /** People who see nothing but it and the others that they are limited to. */
  readonly people: number;
}

/** Settings that name departments. */
type NamingSettings = Pick<Authority, 'rules' | 'withoutReminders'>;

/** The names of the departments that appointments name, which statistics count by name. */
export async function namesOfDepartments({ db }: DatabaseAccess, authorityId: string): Promise<string[]> {
  return (await listSeenDepartments(db, authorityId)).map(({ name }) => name);
}

/** The names of departments, also those that settings of the authority have, in no order. */
function withSettings(names: Iterable<string>, { rules, withoutReminders }: NamingSettings): string[] {
  const named = rules.flatMap(({ when }) => when?.departments ?? []);
  return [...new Set([...names, ...named, ...withoutReminders.departments])];
}

/** The departments that appointments and settings of an authority name, in Danish order. */
export async function departmentsToChoose(
  deps: DatabaseAccess,
  { id, ...settings }: Pick<Authority, 'id'> & NamingSettings,
): Promise<string[]> {
  return withSettings(await namesOfDepartments(deps, id), settings).sort((a, b) => a.localeCompare(b, 'da'));
}

/** Names that no department of an authority has, and those that there are. */
export interface UnknownDepartments {
  readonly unknown: readonly string[];
  readonly known: readonly string[];
}

/**
 * Looks which of these names neither appointments nor settings of an authority have. As long as it knows no department,
 * each may come with the first appointments.
 * @returns null where there is none
 */
export async function findUnknownDepartments(
  deps: DatabaseAccess & KeyringAccess,
  authorityId: string | null,
  names: readonly string[] | null,
): Promise<UnknownDepartments | null> {
  if (authorityId === null || names === null) return null;
  const authority = await findAuthority(deps.db, authorityId);
  const known = authority ? await departmentsToChoose(deps, authority) : [];
  const others = names.filter((name) => !known.includes(name));
  if (known.length === 0 || others.length === 0) return null;
  // Departments of fewer than five patients stand in no list, and are found by the hashes of their names.
  const keyOf = (name: string) => deps.keyring.idHash(authorityId, departmentId(name));
  const seen = await findSeenKeys(deps.db, authorityId, others.map(keyOf));
  const unknown = others.filter((name) => !seen.has(keyOf(name)));
  return unknown.length === 0 ? null : { unknown, known };
}

/** The departments that an authority's appointments, settings and people name, by code units: pages sort them anew. */
export async function readDepartments({ db }: DatabaseAccess, authority: Authority): Promise<DepartmentView[]> {
  const seen = new Map((await listSeenDepartments(db, authority.id)).map(({ name, seenAt }) => [name, seenAt]));
  const people = await countLimited(db, authority.id);
  const names = withSettings([...seen.keys(), ...people.keys()], authority).sort();
  return names.map((name) => ({
    name,
    seenAt: seen.get(name) ?? null,
    rules: authority.rules.filter(({ when }) => when?.departments?.includes(name)).map(({ id }) => id),
    people: people.get(name) ?? 0,
  }));
}

/**
 * The rules that hold for these departments, each without the names of others.
 * @param departments null: all rules as they are
 */
export function rulesOf(rules: readonly Rule[], departments: readonly string[] | null): readonly Rule[] {
  if (departments === null) return rules;
  return rules.flatMap((rule) => {
    const named = rule.when?.departments;
    if (!named) return [rule];
    const own = named.filter((name) => departments.includes(name));
    return own.length === 0 ? [] : [{ ...rule, when: { ...rule.when, departments: own } }];
  });
}

/**
 * The choice who gets no reminders, without the names of departments that somebody does not see.
 * @param departments those that are seen; null: all
 */
export function withoutRemindersOf(
  { kinds, departments: names }: Authority['withoutReminders'],
  departments: readonly string[] | null,
): Authority['withoutReminders'] {
  return { kinds, departments: departments === null ? names : names.filter((name) => departments.includes(name)) };
}
