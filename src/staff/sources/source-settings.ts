import type { ManagedSource } from './sources.sql.ts';

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
