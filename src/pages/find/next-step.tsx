import type { StateWords } from '../states/words.ts';
import type { StoryProps } from './story-props.ts';

interface NextStepProps extends Pick<StoryProps, 'words' | 'operates'> {
  /** The state, with its next step. */
  readonly state: Pick<StateWords, 'todo' | 'namesWho'>;
}

/** The next step: asked of a reader who operates, unless the step names somebody else; nothing where there is none. */
export function NextStep({ words, operates, state: { todo, namesWho } }: NextStepProps) {
  if (!todo) return null;
  return (
    <>
      <strong>{words.todo(operates && !namesWho)}</strong> {todo}
    </>
  );
}
