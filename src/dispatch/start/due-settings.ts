import type { Authority, Language } from '../../domain/authority.ts';
import type { TemplateName } from '../../domain/reminder.ts';
import type { DatabaseAccess, Logging, TemplateAccess } from '../../runtime/deps.ts';
import { findSourcesWithAuthority, type Owner } from '../../store/sources.ts';
import { compileTemplate, isPlaceholderTime, type Template } from '../../templates/index.ts';
import type { GatewayCaller } from '../gateways/gateway-caller.ts';
import type { DueReminder } from '../look/look.sql.ts';
import { readOwnTemplates } from './wording.sql.ts';

/** Compiled own wording by authority, kept as long as the authority's version stands: a new wording raises it. */
export class Wordings {
  readonly #deps: DatabaseAccess & TemplateAccess & Logging;
  readonly #own = new Map<string, { version: number; templates: Map<string, Template> }>();

  constructor(deps: DatabaseAccess & TemplateAccess & Logging) {
    this.#deps = deps;
  }

  /** Reads the own wording of those authorities that changed since. What a later look has read stands. */
  async load(authorities: readonly Authority[]): Promise<void> {
    const changed = new Map(
      authorities.filter((authority) => this.#isNewer(authority)).map((authority) => [authority.id, authority]),
    );
    if (changed.size === 0) return;
    const rows = await readOwnTemplates(this.#deps.db, [...changed.keys()]);
    for (const authority of changed.values()) {
      if (this.#isNewer(authority)) this.#own.set(authority.id, { version: authority.version, templates: new Map() });
      else changed.delete(authority.id);
    }
    for (const { authorityId, name, language, version, text } of rows) {
      if (!changed.has(authorityId)) continue;
      try {
        this.#own
          .get(authorityId)
          ?.templates.set(`${name} ${language}`, compileTemplate(name, language, version, text));
      } catch {
        // It was checked when it was saved: only a later release can refuse it. The shipped wording is right for
        // everybody.
        this.#deps.log.error(
          { authority: authorityId, template: name, language, version },
          "an authority's own template no longer compiles: the shipped one is used",
        );
      }
    }
  }

  #isNewer({ id, version }: Authority): boolean {
    return version > (this.#own.get(id)?.version ?? Number.NEGATIVE_INFINITY);
  }

  /**
   * The authority's own wording, else the shipped one.
   * @param hasTime false: the appointment has a day only, and an own wording that prints a time in any case is not used
   */
  choose(authority: Authority | undefined, name: TemplateName, language: Language, hasTime = true): Template {
    const own = authority && this.#own.get(authority.id)?.templates.get(`${name} ${language}`);
    return own && (hasTime || !own.needsTime) ? own : this.#deps.templates.get(name, language);
  }
}

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
