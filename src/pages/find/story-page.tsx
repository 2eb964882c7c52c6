import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { hasBegun, isUpcoming } from '../../domain/appointment.ts';
import { notFound } from '../../domain/errors.ts';
import { may } from '../../domain/people/access.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import { noReminderReason } from '../../staff/find/present-reminders.ts';
import { type AppointmentStory, type Replacement, readStory } from '../../staff/find/story.ts';
import { EndsWhole, Facts, momentText, PhoneNumber } from '../kit/elements.tsx';
import { noAuthority, type PagesDeps, readFrame } from '../kit/frame.tsx';
import { Framed } from '../kit/layout.tsx';
import { longText } from '../kit/moment-text.ts';
import { hrefOf, storyOf } from '../kit/navigation.ts';
import { fittingPage } from '../kit/responses/fitting-page.ts';
import { positionIn } from '../kit/responses/position.ts';
import { waitingHref } from '../replies/list-parts.tsx';
import { appointmentWords, reminderWords, type StateWords } from '../states/state-words.ts';
import { whyMissing } from '../states/unreadable-words.ts';
import { factsOnPage } from './appointment-facts.ts';
import { FIND } from './find-page.tsx';
import { knownStatus } from './known-status.ts';
import { NextStep } from './next-step.tsx';
import { ReminderCard } from './reminder-card.tsx';
import { StoryList, type StoryListProps } from './story-list.tsx';
import type { StoryProps } from './story-props.ts';
import { STORY_WORDS, type StoryWords } from './story-words.ts';

/** `GET /admin/find/{appointment}`: all that happened to an appointment, and why each reminder went or did not. */
export async function storyPage(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const id = z.uuid().safeParse(c.req.param('appointment'));
  if (!id.success) throw notFound('appointment');
  const words = STORY_WORDS[c.var.language];
  const { frame, authority } = await readFrame(c, deps, { title: words.title(''), current: FIND });
  if (!authority) return noAuthority(c, frame);
  const key = { authorityId: authority.id, id: id.data };
  const story = await readStory(deps, requireRight(c, deps, 'viewer', authority.id), key, deps.now());
  if (!story) throw notFound('appointment');
  const shown = { ...frame, title: words.title(story.appointment.reference) };
  const operates = may(c.var.visitor, 'operator', authority.id);
  const { entries } = story;
  const first = Math.min(positionIn(c.req.query('entry')), Math.max(0, entries.length - 1));
  const props = { frame: shown, authority, words, story, operates, now: deps.now(), first };
  return fittingPage(c, entries.length - first, (count) => <StoryPage {...props} count={count} />);
}

function StoryPage(props: StoryListProps) {
  const { frame, authority, words, story, operates } = props;
  const open = story.replies.filter(({ needsPerson }) => needsPerson).length;
  return (
    <Framed frame={frame}>
      <p>
        <a href={hrefOf('/admin/find', authority)}>{words.back}</a>
      </p>
      <h1>
        <EndsWhole text={frame.title} end={story.appointment.reference} />
      </h1>
      <Verdict {...props} />
      {open > 0 && (
        <p class="warning">
          {words.openReplies(open)} <a href={waitingHref(authority, story.replies)}>{words.toReplies}</a>
        </p>
      )}
      {story.optedOut && (
        <p class="warning">
          {words.optedOut} <a href={optOutsHref(props)}>{words.toOptOuts}</a>
        </p>
      )}
      <AppointmentFacts {...props} />
      {operates && story.appointment.phone !== null && (
        <p>
          <a href={hrefOf('/admin/find', authority, { like: story.id })}>{words.sameNumber}</a>
        </p>
      )}
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
    </Framed>
  );
}

/** The address of the opt-outs of the number, for those who may search for one; of all opt-outs for everybody else. */
function optOutsHref({ frame, authority, story, operates }: StoryProps): string {
  if (!operates || frame.limited) return hrefOf('/admin/opt-outs', authority);
  return `${hrefOf('/admin/opt-outs', authority, { like: story.id })}#found`;
}

/** Verdicts that ask for the reason, and for what to do. */
const UNSETTLED: readonly (keyof StoryWords['verdicts'])[] = ['held', 'uncertain', 'unreached'];

/** Says in one sentence what the citizen got, and why there is nothing where there is nothing. */
function Verdict({ frame, authority, words, story, operates, now }: StoryProps) {
  const { main } = story;
  const verdict = verdictOf(story, now);
  const why = main === null && (verdict === 'none' || story.deceased) ? noReminderReason(story) : null;
  const state = main && UNSETTLED.includes(verdict) ? reminderWords(frame.language, main) : null;
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

function AppointmentFacts({ frame, authority, words, story, now }: StoryProps) {
  const { appointment, sourceName } = story;
  const { facts } = words;
  const moment = (at: Date) => momentText(at, authority.timeZone, frame.language);
  const status = knownStatus(appointment.status);
  const state = status && appointmentWords(frame.language, status);
  const { replacement } = story;
  // No reminder is sent any more of an appointment that has begun, as its status would say.
  const isOver = status === 'booked' && hasBegun(appointment, now);
  const { phone } = appointment;
  const missing = whyMissing(appointment, 'number', frame.language, words.noNumber);
  const number = phone === null ? missing : <PhoneNumber phone={phone} />;
  return (
    <Facts
      facts={[
        [
          facts.start,
          appointment.start ? longText(appointment.start, authority.timeZone, frame.language) : words.noStart,
        ],
        [
          facts.status,
          replacement ? (
            <ReplacedBy authority={authority} words={words} replacement={replacement} />
          ) : state ? (
            statusText(state, isOver)
          ) : (
            '–'
          ),
        ],
        [facts.number, appointment.erasedAt ? words.erased : number],
        ...factsOnPage({ held: { view: appointment, sourceName }, language: frame.language, moment }),
      ]}
    />
  );
}

/** The status of an appointment that was replaced, with the way to the one that goes on. */
function ReplacedBy({
  authority,
  words,
  replacement: { reference, id },
}: Pick<StoryProps, 'authority' | 'words'> & { readonly replacement: Replacement }) {
  return (
    <>
      {words.replacedBy} {id === null ? reference : <a href={storyOf(authority, id)}>{reference}</a>}.{' '}
      {words.replacedMeans}
    </>
  );
}

function statusText({ label, means }: StateWords, isOver: boolean): string {
  return isOver ? label : `${label}. ${means}`;
}
