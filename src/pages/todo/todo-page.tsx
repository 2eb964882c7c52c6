import { may } from '../../domain/people/access.ts';
import { hasSources } from '../../staff/sources/sources.ts';
import { readTodo, type Todo } from '../../staff/to-do/to-do.ts';
import type { Shortened } from '../../staff/to-do/unreached.ts';
import { canBeAnswered } from '../../templates/index.ts';
import { List } from '../authorities/authorities-page.tsx';
import { NoSources } from '../find/no-sources.tsx';
import { useFrame } from '../kit/context.tsx';
import { authorityPage } from '../kit/declared/declare.tsx';
import type { Visit } from '../kit/declared/visit.ts';
import { Done, Empty, momentText } from '../kit/elements.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import { dayText } from '../kit/moment-text.ts';
import { hrefOf, type Menu } from '../kit/navigation.ts';
import { readSettling, type Settling, settlingPlace } from '../replies/settling.tsx';
import { Citizens, HANDLE, Latest, LISTS, type ListName, UNDO } from './citizens.tsx';
import { Figures } from './figures.tsx';
import { isClear, KINDS, ObstacleList, SEEN } from './obstacle-list.tsx';
import { UrgentReplies } from './urgent-replies.tsx';
import { TODO_WORDS } from './words.ts';

/** Authorities beside that of the page, which are shown when replies of theirs wait. */
const MOST_OTHERS = 10;

/** The entry of the navigation that the page belongs to. */
export const TO_DO: Menu = {
  name: 'todo',
  path: '/admin',
  label: { da: 'Opgaver', en: 'To do' },
  right: 'viewer',
};

/** `/admin`, the start page: what waits for a person in one authority, and its figures. */
export const TODO_PAGE = authorityPage<PagesDeps>({
  path: TO_DO.path,
  right: 'viewer',
  menu: TO_DO,
  title: { da: TODO_WORDS.da.title, en: TODO_WORDS.en.title },
  prefer: ({ openReplies }) => openReplies > 0,
  forms: [SEEN, HANDLE, UNDO],
  view: async (visit) => {
    const { c, deps, authority, authorityId, reader } = visit;
    const now = deps.now();
    const todo = await readTodo(deps, reader, authority, now);
    const { urgent, unreached, obstacles } = todo;
    const nothing =
      authority.openReplies === 0 && LISTS.every((name) => unreached[name].items.length === 0) && isClear(obstacles);
    const props = {
      visit,
      done: doneOf(visit),
      settling: await readSettling(visit),
      now,
      works: may(c.var.visitor, 'operator', authorityId),
      nothing,
      unconnected: nothing && !(await hasSources(deps, authorityId)),
    };
    const lists = [urgent, ...LISTS.map((name) => unreached[name]), ...KINDS.map((kind) => obstacles[kind])];
    return {
      ownHeading: true,
      rows: Math.max(...lists.map(({ items }) => items.length)),
      body: (count) => <ToDo {...props} todo={shortened(todo, count)} />,
    };
  },
});

/** Lists of which a page shows so many rows at most; what is left out comes up once others are dealt with. */
function shortened(todo: Todo, count: number): Todo {
  const first = <T,>({ items, more }: Shortened<T>): Shortened<T> => ({
    items: items.slice(0, count),
    more: more || items.length > count,
  });
  const { unreached, obstacles } = todo;
  const lists = Object.fromEntries(LISTS.map((name) => [name, first(unreached[name])]));
  const kinds = KINDS.map((kind) => {
    const { items, total } = obstacles[kind];
    return [kind, { items: items.slice(0, count), total }];
  });
  return {
    ...todo,
    urgent: { ...todo.urgent, ...first(todo.urgent) },
    unreached: { ...unreached, ...lists },
    obstacles: { ...obstacles, ...Object.fromEntries(kinds) },
  };
}

/** The sentence after a form, with the list that it came from; null: none, or its list has become empty. */
function doneOf({ c, language }: Visit<PagesDeps>): { readonly text: string; readonly list: ListName | null } | null {
  const { done, list, reply } = c.req.query();
  if (reply !== undefined) return null;
  if (done !== 'handled' && done !== 'undone' && done !== 'late' && done !== 'seen') return null;
  return { text: TODO_WORDS[language][done], list: LISTS.find((name) => name === list) ?? null };
}

interface ToDoProps {
  readonly visit: Visit<PagesDeps>;
  readonly todo: Todo;
  readonly done: ReturnType<typeof doneOf>;
  /** Effect of a form about a reply. */
  readonly settling: Settling | null;
  readonly now: Date;
  /** The visitor may tick off. */
  readonly works: boolean;
  /** There is nothing to do. */
  readonly nothing: boolean;
  /** There is nothing to do since the authority has no booking systems yet. */
  readonly unconnected: boolean;
}

function ToDo({ visit, todo, done, settling, now, works, nothing, unconnected }: ToDoProps) {
  const { language, authority, reader } = visit;
  const words = TODO_WORDS[language];
  const { urgent, unreached, obstacles, figures } = todo;
  const { handled } = unreached;
  const until = dayText(language, unreached.until, { weekday: 'long', day: 'numeric', month: 'long' });
  const counted = unreached.numberless.items.length;
  const its = {
    ...words.lists,
    soon: words.lists.soon(until),
    numberless: words.lists.numberless(unreached.numberless.more ? `${counted}+` : String(counted)),
  };
  const shown = LISTS.filter((name) => unreached[name].items.length > 0);
  const inList = done?.list && shown.includes(done.list) ? done.list : null;
  const list = (name: ListName) => ({
    authority,
    name,
    list: unreached[name],
    its: its[name],
    works,
    done: inList === name ? (done?.text ?? null) : null,
  });
  return (
    <>
      <h1>{words.title}</h1>
      <p class="printed">{words.printed(authority.name, momentText(now, authority.timeZone, language))}</p>
      {done && inList === null && <Done text={done.text} />}
      {!works && <p class="lead">{words.readOnly}</p>}
      {unconnected && <NoSources />}
      {nothing && !unconnected && (
        <Empty>{handled.length > 0 ? words.nothingMore : words.nothing(canBeAnswered(authority.sender))}</Empty>
      )}
      <UrgentReplies
        authority={authority}
        works={works}
        urgent={urgent}
        message={settling}
        place={settlingPlace(visit)}
      />
      <Citizens {...list('soon')} />
      <Citizens {...list('numberless')} folded />
      <Citizens {...list('uncertain')} />
      <Citizens {...list('wrongNumbers')} />
      <ObstacleList authority={authority} obstacles={obstacles} works={works} />
      <Latest authority={authority} works={works} handled={handled} />
      <Figures authority={authority} figures={figures} departments={reader.departments ?? null} />
      <Others />
    </>
  );
}

/** The other authorities of the visitor of which replies wait. */
function Others() {
  const { authorities, authority, language } = useFrame();
  if (authorities?.length === 1) return null;
  const words = TODO_WORDS[language].others;
  const waiting = (authorities ?? []).filter(({ id, openReplies }) => id !== authority?.id && openReplies > 0);
  const others = [...waiting].sort((a, b) => b.openReplies - a.openReplies).slice(0, MOST_OTHERS);
  return (
    <section class="task" aria-labelledby="others">
      <h2 id="others">{words.title}</h2>
      {others.length === 0 && authorities && <p>{words.none}</p>}
      {others.length > 0 && <List authorities={others} target={TO_DO} />}
      <p class="pages">
        <a href={hrefOf('/admin/authorities', authority)}>{words.all}</a>
      </p>
    </section>
  );
}
