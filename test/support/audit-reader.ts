import type { TestApp } from './app.ts';
import { enter, type PageClient } from './pages.ts';

type Language = 'da' | 'en';
type Line = readonly [label: string, before: string, after: string];

const textOf = (html: string) =>
  html
    .replaceAll(/<span class="unseen">[^<]*<\/span>/g, '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** The newest entry of an action on the page of the audit. */
interface ShownChange {
  readonly page: string;
  readonly row: string;
  /** The changes, as somebody reads them. */
  readonly lines: readonly Line[];
  /** The text below the lines. */
  readonly rest: string;
}

/** Makes changes over the API, and reads what the page of the audit says of them. */
export class AuditReader {
  readonly #test: TestApp;
  readonly #chief: PageClient;
  #made = 0;

  private constructor(test: TestApp, chief: PageClient) {
    this.#test = test;
    this.#chief = chief;
  }

  static async enter(test: TestApp): Promise<AuditReader> {
    const access = { role: 'administrator', authority: null } as const;
    return new AuditReader(test, await enter(test, { email: 'chef@example.org', name: 'Carla', ...access }));
  }

  /** Makes an authority. @returns its id */
  async authority(settings: object = {}): Promise<string> {
    const id = `a${++this.#made}`;
    await this.#test.makeAuthority(id, { name: 'Regionen', ...settings });
    return id;
  }

  text(path: string): Promise<string> {
    return this.#chief.text(path);
  }

  async newest(authority: string, action: string, language: Language = 'da'): Promise<ShownChange> {
    const query = new URLSearchParams({ authority, action, language });
    const page = await this.text(`/admin/set-up/audit?${query}`);
    const [row = ''] = /<tr><th scope="row">.*?<\/tr>/s.exec(page) ?? [];
    const lines = [...row.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/gs)].map(([, label = '', values = '']): Line => {
      const [was = '', is = ''] = ['del', 'ins'].map(
        (tag) => new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(values)?.[1],
      );
      return [textOf(label), textOf(was), textOf(is)];
    });
    return { page, row, lines, rest: textOf(/<\/dl>(.*?)<\/details>/s.exec(row)?.[1] ?? '') };
  }

  /** Two settings of an authority, one after the other. */
  async changed(before: object, after: object, language?: Language): Promise<ShownChange> {
    const id = await this.authority(before);
    const body = { name: 'Regionen', sender: 'Sundhed', ...after };
    await this.#test.json(200, `/v1/authorities/${id}`, { method: 'PUT', body });
    return this.newest(id, 'authority.replace', language);
  }

  /** Two settings of a booking system, one after the other. */
  async changedSource(before: object, after: object, language?: Language): Promise<ShownChange> {
    const id = await this.authority();
    await this.#test.makeSource(id, id, { ...before });
    const body = { name: `Source ${id}`, ...after };
    await this.#test.json(200, `/v1/authorities/${id}/sources/${id}`, { method: 'PUT', body });
    return this.newest(id, 'source.replace', language);
  }
}
