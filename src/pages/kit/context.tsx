import { createContext, useContext } from 'hono/jsx';
import type { Role } from '../../domain/people/access.ts';
import type { OwnAuthority } from '../../staff/own-authorities.ts';
import type { RefusedForm } from './fields.tsx';
import type { PageLanguage } from './language.ts';
import type { Menu } from './navigation.ts';
import type { Site } from './site.ts';

/** The title, navigation and notices around every page of somebody who is signed in. */
export interface Frame {
  readonly language: PageLanguage;
  /** The address of this page in the other language; null: the page can't be shown again. */
  readonly otherLanguage: string | null;
  /** The proof that the forms of the page are ours. */
  readonly proof: string;
  /** The name of whoever is signed in; null for the administrator's token, which is to be replaced by an account. */
  readonly name: string | null;
  readonly title: string;
  /** The entry of the navigation that the page belongs to. */
  readonly current: Menu;
  /** All pages. */
  readonly site: Site;
  /** The authority that the page is about; null: the visitor has none. */
  readonly authority: OwnAuthority | null;
  /** Number of replies that wait where the link to them leads: at `authority`, or at the first that has any. */
  readonly openReplies: number;
  /** The authorities that the visitor may choose from; null: they are too many for a list. */
  readonly authorities: readonly OwnAuthority[] | null;
  /** The visitor's rights in the authority of the page, and in the whole installation; null: none. */
  readonly role: Role | null;
  readonly installationRole: Role | null;
  /** The visitor is limited to some departments of the authority of the page. */
  readonly limited: boolean;
  /** A form asked for what the page shows, and the focus goes there. */
  readonly asked: boolean;
  /** The simulator is among the gateways, which the page must say. */
  readonly simulator: boolean;
  /** The form that came back; null: none. */
  readonly refused: RefusedForm | null;
  /** The clock of the process that responds is wrong, and it takes nothing in. */
  readonly clockOff: boolean;
  /** Why reminders of the authority wait that nobody can hand over: all sending is off, or its suppliers are out. */
  readonly unsent: 'sending_off' | 'no_gateway' | null;
}

const FrameContext = createContext<Frame | null>(null);

/** Gives a frame to all components within. */
export const FrameProvider = FrameContext.Provider;

/** The frame of the page that a component stands on. @throws Error outside of a page, which is a fault of ours */
export function useFrame(): Frame {
  const frame = useContext(FrameContext);
  if (!frame) throw new Error('a component of a page stands outside of one');
  return frame;
}
