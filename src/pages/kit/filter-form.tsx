import type { Child } from 'hono/jsx';
import { useFrame } from './context.tsx';
import { FOCUS_FIELD, FOUND_ID } from './navigation.ts';

/**
 * A form that asks for a part of what the page can show; it changes nothing, and leads to what it finds (`Results`).
 * A fragment would not: where the same is asked for again, browsers go to it on the page that they have, however old.
 */
export function FilterForm({
  action,
  button,
  children,
}: {
  readonly action: string;
  readonly button: string;
  readonly children: Child;
}) {
  const frame = useFrame();
  return (
    <form class="filter" method="get" action={action}>
      {frame.authority && <input type="hidden" name="authority" value={frame.authority.id} />}
      {children}
      <button class="plain" type="submit" name={FOCUS_FIELD} value={FOUND_ID}>
        {button}
      </button>
    </form>
  );
}

/**
 * The part of the page that a form asks for, which takes the focus once it was sent.
 * @param props.refused a form of the page has a fault: its field takes the focus, which browsers keep from it where the
 * fragment of the address leads to an element
 */
export function Results({ refused, children }: { readonly refused?: boolean; readonly children: Child }) {
  const frame = useFrame();
  if (refused ?? frame.refused !== null) return <>{children}</>;
  return (
    <div id={FOUND_ID} tabindex={-1} {...(frame.asked && { autofocus: true })}>
      {children}
    </div>
  );
}
