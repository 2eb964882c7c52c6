import { LANGUAGES } from '../../domain/authority.ts';
import { may } from '../../domain/people/access.ts';
import { TEMPLATE_NAMES } from '../../domain/reminder.ts';
import { readAuthority } from '../../staff/authorities/authorities.ts';
import { type CurrentText, readNamedTexts } from '../../staff/templates/templates.ts';
import { actorText } from '../kit/actor-words.ts';
import { authorityPage } from '../kit/declared/declare.tsx';
import { DataTable } from '../kit/elements.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import { wholeMomentText } from '../kit/moment-text.ts';
import { hrefOf, type Menu } from '../kit/navigation.ts';
import { LANGUAGE_NAMES } from '../kit/words.ts';
import { TEMPLATE_WORDS } from '../states/template-words.ts';
import { TEXTS_WORDS } from './words.ts';

/** The entry of the navigation that the page belongs to. */
export const TEXTS: Menu = {
  name: 'texts',
  path: '/admin/texts',
  label: { da: 'Tekster', en: 'Texts' },
  right: 'viewer',
};

/** `/admin/texts`: which texts are the authority's own, and who saved them. */
export const TEXTS_PAGE = authorityPage<PagesDeps>({
  path: TEXTS.path,
  right: 'viewer',
  menu: TEXTS,
  tab: TEXTS.label,
  view: async ({ c, deps, authority, language }) => {
    const words = TEXTS_WORDS[language];
    const texts = await readNamedTexts(deps, await readAuthority(deps, authority.id));
    const stateOf = (text: CurrentText | undefined) => {
      if (!text || text.version === 0 || text.savedAt === null) return <span class="faint whole">{words.shipped}</span>;
      const when = wholeMomentText(text.savedAt, authority.timeZone, language);
      return (
        <>
          {words.own(text.version)}
          <small>{words.savedBy(actorText(text.savedBy ?? '', language), when)}</small>
        </>
      );
    };
    const rows = TEMPLATE_NAMES.map((name) => [
      <>
        <a href={hrefOf(`${TEXTS.path}/${name}`, authority)}>{TEMPLATE_WORDS[language][name].name}</a>
        <small>{TEMPLATE_WORDS[language][name].when}</small>
      </>,
      ...LANGUAGES.map((each) => stateOf(texts.find((text) => text.name === name && text.language === each))),
    ]);
    const columns = [{ label: words.purpose }, ...LANGUAGES.map((each) => ({ label: LANGUAGE_NAMES[language][each] }))];
    return {
      body: (
        <>
          <p class="lead">{words.lead}</p>
          {!may(c.var.visitor, 'whole-administrator', authority.id) && <p class="lead">{words.readOnly}</p>}
          <DataTable caption={words.all} columns={columns} rows={rows} />
        </>
      ),
    };
  },
});
