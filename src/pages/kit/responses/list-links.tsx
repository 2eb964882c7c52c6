import type { Child } from 'hono/jsx';
import { useFrame } from '../context.tsx';
import { LAYOUT_WORDS } from '../layout-words.ts';
import { FOUND_ID, hrefOf } from '../navigation.ts';

/** A link to another part of a list. `href` is the address of the page that shows it; an empty one: there is none. */
type ListLink = readonly [label: Child, href: string | null | undefined | false];

/**
 * The links from one part of a list to others; nothing where there are none. They lead to the list itself, which takes
 * the focus (it has `tabindex="-1"`, as `Results` has): whoever goes on by keyboard, or hears the page read, does so
 * from there, and not from the top of the page.
 * @param props.to the id of the list; left out: that of `Results`
 */
export function ListLinks({
  back,
  onward,
  buttons = false,
  to = FOUND_ID,
}: {
  readonly back?: ListLink;
  readonly onward: ListLink;
  /** They are shown as buttons. */
  readonly buttons?: boolean;
  readonly to?: string;
}) {
  const shown = [...(back ? [back] : []), onward].filter(([, href]) => href);
  if (shown.length === 0) return null;
  return (
    <p class="pages">
      {shown.map((link) => (
        <a
          {...(buttons && { class: 'button plain' })}
          {...(link === onward && { rel: 'next' })}
          href={`${link[1]}#${to}`}
        >
          {link[0]}
        </a>
      ))}
    </p>
  );
}

/** The link to the next page of a list that stands in `Results`; nothing on the last one. */
export function NextPage({
  path,
  cursor,
  label,
  query = {},
}: {
  readonly path: string;
  readonly cursor: string | null;
  /** Left out: the next page. */
  readonly label?: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
}) {
  const frame = useFrame();
  return (
    <ListLinks
      buttons
      onward={[
        label ?? LAYOUT_WORDS[frame.language].nextPage,
        cursor && hrefOf(path, frame.authority, { ...query, cursor }),
      ]}
    />
  );
}
