import type { Authority, Language } from '../../domain/authority.ts';
import { type Fault, Problem, refusedRequest } from '../../domain/errors.ts';
import { faultsOfOwnWords } from '../../domain/planning/staff-answer.ts';
import { STAFF_ANSWER } from '../../domain/reminder.ts';
import { countSegments } from '../../domain/sms/segments.ts';
import { foldPunctuation } from '../../domain/sms/sms-text.ts';
import type { SmsGateway } from '../../gateways/gateway.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { compileTemplate, inspectTemplate, type Rendered, render, variablesForAnswer } from '../../templates/index.ts';
import { lengthFaults, textFaults } from '../gateways/rules.ts';
import { findStandardAnswer } from '../templates/standard-answers.sql.ts';

/** Words that staff answer with: the id of a standard answer, or words of their own. */
export type AnswerWords = { readonly standardAnswer: string } | { readonly text: string };

/** The SMS of an answer. */
type AnswerSms = Extract<Rendered, { readonly text: string }>;

/** Where the texts of an answer go: its authority, the number to call that they print, its language and gateway. */
interface AnswerFrame {
  readonly authority: Authority;
  /** The number to call of the appointment; null: that of the authority. */
  readonly contactPhone: string | null;
  readonly language: Language;
  /** null: none is in use, and what it would change of the text is not known. */
  readonly gateway: SmsGateway | null;
}

/**
 * The SMS of an answer, as it would be sent.
 * @throws Problem 422 at `/standardAnswer` for an unknown one, at `/text` for own words that can't be sent
 */
export async function writeAnswer(deps: DatabaseAccess, words: AnswerWords, frame: AnswerFrame): Promise<AnswerSms> {
  const sms = 'text' in words ? ownWords(words.text, frame) : await standardAnswer(deps, words.standardAnswer, frame);
  const { authority, gateway } = frame;
  const used = gateway ? [gateway] : [];
  const pointer = 'text' in words ? '/text' : '/standardAnswer';
  const faults = [
    ...textFaults(used, authority, sms.text),
    ...lengthFaults(used, authority, { segments: sms.segments, characters: sms.text.length }),
  ];
  if (faults.length > 0) throw refusedRequest(faults.map((fault) => ({ ...fault, pointer })));
  return sms;
}

function ownWords(typed: string, { authority, contactPhone, gateway }: AnswerFrame): AnswerSms {
  if (!authority.staffMayWrite)
    throw refusedAt('/text', 'own_words_off', 'Own words are off (staffMayWrite): choose a standard answer.');
  const text = foldPunctuation(typed.replace(/\r\n?/g, '\n')).trim();
  const contacts = [contactPhone, authority.contactPhone].flatMap((phone) => phone ?? []);
  const faults = faultsOfOwnWords(text, contacts).map((fault): Fault => ({ pointer: '/text', ...fault }));
  if (faults.length > 0) throw refusedRequest(faults);
  const fitted = gateway?.fitText?.(text) ?? text;
  return { text: fitted, ...sizeOf(fitted) };
}

function sizeOf(text: string): Pick<AnswerSms, 'encoding' | 'segments'> {
  const { encoding, segments } = countSegments(text);
  return { encoding, segments };
}

async function standardAnswer({ db }: DatabaseAccess, id: string, frame: AnswerFrame): Promise<AnswerSms> {
  const { authority, contactPhone, language, gateway } = frame;
  const found = await findStandardAnswer(db, { authorityId: authority.id, id });
  if (!found) throw refusedAt('/standardAnswer', 'unknown', 'There is no such standard answer.');
  // It was checked when it was saved: only a later release can refuse it.
  const isUsable = inspectTemplate(found[language], STAFF_ANSWER).faults.length === 0;
  const speaker = { ...authority, contactPhone: contactPhone ?? authority.contactPhone };
  const values = variablesForAnswer(speaker, authority.inboundKeyword);
  const rendered: Rendered = isUsable
    ? render(compileTemplate(STAFF_ANSWER, language, found.version, found[language]), values, (text) => {
        return gateway?.fitText?.(text) ?? text;
      })
    : { refused: 'failed' };
  if (rendered.refused === undefined) return rendered;
  throw refusedAt('/standardAnswer', rendered.refused, 'This standard answer can not be sent: save it anew.');
}

function refusedAt(pointer: string, code: string, detail: string): Problem {
  return new Problem(422, 'invalid', detail, { faults: [{ pointer, code, detail }] });
}
