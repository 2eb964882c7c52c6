import type { Context } from 'hono';
import type { AuthoritySettings } from '../../domain/authority.ts';
import { isChangedMeanwhile, Problem } from '../../domain/errors.ts';
import type { HttpEnv } from '../../http/env.ts';
import { authoritySettings, toAuthorityBody } from '../../http/schemas/authority.ts';
import { authoritySettingsOf, readAuthority } from '../../staff/authorities/authorities.ts';
import { changeSettings, settingsFaults, settingsMark } from '../../staff/authorities/authority-settings.ts';
import { Fault, page } from '../kit/document.tsx';
import type { Faults } from '../kit/fields.tsx';
import { DONE_ID, hrefOf } from '../kit/navigation.ts';
import { gatewaysToPlace } from '../rules/values.ts';
import type { AuthorityPagesDeps } from './authorities-page.tsx';
import {
  AuthorityForm,
  FORM_SETTINGS,
  faultsIn,
  faultsOfForm,
  samePlaces,
  storedAuthority,
  type TypedAuthority,
  toSettings,
  typedAuthority,
} from './authority-form.tsx';
import { AUTHORITIES_WORDS } from './authority-words.ts';
import { INSTALLATION_PATHS, InstallationPage, installationActor, openInstallationPage } from './frame.tsx';
import { INSTALLATION_WORDS } from './words.ts';

const PATH = INSTALLATION_PATHS.authorities;

/** A form that was not saved: what is wrong with its fields, or that somebody else has changed the authority. */
interface Refused {
  readonly typed: TypedAuthority;
  readonly faults: Faults | 'changed';
}

/** `GET /admin/installation/authorities/{authority}`, and its form with what was typed and the faults in it. */
export async function authorityPage(
  c: Context<HttpEnv>,
  deps: AuthorityPagesDeps,
  refused: Refused | null = null,
): Promise<Response> {
  const opened = await openInstallationPage(c, deps, 'authorities');
  const { frame } = opened;
  const authority = await readAuthority(deps, c.req.param('authority') ?? '');
  const words = AUTHORITIES_WORDS[frame.language];
  const sentences = INSTALLATION_WORDS[frame.language].done;
  const done = Object.entries(sentences).find(([word]) => word === c.req.query('done'))?.[1] ?? null;
  const changed = refused?.faults === 'changed';
  const faults = refused && refused.faults !== 'changed' ? refused.faults : {};
  const typed = refused?.typed ?? storedAuthority(authority);
  return page(
    c,
    <InstallationPage opened={opened} title={authority.name} done={done}>
      <Fault text={changed ? words.changed : refused ? words.check : undefined} />
      <p>
        <a href={PATH}>{words.back}</a>
      </p>
      <p>
        <a class="button plain" href={hrefOf('/admin/set-up/sources', authority)}>
          {words.setUp}
        </a>
      </p>
      <h2>{words.change}</h2>
      <AuthorityForm
        frame={frame}
        id={authority.id}
        typed={typed}
        faults={faults}
        gateways={gatewaysToPlace(deps.gateways, authority, typed.places)}
      />
    </InstallationPage>,
    refused ? (changed ? 409 : 422) : 200,
  );
}

/** `POST /admin/installation/authorities/{authority}`. Settings that have no field here stay as they are. */
export async function authorityForm(c: Context<HttpEnv>, deps: AuthorityPagesDeps): Promise<Response> {
  const actor = installationActor(c);
  const typed = typedAuthority(await c.req.parseBody());
  const authority = await readAuthority(deps, c.req.param('authority') ?? '');
  const { id: _, version: __, paused: ___, ...stored } = toAuthorityBody(authority);
  const body = { ...stored, ...toSettings(typed) };
  const read = authoritySettings.safeParse(body);
  const { language } = c.var;
  const { places } = typed;
  const refuse = (faults: Refused['faults'], again = typed) => authorityPage(c, deps, { typed: again, faults });
  const twice = samePlaces(language, places);
  if (!read.success) {
    const form = { body, error: read.error, sound: authoritySettingsOf(authority), places };
    return refuse({ ...faultsOfForm(deps, language, form), ...twice });
  }
  const settings: AuthoritySettings = read.data;
  if (Object.keys(twice).length > 0)
    return refuse({ ...faultsIn(language, settingsFaults(deps, settings), places), ...twice });
  const changes = Object.fromEntries(FORM_SETTINGS.map((name) => [name, settings[name]]));
  let isChanged: boolean;
  try {
    isChanged = await changeSettings(deps, { authorityId: authority.id, changes, seen: typed.seen, actor }, deps.now());
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 422) return refuse(faultsIn(language, error.faults, places));
    if (!isChangedMeanwhile(error)) throw error;
    return refuse('changed', { ...typed, seen: settingsMark(authority, FORM_SETTINGS) });
  }
  return c.redirect(`${PATH}/${authority.id}?done=${isChanged ? 'saved' : 'same'}#${DONE_ID}`, 303);
}
