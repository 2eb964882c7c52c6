import { type Actor, isAtLeast } from '../../domain/people/access.ts';
import { maskQuery } from '../../domain/text/masked-query.ts';
import type { ManagedSource } from './sources.sql.ts';

type Addresses = Pick<ManagedSource, 'events' | 'hmac'>;

/** The source as somebody may read it: the queries of its addresses, which may hold secrets, are for administrators. */
export function asReadBy<T extends Addresses>(actor: Actor, source: T): T {
  return isAtLeast(actor.role, 'administrator') ? source : withMaskedAddresses(source);
}

function withMaskedAddresses<T extends Addresses>(source: T): T {
  const { events, hmac } = source;
  return {
    ...source,
    events: events && { ...events, url: maskQuery(events.url) },
    hmac: hmac?.signedAddress ? { ...hmac, signedAddress: maskQuery(hmac.signedAddress) } : hmac,
  };
}

/** Settings as the audit keeps them. */
type AuditedSettings = Omit<ReturnType<typeof sourceSettingsOf>, 'events' | 'hmac'> & {
  readonly events: (NonNullable<ManagedSource['events']> & QueryNote) | null;
  readonly hmac: (NonNullable<ManagedSource['hmac']> & QueryNote) | null;
};

/** Tells a change of a query, whose address looks the same before and after. */
interface QueryNote {
  readonly queryChanged?: true;
}

/** The settings of a new source as the audit keeps them: whether there are secrets, never which. */
export function auditedSettings(source: ManagedSource): AuditedSettings {
  return sourceSettingsOf(withMaskedAddresses(source));
}

/** A change of settings as the audit keeps it; `queryChanged` stands where the query of an address alone changed. */
export function auditedChange(
  before: ManagedSource,
  after: ManagedSource,
): { readonly before: AuditedSettings; readonly after: AuditedSettings } {
  const { events, hmac, ...rest } = auditedSettings(after);
  return {
    before: auditedSettings(before),
    after: {
      ...rest,
      events: events && { ...events, ...noteOf(before.events?.url, after.events?.url) },
      hmac: hmac && { ...hmac, ...noteOf(before.hmac?.signedAddress, after.hmac?.signedAddress) },
    },
  };
}

function noteOf(before: string | null | undefined, after: string | null | undefined): QueryNote {
  if (!before || !after || before === after) return {};
  return maskQuery(before) === maskQuery(after) ? { queryChanged: true } : {};
}

/** The settings of a source: whether there are secrets, never which. */
export function sourceSettingsOf({
  id: _id,
  authorityId: _authorityId,
  version: _version,
  paused: _paused,
  ...settings
}: ManagedSource) {
  return settings;
}
