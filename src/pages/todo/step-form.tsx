import type { Child } from 'hono/jsx';
import type { Frame } from '../kit/context.tsx';
import { ActionForm } from '../kit/elements.tsx';

/** The form of a row's step: a button alone, with what it needs to know. */
export function StepForm({
  frame,
  action,
  button,
  of,
  children,
}: {
  readonly frame: Frame;
  readonly action: string;
  readonly button: string;
  /** The id of the text that tells the row from others, for those who hear the button alone. */
  readonly of: string;
  /** Hidden fields. */
  readonly children?: Child;
}) {
  return (
    <ActionForm action={action}>
      {children}
      <button class="plain" type="submit" aria-describedby={of}>
        {button}
      </button>
    </ActionForm>
  );
}
