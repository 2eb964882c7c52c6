import type { TemplateName } from '../../domain/reminder.ts';
import { variablesOf } from '../../templates/index.ts';
import type { TextsWords } from './words.ts';

interface HelpProps {
  readonly words: TextsWords;
  readonly name: TemplateName;
  /** Some text has faults, which the list may help with. */
  readonly open: boolean;
}

/** The values that a text can hold, which faults of it lead to. */
export function VariablesHelp({ words, name, open }: HelpProps) {
  return (
    <details open={open}>
      <summary>{words.variables}</summary>
      <dl class="known">
        {variablesOf(name).map((variable) => (
          <div>
            <dt>
              <code>{`{{${variable}}}`}</code>
            </dt>
            <dd>{words.variableWords[variable]}</dd>
          </div>
        ))}
      </dl>
      <p>{words.condition}</p>
    </details>
  );
}
