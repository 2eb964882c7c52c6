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
  /** The text of the form's file. */
  readonly file?: string;
}

/** Asks for a page. */
export function ask(url: string, cookie: string, { path, form, file }: Visit): Promise<Response> {
  if (!form) return fetch(url + path, { headers: { cookie }, redirect: 'manual' });
  const headers = { cookie, Origin: 'http://bench.example' };
  const body = file === undefined ? new URLSearchParams(form) : withFile(form, file);
  return fetch(url + path, { method: 'POST', headers, redirect: 'manual', body });
}

function withFile(form: Readonly<Record<string, string>>, file: string): FormData {
  const body = new FormData();
  for (const [name, value] of Object.entries(form)) body.set(name, value);
  body.set('file', new File([file], 'bench.csv', { type: 'text/csv' }));
  return body;
}

/** An answer that is saved, and not shown. */
export const isFile = (answer: Response): boolean =>
  /^attachment/.test(answer.headers.get('content-disposition') ?? '');

/** Text that a person pastes into the page that tries a message. */
const MESSAGE = JSON_EVENT.body({ id: 'C-1', start: '2030-01-15T09:30:00+01:00', phone: '+4520123456' });

/** A file with one row that is taken, and one that is refused. */
const FILE = 'id;dato;tid;mobil\nC-1;15-01-2030;09.30;20123456\nC-2;i morgen;09.30;20123456\n';

/**
 * Pages that no link leads to: a number and a reference that are looked for, a day, the list behind a figure, two filters
 * together that no reply matches, and what forms show or save that change nothing.
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
    ...['show', 'document', 'data'].map((kind) => ({
      path: '/admin/citizens',
      name: `what is held of a citizen: ${kind}`,
      form: { ...at, form, phone: `+45${number}`, do: kind },
    })),
    {
      path: '/admin/citizens/erase',
      name: 'what an erasure would take',
      form: { ...at, form, number: `+45${number}` },
    },
    {
      path: '/admin/rules/try',
      name: 'a message that is tried',
      form: { ...at, form, source: 'bench', message: MESSAGE },
    },
    ...(await formOn(url, cookie, { path: '/admin/rules?authority=bench' }, '/admin/rules', (fields) => ({
      name: 'a preview of the rules',
      form: { ...fields, do: 'preview' },
    }))),
    ...(await formOn(url, cookie, { path: `${TEXT}?authority=bench` }, TEXT, (fields) => ({
      name: 'a preview of a text, with an appointment',
      form: { ...fields, do: 'preview', reference: `C-${one}` },
    }))),
    ...(await imports(url, cookie)),
  ];
}

const TEXT = '/admin/texts/reminder';
const IMPORT = '/admin/set-up/import';

/** A file that is tried, and what comes of it: the rows that are refused, at once and from the page that tells of them. */
async function imports(url: string, cookie: string): Promise<readonly Visit[]> {
  const trial = (mode: string) => (fields: Readonly<Record<string, string>>) => ({
    name: `a file that is tried: ${mode}`,
    form: { ...fields, source: 'bench', mode },
    file: FILE,
  });
  const page = { path: `${IMPORT}?authority=bench` };
  const tried = await formOn(url, cookie, page, IMPORT, trial('try'));
  const rows = await Promise.all(
    tried.map((visit) =>
      formOn(url, cookie, visit, `${IMPORT}/refused-rows`, (form) => ({ name: 'the refused rows of a file', form })),
    ),
  );
  return [...tried, ...(await formOn(url, cookie, page, IMPORT, trial('errors'))), ...rows.flat()];
}

/** A form as it stands on a page, filled in; none for somebody to whom the page has no such form. */
async function formOn(
  url: string,
  cookie: string,
  page: Visit,
  action: string,
  fill: (fields: Readonly<Record<string, string>>) => Omit<Visit, 'path'>,
): Promise<readonly Visit[]> {
  const html = await (await ask(url, cookie, page)).text();
  const form = readPage(html).forms.find((each) => each.method === 'post' && each.action === action);
  if (!form) return [];
  const fields = sentFields(form).map(([name, value]): [string, string] => [name, value]);
  return [{ path: action, ...fill(Object.fromEntries(fields)) }];
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
    const isPage = !isFile(answer) && answer.headers.get('content-type')?.startsWith('text/html');
    const html = await answer.text();
    kinds.set(kind, answer.ok && (isPage || isFile(answer)) ? visit : null);
    if (!answer.ok || !isPage) continue;
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
