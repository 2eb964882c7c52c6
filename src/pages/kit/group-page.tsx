import type { Child } from 'hono/jsx';
import { type Frame, useFrame } from './context.tsx';
import { InOtherLanguage } from './document.tsx';
import { Done, SubNavigation } from './elements.tsx';
import { Framed } from './layout.tsx';
import { suffices } from './navigation.ts';

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

/** Links to the pages of the entry of the navigation that the visitor may open; nothing where that is one. */
export function Tabs({ path }: { readonly path: string }) {
  const frame = useFrame();
  const { current, language, site } = frame;
  const tabs = site.tabsOf(current).filter(({ right }) => suffices(frame, right));
  if (tabs.length < 2) return null;
  const entries = tabs.map((tab) => [tab.path, tab.tab?.[language] ?? ''] as const);
  // The address of one tab may begin with that of another: the longest is the one that is open.
  const own = entries
    .map(([each]) => each)
    .filter((each) => path === each || path.startsWith(`${each}/`))
    .sort((a, b) => b.length - a.length)[0];
  return <SubNavigation label={current.label[language]} entries={entries} current={own ?? path} />;
}

/**
 * A page of an entry of the navigation: links to the others that the visitor may open, the title, the sentence of what
 * was done.
 * @param props.path its address, or that of the page that it belongs to
 */
export function GroupPage({
  frame,
  path,
  title = frame.title,
  done,
  once,
  children,
}: GroupPagePart & { readonly frame: Frame; readonly path: string }) {
  return (
    <Framed frame={{ ...frame, title, ...(once !== undefined && { otherLanguage: null }) }}>
      <Tabs path={path} />
      <h1>{title}</h1>
      <Done text={done} />
      {children}
      {once !== undefined && <InOtherLanguage language={frame.language}>{once}</InOtherLanguage>}
    </Framed>
  );
}
