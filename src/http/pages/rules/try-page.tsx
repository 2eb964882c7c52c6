import type { Context } from 'hono';
import { type TriedMessage, tryMessage } from '../../../sources/try-message.ts';
import { type ManagedSource, readSources } from '../../../staff/sources/sources.ts';
import type { HttpEnv } from '../../env.ts';
import { page } from '../document.tsx';
import { ActionForm, Empty } from '../elements.tsx';
import { type Faults, SelectField, TextField } from '../fields.tsx';
import { fieldOf } from '../forms.ts';
import { mayWholeOnPage, noAuthority, readFrame, requireWholeOnPage } from '../frame.tsx';
import type { Frame } from '../layout.tsx';
import { RulesFrame } from './frame.tsx';
import { MOST_SOURCES } from './pause-page.tsx';
import type { RulesDeps } from './section-page.tsx';
import { TriedResult } from './tried-result.tsx';
import { RULES_WORDS, type RulesWords } from './words.ts';

const PATH = '/admin/rules/try';
/** A page of 100 kB shows them again, with what they would come to. */
const MOST_CHARACTERS = 40_000;

/** A message that was pasted, and what came of it. */
interface Pasted {
  readonly source: string;
  readonly text: string;
  readonly tried: TriedMessage | null;
  readonly faults: Faults;
}

/** `GET /admin/rules/try`: the form that takes a message. */
export function tryPage(c: Context<HttpEnv>, deps: RulesDeps): Promise<Response> {
  return showTry(c, deps, undefined, { source: '', text: '', tried: null, faults: {} });
}

/** `POST /admin/rules/try`: what a message would come to. Nothing is stored. */
export async function tryForm(c: Context<HttpEnv>, deps: RulesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  requireWholeOnPage(c, deps, authorityId, 'operator');
  const words = RULES_WORDS[c.var.language].tools;
  const [source, text] = [fieldOf(form, 'source'), fieldOf(form, 'message').replace(/\r\n?/g, '\n')];
  const fault = text.trim() === '' ? words.messageEmpty : text.length > MOST_CHARACTERS ? words.messageLong : null;
  if (fault !== null)
    return showTry(c, deps, authorityId, {
      source,
      text: text.slice(0, MOST_CHARACTERS),
      tried: null,
      faults: { message: fault },
    });
  const message = { authorityId, sourceId: source, text, language: c.var.language };
  const tried = await tryMessage(deps, message);
  return showTry(c, deps, authorityId, { source, text, tried, faults: {} });
}

async function showTry(
  c: Context<HttpEnv>,
  deps: RulesDeps,
  authorityId: string | undefined,
  pasted: Pasted,
): Promise<Response> {
  const words = RULES_WORDS[c.var.language];
  const choice = { title: words.sections.tryOut.title, current: 'rules', ...(authorityId && { authorityId }) } as const;
  const { frame, authority } = await readFrame(c, deps, choice);
  if (!authority) return noAuthority(c, frame);
  const sources = await readSources(deps, authority.id, { after: null, limit: MOST_SOURCES });
  const { tools } = words;
  const may = mayWholeOnPage(c, authority, 'operator');
  const result = { words, language: frame.language, timeZone: authority.timeZone };
  return page(
    c,
    <RulesFrame frame={frame} page="tryOut">
      {!may && <p>{tools.operatorsOnly}</p>}
      {may && sources.length === 0 && <Empty>{tools.noSources}</Empty>}
      {may && sources.length > 0 && <TryForm {...{ frame, words, sources, pasted }} />}
      {pasted.tried && <TriedResult {...result} tried={pasted.tried} />}
    </RulesFrame>,
    Object.keys(pasted.faults).length > 0 ? 422 : 200,
  );
}

function TryForm({
  frame,
  words: { tools },
  sources,
  pasted: { source, text, faults },
}: {
  readonly frame: Frame;
  readonly words: RulesWords;
  readonly sources: readonly ManagedSource[];
  readonly pasted: Pasted;
}) {
  const options = sources.map(({ id, name }) => [id, name] as const);
  return (
    <ActionForm frame={frame} action={PATH}>
      <fieldset class="group">
        <legend class="unseen">{tools.message}</legend>
        <SelectField {...{ id: 'source', label: tools.source, options, value: source }} />
        <TextField
          {...{ id: 'message', label: tools.message, hint: tools.messageHint, value: text, rows: 10, faults }}
        />
        <button type="submit">{tools.tryButton}</button>
      </fieldset>
    </ActionForm>
  );
}
