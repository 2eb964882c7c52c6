import { PERIOD_WORDS } from '../kit/period-words.ts';
import { bilingual } from '../kit/words.ts';

/** The words of the list of reminders behind a figure. */
export const OUTCOMES_WORDS = bilingual({
  da: {
    title: 'Påmindelserne bag tallet',
    lead: 'Vælg en påmindelse for at se hele aftalens forløb.',
    back: 'Tilbage til statistikken',
    fields: {
      status: 'Udfald',
      ...PERIOD_WORDS.da.fields,
      reason: 'Årsag',
      gateway: 'SMS-leverandør',
      department: 'Afdeling',
    },
    groups: { sent: 'Sendt, uanset udfald', failed: 'Ikke modtaget, afvist eller uvist' },
    all: 'Alle',
    anyReason: 'Alle, der har en årsag',
    faults: PERIOD_WORDS.da.faults,
    caption: (state: string, from: string, to: string) =>
      from === to ? `${state}, ${from}` : `${state}, ${from} til ${to}`,
    columns: {
      planned: 'Planlagt til',
      due: 'Skulle sendes',
      appointment: 'Aftale',
      state: 'Udfald',
      gateway: 'SMS-leverandør',
      segments: 'SMS-dele',
      department: 'Afdeling',
    },
    none: 'Der er ingen påmindelser her. Vælg et andet udfald eller en anden periode.',
    erased: (days: number) =>
      `Oplysninger om en aftale slettes ${days === 1 ? '1 dag' : `${days} dage`} efter den, så ældre findes ikke her.`,
    noneYet: 'Der er ingen blandt dem, der er gennemgået på denne side. Der kan være flere længere fremme.',
    ended: 'Listen slutter her: der er ikke flere påmindelser.',
    toFirst: 'Tilbage til listens begyndelse',
    order: {
      sent: 'I den rækkefølge, de blev sendt. De, der blev sendt mindst to dage for sent, står til sidst.',
      planned:
        'De, der bliver prøvet først, står øverst. For en påmindelse, der venter, tæller næste forsøg, selv om ' +
        'listen viser det første tidspunkt. Er næste forsøg mindst to dage senere, står den til sidst.',
      unsent: 'De seneste dage står først.',
    },
    more: 'Vis flere',
    goOn: 'Søg videre',
    noTime: 'Ingen tid',
    noGateway: 'Ingen',
    limits: {
      template: { only: (name: string) => `Kun teksten »${name}«.`, all: 'Vis alle tekster' },
      wording: { only: (name: string) => `Kun på ${name.toLowerCase()}.`, all: 'Vis alle sprog' },
      country: { only: (name: string) => `Kun numre fra dette land: ${name}.`, all: 'Vis alle lande' },
    },
  },
  en: {
    title: 'The reminders behind the figure',
    lead: 'Choose a reminder to see everything that happened to its appointment.',
    back: 'Back to the statistics',
    fields: {
      status: 'Outcome',
      ...PERIOD_WORDS.en.fields,
      reason: 'Reason',
      gateway: 'SMS supplier',
      department: 'Department',
    },
    groups: { sent: 'Sent, whatever became of it', failed: 'Not received, refused or unknown' },
    all: 'All',
    anyReason: 'All that have a reason',
    faults: PERIOD_WORDS.en.faults,
    caption: (state, from, to) => (from === to ? `${state}, ${from}` : `${state}, ${from} to ${to}`),
    columns: {
      planned: 'Planned for',
      due: 'Was to be sent',
      appointment: 'Appointment',
      state: 'Outcome',
      gateway: 'SMS supplier',
      segments: 'Segments',
      department: 'Department',
    },
    none: 'There are no reminders here. Choose another outcome or period.',
    erased: (days) =>
      `Data about an appointment is erased ${days === 1 ? '1 day' : `${days} days`} after it, so older ones are not ` +
      'found here.',
    noneYet: 'There are none among those looked at for this page. There may be more further on.',
    ended: 'The list ends here: there are no more reminders.',
    toFirst: 'Back to the beginning of the list',
    order: {
      sent: 'In the order they were sent. Those sent two days late or more come last.',
      planned:
        'Those tried first come first. For a reminder that waits, the next try counts, although the list shows the ' +
        'first time. If the next try is two days later or more, it comes last.',
      unsent: 'The latest days come first.',
    },
    more: 'Show more',
    goOn: 'Look further',
    noTime: 'No time',
    noGateway: 'None',
    limits: {
      template: { only: (name) => `Only the text “${name}”.`, all: 'Show all texts' },
      wording: { only: (name) => `Only in ${name}.`, all: 'Show all languages' },
      country: { only: (name) => `Only numbers of this country: ${name}.`, all: 'Show all countries' },
    },
  },
});
