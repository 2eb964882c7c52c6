import { inTransaction } from '../../database/transaction.ts';
import { type Authority, LANGUAGES, type Language } from '../../domain/authority.ts';
import { changedMeanwhile, type Fault, notFound, Problem, refusedFor } from '../../domain/errors.ts';
import { STAFF_ANSWER } from '../../domain/reminder.ts';
import { holdsNumber } from '../../domain/text/numbers.ts';
import type { DatabaseAccess, GatewayAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { lockAuthority } from '../../store/authorities.ts';
import { compileTemplate, inspectTemplate, render, variablesForAnswer } from '../../templates/index.ts';
import { usable } from './save.ts';
import {
  findStandardAnswer,
  listStandardAnswers,
  removeStandardAnswer,
  type StandardAnswer,
  storeStandardAnswer,
} from './standard-answers.sql.ts';

export type { StandardAnswer } from './standard-answers.sql.ts';

/** The most standard answers of an authority: more than staff can choose from at a glance. */
export const MOST_STANDARD_ANSWERS = 20;
/** Characters of the name of one. */
export const MOST_NAME_CHARACTERS = 60;

/** The standard answers of an authority, by their names. */
export async function readStandardAnswers({ db }: DatabaseAccess, authorityId: string): Promise<StandardAnswer[]> {
  return listStandardAnswers(db, authorityId);
}

interface StandardAnswerRequest extends Pick<StandardAnswer, 'id' | 'name' | Language> {
  readonly authorityId: string;
  readonly actor: string;
  /** The version that was changed, 0 for a new one; left out: whatever there is. */
  readonly seen?: number;
}

/**
 * Saves a standard answer under its id, whether there was one or not. The audit keeps what it was before.
 * @returns `created` where there was none
 * @throws Problem 404 for an unknown authority; 422 for a text that can't be sent, at `/da` or `/en`, and `full` for
 * one too many; 409 `changed` where somebody else has saved or deleted it since
 */
export async function saveStandardAnswer(
  deps: DatabaseAccess & GatewayAccess,
  { authorityId, id, name, seen, actor, ...request }: StandardAnswerRequest,
  now: Date,
): Promise<{ readonly answer: StandardAnswer; readonly created: boolean }> {
  return inTransaction(deps.db, async (trx) => {
    // Its row also keeps two at once from saving the one that is too many.
    const authority = await lockAuthority(trx, authorityId);
    if (!authority) throw notFound('authority');
    const texts = checked(deps, authority, request);
    const before = await findStandardAnswer(trx, { authorityId, id });
    if (seen !== undefined && seen !== (before?.version ?? 0))
      throw changedMeanwhile('Somebody else has saved or deleted this standard answer meanwhile: read it again.');
    if (!before && (await listStandardAnswers(trx, authorityId)).length >= MOST_STANDARD_ANSWERS)
      throw refusedFor('full', 'id', `There are ${MOST_STANDARD_ANSWERS} standard answers: delete one of them first.`);
    const answer = { id, name, ...texts, version: (before?.version ?? 0) + 1 };
    await storeStandardAnswer(trx, authorityId, answer, now);
    const entry = { actor, action: 'standard-answer.save', authorityId, target: id };
    await writeAudit(trx, { ...entry, before: before && audited(before), after: audited(answer) }, now);
    return { answer, created: !before };
  });
}

/** Deletes a standard answer; the audit keeps it. @throws Problem 404 for an unknown one */
export async function deleteStandardAnswer(
  { db }: DatabaseAccess,
  { authorityId, id, actor }: Pick<StandardAnswerRequest, 'authorityId' | 'id' | 'actor'>,
  now: Date,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const before = await removeStandardAnswer(trx, authorityId, id);
    if (!before) throw notFound('standard answer');
    const entry = { actor, action: 'standard-answer.delete', authorityId, target: id };
    await writeAudit(trx, { ...entry, before: audited(before) }, now);
  });
}

function audited({ id: _, ...answer }: StandardAnswer) {
  return answer;
}

/** The texts as they are stored. @throws Problem 422 with all that is wrong with them */
function checked(
  deps: GatewayAccess,
  authority: Authority,
  request: Readonly<Record<Language, string>>,
): Record<Language, string> {
  const faults: Fault[] = [];
  const textIn = (language: Language) => {
    const found = usable(deps, authority, { name: STAFF_ANSWER, language, text: request[language] });
    const all = found.faults.length === 0 && holdsNumber(found.text) ? [NUMBER] : found.faults;
    faults.push(...all.map((fault) => ({ ...fault, pointer: `/${language}` })));
    return found.text;
  };
  const texts = { da: textIn('da'), en: textIn('en') } satisfies Record<Language, string>;
  if (faults.length > 0) throw new Problem(422, 'template-refused', REFUSED, { faults });
  return texts;
}

const REFUSED = 'This wording can not be used: see errors.';
const NUMBER: Fault = {
  pointer: '/text',
  code: 'holds_number',
  detail: 'This looks like it holds a phone number: print {{contactPhone}}, which follows the settings.',
};

/** How many segments a standard answer of an authority is billed as in each language; null: it can't be sent. */
export function answerSegments(
  answer: StandardAnswer,
  authority: Pick<Authority, 'name' | 'contactPhone' | 'inboundKeyword'>,
): Record<Language, number | null> {
  const values = variablesForAnswer(authority, authority.inboundKeyword);
  const segmentsIn = (language: Language) => {
    if (inspectTemplate(answer[language], STAFF_ANSWER).faults.length > 0) return null;
    const printed = render(compileTemplate(STAFF_ANSWER, language, answer.version, answer[language]), values);
    return printed.refused === undefined ? printed.segments : null;
  };
  return Object.fromEntries(LANGUAGES.map((language) => [language, segmentsIn(language)])) as ReturnType<
    typeof answerSegments
  >;
}
