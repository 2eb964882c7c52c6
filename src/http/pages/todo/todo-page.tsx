import type { Context } from 'hono';
import type { HttpEnv } from '../../env.ts';
import { page } from '../document.tsx';
import { Empty } from '../elements.tsx';
import { noAuthority, type PagesDeps, readFrame } from '../frame.tsx';
import { Framed } from '../layout.tsx';
import { hrefOf } from '../navigation.ts';
import { TODO_WORDS } from './words.ts';

/** `GET /admin`: what waits for a person in one authority. */
export async function todoPage(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const words = TODO_WORDS[c.var.language];
  const { frame, authority } = await readFrame(c, deps, {
    ...{ title: words.title, current: 'todo', prefer: ({ openReplies }) => openReplies > 0 },
  });
  if (!authority) return noAuthority(c, frame);
  return page(
    c,
    <Framed frame={frame}>
      <h1>{words.title}</h1>
      {authority.openReplies === 0 ? (
        <Empty>{words.nothing}</Empty>
      ) : (
        <p>
          <a href={hrefOf('/admin/replies', authority)}>{words.replies(authority.openReplies)}</a>
        </p>
      )}
    </Framed>,
  );
}
