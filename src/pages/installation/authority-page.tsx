import { isChangedMeanwhile, Problem } from '../../domain/errors.ts';
import {
  authoritySettingsOf,
  changeSettings,
  readAuthority,
  settingsMark,
} from '../../staff/authorities/authorities.ts';
import { installationPage } from '../kit/declared/declare.tsx';
import { form } from '../kit/declared/form.tsx';
import { Fault } from '../kit/document.tsx';
import { ActionForm } from '../kit/elements.tsx';
import { hrefOf } from '../kit/navigation.ts';
import { INSTALLATION_SETTINGS, namesOf } from '../settings/authority.ts';
import { checkForm, faultsByField } from '../settings/check.ts';
import { gatewaysToPlace } from '../settings/gateways.tsx';
import { SettingFields } from '../settings/members.tsx';
import { fillSettings, labelsOf, typedValues, type Values } from '../settings/setting.ts';
import type { AuthorityPagesDeps } from './authorities-page.tsx';
import { AUTHORITIES_WORDS } from './authority-words.ts';
import { INSTALLATION, INSTALLATION_PATHS, installationTab } from './frame.tsx';
import { INSTALLATION_WORDS } from './words.ts';

const PATH = INSTALLATION_PATHS.authorities;
const ONE = `${PATH}/:authority`;
/** The settings that this form changes; all others stay. */
const NAMES = namesOf(INSTALLATION_SETTINGS);

/** The form of the settings. Those that have no field here stay as they are. */
const CHANGE = form<AuthorityPagesDeps, null>()({
  path: ONE,
  title: (language, { params }) => `${AUTHORITIES_WORDS[language].change}: ${params.authority}`,
  button: (language) => AUTHORITIES_WORDS[language].save,
  labels: (language, values) => labelsOf(INSTALLATION_SETTINGS, language, values),
  submit: async ({ c, deps, reader, language, params }) => {
    const values = typedValues(await c.req.parseBody());
    const authority = await readAuthority(deps, params.authority ?? '');
    const { changes, faults } = checkForm(deps, INSTALLATION_SETTINGS, values, authoritySettingsOf(authority));
    const refuse = (refused: typeof faults) => ({
      typed: values,
      faults: {
        ...faultsByField(INSTALLATION_SETTINGS, refused, values, language),
        '': AUTHORITIES_WORDS[language].check,
      },
    });
    if (faults.length > 0) return refuse(faults);
    const change = { authorityId: authority.id, changes, seen: values.seen ?? '', actor: reader.name };
    try {
      return (await changeSettings(deps, change, deps.now())) ? 'saved' : 'same';
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 422) return refuse(error.faults);
      if (!isChangedMeanwhile(error)) throw error;
      const typed = { ...values, seen: settingsMark(authority, NAMES) };
      return { status: 409, typed, faults: { '': AUTHORITIES_WORDS[language].changed } };
    }
  },
});

/** `/admin/installation/authorities/{authority}`: the settings of an authority that the installation decides. */
export const AUTHORITY_PAGE = installationPage<AuthorityPagesDeps>({
  path: ONE,
  right: 'installation',
  menu: INSTALLATION,
  title: installationTab('authorities'),
  done: { da: INSTALLATION_WORDS.da.done, en: INSTALLATION_WORDS.en.done },
  forms: [CHANGE],
  view: async ({ deps, language, params, frame: { refused } }) => {
    const authority = await readAuthority(deps, params.authority ?? '');
    const words = AUTHORITIES_WORDS[language];
    const stored = { ...fillSettings(INSTALLATION_SETTINGS, authority), seen: settingsMark(authority, NAMES) };
    const values: Values = refused?.typed ?? stored;
    const body = (
      <>
        <Fault text={refused?.faults['']} />
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
              language={language}
              settings={INSTALLATION_SETTINGS}
              values={values}
              faults={refused?.faults ?? {}}
              gateways={gatewaysToPlace(deps.gateways, authority.gateways, values)}
              edits
            />
            <button type="submit">{words.save}</button>
          </ActionForm>
        </section>
      </>
    );
    return { title: authority.name, body };
  },
});
