import type { Authority, Language } from '../domain/authority.ts';
import type { TemplateName } from '../domain/reminder.ts';
import { readOwnTemplates } from '../store/templates.ts';
import { compileTemplate, type Template } from '../templates/index.ts';
import type { Deps } from './deps.ts';

/** Compiled own wording by authority, kept as long as the authority's version stands: a new wording raises it. */
export class TextChooser {
  readonly #deps: Pick<Deps, 'db' | 'templates' | 'log'>;
  readonly #own = new Map<string, { version: number; templates: Map<string, Template> }>();

  constructor(deps: Pick<Deps, 'db' | 'templates' | 'log'>) {
    this.#deps = deps;
  }

  /** Reads the own wording of those authorities that changed since. */
  async load(authorities: readonly Authority[]): Promise<void> {
    const changed = new Map(
      authorities.filter(({ id, version }) => this.#own.get(id)?.version !== version).map((authority) => [authority.id, authority]),
    );
    if (changed.size === 0) return;
    const rows = await readOwnTemplates(this.#deps.db, [...changed.keys()]);
    for (const { id, version } of changed.values()) this.#own.set(id, { version, templates: new Map() });
    for (const { authorityId, name, language, version, text } of rows) {
      try {
        this.#own.get(authorityId)?.templates.set(`${name} ${language}`, compileTemplate(name, language, version, text));
      } catch {
        // It was checked when it was saved: only a later release can refuse it. The shipped wording is right for everybody.
        this.#deps.log.error(
          { authority: authorityId, template: name, language, version },
          'own wording no longer compiles; the shipped one is used',
        );
      }
    }
  }

  choose(authority: Authority | undefined, name: TemplateName, language: Language): Template {
    return (authority && this.#own.get(authority.id)?.templates.get(`${name} ${language}`)) ?? this.#deps.templates.get(name, language);
  }
}
