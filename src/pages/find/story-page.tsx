import { hasBegun, isUpcoming } from '../../domain/appointment.ts';
import { notFound } from '../../domain/errors.ts';
import { isUuid } from '../../domain/ids.ts';
import { may } from '../../domain/people/access.ts';
import { noReminderReason } from '../../staff/find/present-reminders.ts';
import { type AppointmentStory, readStory } from '../../staff/find/story.ts';
import { useFrame } from '../kit/context.tsx';
import { authorityPage } from '../kit/declared/declare.tsx';
import { Done, EndsWhole, Facts, momentText, PhoneNumber } from '../kit/elements.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import { longText } from '../kit/moment-text.ts';
import { hrefOf, storyOf } from '../kit/navigation.ts';
import { positionIn } from '../kit/responses/position.ts';
import { waitingHref } from '../states/replies.ts';
import { appointmentWords, reminderWords } from '../states/state-words.ts';
import { whyMissing } from '../states/unreadable-words.ts';
import { factsOnPage, knownStatus } from './appointment-facts.ts';
import { FIND } from './find-page.tsx';
import { SEND_AGAIN, SENT_AGAIN_WORDS, SendAgain, ToAnswer } from './send-again.tsx';
import { StoryList, type StoryListProps } from './story-list.tsx';
import { NextStep, ReminderCard, type StoryProps } from './story-parts.tsx';
import { STORY_WORDS, type StoryWords } from './story-words.ts';

/** `/admin/find/{appointment}`: all that happened to an appointment, and why each reminder went or did not. */
export const STORY_PAGE = authorityPage<PagesDeps>({
  path: '/admin/find/:appointment',
  right: 'viewer',
  menu: FIND,
  title: { da: STORY_WORDS.da.title(''), en: STORY_WORDS.en.title('') },
  done: SENT_AGAIN_WORDS,
  forms: [SEND_AGAIN],
  view: async ({ c, deps, language, params: { appointment: id = '' }, authority, authorityId, reader }) => {
    if (!isUuid(id)) throw notFound('appointment');
    const now = deps.now();
    const story = await readStory(deps, reader, { authorityId, id }, now);
    if (!story) throw notFound('appointment');
    const words = STORY_WORDS[language];
    const operates = may(c.var.visitor, 'operator', authorityId);
    const { entries, appointment } = story;
    const first = Math.min(positionIn(c.req.query('entry')), Math.max(0, entries.length - 1));
    const did = Object.entries(SENT_AGAIN_WORDS[language]).find(([word]) => word === c.req.query('done'))?.[1];
    const props = { language, authority, words, story, operates, now, first, did };
    return {
      ownHeading: true,
      title: words.title(appointment.reference),
      rows: entries.length - first,
      body: (count) => <Story {...props} count={count} />,
    };
  },
});

function Story(props: StoryListProps & { readonly did: string | undefined }) {
  const { authority, words, story, operates, did } = props;
  const open = story.replies.filter(({ needsPerson }) => needsPerson).length;
  return (
    <>
      <p>
        <a href={hrefOf('/admin/find', authority)}>{words.back}</a>
      </p>
      <h1>
        <EndsWhole text={useFrame().title} end={story.appointment.reference} />
      </h1>
      {did !== undefined && <Done text={did} />}
      <Verdict {...props} />
      {open > 0 && (
        <p class="warning">
          {words.openReplies(open)} <a href={waitingHref(authority, story.replies)}>{words.toReplies}</a>
        </p>
      )}
      {story.optedOut && (
        <p class="warning">
          {words.optedOut} <OptOutsLink {...props} />
        </p>
      )}
      <AppointmentFacts {...props} />
      {operates && story.appointment.phone !== null && (
        <p>
          <a href={hrefOf('/admin/find', authority, { like: story.id })}>{words.sameNumber}</a>
        </p>
      )}
      {operates && <SendAgain {...props} />}
      {operates && <ToAnswer {...props} />}
      {story.present.length > 0 && (
        <section class="part" aria-labelledby="reminders">
          <h2 id="reminders">{words.reminders}</h2>
          {story.present.map((reminder) => (
            <ReminderCard {...props} reminder={reminder} />
          ))}
        </section>
      )}
      <section class="part" aria-labelledby="story">
        <h2 id="story" tabindex={-1}>
          {words.story}
        </h2>
        <StoryList {...props} />
      </section>
    </>
  );
}

/** The way to the opt-outs of the number, for those who may search for one; to all opt-outs for everybody else. */
function OptOutsLink({ authority, words, story, operates }: StoryProps) {
  const all = !operates || useFrame().limited;
  const href = hrefOf('/admin/opt-outs', authority, all ? {} : { like: story.id });
  return <a href={all ? href : `${href}#found`}>{words.toOptOuts}</a>;
}

/** Verdicts that ask for the reason, and for what to do. */
const UNSETTLED: readonly (keyof StoryWords['verdicts'])[] = ['held', 'uncertain', 'unreached'];

/** Says in one sentence what the citizen got, and why there is nothing where there is nothing. */
function Verdict({ language, authority, words, story, operates, now }: StoryProps) {
  const { main } = story;
  const verdict = verdictOf(story, now);
  const why = main === null && (verdict === 'none' || story.deceased) ? noReminderReason(story) : null;
  const state = main && UNSETTLED.includes(verdict) ? reminderWords(language, main) : null;
  const { replacement } = story;
  return (
    <p class="verdict">
      <strong>{words.verdicts[verdict]}</strong>
      {why !== null && ` ${words.noReminder[why]}`}
      {replacement && replacement.id !== null && (
        <>
          {' '}
          <a href={storyOf(authority, replacement.id)}>{words.entries.toReplacement}</a>
        </>
      )}
      {state && ` ${state.means}`}
      {state?.todo && (
        <>
          <br />
          <NextStep words={words} operates={operates} state={state} />
        </>
      )}
    </p>
  );
}

function verdictOf(
  { main, appointment, replacement, trial }: AppointmentStory,
  now: Date,
): keyof StoryWords['verdicts'] {
  const status = knownStatus(appointment.status);
  const expected = status !== undefined && isUpcoming(status);
  if (main && main.template !== 'reminder' && expected) return main.status === 'delivered' ? 'noticed' : 'noticeOnly';
  switch (main?.template === 'reminder' ? main.status : undefined) {
    case 'delivered':
      return 'received';
    case 'accepted':
    case 'handing_over':
      return 'sent';
    case 'planned':
      if (trial) return 'trial';
      return main?.heldReason == null ? 'planned' : 'held';
    case 'uncertain':
      return 'uncertain';
    default:
      if (replacement) return 'replaced';
      if (!expected) return 'over';
      if (main && hasBegun(appointment, now)) return 'past';
      return main ? 'unreached' : 'none';
  }
}

function AppointmentFacts(props: StoryProps) {
  const { language, authority, words, story } = props;
  const { appointment, sourceName } = story;
  const { facts } = words;
  const { start, phone, erasedAt } = appointment;
  const moment = (at: Date) => momentText(at, authority.timeZone, language);
  const missing = whyMissing(appointment, 'number', language, words.noNumber);
  const number = phone === null ? missing : <PhoneNumber phone={phone} />;
  return (
    <Facts
      facts={[
        [facts.start, start ? longText(start, authority.timeZone, language) : words.noStart],
        [facts.status, <Status {...props} />],
        [facts.number, erasedAt ? words.erased : number],
        ...factsOnPage({ held: { view: appointment, sourceName }, language, moment }),
      ]}
    />
  );
}

/** The status of an appointment; of one that was replaced the way to the one that goes on. */
function Status({ language, authority, words, story: { appointment, replacement }, now }: StoryProps) {
  if (replacement) {
    const { reference, id } = replacement;
    return (
      <>
        {words.replacedBy} {id === null ? reference : <a href={storyOf(authority, id)}>{reference}</a>}.{' '}
        {words.replacedMeans}
      </>
    );
  }
  const status = knownStatus(appointment.status);
  if (!status) return <>–</>;
  const { label, means } = appointmentWords(language, status);
  // No reminder is sent any more of an appointment that has begun, as its status would say.
  return <>{status === 'booked' && hasBegun(appointment, now) ? label : `${label}. ${means}`}</>;
}
