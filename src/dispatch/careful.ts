import { type CurrentTime, type DatabaseAccess, type Logging, pause, type Waiting } from '../runtime/deps.ts';
import { countTries, type DueReminder, lookDue, lookTried, takeBackTries } from './look.sql.ts';

/**
 * A reminder that kills the process does so at once; one that only waits for its gateway must not delay the next.
 */
const ALONE_MS = 10;
/** How often something that was tried goes, alone or a few, until what fell due meanwhile has its turn. */
const GOES = 25;
/** How often a drain that goes on turns to what was tried before, and how long it waits for its open calls then. */
const TRIED_EVERY_MS = 2_000;
const QUIET_MS = 1_000;

/** How reminders are handed over whose tries are counted. */
export interface HandOver {
  readonly mayStart: () => boolean;
  /** The gateways that something can go through; null: all. */
  readonly open: () => readonly string[] | null;
  /**
   * Hands reminders over in one group, and takes off the array those that it came to. Their settings and their wording
   * are only read here, behind the try: they may be what kills the process.
   */
  readonly group: (due: DueReminder[]) => Promise<void>;
  /** The calls that are open, which never fail. */
  readonly calls: ReadonlySet<Promise<void>>;
  /** Resolves when no call is open and no outcome unrecorded. */
  readonly quiet: () => Promise<void>;
}

/**
 * Hands over after an unclean end of a process, which may have died over what it prepared. The first that are due, as
 * many as a process prepares together, have their tries counted in one commit before anything of them is read or
 * prepared, and go as one group. Reminders whose try had no end go a few at a time, and after two such tries alone,
 * each time behind a counted try; the third quarantines one. So one that kills processes takes no others along, and
 * what a process happened to have in preparation when it was killed from outside goes with little delay.
 */
export class CarefulHandOver {
  readonly #deps: DatabaseAccess & Logging & CurrentTime & Waiting;
  readonly #handOver: HandOver;
  readonly #groupSize: number;
  /** How many that were tried once go together: each further try narrows the search for the deadly one. */
  readonly #few: number;
  #firstPending = false;
  #triedAtMs = Number.NEGATIVE_INFINITY;
  /** Tries that failed without the process's death, such as while the database is away: they don't count. */
  readonly #failed = new Set<string>();

  /** @param groupSize how many reminders a process prepares together */
  constructor(deps: DatabaseAccess & Logging & CurrentTime & Waiting, handOver: HandOver, groupSize: number) {
    this.#deps = deps;
    this.#handOver = handOver;
    this.#groupSize = groupSize;
    this.#few = Math.ceil(Math.sqrt(groupSize));
  }

  /** From now on the first that are due go behind counted tries, once. */
  begin(): void {
    this.#firstPending = true;
  }

  /** The first that are due, if they are to have their tries counted. @throws where the database is away */
  async drainFirst(): Promise<void> {
    await this.#takeBackFailed();
    if (!this.#firstPending || !this.#handOver.mayStart()) return;
    const options = { now: this.#deps.now(), limit: this.#groupSize, share: null, open: this.#handOver.open() };
    const page = await lookDue(this.#deps.db, { ...options, which: { behind: null } });
    this.#firstPending = false;
    await this.#go(page);
  }

  /**
   * Some of those that were tried before, with nothing else under way: one that kills the process must not take others
   * along. @throws where the database is away
   */
  async drainTried(): Promise<void> {
    const tried = await this.#lookTried();
    if (tried.length === 0) return;
    await this.#handOver.quiet();
    await this.#goOneByOne(tried);
  }

  /** The same in the midst of a long drain, at times, unless calls stay open for long. */
  async drainTriedAtTimes(): Promise<void> {
    const { timers } = this.#deps;
    if (timers.monotonic() < this.#triedAtMs + TRIED_EVERY_MS) return;
    const tried = await this.#lookTried();
    if (tried.length === 0) return;
    const quiet = this.#handOver.quiet().then(() => true);
    if (!(await Promise.race([quiet, pause(timers, QUIET_MS).then(() => false)]))) return;
    await this.#goOneByOne(tried);
    this.#triedAtMs = timers.monotonic();
  }

  async #lookTried(): Promise<DueReminder[]> {
    this.#triedAtMs = this.#deps.timers.monotonic();
    if (!this.#handOver.mayStart()) return [];
    return lookTried(this.#deps.db, this.#deps.now(), GOES * this.#few, this.#handOver.open());
  }

  async #goOneByOne(tried: DueReminder[]): Promise<void> {
    for (let goes = 0; goes < GOES && tried.length > 0; goes++) {
      const once = tried.findIndex(({ tries }) => tries > 1);
      const few = Math.min(this.#few, once < 0 ? tried.length : Math.max(1, once));
      await this.#go(tried.splice(0, few));
      await Promise.race([Promise.all(this.#handOver.calls), pause(this.#deps.timers, ALONE_MS)]);
    }
  }

  /** Hands reminders over in one group, behind a counted try. */
  async #go(due: readonly DueReminder[]): Promise<void> {
    if (due.length === 0 || !this.#handOver.mayStart()) return;
    const group = await this.#count(due);
    const ids = group.map(({ id }) => id);
    await this.#orFailed(ids, () => this.#handOver.group(group));
    // Sending may have been stopped meanwhile.
    for (const { id } of group) this.#failed.add(id);
    await this.#takeBackFailed();
  }

  /** Counts a try of each. @returns those that are to go now */
  async #count(page: readonly DueReminder[]): Promise<DueReminder[]> {
    const { counted, quarantined } = await this.#orFailed(
      page.map(({ id }) => id),
      () => countTries(this.#deps.db, page, this.#deps.now()),
    );
    for (const reminder of quarantined)
      this.#deps.log.error({ reminder }, 'processes died over this reminder: it is quarantined');
    const go = new Set(counted);
    return page.filter(({ id }) => go.has(id));
  }

  async #orFailed<T>(ids: readonly string[], work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      for (const id of ids) this.#failed.add(id);
      throw error;
    }
  }

  async #takeBackFailed(): Promise<void> {
    if (this.#failed.size === 0) return;
    await takeBackTries(this.#deps.db, [...this.#failed], this.#deps.now());
    this.#failed.clear();
  }
}
