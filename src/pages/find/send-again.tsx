import { notFound } from '../../domain/errors.ts';
import { isUuid } from '../../domain/ids.ts';
import type { NotSentAgain } from '../../domain/planning/send-again.ts';
import { notSentAgainCode, sendAgain } from '../../staff/appointments/send-again.ts';
import { ConfirmForm, form } from '../kit/declared/form.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import { hrefOf } from '../kit/navigation.ts';
import { bilingual } from '../kit/words.ts';
import type { StoryProps } from './story-parts.tsx';

const WORDS = bilingual({
  da: {
    send: 'Send påmindelsen igen',
    answer: 'Svar borgeren',
    why: 'Borgeren får påmindelsen som SMS nu, med den tekst, den tid og det sted, der gælder i dag.',
    not: {
      not_booked: 'Påmindelsen kan ikke sendes igen, for aftalen er ikke booket, eller den har ingen tid.',
      in_past: 'Påmindelsen kan ikke sendes igen, for aftalen er begyndt eller begynder om lidt.',
      no_phone: 'Påmindelsen kan ikke sendes igen, for aftalen har intet mobilnummer, der kan bruges.',
      opted_out: 'Påmindelsen kan ikke sendes igen, for nummeret er frameldt.',
      deceased: 'Påmindelsen kan ikke sendes igen, for bookingsystemet oplyser, at borgeren er død.',
      held: 'Påmindelsen kan sendes igen, når det, der holder påmindelserne tilbage, er afgjort.',
      paused: 'Påmindelsen kan sendes igen, når udsendelsen er genoptaget.',
      uncertain: 'Påmindelsen kan ikke sendes igen, så længe det er uvist, om den seneste SMS blev sendt.',
      sent_lately: 'Påmindelsen er sendt igen inden for de sidste 12 timer. Når de er gået, kan den sendes igen.',
      too_soon: 'Den seneste SMS om aftalen er mindre end ti minutter gammel eller sendes nu. Vent lidt.',
      daily_limit:
        'Påmindelsen kan ikke sendes igen, for borgeren har fået så mange SMS’er, som tilladt, i dag eller om aftalen.',
      night: 'Påmindelsen kan sendes igen mellem kl. 7 og 22.',
      gateway_out: 'Påmindelsen kan sendes igen, når en SMS-leverandør er i brug.',
      shadow: 'Påmindelsen kan ikke sendes igen, for bookingsystemet eller aftalen er på prøve.',
      no_sms: 'Der sendes ingen SMS’er om denne type aftale eller fra denne afdeling.',
    } satisfies Record<NotSentAgain, string>,
  },
  en: {
    send: 'Send the reminder again',
    answer: 'Write to the citizen',
    why: 'The citizen gets the reminder by SMS now, with the text, time and place that hold today.',
    not: {
      not_booked: 'The reminder can’t be sent again, since the appointment is not booked, or has no time.',
      in_past: 'The reminder can’t be sent again, since the appointment has begun or begins shortly.',
      no_phone: 'The reminder can’t be sent again, since the appointment has no mobile number that can be used.',
      opted_out: 'The reminder can’t be sent again, since the number has opted out.',
      deceased: 'The reminder can’t be sent again, since the booking system says that the citizen has died.',
      held: 'The reminder can be sent again once what holds the reminders back is settled.',
      paused: 'The reminder can be sent again once sending is resumed.',
      uncertain: 'The reminder can’t be sent again as long as it is unknown whether the last SMS was sent.',
      sent_lately: 'The reminder was sent again within the last 12 hours. After these it can be sent again.',
      too_soon: 'The last SMS about the appointment is less than ten minutes old, or is being sent. Wait a little.',
      daily_limit:
        'The reminder can’t be sent again, since the citizen got as many SMS as allowed, today or for the appointment.',
      night: 'The reminder can be sent again from 7 to 22.',
      gateway_out: 'The reminder can be sent again once an SMS supplier is in use.',
      shadow: 'The reminder can’t be sent again, since the booking system or the appointment is on trial.',
      no_sms: 'No SMS is sent about this kind of appointment, or by this department.',
    },
  },
});

/** Sentences of the page about what its form did. */
export const SENT_AGAIN_WORDS = bilingual({
  da: {
    again: 'Påmindelsen sendes igen nu.',
    already: 'Påmindelsen er allerede sendt igen.',
    refused: 'Påmindelsen blev ikke sendt igen. Noget har ændret sig, siden siden blev åbnet.',
  },
  en: {
    again: 'The reminder is being sent again.',
    already: 'The reminder was sent again already.',
    refused: 'The reminder was not sent again. Something has changed since the page was opened.',
  },
});

/** The button that sends the reminder of an appointment again. */
export const SEND_AGAIN = form<PagesDeps>()({
  path: '/admin/find/:appointment/send-again',
  right: 'operator',
  title: (language) => WORDS[language].send,
  submit: async ({ deps, authorityId, reader, params: { appointment: id = '' } }) => {
    if (!isUuid(id)) throw notFound('appointment');
    try {
      await sendAgain(deps, reader, { authorityId, id }, deps.now());
      return 'again';
    } catch (error) {
      const code = notSentAgainCode(error);
      if (code === null) throw error;
      // The page says why; a button that was pressed twice has done what it was for.
      return code === 'sent_lately' ? 'already' : 'refused';
    }
  },
});

/** The button where the reminder would be sent again, else the sentence why it would not. */
export function SendAgain({ language, story }: Pick<StoryProps, 'language' | 'story'>) {
  const words = WORDS[language];
  const { id, appointment, notSentAgain } = story;
  if (notSentAgain !== null) return <p class="faint">{words.not[notSentAgain]}</p>;
  return (
    <ConfirmForm form={SEND_AGAIN} params={{ appointment: id }} of={appointment.reference}>
      {words.why}
    </ConfirmForm>
  );
}

/** The way to the page on which staff write to the citizen of an appointment. */
export function ToAnswer({ language, authority, story }: Pick<StoryProps, 'language' | 'authority' | 'story'>) {
  return (
    <p>
      <a href={hrefOf(`/admin/find/${story.id}/answer`, authority)}>{WORDS[language].answer}</a>
    </p>
  );
}
