import type { Context } from 'hono';
import { inForce } from '../../../domain/authority.ts';
import type { Role } from '../../../domain/people/access.ts';
import { requireRight } from '../../../http/authorize.ts';
import type { HttpEnv } from '../../../http/env.ts';
import type { ReceiverAccess } from '../../../http/sources/source-request.ts';
import type { KeyringAccess, Logging, Waiting } from '../../../runtime/deps.ts';
import type { OutgoingAccess } from '../../../runtime/outgoing/http.ts';
import { type ManagedSource, readSource, type SourceView } from '../../../staff/sources/sources.ts';
import { useFrame } from '../../kit/context.tsx';
import type { PageRequest } from '../../kit/declared/visit.ts';
import { fieldOf } from '../../kit/forms.ts';
import type { PagesDeps } from '../../kit/frame.tsx';
import type { GroupPagePart } from '../../kit/group-page.tsx';
import { doneHref, hrefOf } from '../../kit/navigation.ts';
import { openSetUp, type SetUp, SetUpPage, setUpPath } from '../frame.tsx';
import { SET_UP_WORDS } from '../words.ts';
import type { SourcesWords } from './words.ts';

/** The dependencies of the pages of booking systems. */
export type SourcePagesDeps = PagesDeps & KeyringAccess & Logging & OutgoingAccess & Waiting & ReceiverAccess;

/** The address of the list of booking systems. */
export const SOURCES_PATH = setUpPath('sources');

/** A page about one booking system. */
export interface OpenedSource {
  readonly setUp: SetUp;
  readonly source: SourceView;
}

/**
 * Opens a page about the booking system in the address.
 * @param role the role that the page needs
 * @param authorityId the authority that a form names; left out: the one of the address
 * @returns a page that says so where the visitor may see no authority
 * @throws Problem 404 for a source or an authority that is not theirs, 403 without the role
 */
export async function openSource(
  c: Context<HttpEnv>,
  deps: SourcePagesDeps,
  role: Role,
  authorityId?: string,
): Promise<OpenedSource | Response> {
  const setUp = await openSetUp(c, deps, 'sources', authorityId);
  if (setUp instanceof Response) return setUp;
  requireRight(c, deps, `whole-${role}`, setUp.authority.id);
  return { setUp, source: await readSource(deps, setUp.authority.id, c.req.param('source') ?? '') };
}

/** The booking system in the address. @throws Problem 404 for one that the authority does not have */
export function sourceInAddress({ deps, authorityId, params }: PageRequest<SourcePagesDeps>): Promise<SourceView> {
  return readSource(deps, authorityId, params.source ?? '');
}

/** The way back to the page of a booking system. */
export function BackToSource({ source: { id, name } }: { readonly source: SourceView }) {
  const { authority, language } = useFrame();
  return (
    <p>
      <a href={hrefOf(`${SOURCES_PATH}/${id}`, authority)}>{SET_UP_WORDS[language].backTo(name)}</a>
    </p>
  );
}

/** A page below that of one booking system, with the way back to it. */
export function BelowSource({
  opened: { setUp, source },
  title,
  children,
  ...part
}: GroupPagePart & { readonly opened: OpenedSource; readonly title: string }) {
  return (
    <SetUpPage setUp={setUp} title={`${title}: ${source.name}`} {...part}>
      <BackToSource source={source} />
      {children}
    </SetUpPage>
  );
}

/** A form about one booking system, by somebody who may send it. */
export interface SourceForm {
  readonly form: Record<string, string | File | (string | File)[]>;
  readonly source: SourceView;
  readonly authorityId: string;
  readonly actor: string;
}

/** Reads a form about the booking system in the address. @throws Problem 404 and 403 as `openSource` */
export async function readSourceForm(
  c: Context<HttpEnv>,
  deps: SourcePagesDeps,
  role: Role = 'administrator',
): Promise<SourceForm> {
  const form = await c.req.parseBody({ all: true });
  const authorityId = fieldOf(form, 'authority');
  const { name: actor } = requireRight(c, deps, `whole-${role}`, authorityId);
  return { form, authorityId, actor, source: await readSource(deps, authorityId, c.req.param('source') ?? '') };
}

/** Leads back to the page of the booking system, which says what was done. */
export function backToSource(
  c: Context<HttpEnv>,
  { source, authorityId }: Pick<SourceForm, 'source' | 'authorityId'>,
  done: string,
): Response {
  return c.redirect(doneHref(`${SOURCES_PATH}/${source.id}`, { id: authorityId }, { done }), 303);
}

/** A source as pages show it: a pause that has ended, which its row still holds, is none. */
export function withoutEndedPause<T extends Pick<ManagedSource, 'paused'>>(source: T, now: Date): T {
  return inForce(source.paused, now) ? source : { ...source, paused: null };
}

/**
 * The words of whether a source is paused, and until when.
 * @param at formats a moment
 */
export function sourceState(
  { paused, mode }: Pick<ManagedSource, 'paused' | 'mode'>,
  words: SourcesWords,
  at: (moment: Date) => string,
): string {
  if (!paused) return mode === 'paused' ? words.pausedByMode : words.running;
  const since = words.pausedSince(at(paused.at));
  return paused.until ? `${since} ${words.pausedUntil(at(paused.until))}` : since;
}
