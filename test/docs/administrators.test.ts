import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { STATISTICS_WORDS } from '../../src/pages/statistics/words.ts';

const read = (path: string) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8');
const guides = { en: read('administrators.md'), da: read('da/administrators.md') };

/** The sections of both guides, in their order. */
const SECTIONS = [
  ['The first account', 'Den første konto'],
  ['People and roles', 'Personer og roller'],
  ['Passwords and the second factor', 'Adgangskoder og godkendelsesapp'],
  ['To do', 'Opgaver'],
  ['Find', 'Find'],
  ['Replies and opt-outs', 'Svar og frameldinger'],
  ['Texts', 'Tekster'],
  ['Rules', 'Regler'],
  ['Statistics', 'Statistik'],
  ["Citizens' rights", 'Borgerens rettigheder'],
  ['Set-up', 'Opsætning'],
  ['Installation', 'Installation'],
  ['Signing in with OpenID Connect', 'Login med OpenID Connect'],
  ['What is kept about people', 'Hvad der gemmes om personer'],
];

/** The parts of a guide, each with its heading. */
function sectionsOf(guide: string): { readonly heading: string; readonly text: string }[] {
  return guide
    .split(/^## /m)
    .slice(1)
    .map((part) => ({ heading: part.split('\n')[0] ?? '', text: part }));
}
/** Parts that are the same in every language: pictures, commands, settings, and how many points and rows there are. */
const shapeOf = (text: string) => ({
  pictures: [...text.matchAll(/pictures\/([\w-]+)-(?:da|en)\.png/g)].map(([, name]) => name),
  blocks: [...text.matchAll(/^```\w*\n(.*?)^```/gms)].map(([, block]) => block),
  settings: [...new Set(text.match(/\b(?:OIDC|EASYSMS|TRUSTED)_[A-Z_]+\b/g))].sort(),
  addresses: [...new Set(text.match(/`(?:(?:PUT|DELETE) )?\/(?:admin|v1)[^`]*`/g))].sort(),
  points: text.match(/^(?:- |\d\. )/gm)?.length ?? 0,
  rows: text.match(/^\|/gm)?.length ?? 0,
});

describe('the guides for administrators', () => {
  it('have the same sections in the same order', () => {
    const headings = [sectionsOf(guides.en), sectionsOf(guides.da)].map((all) => all.map(({ heading }) => heading));
    expect(headings).toEqual([SECTIONS.map(([en]) => en), SECTIONS.map(([, da]) => da)]);
  });

  it('show the same pictures, commands, settings and points in each of them', () => {
    const [en, da] = [sectionsOf(guides.en), sectionsOf(guides.da)].map((all) => all.map(({ text }) => shapeOf(text)));
    expect(da).toEqual(en);
  });

  it.each(['en', 'da'] as const)(
    'name the rows of statistics that lead nowhere as the page does, in %s',
    (language) => {
      const { noName, others } = STATISTICS_WORDS[language];
      for (const name of [noName, others]) expect(guides[language]).toContain(`*${name}*`);
    },
  );

  it('link to sections of their own that exist', () => {
    const anchorOf = (heading: string) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} -]/gu, '')
        .replaceAll(' ', '-');
    for (const guide of Object.values(guides)) {
      const anchors = sectionsOf(guide).map(({ heading }) => anchorOf(heading));
      const linked = [...guide.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
      expect(linked.filter((anchor) => !anchors.includes(anchor ?? ''))).toEqual([]);
    }
  });
});
