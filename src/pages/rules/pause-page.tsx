import { inForce, type Pause } from '../../domain/authority.ts';
import { readInstant } from '../../domain/calendar.ts';
import { may } from '../../domain/people/access.ts';
import { noteText } from '../../http/schemas/text.ts';
import { readAuthority } from '../../staff/authorities/authorities.ts';
import { pauseSending, resumeSending } from '../../staff/pauses.ts';
import { sourcesToChoose } from '../../staff/sources/sources.ts';
import { ChoiceField, chosenOf, namedApart, readOneChoice } from '../find/choice.tsx';
import { readTypedDay } from '../kit/days.ts';
import { authorityPage } from '../kit/declared/declare.tsx';
import { type FormField, form } from '../kit/declared/form.tsx';
import type { Content, Visit } from '../kit/declared/visit.ts';
import { ActionForm } from '../kit/elements.tsx';
import { DayField, type Faults, Field } from '../kit/fields.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import { DAY_WORDS } from '../kit/period-words.ts';
import { PATHS, RULES, RulesHead, titleOf } from './frame.tsx';
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

const HIDDEN: FormField = { label: '', type: 'hidden' };

/** Stops the authority or one source at once. */
const PAUSE = form<PagesDeps>()({
  path: PATHS.pause,
  right: 'whole-operator',
  title: (language) => PAUSE_WORDS[language].pauseTitle,
  button: (language) => PAUSE_WORDS[language].pauseButton,
  fields: (language) => {
    const words = PAUSE_WORDS[language];
    return {
      source: { label: words.pauseWhat, empty: words.whole },
      reason: { label: words.reason },
      day: { label: words.untilDay },
      time: { label: words.untilTime },
      seen: HIDDEN,
    };
  },
  submit: async ({ c, deps, authorityId, reader, language }, _, sent) => {
    const words = PAUSE_WORDS[language];
    const sources = namedApart(await sourcesToChoose(deps, authorityId), language);
    const { value: source, fault } = readOneChoice(sources, chosenOf(await c.req.parseBody(), 'source'), language);
    const { seen } = sent;
    const typed = { source, reason: sent.reason, day: sent.day, time: sent.time, seen };
    const now = deps.now();
    const { timeZone } = await readAuthority(deps, authorityId);
    const reason = noteText(200).safeParse(typed.reason);
    const until = untilOf(typed, timeZone);
    const pause: Pause = { at: now, until: until === 'wrong' ? null : until, reason: reason.data ?? '' };
    const isOver = !inForce(pause, now);
    if (!reason.success || until === 'wrong' || isOver || fault) {
      const faults = {
        ...(!reason.success && { reason: words.reasonWrong }),
        ...((until === 'wrong' || isOver) && { day: isUnread(typed) ? DAY_WORDS[language].fault : words.untilWrong }),
      };
      return (visit) => contentOf(visit, { typed, faults: { ...faults, ...(fault && { source: fault }) } });
    }
    const request = { authorityId, sourceId: source || null, actor: reader.name, pause, seen: seenPause(seen, source) };
    const other = await changePauseAsSeen(deps, request, () => pauseSending(deps, request, now));
    if (other === undefined) return 'paused';
    const faults = { reason: pauseChangedMeanwhile(other, timeZone, language) };
    return (visit) => contentOf(visit, { typed: { ...typed, seen: null }, faults });
  },
});

/** Lifts one pause. */
const RESUME = form<PagesDeps>()({
  path: '/admin/rules/resume',
  right: 'whole-operator',
  unkept: true,
  title: (language) => PAUSE_WORDS[language].resume,
  fields: () => ({ source: HIDDEN, seen: HIDDEN }),
  submit: async ({ deps, authorityId, reader, language }, _, { source, seen }) => {
    const request = { authorityId, sourceId: source || null, actor: reader.name, seen: seenPause(seen, source) };
    const other = await changePauseAsSeen(deps, request, () => resumeSending(deps, request, deps.now()));
    // Where no pause is in force any more, nothing is left to lift.
    if (!other) return 'resumed';
    return (visit) => {
      const again = { id: source, fault: pausedAgain(other, visit.authority.timeZone, language) };
      return contentOf(visit, { typed: NOTHING, faults: {}, again });
    };
  },
});

/** `/admin/rules/pause`: what is paused, and the form that pauses more. */
export const PAUSE_PAGE = authorityPage<PagesDeps>({
  path: PATHS.pause,
  right: 'viewer',
  menu: RULES,
  title: titleOf('pause'),
  forms: [PAUSE, RESUME],
  view: (visit) => contentOf(visit, { typed: NOTHING, faults: {} }),
});

/** True where the day of the end can't be read. */
const isUnread = ({ day }: TypedPause) => day !== '' && readTypedDay(day) === null;

function untilOf({ day, time }: TypedPause, timeZone: string): Date | null | 'wrong' {
  if (day === '' && time === '') return null;
  const at = readInstant(`${readTypedDay(day)}T${time || '00:00'}`, timeZone);
  return at instanceof Date ? at : 'wrong';
}

async function contentOf(
  { c, deps, authority: { id }, language }: Visit<PagesDeps>,
  { typed, faults, again }: ShownPause,
): Promise<Content> {
  const words = PAUSE_WORDS[language];
  const authority = await readAuthority(deps, id);
  const sources = await sourcesToChoose(deps, id);
  const pauses = may(c.var.visitor, 'whole-operator', id);
  const props = { language, authority, sources, now: deps.now(), may: pauses };
  const all = pausedOf(props);
  // The page shows the pause that its form is about, however many others there are.
  const isMeant = (each: PausedNow) => each.id === (again?.id ?? typed.source);
  const paused = [...all.filter(isMeant), ...all.filter((each) => !isMeant(each))];
  const body = (count: number) => (
    <>
      <RulesHead page="pause" done={words.pauseDone[c.req.query('done') ?? '']} />
      <Paused {...props} paused={paused.slice(0, count)} unshown={paused.length - count} again={again} />
      {pauses ? (
        <PauseForm {...props} typed={typed} faults={faults} shown={marksOfPauses(paused.slice(0, count))} />
      ) : (
        <p>{words.pauseOperatorsOnly}</p>
      )}
    </>
  );
  const faulty = Object.keys(faults).length > 0;
  const status = again || (faulty && typed.seen === null) ? 409 : faulty ? 422 : 200;
  return { ownHeading: true, rows: paused.length, body, status };
}

function PauseForm({
  language,
  sources,
  typed,
  faults,
  shown,
}: PauseProps & { readonly typed: TypedPause; readonly faults: Faults; readonly shown: string }) {
  const words = PAUSE_WORDS[language];
  return (
    <ActionForm action={PATHS.pause}>
      <input type="hidden" name="seen" value={typed.seen ?? shown} />
      <fieldset class="group">
        <legend>{words.pauseTitle}</legend>
        <ChoiceField
          id="source"
          label={words.pauseWhat}
          hint={words.pauseHint}
          any={words.whole}
          faults={faults}
          options={namedApart(sources, language)}
          value={typed.source}
          language={language}
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
          <DayField language={language} id="day" label={words.untilDay} value={typed.day} faults={faults} />
          <Field id="time" label={words.untilTime} type="time" value={typed.time} />
        </div>
        <p>{words.untilHint}</p>
        <button type="submit">{words.pauseButton}</button>
      </fieldset>
    </ActionForm>
  );
}
