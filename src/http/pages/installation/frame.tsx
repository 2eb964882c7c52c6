import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import { notFound } from '../../../domain/errors.ts';
import { INSTALLATION_ADMINISTRATOR } from '../../../staff/access.ts';
import { hasRoleEverywhere } from '../../../staff/people/visitor.ts';
import type { HttpEnv } from '../../env.ts';
import { Done, SubNavigation } from '../elements.tsx';
import { type PagesDeps, readFrame } from '../frame.tsx';
import { type Frame, Framed } from '../layout.tsx';
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
  if (!hasRoleEverywhere(visitor, 'administrator')) throw notFound('page');
  return visitor.personId === null ? INSTALLATION_ADMINISTRATOR.name : `person:${visitor.personId}`;
}

/** Reads the frame of a page of the installation. @throws Problem 404 as `installationActor` */
export async function openInstallationPage(
  c: Context<HttpEnv>,
  deps: PagesDeps,
  page: InstallationPageName,
): Promise<InstallationFrame> {
  const actor = installationActor(c);
  const title = INSTALLATION_WORDS[c.var.language].pages[page];
  // The page is about no authority, whatever its address says.
  const { frame } = await readFrame(c, deps, { title, current: 'installation', authorityId: '' });
  return { frame: { ...frame, authority: null }, actor, page };
}

/** A page of the installation: navigation between them, the title, the sentence of what was done. */
export function InstallationPage({
  opened: { frame, page },
  title = frame.title,
  done,
  children,
}: {
  readonly opened: Pick<InstallationFrame, 'frame' | 'page'>;
  readonly title?: string;
  readonly done?: string | null | undefined;
  readonly children: Child;
}) {
  const words = INSTALLATION_WORDS[frame.language];
  const names = Object.keys(INSTALLATION_PATHS) as InstallationPageName[];
  return (
    <Framed frame={{ ...frame, title }}>
      <SubNavigation
        frame={frame}
        label={words.title}
        entries={names.map((name) => [INSTALLATION_PATHS[name], words.pages[name]] as const)}
        current={INSTALLATION_PATHS[page]}
      />
      <h1>{title}</h1>
      <Done text={done} />
      {children}
    </Framed>
  );
}
