import type { Context } from 'hono';
import { AUTHORITY_DEFAULTS, type Authority, inForce } from '../../domain/authority.ts';
import { ID } from '../../http/describe.ts';
import type { HttpEnv } from '../../http/env.ts';
import type { CurrentTime } from '../../runtime/deps.ts';
import {
  createAuthority,
  isAuthority,
  readAuthoritiesOf,
  readAuthorityNames,
  type SettingsRules,
  settingsFaults,
} from '../../staff/authorities/authorities.ts';
import type { Frame } from '../kit/context.tsx';
import { ActionForm, DataTable, Empty, senderText } from '../kit/elements.tsx';
import { type Faults, Field } from '../kit/fields.tsx';
import { Results } from '../kit/filter-form.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import type { Named } from '../kit/language.ts';
import { DONE_ID } from '../kit/navigation.ts';
import { readByName } from '../kit/responses/by-name.ts';
import { fittingPage } from '../kit/responses/fitting-page.ts';
import { NextPage } from '../kit/responses/list-links.tsx';
import { AUTHORITY_SETTINGS, picked } from '../settings/authority.ts';
import { checkForm, faultsByField } from '../settings/check.ts';
import { SettingField } from '../settings/members.tsx';
import { typedValues, type Values } from '../settings/setting.ts';
import { AUTHORITIES_WORDS } from './authority-words.ts';
import { INSTALLATION_PATHS, InstallationPage, installationActor, openInstallationPage } from './frame.tsx';

/** The dependencies of the pages of authorities. */
export type AuthorityPagesDeps = PagesDeps & SettingsRules & CurrentTime;

const PATH = INSTALLATION_PATHS.authorities;
/** The settings that a new authority is given; all others have their defaults. */
const NEW_SETTINGS = picked(['name', 'sender']);
/** Settings that stand for those of a new authority that can't be used, while the others are checked. */
const SOUND = { ...AUTHORITY_DEFAULTS, name: 'EasySMS', sender: 'EasySMS' };

interface Refused {
  readonly values: Values;
  readonly faults: Faults;
}

/** `GET /admin/installation/authorities`. */
export async function authoritiesPage(
  c: Context<HttpEnv>,
  deps: AuthorityPagesDeps,
  refused: Refused | null = null,
): Promise<Response> {
  const opened = await openInstallationPage(c, deps, 'authorities');
  const { frame } = opened;
  const words = AUTHORITIES_WORDS[frame.language];
  const order = { list: 'authorities', nameOf: ({ name }: Named) => name };
  const names = await readByName(c, deps, order, (part) => readAuthorityNames(deps, part));
  const authorities = await readAuthoritiesOf(
    deps,
    names.page(names.most).items.map(({ id }) => id),
  );
  const render = (count: number) => {
    const { nextCursor } = names.page(count);
    const items = authorities.slice(0, count);
    return (
      <InstallationPage opened={opened}>
        <p class="lead">{words.lead}</p>
        <Results refused={refused !== null}>
          {items.length === 0 ? (
            <Empty>{words.empty}</Empty>
          ) : (
            <AuthoritiesTable frame={frame} authorities={items} now={deps.now()} />
          )}
          <NextPage path={PATH} cursor={nextCursor} />
        </Results>
        <MakeCard frame={frame} refused={refused} />
      </InstallationPage>
    );
  };
  return fittingPage(c, names.most, render, refused ? 422 : 200);
}

function AuthoritiesTable({
  frame,
  authorities,
  now,
}: {
  readonly frame: Frame;
  readonly authorities: readonly Authority[];
  readonly now: Date;
}) {
  const words = AUTHORITIES_WORDS[frame.language];
  const { name: ownName, sender: ownSender } = AUTHORITY_SETTINGS;
  const columns = [ownName.label[frame.language], words.id, ownSender.label[frame.language], words.state].map(
    (label) => ({ label }),
  );
  const rows = authorities.map(({ id, name, sender, paused }) => [
    <a href={`${PATH}/${id}`}>{name}</a>,
    <code>{id}</code>,
    senderText(sender),
    paused && inForce(paused, now) ? `${words.paused}: ${paused.reason}` : words.running,
  ]);
  return <DataTable quiet caption={words.list} columns={columns} rows={rows} />;
}

function MakeCard({ frame, refused }: { readonly frame: Frame; readonly refused: Refused | null }) {
  const words = AUTHORITIES_WORDS[frame.language];
  const { values = {}, faults = {} } = refused ?? {};
  const form = { language: frame.language, values, faults, edits: true };
  return (
    <section class="card" aria-labelledby="make-title">
      <h2 id="make-title">{words.make}</h2>
      <p>{words.makeLead}</p>
      <ActionForm action={PATH}>
        <SettingField {...form} id="name" setting={AUTHORITY_SETTINGS.name} />
        <Field
          id="id"
          value={values.id ?? ''}
          faults={faults}
          label={words.id}
          hint={words.idHint}
          required
          more={{ maxlength: 63, autocapitalize: 'none' }}
        />
        <SettingField {...form} id="sender" setting={AUTHORITY_SETTINGS.sender} />
        <button type="submit">{words.make}</button>
      </ActionForm>
    </section>
  );
}

/** `POST /admin/installation/authorities`: makes one with name and sender; everything else has its default. */
export async function makeAuthorityForm(c: Context<HttpEnv>, deps: AuthorityPagesDeps): Promise<Response> {
  const actor = installationActor(c);
  const values = typedValues(await c.req.parseBody());
  const words = AUTHORITIES_WORDS[c.var.language];
  const id = (values.id ?? '').trim();
  const checked = checkForm(deps, NEW_SETTINGS, values, SOUND);
  const settings = { ...SOUND, ...checked.changes };
  const found = checked.faults.length > 0 ? checked.faults : settingsFaults(deps, settings);
  const faults = {
    ...faultsByField(NEW_SETTINGS, found, values, c.var.language),
    ...(!ID.test(id) && { id: words.idWrong }),
    ...(ID.test(id) && (await isAuthority(deps, id)) && { id: words.idTaken }),
  };
  if (Object.keys(faults).length > 0) return authoritiesPage(c, deps, { values, faults });
  const made = await createAuthority(deps, { id, settings, actor }, deps.now());
  if (!made) return authoritiesPage(c, deps, { values, faults: { id: words.idTaken } });
  return c.redirect(`${PATH}/${id}?done=created#${DONE_ID}`, 303);
}
