import { Empty } from '../elements.tsx';
import type { Frame } from '../layout.tsx';
import { hrefOf } from '../navigation.ts';
import { FIND_WORDS } from './words.ts';

/** The sentence in place of the lead, for an authority without booking systems: nothing can be found there yet. */
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
