import { ChoiceField, type ChoiceOptions } from '../../find/choice.tsx';
import { ActionForm } from '../../kit/elements.tsx';
import { type Faults, Field, SelectField } from '../../kit/fields.tsx';
import type { PageLanguage } from '../../kit/language.ts';
import { type SetUp, setUpPath } from '../frame.tsx';
import { IMPORT_WORDS } from './words.ts';

const MODES = ['try', 'import', 'errors'] as const;

/** The choices of an upload. */
export interface TypedUpload {
  /** The id of a booking system, or what was typed in place of a name. */
  readonly source: string;
  readonly mode: string;
}

/** The conditions that a file must meet. */
export function UploadLead({ language }: { readonly language: PageLanguage }) {
  const { lead, columns } = IMPORT_WORDS[language];
  return (
    <>
      <p class="lead">{lead}</p>
      <p class="lead">{columns}</p>
    </>
  );
}

/** The form that takes a file, with what is wrong with it. A browser gives no file back. */
export function UploadForm({
  setUp: { frame },
  sources,
  typed,
  faults,
}: {
  readonly setUp: SetUp;
  readonly sources: ChoiceOptions;
  readonly typed: TypedUpload | undefined;
  readonly faults: Faults | undefined;
}) {
  const words = IMPORT_WORDS[frame.language];
  return (
    <section class="card">
      <ActionForm action={setUpPath('import')} multipart>
        <ChoiceField
          id="source"
          label={words.source}
          hint={words.sourceHint}
          options={sources}
          faults={faults}
          value={typed?.source ?? ''}
          language={frame.language}
        />
        <Field
          id="file"
          type="file"
          label={words.file}
          hint={words.fileHint}
          faults={faults}
          more={{ accept: '.csv,.txt,.tsv,text/csv,text/plain' }}
          required
        />
        <SelectField
          id="mode"
          label={words.what}
          value={typed?.mode ?? 'try'}
          options={MODES.map((mode) => [mode, words.modes[mode]] as const)}
        />
        <button type="submit">{words.start}</button>
      </ActionForm>
    </section>
  );
}
