import type { Context } from 'hono';
import type { Fault as SettingFault } from '../../../domain/errors.ts';
import { EVENT_TYPES } from '../../../domain/event-types.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { Fault, page } from '../../kit/document.tsx';
import { ActionForm, Confirm } from '../../kit/elements.tsx';
import { CheckField, Field, SelectField } from '../../kit/fields.tsx';
import { fieldOf } from '../../kit/forms.ts';
import type { PageLanguage } from '../../kit/language.ts';
import { hrefOf } from '../../kit/navigation.ts';
import { sourceSettingName } from '../../settings/source.tsx';
import { faultText } from '../../states/fault-words.ts';
import { STATE_WORDS } from '../../states/state-words.ts';
import { type Saved, saveSettings } from './change.ts';
import { EVENT_WORDS } from './event-words.ts';
import { shownOnce } from './secrets.tsx';
import { SETTINGS_WORDS } from './settings-page.tsx';
import type { SourcePagesDeps } from './source-frame.tsx';
import {
  BelowSource,
  backToSource,
  type OpenedSource,
  openSource,
  readSourceForm,
  SOURCES_PATH,
} from './source-frame.tsx';

/** The settings of an endpoint as they were typed. */
interface TypedEndpoint {
  readonly url: string;
  readonly types: readonly string[];
  readonly includePhone: boolean;
  readonly format: string;
  /** The source's version when the endpoint was read. */
  readonly version: string;
}

interface Refused {
  /** Left out: nothing was typed, the endpoint was to be removed. */
  readonly typed?: TypedEndpoint;
  /** Faults of the settings; `changed`: somebody else has changed the source. */
  readonly faults: readonly SettingFault[] | 'changed';
}

/** `GET …/events`: the form of the endpoint. */
export async function eventsPage(
  c: Context<HttpEnv>,
  deps: SourcePagesDeps,
  refused: Refused | null = null,
  authorityId?: string,
): Promise<Response> {
  const opened = await openSource(c, deps, 'administrator', authorityId);
  if (opened instanceof Response) return opened;
  const { source } = opened;
  const words = EVENT_WORDS[c.var.language];
  const status = refused === null ? 200 : refused.faults === 'changed' ? 409 : 422;
  const version = (status === 422 && refused?.typed?.version) || String(source.version);
  return page(
    c,
    <BelowSource opened={opened} title={words.title}>
      {status === 409 && <Fault text={refused?.typed ? words.changed : words.changedBefore} />}
      {refused && refused.faults !== 'changed' && (
        <OtherFaults opened={opened} faults={refused.faults.filter(isOther)} />
      )}
      <p class="lead">{words.lead}</p>
      <EndpointForm opened={opened} refused={refused} version={version} />
      {source.events && (
        <Confirm
          action={`${SOURCES_PATH}/${source.id}/events/remove`}
          button={words.remove}
          of={source.name}
          fields={{ version }}
        >
          {words.removeWhy}
        </Confirm>
      )}
    </BelowSource>,
    status,
  );
}

/** True for a fault of a setting that the form of the endpoint has no field for. */
const isOther = ({ pointer }: SettingFault) => !pointer.startsWith('/events');

/** Settings of the source that can't be used any more, and so keep any of them from being saved. */
function OtherFaults({
  opened: { setUp, source },
  faults,
}: {
  readonly opened: OpenedSource;
  readonly faults: readonly SettingFault[];
}) {
  const { frame, authority } = setUp;
  const words = EVENT_WORDS[frame.language];
  if (faults.length === 0) return null;
  return (
    <div class="fault" role="alert">
      <p>{words.otherFaults}</p>
      <ul>
        {faults.map((fault) => (
          <li>
            {sourceSettingName(fault, frame.language)}: {faultText(fault, frame.language)}
          </li>
        ))}
      </ul>
      <a href={hrefOf(`${SOURCES_PATH}/${source.id}/settings`, authority)}>{SETTINGS_WORDS[frame.language].title}</a>
    </div>
  );
}

function EndpointForm({
  opened: { setUp, source },
  refused,
  version,
}: {
  readonly opened: OpenedSource;
  readonly refused: Refused | null;
  readonly version: string;
}) {
  const { frame } = setUp;
  const words = EVENT_WORDS[frame.language];
  const stored = source.events ?? { url: '', types: null, includePhone: false, format: 'json' };
  const typed = refused?.typed ?? { ...stored, types: stored.types ?? [] };
  const names = STATE_WORDS[frame.language].events;
  const fault = refused && refused.faults !== 'changed' ? refused.faults.find((each) => !isOther(each)) : undefined;
  return (
    <section class="card">
      <ActionForm action={`${SOURCES_PATH}/${source.id}/events`}>
        <input type="hidden" name="version" value={version} />
        <Field
          id="url"
          type="url"
          label={words.url}
          hint={words.urlHint}
          value={typed.url}
          faults={fault && { url: faultText(fault, frame.language) }}
          more={{ maxlength: 500 }}
          required
        />
        <fieldset>
          <legend>{words.types}</legend>
          <small>{words.typesHint}</small>
          {EVENT_TYPES.map((type) => (
            <CheckField
              id={`type-${type}`}
              name="types"
              label={names[type].label}
              value={type}
              checked={typed.types.includes(type)}
            />
          ))}
        </fieldset>
        <CheckField id="includePhone" label={words.includePhone} checked={typed.includePhone} />
        <SelectField id="format" label={words.format} options={Object.entries(words.formats)} value={typed.format} />
        <button type="submit">{words.save}</button>
      </ActionForm>
    </section>
  );
}

/** `POST …/events`: saves the endpoint; its first secret is shown this once. */
export async function saveEndpointForm(c: Context<HttpEnv>, deps: SourcePagesDeps): Promise<Response> {
  const sent = await readSourceForm(c, deps);
  const { form, source, authorityId, actor } = sent;
  const ticked = [form.types ?? []].flat().filter((type) => typeof type === 'string');
  const endpoint = {
    url: fieldOf(form, 'url').trim(),
    types: ticked,
    format: fieldOf(form, 'format'),
    includePhone: fieldOf(form, 'includePhone') === 'on',
  };
  const events = { ...endpoint, types: ticked.length === 0 ? null : ticked };
  const typed = { ...endpoint, version: fieldOf(form, 'version') };
  const change = { source, settings: { events }, version: Number(typed.version), actor };
  const saved = await saveSettings(deps, change);
  if (saved.kind !== 'saved') return eventsPage(c, deps, { typed, faults: faultsOf(saved) }, authorityId);
  const titleIn = (language: PageLanguage) => EVENT_WORDS[language].done.saved;
  const { id, name } = source;
  if (saved.secrets.events) return shownOnce(c, deps, { authorityId, id, name, titleIn }, saved.secrets);
  return backToSource(c, sent, 'saved');
}

/** `POST …/events/remove`: removes the endpoint unless the source was changed since the page was read. */
export async function removeEndpointForm(c: Context<HttpEnv>, deps: SourcePagesDeps): Promise<Response> {
  const sent = await readSourceForm(c, deps);
  const { form, source, authorityId, actor } = sent;
  const version = Number(fieldOf(form, 'version'));
  const saved = await saveSettings(deps, { source, settings: { events: null }, version, actor });
  if (saved.kind !== 'saved') return eventsPage(c, deps, { faults: faultsOf(saved) }, authorityId);
  return backToSource(c, sent, 'removed');
}

function faultsOf(saved: Exclude<Saved, { readonly kind: 'saved' }>): Refused['faults'] {
  return saved.kind === 'changed' ? 'changed' : saved.faults;
}
