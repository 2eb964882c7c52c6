import { STATUSES } from '../../../domain/appointment.ts';
import { CheckField, type Faults, Field, SelectField, TextField } from '../../kit/fields.tsx';
import type { PageLanguage } from '../../kit/language.ts';
import { RULES_WORDS } from '../../rules/words.ts';
import { PROTOCOL_WORDS } from '../../source-settings/protocol-words.ts';
import { SETTINGS_WORDS } from '../../source-settings/settings-words.ts';
import { appointmentWords } from '../../states/state-words.ts';
import { CHOICES, type TypedSettings } from './settings.ts';

interface CodeFieldsProps {
  readonly typed: TypedSettings;
  readonly faults: Faults;
  readonly language: PageLanguage;
}

const [FEWEST_ROWS, MOST_ROWS] = [3, 16];

/** The fields for what codes of a booking system mean, a code a line, and for times that mean none. */
export function CodeFields({ typed, faults, language }: CodeFieldsProps) {
  const words = SETTINGS_WORDS[language];
  const { typeMap, placeholderTimes } = PROTOCOL_WORDS[language];
  const map = (id: 'statusMap' | 'locationMap' | 'typeMap', label: string, hint: string) => {
    const rows = Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, typed[id].split('\n').length + 1));
    return <TextField id={id} label={label} hint={hint} value={typed[id]} faults={faults} rows={rows} />;
  };
  return (
    <>
      <p>{words.codesLead}</p>
      {map('statusMap', words.statusMap, words.statusMapHint(statuses(language)))}
      {map('locationMap', words.locationMap, words.locationMapHint)}
      {map('typeMap', typeMap, words.typeMapHint(types(language)))}
      <Field
        id="placeholderTimes"
        label={placeholderTimes}
        hint={words.placeholderTimesHint}
        faults={faults}
        value={typed.placeholderTimes}
      />
    </>
  );
}

/** The statuses that a code may mean, each with its name. */
function statuses(language: PageLanguage): string {
  const named = STATUSES.map((status) => [status, appointmentWords(language, status).label] as const);
  return listed([...named, ['ignore', RULES_WORDS[language].tools.ignore]]);
}

function types(language: PageLanguage): string {
  return listed([...Object.entries(RULES_WORDS[language].kindNames), ['none', SETTINGS_WORDS[language].noSms]]);
}

function listed(values: readonly (readonly [id: string, name: string])[]): string {
  return values.map(([id, name]) => `${id} (${name})`).join(', ');
}

/** The choices of how HL7 v2, FHIR and CSV are read. */
export function ProtocolFields({ typed, faults, language }: CodeFieldsProps) {
  const { choices, shortIds } = PROTOCOL_WORDS[language];
  return (
    <>
      {CHOICES.map((id) => {
        const { label, values } = choices[id];
        return <SelectField id={id} label={label} options={Object.entries(values)} value={typed[id]} faults={faults} />;
      })}
      <CheckField id="shortIds" label={shortIds} checked={typed.shortIds === 'on'} />
    </>
  );
}
