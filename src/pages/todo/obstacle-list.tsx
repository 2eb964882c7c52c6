import { z } from 'zod';
import { notFound } from '../../domain/errors.ts';
import { grouped } from '../../domain/grouped.ts';
import type { RefusedSender } from '../../staff/gateways/rules.ts';
import type { Obstacles } from '../../staff/to-do/obstacles.ts';
import { takeRefusalsOff } from '../../staff/to-do/to-do.ts';
import { type Frame, useFrame } from '../kit/context.tsx';
import { countryName } from '../kit/country-name.ts';
import { FormBody, form } from '../kit/declared/form.tsx';
import { momentText } from '../kit/elements.tsx';
import type { PageAuthority, PagesDeps } from '../kit/frame.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { hrefOf } from '../kit/navigation.ts';
import { STATE_WORDS } from '../states/state-words.ts';
import { TODO_WORDS } from './words.ts';

interface ObstacleListProps {
  readonly authority: PageAuthority;
  readonly obstacles: Obstacles;
  /** The visitor may tick off. */
  readonly works: boolean;
}

/** Takes the refused messages of a source off the list, up to the last that the page shows. */
export const SEEN = form<PagesDeps>()({
  path: '/admin/to-do/:source/seen',
  right: 'whole-operator',
  unkept: true,
  title: (language) => TODO_WORDS[language].obstacles.seen,
  fields: () => ({ until: { label: '', type: 'hidden' } }),
  submit: async ({ deps, authorityId, reader, params }, _, typed) => {
    const until = z.iso.datetime().safeParse(typed.until);
    if (!until.success) throw notFound('refusal');
    const seen = { authorityId, sourceId: params.source ?? '', until: new Date(until.data) };
    await takeRefusalsOff(deps, reader, seen, deps.now());
    return 'seen';
  },
});

/** Obstacles of which a page shows the first ones of each kind. */
export const KINDS = ['unclear', 'silent', 'refusing', 'pausedSources', 'stoppedEndpoints'] as const;

type Kind = (typeof KINDS)[number];

/** An obstacle, with the place where it is solved; a string: who can solve it. */
interface Obstacle {
  readonly text: string;
  readonly step: string | { readonly href: string; readonly label: string };
  /** The source whose refusals can be taken off the list. */
  readonly refused?: { readonly source: string; readonly lastAt: Date };
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
  const { obstacles, works } = props;
  const frame = useFrame();
  const words = TODO_WORDS[frame.language].obstacles;
  if (isClear(obstacles)) return null;
  return (
    <section class="task" aria-labelledby="obstacles">
      <h2 id="obstacles">{holdsReminders(obstacles) ? words.title : words.wrong}</h2>
      {holdsReminders(obstacles) && <p class="means">{words.means}</p>}
      {obstacles.refusing.total > 0 && <p class="means">{words.refusedMean(works)}</p>}
      <ul class="work">
        {obstaclesOf(props, frame).map(({ text, step, refused }) => (
          <li>
            <p class="what" {...(refused && { id: `afvist-${refused.source}` })}>
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
              {works && refused && (
                <FormBody
                  plain
                  form={SEEN}
                  params={{ source: refused.source }}
                  values={{ until: refused.lastAt.toISOString() }}
                  of={`afvist-${refused.source}`}
                />
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The rules of suppliers for senders in Danish, by the ids of their gateways: each has one. */
const DANISH_RULES: Readonly<Record<string, (country: string) => string>> = {
  gatewayapi: () => 'Afsenderen skal have 3 til 11 bogstaver fra a til z og cifre, eller 3 til 15 cifre.',
  inmobile: () => 'Afsenderen skal have 3 til 11 tegn, eller 3 til 14 cifre.',
  kannel: () => 'Afsenderen må kun have bogstaver fra a til z, cifre og almindelige tegn, ikke æ, ø og å.',
  link: () =>
    'Afsenderen skal have 2 til 11 bogstaver fra a til z og cifre, med et bogstav først, eller 3 til 15 cifre.',
  twilio: (country) => `Til numre fra ${country} skal afsenderen være et nummer.`,
};

/** The rule of a supplier that senders of an authority break; English sentences come from the supplier's adapter. */
function senderRuleText({ gateway, rule, countries }: RefusedSender, language: PageLanguage): string {
  if (language === 'en') return rule;
  const words = Object.hasOwn(DANISH_RULES, gateway) ? DANISH_RULES[gateway] : undefined;
  return words?.(countries.map((country) => countryName(language, country)).join(', ')) ?? `»${rule}« (på engelsk)`;
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
function moreOf({ authority, obstacles }: ObstacleListProps, language: PageLanguage, kind: Kind): Obstacle[] {
  const words = TODO_WORDS[language].obstacles;
  const { items, total } = obstacles[kind];
  const step = { href: hrefOf('/admin/set-up/sources', authority), label: words.toSources };
  return total > items.length ? [{ text: words.more[kind](total - items.length), step }] : [];
}

/** The next steps that the reader may take; a sentence for those that others have to take. */
function stepsOf(authority: PageAuthority, { language, role, limited, installationRole }: Frame) {
  const words = TODO_WORDS[language].obstacles;
  const administers = role === 'administrator' && !limited;
  const toSource = (source: string) => ({
    href: hrefOf(`/admin/set-up/sources/${source}`, authority),
    label: words.toSource,
  });
  const toCodes = { href: hrefOf('/admin/rules/unmapped', authority), label: words.toCodes };
  const toGateways = limited
    ? words.askAdministrator
    : { href: hrefOf('/admin/set-up/gateways', authority), label: words.toGateways };
  const toInstallation =
    installationRole === 'administrator'
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
function obstaclesOf(props: ObstacleListProps, frame: Frame): Obstacle[] {
  const { authority, obstacles } = props;
  const { language } = frame;
  const words = TODO_WORDS[language].obstacles;
  const at = (moment: Date) => momentText(moment, authority.timeZone, language);
  const until = (moment: Date | null) => moment && at(moment);
  const { administers, toSource, toCodes, toGateways, toInstallation, toSender, toPause } = stepsOf(authority, frame);
  const { paused } = obstacles;
  const more = (kind: Kind) => moreOf(props, language, kind);
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
    ...obstacles.refusing.items.map(({ source, name, lastAt, ...counted }) => ({
      text: words.refusing(name, counted, at(lastAt)),
      step: toSource(source),
      refused: { source, lastAt },
    })),
    ...more('refusing'),
    ...(obstacles.sendingOff ? [{ text: words.sendingOff, step: toInstallation }] : []),
    ...(obstacles.noGateway ? [{ text: words.noGateway, step: toGateways }] : []),
    ...obstacles.gatewaysOut.map(({ id, since, reason }) => ({
      text: `${words.gatewayOut(id, at(since))} ${STATE_WORDS[language].out[reason].means}`,
      step: toGateways,
    })),
    ...refusingSuppliers(obstacles, language).map(({ id, rules, field }) => ({
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
