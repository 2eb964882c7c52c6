import { createHash } from 'node:crypto';
import { inTransaction } from '../../database/transaction.ts';
import type { Authority, AuthoritySettings } from '../../domain/authority.ts';
import { changedMeanwhile, type Fault, notFound, refusedRequest } from '../../domain/errors.ts';
import type { IdPage } from '../../domain/ids.ts';
import type { DatabaseAccess, GatewayAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import {
  findAuthorities,
  findAuthority,
  insertAuthority,
  listAuthorities,
  listAuthorityNames,
  lockAuthority,
  updateAuthority,
} from '../../store/authorities.ts';
import { protectedSenderFault, senderFaults } from '../gateways/rules.ts';

/** The authority's settings. @throws Problem 404 for an unknown authority */
export async function readAuthority(deps: DatabaseAccess, id: string): Promise<Authority> {
  const authority = await findAuthority(deps.db, id);
  if (!authority) throw notFound('authority');
  return authority;
}

/** The names of authorities by their ids; an unknown one is missing. */
export async function authorityNames(
  deps: DatabaseAccess,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await findAuthorities(deps.db, [...new Set(ids)]);
  return new Map(found.map(({ id, name }) => [id, name]));
}

/** True where there is an authority with this id. */
export async function isAuthority(deps: DatabaseAccess, id: string): Promise<boolean> {
  return (await findAuthority(deps.db, id)) !== undefined;
}

/**
 * Authorities by id.
 * @param page.only the id of the only one that is wanted; null: all
 */
export async function readAuthorities(
  deps: DatabaseAccess,
  page: IdPage & { readonly only: string | null },
): Promise<Authority[]> {
  return listAuthorities(deps.db, page);
}

/** Ids and names of all authorities, by id. */
export function readAuthorityNames(deps: DatabaseAccess, page: IdPage): Promise<Pick<Authority, 'id' | 'name'>[]> {
  return listAuthorityNames(deps.db, page);
}

/** Authorities as they are now, in the order of `ids`; one that is unknown is left out. */
export async function readAuthoritiesOf(deps: DatabaseAccess, ids: readonly string[]): Promise<Authority[]> {
  const found = new Map((await findAuthorities(deps.db, ids)).map((authority) => [authority.id, authority]));
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** An authority as somebody wants it; `actor` is a name for the audit. */
interface PutRequest {
  readonly id: string;
  readonly settings: AuthoritySettings;
  readonly actor: string;
}

/** Creates an authority. @returns undefined where there is one with this id, which stays as it is */
export async function createAuthority(
  deps: DatabaseAccess,
  { id, settings, actor }: PutRequest,
  now: Date,
): Promise<Authority | undefined> {
  return inTransaction(deps.db, async (trx) => {
    const made = await insertAuthority(trx, id, settings, now);
    const entry = { actor, action: 'authority.create', authorityId: id, target: id, after: settings };
    if (made) await writeAudit(trx, entry, now);
    return made;
  });
}

/** Creates the authority or replaces all its settings; its pause stays. */
export async function putAuthority(
  deps: DatabaseAccess,
  request: PutRequest,
  now: Date,
): Promise<{ created: boolean; authority: Authority }> {
  const { id, settings, actor } = request;
  return inTransaction(deps.db, async (trx) => {
    const made = await insertAuthority(trx, id, settings, now);
    const before = made ? undefined : await lockAuthority(trx, id);
    const authority = made ?? (await updateAuthority(trx, id, settings, now));
    const action = made ? 'authority.create' : 'authority.replace';
    const entry = { actor, action, authorityId: id, target: id, after: settings };
    await writeAudit(trx, { ...entry, before: before && authoritySettingsOf(before) }, now);
    return { created: made !== undefined, authority };
  });
}

/** The settings of an authority, as an administrator sends and the audit keeps them: without id, version and pause. */
export function authoritySettingsOf({
  id: _id,
  version: _version,
  paused: _paused,
  ...settings
}: Authority): AuthoritySettings {
  return settings;
}

/** Dependencies of the rules for settings of an authority, beside their form. */
export interface SettingsRules extends GatewayAccess {
  /** EASYSMS_ALLOWED_SENDERS. */
  readonly allowedSenders: readonly string[];
}

/** Everything that the installation refuses in settings: names of others, unknown gateways, senders they don't take. */
export function settingsFaults(deps: SettingsRules, settings: AuthoritySettings): Fault[] {
  return [
    ...protectedSenders(settings, deps.allowedSenders),
    ...unknownGateways(settings.gateways, deps),
    ...senderFaults(deps.gateways, settings),
  ];
}

function protectedSenders({ sender, senders }: AuthoritySettings, allowed: readonly string[]): Fault[] {
  const own = Object.entries(senders).map(([country, each]) => [`/senders/${country}`, each] as const);
  return [['/sender', sender] as const, ...own].flatMap(
    ([pointer, each]) => protectedSenderFault(pointer, each, allowed) ?? [],
  );
}

function unknownGateways(gateways: readonly string[], { gateways: configured }: GatewayAccess): Fault[] {
  return gateways.flatMap((id, nth) => {
    if (configured.some((gateway) => gateway.id === id)) return [];
    const known = configured.map((gateway) => gateway.id).join(', ');
    return { pointer: `/gateways/${nth}`, code: 'unknown_gateway', detail: `No such gateway is configured: ${known}.` };
  });
}

const RULED: readonly SettingName[] = ['sender', 'senders', 'gateways', 'allowedCountries'];

type SettingName = keyof AuthoritySettings;

/** A mark of some settings as they stand: it changes when any of them does, and with nothing else of the authority. */
export function settingsMark(authority: Authority, names: readonly SettingName[]): string {
  const values = [...names].sort().map((name) => [name, authority[name]]);
  return createHash('sha256').update(JSON.stringify(values, sortedKeys)).digest('base64url');
}

/** Objects come from the database with their keys in no order of ours. */
function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Replaces some settings of an authority; all others stay as they are at that moment.
 * @param request.seen the mark of these settings when they were read
 * @throws Problem 404 for an unknown authority; 409 `changed` when somebody else has changed one of them since; 422 for
 * settings that the installation refuses
 * @returns false where they are what is stored already: nothing is written, and nothing audited
 */
export async function changeSettings(
  deps: DatabaseAccess & SettingsRules,
  request: {
    readonly authorityId: string;
    readonly changes: Partial<AuthoritySettings>;
    readonly seen: string;
    readonly actor: string;
  },
  now: Date,
): Promise<boolean> {
  const { authorityId, changes, seen, actor } = request;
  return inTransaction(deps.db, async (trx) => {
    const before = await lockAuthority(trx, authorityId);
    if (!before) throw notFound('authority');
    const names = Object.keys(changes) as SettingName[];
    if (settingsMark(before, names) !== seen)
      throw changedMeanwhile('Somebody else has changed these settings in the meantime: read them again.');
    if (settingsMark({ ...before, ...changes }, names) === seen) return false;
    const settings = { ...authoritySettingsOf(before), ...changes };
    // A decision of the installation must not keep anybody from changing something else.
    const faults = RULED.some((name) => name in changes) ? settingsFaults(deps, settings) : [];
    if (faults.length > 0) throw refusedRequest(faults);
    await updateAuthority(trx, authorityId, settings, now);
    const entry = { actor, action: 'authority.replace', authorityId, target: authorityId };
    await writeAudit(trx, { ...entry, before: authoritySettingsOf(before), after: settings }, now);
    return true;
  });
}
