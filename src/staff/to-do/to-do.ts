import type { Reader } from '../../accounts/phone-access.ts';
import type { Authority } from '../../domain/authority.ts';
import type { DatabaseAccess, GatewayAccess, KeyringAccess, SendingPermission } from '../../runtime/deps.ts';
import { type InboundView, readReplies } from '../replies/replies.ts';
import { readFigures, type TodoFigures } from './figures.ts';
import { type Obstacles, readObstacles } from './obstacles.ts';
import { readUnreached, type Shortened, type UnreachedCitizens } from './unreached.ts';

/** The most replies that are listed themselves, of those that hold reminders or cancel; the rest are counted. */
const MOST_REPLIES = 10;

/** Work that waits for a person in one authority, with its figures. */
export interface Todo {
  /** Replies that hold reminders or cancel, a death first, then the newest. */
  readonly urgent: Shortened<InboundView>;
  readonly unreached: UnreachedCitizens;
  readonly obstacles: Obstacles;
  readonly figures: TodoFigures;
}

type TodoDeps = DatabaseAccess & KeyringAccess & GatewayAccess & SendingPermission;

/** Reads what waits for a person in one authority. Numbers that are shown are audited. */
export async function readTodo(deps: TodoDeps, reader: Reader, authority: Authority, now: Date): Promise<Todo> {
  const departments = reader.departments ?? null;
  const [urgent, unreached, obstacles, figures] = await Promise.all([
    readUrgent(deps, reader, authority.id, now),
    readUnreached(deps, reader, authority, now),
    readObstacles(deps, authority, departments, now),
    readFigures(deps, authority, departments, now),
  ]);
  return { urgent, unreached, obstacles, figures };
}

async function readUrgent(
  deps: TodoDeps,
  reader: Reader,
  authorityId: string,
  now: Date,
): Promise<Shortened<InboundView>> {
  const filter = { needsPerson: true, before: null, limit: MOST_REPLIES };
  const { replies, moreUrgent } = await readReplies(deps, reader, authorityId, filter, now);
  return { items: replies.filter(({ rank }) => rank > 0), more: moreUrgent };
}
