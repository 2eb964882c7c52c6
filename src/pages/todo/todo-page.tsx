import type { Context } from 'hono';
import type { Authority } from '../../domain/authority.ts';
import { may } from '../../domain/people/access.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import type { OwnAuthority } from '../../staff/own-authorities.ts';
import { hasSources } from '../../staff/sources/sources.ts';
import { readTodo, type Todo } from '../../staff/to-do/to-do.ts';
import type { Shortened } from '../../staff/to-do/unreached.ts';
import { canBeAnswered } from '../../templates/index.ts';
import { List } from '../authorities/authorities-page.tsx';
import { AUTHORITY_CHOICE_WORDS } from '../authorities/words.ts';
import { NoSources } from '../find/no-sources.tsx';
import { actorText } from '../kit/actor-words.ts';
import type { Frame } from '../kit/context.tsx';
import { Done, Empty, momentText } from '../kit/elements.tsx';
import { noAuthority, type PagesDeps, readFrame } from '../kit/frame.tsx';
import { Framed } from '../kit/layout.tsx';
import { dayText } from '../kit/moment-text.ts';
import { hrefOf, type Menu } from '../kit/navigation.ts';
import { fittingPage } from '../kit/responses/fitting-page.ts';
import { Citizens, Latest, LISTS, type ListName } from './citizens.tsx';
import { Figures } from './figures.tsx';
import { isClear, KINDS, ObstacleList } from './obstacle-list.tsx';
import { UrgentReplies } from './urgent-replies.tsx';
import { TODO_WORDS, type TodoWords } from './words.ts';

/** Authorities beside that of the page, which are shown when replies of theirs wait. */
const MOST_OTHERS = 10;

/** The entry of the navigation that the page belongs to. */
export const TODO: Menu = {
  name: 'todo',
  path: '/admin',
  label: { da: 'Opgaver', en: 'To do' },
  right: 'viewer',
};

/** `GET /admin`: what waits for a person in one authority, and its figures. */
export async function todoPage(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const words = TODO_WORDS[c.var.language];
  const { frame, authority } = await readFrame(c, deps, {
    title: words.title,
    current: TODO,
    prefer: ({ openReplies }) => openReplies > 0,
  });
  if (!authority) return noAuthority(c, frame);
  const reader = requireRight(c, deps, 'viewer', authority.id);
  const now = deps.now();
  const todo = await readTodo(deps, reader, authority, now);
  const done = doneOf(c, words);
  const { urgent, unreached, obstacles } = todo;
  const nothing =
    authority.openReplies === 0 && LISTS.every((name) => unreached[name].items.length === 0) && isClear(obstacles);
  const props = {
    frame,
    authority,
    words,
    todo,
    done,
    now,
    works: may(c.var.visitor, 'operator', authority.id),
    departments: reader.departments ?? null,
    nothing,
    unconnected: nothing && !(await hasSources(deps, authority.id)),
  };
  const lists = [urgent, ...LISTS.map((name) => unreached[name]), ...KINDS.map((kind) => obstacles[kind])];
  const rows = Math.max(...lists.map(({ items }) => items.length));
  return fittingPage(c, rows, (count) => <TodoPage {...props} todo={shortened(todo, count)} />);
}

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
    urgent: first(todo.urgent),
    unreached: { ...unreached, ...lists },
    obstacles: { ...obstacles, ...Object.fromEntries(kinds) },
  };
}

/** The sentence after a form, with the list that it came from; null: none, or its list has become empty. */
function doneOf(
  c: Context<HttpEnv>,
  words: TodoWords,
): { readonly text: string; readonly list: ListName | null } | null {
  const done = c.req.query('done');
  if (done !== 'handled' && done !== 'undone' && done !== 'late' && done !== 'seen') return null;
  return { text: words[done], list: LISTS.find((name) => name === c.req.query('list')) ?? null };
}

interface TodoPageProps {
  readonly frame: Frame;
  readonly authority: OwnAuthority;
  readonly words: TodoWords;
  readonly todo: Todo;
  readonly done: ReturnType<typeof doneOf>;
  readonly now: Date;
  /** The visitor may tick off. */
  readonly works: boolean;
  readonly departments: readonly string[] | null;
  /** There is nothing to do. */
  readonly nothing: boolean;
  /** There is nothing to do since the authority has no booking systems yet. */
  readonly unconnected: boolean;
}

function TodoPage(props: TodoPageProps) {
  const { frame, authority, words, todo, done, now, works, departments, nothing, unconnected } = props;
  const { urgent, unreached, obstacles, figures } = todo;
  const { handled } = unreached;
  const until = dayText(frame.language, unreached.until, { weekday: 'long', day: 'numeric', month: 'long' });
  const counted = unreached.numberless.items.length;
  const its = {
    ...words.lists,
    soon: words.lists.soon(until),
    numberless: words.lists.numberless(unreached.numberless.more ? `${counted}+` : String(counted)),
  };
  const shown = LISTS.filter((name) => unreached[name].items.length > 0);
  const inList = done?.list && shown.includes(done.list) ? done.list : null;
  const list = (name: ListName) => ({
    frame,
    authority,
    words,
    name,
    list: unreached[name],
    its: its[name],
    works,
    done: inList === name ? (done?.text ?? null) : null,
  });
  return (
    <Framed frame={frame}>
      <h1>{words.title}</h1>
      <p class="printed">{words.printed(authority.name, momentText(now, authority.timeZone, frame.language))}</p>
      {done && inList === null && <Done text={done.text} />}
      {!works && <p class="lead">{words.readOnly}</p>}
      {unconnected && <NoSources frame={frame} />}
      {nothing && !unconnected && (
        <Empty>{handled.length > 0 ? words.nothingMore : words.nothing(canBeAnswered(authority.sender))}</Empty>
      )}
      <UrgentReplies
        frame={frame}
        authority={authority}
        words={words}
        works={works}
        urgent={urgent}
        open={authority.openReplies}
      />
      <Citizens {...list('soon')} />
      <Citizens {...list('numberless')} folded />
      <Citizens {...list('uncertain')} />
      <Citizens {...list('wrongNumbers')} />
      <ObstacleList
        frame={frame}
        authority={authority}
        words={words}
        obstacles={obstacles}
        works={works}
        limited={departments !== null}
      />
      <Latest
        frame={frame}
        authority={authority}
        words={words}
        works={works}
        handled={handled.map((each) => ({ ...each, name: actorText(each.by, frame.language) }))}
      />
      <Figures frame={frame} authority={authority} words={words} figures={figures} departments={departments} />
      <Others frame={frame} authority={authority} words={words} />
    </Framed>
  );
}

/** The other authorities of the visitor of which replies wait. */
function Others({ frame, authority, words }: { frame: Frame; authority: Authority; words: TodoWords }) {
  const { authorities, language } = frame;
  if (authorities?.length === 1) return null;
  const waiting = (authorities ?? []).filter(({ id, openReplies }) => id !== authority.id && openReplies > 0);
  const others = [...waiting].sort((a, b) => b.openReplies - a.openReplies).slice(0, MOST_OTHERS);
  return (
    <section class="task" aria-labelledby="others">
      <h2 id="others">{words.others.title}</h2>
      {others.length === 0 && authorities && <p>{words.others.none}</p>}
      {others.length > 0 && <List authorities={others} target={TODO} words={AUTHORITY_CHOICE_WORDS[language]} />}
      <p class="pages">
        <a href={hrefOf('/admin/authorities', authority)}>{words.others.all}</a>
      </p>
    </section>
  );
}
