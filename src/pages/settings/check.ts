import type { AuthoritySettings } from '../../domain/authority.ts';
import type { Fault } from '../../domain/errors.ts';
import { faultsOf } from '../../http/problem.ts';
import { authoritySettings, toAuthoritySettingsBody } from '../../http/schemas/authority.ts';
import { type SettingsRules, settingsFaults } from '../../staff/authorities/authorities.ts';
import type { Faults } from '../kit/fields.tsx';
import type { PageLanguage } from '../kit/language.ts';
import type { Bilingual } from '../kit/words.ts';
import { faultText, senderWords } from '../states/fault-words.ts';
import { AUTHORITY_SETTINGS } from './authority.ts';
import { sharedPlaces } from './gateways.tsx';
import { faultPlaceOf, readSettings, type Settings, type Values, wordsIn } from './setting.ts';

/** Faults that say more than what may stand in a field, by their codes. */
const CODES = {
  holds_cpr: { da: 'Det ligner et CPR-nummer: tag det ud.', en: 'This looks like a CPR number: leave it out.' },
  holds_number: { da: 'Det ligner et telefonnummer: tag det ud.', en: 'This looks like a phone number: leave it out.' },
  same_place: {
    da: 'To SMS-leverandører kan ikke have samme plads.',
    en: 'Two SMS suppliers can’t have the same place.',
  },
  reserved: { da: 'Et af ordene betyder allerede noget andet.', en: 'A word here has another meaning already.' },
  repeated: { da: 'Noget står her to gange.', en: 'Something stands here twice.' },
  too_many_words: { da: 'En linje må højst have fem ord.', en: 'A line may have five words at most.' },
  no_word: {
    da: 'En linje siger for lidt til, at man kan kende et svar på den.',
    en: 'A line says too little to tell a reply by.',
  },
  no_lead: {
    da: 'En påmindelse skal sendes før aftalen: skriv et tal eller et klokkeslæt.',
    en: 'A reminder must go before the appointment: give a number, or a time of day.',
  },
  empty_window: {
    da: '»Til« skal være senere end »Fra« samme dag.',
    en: '“To” must be later than “From”, on the same day.',
  },
  too_long: { da: 'Det er for lang tid.', en: 'That is too long a time.' },
  unprintable: { da: 'Der er tegn, som ikke kan vises.', en: 'There are characters that cannot be printed.' },
} as const satisfies Readonly<Record<string, Bilingual<string>>>;

/**
 * Checks what was typed by the schema of the API, and where some of it can't be used, the rest by what the installation
 * allows, so that the form comes back once, with all that is wrong in it.
 * @param settings the settings that the form has
 * @param sound settings that stand for those that the schema refuses, and for those that the form does not say
 * @returns the settings that it changes, of a form without faults
 */
export function checkForm(
  deps: SettingsRules,
  settings: Settings,
  values: Values,
  sound: AuthoritySettings,
): { readonly changes: Partial<AuthoritySettings>; readonly faults: readonly Fault[] } {
  const form = readSettings(settings, values);
  const names = Object.keys(form).map((name) => [name, true] as const);
  const read = authoritySettings
    .pick(Object.fromEntries(names) as Record<keyof AuthoritySettings, true>)
    .safeParse(form);
  const wrong = [
    ...('gateways' in form ? sharedPlaces(values) : []).map((nth) => ({
      pointer: `/gateways/${nth}`,
      code: 'same_place',
      detail: 'Two gateways have the same place.',
    })),
    ...(read.success ? [] : faultsOf(read.error, form, 'json')),
  ];
  const faults = wrong.length === 0 ? [] : [...wrong, ...faultsOfRest(deps, form, read.error?.issues ?? [], sound)];
  return { changes: read.success ? (read.data as Partial<AuthoritySettings>) : {}, faults };
}

/** The faults that the installation finds in what the schema takes. */
function faultsOfRest(
  deps: SettingsRules,
  form: Readonly<Record<string, unknown>>,
  issues: readonly { readonly path: readonly PropertyKey[] }[],
  sound: AuthoritySettings,
): Fault[] {
  const refused = new Set(issues.map(({ path }) => String(path[0])));
  const rest = Object.fromEntries(Object.entries(form).filter(([name]) => !refused.has(name)));
  const read = authoritySettings.safeParse({ ...toAuthoritySettingsBody(sound), ...rest });
  if (!read.success) return [];
  return settingsFaults(deps, read.data).filter(({ pointer }) => Object.hasOwn(rest, pointer.split('/')[1] ?? ''));
}

/** The sentences about faults of a form, by the fields that each is shown beside. The first one of a field counts. */
export function faultsByField(
  settings: Settings,
  faults: readonly Fault[],
  values: Values,
  language: PageLanguage,
): Faults {
  const codes: Readonly<Record<string, string>> = { ...wordsIn(CODES, language), ...senderWords(language) };
  const texts: Record<string, string> = {};
  for (const fault of faults) {
    const [, ...path] = fault.pointer.split('/');
    const { field, fault: may } = faultPlaceOf(AUTHORITY_SETTINGS, path, values) ?? { field: '' };
    const code = Object.hasOwn(codes, fault.code) ? codes[fault.code] : undefined;
    const text = code ?? may?.[language] ?? faultText(fault, language);
    // Senders of single countries have no field on a form that has the sender alone.
    const isElsewhere = path[0] === 'senders' && !('senders' in settings);
    if (isElsewhere) texts.sender ??= `${AUTHORITY_SETTINGS.senders.label[language]}: ${text}`;
    else texts[field] ??= text;
  }
  return texts;
}
