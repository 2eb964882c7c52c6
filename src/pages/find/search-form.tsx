import { MAX_REFERENCE } from '../../domain/reference.ts';
import type { Frame } from '../kit/context.tsx';
import { ActionForm } from '../kit/elements.tsx';
import { type Faults, Field } from '../kit/fields.tsx';
import type { FindWords } from './words.ts';

interface SearchFormProps {
  readonly frame: Frame;
  readonly words: FindWords;
  /** The visitor may search for numbers. */
  readonly numbers: boolean;
  readonly typed: string;
  readonly faults: Faults | undefined;
}

/** The form that looks for a number or a reference. It is posted: a number has no place in an address. */
export function SearchForm({ frame, words, numbers, typed, faults }: SearchFormProps) {
  return (
    <div class="search">
      <ActionForm action="/admin/find#found">
        <Field
          id="what"
          label={numbers ? words.what : words.whatReferences}
          hint={numbers ? words.whatHint : words.whatHintReferences}
          value={typed}
          type="search"
          faults={faults}
          more={{ autocomplete: 'off', maxlength: MAX_REFERENCE, spellcheck: 'false' }}
        />
        <button type="submit">{words.search}</button>
      </ActionForm>
    </div>
  );
}
