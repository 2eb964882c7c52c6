import type { AuthoritySettings } from '../../domain/authority.ts';
import type { Fault } from '../../domain/errors.ts';
import { authoritySettings, toAuthoritySettingsBody } from '../../http/schemas/authority.ts';
import { type SettingsRules, settingsFaults } from '../../staff/authorities/authority-settings.ts';

/**
 * Faults that the installation finds in the rest of a form of which the schema refuses some settings, so that the form
 * comes back once, with all that is wrong in it.
 * @param form the settings that the form says, in the words of the API
 * @param refused the names of those that the schema refuses
 * @param sound settings that stand for these, and for those that the form does not say
 */
export function faultsOfRest(
  deps: SettingsRules,
  form: Readonly<Record<string, unknown>>,
  refused: ReadonlySet<string>,
  sound: AuthoritySettings,
): Fault[] {
  const rest = Object.fromEntries(Object.entries(form).filter(([name]) => !refused.has(name)));
  const read = authoritySettings.safeParse({ ...toAuthoritySettingsBody(sound), ...rest });
  if (!read.success) return [];
  return settingsFaults(deps, read.data).filter(({ pointer }) => Object.hasOwn(rest, pointer.split('/')[1] ?? ''));
}
