import type { Reader } from '../../accounts/phone-access.ts';
import { inTransaction } from '../../database/transaction.ts';
import { notFound, Problem } from '../../domain/errors.ts';
import { UNDO_WITHIN_MS } from '../../domain/replies/settle.ts';
import type { DatabaseAccess, GatewayAccess, KeyringAccess, SendingPermission } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { type RemindersOfReply, readRemindersOfReplies } from '../replies/reminders-of-reply.ts';
import { type InboundView, readReplies } from '../replies/replies.ts';
import { findSource } from '../sources/sources.sql.ts';
import { readFigures, type TodoFigures } from './figures.ts';
import { markRefusalsSeen } from './obstacles.sql.ts';
import { type Obstacles, readObstacles } from './obstacles.ts';
import { deleteHandled, insertHandled, isOwnAppointment } from './unreached.sql.ts';
import { readUnreached, type Shortened, type TodoAuthority, type UnreachedCitizens } from './unreached.ts';

/** The most replies that are listed themselves, of those that hold reminders or cancel; the rest are counted. */
const MOST_REPLIES = 10;

/** Replies with their reminders, by the replies' ids. */
export interface UrgentReplies extends Shortened<InboundView> {
  readonly reminders: ReadonlyMap<string, RemindersOfReply>;
}

/** Work that waits for a person in one authority, with its figures. */
export interface Todo {
  /** Replies that hold reminders or cancel, a death first, then the newest. */
  readonly urgent: UrgentReplies;
  readonly unreached: UnreachedCitizens;
  readonly obstacles: Obstacles;
  readonly figures: TodoFigures;
}

type TodoDeps = DatabaseAccess & KeyringAccess & GatewayAccess & SendingPermission;

/** Reads what waits for a person in one authority. Numbers that are shown are audited. */
export async function readTodo(deps: TodoDeps, reader: Reader, authority: TodoAuthority, now: Date): Promise<Todo> {
  const departments = reader.departments ?? null;
  const [urgent, unreached, obstacles, figures] = await Promise.all([
    readUrgent(deps, reader, authority.id, now),
    readUnreached(deps, reader, authority, now),
    readObstacles(deps, authority, departments, now),
    readFigures(deps, authority, departments, now),
  ]);
  return { urgent, unreached, obstacles, figures };
}

async function readUrgent(deps: TodoDeps, reader: Reader, authorityId: string, now: Date): Promise<UrgentReplies> {
  const filter = { needsPerson: true, before: null, limit: MOST_REPLIES };
  const { replies, moreUrgent } = await readReplies(deps, reader, authorityId, filter, now);
  const items = replies.filter(({ rank }) => rank > 0);
  const reminders = await readRemindersOfReplies(deps, reader, authorityId, items);
  return { items, more: moreUrgent, reminders };
}

interface HandleRequest {
  readonly authorityId: string;
  readonly appointmentId: string;
}

/**
 * Ticks an appointment off on the to-do list, since a person has told the citizen of it or corrected the number. A
 * repetition changes nothing.
 * @throws Problem 404 for an unknown one, and for one of a department that the reader doesn't see
 */
export async function handleAppointment(
  deps: DatabaseAccess,
  reader: Reader,
  { authorityId, appointmentId }: HandleRequest,
  now: Date,
): Promise<void> {
  const own = { authorityId, appointmentId, departments: reader.departments ?? null };
  await inTransaction(deps.db, async (trx) => {
    const outcome = await insertHandled(trx, own, reader.name, now);
    if (outcome === 'unknown') throw notFound('appointment');
    if (outcome === 'repeated') return;
    const entry = { actor: reader.name, action: 'appointment.handle', authorityId, target: appointmentId };
    await writeAudit(trx, entry, now);
  });
}

/**
 * Puts an appointment back on the list that was ticked off within the last ten minutes.
 * @throws Problem 404 for an unknown one, 409 for one that was not ticked off, or longer ago
 */
export async function undoHandled(
  deps: DatabaseAccess,
  reader: Reader,
  { authorityId, appointmentId }: HandleRequest,
  now: Date,
): Promise<void> {
  const own = { authorityId, appointmentId, departments: reader.departments ?? null };
  await inTransaction(deps.db, async (trx) => {
    if (!(await isOwnAppointment(trx, own))) throw notFound('appointment');
    if (!(await deleteHandled(trx, own, new Date(now.getTime() - UNDO_WITHIN_MS))))
      throw new Problem(409, 'not-undoable', 'Only what was ticked off within the last ten minutes can be taken back.');
    const entry = { actor: reader.name, action: 'appointment.handle-undo', authorityId, target: appointmentId };
    await writeAudit(trx, entry, now);
  });
}

/**
 * Takes the refusals of a source off the to-do list, since somebody has told its booking system. The next refusal
 * brings the source back; the source's own list keeps them all. A repetition changes nothing.
 * @param seen.until the time of the last refusal that the list told of: nobody has seen those that came later
 * @throws Problem 404 for an unknown source
 */
export async function takeRefusalsOff(
  deps: DatabaseAccess,
  reader: Reader,
  seen: { readonly authorityId: string; readonly sourceId: string; readonly until: Date },
  now: Date,
): Promise<void> {
  const { authorityId, sourceId } = seen;
  await inTransaction(deps.db, async (trx) => {
    if (!(await findSource(trx, authorityId, sourceId))) throw notFound('source');
    const refusals = await markRefusalsSeen(trx, seen, now);
    if (refusals === 0) return;
    const entry = { actor: reader.name, action: 'refusals.see', authorityId, target: sourceId, after: { refusals } };
    await writeAudit(trx, entry, now);
  });
}
