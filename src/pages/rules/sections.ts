import type { z } from '@hono/zod-openapi';
import type { Authority, AuthoritySettings } from '../../domain/authority.ts';
import type { Fault } from '../../domain/errors.ts';
import { authoritySettings } from '../../http/schemas/authority.ts';
import { authoritySettingsOf } from '../../staff/authorities/authorities.ts';
import type { SettingName, SettingsRules } from '../../staff/authorities/authority-settings.ts';
import { faultsOfRest } from './refused-rest.ts';
import {
  box,
  chosenGateways,
  dayListText,
  durationIn,
  durationValues,
  gatewayField,
  gatewayValues,
  isTicked,
  linesIn,
  readDayList,
  readRules,
  ruleValues,
  secondsInPlace,
  textIn,
  type Values,
} from './values.ts';

/** A page of settings that are changed together. */
export interface Section {
  readonly path: string;
  readonly settings: readonly SettingName[];
  /** The fields of the form for settings as they are stored. */
  readonly valuesOf: (authority: Authority) => Values;
  /** The settings that fields say, to be checked. */
  readonly read: (values: Values) => Record<string, unknown>;
}

/** When SMS are sent. */
const PLANNING: Section = {
  path: '/admin/rules',
  settings: ['rules', 'sendingWindow', 'lateBooking', 'minimumNotice', 'minimumGap', 'notices', 'noticeDelay'],
  valuesOf: ({ rules, sendingWindow, notices, ...authority }) => ({
    ...ruleValues(rules),
    ...box('window', sendingWindow !== null),
    from: sendingWindow?.from ?? '08:00',
    to: sendingWindow?.to ?? '20:00',
    ...box('weekdaysOnly', sendingWindow?.weekdaysOnly ?? true),
    ...box('publicHolidays', (sendingWindow ? sendingWindow.publicHolidays : 'DK') !== null),
    closedDays: dayListText(sendingWindow?.closedDays ?? []),
    ...box('booked', notices.booked),
    ...box('moved', notices.moved),
    ...box('cancelled', notices.cancelled),
    ...durationValues('noticeDelay', authority.noticeDelay),
    ...durationValues('lateBooking', authority.lateBooking),
    ...durationValues('minimumNotice', authority.minimumNotice),
    ...durationValues('minimumGap', authority.minimumGap),
  }),
  read: (values) => ({
    rules: readRules(values).map(({ rule }) => rule),
    sendingWindow: isTicked(values, 'window')
      ? {
          from: values.from ?? '',
          to: values.to ?? '',
          weekdaysOnly: isTicked(values, 'weekdaysOnly'),
          publicHolidays: isTicked(values, 'publicHolidays') ? 'DK' : null,
          closedDays: readDayList(values.closedDays ?? ''),
        }
      : null,
    notices: Object.fromEntries(['booked', 'moved', 'cancelled'].map((name) => [name, isTicked(values, name)])),
    ...Object.fromEntries(
      ['noticeDelay', 'lateBooking', 'minimumNotice', 'minimumGap'].map((name) => [name, durationIn(values, name)]),
    ),
  }),
};

const REPLIES: Section = {
  path: '/admin/rules/replies',
  settings: ['contactPhone', 'onCancel', 'confirmEndsReminders', 'keywords'],
  valuesOf: ({ contactPhone, onCancel, confirmEndsReminders, keywords }) => ({
    contactPhone: contactPhone ?? '',
    onCancel,
    ...box('confirmEndsReminders', confirmEndsReminders),
    cancel: keywords.cancel.join('\n'),
    confirm: keywords.confirm.join('\n'),
    stop: keywords.stop.join('\n'),
  }),
  read: (values) => ({
    contactPhone: textIn(values, 'contactPhone'),
    onCancel: values.onCancel,
    confirmEndsReminders: isTicked(values, 'confirmEndsReminders'),
    keywords: Object.fromEntries(['cancel', 'confirm', 'stop'].map((name) => [name, linesIn(values, name)])),
  }),
};

const SENDER: Section = {
  path: '/admin/rules/sender',
  settings: [
    'name',
    'sender',
    'senders',
    'inboundKeyword',
    'gateways',
    'language',
    'timeZone',
    'allowedCountries',
    'maxPerNumberPerDay',
    'onUncertain',
    'retentionDays',
    'cvr',
    'requireSecondFactor',
  ],
  valuesOf: (authority) => ({
    name: authority.name,
    sender: authority.sender,
    inboundKeyword: authority.inboundKeyword ?? '',
    senders: Object.entries(authority.senders)
      .map(([country, sender]) => `${country}: ${sender}`)
      .join('\n'),
    ...gatewayValues(authority),
    language: authority.language,
    timeZone: authority.timeZone,
    allowedCountries: authority.allowedCountries.join(', '),
    onUncertain: authority.onUncertain,
    maxPerNumberPerDay: String(authority.maxPerNumberPerDay),
    retentionDays: String(authority.retentionDays),
    cvr: authority.cvr ?? '',
    ...box('requireSecondFactor', authority.requireSecondFactor),
  }),
  read: (values) => ({
    name: values.name,
    sender: (values.sender ?? '').trim(),
    inboundKeyword: textIn(values, 'inboundKeyword'),
    senders: readSenders(values),
    gateways: chosenGateways(values),
    language: values.language,
    timeZone: (values.timeZone ?? '').trim(),
    onUncertain: values.onUncertain,
    allowedCountries: (values.allowedCountries ?? '')
      .toUpperCase()
      .split(/[\s,;]+/)
      .filter((each) => each !== ''),
    maxPerNumberPerDay: wholeIn(values, 'maxPerNumberPerDay'),
    retentionDays: wholeIn(values, 'retentionDays'),
    cvr: textIn(values, 'cvr')?.replaceAll(' ', '') ?? null,
    requireSecondFactor: isTicked(values, 'requireSecondFactor'),
  }),
};

/** Senders of single countries, one a line: `SE: 46701234567`. */
function readSenders(values: Values): Record<string, string> {
  const pairs = linesIn(values, 'senders').map((line) => {
    const [country = '', ...sender] = line.split(':');
    return [country.trim().toUpperCase(), sender.join(':').trim()];
  });
  return Object.fromEntries(pairs);
}

/** The pages of settings. */
export const SECTIONS = { planning: PLANNING, replies: REPLIES, sender: SENDER } as const;
/** A page of `SECTIONS`. */
export type SectionName = keyof typeof SECTIONS;

function wholeIn(values: Values, name: string): number {
  const text = (values[name] ?? '').trim();
  return /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
}

/** A fault of a form: the field, and the code that chooses the sentence. */
export interface SectionFault {
  readonly field: string;
  readonly code: string;
}

/**
 * Checks what was typed by the schema of the API, and where that refuses some of it, the rest by what the installation
 * allows.
 */
export function checkSection(
  deps: SettingsRules,
  section: Section,
  values: Values,
  stored: Authority,
): { readonly changes: Partial<AuthoritySettings>; readonly faults: readonly SectionFault[] } {
  const names = Object.fromEntries(section.settings.map((name) => [name, true])) as Record<SettingName, true>;
  const form = section.read(values);
  const read = authoritySettings.pick(names).safeParse(form);
  const issues = read.error?.issues ?? [];
  const twice = secondsInPlace(values).map((id) => ({ field: gatewayField(id), code: 'same_place' }));
  const refused = new Set([...(twice.length > 0 ? ['gateways'] : []), ...issues.map(({ path }) => String(path[0]))]);
  const rest = refused.size === 0 ? [] : faultsOfRest(deps, form, refused, authoritySettingsOf(stored));
  return {
    changes: read.success ? (read.data as Partial<AuthoritySettings>) : {},
    faults: [
      ...twice,
      ...issues.map((issue) => ({ field: fieldOf(issue.path, values), code: codeOf(issue) })),
      ...pointedFaults(rest, values),
    ],
  };
}

/** The faults that the installation finds, by their JSON pointers. */
export function pointedFaults(faults: readonly Fault[], values: Values): SectionFault[] {
  return faults.map(({ pointer, code }) => ({ field: fieldOf(pointer.split('/').slice(1), values), code }));
}

function codeOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'custom' ? String(issue.params?.code ?? 'custom') : issue.code;
}

/** The field of the form that a path of the settings stands in. */
function fieldOf(path: readonly PropertyKey[], values: Values): string {
  const [name = '', index, part, detail] = path.map(String);
  if (name === 'rules' && index !== undefined) {
    const field = `rule-${readRules(values)[Number(index)]?.index ?? 0}`;
    if (part === 'at') return `${field}-at`;
    return part === 'when' && detail === 'departments' ? `${field}-departments` : field;
  }
  if (name === 'rules') return 'rule-0';
  const gateway = name === 'gateways' ? chosenGateways(values)[Number(index)] : undefined;
  if (gateway !== undefined) return gatewayField(gateway);
  if ((name === 'sendingWindow' || name === 'keywords') && index !== undefined) return index;
  return name;
}
