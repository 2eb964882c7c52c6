import type { Child } from 'hono/jsx';
import { Done, SubNavigation } from '../elements.tsx';
import { type Frame, Framed } from '../layout.tsx';

/** The parts that each page of a group says for itself. */
export interface GroupPagePart {
  /** The heading; left out: the title of the frame. */
  readonly title?: string | undefined;
  /** The sentence of what a form did. */
  readonly done?: string | null | undefined;
  /** The page shows what is shown once: a switch of the language would lose it. */
  readonly once?: boolean;
  readonly children: Child;
}

/** A page of a group: links between the pages of the group, the title, the sentence of what was done. */
export function GroupPage({
  frame,
  label,
  entries,
  current,
  title = frame.title,
  done,
  once = false,
  children,
}: GroupPagePart & {
  readonly frame: Frame;
  /** The name of the group. */
  readonly label: string;
  /** Addresses of the pages of the group with their names. */
  readonly entries: readonly (readonly [string, string])[];
  /** The address of this page, or of the one that it belongs to. */
  readonly current: string;
}) {
  return (
    <Framed frame={{ ...frame, title, ...(once && { otherLanguage: null }) }}>
      <SubNavigation {...{ frame, label, entries, current }} />
      <h1>{title}</h1>
      <Done text={done} />
      {children}
    </Framed>
  );
}
