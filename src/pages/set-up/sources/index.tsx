import type { Describe } from '../../kit/kept-form.ts';
import type { Page } from '../../kit/page.ts';
import { labelsOf } from '../../settings/setting.ts';
import { SECRET } from '../../settings/signing.tsx';
import { SOURCE_SETTINGS } from '../../settings/source.tsx';
import { STATE_WORDS } from '../../states/state-words.ts';
import { SET_UP, setUpPath, setUpTab } from '../frame.tsx';
import { DELIVERIES_PAGE } from './deliveries-page.tsx';
import { EVENT_WORDS } from './event-words.ts';
import { eventsPage, removeEndpointForm, saveEndpointForm } from './events-page.tsx';
import { makeSourceForm, sourcesPage } from './list-page.tsx';
import { addSecretForm, endSecretForm } from './secrets.tsx';
import { SETTINGS_WORDS, settingsForm, settingsPage } from './settings-page.tsx';
import type { SourcePagesDeps } from './source-frame.tsx';
import { pauseForm, resumeForm, sourcePage } from './source-page.tsx';
import { SOURCES_WORDS } from './words.ts';

const LIST = setUpPath('sources');
const ONE = `${LIST}/:source`;

const makeSource: Describe = (language) => {
  const { make, id } = SOURCES_WORDS[language];
  const { name, mode } = SOURCE_SETTINGS;
  return { title: make, button: make, labels: { ...labelsOf({ name, mode }, language, {}), id } };
};

const sourceSettings: Describe = (language, form, { source = '' }) => {
  const labels = labelsOf(SOURCE_SETTINGS, language, Object.fromEntries(form.fields));
  const fhirAuthorization = SOURCE_SETTINGS.fhirAuthorization.alone?.[language] ?? '';
  const secrets = { secret: SECRET[language], fhirAuthorization };
  const { title, save } = SETTINGS_WORDS[language];
  return { title: `${title}: ${source}`, button: save, labels, secrets };
};

const pauseSource: Describe = (language, _, { source = '' }) => {
  const { pause, reason, until } = SOURCES_WORDS[language];
  return { title: `${pause}: ${source}`, button: pause, labels: { reason, until } };
};

const endpoint: Describe = (language, _, { source = '' }) => {
  const { title, url, types, includePhone, format, formats, save } = EVENT_WORDS[language];
  const events = Object.entries(STATE_WORDS[language].events).map(([type, { label }]) => [type, label] as const);
  const labels = { url, types: [types, Object.fromEntries(events)] as const, includePhone };
  return { title: `${title}: ${source}`, button: save, labels: { ...labels, format: [format, formats] } };
};

/** The pages of booking systems. */
export const SOURCES_PAGES: readonly Page<SourcePagesDeps>[] = [
  {
    path: LIST,
    right: 'whole-viewer',
    menu: SET_UP,
    tab: setUpTab('sources'),
    open: (c, deps) => sourcesPage(c, deps),
    forms: [{ path: LIST, right: 'whole-administrator', describe: makeSource, send: makeSourceForm }],
  },
  {
    path: ONE,
    right: 'whole-viewer',
    menu: SET_UP,
    open: (c, deps) => sourcePage(c, deps),
    forms: [
      { path: `${ONE}/pause`, right: 'whole-operator', part: 'pause', describe: pauseSource, send: pauseForm },
      { path: `${ONE}/resume`, right: 'whole-operator', part: 'pause', send: resumeForm },
      {
        path: `${ONE}/secrets`,
        right: 'whole-administrator',
        part: 'secrets',
        send: (c, deps) => addSecretForm(c, deps, false),
      },
      {
        path: `${ONE}/secrets-for-events`,
        right: 'whole-administrator',
        part: 'event-secrets',
        send: (c, deps) => addSecretForm(c, deps, true),
      },
      { path: `${ONE}/secrets/:id/end`, right: 'whole-administrator', part: 'secrets', send: endSecretForm },
    ],
  },
  {
    path: `${ONE}/settings`,
    right: 'whole-administrator',
    menu: SET_UP,
    open: (c, deps) => settingsPage(c, deps),
    forms: [{ path: `${ONE}/settings`, right: 'whole-administrator', describe: sourceSettings, send: settingsForm }],
  },
  {
    path: `${ONE}/events`,
    right: 'whole-administrator',
    menu: SET_UP,
    open: (c, deps) => eventsPage(c, deps),
    forms: [
      { path: `${ONE}/events`, right: 'whole-administrator', describe: endpoint, send: saveEndpointForm },
      { path: `${ONE}/events/remove`, right: 'whole-administrator', send: removeEndpointForm },
    ],
  },
  DELIVERIES_PAGE,
];
