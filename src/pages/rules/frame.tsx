import { useFrame } from '../kit/context.tsx';
import { Done, SubNavigation } from '../kit/elements.tsx';
import type { Menu } from '../kit/navigation.ts';
import type { Bilingual } from '../kit/words.ts';
import { RULES_WORDS, type RulesWords } from './words.ts';

/** The entry of the navigation that the page belongs to. */
export const RULES: Menu = {
  name: 'rules',
  path: '/admin/rules',
  label: { da: 'Regler', en: 'Rules' },
  right: 'viewer',
};

/** The addresses of the pages of the rules. */
export const PATHS = {
  planning: '/admin/rules',
  recipients: '/admin/rules/recipients',
  replies: '/admin/rules/replies',
  sender: '/admin/rules/sender',
  pause: '/admin/rules/pause',
  tryOut: '/admin/rules/try',
  unmapped: '/admin/rules/unmapped',
} as const satisfies Readonly<Record<keyof RulesWords['sections'], string>>;

/** A page of the rules. */
export type RulesPage = keyof typeof PATHS;

/** The title of a page of the rules, in both languages. */
export function titleOf(page: RulesPage): Bilingual<string> {
  return { da: RULES_WORDS.da.sections[page].title, en: RULES_WORDS.en.sections[page].title };
}

/** The title of a page of the rules, the way to the others, and what a form did. */
export function RulesHead({ page, done }: { readonly page: RulesPage; readonly done?: string | undefined }) {
  const words = RULES_WORDS[useFrame().language];
  const { title, lead } = words.sections[page];
  const pages = Object.keys(PATHS) as RulesPage[];
  const entries = pages.map((name) => [PATHS[name], words.sections[name].tab] as const);
  return (
    <>
      <h1>{title}</h1>
      <SubNavigation label={words.pages} current={PATHS[page]} entries={entries} />
      <p class="lead">{lead}</p>
      <Done text={done} />
    </>
  );
}
