import { isUuid } from '../../../domain/ids.ts';
import { TEMPLATE_NAMES } from '../../../domain/reminder.ts';
import type { AuditView } from '../../../staff/audit.ts';
import type { PageLanguage } from '../../kit/language.ts';
import type { Site } from '../../kit/site.ts';
import { LANGUAGE_NAMES } from '../../kit/words.ts';
import type { SignInWay } from '../../people/refused-sign-in.ts';
import { lowerFirst } from '../../states/event-words.ts';
import { TEMPLATE_WORDS } from '../../states/template-words.ts';
import { AUDIT_WORDS } from './words.ts';

/** Lists that entries are about, in words: Danish and English. What the action says already is left out. */
const WORDS: Readonly<Record<string, readonly [da: string, en: string]>> = {
  administration: ['Administrationen', 'The administration'],
  appointments: ['Aftaler', 'Appointments'],
  citizen: ['', ''],
  inbound: ['Svar fra borgere', 'Replies from citizens'],
  installation: ['Hele installationen', 'The whole installation'],
  messages: ['SMS’er', 'SMS'],
  mllp: ['Forbindelsen for HL7 v2 (MLLP)', 'The connection for HL7 v2 (MLLP)'],
  several: ['Flere', 'Several'],
  'opt-outs': ['Frameldinger', 'Opt-outs'],
  'to-do': ['Opgavelisten', 'The to-do list'],
};

/** Ways to sign in, as a refused sign-in names them. */
const WAYS: Readonly<Record<SignInWay, readonly [da: string, en: string]>> = {
  administrator: ['Administrator\u00adnøglen', 'The administrator token'],
  code: ['Koden fra en app', 'The code from an app'],
  password: ['Adgangskode', 'Password'],
  provider: ['Organisationens login', 'The organisation’s login'],
};

/** Subject of a refused authentication: who it was to be, by its id. */
const NAMED = /^(source|gateway):(.+)$/;
/** Subject of a refused access: a method and a route. */
const ROUTE = /^([A-Z]+) (\/.*)$/;

function routeText([, method = '', path = '']: RegExpExecArray, language: PageLanguage, site: Site): string {
  const words = AUDIT_WORDS[language];
  if (path !== '/admin' && !path.startsWith('/admin/')) return words.api(`${method} ${path}`);
  const page = site.pageAtPattern(path);
  return words.siteOf((page?.menu ?? site.menus[0])?.label[language] ?? '', method !== 'GET');
}

/** The subject of an entry, as people know it: the name of a person, a source, a key or a text, the id of a gateway. */
export function aboutText(
  { subject, sourceName, keyName, action, target, actor }: AuditView,
  language: PageLanguage,
  site: Site,
): string {
  const named = subject ?? keyName;
  if (named !== null) return named;
  if (action === 'session.refused' && Object.hasOwn(WAYS, target))
    return WAYS[target as SignInWay][language === 'da' ? 0 : 1];
  const [, kind, id = ''] = NAMED.exec(target) ?? [];
  if (kind === 'source' || kind === 'gateway')
    return AUDIT_WORDS[language][kind](sourceName ?? (id === 'unknown' ? null : id));
  // A source may have the id of a list.
  if (sourceName !== null) return sourceName;
  const words = Object.hasOwn(WORDS, target) ? WORDS[target] : undefined;
  if (words) return words[language === 'da' ? 0 : 1];
  const route = ROUTE.exec(target);
  if (route) return routeText(route, language, site);
  const [name, wording] = target.split('/');
  const template = TEMPLATE_NAMES.find((each) => each === name);
  if (template && (wording === 'da' || wording === 'en')) {
    const of = LANGUAGE_NAMES[language][wording];
    return `${TEMPLATE_WORDS[language][template].name} (${language === 'da' ? of.toLowerCase() : of})`;
  }
  return isUuid(target) || actor.startsWith(target) ? '' : target;
}

/** The subject of an entry within a sentence: its name alone where there is one. */
export function aboutInSentence(row: AuditView, language: PageLanguage, site: Site): string {
  const name = row.subject ?? row.keyName ?? row.sourceName;
  if (name !== null) return name;
  const text = aboutText(row, language, site);
  // `SMS` stays as it is.
  return NAMED.test(row.target) ? lowerFirst(text) : text;
}
