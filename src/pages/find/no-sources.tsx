import type { Frame } from '../kit/context.tsx';
import { Empty } from '../kit/elements.tsx';
import { hrefOf } from '../kit/navigation.ts';
import { FIND_WORDS } from './words.ts';

/** The sentence of a list that is empty since the authority has no booking systems yet. */
export function NoSources({ frame: { language, authority, role, limited } }: { readonly frame: Frame }) {
  const { noSources: words } = FIND_WORDS[language];
  const administers = role === 'administrator' && !limited;
  return (
    <Empty>
      {words.lead}{' '}
      {administers ? <a href={`${hrefOf('/admin/set-up/sources', authority)}#make`}>{words.make}</a> : words.ask}
    </Empty>
  );
}
