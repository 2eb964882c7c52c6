import { parseJsonText } from '../../domain/json.ts';
import { isUnordered, type JsonMapping } from '../../domain/json-mapping.ts';
import { SelectField, TextField } from '../kit/fields.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { type Bilingual, bilingual } from '../kit/words.ts';
import { codeText } from '../states/fault-words.ts';
import { among, type SettingKind, type ShownForm, wordsIn } from './setting.ts';

/** How a booking system's JSON is read. */
type Mapping = 'cal.com' | JsonMapping | null;

const FORMATS = {
  own: { da: 'EasySMS og CloudEvents', en: 'EasySMS and CloudEvents' },
  'cal.com': { da: 'Cal.com', en: 'Cal.com' },
  mapping: { da: 'Leverandørens JSON', en: 'The supplier’s JSON' },
} as const satisfies Readonly<Record<string, Bilingual<string>>>;

/** The words of the translation of a supplier's JSON. */
export const MAPPING_WORDS = bilingual({
  da: {
    label: 'Oversættelse af leverandørens JSON',
    hint: 'JSON med pointere til felterne, for eksempel {"type": "/action", "types": {…}, "fields": {"id": "/id"}}.',
    noOrder:
      'Oversættelsen læser hverken version eller tidspunkt: en forsinket besked overskriver en nyere, og en, der ' +
      'gentager en tidligere, bliver ikke brugt. Peg på et af dem med version eller timestamp i »fields«, hvis JSON ' +
      'fra leverandøren har det.',
  },
  en: {
    label: 'Translation of the supplier’s JSON',
    hint: 'JSON with pointers to the fields, such as {"type": "/action", "types": {…}, "fields": {"id": "/id"}}.',
    noOrder:
      'The translation reads neither version nor timestamp: a delayed message overwrites a newer one, and one that ' +
      'repeats an earlier one is not used. Point to one of them with version or timestamp in “fields” if the JSON of ' +
      'the supplier has it.',
  },
});

/** The field of the choice among the formats. */
const FORMAT = 'format';

/** The mapping that is typed; undefined: it is no JSON. */
function read(id: string, { [FORMAT]: format, ...values }: Readonly<Record<string, string>>): unknown {
  if (format !== 'mapping') return format === 'own' ? null : format;
  try {
    return parseJsonText(values[id] ?? '');
  } catch {
    return undefined;
  }
}

/** How JSON is read: a format, and the mapping where it is the supplier's own (`MappingDetails`). */
export const MAPPING: SettingKind<Mapping> = {
  fill: (id, mapping) => ({
    [FORMAT]: mapping === null ? 'own' : mapping === 'cal.com' ? mapping : 'mapping',
    [id]: mapping === null || mapping === 'cal.com' ? '' : JSON.stringify(mapping, null, 2),
  }),
  read,
  unread: (id, values, language) => (read(id, values) === undefined ? codeText('not_json', language) : undefined),
  Field: ({ label, hint, language, values }) => (
    <SelectField
      id={FORMAT}
      label={label}
      options={Object.entries(wordsIn(FORMATS, language))}
      hint={hint}
      value={values[FORMAT]}
    />
  ),
  labels: ({ id, label, language }) => ({
    [FORMAT]: [label, wordsIn(FORMATS, language)],
    [id]: MAPPING_WORDS[language].label,
  }),
  said: (label, language) => ({
    '': {
      label,
      inside: MAPPING_WORDS[language].label,
      words: (value) => (value === null ? FORMATS.own[language] : among(wordsIn(FORMATS, language))(value)),
    },
  }),
};

/** The field of the mapping, folded in where there is none. */
export function MappingDetails({
  stored,
  language,
  values,
  faults,
}: ShownForm & {
  /** The mapping in force. */
  readonly stored: Mapping;
}) {
  const { label, hint } = MAPPING_WORDS[language];
  return (
    <details open={values[FORMAT] === 'mapping' || faults.mapping !== undefined}>
      <summary>{FORMATS.mapping[language]}</summary>
      <TextField id="mapping" label={label} hint={hint} value={values.mapping ?? ''} faults={faults} rows={16} />
      <NoOrder mapping={stored} language={language} />
    </details>
  );
}

/** Warns of a mapping that reads nothing which orders events. */
export function NoOrder({ mapping, language }: { readonly mapping: Mapping; readonly language: PageLanguage }) {
  if (mapping === null || mapping === 'cal.com' || !isUnordered(mapping)) return null;
  return <p class="warning">{MAPPING_WORDS[language].noOrder}</p>;
}
