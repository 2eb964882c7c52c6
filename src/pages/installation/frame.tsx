import type { Context } from 'hono';
import { notFound } from '../../domain/errors.ts';
import { may } from '../../domain/people/access.ts';
import type { HttpEnv } from '../../http/env.ts';
import { type PagesDeps, readFrame } from '../kit/frame.tsx';
import type { Frame } from '../kit/layout.tsx';
import { GroupPage, type GroupPagePart } from '../set-up/group-page.tsx';
import { INSTALLATION_WORDS } from './words.ts';

/** The addresses of the pages of the installation. */
export const INSTALLATION_PATHS = {
  health: '/admin/installation',
  authorities: '/admin/installation/authorities',
  people: '/admin/installation/people',
  audit: '/admin/installation/audit',
} as const;
/** A page of the installation. */
export type InstallationPageName = keyof typeof INSTALLATION_PATHS;

/** A zone for moments that belong to no authority. */
export const INSTALLATION_ZONE = 'Europe/Copenhagen';

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
    current: 'installation',
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
  const words = INSTALLATION_WORDS[frame.language];
  const names = Object.keys(INSTALLATION_PATHS) as InstallationPageName[];
  const entries = names.map((name) => [INSTALLATION_PATHS[name], words.pages[name]] as const);
  return <GroupPage frame={frame} label={words.title} entries={entries} current={INSTALLATION_PATHS[page]} {...part} />;
}
