import type { Context } from 'hono';
import type { Role } from '../../../domain/people/access.ts';
import { requireRight } from '../../../http/authorize.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { readSource, type SourceView } from '../../../staff/sources/sources.ts';
import { fieldOf } from '../../kit/forms.ts';
import type { GroupPagePart } from '../../kit/group-page.tsx';
import { doneHref, hrefOf } from '../../kit/navigation.ts';
import { openSetUp, type SetUp, SetUpPage, setUpPath } from '../frame.tsx';
import { SET_UP_WORDS } from '../words.ts';
import type { SourcePagesDeps } from './deps.ts';

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

/** A page below that of one booking system, with the way back to it. */
export function BelowSource({
  opened: { setUp, source },
  title,
  children,
  ...part
}: GroupPagePart & { readonly opened: OpenedSource; readonly title: string }) {
  const back = SET_UP_WORDS[setUp.frame.language].backTo(source.name);
  return (
    <SetUpPage setUp={setUp} title={`${title}: ${source.name}`} {...part}>
      <p>
        <a href={hrefOf(`${SOURCES_PATH}/${source.id}`, setUp.authority)}>{back}</a>
      </p>
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

/** Leads back to the page of the booking system, or to one below it, which says what was done. */
export function backToSource(
  c: Context<HttpEnv>,
  { source, authorityId }: Pick<SourceForm, 'source' | 'authorityId'>,
  done: string,
  below = '',
): Response {
  return c.redirect(doneHref(`${SOURCES_PATH}/${source.id}${below}`, { id: authorityId }, { done }), 303);
}
