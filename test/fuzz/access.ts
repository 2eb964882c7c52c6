import { MAPPING } from '../support/every-field.ts';
import { PASSWORD, proven } from '../support/pages.ts';
import { ADMIN } from './service-process.ts';

/** Everything by which the fuzzed service lets somebody in. */
export interface Access {
  /** By source. */
  readonly tokens: ReadonlyMap<string, string>;
  /** An API key that sees numbers masked. */
  readonly viewer: string;
  /** Cookies of a person who sees numbers masked, and of the administrator. */
  readonly sessions: readonly [viewer: string, administrator: string];
  /** One-time links that nobody has opened yet: what stands behind the last slash. */
  readonly invitations: readonly [string, ...string[]];
  /** Address of the service. */
  readonly origin: string;
  /** Where events can be sent. */
  readonly endpoint: string;
  readonly now: number;
}

const INVITATIONS = 20;

/** Makes an authority with a source of every format, a key and people. @throws Error where something is refused */
export async function setUp(origin: string, endpoint: string, now: number): Promise<Access> {
  const rh = '/v1/authorities/rh';
  const settings = { name: 'Region', sender: 'RegionH', sendingWindow: null, maxPerNumberPerDay: 1_000 };
  await ask(origin, 'PUT', rh, settings);
  const tokens = new Map<string, string>();
  for (const [id, own] of Object.entries(sources(endpoint))) {
    const made = await ask(origin, 'PUT', `${rh}/sources/${id}`, { name: id, ...own });
    tokens.set(id, (made as { secrets: { token: string } }).secrets.token);
  }
  const { key } = (await ask(origin, 'POST', `${rh}/keys`, { name: 'fuzz', role: 'viewer' })) as { key: string };
  const links: string[] = [];
  for (let nth = 0; nth <= INVITATIONS; nth++) links.push(await invitation(origin, `${rh}/people`, nth));
  const [first = '', second = '', ...others] = links;
  const viewerSession = await signIn(origin, `/admin/invitation/${first}`, { password: PASSWORD });
  const administrator = await signIn(origin, '/admin/sign-in', { token: ADMIN, next: '/admin' });
  return {
    ...{ tokens, viewer: key, sessions: [viewerSession, administrator] as const },
    ...{ invitations: [second, ...others] as const, origin, endpoint, now },
  };
}

function sources(endpoint: string): Readonly<Record<string, object>> {
  const events = (format: string) => ({ events: { url: `${endpoint}/${format}`, format } });
  return {
    ...{ easysms: events('json'), cloudevents: events('cloudevents'), 'cal-com': { mapping: 'cal.com' } },
    ...{ vendor: { mapping: MAPPING }, fhir: { departmentFrom: 'specialty' }, hl7v2: {}, csv: {}, spare: {} },
  };
}

async function invitation(origin: string, path: string, nth: number): Promise<string> {
  const body = { email: `p${nth}@example.org`, name: `Person ${nth}`, role: 'viewer' };
  const { link } = (await ask(origin, 'POST', path, body)) as { link: string };
  return link.split('/').at(-1) ?? '';
}

async function ask(origin: string, method: string, path: string, body: unknown): Promise<unknown> {
  const headers = { Authorization: `Bearer ${ADMIN}`, 'Content-Type': 'application/json' };
  const response = await fetch(origin + path, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return response.json();
}

/** Sends a form as a browser that nobody has signed in with. @returns the cookie of the session */
export async function signIn(origin: string, path: string, fields: Readonly<Record<string, string>>): Promise<string> {
  const cookie = `easysms-form=${'N'.repeat(43)}`;
  const headers = { Cookie: cookie, Origin: origin };
  const response = await fetch(origin + path, {
    ...{ method: 'POST', headers, redirect: 'manual' },
    body: proven(fields, cookie),
  });
  const session = response.headers.getSetCookie().find((each) => /^(?:__Host-)?easysms=/.test(each));
  if (session === undefined) throw new Error(`${path} signed nobody in: ${response.status} ${await response.text()}`);
  return session.split(';')[0] ?? '';
}
