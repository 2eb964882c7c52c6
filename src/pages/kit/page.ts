import type { Context } from 'hono';
import type { HttpEnv } from '../../http/env.ts';
import type { Describe } from './kept-form.ts';
import type { Menu, PageRight } from './navigation.ts';
import type { Bilingual } from './words.ts';

type Handler<D> = (c: Context<HttpEnv>, deps: D) => Response | Promise<Response>;

/** A form of a page, which is sent to an address of its own or to that of its page. */
export interface PageForm<D = never> {
  readonly path: string;
  readonly right: PageRight;
  /** The id of the part of a long page that it stands in. */
  readonly part?: string;
  /**
   * The effect of sending it, in the words of its page, for a form that is kept while its sender signs in again; left
   * out: it is done again on its page, as what can't be undone, and what is about a row that nobody would recognise.
   */
  readonly describe?: Describe;
  /** Responds before the proof of the form is looked at; null: it goes on. */
  readonly before?: (c: Context<HttpEnv>, deps: D) => Response | null;
  readonly send: Handler<D>;
}

/**
 * A page with all that is known of it: routes, navigation, forms that are kept, the way back from a form and the table
 * of rights are derived from these declarations (`Site`).
 */
export interface Page<D = never> {
  /** Its address, with parameters as `:name`. */
  readonly path: string;
  readonly right: PageRight;
  /** The entry of the navigation that it belongs to; left out: none. */
  readonly menu?: Menu;
  /** Its name among the pages of its entry; left out: no link leads to it from there. */
  readonly tab?: Bilingual<string>;
  /** The address of the page that links to this file. */
  readonly fileOf?: string;
  /** Opens also for somebody who is to set up a second factor. */
  readonly enrolling?: true;
  readonly open: Handler<D>;
  readonly forms?: readonly PageForm<D>[];
}
