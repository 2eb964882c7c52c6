import { randomBytes } from 'node:crypto';
import type { Trx } from '../../database/tables.ts';
import { inTransaction } from '../../database/transaction.ts';
import { notFound, Problem } from '../../domain/errors.ts';
import { newId } from '../../domain/ids.ts';
import { secretRow } from '../../domain/keyring.ts';
import { sha256 } from '../../domain/sha256.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { EVENT_SECRET, listSecrets } from '../../store/event-endpoints.ts';
import {
  endSecret,
  insertEventSecret,
  insertSecret,
  lockSource,
  type ManagedSource,
  raiseSourceVersion,
} from './sources.sql.ts';

type SecretDeps = DatabaseAccess & KeyringAccess;

/** The source that is changed; `actor` is a name for the audit. */
export interface OwnSource {
  readonly authorityId: string;
  readonly id: string;
  readonly actor: string;
}

/** A secret pair in clear, as it is shown once, when it is made. */
export interface NewSecret {
  readonly id: string;
  /** `est_` and 32 random bytes in base64url. */
  readonly token: string;
  /** Standard Webhooks: `whsec_` and 32 random bytes in base64. */
  readonly webhookSecret: string;
}

/** The most secrets of a source: enough for any rotation, and few enough that each request can be compared with all. */
const MAX_SECRETS = 5;

/** Makes and stores a pair within the caller's transaction. */
export async function makeSecret(
  deps: SecretDeps,
  trx: Trx,
  { authorityId, id: sourceId }: OwnSource,
  now: Date,
): Promise<NewSecret> {
  const secret = {
    id: newId(now),
    token: `est_${randomBytes(32).toString('base64url')}`,
    webhookSecret: `whsec_${randomBytes(32).toString('base64')}`,
  };
  const row = secretRow(sourceId, secret.id);
  const sealed = deps.keyring.cipher.encrypt(authorityId, 'source_secret.webhook_secret', row, secret.webhookSecret);
  const own = { id: secret.id, authority_id: authorityId, source_id: sourceId };
  await insertSecret(trx, { ...own, token_hash: sha256(secret.token), webhook_secret_ciphertext: sealed }, now);
  return secret;
}

/**
 * Locks the source until the transaction ends.
 * @param mode `share`: nobody changes it meanwhile, and hand-overs, which lock it likewise, don't wait
 * @throws Problem 404 for an unknown one, or another authority's
 */
export async function lockOwn(
  trx: Trx,
  { authorityId, id }: Omit<OwnSource, 'actor'>,
  mode: 'update' | 'share' = 'update',
): Promise<ManagedSource> {
  const source = await lockSource(trx, id, mode);
  if (source?.authorityId !== authorityId) throw notFound('source');
  return source;
}

/** 409 for one more secret than a source may have. */
function tooManySecrets(): Problem {
  return new Problem(409, 'too-many-secrets', `A source may have ${MAX_SECRETS} pairs of secrets: end one first.`);
}

/**
 * Makes a further pair, for rotation: the pairs made before stay valid.
 * @throws Problem 404 for an unknown source, 409 when it has five pairs
 */
export async function addSecret(deps: SecretDeps, request: OwnSource, now: Date): Promise<NewSecret> {
  const { authorityId, id, actor } = request;
  return inTransaction(deps.db, async (trx) => {
    await lockOwn(trx, request);
    if ((await listSecrets(trx, 'source_secret', authorityId, id)).length >= MAX_SECRETS) throw tooManySecrets();
    const secret = await makeSecret(deps, trx, request, now);
    await raiseSourceVersion(trx, authorityId, id, now);
    const entry = { actor, action: 'source.add-secret', authorityId, target: id, after: { secret: secret.id } };
    await writeAudit(trx, entry, now);
    return secret;
  });
}

/**
 * Ends one pair at once, be it the last, or one secret for events.
 * @throws Problem 404 for an unknown source or secret, 409 for the last secret of an endpoint for events
 */
export async function removeSecret(
  deps: SecretDeps,
  request: OwnSource & { readonly secretId: string },
  now: Date,
): Promise<void> {
  const { authorityId, id, actor, secretId } = request;
  await inTransaction(deps.db, async (trx) => {
    const source = await lockOwn(trx, request);
    const secret = { authorityId, sourceId: id, id: secretId };
    const isPair = await endSecret(trx, 'source_secret', secret, now);
    if (!isPair && !(await endSecret(trx, 'event_secret', secret, now))) throw notFound('secret');
    if (isPair) await raiseSourceVersion(trx, authorityId, id, now);
    else if (source.events !== null && (await listSecrets(trx, 'event_secret', authorityId, id)).length === 0)
      throw new Problem(409, 'last-secret', 'Events are signed with this secret alone: make another one first.');
    const action = isPair ? 'source.end-secret' : 'source.end-event-secret';
    await writeAudit(trx, { actor, action, authorityId, target: id, before: { secret: secretId } }, now);
  });
}

/** A secret that events are signed with, in clear, as it is shown once, when it is made. */
export interface NewEventSecret {
  readonly id: string;
  /** Standard Webhooks: `whsec_` and 32 random bytes in base64. */
  readonly secret: string;
}

/** Makes and stores a secret within the caller's transaction. */
export async function makeEventSecret(
  deps: KeyringAccess,
  trx: Trx,
  { authorityId, id: sourceId }: OwnSource,
  now: Date,
): Promise<NewEventSecret> {
  const made = { id: newId(now), secret: `whsec_${randomBytes(32).toString('base64')}` };
  const row = secretRow(sourceId, made.id);
  const sealed = deps.keyring.cipher.encrypt(authorityId, EVENT_SECRET, row, made.secret);
  const own = { id: made.id, authority_id: authorityId, source_id: sourceId };
  await insertEventSecret(trx, { ...own, secret_ciphertext: sealed }, now);
  return made;
}

/**
 * Makes a further secret, for rotation: until one is ended, events carry a signature by each.
 * @throws Problem 404 for an unknown source, 409 when it has five, or no endpoint for events
 */
export async function addEventSecret(deps: SecretDeps, request: OwnSource, now: Date): Promise<NewEventSecret> {
  const { authorityId, id, actor } = request;
  return inTransaction(deps.db, async (trx) => {
    const source = await lockOwn(trx, request);
    if (source.events === null)
      throw new Problem(409, 'no-event-endpoint', 'This source has no `events`: set an endpoint first.');
    if ((await listSecrets(trx, 'event_secret', authorityId, id)).length >= MAX_SECRETS) throw tooManySecrets();
    const made = await makeEventSecret(deps, trx, request, now);
    const entry = { actor, authorityId, target: id, action: 'source.add-event-secret', after: { secret: made.id } };
    await writeAudit(trx, entry, now);
    return made;
  });
}
