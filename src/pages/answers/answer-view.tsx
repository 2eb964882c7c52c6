import { LANGUAGES, type Language } from '../../domain/authority.ts';
import type { NotAnswered } from '../../domain/planning/staff-answer.ts';
import type { AnswerOutlook } from '../../staff/replies/answer-outlook.ts';
import type { InboundView } from '../../staff/replies/replies.ts';
import type { StandardAnswer } from '../../staff/templates/standard-answers.ts';
import { actorText } from '../kit/actor-words.ts';
import { useFrame } from '../kit/context.tsx';
import { ActionForm, momentText } from '../kit/elements.tsx';
import { type Faults, SelectField, TextField } from '../kit/fields.tsx';
import type { PageAuthority } from '../kit/frame.tsx';
import { hrefOf, storyOf } from '../kit/navigation.ts';
import { LANGUAGE_NAMES } from '../kit/words.ts';
import { ANSWER_WORDS } from './words.ts';

/** The form as it was sent before, and what came of it. */
export interface Came {
  readonly typed: {
    readonly standardAnswer: string;
    readonly text: string;
    /** Empty: that of the citizen. */
    readonly language: string;
  };
  readonly faults: Faults;
  /** Why it was not sent; null: for no reason of its own. */
  readonly why: NotAnswered | null;
  /** As it would be sent. */
  readonly sms: { readonly text: string; readonly segments: number } | null;
  readonly status: 200 | 409 | 422;
}

interface AnswerViewProps {
  readonly authority: PageAuthority;
  readonly outlook: AnswerOutlook;
  /** null: it is about an appointment, and no reply. */
  readonly reply: InboundView | null;
  readonly answers: readonly StandardAnswer[];
  /** The address of the page. */
  readonly path: string;
  readonly came: Came;
}

/** The reply with what was answered, and the form of the next answer, or why there can be none now. */
export function AnswerView(props: AnswerViewProps) {
  const { authority, outlook, reply, came } = props;
  const { language } = useFrame();
  const words = ANSWER_WORDS[language];
  const { appointment, last } = outlook;
  const why = came.why ?? outlook.why;
  const at = (moment: Date) => momentText(moment, authority.timeZone, language);
  const isLate = why === 'answered_lately' && last !== null;
  return (
    <>
      {reply && (
        <p>
          <a href={hrefOf('/admin/replies', authority)}>{words.toReplies}</a>
        </p>
      )}
      {reply && (
        <>
          <p>{words.wrote(at(reply.receivedAt))}</p>
          <blockquote>{reply.text ?? words.erased}</blockquote>
        </>
      )}
      {appointment && (
        <p>
          {words.about(appointment.reference, appointment.start_at && at(appointment.start_at))}{' '}
          <a href={storyOf(authority, appointment.id)}>{words.toAppointment}</a>
        </p>
      )}
      {reply?.answers.map((each) => (
        <>
          <p>{words.before(actorText(each.by, language), at(each.at))}</p>
          <blockquote>{each.text ?? words.erased}</blockquote>
        </>
      ))}
      {why !== null && (
        <p class="warning" {...(came.status === 409 && { role: 'alert' })}>
          {isLate ? words.lately(actorText(last.by, language), at(last.at)) : words.not[why]}
        </p>
      )}
      {(why === null || came.status !== 200 || came.sms) && <AnswerForm {...props} />}
    </>
  );
}

function AnswerForm({ outlook, answers, path, came }: AnswerViewProps) {
  const { language } = useFrame();
  const words = ANSWER_WORDS[language];
  const { typed, faults, sms } = came;
  const { mayWrite, appointment } = outlook;
  if (answers.length === 0 && !mayWrite && typed.text === '') return <p class="empty">{words.none}</p>;
  const options = [
    ['', mayWrite ? words.own : words.choose] as const,
    ...answers.map(({ id, name }) => [id, name] as const),
  ];
  const spoken = LANGUAGES.map((each) => [each, LANGUAGE_NAMES[language][each]] as const);
  return (
    <ActionForm action={path}>
      <p class="lead">{words.lead}</p>
      <input type="hidden" name="revision" value={String(appointment?.revision ?? '')} />
      <SelectField
        id="standardAnswer"
        label={words.standard}
        options={options}
        value={typed.standardAnswer}
        faults={faults}
      />
      <Texts answers={answers} language={outlook.language} />
      {(mayWrite || typed.text !== '') && (
        <TextField id="text" label={words.text} hint={words.textHint} value={typed.text} faults={faults} />
      )}
      <SelectField id="language" label={words.language} options={spoken} value={typed.language || outlook.language} />
      {sms && (
        <figure class="handset">
          <figcaption>{words.shown}</figcaption>
          <p class="sms">{sms.text}</p>
        </figure>
      )}
      {sms && <p class="size">{words.costs(sms.segments)}</p>}
      <p class="buttons">
        <button type="submit" name="do" value="send">
          {words.send}
        </button>
        <button class="plain" type="submit" name="do" value="preview">
          {words.preview}
        </button>
      </p>
    </ActionForm>
  );
}

/** The texts to choose from, folded: their names stand in the choice. */
function Texts({ answers, language }: { readonly answers: readonly StandardAnswer[]; readonly language: Language }) {
  const words = ANSWER_WORDS[useFrame().language];
  if (answers.length === 0) return null;
  return (
    <details>
      <summary>{words.texts}</summary>
      <dl class="explained">
        {answers.map((answer) => (
          <div>
            <dt>{answer.name}</dt>
            <dd lang={language}>{answer[language]}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
