import { randomUUID } from 'node:crypto';
import { invitePerson } from '../../src/accounts/people/people.ts';
import { beginSession } from '../../src/accounts/sessions.ts';
import type { Role } from '../../src/domain/people/access.ts';
import { proofOfSecret } from '../../src/pages/kit/forms.ts';
import type { TestApp } from './app.ts';
import { type ReadPage, readPage, sentFields } from './read-page.ts';

/** A password that nobody guesses first. */
export const PASSWORD = 'korrekt hest batteri hæfteklamme';
/** The cookie of a browser that has not signed in: its forms have the proof that belongs to it. */
const NEW_BROWSER = 'N'.repeat(43);
let clients = 0;

/** The fields of a form with the proof that the pages gave to the browser with this cookie. */
export function proven(form: Readonly<Record<string, string>>, cookie: string): URLSearchParams {
  const id = /(?:^|; ?)(?:__Host-)?easysms(?:-form)?=([\w-]{43})/.exec(cookie)?.[1] ?? '';
  return new URLSearchParams({ ...form, form: proofOfSecret(id) });
}

/** A cookie with which a browser that has not signed in may send a form. */
export function newBrowser(publicUrl = 'https://sms.example.org'): string {
  return `${publicUrl.startsWith('https:') ? '__Host-' : ''}easysms-form=${NEW_BROWSER}`;
}

/** A browser of a person: it keeps cookies, and sends forms as the pages made them. */
export class PageClient {
  readonly #test: Pick<TestApp, 'app' | 'deps'>;
  readonly #cookies = new Map<string, string>();
  /** Each has an address of its own, so that what one does wrong is not counted for others. */
  readonly address: string;

  constructor(test: Pick<TestApp, 'app' | 'deps'>, address = `10.9.${++clients >> 8}.${clients & 255}`) {
    this.#test = test;
    this.address = address;
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  set cookie(text: string) {
    this.#cookies.clear();
    for (const pair of text.split('; ')) this.#keep(pair);
  }

  #keep(pair: string): void {
    const [name = '', value = ''] = pair.split(';')[0]?.split('=') ?? [];
    if (value === '') this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }

  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    // Browsers keep the fragment to themselves.
    return this.#send(path.split('#')[0] ?? '', { headers: { ...headers, cookie: this.cookie } });
  }

  async text(path: string): Promise<string> {
    return (await this.get(path)).text();
  }

  /** A page, taken apart. */
  async page(path: string): Promise<ReadPage> {
    return readPage(await this.text(path));
  }

  /** Sends a form. @returns the status and the page of the answer */
  async send(path: string, form: Readonly<Record<string, string>>): Promise<{ status: number; page: ReadPage }> {
    const response = await this.post(path, form);
    return { status: response.status, page: readPage(await response.text()) };
  }

  /** Sends a form; `proof` false: without what proves that it is one of ours. */
  async post(path: string, form: Readonly<Record<string, string>>, { proof = true } = {}): Promise<Response> {
    if (this.#cookies.size === 0) await this.get('/admin/sign-in');
    const session = /(?:__Host-)?easysms=[\w-]{43}/.exec(this.cookie)?.[0] ?? this.cookie;
    const body = proof ? proven(form, session) : new URLSearchParams(form);
    const headers = { Origin: this.#test.deps.publicUrl, cookie: this.cookie };
    return this.#send(path, { method: 'POST', body, headers });
  }

  /**
   * Sends the first form of a page whose address ends so, as it stands there, with what is typed in it.
   * @throws Error where the page has none
   */
  async press(page: string, end: string, typed: Readonly<Record<string, string>> = {}): Promise<Response> {
    const form = (await this.page(page)).form(end);
    return this.post(form.action, { ...Object.fromEntries(sentFields(form)), ...typed });
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const incoming = { socket: { remoteAddress: this.address } };
    const response = await this.#test.app.request(path, init, { incoming });
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    return response;
  }
}

/** An invitation as a test asks for it. */
export interface TestInvite {
  /** Left out: one that nobody else has. */
  readonly email?: string;
  readonly name?: string;
  readonly role: Role;
  /** null: the whole installation. */
  readonly authority: string | null;
  readonly departments?: readonly string[];
}

/** Invites a person. @returns the path of the link */
export async function invite(test: TestApp, who: TestInvite): Promise<string> {
  const { link } = await invitePerson(test.deps, requestOf(who), test.clock.now);
  return new URL(link).pathname;
}

function requestOf({ authority, name, departments, role, email = `${randomUUID()}@example.org` }: TestInvite) {
  const [own = ''] = email.split('@');
  const limit = departments ?? null;
  return { email, role, name: name ?? own, authorityId: authority, actor: 'administrator', departments: limit };
}

/** A person's browser that is signed in, without a password, which takes a quarter of a second to hash. */
export async function enter(test: TestApp, who: TestInvite): Promise<PageClient> {
  const { id } = await invitePerson(test.deps, requestOf(who), test.clock.now);
  const accepted = test.db.updateTable('account').set({ accepted_at: test.clock.now }).where('id', '=', id);
  const { person_id: personId } = await accepted.returning('person_id').executeTakeFirstOrThrow();
  const client = new PageClient(test);
  const session = await beginSession(test.deps, { method: 'password', personId, secondFactor: false }, client.address);
  client.cookie = `${test.deps.publicUrl.startsWith('https:') ? '__Host-' : ''}easysms=${session}`;
  return client;
}

/** Invites a person who chooses a password. @returns their browser, signed in */
export async function join(test: TestApp, who: TestInvite, password = PASSWORD): Promise<PageClient> {
  const client = new PageClient(test);
  const response = await client.post(await invite(test, who), { password });
  if (response.status !== 303) throw new Error(`the invitation answered ${response.status}: ${await response.text()}`);
  return client;
}
