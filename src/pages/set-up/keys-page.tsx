import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { type ApiKey, createKey, readKeys, revokeKey } from '../../accounts/keys.ts';
import { ROLES } from '../../domain/people/access.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import { PAGE, PAGE_LIMIT, readCursor, toPage } from '../../http/paging.ts';
import { noteText } from '../../http/schemas/text.ts';
import { page } from '../kit/document.tsx';
import { ActionForm, Confirm, DataTable, Empty, Moment, momentText, Secret } from '../kit/elements.tsx';
import { Field, SelectField } from '../kit/fields.tsx';
import { Results } from '../kit/filter-form.tsx';
import { fieldOf, ownForm } from '../kit/forms.ts';
import type { PagesDeps } from '../kit/frame.tsx';
import { otherOf } from '../kit/language.ts';
import { doneHref, hrefOf } from '../kit/navigation.ts';
import { fittingPage } from '../kit/responses/fitting-page.ts';
import { NextPage } from '../kit/responses/list-links.tsx';
import { AuditLink } from './audit-link.tsx';
import { openSetUp, type SetUp, SetUpPage, setUpPath } from './frame.tsx';
import { idInAddress } from './ids.ts';
import { KEYS_WORDS } from './keys-words.ts';
import { OnceIn, type OnceWords } from './once.tsx';
import { roleHint, SET_UP_WORDS } from './words.ts';

const PATH = setUpPath('keys');
const keyName = noteText(100);

/** Values typed, where the form was refused. */
interface Typed {
  readonly name: string;
  readonly role: string;
}

/** Adds `/admin/set-up/keys`. */
export function keysRoutes(routes: OpenAPIHono<HttpEnv>, deps: PagesDeps, guard: MiddlewareHandler<HttpEnv>): void {
  routes.get(PATH, guard, (c) => keysPage(c, deps, null));
  routes.post(PATH, guard, ownForm(deps), (c) => makeForm(c, deps));
  routes.post(`${PATH}/:id/revoke`, guard, ownForm(deps), (c) => revokeForm(c, deps));
}

async function keysPage(c: Context<HttpEnv>, deps: PagesDeps, typed: Typed | null, id?: string): Promise<Response> {
  const setUp = await openSetUp(c, deps, 'keys', id);
  if (setUp instanceof Response) return setUp;
  const { authority, frame } = setUp;
  const words = KEYS_WORDS[c.var.language];
  const before = readCursor(c.req.query('cursor'));
  const keys = await readKeys(deps, authority.id, { before, limit: PAGE_LIMIT });
  const done = c.req.query('done') === 'revoked' ? words.done : null;
  const render = (count: number) => {
    const { items, nextCursor } = toPage(
      keys,
      (key) => key.id,
      (key) => key,
      count,
    );
    return (
      <SetUpPage setUp={setUp} done={done}>
        <p class="lead">{words.lead}</p>
        <Results frame={frame} refused={typed !== null}>
          {items.length === 0 ? <Empty>{words.empty}</Empty> : <KeysTable setUp={setUp} keys={items} />}
          <NextPage frame={frame} path={PATH} cursor={nextCursor} label={SET_UP_WORDS[c.var.language].next} />
        </Results>
        <MakeCard setUp={setUp} typed={typed} />
      </SetUpPage>
    );
  };
  return fittingPage(c, Math.min(keys.length, PAGE), render, typed ? 422 : 200);
}

function KeysTable({ setUp: { frame, authority }, keys }: { readonly setUp: SetUp; readonly keys: readonly ApiKey[] }) {
  const words = KEYS_WORDS[frame.language];
  const shared = SET_UP_WORDS[frame.language];
  const when = { timeZone: authority.timeZone, language: frame.language };
  const columns = [shared.name, shared.role, words.prefix, words.madeAt, words.lastUsed, words.state].map((label) => ({
    label,
  }));
  const rows = keys.map((key) => [
    key.name,
    shared.roles[key.role],
    <code>{key.prefix}</code>,
    <Moment at={key.createdAt} {...when} />,
    key.lastUsedAt ? <Moment at={key.lastUsedAt} {...when} /> : shared.never,
    <>
      {key.revokedAt ? words.revoked(momentText(key.revokedAt, authority.timeZone, frame.language)) : words.valid}
      <div>
        <AuditLink frame={frame} path={setUpPath('audit')} target={`key:${key.id}`} of={key.name} />
      </div>
      {key.revokedAt === null && (
        <Confirm frame={frame} action={`${PATH}/${key.id}/revoke`} button={words.revoke} of={key.name}>
          {words.revokeWhy(key.name)}
        </Confirm>
      )}
    </>,
  ]);
  return <DataTable quiet caption={words.list} columns={columns} rows={rows} />;
}

function MakeCard({ setUp: { frame }, typed }: { readonly setUp: SetUp; readonly typed: Typed | null }) {
  const words = KEYS_WORDS[frame.language];
  const shared = SET_UP_WORDS[frame.language];
  const faults = typed ? { name: shared.nameWrong } : undefined;
  const options = ROLES.map((role) => [role, shared.roles[role]] as const);
  const hint = roleHint(shared);
  return (
    <section class="card" id="make" aria-labelledby="make-title">
      <h2 id="make-title">{words.make}</h2>
      <ActionForm frame={frame} action={PATH}>
        <Field
          id="name"
          label={shared.name}
          hint={words.nameHint}
          value={typed?.name ?? ''}
          faults={faults}
          more={{ maxlength: 100 }}
          required
        />
        <SelectField id="role" label={shared.role} hint={hint} options={options} value={typed?.role ?? 'viewer'} />
        <button type="submit">{words.make}</button>
      </ActionForm>
    </section>
  );
}

async function makeForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  const { name: actor } = requireRight(c, deps, 'whole-administrator', authorityId);
  const typed = { name: fieldOf(form, 'name'), role: fieldOf(form, 'role') };
  const name = keyName.safeParse(typed.name);
  const role = ROLES.find((each) => each === typed.role);
  if (!name.success || !role) return keysPage(c, deps, typed, authorityId);
  const made = await createKey(deps, { authorityId, name: name.data, role, actor }, deps.now());
  const setUp = await openSetUp(c, deps, 'keys', authorityId);
  if (setUp instanceof Response) return setUp;
  return page(c, <MadePage setUp={setUp} made={made} />);
}

/** A key that was made just now, shown this once. */
function MadePage({
  setUp,
  made: { name, key },
}: {
  readonly setUp: SetUp;
  readonly made: { readonly name: string; readonly key: string };
}) {
  const { frame, authority } = setUp;
  const words = KEYS_WORDS[frame.language];
  const shared = SET_UP_WORDS[frame.language];
  const language = otherOf(frame.language);
  const other = KEYS_WORDS[language];
  const onward = SET_UP_WORDS[language].back;
  const around: OnceWords = { title: other.made(name), secrets: [[other.key, other.use]], onward };
  const once = <OnceIn language={language} frame={frame} path={PATH} words={around} />;
  return (
    <SetUpPage setUp={setUp} title={words.made(name)} once={once}>
      <p class="warning">{shared.once}</p>
      <Secret label={words.key} value={key} />
      <p>{words.use}</p>
      <p>
        <a class="button" href={hrefOf(PATH, authority)}>
          {shared.back}
        </a>
      </p>
    </SetUpPage>
  );
}

async function revokeForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const authorityId = fieldOf(await c.req.parseBody(), 'authority');
  const { name: actor } = requireRight(c, deps, 'whole-administrator', authorityId);
  await revokeKey(deps, { authorityId, id: idInAddress(c), actor }, deps.now());
  return c.redirect(doneHref(PATH, { id: authorityId }, { done: 'revoked' }), 303);
}
