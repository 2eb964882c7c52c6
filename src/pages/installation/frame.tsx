import type { Context } from 'hono';
import { notFound } from '../../domain/errors.ts';
import { may } from '../../domain/people/access.ts';
import type { HttpEnv } from '../../http/env.ts';
import type { Frame } from '../kit/context.tsx';
import { type PagesDeps, readFrame } from '../kit/frame.tsx';
import { GroupPage, type GroupPagePart } from '../kit/group-page.tsx';
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
/** A page of the installation. */
export type InstallationPageName = keyof typeof INSTALLATION_PATHS;

/** A page of the installation, and its visitor's name for the audit. */
export interface InstallationFrame {
  readonly frame: Frame;
  readonly actor: string;
  readonly page: InstallationPageName;
}

/**
 * The visitor's name for the audit.
 * @throws Problem 404 for everybody but administrators of the whole installation, as for a page that does not exist
 */
export function installationActor(c: Context<HttpEnv>): string {
  const { visitor } = c.var;
  if (!may(visitor, 'installation')) throw notFound('page');
  return visitor.actor;
}

/** Reads the frame of a page of the installation. @throws Problem 404 as `installationActor` */
export async function openInstallationPage(
  c: Context<HttpEnv>,
  deps: PagesDeps,
  page: InstallationPageName,
): Promise<InstallationFrame> {
  const actor = installationActor(c);
  const title = INSTALLATION_WORDS[c.var.language].pages[page];
  // The page is about no authority, whatever its address says; the count of replies is of where their link leads.
  const { frame } = await readFrame(c, deps, {
    title,
    current: INSTALLATION,
    authorityId: '',
    prefer: ({ openReplies }) => openReplies > 0,
  });
  return { frame: { ...frame, authority: null }, actor, page };
}

/** A page of the installation, with links to the others. */
export function InstallationPage({
  opened: { frame, page },
  ...part
}: GroupPagePart & { readonly opened: InstallationFrame }) {
  return <GroupPage frame={frame} path={INSTALLATION_PATHS[page]} {...part} />;
}

/** The name of a page among those of the installation. */
export function installationTab(page: InstallationPageName): Bilingual<string> {
  return { da: INSTALLATION_WORDS.da.pages[page], en: INSTALLATION_WORDS.en.pages[page] };
}
