import type { Context } from 'hono';
import type { Authority, AuthoritySettings } from '../../domain/authority.ts';
import { type Fault, Problem } from '../../domain/errors.ts';
import { may } from '../../domain/people/access.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import {
  authoritySettingsOf,
  changeSettings,
  readAuthority,
  settingsMark,
} from '../../staff/authorities/authorities.ts';
import { countRecipients, type Recipients, replanRecipients } from '../../staff/authorities/recipients.ts';
import { namesOfDepartments, rulesOf, withoutRemindersOf } from '../../staff/departments/departments.ts';
import { useFrame } from '../kit/context.tsx';
import { type PageStatus, page } from '../kit/document.tsx';
import { ActionForm } from '../kit/elements.tsx';
import { fieldOf } from '../kit/forms.ts';
import { noAuthority, type PagesDeps, readFrame } from '../kit/frame.tsx';
import { fieldIn } from '../kit/kept-form.ts';
import { Framed } from '../kit/layout.tsx';
import { doneHref, hrefOf } from '../kit/navigation.ts';
import type { Page } from '../kit/page.ts';
import { groupsOn, namesOf, settingsOn } from '../settings/authority.ts';
import { checkForm, faultsByField } from '../settings/check.ts';
import { gatewaysToPlace } from '../settings/gateways.tsx';
import type { SettingsPage } from '../settings/groups.ts';
import { SettingFields } from '../settings/members.tsx';
import { fillSettings, labelsOf, type ShownForm, typedValues, type Values } from '../settings/setting.ts';
import { ExamplePlan } from './example-plan.tsx';
import { PATHS, RULES, RulesHead } from './frame.tsx';
import { RULES_WORDS } from './words.ts';

/** The result of a form; null: the page was opened. */
interface Outcome {
  readonly values: Values;
  readonly faults: readonly Fault[];
  readonly changes: Partial<AuthoritySettings>;
  readonly status: PageStatus;
}

/** `/admin/rules`, `/recipients`, `/replies` and `/sender`: the settings of a section, and what they mean. */
export const SECTION_PAGES = (['planning', 'recipients', 'replies', 'sender'] as const).map(
  (name): Page<PagesDeps> => ({
    path: PATHS[name],
    right: 'viewer',
    menu: RULES,
    open: (c, deps) => showSection(c, deps, name, undefined, null),
    forms: [
      {
        path: PATHS[name],
        right: 'whole-administrator',
        describe: (language, form) => {
          const { preview, save, sections } = RULES_WORDS[language];
          const labels = labelsOf(settingsOn(name), language, Object.fromEntries(form.fields));
          const button = fieldIn(form, 'do') === 'preview' ? preview : save;
          return { title: `${sections[name].title}: ${sections[name].tab}`, button, labels };
        },
        send: (c, deps) => sectionForm(c, deps, name),
      },
    ],
  }),
);

/**
 * `POST /admin/rules…`: shows what the fields would mean (`do=preview`), or saves them. Somebody who may not change the
 * rules sees what those in force mean for another day.
 */
async function sectionForm(c: Context<HttpEnv>, deps: PagesDeps, name: SettingsPage): Promise<Response> {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  if (name === 'planning' && fieldOf(form, 'do') === 'preview') {
    requireRight(c, deps, 'viewer', authorityId);
    if (!may(c.var.visitor, 'whole-administrator', authorityId)) {
      const values = exampleIn(typedValues(form));
      return showSection(c, deps, name, authorityId, { values, changes: {}, faults: [], status: 200 });
    }
  }
  const actor = requireRight(c, deps, 'whole-administrator', authorityId).name;
  const settings = settingsOn(name);
  const values = typedValues(form);
  const { changes, faults } = checkForm(
    deps,
    settings,
    values,
    authoritySettingsOf(await readAuthority(deps, authorityId)),
  );
  const show = (status: PageStatus, more: readonly Fault[] = faults) =>
    showSection(c, deps, name, authorityId, { values, changes, faults: more, status });
  if (fieldOf(form, 'do') !== 'save') return show(200);
  if (faults.length > 0) return show(422);
  let changed: boolean;
  try {
    changed = await changeSettings(deps, { authorityId, changes, seen: fieldOf(form, 'seen'), actor }, deps.now());
  } catch (error) {
    if (!(error instanceof Problem) || (error.status !== 409 && error.status !== 422)) throw error;
    return show(error.status, error.faults);
  }
  if (changed && name === 'recipients') await replanRecipients(deps, authorityId);
  return c.redirect(doneHref(PATHS[name], { id: authorityId }, { done: changed ? 'saved' : 'same' }), 303);
}

/** The fields that whoever may only look can fill in. */
function exampleIn(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name.startsWith('example-')));
}

async function showSection(
  c: Context<HttpEnv>,
  deps: PagesDeps,
  name: SettingsPage,
  authorityId: string | undefined,
  outcome: Outcome | null,
): Promise<Response> {
  const words = RULES_WORDS[c.var.language];
  const choice = {
    title: words.sections[name].title,
    current: RULES,
    ...(authorityId && { authorityId }),
  };
  const { frame, authority: chosen } = await readFrame(c, deps, choice);
  if (!chosen) return noAuthority(c, frame);
  const settings = await readAuthority(deps, chosen.id);
  const { departments = null } = requireRight(c, deps, 'viewer', chosen.id);
  const authority = {
    ...settings,
    rules: rulesOf(settings.rules, departments),
    withoutReminders: withoutRemindersOf(settings.withoutReminders, departments),
  };
  const edits = may(c.var.visitor, 'whole-administrator', authority.id);
  const status = outcome?.status ?? 200;
  const props = {
    authority,
    deps,
    name,
    outcome,
    edits,
    limited: departments !== null,
    recipients: name === 'recipients' ? await countRecipients(deps, authority, departments, deps.now()) : null,
    departments: name === 'planning' ? (departments ?? (await namesOfDepartments(deps, chosen.id))) : [],
  };
  return page(
    c,
    <Framed frame={frame}>
      <RulesHead page={name} done={words.done[c.req.query('done') ?? '']} />
      <Refusal {...props} />
      {!edits && <p class="lead">{words.readOnly}</p>}
      <SectionForm {...props} />
    </Framed>,
    status,
  );
}

/** A page as it is shown. */
interface ShownSection {
  readonly authority: Authority;
  readonly deps: PagesDeps;
  readonly name: SettingsPage;
  readonly outcome: Outcome | null;
  readonly edits: boolean;
  /** The counts beside a choice of recipients; null: the page has none. */
  readonly recipients: Recipients | null;
  /** Departments that the example may be in. */
  readonly departments: readonly string[];
  /** The visitor sees these alone. */
  readonly limited: boolean;
}

function Refusal({ authority, name, outcome }: ShownSection) {
  const words = RULES_WORDS[useFrame().language];
  if (outcome?.status === 409) {
    return (
      <p class="fault" role="alert">
        {words.conflict} <a href={hrefOf(PATHS[name], authority)}>{words.seeCurrent}</a>
      </p>
    );
  }
  if (outcome?.status !== 422) return null;
  return (
    <p class="fault" role="alert">
      {words.wrong}
    </p>
  );
}

function SectionForm(props: ShownSection) {
  const { authority, deps, name, outcome, edits, departments, limited, recipients } = props;
  const { language } = useFrame();
  const path = PATHS[name];
  const settings = settingsOn(name);
  // The fields of somebody who may not edit are disabled, and so not sent.
  const values = edits && outcome ? outcome.values : { ...fillSettings(settings, authority), ...outcome?.values };
  const faults = faultsByField(settings, outcome?.faults ?? [], values, language);
  const gateways = gatewaysToPlace(deps.gateways, authority.gateways, values);
  // A form keeps its mark, so that a save of others before it was sent is a conflict of its next save as well.
  const seen = edits && outcome && outcome.status !== 409 ? outcome.values.seen : undefined;
  return (
    <ActionForm action={path} live={name === 'planning'}>
      <input type="hidden" name="seen" value={seen ?? settingsMark(authority, namesOf(settings))} />
      <div class="beside">
        <fieldset class="bare" disabled={!edits}>
          <SettingGroups page={name} form={{ language, values, faults, gateways, recipients, edits }} />
        </fieldset>
        {name === 'planning' && (
          <ExamplePlan
            authority={authority}
            values={values}
            departments={departments}
            limited={limited}
            now={deps.now()}
            typed={outcome && outcome.faults.length === 0 ? { ...authority, ...outcome.changes } : null}
            hasFaults={(outcome?.faults.length ?? 0) > 0}
            path={path}
          />
        )}
      </div>
      {edits && (
        <p class="buttons">
          <button type="submit" name="do" value="save">
            {RULES_WORDS[language].save}
          </button>
        </p>
      )}
    </ActionForm>
  );
}

/** The fields of a page, group by group. */
function SettingGroups({ page, form }: { readonly page: SettingsPage; readonly form: ShownForm }) {
  return (
    <>
      {groupsOn(page).map(({ title, settings }) =>
        title ? (
          <fieldset class="group">
            <legend>{title[form.language]}</legend>
            <SettingFields {...form} settings={settings} />
          </fieldset>
        ) : (
          <SettingFields {...form} settings={settings} />
        ),
      )}
    </>
  );
}
