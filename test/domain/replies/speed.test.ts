import { describe, it } from 'vitest';
import { readAddressee, readMeaning } from '../../../src/domain/replies/read-reply.ts';
import { MOST_READ } from '../../../src/domain/replies/words.ts';
import { expectLinear, TIMES } from '../../support/growth.ts';
import { LONG_REPLIES } from './long-replies.ts';

const OWN = { cancel: ['kan ikke'], confirm: ['kommer'], stop: ['slut med beskeder'] };

describe('a reply', () => {
  it.each(LONG_REPLIES)('%s takes time in proportion to its length, as far as it is read and beyond', (_, text) => {
    for (const length of [MOST_READ, text.length]) {
      const part = (most: number) => ({ input: text.slice(0, most), size: most });
      expectLinear(part(length / TIMES), part(length), (reply) => readMeaning(readAddressee(reply, ['KBH']), OWN));
    }
  });
});
