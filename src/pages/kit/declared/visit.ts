import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import type { Actor } from '../../../domain/people/access.ts';
import type { HttpEnv } from '../../../http/env.ts';
import type { Frame } from '../context.tsx';
import type { PageStatus } from '../document.tsx';
import type { PageAuthority } from '../frame.tsx';
import type { PageLanguage } from '../language.ts';

/** A request of somebody who may make it: for a page, or by a form. */
export interface PageRequest<D, A extends PageAuthority | null = PageAuthority> {
  readonly c: Context<HttpEnv>;
  readonly deps: D;
  readonly language: PageLanguage;
  /** The authority that it is about; null: the whole installation. */
  readonly authorityId: A extends null ? null : string;
  readonly reader: Actor;
  /** Parameters of the address. */
  readonly params: Readonly<Record<string, string>>;
}

/** A page that somebody opens, with its frame and the authority that it is about. */
export interface Visit<D, A extends PageAuthority | null = PageAuthority> extends PageRequest<D, A> {
  readonly frame: Frame;
  readonly authority: A;
  /** For `Moment`. */
  readonly when: { readonly timeZone: string; readonly language: PageLanguage };
}

/** The content of a page. */
export interface Content {
  /** The heading; left out: the title of the page. */
  readonly title?: string;
  /** The sentence of what a form did, where the page does not show it above all; left out: that of `done`. */
  readonly done?: string | null;
  /** The body has the heading, which does not stand above all, and the sentence of what a form did. */
  readonly ownHeading?: true;
  /** Left out: 200, or that of a form that came back. */
  readonly status?: PageStatus;
  /** The page in the other language, of one that shows what is shown once: a switch would lose it. */
  readonly once?: Child;
  /** The most rows that it shows: as many as keep it within the size of a page, which `body` is called with. */
  readonly rows?: number;
  readonly body: Child | ((rows: number) => Child);
}
