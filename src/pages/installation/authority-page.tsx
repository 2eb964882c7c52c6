import type { Context } from 'hono';
import { isChangedMeanwhile, Problem } from '../../domain/errors.ts';
import type { HttpEnv } from '../../http/env.ts';
import {
  authoritySettingsOf,
  changeSettings,
  readAuthority,
  settingsMark,
} from '../../staff/authorities/authorities.ts';
import { Fault, page } from '../kit/document.tsx';
import { ActionForm } from '../kit/elements.tsx';
import type { Faults } from '../kit/fields.tsx';
import { DONE_ID, hrefOf } from '../kit/navigation.ts';
import { INSTALLATION_SETTINGS, namesOf } from '../settings/authority.ts';
import { checkForm, faultsByField } from '../settings/check.ts';
import { gatewaysToPlace } from '../settings/gateways.tsx';
import { SettingFields } from '../settings/members.tsx';
import { fillSettings, typedValues, type Values } from '../settings/setting.ts';
import type { AuthorityPagesDeps } from './authorities-page.tsx';
import { AUTHORITIES_WORDS } from './authority-words.ts';
import { INSTALLATION_PATHS, InstallationPage, installationActor, openInstallationPage } from './frame.tsx';
import { INSTALLATION_WORDS } from './words.ts';

const PATH = INSTALLATION_PATHS.authorities;
/** The settings that this form changes; all others stay. */
const NAMES = namesOf(INSTALLATION_SETTINGS);

/** A form that was not saved: what is wrong with its fields, or that somebody else has changed the authority. */
interface Refused {
  readonly values: Values;
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
  const stored = { ...fillSettings(INSTALLATION_SETTINGS, authority), seen: settingsMark(authority, NAMES) };
  const values: Values = refused?.values ?? stored;
  const gateways = gatewaysToPlace(deps.gateways, authority.gateways, values);
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
      <section class="card">
        <ActionForm action={`${PATH}/${authority.id}`}>
          <input type="hidden" name="seen" value={values.seen} />
          <SettingFields
            language={frame.language}
            settings={INSTALLATION_SETTINGS}
            values={values}
            faults={faults}
            gateways={gateways}
            edits
          />
          <button type="submit">{words.save}</button>
        </ActionForm>
      </section>
    </InstallationPage>,
    refused ? (changed ? 409 : 422) : 200,
  );
}

/** `POST /admin/installation/authorities/{authority}`. Settings that have no field here stay as they are. */
export async function authorityForm(c: Context<HttpEnv>, deps: AuthorityPagesDeps): Promise<Response> {
  const actor = installationActor(c);
  const values = typedValues(await c.req.parseBody());
  const authority = await readAuthority(deps, c.req.param('authority') ?? '');
  const { changes, faults } = checkForm(deps, INSTALLATION_SETTINGS, values, authoritySettingsOf(authority));
  const refuse = (refused: typeof faults) =>
    authorityPage(c, deps, {
      values,
      faults: faultsByField(INSTALLATION_SETTINGS, refused, values, c.var.language),
    });
  if (faults.length > 0) return refuse(faults);
  const change = { authorityId: authority.id, changes, seen: values.seen ?? '', actor };
  let isChanged: boolean;
  try {
    isChanged = await changeSettings(deps, change, deps.now());
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 422) return refuse(error.faults);
    if (!isChangedMeanwhile(error)) throw error;
    const again = { ...values, seen: settingsMark(authority, NAMES) };
    return authorityPage(c, deps, { values: again, faults: 'changed' });
  }
  return c.redirect(`${PATH}/${authority.id}?done=${isChanged ? 'saved' : 'same'}#${DONE_ID}`, 303);
}
