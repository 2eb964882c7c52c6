import { z } from 'zod';
import type { Authority } from '../../domain/authority.ts';
import { addDays, readLocal } from '../../domain/calendar.ts';
import { notFound, Problem } from '../../domain/errors.ts';
import { isUuid } from '../../domain/ids.ts';
import { may } from '../../domain/people/access.ts';
import { readAnyNumber } from '../../domain/phone.ts';
import { requireRight } from '../../http/authorize.ts';
import { noteText } from '../../http/schemas/text.ts';
import { ownOptOutLists } from '../../staff/gateways/rules.ts';
import {
  liftOptOutByStaff,
  type OptOutView,
  readOptOuts,
  readOptOutsLike,
  recordOptOutByStaff,
  searchOptOuts,
  undoOptOutByStaff,
} from '../../staff/opt-outs.ts';
import { useFrame } from '../kit/context.tsx';
import { isDay } from '../kit/days.ts';
import { authorityPage } from '../kit/declared/declare.tsx';
import { FormBody, type FormField, form } from '../kit/declared/form.tsx';
import type { Content, Visit } from '../kit/declared/visit.ts';
import { Empty } from '../kit/elements.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import { Tabs } from '../kit/group-page.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { doneHref, FOUND_ID } from '../kit/navigation.ts';
import { firstRows } from '../kit/responses/first-rows.ts';
import { readNextEntry } from '../replies/done-in-place.tsx';
import { REPLIES } from '../replies/replies-page.tsx';
import { KINDS, Listed, type ListProps, OfNumber, type OptOutPlace, PATH } from './opt-out-list.tsx';
import { leadOf, OPT_OUT_WORDS } from './words.ts';

const MOST_SHOWN = 25;
/** Characters of a number as it is typed. */
const MOST_NUMBER = 64;
const MOST_REASON = 500;

const phoneField = z
  .string()
  .max(MOST_NUMBER)
  .transform((raw) => readAnyNumber(raw))
  .pipe(z.string());
const reasonField = noteText(MOST_REASON);

function phoneInput(language: PageLanguage, label: string): FormField {
  const { add, faults } = OPT_OUT_WORDS[language];
  const more = { autocomplete: 'off', maxlength: MOST_NUMBER };
  return { required: true, type: 'tel', label, hint: add.phoneHint, fault: faults.phone, more };
}

function reasonInput(language: PageLanguage, label: string, hint: string): FormField {
  const { reason, phone, ...others } = OPT_OUT_WORDS[language].faults;
  const fault = (code: string) => new Map(Object.entries(others)).get(code) ?? reason;
  return { required: true, label, hint, fault, more: { autocomplete: 'off', maxlength: MOST_REASON } };
}

const ADD = form<PagesDeps>()({
  path: PATH,
  right: 'whole-operator',
  title: (language) => OPT_OUT_WORDS[language].add.title,
  button: (language) => OPT_OUT_WORDS[language].add.button,
  fields: (language) => {
    const { phone, reason, reasonHint } = OPT_OUT_WORDS[language].add;
    return { phone: phoneInput(language, phone), reason: reasonInput(language, reason, reasonHint) };
  },
  schema: z.object({ phone: phoneField, reason: reasonField }),
  submit: async ({ deps, authorityId, reader }, { phone, reason }) => {
    const request = { authorityId, phone, reason };
    const { created, optOut } = await recordOptOutByStaff(deps, reader, request, deps.now());
    return created ? { query: { done: 'added', opt: optOut.id } } : 'known';
  },
});

/** Looks for the opt-outs of a number. It is posted: a number has no place in an address. */
const SEARCH = form<PagesDeps>()({
  path: '/admin/opt-outs-of-number',
  right: 'whole-operator',
  title: (language) => OPT_OUT_WORDS[language].search.label,
  button: (language) => OPT_OUT_WORDS[language].search.button,
  fields: (language) => ({ number: phoneInput(language, OPT_OUT_WORDS[language].search.label) }),
  schema: z.object({ number: z.string().trim().pipe(phoneField) }),
  submit: async ({ deps, authorityId, reader }, { number: phone }, typed) => {
    const found = await searchOptOuts(deps, reader, { authorityId, phone }, deps.now());
    return (visit) => contentOf(visit, { typed: typed.number.trim(), found });
  },
});

const HIDDEN: FormField = { label: '', type: 'hidden' };
/** The part of the list, and the entry behind, that a form of a row leads back to. */
const PLACE = { show: HIDDEN, before: HIDDEN, from: HIDDEN, to: HIDDEN, next: HIDDEN };

const LIFT = form<PagesDeps>()({
  path: `${PATH}/:id/lift`,
  right: 'whole-operator',
  subject: true,
  title: (language) => OPT_OUT_WORDS[language].lift.title,
  button: (language) => OPT_OUT_WORDS[language].lift.button,
  fields: (language) => {
    const { reason, hint } = OPT_OUT_WORDS[language].lift;
    return { reason: reasonInput(language, reason, hint), ...PLACE };
  },
  schema: z.object({ reason: reasonField }),
  submit: async ({ deps, authorityId, reader, params: { id = '' } }, { reason }, typed) => {
    if (!isUuid(id)) throw notFound('opt-out');
    await liftOptOutByStaff(deps, reader, { authorityId, id, reason, installation: reader.installation }, deps.now());
    return { query: { done: 'lifted', ...placeIn(typed), opt: id, next: readNextEntry(typed.next) } };
  },
});

/** Takes back an opt-out that staff have just recorded. */
const UNDO = form<PagesDeps>()({
  path: `${PATH}/:id/undo`,
  right: 'whole-operator',
  title: (language) => OPT_OUT_WORDS[language].undo,
  fields: () => PLACE,
  submit: async ({ deps, authorityId, reader, params: { id = '' } }, _, typed) => {
    if (!isUuid(id)) throw notFound('opt-out');
    const back = { ...placeIn(typed), opt: id, next: readNextEntry(typed.next) };
    try {
      await undoOptOutByStaff(deps, reader, { authorityId, id, installation: reader.installation }, deps.now());
      return { query: { done: 'undone', ...back } };
    } catch (error) {
      if (error instanceof Problem && error.status === 409) return { query: { done: 'late', ...back } };
      throw error;
    }
  },
});

/** `/admin/opt-outs`: the numbers of one authority that get no SMS, with who recorded and lifted each, and why. */
export const OPT_OUTS_PAGE = authorityPage<PagesDeps>({
  path: PATH,
  right: 'viewer',
  menu: REPLIES,
  tab: { da: OPT_OUT_WORDS.da.title, en: OPT_OUT_WORDS.en.title },
  forms: [ADD, SEARCH, LIFT, UNDO],
  view: async (visit) => {
    const { c, deps } = visit;
    const { like: id, authority: authorityId = '' } = c.req.query();
    if (id === undefined || visit.frame.refused) return contentOf(visit);
    // Opt-outs of the number of an appointment, which stands in no address.
    const reader = requireRight(c, deps, 'whole-operator', authorityId);
    if (!isUuid(id)) throw notFound('appointment');
    return contentOf(visit, { typed: '', found: await readOptOutsLike(deps, reader, { authorityId, id }, deps.now()) });
  },
});

/** The part of the list that an address or a form names; what can't be one is left out. */
function placeIn(named: Readonly<Record<string, string>>): OptOutPlace {
  const show = KINDS.find((each) => each === named.show && each !== 'live');
  const before = named.before ?? '';
  const from = named.from ?? '';
  const to = named.to || from;
  const period = isDay(from) && isDay(to) && from <= to ? { from, to } : {};
  return { ...(show && { show }), ...(isUuid(before) && { before }), ...period };
}

/** The moments of the days of a place. */
function recordedIn({ from, to }: OptOutPlace, { timeZone }: Authority) {
  if (from === undefined || to === undefined) return undefined;
  const midnight = (day: string) => readLocal(`${day}T00:00`, timeZone).at;
  return { from: midnight(from), until: midnight(addDays(to, 1)) };
}

/** The result of a search for a number. */
interface Found {
  readonly typed: string;
  readonly found: readonly OptOutView[];
}

/** The newest first. After a form: with what is wrong with it, or with the opt-outs that were searched for. */
async function contentOf(visit: Visit<PagesDeps>, search?: Found): Promise<Content | Response> {
  const { c, deps, authority, reader, frame } = visit;
  const { refused } = frame;
  const lifting = refused?.form === LIFT ? refused.params.id : undefined;
  const place = placeIn(lifting === undefined ? c.req.query() : (refused?.typed ?? {}));
  const { show: kind = 'live', before = null } = place;
  const lifted = kind === 'all' ? undefined : kind === 'lifted';
  const filter = { before, lifted, recorded: recordedIn(place, authority), limit: MOST_SHOWN + 1 };
  const limited = Boolean(reader.departments);
  const list = async () => (limited ? [] : readOptOuts(deps, reader, authority.id, filter, deps.now()));
  const listed = search?.found ?? (await list());
  const { done, opt, next } = c.req.query();
  if (listed.length === 0 && before !== null && !refused) {
    // The last opt-out of this page may just have been lifted; the list before it need not be empty.
    return c.redirect(doneHref(PATH, authority, { ...place, before: undefined, done }), 303);
  }
  // A form that comes back may have stood in the result of a search.
  const isElsewhere = lifting !== undefined && !listed.some(({ id }) => id === lifting);
  const alone = isElsewhere ? await readOptOuts(deps, reader, authority.id, { id: lifting, limit: 1 }, deps.now()) : [];
  const found = alone.length > 0 ? alone : listed;
  const props = {
    authority,
    kind,
    limited,
    lifting,
    search,
    place,
    isList: alone.length === 0 && !search,
    works: !limited && may(c.var.visitor, 'operator', authority.id),
    done: new Map(Object.entries(OPT_OUT_WORDS[frame.language].done)).get(done ?? '') ?? null,
    now: deps.now(),
    blocking: ownOptOutLists(deps.gateways, authority),
    at: { own: isUuid(opt ?? null) ? opt : undefined, next: readNextEntry(next) },
  };
  const body = (count: number) => {
    const { rows, last } = firstRows(found, count, ({ id }) => id === lifting);
    return <OptOuts {...props} optOuts={rows} last={last} />;
  };
  return { ownHeading: true, rows: Math.min(found.length, MOST_SHOWN), body };
}

interface OptOutsProps extends ListProps {
  /** The visitor sees some departments only, and so no opt-outs. */
  readonly limited: boolean;
  readonly search: Found | undefined;
}

function OptOuts(props: OptOutsProps) {
  const { works, limited, search, kind, authority } = props;
  const { language } = useFrame();
  const words = OPT_OUT_WORDS[language];
  return (
    <>
      <h1>{words.title}</h1>
      <Tabs path={PATH} />
      <p class="lead">{leadOf(words, search ? 'all' : kind, authority)}</p>
      {limited ? (
        <Empty>{words.limited}</Empty>
      ) : (
        <>
          {works ? <AddForm /> : <p class="lead">{words.readOnly}</p>}
          {works && (
            <div class="search">
              <FormBody form={SEARCH} values={{ number: search?.typed ?? '' }} to={FOUND_ID} />
            </div>
          )}
          {search ? <OfNumber {...props} /> : <Listed {...props} />}
        </>
      )}
    </>
  );
}

function AddForm() {
  const { language, refused } = useFrame();
  return (
    <details class="task" open={refused?.form === ADD}>
      <summary>{OPT_OUT_WORDS[language].add.title}</summary>
      <div class="card">
        <FormBody form={ADD} />
      </div>
    </details>
  );
}
