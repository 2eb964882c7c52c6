import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Authority } from '../../domain/authority.ts';
import { addDays, readLocal } from '../../domain/calendar.ts';
import { may } from '../../domain/people/access.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import { ownOptOutLists } from '../../staff/gateways/rules.ts';
import { type OptOutView, readOptOut, readOptOuts } from '../../staff/opt-outs.ts';
import type { Frame } from '../kit/context.tsx';
import { isDay } from '../kit/days.ts';
import { ActionForm, Done, Empty } from '../kit/elements.tsx';
import { type Faults, Field, SelectField } from '../kit/fields.tsx';
import { FilterForm, Results } from '../kit/filter-form.tsx';
import { noAuthority, type PagesDeps, readFrame } from '../kit/frame.tsx';
import { Framed } from '../kit/layout.tsx';
import { LAYOUT_WORDS } from '../kit/layout-words.ts';
import { dayText } from '../kit/moment-text.ts';
import { doneHref, FOUND_ID, hrefOf } from '../kit/navigation.ts';
import { firstRows } from '../kit/responses/first-rows.ts';
import { fittingPage } from '../kit/responses/fitting-page.ts';
import { ListLinks } from '../kit/responses/list-links.tsx';
import { type DonePlace, readNextEntry, withDone } from '../replies/done-in-place.tsx';
import { REPLIES, RepliesNavigation } from '../replies/navigation.tsx';
import { type OptOutFault, type OptOutPlace, OptOutRow } from './opt-out-row.tsx';
import { leadOf, noneOf, OPT_OUT_WORDS, type OptOutWords } from './words.ts';

const MOST_SHOWN = 25;
const KINDS = ['live', 'lifted', 'all'] as const;
type Kind = (typeof KINDS)[number];

/** The part of the list that an address or a form names; what can't be one is left out. */
export function readOptOutPlace(of: (name: 'show' | 'before' | 'from' | 'to') => string | undefined): OptOutPlace {
  const kind = KINDS.find((each) => each === of('show') && each !== 'live');
  const from = of('from') ?? '';
  const to = of('to') || from;
  const period = isDay(from) && isDay(to) && from <= to ? { from, to } : {};
  return { show: kind, before: z.uuid().safeParse(of('before')).data, ...period };
}

/** The moments of the days of a place. */
function recordedIn({ from, to }: OptOutPlace, { timeZone }: Authority) {
  if (from === undefined || to === undefined) return undefined;
  const midnight = (day: string) => readLocal(`${day}T00:00`, timeZone).at;
  return { from: midnight(from), until: midnight(addDays(to, 1)) };
}

/** A search for a number. */
interface OptOutSearch {
  readonly authorityId: string;
  readonly typed: string;
  readonly faults?: Faults;
  /** null: the number could not be read. */
  readonly found: readonly OptOutView[] | null;
}

/**
 * `GET /admin/opt-outs`: the numbers of one authority that get no SMS, the newest first. After a form: with what is
 * wrong with it, or with the opt-outs that were searched for.
 */
export async function optOutsPage(
  c: Context<HttpEnv>,
  deps: PagesDeps,
  { fault, search }: { readonly fault?: OptOutFault; readonly search?: OptOutSearch } = {},
): Promise<Response> {
  const words = OPT_OUT_WORDS[c.var.language];
  const { frame, authority } = await readFrame(c, deps, {
    title: words.title,
    current: REPLIES,
    ...((fault || search) && { authorityId: (fault ?? search)?.authorityId }),
  });
  if (!authority) return noAuthority(c, frame);
  const reader = requireRight(c, deps, 'viewer', authority.id);
  const place = fault?.place ?? readOptOutPlace((name) => c.req.query(name));
  const kind = KINDS.find((each) => each === place.show) ?? 'live';
  const before = place.before ?? null;
  const lifted = kind === 'all' ? undefined : kind === 'lifted';
  const filter = { before, lifted, recorded: recordedIn(place, authority), limit: MOST_SHOWN + 1 };
  const limited = Boolean(reader.departments);
  const list = async () => (limited ? [] : readOptOuts(deps, reader, authority.id, filter, deps.now()));
  const listed = search?.found ?? (await list());
  if (listed.length === 0 && before !== null && !fault) {
    // The last opt-out of this page may just have been lifted; the list before it need not be empty.
    const first = { ...place, before: undefined, done: c.req.query('done') };
    return c.redirect(doneHref('/admin/opt-outs', authority, first), 303);
  }
  // A form that comes back may have stood in the result of a search.
  const isElsewhere = fault?.lifting != null && !listed.some(({ id }) => id === fault.lifting);
  const alone = isElsewhere ? await readOptOut(deps, reader, authority.id, fault.lifting ?? '', deps.now()) : [];
  const found = alone.length > 0 ? alone : listed;
  const props = {
    frame,
    authority,
    words,
    kind,
    limited,
    fault,
    search,
    place,
    isList: alone.length === 0 && !search?.found,
    works: !limited && may(c.var.visitor, 'operator', authority.id),
    done: doneOf(words, c.req.query('done')),
    blocking: ownOptOutLists(deps.gateways, authority),
    at: { own: z.uuid().safeParse(c.req.query('opt')).data, next: readNextEntry(c.req.query('next')) },
  };
  const render = (count: number) => {
    const { rows, last } = firstRows(found, count, ({ id }) => id === fault?.lifting);
    return <OptOutsPage {...props} optOuts={rows} last={last} />;
  };
  return fittingPage(c, Math.min(found.length, MOST_SHOWN), render, fault || search?.faults ? 422 : 200);
}

function doneOf(words: OptOutWords, done: string | undefined): string | null {
  return done === 'added' || done === 'known' || done === 'lifted' ? words.done[done] : null;
}

interface OptOutsPageProps {
  readonly frame: Frame;
  readonly authority: Authority;
  readonly words: OptOutWords;
  readonly kind: Kind;
  readonly optOuts: readonly OptOutView[];
  /** The one that the next page goes on behind; undefined: there are no more. */
  readonly last: OptOutView | undefined;
  /** The opt-outs are a part of the list, and neither the result of a search nor one of its rows. */
  readonly isList: boolean;
  readonly place: OptOutPlace;
  /** The visitor may add and lift. */
  readonly works: boolean;
  /** The visitor sees some departments only, and so no opt-outs. */
  readonly limited: boolean;
  readonly done: string | null;
  /** The place of the opt-out that `done` is about. */
  readonly at: DonePlace;
  /** Suppliers of the authority that block numbers by lists of their own. */
  readonly blocking: readonly string[];
  readonly fault: OptOutFault | undefined;
  readonly search: OptOutSearch | undefined;
}

function OptOutsPage(props: OptOutsPageProps) {
  const { frame, words, works, limited } = props;
  return (
    <Framed frame={frame}>
      <h1>{words.title}</h1>
      <RepliesNavigation frame={frame} current="/admin/opt-outs" />
      <p class="lead">{leadOf(words, props.search?.found ? 'all' : props.kind, props.authority)}</p>
      {limited ? (
        <Empty>{words.limited}</Empty>
      ) : (
        <>
          {works ? <AddForm {...props} /> : <p class="lead">{words.readOnly}</p>}
          {works && <SearchForm {...props} />}
          {props.search?.found ? <OfNumber {...props} /> : <Listed {...props} />}
        </>
      )}
    </Framed>
  );
}

function AddForm({ frame, words: { add }, fault }: OptOutsPageProps) {
  const adding = fault?.lifting === null ? fault : undefined;
  return (
    <details class="task" open={adding !== undefined}>
      <summary>{add.title}</summary>
      <div class="card">
        <ActionForm action="/admin/opt-outs">
          <Field
            id="phone"
            label={add.phone}
            hint={add.phoneHint}
            faults={adding?.faults}
            type="tel"
            required
            value={adding?.typed.phone ?? ''}
            more={{ autocomplete: 'off', maxlength: 64 }}
          />
          <Field
            id="reason"
            label={add.reason}
            hint={add.reasonHint}
            faults={adding?.faults}
            required
            value={adding?.typed.reason ?? ''}
            more={{ autocomplete: 'off', maxlength: 500 }}
          />
          <button type="submit">{add.button}</button>
        </ActionForm>
      </div>
    </details>
  );
}

/** The form that looks for a number. It is posted: a number has no place in an address. */
function SearchForm({ frame, words: { search, add }, search: asked }: OptOutsPageProps) {
  return (
    <div class="search">
      <ActionForm action={`/admin/opt-outs-of-number#${FOUND_ID}`}>
        <Field
          id="number"
          label={search.label}
          hint={add.phoneHint}
          faults={asked?.faults}
          type="tel"
          required
          value={asked?.typed ?? ''}
          more={{ autocomplete: 'off', maxlength: 64 }}
        />
        <button type="submit">{search.button}</button>
      </ActionForm>
    </div>
  );
}

/** The opt-outs of a number. */
function OfNumber(props: OptOutsPageProps) {
  const { frame, words, optOuts, last } = props;
  return (
    <section class="part" id={FOUND_ID} tabindex={-1} aria-labelledby="found-title">
      <h2 id="found-title">{words.search.found}</h2>
      {optOuts.length === 0 ? <Empty>{words.search.none}</Empty> : <ul class="work">{rowsOf(props).items}</ul>}
      {last && <p>{words.search.newest}</p>}
      <p>
        <a href={hrefOf('/admin/opt-outs', frame.authority)}>{words.search.back}</a>
      </p>
    </section>
  );
}

function rowsOf(props: OptOutsPageProps) {
  const { frame, authority, words, optOuts, isList, works, place, fault, at, done, blocking } = props;
  return withDone(optOuts, at, done === null ? null : <Done text={done} />, (optOut, next) => (
    <OptOutRow
      optOut={optOut}
      next={isList ? next?.id : null}
      frame={frame}
      authority={authority}
      words={words}
      works={works}
      place={place}
      blocking={blocking}
      fault={fault?.lifting === optOut.id ? fault : undefined}
    />
  ));
}

/** A part of all opt-outs. */
function Listed(props: OptOutsPageProps) {
  const { frame, authority, words, kind, optOuts, last, place, fault, search } = props;
  const { show, from, to } = place;
  const day = (text: string) => dayText(frame.language, text, { day: 'numeric', month: 'long', year: 'numeric' });
  const part = (before?: string) => hrefOf('/admin/opt-outs', authority, { show, from, to, before });
  const { above, items } = rowsOf(props);
  return (
    <>
      <FilterForm action="/admin/opt-outs" button={LAYOUT_WORDS[frame.language].show}>
        <SelectField
          id="show"
          label={words.which}
          options={KINDS.map((each) => [each, words.kinds[each]])}
          value={kind}
        />
        {Object.entries({ from, to }).map(([name, text]) => text && <input type="hidden" name={name} value={text} />)}
      </FilterForm>
      <Results refused={Boolean(fault ?? search)}>
        {from !== undefined && to !== undefined && (
          <p class="lead">
            {words.recordedIn(day(from), day(to))}{' '}
            <a href={hrefOf('/admin/opt-outs', authority, { show })}>{words.anyDay}</a>
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
