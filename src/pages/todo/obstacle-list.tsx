import type { Authority } from '../../domain/authority.ts';
import { grouped } from '../../domain/grouped.ts';
import type { Obstacles } from '../../staff/to-do/obstacles.ts';
import type { Frame } from '../kit/context.tsx';
import { momentText } from '../kit/elements.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { hrefOf } from '../kit/navigation.ts';
import { STATE_WORDS } from '../states/state-words.ts';
import { senderRuleText } from './sender-rules.ts';
import { StepForm } from './step-form.tsx';
import type { TodoWords } from './words.ts';

interface ObstacleListProps {
  readonly frame: Frame;
  readonly authority: Authority;
  readonly words: TodoWords;
  readonly obstacles: Obstacles;
  /** The visitor may tick off. */
  readonly works: boolean;
  /** The visitor is limited to departments, and can solve nothing that concerns all. */
  readonly limited: boolean;
}

/** Obstacles of which a page shows the first ones of each kind. */
export const KINDS = ['unclear', 'silent', 'refusing', 'pausedSources', 'stoppedEndpoints'] as const;

type Kind = (typeof KINDS)[number];

/** An obstacle, with the place where it is solved; a string: who can solve it. */
interface Obstacle {
  readonly text: string;
  readonly step: string | { readonly href: string; readonly label: string };
  /** The source whose refusals can be taken off the list. */
  readonly refusedOf?: string;
  /** The time of the last of them. */
  readonly lastAt?: Date;
}

/** True when nothing holds reminders back. */
export function isClear(obstacles: Obstacles): boolean {
  const { sendingOff, paused, noGateway, gatewaysOut, refusedSenders } = obstacles;
  const alone = sendingOff || paused !== null || noGateway || gatewaysOut.length + refusedSenders.length > 0;
  return !alone && KINDS.every((kind) => obstacles[kind].total === 0);
}

/** True where reminders wait; what was refused or never came does not. */
function holdsReminders({ sendingOff, paused, pausedSources, unclear, noGateway, gatewaysOut }: Obstacles): boolean {
  return sendingOff || paused !== null || noGateway || pausedSources.total + unclear.total + gatewaysOut.length > 0;
}

/** Causes that hold reminders back, each with its next step; nothing where there are none. */
export function ObstacleList(props: ObstacleListProps) {
  const { frame, words, obstacles, works } = props;
  if (isClear(obstacles)) return null;
  return (
    <section class="task" aria-labelledby="obstacles">
      <h2 id="obstacles">{holdsReminders(obstacles) ? words.obstacles.title : words.obstacles.wrong}</h2>
      {holdsReminders(obstacles) && <p class="means">{words.obstacles.means}</p>}
      {obstacles.refusing.total > 0 && <p class="means">{words.obstacles.refusedMean(works)}</p>}
      <ul class="work">
        {obstaclesOf(props).map(({ text, step, refusedOf, lastAt }) => (
          <li>
            <p class="what" {...(refusedOf !== undefined && { id: `afvist-${refusedOf}` })}>
              {text}
            </p>
            <div class="step">
              {typeof step === 'string' ? (
                <span>{step}</span>
              ) : (
                <a class="button plain" href={step.href}>
                  {step.label}
                </a>
              )}
              {works && refusedOf !== undefined && (
                <StepForm
                  frame={frame}
                  action={`/admin/to-do/${refusedOf}/seen`}
                  button={words.obstacles.seen}
                  of={`afvist-${refusedOf}`}
                >
                  <input type="hidden" name="until" value={lastAt?.toISOString()} />
                </StepForm>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A supplier with the rules that senders of the authority break there, in words. */
interface RefusingSupplier {
  readonly id: string;
  readonly rules: readonly string[];
  /** The field of the sender: of all countries, or where only senders of some countries are refused, theirs. */
  readonly field: 'sender' | 'senders';
}

/** A supplier may refuse several senders. */
function refusingSuppliers({ refusedSenders }: Obstacles, language: PageLanguage): RefusingSupplier[] {
  return [...grouped(refusedSenders, ({ gateway }) => gateway)].map(([id, refused]) => ({
    id,
    rules: refused.map((each) => senderRuleText(each, language)),
    field: refused.some(({ pointer }) => pointer === '/sender') ? 'sender' : 'senders',
  }));
}

/** How many of a kind stand below those that are shown. */
function moreOf({ authority, words: { obstacles: words }, obstacles }: ObstacleListProps, kind: Kind): Obstacle[] {
  const { items, total } = obstacles[kind];
  const step = { href: hrefOf('/admin/set-up/sources', authority), label: words.toSources };
  return total > items.length ? [{ text: words.more[kind](total - items.length), step }] : [];
}

/** The next steps that the reader may take; a sentence for those that others have to take. */
function stepsOf({ frame, authority, limited, words: { obstacles: words } }: ObstacleListProps) {
  const administers = frame.role === 'administrator' && !limited;
  const toSource = (source: string) => ({
    href: hrefOf(`/admin/set-up/sources/${source}`, authority),
    label: words.toSource,
  });
  const toCodes = { href: hrefOf('/admin/rules/unmapped', authority), label: words.toCodes };
  const toGateways = limited
    ? words.askAdministrator
    : { href: hrefOf('/admin/set-up/gateways', authority), label: words.toGateways };
  const toInstallation =
    frame.installationRole === 'administrator'
      ? { href: hrefOf('/admin/installation', authority), label: words.toInstallation }
      : words.askOperations;
  const toSender = (field: RefusingSupplier['field']) =>
    administers
      ? { href: `${hrefOf('/admin/rules/sender', authority)}#${field}`, label: words.toSender }
      : words.askAdministrator;
  // Operators can resume on that page, and viewers see there how long the pause lasts.
  const toPause = limited
    ? words.askAdministrator
    : { href: hrefOf('/admin/rules/pause', authority), label: words.toPause };
  return { administers, toSource, toCodes, toGateways, toInstallation, toSender, toPause };
}

/** In the order of harm: sources, gateways, then events of booking systems. */
function obstaclesOf(props: ObstacleListProps): Obstacle[] {
  const { frame, authority, obstacles } = props;
  const words = props.words.obstacles;
  const at = (moment: Date) => momentText(moment, authority.timeZone, frame.language);
  const until = (moment: Date | null) => moment && at(moment);
  const { administers, toSource, toCodes, toGateways, toInstallation, toSender, toPause } = stepsOf(props);
  const { paused } = obstacles;
  const more = (kind: Kind) => moreOf(props, kind);
  return [
    ...obstacles.unclear.items.map(({ source, name, word, count }) => ({
      text: words.unclear(name, word, count),
      step: word === null ? toSource(source) : toCodes,
    })),
    ...more('unclear'),
    ...obstacles.silent.items.map(({ source, name, lastAt }) => ({
      text: words.silent(name, lastAt && at(lastAt)),
      step: toSource(source),
    })),
    ...more('silent'),
    ...obstacles.refusing.items.map(({ source, name, lastAt, ...refused }) => ({
      text: words.refusing(name, refused, at(lastAt)),
      step: toSource(source),
      refusedOf: source,
      lastAt,
    })),
    ...more('refusing'),
    ...(obstacles.sendingOff ? [{ text: words.sendingOff, step: toInstallation }] : []),
    ...(obstacles.noGateway ? [{ text: words.noGateway, step: toGateways }] : []),
    ...obstacles.gatewaysOut.map(({ id, since, reason }) => ({
      text: `${words.gatewayOut(id, at(since))} ${STATE_WORDS[frame.language].out[reason].means}`,
      step: toGateways,
    })),
    ...refusingSuppliers(obstacles, frame.language).map(({ id, rules, field }) => ({
      text: words.refusedSender(id, rules.join(' '), administers),
      step: toSender(field),
    })),
    ...(paused ? [{ text: words.paused(until(paused.until), paused.reason), step: toPause }] : []),
    ...obstacles.pausedSources.items.map((each) => ({
      text: words.pausedSource(each.name, until(each.until), each.why?.replace(/\.$/, '') ?? null),
      step: toSource(each.source),
    })),
    ...more('pausedSources'),
    ...obstacles.stoppedEndpoints.items.map(({ source, name, state }) => ({
      text: words.endpoint(name, state),
      step: toSource(source),
    })),
    ...more('stoppedEndpoints'),
  ];
}
