import type { Context } from 'hono';
import { LANGUAGES } from '../../domain/authority.ts';
import { may } from '../../domain/people/access.ts';
import { TEMPLATE_NAMES } from '../../domain/reminder.ts';
import type { HttpEnv } from '../../http/env.ts';
import { readAuthority } from '../../staff/authorities/authorities.ts';
import { type CurrentText, readNamedTexts } from '../../staff/templates/templates.ts';
import { actorText } from '../kit/actor-words.ts';
import { page } from '../kit/document.tsx';
import { DataTable } from '../kit/elements.tsx';
import { noAuthority, type PagesDeps, readFrame } from '../kit/frame.tsx';
import { Framed } from '../kit/layout.tsx';
import { wholeMomentText } from '../kit/moment-text.ts';
import { hrefOf, type Menu } from '../kit/navigation.ts';
import { TEXTS_WORDS } from './words.ts';

/** The entry of the navigation that the page belongs to. */
export const TEXTS: Menu = {
  name: 'texts',
  path: '/admin/texts',
  label: { da: 'Tekster', en: 'Texts' },
  right: 'viewer',
};

/** `GET /admin/texts`: which texts are the authority's own, and who saved them. */
export async function textsPage(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const { language } = c.var;
  const words = TEXTS_WORDS[language];
  const { frame, authority } = await readFrame(c, deps, { title: words.title, current: TEXTS });
  if (!authority) return noAuthority(c, frame);
  const { timeZone } = authority;
  const texts = await readNamedTexts(deps, await readAuthority(deps, authority.id));
  const stateOf = (text: CurrentText | undefined) => {
    if (!text || text.version === 0 || text.savedAt === null) return <span class="faint whole">{words.shipped}</span>;
    const when = wholeMomentText(text.savedAt, timeZone, language);
    return (
      <>
        {words.own(text.version)}
        <small>{words.savedBy(actorText(text.savedBy ?? '', language), when)}</small>
      </>
    );
  };
  const rows = TEMPLATE_NAMES.map((name) => [
    <>
      <a href={hrefOf(`/admin/texts/${name}`, authority)}>{words.templates[name].name}</a>
      <small>{words.templates[name].when}</small>
    </>,
    ...LANGUAGES.map((each) => stateOf(texts.find((text) => text.name === name && text.language === each))),
  ]);
  const columns = [{ label: words.purpose }, ...LANGUAGES.map((each) => ({ label: words.languages[each] }))];
  return page(
    c,
    <Framed frame={frame}>
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      {!may(c.var.visitor, 'whole-administrator', authority.id) && <p class="lead">{words.readOnly}</p>}
      <DataTable caption={words.all} columns={columns} rows={rows} />
    </Framed>,
  );
}
