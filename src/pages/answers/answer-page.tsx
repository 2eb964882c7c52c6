import { isLanguage } from '../../domain/authority.ts';
import { type Fault, notFound, Problem } from '../../domain/errors.ts';
import { isUuid } from '../../domain/ids.ts';
import { answerCitizen, notAnsweredCode, tryAnswer } from '../../staff/replies/answer-citizen.ts';
import { type Addressee, foreseeAnswer } from '../../staff/replies/answer-outlook.ts';
import type { AnswerWords } from '../../staff/replies/answer-text.ts';
import { readReply } from '../../staff/replies/replies.ts';
import { readStandardAnswers } from '../../staff/templates/standard-answers.ts';
import { FIND } from '../find/find-page.tsx';
import { authorityPage } from '../kit/declared/declare.tsx';
import { type FormField, form } from '../kit/declared/form.tsx';
import type { Content, PageRequest, Visit } from '../kit/declared/visit.ts';
import type { Faults } from '../kit/fields.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import type { PageLanguage } from '../kit/language.ts';
import type { Menu } from '../kit/navigation.ts';
import type { Page } from '../kit/page.ts';
import { REPLIES } from '../replies/replies-page.tsx';
import { faultText } from '../texts/text-parts.tsx';
import { AnswerView, type Came } from './answer-view.tsx';
import { ANSWER_WORDS } from './words.ts';

const NOTHING: Came = {
  typed: { standardAnswer: '', text: '', language: '' },
  faults: {},
  why: null,
  sms: null,
  status: 200,
};

type AddresseeIn = (params: Readonly<Record<string, string>>) => Addressee;

/** A page on which staff write to a citizen, and its form. */
function answerPage(path: string, menu: Menu, addresseeIn: AddresseeIn): Page<PagesDeps> {
  const send = form<PagesDeps>()({
    path,
    title: (language) => ANSWER_WORDS[language].title,
    fields: (language) => {
      const { standard, text, language: spoken, send, preview } = ANSWER_WORDS[language];
      const hidden: FormField = { label: '', type: 'hidden' };
      return {
        standardAnswer: { label: standard },
        text: { label: text, type: 'lines' },
        language: { label: spoken },
        revision: hidden,
        do: { label: '', type: 'buttons', options: Object.entries({ send, preview }) },
      };
    },
    submit: async (request, _, sent) => {
      const { standardAnswer, text, language } = sent;
      const typed = { standardAnswer, text: text.replace(/\r\n?/g, '\n'), language };
      const show = (came: Partial<Came>) => (visit: Visit<PagesDeps>) =>
        contentOf(visit, addresseeIn, { ...NOTHING, typed, ...came });
      const chosen = wordsOf(typed, request.language);
      if ('faults' in chosen) return show({ faults: chosen.faults, status: 422 });
      const answer = answerOf(request, addresseeIn, { typed, revision: sent.revision, words: chosen.words });
      try {
        const { deps, reader } = request;
        if (sent.do === 'preview') return show({ sms: await tryAnswer(deps, reader, answer, deps.now()) });
        await answerCitizen(deps, reader, answer, deps.now());
        return 'sent';
      } catch (error) {
        const why = notAnsweredCode(error);
        if (why !== null) return show({ why, status: 409 });
        return show({ faults: faultsOf(error, request.language), status: 422 });
      }
    },
  });
  return authorityPage<PagesDeps>({
    path,
    right: 'operator',
    menu,
    title: { da: ANSWER_WORDS.da.title, en: ANSWER_WORDS.en.title },
    forms: [send],
    view: (visit) => contentOf(visit, addresseeIn, NOTHING),
  });
}

function answerOf(
  { authorityId, params }: PageRequest<PagesDeps>,
  addresseeIn: AddresseeIn,
  sent: { readonly typed: Came['typed']; readonly revision: string; readonly words: AnswerWords },
) {
  const { typed, revision, words } = sent;
  return {
    authorityId,
    to: addresseeIn(params),
    words,
    language: isLanguage(typed.language) ? typed.language : undefined,
    revision: /^\d{1,9}$/.test(revision) ? Number(revision) : undefined,
  };
}

function wordsOf(
  { standardAnswer, text }: Came['typed'],
  language: PageLanguage,
): { readonly words: AnswerWords } | { readonly faults: Faults } {
  const { choose, faults } = ANSWER_WORDS[language];
  const hasText = text.trim() !== '';
  if (standardAnswer !== '' && hasText) return { faults: { text: faults.both } };
  if (standardAnswer !== '') return { words: { standardAnswer } };
  return hasText ? { words: { text } } : { faults: { standardAnswer: `${choose}.` } };
}

/** The faults of an answer, at its fields. @throws any other error */
function faultsOf(error: unknown, language: PageLanguage): Faults {
  if (!(error instanceof Problem) || error.status !== 422) throw error;
  const said = (fault: Fault) => ANSWER_WORDS[language].faults[fault.code] ?? faultText(language, fault);
  return Object.fromEntries(error.faults.map((fault) => [fault.pointer.slice(1), said(fault)]).reverse());
}

async function contentOf(visit: Visit<PagesDeps>, addresseeIn: AddresseeIn, came: Came): Promise<Content> {
  const { c, deps, authority, authorityId, reader, language, params } = visit;
  const to = addresseeIn(params);
  const now = deps.now();
  const outlook = await foreseeAnswer(deps, reader, { authorityId, to }, now);
  const reply = 'inboundId' in to ? await readReply(deps, reader, authorityId, to.inboundId, now) : null;
  const answers = await readStandardAnswers(deps, authorityId);
  const done = c.req.query('done') === 'sent' ? ANSWER_WORDS[language].done.sent : null;
  const path = c.req.path;
  const props = { authority, outlook, reply, answers, path, came };
  return {
    title: ANSWER_WORDS[language].title,
    done,
    status: came.status,
    body: <AnswerView {...props} />,
  };
}

function uuidOf(id: string | undefined, what: string): string {
  if (id === undefined || !isUuid(id)) throw notFound(what);
  return id;
}

/** `/admin/replies/{id}/answer` and `/admin/find/{appointment}/answer`: staff write to a citizen. */
export const ANSWER_PAGES: readonly Page<PagesDeps>[] = [
  answerPage('/admin/replies/:id/answer', REPLIES, ({ id }) => ({ inboundId: uuidOf(id, 'inbound message') })),
  answerPage('/admin/find/:appointment/answer', FIND, ({ appointment }) => ({
    appointmentId: uuidOf(appointment, 'appointment'),
  })),
];
