import type { Authority, Rule } from '../../domain/authority.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { countLimited, listSeenDepartments } from './departments.sql.ts';

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

/** The names of the departments that appointments name, which statistics count by name. */
export async function namesOfDepartments({ db }: DatabaseAccess, authorityId: string): Promise<string[]> {
  return (await listSeenDepartments(db, authorityId)).map(({ name }) => name);
}

/** The names of departments, also those that rules of the authority have, in no order. */
function withRules(names: Iterable<string>, rules: Authority['rules']): string[] {
  const named = rules.flatMap(({ when }) => when?.departments ?? []);
  return [...new Set([...names, ...named])];
}

/** The departments that appointments and rules of an authority name, in Danish order. */
export async function departmentsToChoose(
  deps: DatabaseAccess,
  { id, rules }: Pick<Authority, 'id' | 'rules'>,
): Promise<string[]> {
  return withRules(await namesOfDepartments(deps, id), rules).sort((a, b) => a.localeCompare(b, 'da'));
}

/** The departments that an authority's appointments, rules and people name, by code units: pages sort them anew. */
export async function readDepartments({ db }: DatabaseAccess, authority: Authority): Promise<DepartmentView[]> {
  const seen = new Map((await listSeenDepartments(db, authority.id)).map(({ name, seenAt }) => [name, seenAt]));
  const people = await countLimited(db, authority.id);
  const names = withRules([...seen.keys(), ...people.keys()], authority.rules).sort();
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
