import type { AuthoritySettings } from '../../domain/authority.ts';
import type { Bilingual } from '../kit/words.ts';
import { type AuthorityPart, type AuthoritySetting, GROUPS, type SettingGroup, type SettingsPage } from './groups.ts';
import { PLANNING_SETTINGS } from './planning.ts';
import { REPLY_SETTINGS } from './replies.ts';
import { SENDER_SETTINGS } from './sender.tsx';
import type { Settings } from './setting.ts';

/** The settings of an authority, in the order in which they stand in their groups. */
export const AUTHORITY_SETTINGS: AuthorityPart = { ...PLANNING_SETTINGS, ...REPLY_SETTINGS, ...SENDER_SETTINGS };

const ALL = Object.entries<AuthoritySetting<never>>(AUTHORITY_SETTINGS);

/** The settings that the installation has a form for, in the order of that. */
export const INSTALLATION_SETTINGS: Settings = Object.fromEntries(
  ALL.filter(([, { installation }]) => installation !== undefined).sort(
    ([, { installation: a = 0 }], [, { installation: b = 0 }]) => a - b,
  ),
);

/** Some of the settings, in this order. */
export function picked(names: readonly (keyof AuthoritySettings)[]): Settings {
  return Object.fromEntries(names.map((name) => [name, AUTHORITY_SETTINGS[name]]));
}

/** The groups of a page with their settings, in their order. */
export function groupsOn(
  page: SettingsPage,
): { readonly title: Bilingual<string> | undefined; readonly settings: Settings }[] {
  const groups = Object.entries<SettingGroup>(GROUPS).filter(([, group]) => group.page === page);
  return groups.map(([name, { title }]) => ({
    title,
    settings: Object.fromEntries(ALL.filter(([, { group }]) => group === name)),
  }));
}

/** All settings of a page. */
export function settingsOn(page: SettingsPage): Settings {
  return Object.assign({}, ...groupsOn(page).map(({ settings }) => settings));
}

/** The names of settings of an authority. */
export const namesOf = (settings: Settings): (keyof AuthoritySettings)[] =>
  Object.keys(settings) as (keyof AuthoritySettings)[];
