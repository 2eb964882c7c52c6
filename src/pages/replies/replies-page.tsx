import { isUuid } from '../../domain/ids.ts';
import { may } from '../../domain/people/access.ts';
import { MEANINGS, type Meaning } from '../../domain/replies/read-reply.ts';
import { type RemindersOfReply, readRemindersOfReplies } from '../../staff/replies/reminders-of-reply.ts';
import { type InboundPlace, type InboundView, readReplies } from '../../staff/replies/replies.ts';
import { canBeAnswered } from '../../templates/index.ts';
import { useFrame } from '../kit/context.tsx';
import { authorityPage } from '../kit/declared/declare.tsx';
import { SelectField } from '../kit/fields.tsx';
import { FilterForm, Results } from '../kit/filter-form.tsx';
import type { PageAuthority, PagesDeps } from '../kit/frame.tsx';
import { Tabs } from '../kit/group-page.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { LAYOUT_WORDS } from '../kit/layout-words.ts';
import { doneHref, hrefOf, type Menu } from '../kit/navigation.ts';
import type { Page } from '../kit/page.ts';
import { firstRows } from '../kit/responses/first-rows.ts';
import { ListLinks } from '../kit/responses/list-links.tsx';
import { placeText, REPLY_WORDS, readReplyPlace } from '../states/replies.ts';
import { ACTIONS } from './decisions.tsx';
import type { DonePlace } from './done-in-place.tsx';
import { PATH, SETTLE, showIn, UNDO } from './replies-forms.ts';
import { type ReplyGroup, ReplyList } from './reply-list.tsx';
import { readSettling, type Settling, settlingPlace } from './settling.tsx';
import { Warnings } from './warnings.tsx';
import { REPLIES_WORDS, type RepliesFilter, SHOWN } from './words.ts';

const MOST_REPLIES = 25;

/** The entry of the navigation that the page belongs to. */
export const REPLIES: Menu = {
  name: 'replies',
  path: PATH,
  label: { da: 'Svar og frameldinger', en: 'Replies and opt-outs' },
  right: 'viewer',
};

/** Which replies each part of the list has. */
const FILTERS = {
  open: { needsPerson: true },
  settled: { settled: true },
  automatic: { needsPerson: false, settled: false },
  all: {},
} as const satisfies Record<RepliesFilter, object>;

/** `/admin/replies`: the replies of one authority that a person must read, or those that are done with. */
export const REPLIES_PAGE: Page<PagesDeps> = {
  ...authorityPage<PagesDeps>({
    path: PATH,
    right: 'viewer',
    menu: REPLIES,
    tab: { da: 'Svar', en: 'Replies' },
    title: { da: REPLIES_WORDS.da.title, en: REPLIES_WORDS.en.title },
    prefer: ({ openReplies }) => openReplies > 0,
    view: async (visit) => {
      const { c, deps, authority, reader } = visit;
      const query = c.req.query();
      const shown = showIn(query.show) ?? 'open';
      const meaning = MEANINGS.find((each) => each === query.meaning);
      const before = readReplyPlace(query.before);
      const filter = { ...FILTERS[shown], meaning, before, limit: MOST_REPLIES };
      const now = deps.now();
      const { replies, next } = await readReplies(deps, reader, authority.id, filter, now);
      const choice = { shown, meaning, before };
      const { done, reply } = query;
      if (replies.length === 0 && next === null && before !== null && (shown === 'open' || done !== undefined)) {
        // The last reply of this page may just have been settled; the list before it need not be empty.
        return c.redirect(doneHref(PATH, authority, { ...keptOf({ shown, meaning }), done, reply }), 303);
      }
      const choose = isUuid(query.choose ?? null) ? (query.choose ?? null) : null;
      const props = {
        authority,
        choice,
        message: await readSettling(visit),
        place: settlingPlace(visit),
        choose,
        settles: may(c.var.visitor, 'operator', authority.id),
        edits: may(c.var.visitor, 'whole-administrator', authority.id),
        reminders: await readRemindersOfReplies(deps, reader, authority.id, replies),
      };
      return {
        ownHeading: true,
        rows: replies.length,
        body: (count) => {
          const { rows, last } = firstRows(replies, count, ({ id }) => id === choose);
          const full = last !== undefined || count === MOST_REPLIES;
          return <Replies {...props} replies={rows} full={full} next={last ?? next} />;
        },
      };
    },
  }),
  forms: [SETTLE, UNDO],
};

/** The replies that the page shows: a part of them, of every meaning or of one. */
interface Choice {
  readonly shown: RepliesFilter;
  readonly meaning: Meaning | undefined;
  /** Only those from this place on; null: from the first. */
  readonly before: InboundPlace | null;
}

/** The part of the list that a form leads back to. */
function keptOf({ shown, meaning, before }: Omit<Choice, 'before'> & Partial<Choice>): Record<string, string> {
  const place = before ? { before: placeText(before) } : {};
  return { ...(shown !== 'open' && { show: shown }), ...(meaning && { meaning }), ...place };
}

interface RepliesProps {
  readonly authority: PageAuthority;
  readonly choice: Choice;
  readonly replies: readonly InboundView[];
  /** The reminders that those of them which wait may be about, by their ids. */
  readonly reminders: ReadonlyMap<string, RemindersOfReply>;
  /** The visitor may settle them. */
  readonly settles: boolean;
  /** The visitor may change the rules. */
  readonly edits: boolean;
  /** The part is as long as one can be; false: it ends where so many replies were looked at. */
  readonly full: boolean;
  /** Where the list goes on; null: it ends with these. */
  readonly next: InboundPlace | null;
  readonly message: Settling | null;
  /** The place of the reply that the message is about. */
  readonly place: DonePlace;
  /** The reply that was to be settled without the appointment that it is about. */
  readonly choose: string | null;
}

function Replies(props: RepliesProps) {
  const { authority, choice, replies, settles } = props;
  const { language } = useFrame();
  const words = REPLIES_WORDS[language];
  return (
    <>
      <h1>{words.title}</h1>
      <Tabs path={PATH} />
      {choice.shown !== 'open' && <p class="lead">{words.leads[choice.shown]}</p>}
      {!settles && <p class="lead">{words.readOnly}</p>}
      <div class="list-head">
        <FilterForm action={PATH} button={LAYOUT_WORDS[language].show}>
          <FilterFields {...choice} />
        </FilterForm>
        {replies.length > 0 && choice.shown === 'open' && settles && <Explained />}
      </div>
      <Warnings authority={authority} edits={props.edits} />
      <Results>
        <ReplyList {...props} groups={groupsOf(choice.shown, replies, language)} kept={keptOf(choice)} />
        {replies.length === 0 && <NoReplies {...props} />}
        <Pages {...props} />
      </Results>
    </>
  );
}

/** The open replies by what is to be done, any others below one heading. */
function groupsOf(shown: RepliesFilter, replies: readonly InboundView[], language: PageLanguage): ReplyGroup[] {
  const { groups, shown: titles } = REPLIES_WORDS[language];
  if (shown !== 'open') return [{ id: 'replies', title: titles[shown], replies }];
  return [
    { id: 'decide', title: groups.decide, replies: replies.filter(({ rank }) => rank > 0) },
    { id: 'questions', title: groups.questions, replies: replies.filter(({ rank }) => rank === 0) },
  ];
}

function FilterFields({ shown, meaning }: Choice) {
  const { language } = useFrame();
  const words = REPLIES_WORDS[language];
  const which = SHOWN.map((each) => [each, words.shown[each]] as const);
  const { meanings } = REPLY_WORDS[language];
  const named = Object.entries(meanings).map(([each, { label }]) => [each, label] as const);
  return (
    <>
      <SelectField id="show" label={words.which} options={which} value={shown} />
      <SelectField id="meaning" label={words.meaning} options={[['', words.all], ...named]} value={meaning ?? ''} />
    </>
  );
}

/** The decisions with what follows from each, folded: the replies are what the page is for. */
function Explained() {
  const { language } = useFrame();
  const [words, { actions }] = [REPLIES_WORDS[language], REPLY_WORDS[language]];
  return (
    <details>
      <summary>{words.explained}</summary>
      <p>{words.undoable}</p>
      <dl class="explained">
        {ACTIONS.map((action) => (
          <div>
            <dt>{actions[action].label}</dt>
            <dd>{actions[action].means}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** The sentence in place of the replies of a part that has none, with the way on. */
function NoReplies({ authority, choice: { shown, meaning, before }, next }: RepliesProps) {
  const words = REPLIES_WORDS[useFrame().language];
  if (next || before) return <p class="empty">{next ? words.noneYet : words.noMore}</p>;
  return (
    <p class="empty">
      {words.none[shown]} {authority.name}.{' '}
      {meaning === undefined ? (
        canBeAnswered(authority.sender) && words.comes[shown]
      ) : (
        <a href={hrefOf(PATH, authority, keptOf({ shown, meaning: undefined }))}>{words.anyMeaning}</a>
      )}
    </p>
  );
}

/** The ways to the first and the next part of the list. */
function Pages({ authority, choice, full, next }: RepliesProps) {
  const words = REPLIES_WORDS[useFrame().language];
  const kept = keptOf({ ...choice, before: null });
  const at = (before?: string) => hrefOf(PATH, authority, { ...kept, before });
  return (
    <ListLinks
      back={[words.first, choice.before && at()]}
      onward={[full ? words.next : words.goOn, next && at(placeText(next))]}
    />
  );
}
