import { z } from '@hono/zod-openapi';
import { type Meaning, readAddressee, readMeaning } from '../../domain/replies/read-reply.ts';
import type { OwnKeywords } from '../../domain/replies/vocabulary.ts';
import { refusal, text } from './text.ts';

const NONE: OwnKeywords = { cancel: [], confirm: [], stop: [] };
const LISTS = ['cancel', 'confirm', 'stop'] as const;

function read(word: string, own?: OwnKeywords): Meaning {
  return readMeaning(readAddressee(word, []), own);
}

/** The words of one list. A longer phrase than of five words is read as a story. */
function words(list: keyof OwnKeywords) {
  // A list that makes a STOP of what only may be one extends the shipped words and doesn't contradict them.
  const fitting: readonly Meaning[] = list === 'stop' ? ['other', 'stop', 'maybe_stop'] : ['other', list];
  const word = text(40)
    .refine((value) => value.trim().split(/\s+/).length <= 5, refusal('too_many_words', 'Write five words at most.'))
    .refine((value) => fitting.includes(read(value)), {
      ...refusal('reserved', 'This has another meaning in every reply.'),
      abort: true,
    })
    .refine(
      (value) => read(value, { ...NONE, [list]: [value] }) === list,
      refusal('no_word', 'Nothing of this tells one reply from another.'),
    );
  return z
    .array(word)
    .max(50)
    .default(() => []);
}

/** `keywords` of an authority: words of its own that replies are understood by. */
export const keywords = z
  .strictObject({ cancel: words('cancel'), confirm: words('confirm'), stop: words('stop') })
  .superRefine((lists, context) => {
    const before: OwnKeywords = { cancel: [], confirm: [], stop: [] };
    for (const list of LISTS) {
      for (const [at, word] of lists[list].entries()) {
        if (read(word, before) === read(word)) continue;
        const message = 'Another list gives this another meaning.';
        context.addIssue({ code: 'custom', path: [list, at], message, params: { code: 'reserved' } });
      }
      Object.assign(before, { [list]: lists[list] });
    }
  })
  .default(() => ({ cancel: [], confirm: [], stop: [] }))
  .openapi('Keywords', { description: 'Whole replies of citizens, beside the words that EasySMS knows' });
