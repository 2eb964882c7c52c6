import type { Context } from 'hono';
import { Problem } from '../../../domain/errors.ts';
import { requireRight } from '../../../http/authorize.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { addEventSecret, addSecret, removeSecret } from '../../../staff/sources/source-secrets.ts';
import { type MadeSecrets, readSource, type SourceView } from '../../../staff/sources/sources.ts';
import { page } from '../../kit/document.tsx';
import { ActionForm, Confirm, momentText, Secret } from '../../kit/elements.tsx';
import { fieldOf } from '../../kit/forms.ts';
import { otherOf, type PageLanguage } from '../../kit/language.ts';
import { doneHref, hrefOf } from '../../kit/navigation.ts';
import { openSetUp, type SetUp, SetUpPage, uuidIn } from '../frame.tsx';
import { OnceIn, type OnceWords } from '../once.tsx';
import { SET_UP_WORDS } from '../words.ts';
import { SECRET_WORDS } from './secret-words.ts';
import type { SourcePagesDeps } from './source-frame.tsx';
import { SOURCES_PATH } from './source-frame.tsx';

/** The pairs of a source, and the secrets for its events, with the buttons that make and end them. */
export function SecretsCard({ setUp, source }: { readonly setUp: SetUp; readonly source: SourceView }) {
  const words = SECRET_WORDS[setUp.frame.language];
  const base = `${SOURCES_PATH}/${source.id}/secrets`;
  return (
    <>
      <section class="card" id="secrets" tabindex={-1} aria-labelledby="secrets-title">
        <h2 id="secrets-title">{words.title}</h2>
        <p>{source.liveSecrets.length === 0 ? words.none : words.lead}</p>
        <SecretList setUp={setUp} secrets={source.liveSecrets} base={base} />
        <ActionForm action={base}>
          <button class="plain" type="submit">
            {words.make}
          </button>
        </ActionForm>
      </section>
      {source.events && (
        <section class="card" id="event-secrets" tabindex={-1} aria-labelledby="event-secrets-title">
          <h2 id="event-secrets-title">{words.eventTitle}</h2>
          <p>{words.eventLead}</p>
          <SecretList setUp={setUp} secrets={source.liveEventSecrets} base={base} />
          <ActionForm action={`${base}-for-events`}>
            <button class="plain" type="submit">
              {words.eventMake}
            </button>
          </ActionForm>
        </section>
      )}
    </>
  );
}

function SecretList({
  setUp: { frame, authority },
  secrets,
  base,
}: {
  readonly setUp: SetUp;
  readonly secrets: readonly { readonly id: string; readonly createdAt: Date }[];
  readonly base: string;
}) {
  const words = SECRET_WORDS[frame.language];
  return (
    <ul class="plain-list">
      {secrets.map(({ id, createdAt }) => {
        const text = words.since(momentText(createdAt, authority.timeZone, frame.language));
        return (
          <li>
            {text}
            <Confirm action={`${base}/${id}/end`} button={words.end} of={text}>
              {words.endWhy}
            </Confirm>
          </li>
        );
      })}
    </ul>
  );
}

/** The source that secrets were made for, and the title of the page that shows them. */
interface MadeFor {
  readonly authorityId: string;
  readonly id: string;
  readonly name: string;
  readonly titleIn: (language: PageLanguage) => string;
}

/** A page that shows secrets which were made just now, this once. */
export async function shownOnce(
  c: Context<HttpEnv>,
  deps: SourcePagesDeps,
  { authorityId, id, name, titleIn }: MadeFor,
  made: MadeSecrets,
): Promise<Response> {
  const setUp = await openSetUp(c, deps, 'sources', authorityId);
  if (setUp instanceof Response) return setUp;
  const { frame, authority } = setUp;
  const path = `${SOURCES_PATH}/${id}`;
  const aroundIn = (language: PageLanguage): OnceWords => ({
    title: `${titleIn(language).replace(/\.$/, '')}: ${name}`,
    secrets: secretsIn(language, made).map(([label, , use]) => [label, use]),
    onward: SECRET_WORDS[language].onward(name),
  });
  const { title, onward } = aroundIn(frame.language);
  const other = otherOf(frame.language);
  const once = <OnceIn path={path} words={aroundIn(other)} />;
  return page(
    c,
    <SetUpPage setUp={setUp} title={title} once={once}>
      <p class="warning">{SET_UP_WORDS[frame.language].once}</p>
      {secretsIn(frame.language, made).map(([label, value, use]) => (
        <section class="card">
          <Secret label={label} value={value} />
          <p>{use}</p>
        </section>
      ))}
      <p>
        <a class="button" href={hrefOf(path, authority)}>
          {onward}
        </a>
      </p>
    </SetUpPage>,
  );
}

/** The secrets that were made, each with its label and its use. */
function secretsIn(
  language: PageLanguage,
  { pair, events }: MadeSecrets,
): (readonly [label: string, value: string, use: string])[] {
  const words = SECRET_WORDS[language];
  return [
    ...(pair ? ([[words.token, pair.token, words.tokenUse]] as const) : []),
    ...(pair ? ([[words.webhookSecret, pair.webhookSecret, words.webhookSecretUse]] as const) : []),
    ...(events ? ([[words.eventSecret, events.secret, words.eventSecretUse]] as const) : []),
  ];
}

/** The addressee of a form about a source. @throws Problem 404 or 403 */
async function meantBy(c: Context<HttpEnv>, deps: SourcePagesDeps) {
  const authorityId = fieldOf(await c.req.parseBody(), 'authority');
  const { name: actor } = requireRight(c, deps, 'whole-administrator', authorityId);
  return { authorityId, id: c.req.param('source') ?? '', actor };
}

/** A 409 of a source's secrets, as a redirect to the page that says so. @throws whatever else it is */
function refused(c: Context<HttpEnv>, error: unknown, request: { authorityId: string; id: string }): Response {
  const word = error instanceof Problem && error.status === 409 ? error.code : undefined;
  if (word !== 'too-many-secrets' && word !== 'last-secret') throw error;
  const page = hrefOf(`${SOURCES_PATH}/${request.id}`, { id: request.authorityId }, { fault: word });
  return c.redirect(`${page}#fault`, 303);
}

/** `POST …/secrets` and `…/secrets-for-events`. */
export async function addSecretForm(c: Context<HttpEnv>, deps: SourcePagesDeps, events: boolean): Promise<Response> {
  const request = await meantBy(c, deps);
  const { authorityId, id } = request;
  const titleIn = (language: PageLanguage) => SECRET_WORDS[language][events ? 'eventMade' : 'made'];
  const { name } = await readSource(deps, authorityId, id);
  try {
    const made = events
      ? { pair: null, events: await addEventSecret(deps, request, deps.now()) }
      : { pair: await addSecret(deps, request, deps.now()), events: null };
    return await shownOnce(c, deps, { authorityId, id, name, titleIn }, made);
  } catch (error) {
    return refused(c, error, request);
  }
}

/** `POST …/secrets/{id}/end`: requests with this secret are refused from now on. */
export async function endSecretForm(c: Context<HttpEnv>, deps: SourcePagesDeps): Promise<Response> {
  const request = await meantBy(c, deps);
  try {
    await removeSecret(deps, { ...request, secretId: uuidIn(c.req.param()) }, deps.now());
  } catch (error) {
    return refused(c, error, request);
  }
  return c.redirect(doneHref(`${SOURCES_PATH}/${request.id}`, { id: request.authorityId }, { done: 'ended' }), 303);
}
