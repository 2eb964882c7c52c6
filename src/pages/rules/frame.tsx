import type { Child } from 'hono/jsx';
import type { Frame } from '../kit/context.tsx';
import { Done, SubNavigation } from '../kit/elements.tsx';
import { Framed } from '../kit/layout.tsx';
import type { Menu } from '../kit/navigation.ts';
import { RULES_WORDS, type RulesWords } from './words.ts';

/** The entry of the navigation that the page belongs to. */
export const RULES: Menu = {
  name: 'rules',
  path: '/admin/rules',
  label: { da: 'Regler', en: 'Rules' },
  right: 'viewer',
};

const PAGES = [
  ['planning', '/admin/rules'],
  ['replies', '/admin/rules/replies'],
  ['sender', '/admin/rules/sender'],
  ['pause', '/admin/rules/pause'],
  ['tryOut', '/admin/rules/try'],
  ['unmapped', '/admin/rules/unmapped'],
] as const satisfies readonly (readonly [keyof RulesWords['sections'], string])[];

/** A page of the rules. */
export type RulesPage = (typeof PAGES)[number][0];

/** The title of a page of the rules, the way to the others, and what a form did. */
export function RulesFrame({
  frame,
  page,
  done,
  script = false,
  children,
}: {
  readonly frame: Frame;
  readonly page: RulesPage;
  readonly done?: string | undefined;
  readonly script?: boolean;
  readonly children: Child;
}) {
  const words = RULES_WORDS[frame.language];
  const current = PAGES.find(([name]) => name === page)?.[1] ?? '';
  return (
    <Framed frame={frame} script={script}>
      <h1>{words.sections[page].title}</h1>
      <SubNavigation
        label={words.pages}
        current={current}
        entries={PAGES.map(([name, path]) => [path, words.sections[name].tab] as const)}
      />
      <p class="lead">{words.sections[page].lead}</p>
      <Done text={done} />
      {children}
    </Framed>
  );
}
