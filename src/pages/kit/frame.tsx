import type { Context } from 'hono';
import { notFound } from '../../domain/errors.ts';
import { usedGateways } from '../../domain/gateway-state.ts';
import { actorIn, authoritiesOf, installationRole } from '../../domain/people/access.ts';
import type { HttpEnv } from '../../http/env.ts';
import type { SendingPermission, TemplateAccess } from '../../runtime/deps.ts';
import type { DryRunMessageDeps } from '../../sources/dry-run/dry-run-message.ts';
import type { SettingsRules } from '../../staff/authorities/authorities.ts';
import { type OwnAuthority, readOwnAuthorities } from '../../staff/own-authorities.ts';
import type { Frame } from './context.tsx';
import { page } from './document.tsx';
import { formProof } from './forms.ts';
import { addressIn, otherOf } from './language.ts';
import { Framed } from './layout.tsx';
import { LAYOUT_WORDS } from './layout-words.ts';
import { FOCUS_FIELD, FOUND_ID, hrefOf } from './navigation.ts';
import type { SignInDeps } from './session.ts';
import type { SiteAccess } from './site.ts';

/** The dependencies of the pages under `/admin`. */
export interface PagesDeps extends SignInDeps, SettingsRules, SendingPermission, TemplateAccess, DryRunMessageDeps {
  /** null: the simulator is not among the gateways. */
  readonly simulator: object | null;
}

/** More authorities than these are chosen on a page of their own: a list of them all would weigh down each page. */
const MOST_AUTHORITIES = 30;

/** The authority of a page, with how many of its replies wait for a person. */
export type PageAuthority = OwnAuthority;

/** The page that a frame is read for. */
export interface FrameChoice {
  readonly title: string;
  readonly current: Frame['current'];
  /** The authority that a form names; left out: the one of the address. */
  readonly authorityId?: string | undefined;
  /** Finds the authority to show where none is named, among the first ones; left out: the first. */
  readonly prefer?: (authority: PageAuthority) => boolean;
}

/**
 * Reads the frame of a page, whose navigation counts the open replies of the authority that it shows, and that
 * authority; null for somebody who may see none.
 * @throws Problem 404 when the address names an authority that is not the visitor's
 */
export async function readFrame(
  c: Context<HttpEnv>,
  deps: PagesDeps,
  { title, current, authorityId = c.req.query('authority'), prefer = () => true }: FrameChoice,
): Promise<{ readonly frame: Frame; readonly authority: PageAuthority | null }> {
  const { language, visitor } = c.var;
  const named = authorityId === '' ? undefined : authorityId;
  const own = await readOwnAuthorities(deps, visitor, { limit: MOST_AUTHORITIES, named });
  const { authorities, more } = own;
  const authority = chosenOf(authorities, named) ?? authorities.find(prefer) ?? authorities[0] ?? null;
  const actor = authority && actorIn(visitor, authority.id);
  const frame = {
    language,
    title,
    current,
    name: visitor.name,
    authority,
    openReplies: authority?.openReplies ?? 0,
    authorities: more ? null : authorities,
    otherLanguage: otherLanguageOf(c, deps, authority),
    proof: formProof(c, deps),
    site: deps.site,
    refused: null,
    asked: c.req.query(FOCUS_FIELD) === FOUND_ID,
    simulator: deps.simulator !== null,
    clockOff: deps.sending.clocksApart ?? false,
    unsent: unsentIn(deps, authority),
    role: actor?.role ?? null,
    installationRole: installationRole(visitor.accesses),
    limited: Boolean(actor?.departments),
  };
  return { frame, authority };
}

/** The cause that holds all reminders of an authority; null: none that the frame tells of. */
function unsentIn({ sending, gateways }: PagesDeps, authority: PageAuthority | null): Frame['unsent'] {
  if (sending.heldReason() !== null) return 'sending_off';
  if (authority === null) return null;
  const used = usedGateways(
    gateways.map(({ id }) => id),
    authority.gateways,
  );
  return used.every((id) => authority.gatewaysOut.includes(id)) ? 'no_gateway' : null;
}

/** The address of the page in the other language; that of the form's page where this is the response to a form. */
function otherLanguageOf(c: Context<HttpEnv>, { site }: SiteAccess, authority: PageAuthority | null): string {
  const language = otherOf(c.var.language);
  if (c.req.method !== 'POST') return addressIn(c, language);
  return hrefOf(site.pagePathOf(c.req.path), authority, { language });
}

function chosenOf(authorities: readonly PageAuthority[], id: string | undefined): PageAuthority | undefined {
  if (id === undefined) return undefined;
  const chosen = authorities.find((authority) => authority.id === id);
  if (!chosen) throw notFound('authority');
  return chosen;
}

/** The page of an installation without authorities, or of somebody who may see none. */
export async function noAuthority(c: Context<HttpEnv>, frame: Frame): Promise<Response> {
  const words = LAYOUT_WORDS[frame.language];
  return page(
    c,
    <Framed frame={frame}>
      <h1>{frame.title}</h1>
      <p class="empty">{authoritiesOf(c.var.visitor) === null ? words.noAuthority : words.noAccess}</p>
      {authoritiesOf(c.var.visitor) === null && frame.installationRole === 'administrator' && (
        <p>
          <a class="button" href="/admin/installation/authorities">
            {words.createFirst}
          </a>
        </p>
      )}
    </Framed>,
  );
}
