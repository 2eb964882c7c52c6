import type { AuthoritySettings } from '../../domain/authority.ts';
import type { Bilingual } from '../kit/words.ts';
import type { Setting } from './setting.ts';

/** A page of settings that are changed together. */
export type SettingsPage = 'planning' | 'recipients' | 'replies' | 'sender';

/** A group of settings on a page; one without a title is a setting alone, whose field has a frame of its own. */
export interface SettingGroup {
  readonly page: SettingsPage;
  readonly title?: Bilingual<string>;
}

/** The title of the notices, alone and with their delay. */
export const NOTICES: Bilingual<string> = {
  da: 'Når der sker noget med en aftale',
  en: 'When something happens to an appointment',
};

/** The groups of an authority's settings, in the order in which they stand on their pages. */
export const GROUPS = {
  rules: { page: 'planning' },
  window: { page: 'planning' },
  notices: { page: 'planning', title: NOTICES },
  limits: { page: 'planning', title: { da: 'Sene bookinger og grænser', en: 'Late bookings and limits' } },
  recipients: { page: 'recipients' },
  replies: { page: 'replies', title: { da: 'Svar og afbud', en: 'Replies and cancellations' } },
  keywords: { page: 'replies' },
  sender: { page: 'sender', title: { da: 'Afsender', en: 'Sender' } },
  gateways: { page: 'sender' },
  citizens: { page: 'sender', title: { da: 'Borgere', en: 'Citizens' } },
  safety: { page: 'sender', title: { da: 'Sikkerhed', en: 'Safety' } },
} as const satisfies Readonly<Record<string, SettingGroup>>;

/** A setting of an authority, and where its field stands. */
export interface AuthoritySetting<in Value> extends Setting<Value> {
  readonly group: keyof typeof GROUPS;
  /** Its place in the form that the installation has for an authority; left out: it has no field there. */
  readonly installation?: number;
}

/** Settings of an authority by their names. */
export type AuthorityPart<Names extends keyof AuthoritySettings = keyof AuthoritySettings> = {
  readonly [Name in Names]: AuthoritySetting<AuthoritySettings[Name]>;
};
