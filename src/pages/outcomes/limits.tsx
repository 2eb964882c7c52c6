import type { AskedOutcomes } from '../../staff/outcomes/outcomes.ts';
import type { Frame } from '../kit/context.tsx';
import { countryName } from '../kit/country-name.ts';
import { hrefOf } from '../kit/navigation.ts';
import { templateName, wordingName } from '../statistics/shown.ts';
import { OUTCOMES_WORDS } from './words.ts';

/** The address of the list that somebody asked for, with other values for some of what it asks. */
export function listHref(frame: Frame, asked: AskedOutcomes, others: Readonly<Record<string, string | null>>): string {
  const { status, from, to, reason, gateway, department, template, language, country } = asked;
  const query = { status, from, to, reason, gateway, department, template, wording: language, country, ...others };
  const known = Object.entries(query).map(([name, value]) => [name, value ?? undefined] as const);
  return hrefOf('/admin/messages', frame.authority, Object.fromEntries(known));
}

/** The limits of the list that came with a figure's link and have no field, each with the link that takes it off. */
export function Limits({ frame, asked }: { readonly frame: Frame; readonly asked: AskedOutcomes }) {
  const { limits } = OUTCOMES_WORDS[frame.language];
  const named = [
    ['template', asked.template && templateName(frame.language, asked.template)],
    ['wording', asked.language && wordingName(frame.language, asked.language)],
    ['country', asked.country && countryName(frame.language, asked.country)],
  ] as const;
  return (
    <>
      {named.map(
        ([name, value]) =>
          value && (
            <p class="lead">
              {limits[name].only(value)} <a href={listHref(frame, asked, { [name]: null })}>{limits[name].all}</a>
            </p>
          ),
      )}
    </>
  );
}
