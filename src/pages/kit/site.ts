import type { KeptAction, KeptForm } from './kept-form.ts';
import type { PageLanguage } from './language.ts';
import { hrefOf, type Menu } from './navigation.ts';
import type { Page, PageForm } from './page.ts';

type Params = Readonly<Record<string, string>>;

/** A form that is sent to an address, with its page and the parameters of the address. */
interface FoundForm {
  readonly page: Page;
  readonly form: PageForm;
  readonly params: Params;
}

/** The page that everything else leads back to. */
const START = '/admin';
/** The phones of the simulator, which are no page of the navigation. */
const PHONES = '/simulator';
const PARAMETER = /^[\w-]+$/;
/** Query and fragment of an address: no more than ours have. */
const REST = /^(?:\?[\w=&%.~+,:-]*)?(?:#[\w-]+)?$/;

/** All pages, and what follows from their declarations. */
export class Site {
  readonly pages: readonly Page[];

  constructor(pages: readonly Page[]) {
    this.pages = pages;
  }

  /** The entries of the navigation, in the order of the pages. */
  get menus(): readonly Menu[] {
    return [...new Set(this.pages.flatMap(({ menu }) => (menu ? [menu] : [])))];
  }

  /** The pages that an entry of the navigation has links to. */
  tabsOf(menu: Menu): readonly Page[] {
    return this.pages.filter((page) => page.menu === menu && page.tab);
  }

  /** The page at an address without its query; undefined for none. */
  pageAt(path: string): Page | undefined {
    return this.pages.find((page) => paramsIn(page.path, path));
  }

  /** The page with this route, or with a form that has it (`/admin/texts/:name`); undefined for none. */
  pageAtPattern(route: string): Page | undefined {
    return this.pages.find(({ path, forms = [] }) => path === route || forms.some((form) => form.path === route));
  }

  /** The form that is sent to an address; undefined for none. */
  formAt(path: string): FoundForm | undefined {
    for (const page of this.pages)
      for (const form of page.forms ?? []) {
        const params = paramsIn(form.path, path);
        if (params) return { page, form, params };
      }
    return undefined;
  }

  /** The effect of sending a form; null for one that is not kept. */
  describe(form: KeptForm, language: PageLanguage): KeptAction | null {
    const found = this.formAt(form.path);
    return found?.form.describe?.(language, form, found.params) ?? null;
  }

  /** The address of the page that a form stands on, without its query: its own address often takes POST alone. */
  pagePathOf(formPath: string): string {
    const found = this.formAt(formPath);
    const path = found ? filled(found.page.path, found.params) : START;
    return this.pageAt(path) ? path : START;
  }

  /** The page that a form stands on, with its authority: it leads to the part of a long page that it stands in. */
  pageOf({ path, fields }: KeptForm): string {
    const part = this.formAt(path)?.form.part;
    const authority = fields.find(([name]) => name === 'authority')?.[1] ?? '';
    const page = hrefOf(this.pagePathOf(path), authority === '' ? null : { id: authority });
    return part === undefined ? page : `${page}#${part}`;
  }

  /** The page to go to after signing in; only one of ours, so that a link to the form can't lead to another site. */
  readNext(next = START): string {
    const path = next.split(/[?#]/)[0] ?? '';
    const isOurs = path === PHONES || this.pageAt(path) !== undefined;
    return isOurs && REST.test(next.slice(path.length)) ? next : START;
  }
}

/** Gives what is handed to pages the site that they belong to. */
export interface SiteAccess {
  readonly site: Site;
}

/** The parameters of an address that fits a pattern such as `/admin/texts/:name`; null where it doesn't. */
function paramsIn(pattern: string, path: string): Params | null {
  const [names, parts] = [pattern.split('/'), path.split('/')];
  if (names.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [at, name] of names.entries()) {
    const part = parts[at] ?? '';
    if (name.startsWith(':') ? !PARAMETER.test(part) : name !== part) return null;
    if (name.startsWith(':')) params[name.slice(1)] = part;
  }
  return params;
}

/** The address that a pattern is with these parameters. */
export function filled(pattern: string, params: Params): string {
  const part = (name: string) => (name.startsWith(':') ? (params[name.slice(1)] ?? '') : name);
  return pattern.split('/').map(part).join('/');
}
