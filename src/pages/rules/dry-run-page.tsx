import type { Context } from 'hono';
import { may } from '../../domain/people/access.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import { type DryRunMessageResult, dryRunMessage } from '../../sources/dry-run/dry-run-message.ts';
import { type NamedSource, sourcesToChoose } from '../../staff/sources/sources.ts';
import { ChoiceField, chosenOf, namedApart, readOneChoice } from '../find/choice.tsx';
import { NoSources } from '../find/no-sources.tsx';
import type { Frame } from '../kit/context.tsx';
import { ActionForm } from '../kit/elements.tsx';
import { type Faults, TextField } from '../kit/fields.tsx';
import { fieldOf } from '../kit/forms.ts';
import { noAuthority, readFrame } from '../kit/frame.tsx';
import { LOCALES } from '../kit/language.ts';
import { fittingPage, htmlOf, MOST_HTML } from '../kit/responses/fitting-page.ts';
import { DRY_RUN_ID, DryRunSection, MOST_SHOWN } from './dry-run-result.tsx';
import { DRY_RUN_WORDS, type DryRunWords } from './dry-run-words.ts';
import { RULES, RulesFrame } from './frame.tsx';
import type { RulesDeps } from './section-page.tsx';
import { RULES_WORDS } from './words.ts';

const PATH = '/admin/rules/try';
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

/** `GET /admin/rules/try`: the form that takes a message. */
export function dryRunPage(c: Context<HttpEnv>, deps: RulesDeps): Promise<Response> {
  return showDryRun(c, deps, undefined, { source: '', text: '', result: null, faults: {} });
}

/** `POST /admin/rules/try`: what a message would come to. Nothing is stored. */
export async function dryRunForm(c: Context<HttpEnv>, deps: RulesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  requireRight(c, deps, 'whole-operator', authorityId);
  const words = DRY_RUN_WORDS[c.var.language];
  const text = fieldOf(form, 'message').replace(/\r\n?/g, '\n');
  const chosen = chosenOf(form, 'source');
  const sources = namedApart(await sourcesToChoose(deps, authorityId), c.var.language);
  const { value: source, fault } = readOneChoice(sources, chosen, c.var.language);
  const sourceFault = chosen.typed !== undefined && source === '' ? words.sourceEmpty : fault;
  const faults = sourceFault === null ? {} : { source: sourceFault };
  const pasted = { source, text, result: null, faults };
  if (text.trim() === '')
    return showDryRun(c, deps, authorityId, {
      ...pasted,
      text: '',
      faults: { ...faults, message: words.messageEmpty },
    });
  if (text.length > MOST_CHARACTERS) {
    const number = new Intl.NumberFormat(LOCALES[c.var.language]);
    const tooLong = words.messageLong(number.format(text.length), number.format(MOST_CHARACTERS));
    return showDryRun(c, deps, authorityId, { ...pasted, faults: { ...faults, message: tooLong } });
  }
  if (sourceFault !== null) return showDryRun(c, deps, authorityId, pasted);
  const message = { authorityId, sourceId: source, text, language: c.var.language };
  return showDryRun(c, deps, authorityId, { ...pasted, result: await dryRunMessage(deps, message) });
}

async function showDryRun(
  c: Context<HttpEnv>,
  deps: RulesDeps,
  authorityId: string | undefined,
  pasted: Pasted,
): Promise<Response> {
  const words = DRY_RUN_WORDS[c.var.language];
  const choice = {
    title: RULES_WORDS[c.var.language].sections.tryOut.title,
    current: RULES,
    ...(authorityId && { authorityId }),
  } as const;
  const { frame, authority } = await readFrame(c, deps, choice);
  if (!authority) return noAuthority(c, frame);
  const sources = await sourcesToChoose(deps, authority.id);
  const runs = may(c.var.visitor, 'whole-operator', authority.id);
  const shownIn = { words, language: frame.language, timeZone: authority.timeZone };
  const { result, text, faults } = pasted;
  const render = (shown: string, most: number) => (
    <RulesFrame frame={frame} page="tryOut">
      {!runs && <p>{words.tryOperatorsOnly}</p>}
      {runs && sources.length === 0 && <NoSources />}
      {runs && sources.length > 0 && (
        <DryRunForm frame={frame} words={words} sources={sources} pasted={pasted} shown={shown} />
      )}
      {result && <DryRunSection {...shownIn} result={result} most={most} />}
    </RulesFrame>
  );
  const status = Object.keys(faults).length > 0 ? 422 : 200;
  if (!result) {
    const steps = Math.min(MOST_STEPS, Math.ceil(text.length / STEP));
    return fittingPage(c, steps, (count) => render(text.slice(0, count * STEP), 0), status);
  }
  const fits = Buffer.byteLength(await htmlOf(render(text, MOST_SHOWN))) <= MOST_HTML;
  return fittingPage(c, MOST_SHOWN, (most) => render(fits ? text : '', most), status);
}

function DryRunForm({
  frame,
  words,
  sources,
  pasted: { source, text, result, faults },
  shown,
}: {
  readonly frame: Frame;
  readonly words: DryRunWords;
  readonly sources: readonly NamedSource[];
  readonly pasted: Pasted;
  /** The part of the message that the page has room for. */
  readonly shown: string;
}) {
  return (
    <ActionForm action={`${PATH}#${DRY_RUN_ID}`} multipart>
      <fieldset class="group">
        <legend class="unseen">{words.message}</legend>
        <ChoiceField
          id="source"
          label={words.source}
          hint={words.sourceHint}
          faults={faults}
          language={frame.language}
          options={namedApart(sources, frame.language)}
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
