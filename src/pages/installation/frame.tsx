import type { Menu } from '../kit/navigation.ts';
import type { Bilingual } from '../kit/words.ts';
import { INSTALLATION_WORDS } from './words.ts';

/** The entry of the navigation that the page belongs to. */
export const INSTALLATION: Menu = {
  name: 'installation',
  path: '/admin/installation',
  label: { da: 'Installation', en: 'Installation' },
  right: 'installation',
};

/** The addresses of the pages of the installation. */
export const INSTALLATION_PATHS = {
  health: '/admin/installation',
  authorities: '/admin/installation/authorities',
  people: '/admin/installation/people',
  audit: '/admin/installation/audit',
} as const;
type InstallationPageName = keyof typeof INSTALLATION_PATHS;

/** The name of a page among those of the installation. */
export function installationTab(page: InstallationPageName): Bilingual<string> {
  return { da: INSTALLATION_WORDS.da.pages[page], en: INSTALLATION_WORDS.en.pages[page] };
}
