import type { DatabaseAccess, Logging, TemplateAccess } from '../../runtime/deps.ts';
import { findSourcesWithAuthority, type Owner } from '../../store/sources.ts';
import { isPlaceholderTime, type Template } from '../../templates/index.ts';
import type { GatewayCaller } from '../gateways/gateway-caller.ts';
import type { DueReminder } from '../look/look.sql.ts';
import { Wordings } from './wording.ts';

/** The source of a due reminder with its authority, and the gateways that the authority uses. */
export interface DueOwner extends Owner {
  /** In order of preference; those that are not configured are left out. */
  readonly callers: readonly GatewayCaller[];
}

/** A due reminder with the settings and the wording that it goes by, as they were read for its page. */
export interface ReminderWithSettings {
  readonly due: DueReminder;
  /** undefined: not found. */
  readonly owner: DueOwner | undefined;
  /** Chooses the authority's own wording, else the shipped one; when it is prepared, where a failure ends it alone. */
  readonly chooseTemplate: () => Template;
}

/** The callers of an authority's gateways, by the ids in its settings. */
type CallersOf = (gateways: readonly string[]) => readonly GatewayCaller[];

/** Reads what due reminders go by: the settings of their sources and authorities, and the authorities' own wording. */
export class DueSettings {
  readonly #deps: DatabaseAccess;
  readonly #callersOf: CallersOf;
  readonly #wordings: Wordings;

  constructor(deps: DatabaseAccess & TemplateAccess & Logging, callersOf: CallersOf) {
    this.#deps = deps;
    this.#callersOf = callersOf;
    this.#wordings = new Wordings(deps);
  }

  /** Reads what these go by, at one moment for all. @throws where the database is away */
  async readFor(page: readonly DueReminder[]): Promise<ReminderWithSettings[]> {
    const owners = await this.#ownersOf(page);
    return page.map((due) => {
      const owner = owners.get(due.source_id);
      return { due, owner, chooseTemplate: () => this.#templateFor(due, owner) };
    });
  }

  async #ownersOf(page: readonly DueReminder[]): Promise<ReadonlyMap<string, DueOwner>> {
    const sources = [...new Set(page.map((due) => due.source_id))];
    const found = await findSourcesWithAuthority(this.#deps.db, sources);
    await this.#wordings.load([...found.values()].map((owner) => owner.authority));
    return new Map(
      [...found].map(([id, owner]) => [id, { ...owner, callers: this.#callersOf(owner.authority.gateways) }]),
    );
  }

  #templateFor({ template, language, start_at: start }: DueReminder, owner: Owner | undefined): Template {
    const hasTime = !owner || !start || !isPlaceholderTime(start, owner.source);
    return this.#wordings.choose(owner?.authority, template, language, hasTime);
  }
}
