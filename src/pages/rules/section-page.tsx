import type { Context } from 'hono';
import type { Authority, AuthoritySettings } from '../../domain/authority.ts';
import { Problem } from '../../domain/errors.ts';
import { may } from '../../domain/people/access.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import { readAuthority } from '../../staff/authorities/authorities.ts';
import { changeSettings, settingsMark } from '../../staff/authorities/authority-settings.ts';
import { namesOfDepartments, rulesOf } from '../../staff/departments/departments.ts';
import { type PageStatus, page } from '../kit/document.tsx';
import { ActionForm } from '../kit/elements.tsx';
import { fieldOf } from '../kit/forms.ts';
import { noAuthority, type PagesDeps, readFrame } from '../kit/frame.tsx';
import type { Frame } from '../kit/layout.tsx';
import { doneHref, hrefOf } from '../kit/navigation.ts';
import { ExamplePlan } from './example-plan.tsx';
import { faultsByField } from './fault-words.ts';
import { RulesFrame } from './frame.tsx';
import { PlanningFields } from './planning-fields.tsx';
import { RepliesFields } from './replies-fields.tsx';
import { checkSection, pointedFaults, SECTIONS, type SectionFault, type SectionName } from './sections.ts';
import { SenderFields } from './sender-fields.tsx';
import { gatewaysToPlace, type Values } from './values.ts';
import { RULES_WORDS, type RulesWords } from './words.ts';

/** The dependencies of the pages of rules. */
export type RulesDeps = PagesDeps;

/** The result of a form; null: the page was opened. */
interface Outcome {
  readonly values: Values;
  readonly faults: readonly SectionFault[];
  readonly changes: Partial<AuthoritySettings>;
  readonly status: PageStatus;
}

/** `GET /admin/rules…`: the settings of a section, and what they mean. */
export function sectionPage(c: Context<HttpEnv>, deps: RulesDeps, name: SectionName): Promise<Response> {
  return showSection(c, deps, name, undefined, null);
}

/**
 * `POST /admin/rules…`: shows what the fields would mean (`do=preview`), or saves them. Somebody who may not change the
 * rules sees what those in force mean for another day.
 */
export async function sectionForm(c: Context<HttpEnv>, deps: RulesDeps, name: SectionName): Promise<Response> {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  if (name === 'planning' && fieldOf(form, 'do') === 'preview') {
    requireRight(c, deps, 'viewer', authorityId);
    if (!may(c.var.visitor, 'whole-administrator', authorityId)) {
      const values = exampleIn(valuesIn(form));
      return showSection(c, deps, name, authorityId, { values, changes: {}, faults: [], status: 200 });
    }
  }
  const actor = requireRight(c, deps, 'whole-administrator', authorityId).name;
  const section = SECTIONS[name];
  const values = valuesIn(form);
  const { changes, faults } = checkSection(deps, section, values, await readAuthority(deps, authorityId));
  const show = (status: PageStatus, more: readonly SectionFault[] = faults) =>
    showSection(c, deps, name, authorityId, { values, changes, faults: more, status });
  if (fieldOf(form, 'do') !== 'save') return show(200);
  if (faults.length > 0) return show(422);
  let changed: boolean;
  try {
    changed = await changeSettings(deps, { authorityId, changes, seen: fieldOf(form, 'seen'), actor }, deps.now());
  } catch (error) {
    if (!(error instanceof Problem) || (error.status !== 409 && error.status !== 422)) throw error;
    return show(error.status, pointedFaults(error.faults, values));
  }
  return c.redirect(doneHref(section.path, { id: authorityId }, { done: changed ? 'saved' : 'same' }), 303);
}

const MOST_CHARACTERS = 20_000;

function valuesIn(form: Record<string, unknown>): Values {
  const texts = Object.entries(form).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value.replace(/\r\n?/g, '\n').slice(0, MOST_CHARACTERS)] as const] : [],
  );
  return Object.fromEntries(texts);
}

/** The fields that whoever may only look can fill in. */
function exampleIn(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name.startsWith('example-')));
}

async function showSection(
  c: Context<HttpEnv>,
  deps: RulesDeps,
  name: SectionName,
  authorityId: string | undefined,
  outcome: Outcome | null,
): Promise<Response> {
  const words = RULES_WORDS[c.var.language];
  const choice = {
    title: words.sections[name].title,
    current: 'rules' as const,
    ...(authorityId && { authorityId }),
  };
  const { frame, authority: chosen } = await readFrame(c, deps, choice);
  if (!chosen) return noAuthority(c, frame);
  const settings = await readAuthority(deps, chosen.id);
  const { departments = null } = requireRight(c, deps, 'viewer', chosen.id);
  const authority = { ...settings, rules: rulesOf(settings.rules, departments) };
  const edits = may(c.var.visitor, 'whole-administrator', authority.id);
  const status = outcome?.status ?? 200;
  const props = {
    frame,
    words,
    authority,
    deps,
    name,
    outcome,
    edits,
    limited: departments !== null,
    departments: name === 'planning' ? (departments ?? (await namesOfDepartments(deps, chosen.id))) : [],
  };
  // Only the rules of times have an example that changes with what is typed.
  const script = edits && name === 'planning';
  return page(
    c,
    <RulesFrame frame={frame} page={name} done={words.done[c.req.query('done') ?? '']} script={script}>
      <Refusal {...props} />
      {!edits && <p class="lead">{words.readOnly}</p>}
      <SectionForm {...props} />
    </RulesFrame>,
    status,
    { script },
  );
}

/** A page as it is shown. */
interface ShownSection {
  readonly frame: Frame;
  readonly words: RulesWords;
  readonly authority: Authority;
  readonly deps: RulesDeps;
  readonly name: SectionName;
  readonly outcome: Outcome | null;
  readonly edits: boolean;
  /** Departments that the example may be in. */
  readonly departments: readonly string[];
  /** The visitor sees these alone. */
  readonly limited: boolean;
}

function Refusal({ words, authority, name, outcome }: ShownSection) {
  if (outcome?.status === 409) {
    return (
      <p class="fault" role="alert">
        {words.conflict} <a href={hrefOf(SECTIONS[name].path, authority)}>{words.seeCurrent}</a>
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

const FIELDS = { planning: PlanningFields, replies: RepliesFields, sender: SenderFields } as const;

function SectionForm(props: ShownSection) {
  const { frame, words, authority, deps, name, outcome, edits, departments, limited } = props;
  const section = SECTIONS[name];
  const Fields = FIELDS[name];
  // The fields of somebody who may not edit are disabled, and so not sent.
  const values = edits && outcome ? outcome.values : { ...section.valuesOf(authority), ...outcome?.values };
  const faults = faultsByField(words, outcome?.faults ?? []);
  const gateways = gatewaysToPlace(deps.gateways, authority, values);
  // A form keeps its mark, so that a save of others before it was sent is a conflict of its next save as well.
  const seen = edits && outcome && outcome.status !== 409 ? outcome.values.seen : undefined;
  return (
    <ActionForm frame={frame} action={section.path} live={name === 'planning'}>
      <input type="hidden" name="seen" value={seen ?? settingsMark(authority, section.settings)} />
      <div class="beside">
        <fieldset class="bare" disabled={!edits}>
          <Fields words={words} values={values} faults={faults} gateways={gateways} edits={edits} />
        </fieldset>
        {name === 'planning' && (
          <ExamplePlan
            words={words}
            authority={authority}
            values={values}
            departments={departments}
            limited={limited}
            language={frame.language}
            now={deps.now()}
            typed={outcome && outcome.faults.length === 0 ? { ...authority, ...outcome.changes } : null}
            hasFaults={(outcome?.faults.length ?? 0) > 0}
            path={section.path}
          />
        )}
      </div>
      {edits && (
        <p class="buttons">
          <button type="submit" name="do" value="save">
            {words.save}
          </button>
        </p>
      )}
    </ActionForm>
  );
}
