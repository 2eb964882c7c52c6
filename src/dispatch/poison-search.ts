import { type CurrentTime, type DatabaseAccess, type Logging, pause, type Waiting } from '../runtime/deps.ts';
import { countTries, type DueReminder, lookDue, lookTried, takeBackTries } from './look/look.sql.ts';
import { addProgress, type HandOverProgress, NO_PROGRESS, type PageHandOver } from './page-hand-over.ts';

/**
 * The wait for the calls of one group before the next: a reminder that ends the process does so at once, and one that
 * only waits for its gateway must not delay the next.
 */
const ALONE_MS = 10;
/** Groups of reminders that were tried before, at most, that go before what fell due meanwhile has its turn. */
const MOST_GROUPS = 25;
/** The time after which a drain that goes on turns to what was tried before. */
const TRIED_EVERY_MS = 2_000;
/** The longest wait for its open calls then. */
const QUIET_MS = 1_000;

type SearchDeps = DatabaseAccess & Logging & CurrentTime & Waiting;

/**
 * Hands over after an unclean end of a process, which may have died over what it prepared. The first that are due, as
 * many as a process prepares together, have their tries counted in one commit before anything of them is read or
 * prepared, and go as one group. Reminders whose try had no end go a few at a time, and after two such tries alone,
 * each time behind a counted try; the third quarantines one. So one that kills processes ends four of them, or up to
 * seven while more end than it explains, and makes uncertain at most what was started in one group with it. Preparing
 * each reminder alone would make none of the others uncertain, but after a kill from outside, whose reason is no
 * reminder, all that is due would wait for it. A few are the square root of a group.
 */
export class PoisonSearch {
  readonly #deps: SearchDeps;
  readonly #pages: PageHandOver;
  /** Reminders that go together once they were tried: each further try narrows the search for the one that kills. */
  readonly #few: number;
  #firstPending = false;
  /** Since an unclean end no drain has come to its end. */
  #active = false;
  #triedAtMs = Number.NEGATIVE_INFINITY;
  /** Tries that failed without the process's death, such as while the database is away: they don't count. */
  readonly #failed = new Set<string>();

  constructor(deps: SearchDeps, pages: PageHandOver) {
    this.#deps = deps;
    this.#pages = pages;
    this.#few = Math.ceil(Math.sqrt(pages.groupSize));
  }

  /** True since an unclean end, until a drain has come to its end. */
  get active(): boolean {
    return this.#active;
  }

  /** A process may have died over what is due: the first that are due go behind counted tries, once. */
  begin(): void {
    this.#firstPending = true;
    this.#active = true;
  }

  /** A drain has looked at everything that is due. */
  end(): void {
    this.#active = false;
  }

  /** Hands over the first that are due, if their tries are to be counted. @throws where the database is away */
  async drainFirst(): Promise<HandOverProgress> {
    await this.#takeBackFailed();
    if (!this.#firstPending || !this.#pages.mayStart) return NO_PROGRESS;
    const which = { behind: null };
    const { openOnly: open } = this.#pages;
    const options = { now: this.#deps.now(), limit: this.#pages.groupSize, share: null, open, which };
    const first = await lookDue(this.#deps.db, options);
    this.#firstPending = false;
    return await this.#handOver(first);
  }

  /**
   * Hands over some of those that were tried before, with nothing else under way: one that kills the process takes no
   * more along than the few that go with it. @throws where the database is away
   */
  async drainTried(): Promise<HandOverProgress> {
    const tried = await this.#lookTried();
    if (tried.length === 0) return NO_PROGRESS;
    await this.#pages.quiet();
    return await this.#handOverFewByFew(tried);
  }

  /**
   * Hands over reminders with counted tries every two seconds of a drain that takes long, unless its open calls don't
   * end within a second.
   */
  async drainTriedAtTimes(): Promise<HandOverProgress> {
    const { timers } = this.#deps;
    if (timers.monotonic() < this.#triedAtMs + TRIED_EVERY_MS) return NO_PROGRESS;
    const tried = await this.#lookTried();
    if (tried.length === 0) return NO_PROGRESS;
    const quiet = this.#pages.quiet().then(() => true);
    if (!(await Promise.race([quiet, pause(timers, QUIET_MS).then(() => false)]))) return NO_PROGRESS;
    const progress = await this.#handOverFewByFew(tried);
    this.#triedAtMs = timers.monotonic();
    return progress;
  }

  async #lookTried(): Promise<DueReminder[]> {
    this.#triedAtMs = this.#deps.timers.monotonic();
    if (!this.#pages.mayStart) return [];
    return lookTried(this.#deps.db, this.#deps.now(), MOST_GROUPS * this.#few, this.#pages.openOnly);
  }

  /** Hands over a few at a time of those that were tried once, and alone each that was tried more often. */
  async #handOverFewByFew(tried: readonly DueReminder[]): Promise<HandOverProgress> {
    let progress = NO_PROGRESS;
    let rest = tried;
    for (let nth = 0; nth < MOST_GROUPS && rest.length > 0; nth++) {
      const once = rest.findIndex(({ tries }) => tries > 1);
      const few = Math.min(this.#few, once < 0 ? rest.length : Math.max(1, once));
      progress = addProgress(progress, await this.#handOver(rest.slice(0, few)));
      rest = rest.slice(few);
      await Promise.race([Promise.all(this.#pages.calls), pause(this.#deps.timers, ALONE_MS)]);
    }
    return progress;
  }

  /** Hands reminders over in one group, behind a counted try. */
  async #handOver(due: readonly DueReminder[]): Promise<HandOverProgress> {
    if (due.length === 0 || !this.#pages.mayStart) return NO_PROGRESS;
    const group = await this.#count(due);
    // Their settings and their wording are only read behind the try: they may be what kills the process.
    const progress = await this.#orFailed(group, this.#pages.handOver(group, false));
    // Sending may have been stopped meanwhile.
    for (const { due } of progress.rest) this.#failed.add(due.id);
    await this.#takeBackFailed();
    return progress;
  }

  /** Counts a try of each. @returns those that are to go now */
  async #count(page: readonly DueReminder[]): Promise<DueReminder[]> {
    const { counted, quarantined } = await this.#orFailed(page, countTries(this.#deps.db, page, this.#deps.now()));
    for (const reminder of quarantined)
      this.#deps.log.error({ reminder }, 'processes ended while they prepared this reminder: it is quarantined');
    const go = new Set(counted);
    return page.filter(({ id }) => go.has(id));
  }

  /** Waits for work on these reminders, and notes that their try failed where it does. */
  async #orFailed<T>(due: readonly DueReminder[], work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      for (const { id } of due) this.#failed.add(id);
      throw error;
    }
  }

  async #takeBackFailed(): Promise<void> {
    if (this.#failed.size === 0) return;
    await takeBackTries(this.#deps.db, [...this.#failed], this.#deps.now());
    this.#failed.clear();
  }
}
