import { edit, type Mutant } from './mutant.ts';

const SITUATION = 'src/domain/planning/send-again.ts';

/** Breaks of what staff send again. */
export const AGAIN: readonly Mutant[] = [
  {
    name: 'again-while-uncertain',
    breaks: 'a reminder is sent again while nobody knows whether the last SMS was sent',
    staff: true,
    edits: [
      edit(
        SITUATION,
        'uncertain: last !== null && last.slot === situation.slot && isUncertain(last, now),',
        'uncertain: false,',
      ),
    ],
    detectedBy: { seed: 7, days: 5 },
  },
  {
    name: 'again-too-soon',
    breaks: 'a reminder is sent again right after another SMS about its appointment',
    staff: true,
    edits: [edit(SITUATION, 'too_soon: (last !== null && isRecent(last, now)) || ', 'too_soon: ')],
    detectedBy: { seed: 2, days: 5 },
  },
  {
    name: 'again-and-again',
    breaks: 'a reminder is sent again as often as somebody asks for it',
    staff: true,
    edits: [
      edit(
        SITUATION,
        'sent_lately: situation.reminders.some((each) => wasSentAgainLately(each, authority.rules, now)),',
        'sent_lately: false,',
      ),
    ],
    detectedBy: { seed: 2, days: 5 },
  },
  {
    name: 'again-at-night',
    breaks: 'what staff send again goes at night',
    staff: true,
    edits: [edit(SITUATION, "  from: '07:00',\n  to: '22:00',", "  from: '00:00',\n  to: '23:59',")],
    detectedBy: { seed: 1, days: 5 },
  },
];
