import { isUnder } from './server.ts';

/** The elements of an Appointment that are used, for servers whose whole Appointments, with notes, are too long. */
const ELEMENTS = [
  'identifier',
  'status',
  'start',
  'end',
  'participant',
  'contained',
  'subject',
  'meta',
  'extension',
  'virtualService',
  'serviceCategory',
  'serviceType',
  'specialty',
  'recurrenceTemplate',
].join(',');

/** How much is asked for at once: less where a page is too long, or too slow. */
const SHAPES = ['_count=200', '_count=50', '_count=10', `_count=10&_elements=${ELEMENTS}`] as const;
/** Index of the smallest shape of a search: less than it asks for can't be asked for. */
export const SMALLEST = SHAPES.length - 1;

/** The address of the first page of what has changed. */
export function searchUrl(base: string, since: Date, shape: number): URL {
  const which = SHAPES[Math.min(shape, SMALLEST)];
  const query = `_lastUpdated=ge${since.toISOString()}&_sort=_lastUpdated&_include=Appointment:patient&${which}`;
  return new URL(`${base}/Appointment?${query}`);
}

/** The address of the page after this one; null at the end. `elsewhere`: it is not on the source's own server. */
export function nextUrl(base: string, body: unknown): URL | 'elsewhere' | null {
  const link = linksOf(body).find((each) => Reflect.get(each, 'relation') === 'next');
  const given: unknown = link && Reflect.get(link, 'url');
  return typeof given === 'string' ? urlUnder(base, given) : null;
}

/** An address that the server gave, if it is its own. */
export function urlUnder(base: string, given: string): URL | 'elsewhere' {
  const url = URL.canParse(given, `${base}/`) ? new URL(given, `${base}/`) : null;
  return url && isUnder(base, url) ? url : 'elsewhere';
}

/** True for a resource of that type. */
export function isBundle(body: unknown): body is object {
  return typeof body === 'object' && body !== null && Reflect.get(body, 'resourceType') === 'Bundle';
}

/** Two Bundles of half the Appointments each, with all else in both; undefined where there is but one. */
export function halvesOf(bundle: object): readonly [object, object] | undefined {
  const entries = entriesOf(bundle);
  const appointments = entries.filter(isAppointment);
  if (appointments.length < 2) return undefined;
  const others = entries.filter((entry) => !isAppointment(entry));
  const middle = Math.ceil(appointments.length / 2);
  const half = (some: readonly unknown[]) => ({ ...bundle, entry: [...some, ...others] });
  return [half(appointments.slice(0, middle)), half(appointments.slice(middle))];
}

/** A Bundle with fewer of its entries. */
export async function withoutEntries(
  bundle: object,
  isBad: (alone: object) => Promise<boolean>,
): Promise<{ readonly rest: object; readonly left: number }> {
  const entries = entriesOf(bundle);
  const entry: unknown[] = [];
  for (const each of entries) if (!(await isBad({ ...bundle, entry: [each] }))) entry.push(each);
  return { rest: { ...bundle, entry }, left: entries.length - entry.length };
}

/** Progress of a search through its pages, where the server sorts them as it was asked to. */
export class SearchProgress {
  #last: number | null = null;
  #sorted = true;

  /** Notes when the Appointments of a page were last updated. */
  note(body: unknown): void {
    for (const at of entriesOf(body).flatMap(lastUpdatedOf)) {
      if (this.#last !== null && at < this.#last) this.#sorted = false;
      this.#last = at;
    }
  }

  /** The moment up to which all pages were read; null where nothing can be said. */
  get until(): Date | null {
    return this.#sorted && this.#last !== null ? new Date(this.#last) : null;
  }
}

function entriesOf(body: unknown): readonly unknown[] {
  const entries: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'entry') : undefined;
  return Array.isArray(entries) ? entries : [];
}

function linksOf(body: unknown): object[] {
  const links: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'link') : undefined;
  return Array.isArray(links) ? links.filter((each): each is object => typeof each === 'object' && each !== null) : [];
}

type Entry =
  | { readonly resource?: { readonly resourceType?: unknown; readonly meta?: { readonly lastUpdated?: unknown } } }
  | null
  | undefined;

function isAppointment(entry: unknown): boolean {
  return (entry as Entry)?.resource?.resourceType === 'Appointment';
}

function lastUpdatedOf(entry: unknown): number[] {
  const at = isAppointment(entry) ? Date.parse(String((entry as Entry)?.resource?.meta?.lastUpdated)) : Number.NaN;
  return Number.isNaN(at) ? [] : [at];
}
