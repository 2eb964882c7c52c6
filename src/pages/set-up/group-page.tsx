import type { Child } from 'hono/jsx';
import { InOtherLanguage } from '../kit/document.tsx';
import { Done, SubNavigation } from '../kit/elements.tsx';
import { type Frame, Framed } from '../kit/layout.tsx';

/** The parts that each page of a group says for itself. */
export interface GroupPagePart {
  /** The heading; left out: the title of the frame. */
  readonly title?: string | undefined;
  /** The sentence of what a form did. */
  readonly done?: string | null | undefined;
  /** The page in the other language, of one that shows what is shown once: a switch would lose it. */
  readonly once?: Child;
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
  once,
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
    <Framed frame={{ ...frame, title, ...(once !== undefined && { otherLanguage: null }) }}>
      <SubNavigation frame={frame} label={label} entries={entries} current={current} />
      <h1>{title}</h1>
      <Done text={done} />
      {children}
      {once !== undefined && <InOtherLanguage language={frame.language}>{once}</InOtherLanguage>}
    </Framed>
  );
}
