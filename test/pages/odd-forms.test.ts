import type { Kysely } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import type { Database } from '../../src/database/tables.ts';
import { ENGLISH_WORDS } from '../support/english-words.ts';
import { nextWrite, writtenSince } from '../support/fingerprint.ts';
import { type Attempt, attemptsAt, filledIn } from '../support/odd-forms.ts';
import { type FoundForm, formsOn, pageRoutes, see, seenOf, walkPages } from '../support/page-walk.ts';
import { invite, join, PageClient } from '../support/pages.ts';
import { type ReadPage, readPage } from '../support/read-page.ts';
import { useOpened } from '../support/scenario.ts';
import { OWN, openTwoAuthorities } from '../support/two-authorities.ts';

/** Forms that end the session, and have nothing but the proof. */
const NO_FIELDS = /^\/admin\/sign-out/;
/** Codes are used once. */
const NOT_GIVEN_BACK = /^code$/;
/** Leads on by design: nothing was changed, or the person has an account, whose page says so. */
const SAYS_SO = /[?&]done=(?:same|known)\b/;
/** Pages that show figures alone have no form that is posted. */
const WALK = { most: 6, leaveOut: /authority=kk|\/(?:statistics|messages)|find\// };
const REFUSALS = [400, 401, 403, 404, 409, 413, 422, 429];

type OwnForm = FoundForm & { readonly client: PageClient };

const all = useOpened(openTwoAuthorities);
let forms: OwnForm[];
let routes: string[];
beforeAll(async () => {
  const chief = await join(all.test, { email: 'chief@example.org', role: 'administrator', authority: null });
  const stranger = new PageClient(all.test);
  const starts = ['/admin?authority=rh', '/admin/installation', '/admin/citizens?authority=rh', '/admin/account'];
  const more = ['/admin/second-factor', '/admin/replies?authority=rh&show=settled'];
  const pages = await walkPages(chief, [...starts, ...more], WALK);
  const number = `+45${OWN.rh.digits}02`;
  const erase = await chief.post('/admin/citizens/erase', { authority: 'rh', number });
  pages.push(await seenOf('/admin/citizens/erase', erase));
  const invitation = await invite(all.test, { email: 'ny@example.org', role: 'viewer', authority: 'rh' });
  const outside = await walkPages(stranger, ['/admin/sign-in', invitation]);
  routes = pageRoutes(all.test.app, 'POST');
  forms = eachOnce([
    ...formsOn(pages, routes).map((form) => ({ ...form, client: chief })),
    ...formsOn(outside, routes).map((form) => ({ ...form, client: stranger })),
  ]);
});

const keyOf = ({ route, fields }: FoundForm) => `${route} ${fields.map(({ name, kind }) => `${name}:${kind}`).join()}`;

/** A form of each route, of those that have the same fields. */
function eachOnce(found: readonly OwnForm[]): OwnForm[] {
  const ours = found.filter(({ route, on }) => !NO_FIELDS.test(route) && !on.includes('authority=kk'));
  return [...new Map(ours.map((form) => [keyOf(form), form])).values()];
}

/** Sends a form as it is, with its own proof. */
async function send({ action, client }: OwnForm, body: string | FormData): Promise<Response> {
  const headers = { Origin: all.test.deps.publicUrl, cookie: client.cookie };
  const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const init = { method: 'POST', body, headers: typeof body === 'string' ? { ...headers, ...type } : headers };
  return all.test.app.request(action, init);
}

/** Finds whether anything was written since the call before, and to which tables where that is asked for. */
async function startWatch(db: Kysely<Database>): Promise<(named: boolean) => Promise<readonly string[] | null>> {
  let before = await nextWrite(db);
  return async (named) => {
    const now = await nextWrite(db);
    const written = now === before ? null : named ? await writtenSince(db, before) : [];
    before = now;
    return written;
  };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly location: string | null;
  readonly body: string;
  /** null for a redirect and a file. */
  readonly page: ReadPage | null;
}

/** @throws Error for a page that is not well-formed */
async function read(response: Response): Promise<Answer> {
  const [type, body] = [response.headers.get('content-type') ?? '', await response.text()];
  const page = type.startsWith('text/html') && body !== '' ? readPage(body) : null;
  return { status: response.status, type, location: response.headers.get('location'), body, page };
}

/** Everything that is wrong with an answer, whatever was sent. */
function faultsOf({ status, type, body, page }: Answer): string[] {
  const isFile = /^text\/csv|^application\/json/.test(type) && status === 200;
  const isKnown = status === 200 || status === 303 || REFUSALS.includes(status);
  const isShown = page !== null || isFile || (status === 303 && body === '');
  return [
    ...(isKnown ? [] : [`status ${status}`]),
    ...(isShown ? [] : [`is no page: ${type}`]),
    ...(/\n\s+at .*:\d+:\d+|<script>|\/problems\//.test(body) ? ['shows what no page may'] : []),
    ...(focusesIn(body) > 1 ? ['asks for the focus twice'] : []),
    ...(page && [...page.attributeNames].some((name) => /^on|^style$/.test(name)) ? ['has a handler or a style'] : []),
    ...(page?.faults.filter((text) => ENGLISH_WORDS.test(text)).map((text) => `says in English: ${text}`) ?? []),
  ];
}

const focusesIn = (body: string) => body.split(' autofocus=""').length - 1;

/** Faults of the page of a form that was refused: a field is marked and takes the focus, and holds what was typed. */
function faultsOfRefusal({ name, kind, odd }: Attempt, page: ReadPage, body: string): string[] {
  if (odd === null || (kind !== 'typed' && kind !== 'secret') || NOT_GIVEN_BACK.test(name)) return [];
  const fields = page.forms.flatMap((form) => form.fields);
  const own = fields.filter((field) => field.name === name);
  if (own.length === 0) return ['the field is gone'];
  const held = kind === 'secret' || odd.text === null || own.some(({ value }) => isTyped(value, odd.text ?? ''));
  return [
    ...(fields.some(({ marked }) => marked) ? [] : ['no field is marked']),
    ...(focusesIn(body) === 1 ? [] : ['nothing takes the focus']),
    ...(held ? [] : ['what was typed is gone']),
  ];
}

/** True for what was typed, of which a very long one may come back without its end. */
function isTyped(value: string, typed: string): boolean {
  // Line ends in an attribute are blanks once they are read.
  const tidy = (text: string) =>
    text
      .replaceAll(/\r\n?|[\t\n]/g, ' ')
      .replaceAll(/\p{Cc}/gu, '\ufffd')
      .trim();
  const [back, given] = [tidy(value), tidy(typed)];
  return back === given || (given.length > 1_000 && back.length >= 200 && given.startsWith(back));
}

/** The form as its page shows it now, since what was accepted may have changed it, or one like it; null: none is left. */
async function again(form: OwnForm): Promise<OwnForm | null> {
  const seen = await see(form.client, form.on);
  const alike = formsOn([seen], routes).filter((each) => keyOf(each) === keyOf(form));
  const same = alike.find(({ action }) => action === form.action) ?? alike[0];
  return same ? { ...form, ...same } : null;
}

/** True for the entry that a refused test SMS leaves in the audit, and nothing else. */
function isAudited({ route }: OwnForm, changed: readonly string[]): boolean {
  return route === '/admin/set-up/gateways/:gateway/tests' && changed.join() === 'audit';
}

// Thousands of forms take three minutes alone, and several times that beside other work: a limit against hanging only.
const LIMIT_MS = 1_200_000;

it(
  'takes odd values of every field of every form without a fault, and says what is wrong beside the field',
  async () => {
    const wrong: string[] = [];
    const written = await startWatch(all.test.db);
    let sent = 0;
    for (const first of forms) {
      // Another form of its route may have changed what it was about.
      const fresh = await again(first);
      let form = fresh ?? first;
      let left = fresh !== null;
      for (const attempt of attemptsAt(first)) {
        const told = `${form.route} ${attempt.name} ${attempt.what}`;
        const answer = await read(await send(form, attempt.change(filledIn(form)))).catch(String);
        sent++;
        if (typeof answer === 'string') {
          wrong.push(`${told}: is not well-formed: ${answer}`);
          continue;
        }
        const { status, page, location } = answer;
        const changed = await written(status >= 400);
        const typed = attempt.kind === 'typed' && attempt.odd !== null;
        const faults = [
          ...faultsOf(answer),
          ...(left && page && status === 422 ? faultsOfRefusal(attempt, page, answer.body) : []),
          ...(left && typed && [400, 403, 404].includes(status) ? ['forgets what was typed'] : []),
          ...(left && typed && status === 303 && changed === null && !SAYS_SO.test(location ?? '')
            ? [`does nothing, and leads to ${location}`]
            : []),
          ...(status >= 400 && changed && changed.length > 0 && !isAudited(form, changed)
            ? [`writes ${changed.join()}`]
            : []),
        ];
        wrong.push(...faults.map((fault) => `${told}: ${status} ${fault}`));
        if (status >= 400) continue;
        const now = await again(form);
        left = now !== null;
        form = now ?? form;
      }
    }
    expect(sent).toBeGreaterThan(2_000);
    expect(wrong).toEqual([]);
  },
  LIMIT_MS,
);
