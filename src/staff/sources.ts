import { createHash, randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Database } from '../database/tables.ts';
import { inTransaction } from '../database/transaction.ts';
import type { SourceSettings } from '../domain/authority.ts';
import { notFound, Problem } from '../domain/errors.ts';
import { newId } from '../domain/ids.ts';
import type { Deps } from '../runtime/deps.ts';
import { writeAudit } from '../store/audit.ts';
import { findAuthority } from '../store/authorities.ts';
import {
  endSecret,
  insertSecret,
  insertSource,
  listSecrets,
  lockSource,
  type ManagedSource,
  raiseSourceVersion,
  releaseWaiting,
  updateSource,
} from './sources.sql.ts';

export { MAPPED_FIELDS, MAPPED_TYPES } from '../formats/mapping.ts';
export type { ManagedSource } from './sources.sql.ts';

type ManageDeps = Pick<Deps, 'db' | 'keyring'>;

/** Shown once, when made. */
export interface NewSecret {
  readonly id: string;
  readonly token: string;
  readonly webhookSecret: string;
}

/** Enough for any rotation, and few enough that each request can be compared with all. */
const MAX_SECRETS = 5;

/** What is kept encrypted and never shown. undefined: what is set stays; null: none. */
export interface SourceSecrets {
  readonly hmac: string | null | undefined;
  readonly fhirAuthorization: string | null | undefined;
}

const NO_CHANGE: SourceSecrets = { hmac: undefined, fhirAuthorization: undefined };

interface SourceRequest {
  readonly authorityId: string;
  readonly id: string;
  readonly actor: string;
}

/**
 * Creates the source with a first pair of secrets, or replaces all its settings.
 * @throws Problem 404 for an unknown authority, 409 when another authority has a source with this id
 */
export async function putSource(
  deps: ManageDeps,
  request: SourceRequest & { readonly settings: SourceSettings; readonly secrets?: SourceSecrets },
  now: Date,
): Promise<{ source: ManagedSource; secret: NewSecret | null }> {
  const { authorityId, id, actor, settings } = request;
  const result = await inTransaction(deps.db, async (trx) => {
    if (!(await findAuthority(trx, authorityId))) throw notFound('authority');
    const made = await insertSource(trx, authorityId, id, { settings, ...seal(deps, request, null) }, now);
    if (made) {
      const secret = await makeSecret(deps, trx, request, now);
      await writeAudit(trx, { actor, authorityId, target: id, action: 'source.create', after: settingsOf(made) }, now);
      return { source: made, secret, before: null };
    }
    const before = await lockSource(trx, id);
    if (before?.authorityId !== authorityId)
      throw new Problem(409, 'source-id-taken', 'This source id is taken: choose another one.');
    const source = await updateSource(trx, authorityId, id, { settings, ...seal(deps, request, before) }, now);
    const change = { before: settingsOf(before), after: settingsOf(source) };
    await writeAudit(trx, { actor, authorityId, target: id, action: 'source.replace', ...change }, now);
    return { source, secret: null, before };
  });
  if (result.before?.mode === 'paused' && settings.mode !== 'paused')
    await releaseWaiting(deps.db, authorityId, id, now);
  return { source: result.source, secret: result.secret };
}

/** What becomes of the two secrets; undefined: it stays. */
function seal(
  { keyring }: ManageDeps,
  request: SourceRequest & { readonly settings: SourceSettings; readonly secrets?: SourceSecrets },
  before: ManagedSource | null,
): { hmacSecretCiphertext: Buffer | null | undefined; fhirAuthorizationCiphertext: Buffer | null | undefined } {
  const { authorityId, settings, secrets = NO_CHANGE } = request;
  const sealed = (column: string, clear: string | null | undefined) =>
    typeof clear === 'string' ? keyring.cipher.encrypt(authorityId, column, clear) : clear;
  // Whoever may name another server must not have what was meant for the first sent there.
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

/** As the audit keeps them: whether there are secrets, never which. */
function settingsOf({
  id: _id,
  authorityId: _authorityId,
  version: _version,
  paused: _paused,
  ...settings
}: ManagedSource) {
  return settings;
}

async function makeSecret(
  deps: ManageDeps,
  trx: Transaction<Database>,
  { authorityId, id: sourceId }: SourceRequest,
  now: Date,
): Promise<NewSecret> {
  const secret = {
    id: newId(now),
    token: `est_${randomBytes(32).toString('base64url')}`,
    webhookSecret: `whsec_${randomBytes(32).toString('base64')}`,
  };
  const tokenHash = createHash('sha256').update(secret.token).digest();
  const webhookSecretCiphertext = deps.keyring.cipher.encrypt(
    authorityId,
    'source_secret.webhook_secret',
    secret.webhookSecret,
  );
  await insertSecret(trx, { id: secret.id, authorityId, sourceId, tokenHash, webhookSecretCiphertext }, now);
  return secret;
}

async function lockOwn(trx: Transaction<Database>, { authorityId, id }: SourceRequest): Promise<void> {
  const source = await lockSource(trx, id);
  if (source?.authorityId !== authorityId) throw notFound('source');
}

/**
 * A further pair beside those that let in already, for rotation.
 * @throws Problem 404; 409 when there are five
 */
export async function addSecret(deps: ManageDeps, request: SourceRequest, now: Date): Promise<NewSecret> {
  const { authorityId, id, actor } = request;
  return inTransaction(deps.db, async (trx) => {
    await lockOwn(trx, request);
    if ((await listSecrets(trx, authorityId, id)).length >= MAX_SECRETS) {
      throw new Problem(409, 'too-many-secrets', `A source may have ${MAX_SECRETS} pairs of secrets: end one first.`);
    }
    const secret = await makeSecret(deps, trx, request, now);
    await raiseSourceVersion(trx, authorityId, id, now);
    await writeAudit(
      trx,
      { actor, action: 'source.add-secret', authorityId, target: id, after: { secret: secret.id } },
      now,
    );
    return secret;
  });
}

/**
 * Ends one pair at once, be it the last.
 * @throws Problem 404
 */
export async function removeSecret(
  deps: ManageDeps,
  request: SourceRequest & { readonly secretId: string },
  now: Date,
): Promise<void> {
  const { authorityId, id, actor, secretId } = request;
  await inTransaction(deps.db, async (trx) => {
    await lockOwn(trx, request);
    if (!(await endSecret(trx, authorityId, id, secretId, now))) throw notFound('secret');
    await raiseSourceVersion(trx, authorityId, id, now);
    await writeAudit(
      trx,
      { actor, action: 'source.end-secret', authorityId, target: id, before: { secret: secretId } },
      now,
    );
  });
}
