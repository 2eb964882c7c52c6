import type { Context } from 'hono';
import type { KeyringAccess, Logging } from '../../runtime/deps.ts';
import { INSTALLATION_ADMINISTRATOR, readerOf } from '../../staff/access.ts';
import { type OpenReplies, readOpenReplies } from '../../staff/replies.ts';
import type { HttpEnv } from '../env.ts';
import { type Frame, Framed, page } from './layout.tsx';
import type { SessionDeps } from './session.ts';

/** The dependencies of the pages under `/admin`. */
export interface PagesDeps extends SessionDeps, KeyringAccess, Logging {
  /** null: the simulator is not among the gateways. */
  readonly simulator: object | null;
}

/** The reader of every page: people have no accounts yet, and sign in with the administrator's token. */
export const PAGE_READER = readerOf(INSTALLATION_ADMINISTRATOR);

const MOST_AUTHORITIES = 1_000;

/** Reads the frame of a page, whose navigation counts open replies, and the authorities that one may choose from. */
export async function readFrame(
  deps: PagesDeps,
  title: string,
  current: Frame['current'],
): Promise<{ readonly frame: Frame; readonly authorities: OpenReplies['authorities'] }> {
  const { authorities, total } = await readOpenReplies(deps, MOST_AUTHORITIES);
  return { frame: { title, current, openReplies: total, simulator: deps.simulator !== null }, authorities };
}

/** The page of an installation without authorities. */
export async function noAuthority(c: Context<HttpEnv>, frame: Frame): Promise<Response> {
  return page(
    c,
    <Framed frame={frame}>
      <h1>{frame.title}</h1>
      <p class="empty">Der er ingen myndigheder endnu. De oprettes over API'et: PUT /v1/authorities/&#123;id&#125;.</p>
    </Framed>,
  );
}
