import type { Frame } from '../kit/context.tsx';
import { SubNavigation } from '../kit/elements.tsx';
import type { PageLanguage } from '../kit/language.ts';
import type { Menu } from '../kit/navigation.ts';

/** The entry of the navigation that the page belongs to. */
export const REPLIES: Menu = {
  name: 'replies',
  path: '/admin/replies',
  label: { da: 'Svar og frameldinger', en: 'Replies and opt-outs' },
  right: 'viewer',
};

const WORDS: Readonly<Record<PageLanguage, { label: string; replies: string; optOuts: string }>> = {
  da: { label: 'Svar og frameldinger', replies: 'Svar', optOuts: 'Frameldinger' },
  en: { label: 'Replies and opt-outs', replies: 'Replies', optOuts: 'Opt-outs' },
};

/** Links between replies and opt-outs. @param props.current the address of this page, without its query */
export function RepliesNavigation({ frame, current }: { frame: Frame; current: string }) {
  const words = WORDS[frame.language];
  const entries = [
    ['/admin/replies', words.replies],
    ['/admin/opt-outs', words.optOuts],
  ] as const;
  return <SubNavigation label={words.label} entries={entries} current={current} />;
}
