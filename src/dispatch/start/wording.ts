import type { Authority, Language } from '../../domain/authority.ts';
import type { TemplateName } from '../../domain/reminder.ts';
import type { DatabaseAccess, Logging, TemplateAccess } from '../../runtime/deps.ts';
import { compileTemplate, type Template } from '../../templates/index.ts';
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
