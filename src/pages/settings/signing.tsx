import type { HmacScheme } from '../../domain/hmac-scheme.ts';
import { SelectField } from '../kit/fields.tsx';
import { type Bilingual, bilingual } from '../kit/words.ts';
import { CHECK, choice, secret, textLine, textLineOrNone } from './kinds.tsx';
import { object, SettingFields } from './members.tsx';
import { type Setting, type SettingKind, type Settings, type ShownField, wordsIn } from './setting.ts';

const WORDS = bilingual({
  da: {
    lead: 'Systemet sender sin adgangsnøgle, eller det underskriver hver besked.',
    how: 'Sådan viser systemet, hvem det er',
  },
  en: { lead: 'The system sends its token, or signs each message.', how: 'How the system shows who it is' },
});

const WAYS = {
  standard: { da: 'Nøgle/Standard Webhooks', en: 'Token/Standard Webhooks' },
  hmac: { da: 'Egen underskrift (HMAC)', en: 'Own signature (HMAC)' },
} as const satisfies Readonly<Record<string, Bilingual<string>>>;

const same = (name: string): Bilingual<string> => ({ da: name, en: name });

/** The names of the secret by which a booking system signs. */
export const SECRET: Bilingual<string> = { da: 'Hemmelighed', en: 'Secret' };

const MEMBERS: { readonly [Name in keyof Required<HmacScheme>]: Setting<Required<HmacScheme>[Name]> } = {
  header: {
    kind: textLine({ more: { maxlength: 64 } }),
    label: { da: 'Header med underskriften', en: 'Header with the signature' },
  },
  algorithm: {
    kind: choice<HmacScheme['algorithm']>({ sha256: same('sha256'), sha1: same('sha1'), sha512: same('sha512') }),
    label: { da: 'Algoritme', en: 'Algorithm' },
  },
  encoding: {
    kind: choice<HmacScheme['encoding']>({ hex: same('hex'), base64: same('base64') }),
    label: { da: 'Skrivemåde', en: 'Encoding' },
  },
  prefix: {
    kind: textLine({ more: { maxlength: 20 } }),
    label: { da: 'Tekst foran underskriften', en: 'Text before the signature' },
  },
  signedAddress: {
    kind: textLineOrNone({ more: { maxlength: 500 } }),
    label: { da: 'Adresse, der underskrives foran beskeden', en: 'Address that is signed in front of the message' },
  },
  timestamped: {
    kind: CHECK,
    label: {
      da: 'Headeren er t=<sekunder>,<underskrift>, som hos Calendly',
      en: 'The header is t=<seconds>,<signature>, as Calendly writes it',
    },
  },
  replayMemory: {
    kind: CHECK,
    label: {
      da: 'Opfat samme underskrevne besked som en gentagelse i 7 dage',
      en: 'The same signed message is a repeat for 7 days',
    },
  },
};

const FIELDS: Settings = {
  ...MEMBERS,
  secret: {
    label: SECRET,
    kind: secret(
      [
        {
          da: 'Mindst 24 tilfældige tegn. Tomt: teksten i webhookSecret bruges.',
          en: 'At least 24 random characters. Empty: the text of webhookSecret is used.',
        },
        {
          da: 'Der er en, som aldrig vises. Lad feltet stå tomt for at beholde den. Mindst 24 tilfældige tegn.',
          en: 'There is one, which is never shown. Empty: keep it. At least 24 random characters.',
        },
      ],
      { maxlength: 512 },
    ),
  },
};

/** The field of the choice between the ways to sign. */
const WAY = 'signing';
/** The fields of a scheme while there is none. */
const NEW: HmacScheme = { header: '', algorithm: 'sha256', encoding: 'hex', prefix: '' };

function SigningField({ id: _, label: __, hint: ___, ...form }: ShownField) {
  const { language, values, faults } = form;
  const words = WORDS[language];
  const ways = Object.entries(wordsIn(WAYS, language));
  return (
    <>
      <p>{words.lead}</p>
      <SelectField id={WAY} label={words.how} options={ways} value={values[WAY]} faults={faults} />
      <details open={values[WAY] === 'hmac'}>
        <summary>{WAYS.hmac[language]}</summary>
        <div class="fields">
          <SettingFields {...form} settings={FIELDS} />
        </div>
      </details>
    </>
  );
}

const scheme = object<object>(FIELDS as object, SigningField);

/** How a booking system signs its messages; null: as Standard Webhooks, or not at all. */
export const SIGNING: SettingKind<HmacScheme | null> = {
  ...scheme,
  fill: (id, hmac) => ({ [WAY]: hmac ? 'hmac' : 'standard', ...scheme.fill(id, hmac ?? NEW) }),
  read: (id, values) => (values[WAY] === 'hmac' ? scheme.read(id, values) : null),
  labels: (form) => ({
    [WAY]: [WORDS[form.language].how, wordsIn(WAYS, form.language)],
    ...scheme.labels?.(form),
  }),
};
