import { isDeepStrictEqual } from 'node:util';
import { isUuid } from '../../../domain/ids.ts';
import { isObject } from '../../../domain/json.ts';

/** A part of the way to a value: the name of a member, or an object of a list, by its id where it has one. */
export type Step = string | { readonly id: string | null; readonly nth: number };
/** A value that is printed as it is: a text, a number, a box. */
export type Plain = string | number | boolean;
/** The end of a way; null: a setting that is empty; undefined: none, or one with members of its own. */
export type Leaf = Plain | null | undefined | readonly Plain[];
/** Values that differ, with the way to them. Of most lists it has only what is gone and what is new. */
export interface Difference {
  readonly path: readonly Step[];
  readonly before: Leaf;
  readonly after: Leaf;
}

/** An object of a list, with the way to it. */
interface Item {
  readonly step: Step;
  readonly value: unknown;
}

/** Members that tell the objects of a list apart. */
const KEYS = [['id'], ['channel'], ['authorityId'], ['country', 'from']] as const;
/** Members whose lists mean something else in another order. */
const ORDERED: readonly Step[] = ['gateways', 'mapping'];

/** Everything in which two values differ, member by member; objects in lists are compared with those of their id. */
export function differencesOf(before: unknown, after: unknown, path: readonly Step[] = []): Difference[] {
  if (isPlain(before) && before === after) return [];
  return [
    ...ofLeaves(leafOf(before), leafOf(after), path),
    ...ofMembers(isObject(before) ? before : {}, isObject(after) ? after : {}, path),
    ...ofItems(itemsOf(before), itemsOf(after), path),
  ];
}

const isComposite = (value: unknown) => typeof value === 'object' && value !== null;
const isPlain = (value: unknown): value is Plain => ['string', 'number', 'boolean'].includes(typeof value);
const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) && value.some(isComposite) ? value : []);
// Ids say nothing to people; whom an entry is about stands beside it by name.
const isSaid = (value: unknown): value is Plain => isPlain(value) && !(typeof value === 'string' && isUuid(value));

function leafOf(value: unknown): Leaf {
  if (value === undefined || isObject(value) || itemsOf(value).length > 0) return undefined;
  if (!Array.isArray(value)) return isSaid(value) ? value : null;
  const said = value.filter(isSaid);
  return said.length > 0 ? said : null;
}

function ofLeaves(before: Leaf, after: Leaf, path: readonly Step[]): Difference[] {
  if (before === after || isDeepStrictEqual(before, after)) return [];
  const isList = [before, after].some(Array.isArray) && !ORDERED.some((name) => name === path[0]);
  const [was, is] = [listOf(before), listOf(after)];
  const [gone, come] = [without(was, is), without(is, was)];
  if (!isList || gone.length + come.length === 0) return [{ path, before, after }];
  return [{ path, before: was.length > 0 ? gone : before, after: is.length > 0 ? come : after }];
}

const listOf = (leaf: Leaf): readonly Plain[] => (leaf === null || leaf === undefined ? [] : [leaf].flat());

function without(list: readonly Plain[], others: readonly Plain[]): Plain[] {
  const left = new Set(others);
  return list.filter((each) => !left.has(each));
}

type Members = Readonly<Record<string, unknown>>;

function ofMembers(before: Members, after: Members, path: readonly Step[]): Difference[] {
  const own = (members: Members, name: string) => (Object.hasOwn(members, name) ? members[name] : undefined);
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => differencesOf(own(before, name), own(after, name), [...path, name]));
}

function ofItems(before: readonly unknown[], after: readonly unknown[], path: readonly Step[]): Difference[] {
  const [was, is] = [byName(before), byName(after)];
  if (!was || !is) return ofPlaces(before, after, path);
  const found = [...new Set([...was.keys(), ...is.keys()])].flatMap((name) => {
    const step = (is.get(name) ?? was.get(name))?.step ?? name;
    return differencesOf(was.get(name)?.value, is.get(name)?.value, [...path, step]);
  });
  const kept = (of: typeof was, others: typeof was) => [...of.keys()].filter((name) => others.has(name));
  const [old, now] = [kept(was, is), kept(is, was)];
  return isDeepStrictEqual(old, now) ? found : [...found, { path, before: old, after: now }];
}

/** The objects of a list by what tells them apart, without it; undefined where nothing does. */
function byName(list: readonly unknown[]): ReadonlyMap<string, Item> | undefined {
  const named = new Map<string, Item>();
  for (const [index, each] of list.entries()) {
    const keys: readonly string[] | undefined = isObject(each)
      ? KEYS.find((names) => names.every((name) => Object.hasOwn(each, name)))
      : undefined;
    if (!keys || !isObject(each)) return undefined;
    const id = keys.map((name) => String(each[name] ?? '')).join(' ');
    const others = Object.entries(each).filter(([name]) => !keys.includes(name));
    named.set(id, { step: { id, nth: index + 1 }, value: Object.fromEntries(others) });
  }
  return named.size === list.length ? named : undefined;
}

/** Compares lists place by place, but for what both begin and end with. */
function ofPlaces(before: readonly unknown[], after: readonly unknown[], path: readonly Step[]): Difference[] {
  const shorter = Math.min(before.length, after.length);
  let first = 0;
  while (first < shorter && isDeepStrictEqual(before[first], after[first])) first++;
  let last = 0;
  while (last < shorter - first && isDeepStrictEqual(before.at(-1 - last), after.at(-1 - last))) last++;
  const longer = Math.max(before.length, after.length) - last;
  return Array.from({ length: Math.max(0, longer - first) }, (_, index) => first + index).flatMap((at) =>
    differencesOf(
      at < before.length - last ? before[at] : undefined,
      at < after.length - last ? after[at] : undefined,
      [...path, { id: null, nth: at + 1 }],
    ),
  );
}
