import type { StateWords } from './state-words.ts';

/** The meaning of each state that a list shows, each once, below the list; nothing for an empty one. */
export function StatesExplained({ states }: { readonly states: readonly Pick<StateWords, 'label' | 'means'>[] }) {
  const means = new Map(states.map(({ label, means }) => [label, means]));
  if (means.size === 0) return null;
  return (
    <dl class="explained">
      {[...means].map(([label, text]) => (
        <div>
          <dt>{label}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
