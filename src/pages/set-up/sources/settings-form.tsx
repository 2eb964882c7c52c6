import type { Child } from 'hono/jsx';
import type { SourceView } from '../../../staff/sources/sources.ts';
import { ActionForm } from '../../kit/elements.tsx';
import { CheckField, type Faults, Field, SelectField, TextField } from '../../kit/fields.tsx';
import { SETTINGS_WORDS, type SettingsWords } from '../../source-settings/settings-words.ts';
import type { SetUp } from '../frame.tsx';
import { SET_UP_WORDS } from '../words.ts';
import { CodeFields, ProtocolFields } from './code-fields.tsx';
import { NoOrder } from './no-order.tsx';
import type { TypedSettings } from './settings.ts';
import { SOURCES_PATH } from './source-frame.tsx';
import { MODES, modeHint, SOURCES_WORDS } from './words.ts';

interface FormProps {
  readonly setUp: SetUp;
  readonly source: SourceView;
  readonly typed: TypedSettings;
  /** The source's version when the settings were read. */
  readonly version: string;
  readonly faults: Faults;
}

interface PartProps extends FormProps {
  readonly words: SettingsWords;
}

const same = (values: readonly string[]) => values.map((value) => [value, value] as const);

/** The form of the settings of a booking system. */
export function SettingsForm(props: FormProps) {
  const { setUp, source, typed, version, faults } = props;
  const { language } = setUp.frame;
  const words = SETTINGS_WORDS[language];
  const part = { ...props, words };
  return (
    <div class="card">
      <ActionForm frame={setUp.frame} action={`${SOURCES_PATH}/${source.id}/settings`}>
        <input type="hidden" name="version" value={version} />
        <CommonPart {...part} />
        <SigningPart {...part} />
        <ReadingPart {...part} />
        <FhirPart {...part} />
        <Part title={words.codes}>
          <CodeFields typed={typed} faults={faults} language={language} />
        </Part>
        <Part title={words.protocols}>
          <ProtocolFields typed={typed} faults={faults} language={language} />
        </Part>
        <button type="submit">{words.save}</button>
      </ActionForm>
    </div>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: Child }) {
  return (
    <fieldset>
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}

function CommonPart({ setUp: { frame }, typed, faults, words }: PartProps) {
  const sources = SOURCES_WORDS[frame.language];
  const { modes, mode } = sources;
  const hint = modeHint(sources);
  const options = MODES.map((each) => [each, modes[each]] as const);
  const phones = Object.entries(words.absentPhones);
  return (
    <Part title={words.common}>
      <Field
        id="name"
        label={SET_UP_WORDS[frame.language].name}
        value={typed.name}
        faults={faults}
        more={{ maxlength: 100 }}
        required
      />
      <SelectField id="mode" label={mode} hint={hint} options={options} value={typed.mode} faults={faults} />
      <SelectField
        id="absentPhone"
        label={words.absentPhone}
        options={phones}
        value={typed.absentPhone}
        faults={faults}
      />
      <CheckField id="allowForeignNumbers" label={words.foreign} checked={typed.allowForeignNumbers === 'on'} />
      <Field
        id="defaultRegion"
        label={words.region}
        hint={words.regionHint}
        value={typed.defaultRegion}
        faults={faults}
        more={{ maxlength: 2 }}
      />
      <Field id="timeZone" label={words.zone} value={typed.timeZone} faults={faults} more={{ maxlength: 60 }} />
    </Part>
  );
}

function SigningPart({ source, typed, faults, words }: PartProps) {
  const signs = Object.entries(words.signs);
  return (
    <Part title={words.signing}>
      <p>{words.signingLead}</p>
      <SelectField id="signing" label={words.how} options={signs} value={typed.signing} faults={faults} />
      <details open={typed.signing === 'hmac'}>
        <summary>{words.signs.hmac}</summary>
        <div class="fields">
          <Field id="header" label={words.header} value={typed.header} faults={faults} more={{ maxlength: 64 }} />
          <SelectField
            id="algorithm"
            label={words.algorithm}
            options={same(['sha256', 'sha1', 'sha512'])}
            value={typed.algorithm}
            faults={faults}
          />
          <SelectField
            id="encoding"
            label={words.encoding}
            options={same(['hex', 'base64'])}
            value={typed.encoding}
            faults={faults}
          />
          <Field id="prefix" label={words.prefix} value={typed.prefix} faults={faults} more={{ maxlength: 20 }} />
          <Field
            id="signedAddress"
            label={words.signedAddress}
            value={typed.signedAddress}
            faults={faults}
            more={{ maxlength: 500 }}
          />
          <CheckField id="timestamped" label={words.timestamped} checked={typed.timestamped === 'on'} />
          <CheckField id="replayMemory" label={words.replayMemory} checked={typed.replayMemory === 'on'} />
          <Field
            id="secret"
            type="password"
            label={words.secret}
            value=""
            faults={faults}
            hint={words.secretHint(source.hmacSecretSet)}
            more={{ autocomplete: 'off', maxlength: 512 }}
          />
        </div>
      </details>
    </Part>
  );
}

function ReadingPart({ setUp, source, typed, faults, words }: PartProps) {
  const formats = Object.entries(words.formats);
  const places = Object.entries(words.placeTexts);
  return (
    <Part title={words.reading}>
      <SelectField id="format" label={words.format} options={formats} hint={words.formatHint} value={typed.format} />
      <SelectField id="placeText" label={words.placeText} options={places} value={typed.placeText} faults={faults} />
      <details open={typed.format === 'mapping' || faults.mapping !== undefined}>
        <summary>{words.formats.mapping}</summary>
        <TextField
          id="mapping"
          label={words.mapping}
          hint={words.mappingHint}
          value={typed.mapping}
          faults={faults}
          rows={16}
        />
        <NoOrder source={source} language={setUp.frame.language} />
      </details>
    </Part>
  );
}

function FhirPart({ source, typed, faults, words }: PartProps) {
  return (
    <Part title={words.fhir}>
      <Field
        id="fhirBaseUrl"
        type="url"
        label={words.fhirBaseUrl}
        hint={words.fhirBaseUrlHint}
        faults={faults}
        value={typed.fhirBaseUrl}
        more={{ maxlength: 500 }}
      />
      <Field
        id="fhirAuthorization"
        type="password"
        label={words.fhirAuthorization}
        value=""
        faults={faults}
        hint={words.fhirAuthorizationHint(source.fhirAuthorizationSet)}
        more={{ autocomplete: 'off' }}
      />
      <Field
        id="keepPatients"
        label={words.keepPatients}
        hint={words.keepPatientsHint}
        faults={faults}
        value={typed.keepPatients}
        more={{ maxlength: 8, inputmode: 'decimal' }}
      />
      <CheckField id="appointmentResponses" label={words.responses} checked={typed.appointmentResponses === 'on'} />
    </Part>
  );
}
