import { useFrame } from '../kit/context.tsx';
import { Empty } from '../kit/elements.tsx';
import { hrefOf } from '../kit/navigation.ts';
import { bilingual } from '../kit/words.ts';

const WORDS = bilingual({
  da: {
    lead: 'Myndigheden har ingen bookingsystemer endnu.',
    make: 'Opret det første bookingsystem',
    ask: 'Bed en administrator om at oprette det første.',
  },
  en: {
    lead: 'The authority has no booking systems yet.',
    make: 'Create the first booking system',
    ask: 'Ask an administrator to create the first one.',
  },
});

/**
 * The sentence of a list that is empty since the authority has no booking systems yet: it leads administrators to where
 * the first is created.
 */
export function NoSources() {
  const { language, authority, role, limited } = useFrame();
  const { lead, make, ask } = WORDS[language];
  const administers = role === 'administrator' && !limited;
  return (
    <Empty>
      {lead} {administers ? <a href={`${hrefOf('/admin/set-up/sources', authority)}#make`}>{make}</a> : ask}
    </Empty>
  );
}
