import type { AuthoritySettings } from '../../domain/authority.ts';
import { type AuthorityPart, NOTICES } from './groups.ts';
import { CHECK, DURATION } from './kinds.tsx';
import { object } from './members.tsx';
import { RECIPIENTS } from './recipients.tsx';
import { RULES } from './rules.tsx';
import { WINDOW } from './window.tsx';

/** Settings that say when SMS are sent, in the order of their page. */
export const PLANNING_SETTINGS = {
  rules: { group: 'rules', kind: RULES, label: { da: 'Påmindelser', en: 'Reminders' } },
  sendingWindow: {
    group: 'window',
    kind: WINDOW,
    label: { da: 'Hvornår der må sendes', en: 'When SMS may be sent' },
    hint: {
      da: 'En påmindelse, der ville falde udenfor, sendes tidligere, så den stadig kommer i god tid.',
      en: 'A reminder that would fall outside moves to an earlier time, so that it still comes in time.',
    },
  },
  notices: {
    group: 'notices',
    label: NOTICES,
    kind: object<AuthoritySettings['notices']>({
      booked: { kind: CHECK, label: { da: 'SMS, når den er booket', en: 'SMS when it is booked' } },
      moved: {
        kind: CHECK,
        label: {
          da: 'SMS, når den flyttes, hvis borgeren har fået en SMS om den gamle tid',
          en: 'SMS when it moves, if the citizen got one about the old time',
        },
      },
      cancelled: {
        kind: CHECK,
        label: {
          da: 'SMS, når den aflyses, hvis borgeren har fået en SMS om den',
          en: 'SMS when it is cancelled, if the citizen got one about it',
        },
      },
    }),
  },
  noticeDelay: {
    group: 'notices',
    kind: DURATION,
    label: { da: 'Vent, før SMS’en sendes', en: 'Wait before the SMS is sent' },
    hint: {
      da: 'Ændringer lige efter hinanden bliver til én SMS.',
      en: 'Changes that follow one another become one SMS.',
    },
  },
  lateBooking: {
    group: 'limits',
    kind: DURATION,
    label: {
      da: 'Ved sen booking: send én påmindelse så længe før aftalen',
      en: 'After a late booking: send one reminder this long before the appointment',
    },
    hint: {
      da: 'Når aftalen bookes for sent til alle påmindelserne ovenfor.',
      en: 'When the appointment is booked too late for all of the reminders above.',
    },
  },
  minimumNotice: {
    group: 'limits',
    kind: DURATION,
    label: {
      da: 'Send aldrig senere end så længe før aftalen',
      en: 'Never send later than this long before the appointment',
    },
  },
  minimumGap: {
    group: 'limits',
    kind: DURATION,
    label: {
      da: 'Mindst så længe mellem to påmindelser om samme aftale',
      en: 'At least this long between two reminders of one appointment',
    },
  },
  withoutReminders: {
    group: 'recipients',
    label: { da: 'Får ingen påmindelser', en: 'Get no reminders' },
    kind: RECIPIENTS,
  },
} as const satisfies Partial<AuthorityPart>;
