import { isDeepStrictEqual } from 'node:util';
import type { Trx } from '../../database/tables.ts';
import { inTransaction } from '../../database/transaction.ts';
import type { SourceSettings } from '../../domain/authority.ts';
import { notFound, Problem } from '../../domain/errors.ts';
import type { IdPage } from '../../domain/ids.ts';
import type { DatabaseAccess, KeyringAccess, Logging } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { findAuthority } from '../../store/authorities.ts';
import {
  type EndpointView,
  keepEndpoints,
  listSecrets,
  readEndpoints,
  type SecretOfSource,
  type WantedEndpoint,
} from '../../store/event-endpoints.ts';
import { type ReaderDeps, startReading } from '../../store/event-readers.ts';
import { readAuthority } from '../authorities/authorities.ts';
import { auditedChange, auditedSettings } from './audited-settings.ts';
import { makeEventSecret, makeSecret, type NewEventSecret, type NewSecret, type OwnSource } from './source-secrets.ts';
import {
  findSource,
  findSources,
  insertSource,
  type LastOfSource,
  lastOfSources,
  listSourceNames,
  listSources,
  lockSource,
  type ManagedSource,
  type NamedSource,
  releaseWaiting,
  updateSource,
} from './sources.sql.ts';

export { MAPPED_FIELDS } from '../../formats/json/mapped-values.ts';
export { MAPPED_TYPES } from '../../formats/json/mapping.ts';
export type { EndpointView } from '../../store/event-endpoints.ts';
export type { ManagedSource, NamedSource } from './sources.sql.ts';

type SourceDeps = KeyringAccess & Logging & ReaderDeps;

/** A source as staff read it. */
export interface SourceView extends ManagedSource {
  /** The pairs that are valid, oldest first, without their values. */
  readonly liveSecrets: readonly SecretOfSource[];
  /** The secrets that events are signed with, likewise. */
  readonly liveEventSecrets: readonly SecretOfSource[];
  readonly eventEndpoints: readonly EndpointView[];
}

/** The secrets that were made with a source, or with its first endpoint for events; shown once. */
export interface MadeSecrets {
  readonly pair: NewSecret | null;
  readonly events: NewEventSecret | null;
}

/** The authority's source. @throws Problem 404 for an unknown one */
export async function readSource(deps: DatabaseAccess, authorityId: string, id: string): Promise<SourceView> {
  const source = await findSource(deps.db, authorityId, id);
  if (!source) throw notFound('source');
  return viewOf(deps, source);
}

async function viewOf({ db }: DatabaseAccess, source: ManagedSource): Promise<SourceView> {
  const { authorityId, id } = source;
  return {
    ...source,
    liveSecrets: await listSecrets(db, 'source_secret', authorityId, id),
    liveEventSecrets: await listSecrets(db, 'event_secret', authorityId, id),
    eventEndpoints: await readEndpoints(db, authorityId, id),
  };
}

/** The authority's sources, by id. @throws Problem 404 for an unknown authority */
export async function readSources(deps: DatabaseAccess, authorityId: string, page: IdPage): Promise<ManagedSource[]> {
  await readAuthority(deps, authorityId);
  return listSources(deps.db, authorityId, page.after, page.limit);
}

/** Sources to choose from: far more than any authority has. */
const MOST_TO_CHOOSE = 5_000;

/** The sources of an authority that somebody may choose from, by id: pages order them as their language sorts. */
export function sourcesToChoose(deps: DatabaseAccess, authorityId: string): Promise<NamedSource[]> {
  return listSourceNames(deps.db, authorityId, { limit: MOST_TO_CHOOSE });
}

/** True where an authority has a source: without one there is nothing to list yet. */
export async function hasSources(deps: DatabaseAccess, authorityId: string): Promise<boolean> {
  return (await listSourceNames(deps.db, authorityId, { limit: 1 })).length > 0;
}

/** Secrets that are kept encrypted and never shown. undefined: the stored one stays; null: none. */
export interface SourceSecrets {
  readonly hmac: string | null | undefined;
  readonly fhirAuthorization: string | null | undefined;
}

const NO_CHANGE: SourceSecrets = { hmac: undefined, fhirAuthorization: undefined };

interface PutSourceRequest extends OwnSource {
  readonly settings: SourceSettings;
  readonly secrets?: SourceSecrets;
  /** The version that is changed, 0 for a new source: any other is refused. Left out: whatever there is. */
  readonly version?: number;
}

/**
 * Creates the source with a first pair of secrets, or replaces all its settings; an endpoint for events gets its first
 * secret.
 * @throws Problem 404 for an unknown authority; 409 when another authority has a source with this id, and when the
 * version is another
 */
export async function putSource(
  deps: SourceDeps,
  request: PutSourceRequest,
  now: Date,
): Promise<{ source: SourceView; secrets: MadeSecrets }> {
  const { authorityId, id, settings } = request;
  const { source, secrets, before } = await inTransaction(deps.db, (trx) => writeSource(deps, trx, request, now));
  if (settings.events || settings.appointmentResponses) await startReading(deps, request);
  if (before?.mode === 'paused' && settings.mode !== 'paused') await releaseWaiting(deps.db, authorityId, id, now);
  if (request.secrets?.fhirAuthorization && settings.fhirBaseUrl?.startsWith('http:')) {
    const warning = 'fhirAuthorization is sent to the FHIR server unencrypted: fhirBaseUrl begins with http:';
    deps.log.warn({ source: id }, warning);
  }
  return { source: await viewOf(deps, source), secrets };
}

/** True for the refusal of an id that a source of another authority has. */
export function isTaken(error: unknown): boolean {
  return error instanceof Problem && error.code === TAKEN;
}

const TAKEN = 'source-id-taken';
const CHANGED = 'source-changed';

/** True for the refusal of a change of settings that somebody else has changed since. */
export function isChanged(error: unknown): boolean {
  return error instanceof Problem && error.code === CHANGED;
}

function idTaken(): Problem {
  return new Problem(409, TAKEN, 'This source id is taken: choose another one.');
}

function checkVersion({ version }: PutSourceRequest, stored: number | null): void {
  if (version === undefined || version === (stored ?? 0)) return;
  if (stored === null) throw notFound('source');
  if (version === 0) throw idTaken();
  throw new Problem(409, CHANGED, 'Somebody else has changed this source: read it again.');
}

async function writeSource(
  deps: SourceDeps,
  trx: Trx,
  request: PutSourceRequest,
  now: Date,
): Promise<{ source: ManagedSource; secrets: MadeSecrets; before: ManagedSource | null }> {
  const { authorityId, id, actor, settings } = request;
  if (!(await findAuthority(trx, authorityId))) throw notFound('authority');
  const made = await insertSource(trx, authorityId, id, { settings, ...seal(deps, request, null) }, now);
  if (made) {
    checkVersion(request, null);
    const pair = await makeSecret(deps, trx, request, now);
    const entry = { actor, authorityId, target: id, action: 'source.create', after: auditedSettings(made) };
    await writeAudit(trx, entry, now);
    return { source: made, secrets: { pair, events: await keepEvents(deps, trx, request, null, now) }, before: null };
  }
  const before = await lockSource(trx, id);
  if (before?.authorityId !== authorityId) throw idTaken();
  checkVersion(request, before.version);
  const source = await updateSource(trx, authorityId, id, { settings, ...seal(deps, request, before) }, now);
  const change = { actor, authorityId, target: id, action: 'source.replace', ...auditedChange(before, source) };
  await writeAudit(trx, change, now);
  return { source, secrets: { pair: null, events: await keepEvents(deps, trx, request, before, now) }, before };
}

/** Keeps the endpoints as the settings ask for them. @returns the secret that was made, null where there is one */
async function keepEvents(
  deps: SourceDeps,
  trx: Trx,
  request: PutSourceRequest,
  before: ManagedSource | null,
  now: Date,
): Promise<NewEventSecret | null> {
  const { authorityId, id, settings } = request;
  const { events, appointmentResponses, fhirBaseUrl } = settings;
  const wanted: WantedEndpoint[] = [];
  if (events)
    wanted.push({
      channel: 'webhook',
      moved: before !== null && before.events?.url !== events.url,
      changed: !isDeepStrictEqual(before?.events, events),
    });
  if (appointmentResponses)
    wanted.push({
      channel: 'fhir',
      moved: before !== null && before.fhirBaseUrl !== fhirBaseUrl,
      changed: request.secrets?.fhirAuthorization !== undefined,
    });
  await keepEndpoints(trx, { authorityId, id }, wanted, now);
  if (!events || (await listSecrets(trx, 'event_secret', authorityId, id)).length > 0) return null;
  return makeEventSecret(deps, trx, request, now);
}

/** The two secrets as they are to be stored; undefined: the stored one stays. */
function seal(
  { keyring }: KeyringAccess,
  request: PutSourceRequest,
  before: ManagedSource | null,
): { hmacSecretCiphertext: Buffer | null | undefined; fhirAuthorizationCiphertext: Buffer | null | undefined } {
  const { authorityId, id, settings, secrets = NO_CHANGE } = request;
  const sealed = (column: string, clear: string | null | undefined) =>
    typeof clear === 'string' ? keyring.cipher.encrypt(authorityId, column, id, clear) : clear;
  // A new address must not receive the authorization that was meant for the server at the old one.
  const sameServer = before?.fhirBaseUrl === settings.fhirBaseUrl && settings.fhirBaseUrl !== null;
  const authorization = settings.fhirBaseUrl === null ? null : secrets.fhirAuthorization;
  return {
    hmacSecretCiphertext: settings.hmac === null ? null : sealed('source.hmac_secret', secrets.hmac),
    fhirAuthorizationCiphertext: sealed(
      'source.fhir_authorization',
      authorization === undefined && !sameServer ? null : authorization,
    ),
  };
}

/**
 * Audits that somebody imported a file for a source.
 * @param counts of its rows; nothing of what stands in them. `stopped`: the import ended before the file did
 */
export async function noteImport(
  { db }: DatabaseAccess,
  { authorityId, id, actor }: OwnSource,
  counts: { readonly rows: number; readonly accepted: number; readonly refused: number; readonly stopped?: true },
  now: Date,
): Promise<void> {
  await writeAudit(db, { actor, authorityId, target: id, action: 'source.import', after: counts }, now);
}

/** A source in a list, with when it last sent something. */
export interface SourceOverview extends LastOfSource {
  readonly source: ManagedSource;
}

const NOTHING_SENT: LastOfSource = { lastMessageAt: null, lastRefusedAt: null };

/** The authority's sources with their names, by id. */
export function readSourceNames(deps: DatabaseAccess, authorityId: string, page: IdPage): Promise<NamedSource[]> {
  return listSourceNames(deps.db, authorityId, page);
}

/** The sources `ids`, each with when it last sent something and was last refused, in the order of `ids`. */
export async function overviewOf(
  deps: DatabaseAccess,
  authorityId: string,
  ids: readonly string[],
): Promise<SourceOverview[]> {
  const sources = new Map((await findSources(deps.db, authorityId, ids)).map((source) => [source.id, source]));
  const last = await lastOfSources(deps.db, authorityId, ids);
  return ids.flatMap((id) => {
    const source = sources.get(id);
    return source ? { source, ...(last.get(id) ?? NOTHING_SENT) } : [];
  });
}

/** Reads when one source of an authority last sent something that was taken, and something that was refused. */
export async function readLastOf(
  deps: DatabaseAccess,
  { authorityId, id }: Pick<ManagedSource, 'authorityId' | 'id'>,
): Promise<LastOfSource> {
  return (await lastOfSources(deps.db, authorityId, [id])).get(id) ?? NOTHING_SENT;
}
