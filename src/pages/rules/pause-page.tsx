import type { Context } from 'hono';
import { inForce, type Pause } from '../../domain/authority.ts';
import { readInstant } from '../../domain/calendar.ts';
import { may } from '../../domain/people/access.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import { noteText } from '../../http/schemas/text.ts';
import { readAuthority } from '../../staff/authorities/authorities.ts';
import { pauseSending, resumeSending } from '../../staff/pauses.ts';
import { sourcesToChoose } from '../../staff/sources/sources.ts';
import { ChoiceField, chosenOf, namedApart, readOneChoice } from '../find/choice.tsx';
import { ActionForm } from '../kit/elements.tsx';
import { type Faults, Field } from '../kit/fields.tsx';
import { fieldOf } from '../kit/forms.ts';
import { noAuthority, type PagesDeps, readFrame } from '../kit/frame.tsx';
import { doneHref } from '../kit/navigation.ts';
import { fittingPage } from '../kit/responses/fitting-page.ts';
import { RULES, RulesFrame } from './frame.tsx';
import { PAUSE_WORDS } from './pause-words.ts';
import {
  changePauseAsSeen,
  marksOfPauses,
  type NotResumed,
  Paused,
  type PausedNow,
  type PauseProps,
  pauseChangedMeanwhile,
  pausedAgain,
  pausedOf,
  seenPause,
} from './pauses.tsx';
import { RULES_WORDS } from './words.ts';

const PATH = '/admin/rules/pause';

/** The fields of the form as they were typed. */
interface TypedPause {
  /** An id, or what was typed in place of a name. */
  readonly source: string;
  readonly reason: string;
  readonly day: string;
  readonly time: string;
  /** Marks of the pauses that the page of the form showed; null: those that this page shows. */
  readonly seen: string | null;
}

const NOTHING: TypedPause = { source: '', reason: '', day: '', time: '', seen: null };

/** A form that was sent, as the page shows it. */
interface ShownPause {
  readonly typed: TypedPause;
  readonly faults: Faults;
  readonly again?: NotResumed;
}

/** `GET /admin/rules/pause`: what is paused, and the form that pauses more. */
export function pausePage(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  return showPause(c, deps, undefined, { typed: NOTHING, faults: {} });
}

/** `POST /admin/rules/pause`: stops the authority or one source at once. */
export async function pauseForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  const actor = requireRight(c, deps, 'whole-operator', authorityId).name;
  const words = PAUSE_WORDS[c.var.language];
  const sources = namedApart(await sourcesToChoose(deps, authorityId), c.var.language);
  const { value: source, fault } = readOneChoice(sources, chosenOf(form, 'source'), c.var.language);
  const [reasonTyped, day, time] = [fieldOf(form, 'reason'), fieldOf(form, 'day'), fieldOf(form, 'time')];
  const seen = fieldOf(form, 'seen');
  const typed = { source, reason: reasonTyped, day, time, seen };
  const now = deps.now();
  const { timeZone } = await readAuthority(deps, authorityId);
  const reason = noteText(200).safeParse(typed.reason);
  const until = untilOf(typed, timeZone);
  const pause: Pause = { at: now, until: until === 'wrong' ? null : until, reason: reason.data ?? '' };
  const isOver = until === 'wrong' || !inForce(pause, now);
  if (!reason.success || isOver || fault) {
    const faults = { ...(!reason.success && { reason: words.reasonWrong }), ...(isOver && { day: words.untilWrong }) };
    return showPause(c, deps, authorityId, { typed, faults: { ...faults, ...(fault && { source: fault }) } });
  }
  const request = { authorityId, sourceId: source || null, actor, pause, seen: seenPause(seen, source) };
  const other = await changePauseAsSeen(deps, request, () => pauseSending(deps, request, now));
  if (other !== undefined) {
    const faults = { reason: pauseChangedMeanwhile(other, timeZone, c.var.language) };
    return showPause(c, deps, authorityId, { typed: { ...typed, seen: null }, faults });
  }
  return c.redirect(doneHref(PATH, { id: authorityId }, { done: 'paused' }), 303);
}

function untilOf({ day, time }: TypedPause, timeZone: string): Date | null | 'wrong' {
  if (day === '' && time === '') return null;
  const at = readInstant(`${day}T${time || '00:00'}`, timeZone);
  return at instanceof Date ? at : 'wrong';
}

/** `POST /admin/rules/resume`: lifts one pause. */
export async function resumeForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  const actor = requireRight(c, deps, 'whole-operator', authorityId).name;
  const source = fieldOf(form, 'source');
  const seen = seenPause(fieldOf(form, 'seen'), source);
  const request = { authorityId, sourceId: source || null, actor, seen };
  const other = await changePauseAsSeen(deps, request, () => resumeSending(deps, request, deps.now()));
  // Where no pause is in force any more, nothing is left to lift.
  if (other) {
    const { timeZone } = await readAuthority(deps, authorityId);
    const again = { id: source, fault: pausedAgain(other, timeZone, c.var.language) };
    return showPause(c, deps, authorityId, { typed: NOTHING, faults: {}, again });
  }
  return c.redirect(doneHref(PATH, { id: authorityId }, { done: 'resumed' }), 303);
}

async function showPause(
  c: Context<HttpEnv>,
  deps: PagesDeps,
  authorityId: string | undefined,
  { typed, faults, again }: ShownPause,
): Promise<Response> {
  const words = PAUSE_WORDS[c.var.language];
  const choice = {
    title: RULES_WORDS[c.var.language].sections.pause.title,
    current: RULES,
    ...(authorityId && { authorityId }),
  } as const;
  const { frame, authority: chosen } = await readFrame(c, deps, choice);
  if (!chosen) return noAuthority(c, frame);
  const authority = await readAuthority(deps, chosen.id);
  const sources = await sourcesToChoose(deps, authority.id);
  const pauses = may(c.var.visitor, 'whole-operator', authority.id);
  const props = { frame, words, authority, sources, now: deps.now(), may: pauses };
  const all = pausedOf(props);
  // The page shows the pause that its form is about, however many others there are.
  const isMeant = ({ id }: PausedNow) => id === (again?.id ?? typed.source);
  const paused = [...all.filter(isMeant), ...all.filter((each) => !isMeant(each))];
  const render = (count: number) => (
    <RulesFrame frame={frame} page="pause" done={words.pauseDone[c.req.query('done') ?? '']}>
      <Paused {...props} paused={paused.slice(0, count)} unshown={paused.length - count} again={again} />
      {pauses ? (
        <PauseForm {...props} typed={typed} faults={faults} shown={marksOfPauses(paused.slice(0, count))} />
      ) : (
        <p>{words.pauseOperatorsOnly}</p>
      )}
    </RulesFrame>
  );
  const faulty = Object.keys(faults).length > 0;
  const status = again || (faulty && typed.seen === null) ? 409 : faulty ? 422 : 200;
  return fittingPage(c, paused.length, render, status);
}

function PauseForm({
  frame,
  words,
  sources,
  typed,
  faults,
  shown,
}: PauseProps & { readonly typed: TypedPause; readonly faults: Faults; readonly shown: string }) {
  return (
    <ActionForm action={PATH}>
      <input type="hidden" name="seen" value={typed.seen ?? shown} />
      <fieldset class="group">
        <legend>{words.pauseTitle}</legend>
        <ChoiceField
          id="source"
          label={words.pauseWhat}
          hint={words.pauseHint}
          any={words.whole}
          faults={faults}
          options={namedApart(sources, frame.language)}
          value={typed.source}
          language={frame.language}
        />
        <Field
          id="reason"
          label={words.reason}
          hint={words.reasonHint}
          value={typed.reason}
          faults={faults}
          required
          more={{ maxlength: 200 }}
        />
        <div class="row">
          <Field id="day" label={words.untilDay} type="date" value={typed.day} faults={faults} />
          <Field id="time" label={words.untilTime} type="time" value={typed.time} />
        </div>
        <p>{words.untilHint}</p>
        <button type="submit">{words.pauseButton}</button>
      </fieldset>
    </ActionForm>
  );
}
