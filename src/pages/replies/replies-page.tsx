import type { Authority } from '../../domain/authority.ts';
import { isUuid } from '../../domain/ids.ts';
import { may } from '../../domain/people/access.ts';
import { MEANINGS, type Meaning } from '../../domain/replies/read-reply.ts';
import {
  findReply,
  type HeldView,
  type InboundPlace,
  type InboundView,
  readHeld,
  readReplies,
} from '../../staff/replies/replies.ts';
import { canBeAnswered } from '../../templates/index.ts';
import { actorText } from '../kit/actor-words.ts';
import { useFrame } from '../kit/context.tsx';
import { authorityPage } from '../kit/declared/declare.tsx';
import { ActionForm, Done, Hidden, momentText } from '../kit/elements.tsx';
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
import { type DonePlace, NextEntry, readNextEntry, withDone } from './done-in-place.tsx';
import { PATH, SETTLE, showIn, UNDO } from './replies-forms.ts';
import { ACTIONS, ReplyCard } from './reply-card.tsx';
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
    view: async ({ c, deps, language, authority, reader }) => {
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
      const place = { own: uuidOf(reply), next: readNextEntry(query.next) };
      const decided =
        done === 'wrong_number' && place.own ? await findReply(deps, reader, authority.id, place.own, now) : null;
      const choose = uuidOf(query.choose) ?? null;
      const props = {
        authority,
        choice,
        message: messageOf(language, done, decided ? removedText(decided, authority, language) : null),
        place,
        choose,
        settles: may(c.var.visitor, 'operator', authority.id),
        edits: may(c.var.visitor, 'whole-administrator', authority.id),
        held: await readHeld(deps, reader, authority.id, replies),
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

const uuidOf = (text: string | undefined): string | undefined => (isUuid(text ?? null) ? text : undefined);

/** Effect of a form: a sentence, and whether it can be taken back. */
interface Settling {
  readonly text: string;
  readonly undoable: boolean;
}

/**
 * The sentence of the page after a form: a word of the address becomes a sentence.
 * @param removed the one after a number was taken from the appointments
 */
function messageOf(language: PageLanguage, done: string | undefined, removed: string | null): Settling | null {
  if (done === 'already' || done === 'undone' || done === 'late')
    return { text: REPLIES_WORDS[language][done], undoable: false };
  const action = ACTIONS.find((each) => each === done);
  return action ? { text: removed ?? REPLY_WORDS[language].actions[action].done, undoable: true } : null;
}

/** The sentence after a number was taken from the appointments; null where its reply does not say so any more. */
function removedText(
  { action, settledAt, settledBy }: InboundView,
  { timeZone }: Authority,
  language: PageLanguage,
): string | null {
  if (action !== 'wrong_number' || settledAt === null) return null;
  const at = momentText(settledAt, timeZone, language);
  return REPLIES_WORDS[language].removed(actorText(settledBy ?? '', language), at);
}

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
  /** The appointments that they hold reminders of, by their ids. */
  readonly held: ReadonlyMap<string, HeldView>;
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
  const { authority, choice, replies, settles, message } = props;
  const { language } = useFrame();
  const words = REPLIES_WORDS[language];
  const kept = keptOf(choice);
  const done = message && <Settled {...props} message={message} kept={kept} />;
  const { above, items } = withDone(replies, props.place, done, (reply, next) => (
    <ReplyCard {...props} reply={reply} held={props.held.get(reply.id)} next={next?.id} kept={kept} />
  ));
  return (
    <>
      <h1>{words.title}</h1>
      <Tabs path={PATH} />
      <p class="lead">{words.leads[choice.shown]}</p>
      {!settles && <p class="lead">{words.readOnly}</p>}
      <FilterForm action={PATH} button={LAYOUT_WORDS[language].show}>
        <FilterFields {...choice} />
      </FilterForm>
      <Warnings authority={authority} edits={props.edits} />
      <Results>
        {above}
        {replies.length === 0 && <NoReplies {...props} />}
        {replies.length > 0 && choice.shown === 'open' && settles && <Explained />}
        <ul class="replies">{items}</ul>
        <Pages {...props} />
      </Results>
    </>
  );
}

type SettledProps = RepliesProps & { readonly message: Settling; readonly kept: Readonly<Record<string, string>> };

/** The result of the form before, with the button that takes it back. */
function Settled({ message, place: { own, next }, settles, kept }: SettledProps) {
  const words = REPLIES_WORDS[useFrame().language];
  return (
    <>
      <Done text={message.text} />
      {message.undoable && own && settles && (
        <ActionForm action={`${PATH}/${own}/undo`}>
          <NextEntry id={next} />
          <Hidden fields={kept} />
          <p>
            <button class="plain" type="submit">
              {words.undo}
            </button>
          </p>
        </ActionForm>
      )}
    </>
  );
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
  const { actions } = REPLY_WORDS[language];
  return (
    <details>
      <summary>{REPLIES_WORDS[language].explained}</summary>
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
