import { canUndoOptOut, type OptOutView } from '../../staff/opt-outs.ts';
import { actorText } from '../kit/actor-words.ts';
import { useFrame } from '../kit/context.tsx';
import { ActionForm, Done, Empty, Hidden, momentText, PhoneNumber, phoneText } from '../kit/elements.tsx';
import { Field, SelectField } from '../kit/fields.tsx';
import { FilterForm, Results } from '../kit/filter-form.tsx';
import { SUBJECT_FIELD } from '../kit/forms.ts';
import type { PageAuthority } from '../kit/frame.tsx';
import { LAYOUT_WORDS } from '../kit/layout-words.ts';
import { dayText } from '../kit/moment-text.ts';
import { FOUND_ID, hrefOf } from '../kit/navigation.ts';
import { ListLinks } from '../kit/responses/list-links.tsx';
import { type DonePlace, NextEntry, withDone } from '../replies/done-in-place.tsx';
import { whyMissing } from '../states/unreadable-words.ts';
import { noneOf, OPT_OUT_WORDS, reasonText } from './words.ts';

/** The address of the page. */
export const PATH = '/admin/opt-outs';
/** The lists of opt-outs: those that hold, those that do not any more, and both. */
export const KINDS = ['live', 'lifted', 'all'] as const;
type Kind = (typeof KINDS)[number];

/** A part of the list of opt-outs, as an address and the forms below it name it. */
export interface OptOutPlace {
  readonly show?: Kind;
  /** Only those behind this id; left out: from the first. */
  readonly before?: string;
  /** The days on which they were recorded, both included; left out: any. */
  readonly from?: string;
  readonly to?: string;
}

/** The opt-outs that the page shows, and what can be done with them. */
export interface ListProps {
  readonly authority: PageAuthority;
  readonly kind: Kind;
  readonly optOuts: readonly OptOutView[];
  /** The one that the next page goes on behind; undefined: there are no more. */
  readonly last: OptOutView | undefined;
  /** The opt-outs are a part of the list, and neither the result of a search nor one of its rows. */
  readonly isList: boolean;
  readonly place: OptOutPlace;
  /** The visitor may add and lift. */
  readonly works: boolean;
  readonly done: string | null;
  /** The place of the opt-out that `done` is about. */
  readonly at: DonePlace;
  /** Suppliers of the authority that block numbers by lists of their own. */
  readonly blocking: readonly string[];
  /** The opt-out whose form came back; undefined: none did. */
  readonly lifting: string | undefined;
  readonly now: Date;
}

/** The opt-outs of a number. */
export function OfNumber(props: ListProps) {
  const { search: words } = OPT_OUT_WORDS[useFrame().language];
  const { authority, optOuts, last } = props;
  const { items } = useRows(props);
  return (
    <section class="part" id={FOUND_ID} tabindex={-1} aria-labelledby="found-title">
      <h2 id="found-title">{words.found}</h2>
      {optOuts.length === 0 ? <Empty>{words.none}</Empty> : <ul class="work">{items}</ul>}
      {last && <p>{words.newest}</p>}
      <p>
        <a href={hrefOf(PATH, authority)}>{words.back}</a>
      </p>
    </section>
  );
}

function useRows({ authority, optOuts, isList, works, place, lifting, at, done, blocking, now }: ListProps) {
  const { refused } = useFrame();
  const back = refused && { reason: refused.typed.reason ?? '', fault: refused.faults.reason };
  return withDone(optOuts, at, done === null ? null : <Done text={done} />, (optOut, next) => (
    <OptOutRow
      optOut={optOut}
      next={isList ? next?.id : null}
      authority={authority}
      works={works}
      place={place}
      blocking={blocking}
      undoable={canUndoOptOut(optOut, now)}
      refused={lifting === optOut.id ? back : null}
    />
  ));
}

/** A part of all opt-outs. */
export function Listed(props: ListProps) {
  const { authority, kind, optOuts, last, place } = props;
  const { language } = useFrame();
  const words = OPT_OUT_WORDS[language];
  const { show, from, to } = place;
  const day = (text: string) => dayText(language, text, { day: 'numeric', month: 'long', year: 'numeric' });
  const part = (before?: string) => hrefOf(PATH, authority, { show, from, to, before });
  const { above, items } = useRows(props);
  return (
    <>
      <FilterForm action={PATH} button={LAYOUT_WORDS[language].show}>
        <SelectField
          id="show"
          label={words.which}
          options={KINDS.map((each) => [each, words.kinds[each]])}
          value={kind}
        />
        {Object.entries({ from, to }).map(([name, text]) => text && <input type="hidden" name={name} value={text} />)}
      </FilterForm>
      <Results>
        {from !== undefined && to !== undefined && (
          <p class="lead">
            {words.recordedIn(day(from), day(to))} <a href={hrefOf(PATH, authority, { show })}>{words.anyDay}</a>
          </p>
        )}
        {above}
        {optOuts.length === 0 && <Empty>{from === undefined ? noneOf(words, kind, authority) : words.noneThen}</Empty>}
        <ul class="work">{items}</ul>
        <ListLinks back={[words.first, place.before && part()]} onward={[words.next, last && part(last.id)]} />
      </Results>
    </>
  );
}

interface RowProps {
  readonly optOut: OptOutView;
  /** The id of the opt-out behind it; null: it stands in no list that the work could go on in. */
  readonly next: string | null | undefined;
  readonly authority: PageAuthority;
  /** The visitor may lift. */
  readonly works: boolean;
  /** It was to be lifted: the reason that was typed, and what is wrong with it. */
  readonly refused: { readonly reason: string; readonly fault: string | undefined } | null;
  readonly place: OptOutPlace;
  /** Suppliers of the authority that block numbers by lists of their own. */
  readonly blocking: readonly string[];
  /** Staff have just recorded it. */
  readonly undoable: boolean;
}

/** An opt-out with who recorded it and why, and the form that lifts it. */
function OptOutRow(props: RowProps) {
  const { optOut, authority, works, undoable } = props;
  const { language, installationRole } = useFrame();
  const words = OPT_OUT_WORDS[language];
  const { id, phone, scope, reason, recordedAt, recordedBy, liftedAt, liftedBy, liftReason } = optOut;
  const at = (moment: Date) => momentText(moment, authority.timeZone, language);
  const by = (actor: string | null) => actorText(actor ?? '', language);
  const mayLift = scope === 'authority' || installationRole === 'administrator';
  return (
    <li>
      <div class="what pairs">
        <strong id={`nummer-${id}`}>
          {phone === null ? whyMissing(optOut, 'number', language, words.noNumber) : <PhoneNumber phone={phone} />}
        </strong>
        <div>
          <span>
            {words.recorded(at(recordedAt), by(recordedBy))}: {reasonText(reason, language)}
          </span>
          {scope === 'installation' && <span class="tag">{words.everywhere}</span>}
          {liftedAt && (
            <span>
              {words.liftedAt(at(liftedAt), by(liftedBy))}
              {liftReason && `: ${reasonText(liftReason, language)}`}
            </span>
          )}
        </div>
      </div>
      {works && undoable && mayLift && <UndoForm {...props} />}
      {works && liftedAt === null && (mayLift ? <LiftForm {...props} /> : <span>{words.onlyInstallation}</span>)}
    </li>
  );
}

function UndoForm({ optOut: { id }, next, place }: RowProps) {
  const { undo } = OPT_OUT_WORDS[useFrame().language];
  return (
    <ActionForm action={`${PATH}/${id}/undo`}>
      <Hidden fields={{ ...place }} />
      {next !== null && <NextEntry id={next} />}
      <button class="plain" type="submit" aria-describedby={`nummer-${id}`}>
        {undo}
      </button>
    </ActionForm>
  );
}

function LiftForm({ optOut, next, refused, place, blocking }: RowProps) {
  const { lift } = OPT_OUT_WORDS[useFrame().language];
  const { id, phone, recordedBy } = optOut;
  const field = `reason-${id}`;
  // A supplier that reported the number blocks it, whether or not it is known to have a list of its own.
  const [, reporter] = /^gateway:(.+)$/.exec(recordedBy) ?? [];
  const blockers = new Set([...blocking, ...(reporter ? [reporter] : [])]);
  return (
    <details class="step" open={refused !== null}>
      <summary aria-describedby={`nummer-${id}`}>{lift.title}</summary>
      <ActionForm action={`${PATH}/${id}/lift`}>
        <Hidden fields={{ ...place }} />
        {next !== null && <NextEntry id={next} />}
        <input type="hidden" name={SUBJECT_FIELD} value={phone === null ? '' : phoneText(phone)} />
        <Field
          id={field}
          name="reason"
          label={lift.reason}
          hint={lift.hint}
          faults={{ [field]: refused?.fault }}
          required
          value={refused?.reason ?? ''}
          more={{ autocomplete: 'off', maxlength: 500 }}
        />
        {[...blockers].map((gateway) => (
          <p class="warning">{lift.blocking(gateway)}</p>
        ))}
        <button type="submit" aria-describedby={`nummer-${id}`}>
          {lift.button}
        </button>
      </ActionForm>
    </details>
  );
}
