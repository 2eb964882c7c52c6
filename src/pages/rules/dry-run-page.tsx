import { may } from '../../domain/people/access.ts';
import { type DryRunMessageResult, dryRunMessage } from '../../sources/dry-run/dry-run-message.ts';
import { type NamedSource, sourcesToChoose } from '../../staff/sources/sources.ts';
import { ChoiceField, chosenOf, namedApart, readOneChoice } from '../find/choice.tsx';
import { NoSources } from '../find/no-sources.tsx';
import { useFrame } from '../kit/context.tsx';
import { authorityPage } from '../kit/declared/declare.tsx';
import { form } from '../kit/declared/form.tsx';
import type { Content, Visit } from '../kit/declared/visit.ts';
import { ActionForm } from '../kit/elements.tsx';
import { type Faults, TextField } from '../kit/fields.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import { LOCALES } from '../kit/language.ts';
import { Framed } from '../kit/layout.tsx';
import { htmlOf, MOST_HTML } from '../kit/responses/fitting-page.ts';
import { DRY_RUN_ID, DryRunSection, MOST_SHOWN } from './dry-run-result.tsx';
import { DRY_RUN_WORDS } from './dry-run-words.ts';
import { PATHS, RULES, RulesHead, titleOf } from './frame.tsx';
import { RULES_WORDS } from './words.ts';

/** A bundle of a booking system is far smaller, and so many fit into the body of a form in any alphabet. */
const MOST_CHARACTERS = 300_000;
/** The step by which the beginning of a message that was refused is made shorter until it fits on the page. */
const STEP = 1_000;
/** A page shows fewer characters than this many steps have. */
const MOST_STEPS = 100;

/** A message that was pasted, and what came of it. */
interface Pasted {
  /** An id, or what was typed in place of a name. */
  readonly source: string;
  readonly text: string;
  readonly result: DryRunMessageResult | null;
  readonly faults: Faults;
}

/** Says what a message would come to. Nothing is stored. */
const DRY_RUN = form<PagesDeps>()({
  path: PATHS.tryOut,
  right: 'whole-operator',
  title: (language) => RULES_WORDS[language].sections.tryOut.title,
  button: (language) => DRY_RUN_WORDS[language].tryButton,
  fields: (language) => ({
    source: { label: DRY_RUN_WORDS[language].source },
    message: { label: DRY_RUN_WORDS[language].message },
  }),
  submit: async ({ c, deps, authorityId, language }, _, { message }) => {
    const words = DRY_RUN_WORDS[language];
    const text = message.replace(/\r\n?/g, '\n');
    const chosen = chosenOf(await c.req.parseBody(), 'source');
    const sources = namedApart(await sourcesToChoose(deps, authorityId), language);
    const { value: source, fault } = readOneChoice(sources, chosen, language);
    const sourceFault = chosen.typed !== undefined && source === '' ? words.sourceEmpty : fault;
    const faults = sourceFault === null ? {} : { source: sourceFault };
    const pasted = { source, text, result: null, faults };
    const show = (more: Partial<Pasted>) => (visit: Visit<PagesDeps>) => contentOf(visit, { ...pasted, ...more });
    if (text.trim() === '') return show({ text: '', faults: { ...faults, message: words.messageEmpty } });
    if (text.length > MOST_CHARACTERS) {
      const number = new Intl.NumberFormat(LOCALES[language]);
      const tooLong = words.messageLong(number.format(text.length), number.format(MOST_CHARACTERS));
      return show({ faults: { ...faults, message: tooLong } });
    }
    if (sourceFault !== null) return show({});
    return show({ result: await dryRunMessage(deps, { authorityId, sourceId: source, text, language }) });
  },
});

/** `/admin/rules/try`: the form that takes a message, and what it would come to. */
export const DRY_RUN_PAGE = authorityPage<PagesDeps>({
  path: PATHS.tryOut,
  right: 'viewer',
  menu: RULES,
  title: titleOf('tryOut'),
  forms: [DRY_RUN],
  view: (visit) => contentOf(visit, { source: '', text: '', result: null, faults: {} }),
});

async function contentOf(visit: Visit<PagesDeps>, pasted: Pasted): Promise<Content> {
  const { c, deps, frame, authority, language } = visit;
  const sources = await sourcesToChoose(deps, authority.id);
  const runs = may(c.var.visitor, 'whole-operator', authority.id);
  const { result, text, faults } = pasted;
  const render = (shown: string, most: number) => (
    <>
      <RulesHead page="tryOut" />
      {!runs && <p>{DRY_RUN_WORDS[language].tryOperatorsOnly}</p>}
      {runs && sources.length === 0 && <NoSources />}
      {runs && sources.length > 0 && <DryRunForm sources={sources} pasted={pasted} shown={shown} />}
      {result && <DryRunSection language={language} timeZone={authority.timeZone} result={result} most={most} />}
    </>
  );
  const status = Object.keys(faults).length > 0 ? 422 : 200;
  if (!result) {
    const rows = Math.min(MOST_STEPS, Math.ceil(text.length / STEP));
    return { ownHeading: true, rows, body: (count) => render(text.slice(0, count * STEP), 0), status };
  }
  const whole = await htmlOf(<Framed frame={frame}>{render(text, MOST_SHOWN)}</Framed>);
  const shown = Buffer.byteLength(whole) <= MOST_HTML ? text : '';
  return { ownHeading: true, rows: MOST_SHOWN, body: (most) => render(shown, most), status };
}

function DryRunForm({
  sources,
  pasted: { source, text, result, faults },
  shown,
}: {
  readonly sources: readonly NamedSource[];
  readonly pasted: Pasted;
  /** The part of the message that the page has room for. */
  readonly shown: string;
}) {
  const { language } = useFrame();
  const words = DRY_RUN_WORDS[language];
  return (
    <ActionForm action={`${PATHS.tryOut}#${DRY_RUN_ID}`} multipart>
      <fieldset class="group">
        <legend class="unseen">{words.message}</legend>
        <ChoiceField
          id="source"
          label={words.source}
          hint={words.sourceHint}
          faults={faults}
          language={language}
          options={namedApart(sources, language)}
          value={source}
        />
        {result && shown !== text && <p class="warning">{words.messageUnshown}</p>}
        <TextField
          id="message"
          label={words.message}
          hint={words.messageHint}
          value={shown}
          rows={10}
          faults={faults}
        />
        <button type="submit">{words.tryButton}</button>
      </fieldset>
    </ActionForm>
  );
}
