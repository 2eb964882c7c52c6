import { actorNames, shownActor } from '../accounts/people/names.ts';
import { clientName } from '../accounts/refused-access.ts';
import type { Db } from '../database/tables.ts';
import { grouped } from '../domain/grouped.ts';
import { type IdPage, isUuid } from '../domain/ids.ts';
import { isObject } from '../domain/json.ts';
import type { DatabaseAccess, KeyringAccess } from '../runtime/deps.ts';
import { type AuditFilter, type AuditRow, listAudit } from '../store/audit.ts';
import {
  type AuditSubject,
  type DecidedReply,
  findPersonOfAccount,
  listAuditAbout,
  repliesWithAppointments,
  sumFolds,
} from './audit.sql.ts';
import { authorityNames, readAuthority } from './authorities/authorities.ts';
import { appointmentReferences } from './find/find.sql.ts';
import { sourceNames } from './sources/sources.sql.ts';

export type { AuditRow } from '../store/audit.ts';
export { type AuditSubject, MOST_COUNTED } from './audit.sql.ts';

type AuditDeps = DatabaseAccess & KeyringAccess;

/** A search of an audit: entries of one who acted, of one action, of some time, about one subject, of one line. */
export interface AuditSearch extends Pick<AuditFilter, 'actor' | 'action' | 'from' | 'to' | 'lookUps' | 'fold'> {
  readonly about?: AuditSubject | undefined;
}

/**
 * The audit of the whole installation, with the entries that concern no authority, newest first.
 * @param client only what this client was refused, and when it signed in and out; null: everything
 */
export async function readWholeAudit(
  deps: AuditDeps,
  page: IdPage,
  client: string | null,
  search: AuditSearch = {},
): Promise<AuditRow[]> {
  const { about, ...rest } = search;
  const filter = { ...rest, authorityId: null, client: client === null ? null : clientName(deps, client) };
  return withNames(deps, null, await list(deps, filter, page, about));
}

/** The authority's audit, newest first. @throws Problem 404 for an unknown authority */
export async function readAudit(
  deps: AuditDeps,
  authorityId: string,
  page: IdPage,
  search: AuditSearch = {},
): Promise<AuditRow[]> {
  await readAuthority(deps, authorityId);
  const { about, ...rest } = search;
  return withNames(deps, authorityId, await list(deps, { ...rest, authorityId, client: null }, page, about));
}

async function list(
  { db }: DatabaseAccess,
  filter: AuditFilter,
  { after, limit }: IdPage,
  about: AuditSubject | undefined,
): Promise<AuditRow[]> {
  if (!about) return listAudit(db, filter, after, limit);
  return listAuditAbout(db, await withPerson(db, about), filter, after, limit);
}

/** Passwords and second factors are a person's, whatever accounts they have: their entries name the person. */
async function withPerson(db: Db, about: AuditSubject): Promise<AuditSubject> {
  const { account, actions, targets } = about;
  if (account === undefined || !isUuid(account)) return about;
  const person = await findPersonOfAccount(db, account, actions);
  return person === null ? about : { actions, targets: [...targets, person] };
}

/** An entry with what pages say of it. */
export interface AuditView extends AuditRow {
  /** The name of the person whom it is about; null: about none, or of one whose name is erased. */
  readonly subject: string | null;
  /** The appointment that it is about; null: about none. The purge that deletes one leaves it without a reference. */
  readonly appointment: { readonly id: string; readonly reference: string | null } | null;
  /** The name of the source that it is about; null: about none, or of one that there isn't. */
  readonly sourceName: string | null;
  /** The name of the API key that it is about; null: about none. */
  readonly keyName: string | null;
  /** The name of the authority that it concerns; null: it concerns none, or the page is of one alone. */
  readonly authorityName: string | null;
  /** The look-ups that its line stands for, where there are several, with the moment of the last; else null. */
  readonly looks: { readonly count: number; readonly until: Date } | null;
  /** The reply that was decided about, with the appointments that it is about; null: none, or it is erased. */
  readonly reply: RepliedAbout | null;
}

/** A reply, with the appointments that it is about. */
interface RepliedAbout {
  readonly id: string;
  readonly appointments: readonly { readonly id: string; readonly reference: string }[];
}

/** Entries name people by an id, so that a name can be erased; readers get the name beside it. */
async function withNames(deps: AuditDeps, authorityId: string | null, rows: readonly AuditRow[]): Promise<AuditRow[]> {
  const actors = rows.map(({ actor }) => actor);
  const nameOf = await actorNames(deps, authorityId, actors);
  return rows.map((row) => ({ ...row, actor: nameOf(row.actor) }));
}

/**
 * Adds to entries of an audit the names of what they are about, a statement a kind.
 * @param authorityId whose it is
 * @param isFolded each entry stands for all look-ups of its line
 */
export async function withSubjects(
  deps: AuditDeps,
  authorityId: string | null,
  rows: readonly AuditRow[],
  isFolded: boolean,
): Promise<AuditView[]> {
  const nameOf = await actorNames(deps, authorityId, rows.map(subjectOf));
  const appointments = rows.flatMap((row) => appointmentOf(row) ?? []);
  const references = await appointmentReferences(deps.db, authorityId, appointments);
  const names = await sourceNames(deps.db, authorityId, [...new Set(rows.flatMap((row) => sourceOf(row) ?? []))]);
  const concerned = authorityId === null ? rows.flatMap((row) => row.authorityId ?? []) : [];
  const authorities = await authorityNames(deps, concerned);
  const looksOf = await foldsOf(deps.db, isFolded ? rows : []);
  const replyOf = await repliesOf(deps.db, authorityId, rows);
  return rows.map((row) => {
    const id = appointmentOf(row);
    const subject = nameOf(subjectOf(row));
    const isNamed = subject !== null && subject !== subjectOf(row);
    return {
      ...row,
      subject: isNamed ? shownActor(subject) : null,
      appointment: id === null ? null : { id, reference: references.get(id) ?? null },
      sourceName: names.get(sourceOf(row) ?? '') ?? null,
      keyName: keyNameOf(row),
      authorityName: authorities.get(row.authorityId ?? '') ?? null,
      looks: looksOf(row),
      reply: replyOf(row),
    };
  });
}

/** The look-ups of the lines that stand for several. */
async function foldsOf(db: Db, rows: readonly AuditRow[]): Promise<(row: AuditRow) => AuditView['looks']> {
  const sums = await sumFolds(
    db,
    rows.flatMap(({ fold }) => fold ?? []),
  );
  const several = new Map(sums.filter(({ count }) => count > 1).map((each) => [each.fold, each]));
  return ({ fold }) => several.get(fold ?? '') ?? null;
}

/** The replies that entries decide about. */
async function repliesOf(
  db: Db,
  authorityId: string | null,
  rows: readonly AuditRow[],
): Promise<(row: AuditRow) => RepliedAbout | null> {
  const isAboutReply = ({ action, target }: AuditRow) => action.startsWith('inbound.') && isUuid(target);
  const decided = rows.filter(isAboutReply).map(({ target }) => target);
  const found = grouped(await repliesWithAppointments(db, authorityId, decided), keyOfReply);
  return (row) => {
    const parts = isAboutReply(row)
      ? found.get(keyOfReply({ id: row.target, authorityId: row.authorityId }))
      : undefined;
    return parts ? { id: row.target, appointments: parts.flatMap(({ appointment }) => appointment ?? []) } : null;
  };
}

/** A reply may concern several authorities. */
const keyOfReply = ({ id, authorityId }: Pick<DecidedReply, 'id'> & { readonly authorityId: string | null }): string =>
  `${id} ${authorityId}`;

/** The id of the appointment that an entry is about. */
function appointmentOf({ action, target, authorityId }: AuditRow): string | null {
  const [, id = target] = /^appointment:(.+)$/.exec(target) ?? [];
  if (authorityId === null || !isUuid(id)) return null;
  return id !== target || action.startsWith('appointment.') ? id : null;
}

/** Actions on a source beside those that begin with its word. */
const OF_SOURCES: readonly string[] = ['refusals.see'];

/** The id of the source that an entry is about; null: about none. */
export function sourceOf({ action, target }: Pick<AuditRow, 'action' | 'target'>): string | null {
  const [, id] = /^source:(.+)$/.exec(target) ?? [];
  if (id !== undefined) return id;
  return action.startsWith('source.') || OF_SOURCES.includes(action) ? target : null;
}

/** The name of the API key that an entry is about, which the entry itself has. */
function keyNameOf({ action, before, after }: AuditRow): string | null {
  if (!action.startsWith('key.')) return null;
  const [name] = [after, before].flatMap((part) => (isObject(part) ? [part.name] : []));
  return typeof name === 'string' ? name : null;
}

/** The person whom an entry is about, in the form of an actor. */
function subjectOf({ before, after }: AuditRow): string | null {
  for (const part of [after, before]) {
    const person = typeof part === 'object' && part !== null ? Reflect.get(part, 'person') : undefined;
    if (typeof person === 'string') return `person:${person}`;
  }
  return null;
}
