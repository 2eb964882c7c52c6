import {
  AUTHORITY_DEFAULTS,
  type AuthoritySettings,
  SOURCE_DEFAULTS,
  type SourceSettings,
} from '../../src/domain/authority.ts';
import type { Dice } from './dice.ts';

/** The address of the installation. */
export const PUBLIC_URL = 'https://sms.example.org';
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The ids of the two authorities. */
export type AuthorityId = 'alpha' | 'beta';
export const AUTHORITIES: readonly [AuthorityId, AuthorityId] = ['alpha', 'beta'];

/** First words of the texts: what tells the judge on a phone what an SMS is. */
export const WORDINGS = {
  reminder: 'HUSK',
  rescheduled: 'FLYTTET',
  cancellation: 'AFLYST',
  confirmation: 'BOOKET',
} as const;
/** A kind of SMS about an appointment. */
export type Kind = keyof typeof WORDINGS;

/** The template of a kind in its nth wording, which the text shows. */
export const textOf = (kind: Kind, wording: number): string => `${WORDINGS[kind]} ${wording} {{date}} kl. {{time}}`;

/** The parameters of the world that a seed draws. */
export interface Setting {
  readonly start: number;
  readonly processes: 1 | 2;
  readonly gateway: 'deduplicates' | 'echoed' | 'none';
  /** The supplier can be asked about a message. */
  readonly askable: boolean;
  /** The share of calls that fail while there is no fault. */
  readonly baseFaultRate: number;
  readonly concurrency: number;
  readonly authorities: Readonly<Record<AuthorityId, AuthoritySettings>>;
  /** The booking systems speak a vendor's JSON, which a mapping reads. */
  readonly vendors?: boolean;
  /** Most SMS of one call; 1 unless it is given. */
  readonly maxPerCall?: number;
}

/** A supplier that takes many in one call, and processes that start as many together. */
export const MANY = { maxPerCall: 5, concurrency: 8 } as const;

/** Messages of the authority that nobody knows of whether they were sent may go a second time. */
export function repeats({ gateway, askable, authorities }: Setting, authority: AuthorityId): boolean {
  return askable || (authorities[authority].onUncertain === 'resend' && gateway !== 'none');
}

/** Begins of months: before a clock change in autumn and in spring, before Christmas, and a quiet one. */
const STARTS = [
  '2026-10-12T06:00:00Z',
  '2027-03-08T06:00:00Z',
  '2026-12-07T06:00:00Z',
  '2027-04-12T06:00:00Z',
] as const;

function supplierOf(dice: Dice): Pick<Setting, 'gateway' | 'askable'> {
  // A supplier that can be asked often sends no receipts: then all that is ever known comes from asking.
  if (dice.chance(0.4)) return { gateway: dice.pick(['none', 'none', 'echoed', 'deduplicates']), askable: true };
  return { gateway: dice.pick(['deduplicates', 'echoed', 'echoed', 'none']), askable: false };
}

/** Draws the parameters of a world. */
export function settingOf(dice: Dice): Setting {
  const notices = () => ({ booked: dice.chance(0.3), moved: dice.chance(0.7), cancelled: dice.chance(0.7) });
  const onUncertain = () => dice.pick(['resend', 'resend', 'hold'] as const);
  const common = { ...AUTHORITY_DEFAULTS, maxPerNumberPerDay: 50 };
  return {
    start: Date.parse(dice.pick(STARTS)),
    processes: dice.chance(0.7) ? 2 : 1,
    ...supplierOf(dice),
    baseFaultRate: dice.pick([0.03, 0.1, 0.25, 0.25]),
    concurrency: dice.pick([1, 1, 2, 3, 8]),
    authorities: {
      alpha: { ...common, name: 'Alpha Sygehus', sender: 'Alpha', onUncertain: onUncertain(), notices: notices() },
      beta: {
        ...common,
        name: 'Beta Kommune',
        sender: 'Beta',
        onUncertain: onUncertain(),
        notices: notices(),
        rules: [
          { id: 'day-before', template: 'reminder', lead: 'PT26H' },
          // So close to the deadline that one which waits for its turn runs into it.
          { id: 'at-last', template: 'reminder', lead: 'PT61M' },
        ],
        sendingWindow: { from: '07:00', to: '21:00', weekdaysOnly: false, publicHolidays: null, closedDays: [] },
        retentionDays: 10,
      },
    },
  };
}

/** The settings of both sources. */
export const SOURCE: SourceSettings = { ...SOURCE_DEFAULTS, name: 'A booking system' };
