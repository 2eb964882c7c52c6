import { DAY_MS } from './duration.ts';

const MOST_DAYS = 5_000;

/** One UTC day in a zone: at most one clock change, at `change`, from `before` to `after` (ms east of UTC). */
interface ZoneDay {
  readonly before: number;
  readonly change: number;
  readonly after: number;
}

/**
 * Offsets of one zone from UTC. A query of Intl costs microseconds, so each UTC day is queried once. (getTimezoneOffset
 * of date-fns-tz 3.2 is wrong within hours of a clock change.)
 */
export class ZoneOffsets {
  readonly #format: Intl.DateTimeFormat;
  readonly #days = new Map<number, ZoneDay>();

  /** @throws RangeError for a zone that doesn't exist */
  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** Milliseconds that the zone's clocks are ahead of UTC at `at`. */
  at(at: number): number {
    const day = this.#day(Math.floor(at / DAY_MS));
    return at < day.change ? day.before : day.after;
  }

  /** Moment of the clock change after `from` and not after `to` (at most two days apart); null when there is none. */
  changeBetween(from: number, to: number): number | null {
    for (let day = Math.floor(from / DAY_MS); day * DAY_MS <= to; day++) {
      const { change, before, after } = this.#day(day);
      if (before !== after && change > from && change <= to) return change;
    }
    return null;
  }

  #day(index: number): ZoneDay {
    const known = this.#days.get(index);
    if (known) return known;
    const start = index * DAY_MS;
    const before = this.#query(start - 1);
    const after = this.#query(start + DAY_MS - 1);
    const day = {
      before,
      after,
      change: before === after ? start : this.#findChange(start - 1, start + DAY_MS - 1, before),
    };
    if (this.#days.size >= MOST_DAYS) this.#days.clear();
    this.#days.set(index, day);
    return day;
  }

  /** @param low has the offset `before`; `high` no longer has it */
  #findChange(low: number, high: number, before: number): number {
    let [last, first] = [low, high];
    while (first - last > 1) {
      const middle = Math.floor((last + first) / 2);
      if (this.#query(middle) === before) last = middle;
      else first = middle;
    }
    return first;
  }

  #query(at: number): number {
    const wall: Record<string, string> = {};
    for (const { type, value } of this.#format.formatToParts(at)) wall[type] = value;
    const field = (name: string): number => Number(wall[name]);
    const year = wall.era === 'BC' ? 1 - field('year') : field('year');
    const local = new Date(0);
    local.setUTCFullYear(year, field('month') - 1, field('day'));
    local.setUTCHours(field('hour'), field('minute'), field('second'));
    return local.getTime() - Math.floor(at / 1_000) * 1_000;
  }
}

const zones = new Map<string, ZoneOffsets>();

/** Offsets of a zone, shared by all callers. @throws RangeError for a zone that doesn't exist */
export function offsetsOf(zone: string): ZoneOffsets {
  const known = zones.get(zone);
  if (known) return known;
  const offsets = new ZoneOffsets(zone);
  zones.set(zone, offsets);
  return offsets;
}
