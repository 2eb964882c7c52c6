import { SubNavigation } from '../kit/elements.tsx';
import type { PageLanguage } from '../kit/language.ts';
import type { Frame } from '../kit/layout.tsx';

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
  return <SubNavigation frame={frame} label={words.label} entries={entries} current={current} />;
}
