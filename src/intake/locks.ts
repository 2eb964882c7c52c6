import type { HashId } from '../domain/identity/match-known.ts';
import type { Envelope } from './envelope.ts';

/**
 * Different locks for all aliases of a source: few enough that no request fills PostgreSQL's table of locks. Strangers
 * that share one wait for each other, which harms nobody.
 */
const ALIAS_LOCKS = 1024;

/** Replaced ids of one element that are locked, for the same reason: a move replaces one. */
const REPLACED = 2;

/**
 * Ids of the series or the group that an element may be about. Its appointments have no key in common that would let
 * one of two events wait for the other, so their events wait for each other by these, before anything is looked up.
 * None for an event about one appointment alone.
 */
export function sharedIdsOf({ element }: Envelope, hash: HashId): string[] {
  if (element.kind === 'patient') return [];
  if (element.kind === 'appointment') {
    const { occurrence, group, reference } = element.event;
    // An event that names no occurrence is about the whole series.
    return occurrence === undefined ? [] : [group ?? reference];
  }
  const { id, aliases = [], members } = element.group;
  const named = aliases.filter(({ namespace }) => namespace !== null);
  const replaced = members[0]?.replaces?.slice(0, REPLACED) ?? [];
  return [id, ...replaced, ...named.map(({ value }) => lockOfAlias(value, hash))];
}

function lockOfAlias(value: string, hash: HashId): string {
  return `|${Buffer.from(hash(value), 'base64url').readUInt16BE(0) % ALIAS_LOCKS}`;
}
