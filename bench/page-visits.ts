import { type PageForm, readPage, sentFields } from '../test/support/read-page.ts';
import { JSON_EVENT } from './posts.ts';

const DAY_MS = 86_400_000;
/** A page is linked from many: this bounds the walk, not the pages. */
const MOST_PAGES = 400;
/** Choices of one page that are asked for: a list has as many as statuses times reasons. */
const MOST_OF_A_PAGE = 25;
/** Values of a choice, each of which leads to a page of its own; names and days do not. */
const CHOICE = /^[a-z][a-z_.-]{1,30}$/;
/** Choices that differ in the subject, and not in what is read. */
const LIKE_OTHERS = /^(?:authority|source|actor|gateway)$/;

/** A page that is asked for, by a form where it has one. */
export interface Visit {
  readonly path: string;
  /** Absent: its address. */
  readonly name?: string;
  readonly form?: Readonly<Record<string, string>>;
}

/** Asks for a page. */
export function ask(url: string, cookie: string, { path, form }: Visit): Promise<Response> {
  if (!form) return fetch(url + path, { headers: { cookie }, redirect: 'manual' });
  const headers = { cookie, Origin: 'http://bench.example' };
  return fetch(url + path, { method: 'POST', headers, redirect: 'manual', body: new URLSearchParams(form) });
}

/** Text that a person pastes into the page that tries a message. */
const MESSAGE = JSON_EVENT.body({ id: 'C-1', start: '2030-01-15T09:30:00+01:00', phone: '+4520123456' });

/**
 * Pages that no link leads to: a number and a reference that are looked for, a day, the list behind a figure, two filters
 * together that no reply matches, and what forms show that change nothing.
 */
export async function searches(url: string, cookie: string, reminders: number): Promise<readonly Visit[]> {
  const at = { authority: 'bench' };
  const html = await (await ask(url, cookie, { path: `/admin/find?${new URLSearchParams(at)}` })).text();
  const form = /name="form" value="([^"]+)"/.exec(html)?.[1] ?? '';
  const one = Math.floor(reminders / 2);
  const number = String(20_000_000 + one);
  const day = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
  const list = (name: string, path: string, asked: object): Visit => ({
    name,
    path: `${path}?${new URLSearchParams({ ...at, ...asked })}`,
  });
  return [
    { path: '/admin/find', name: 'a number', form: { ...at, form, what: number } },
    { path: '/admin/find', name: 'a reference', form: { ...at, form, what: `C-${one}` } },
    list('a day', '/admin/find', { date: day(3) }),
    list('a day of a department', '/admin/find', { date: day(3), department: 'Afdeling 7' }),
    list('a day of a small department', '/admin/find', { date: day(3), department: 'Sjælden' }),
    list('the messages behind a figure', '/admin/messages', { status: 'delivered', from: day(-90), to: day(-60) }),
    list('those of a small department', '/admin/messages', {
      status: 'undelivered',
      from: day(-90),
      to: day(-60),
      department: 'Sjælden',
    }),
    list('settled replies of a meaning that none of them has', '/admin/replies', { show: 'settled', meaning: 'help' }),
    {
      path: '/admin/opt-outs-of-number',
      name: 'the opt-outs of a number',
      form: { ...at, form, number: `+45${number}` },
    },
    {
      path: '/admin/citizens',
      name: 'what is held of a citizen',
      form: { ...at, form, phone: `+45${number}`, do: 'show' },
    },
    {
      path: '/admin/rules/try',
      name: 'a message that is tried',
      form: { ...at, form, source: 'bench', message: MESSAGE },
    },
    ...(await preview(url, cookie)),
  ];
}

/** An example under the rules in force, as the form shows it. */
async function preview(url: string, cookie: string): Promise<readonly Visit[]> {
  const html = await (await ask(url, cookie, { path: '/admin/rules?authority=bench' })).text();
  const form = readPage(html).forms.find(({ action, method }) => method === 'post' && action === '/admin/rules');
  if (!form) return [];
  const fields = Object.fromEntries(sentFields(form).map(([name, value]): [string, string] => [name, value]));
  return [{ path: form.action, name: 'a preview of the rules', form: { ...fields, do: 'preview' } }];
}

/**
 * Follows links and the choices of forms from the start page and from `others`; of addresses that differ in an id, a name or
 * a day alone, one is enough.
 */
export async function walk(url: string, cookie: string, others: readonly Visit[]): Promise<readonly Visit[]> {
  const kinds = new Map<string, Visit | null>();
  const ofPage = new Map<string, number>();
  const waiting: Visit[] = [...others, { path: '/admin?authority=bench' }];
  while (waiting.length > 0 && kinds.size < MOST_PAGES) {
    const visit = waiting.shift() as Visit;
    const kind = visit.name ?? kindOf(visit.path);
    const page = kind.split('?')[0] ?? '';
    const count = ofPage.get(page) ?? 0;
    if (kinds.has(kind) || (count >= MOST_OF_A_PAGE && visit.name === undefined)) continue;
    ofPage.set(page, count + 1);
    const answer = await ask(url, cookie, visit);
    const isPage = answer.ok && answer.headers.get('content-type')?.startsWith('text/html');
    const html = await answer.text();
    kinds.set(kind, isPage ? visit : null);
    if (!isPage) continue;
    const { forms, links } = readPage(html);
    const choices = forms.filter(({ method }) => method === 'get').flatMap(choicesOf);
    for (const next of [...links, ...choices].map((href) => href.split('#')[0] ?? '')) {
      if (next.startsWith('/admin') && !/language=|style\.css|sign-out/.test(next)) waiting.push({ path: next });
    }
  }
  return [...kinds.values()].filter((visit) => visit !== null);
}

/** Each choice of a form that asks for a part of what there is, the others as they are. */
function choicesOf(form: PageForm): string[] {
  const fields = sentFields(form).map(([name, value]): [string, string] => [name, value]);
  const changed = form.fields.flatMap(({ name, options }) =>
    LIKE_OTHERS.test(name)
      ? []
      : options.map((option) =>
          fields.map(([each, value]): [string, string] => [each, each === name ? option : value]),
        ),
  );
  return [fields, ...changed].map((query) => `${form.action}?${new URLSearchParams(query)}`);
}

/** The same for pages that are read alike. */
function kindOf(path: string): string {
  const { pathname, searchParams } = new URL(path, 'http://bench.example');
  const asked = [...searchParams].filter(([name, value]) => name !== 'authority' && value !== '');
  const names = asked.map(([name, value]) =>
    CHOICE.test(value) && !LIKE_OTHERS.test(name) ? `${name}=${value}` : name,
  );
  names.sort();
  return `${pathname.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id')}?${names.join('&')}`;
}
