import { AUTHORITY_DEFAULTS, type Authority, inForce } from '../../domain/authority.ts';
import { ID } from '../../http/describe.ts';
import type { CurrentTime } from '../../runtime/deps.ts';
import {
  createAuthority,
  isAuthority,
  readAuthoritiesOf,
  readAuthorityNames,
  type SettingsRules,
  settingsFaults,
} from '../../staff/authorities/authorities.ts';
import { useFrame } from '../kit/context.tsx';
import { installationPage } from '../kit/declared/declare.tsx';
import { form } from '../kit/declared/form.tsx';
import { List } from '../kit/declared/list.tsx';
import { ActionForm, DataTable, senderText } from '../kit/elements.tsx';
import { Field } from '../kit/fields.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import type { Named } from '../kit/language.ts';
import { doneHref } from '../kit/navigation.ts';
import { readByName } from '../kit/responses/by-name.ts';
import { AUTHORITY_SETTINGS, picked } from '../settings/authority.ts';
import { checkForm, faultsByField } from '../settings/check.ts';
import { SettingField } from '../settings/members.tsx';
import { labelsOf, typedValues } from '../settings/setting.ts';
import { AUTHORITIES_WORDS } from './authority-words.ts';
import { INSTALLATION, INSTALLATION_PATHS, installationTab } from './frame.tsx';

/** The dependencies of the pages of authorities. */
export type AuthorityPagesDeps = PagesDeps & SettingsRules & CurrentTime;

const PATH = INSTALLATION_PATHS.authorities;
/** The settings that a new authority is given; all others have their defaults. */
const NEW_SETTINGS = picked(['name', 'sender']);
/** Settings that stand for those of a new authority that can't be used, while the others are checked. */
const SOUND = { ...AUTHORITY_DEFAULTS, name: 'EasySMS', sender: 'EasySMS' };

/** The form that makes an authority with name and sender; everything else has its default. */
const MAKE = form<AuthorityPagesDeps, null>()({
  path: PATH,
  title: (language) => AUTHORITIES_WORDS[language].make,
  labels: (language) => ({ ...labelsOf(NEW_SETTINGS, language, {}), id: AUTHORITIES_WORDS[language].id }),
  submit: async ({ c, deps, reader, language }) => {
    const values = typedValues(await c.req.parseBody());
    const words = AUTHORITIES_WORDS[language];
    const id = (values.id ?? '').trim();
    const checked = checkForm(deps, NEW_SETTINGS, values, SOUND);
    const settings = { ...SOUND, ...checked.changes };
    const found = checked.faults.length > 0 ? checked.faults : settingsFaults(deps, settings);
    const faults = {
      ...faultsByField(NEW_SETTINGS, found, values, language),
      ...(!ID.test(id) && { id: words.idWrong }),
      ...(ID.test(id) && (await isAuthority(deps, id)) && { id: words.idTaken }),
    };
    if (Object.keys(faults).length > 0) return { typed: values, faults };
    const made = await createAuthority(deps, { id, settings, actor: reader.name }, deps.now());
    if (!made) return { typed: values, faults: { id: words.idTaken } };
    return c.redirect(doneHref(`${PATH}/${id}`, null, { done: 'created' }), 303);
  },
});

/** `/admin/installation/authorities`: the authorities of the installation. */
export const AUTHORITIES_PAGE = installationPage<AuthorityPagesDeps>({
  path: PATH,
  right: 'installation',
  menu: INSTALLATION,
  tab: installationTab('authorities'),
  forms: [MAKE],
  view: async ({ c, deps, language }) => {
    const words = AUTHORITIES_WORDS[language];
    const order = { list: 'authorities', nameOf: ({ name }: Named) => name };
    const names = await readByName(c, deps, order, (part) => readAuthorityNames(deps, part));
    const authorities = await readAuthoritiesOf(
      deps,
      names.page(names.most).items.map(({ id }) => id),
    );
    return {
      rows: names.most,
      body: (count) => {
        const { nextCursor } = names.page(count);
        const items = authorities.slice(0, count);
        return (
          <>
            <p class="lead">{words.lead}</p>
            <List path={PATH} cursor={nextCursor} isEmpty={items.length === 0} empty={words.empty}>
              <AuthoritiesTable authorities={items} now={deps.now()} />
            </List>
            <MakeCard />
          </>
        );
      },
    };
  },
});

function AuthoritiesTable({ authorities, now }: { readonly authorities: readonly Authority[]; readonly now: Date }) {
  const { language } = useFrame();
  const words = AUTHORITIES_WORDS[language];
  const { name: ownName, sender: ownSender } = AUTHORITY_SETTINGS;
  const columns = [ownName.label[language], words.id, ownSender.label[language], words.state].map((label) => ({
    label,
  }));
  const rows = authorities.map(({ id, name, sender, paused }) => [
    <a href={`${PATH}/${id}`}>{name}</a>,
    <code>{id}</code>,
    senderText(sender),
    paused && inForce(paused, now) ? `${words.paused}: ${paused.reason}` : words.running,
  ]);
  return <DataTable quiet caption={words.list} columns={columns} rows={rows} />;
}

function MakeCard() {
  const { language, refused } = useFrame();
  const words = AUTHORITIES_WORDS[language];
  const { typed: values = {}, faults = {} } = refused ?? {};
  const shown = { language, values, faults, edits: true };
  return (
    <section class="card" aria-labelledby="make-title">
      <h2 id="make-title">{words.make}</h2>
      <p>{words.makeLead}</p>
      <ActionForm action={PATH}>
        <SettingField {...shown} id="name" setting={AUTHORITY_SETTINGS.name} />
        <Field
          id="id"
          value={values.id ?? ''}
          faults={faults}
          label={words.id}
          hint={words.idHint}
          required
          more={{ maxlength: 63, autocapitalize: 'none' }}
        />
        <SettingField {...shown} id="sender" setting={AUTHORITY_SETTINGS.sender} />
        <button type="submit">{words.make}</button>
      </ActionForm>
    </section>
  );
}
