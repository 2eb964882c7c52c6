import { z } from '@hono/zod-openapi';
import type { OwnKeywords } from '../../domain/keywords.ts';
import { contradictions, faultsOfKeyword, RESERVED } from '../../domain/replies/own-keywords.ts';
import { text, toIssue } from './text.ts';

function words(list: keyof OwnKeywords) {
  const word = text(40).superRefine((value, context) => {
    // A reserved word is not compared with the other lists.
    for (const fault of faultsOfKeyword(list, value))
      context.addIssue(toIssue(fault, { continue: fault !== RESERVED }));
  });
  return z
    .array(word)
    .max(50)
    .default(() => []);
}

/** `keywords` of an authority: words of its own that replies are understood by. */
export const keywords = z
  .strictObject({ cancel: words('cancel'), confirm: words('confirm'), stop: words('stop') })
  .superRefine((lists, context) => {
    for (const { list, at, ...fault } of contradictions(lists)) context.addIssue(toIssue(fault, { path: [list, at] }));
  })
  .default(() => ({ cancel: [], confirm: [], stop: [] }))
  .openapi('Keywords', { description: 'Whole replies of citizens, beside the words that EasySMS knows' });
