import type { Rule } from '../../domain/authority.ts';

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
