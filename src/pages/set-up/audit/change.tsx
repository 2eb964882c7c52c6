import type { PageLanguage } from '../../kit/language.ts';
import { DRY_RUN_WORDS } from '../../rules/dry-run-words.ts';
import type { LabelPart } from './fields.ts';
import type { Lines } from './lines.ts';
import { AUDIT_WORDS } from './words.ts';

/** The change that an entry records, folded in until somebody opens it; nothing where it says nothing of that. */
export function Change({
  lines: { shown, unshown },
  of,
  language,
}: {
  readonly lines: Lines;
  readonly of: string;
  readonly language: PageLanguage;
}) {
  const words = AUDIT_WORDS[language];
  if (shown.length === 0) return null;
  return (
    <details>
      <summary>
        {words.details}
        <span class="unseen"> ({of})</span>
      </summary>
      <dl class="changes">
        {shown.map(({ label, before, after }) => (
          <div>
            <dt>
              <Label parts={label} />
            </dt>
            <dd>
              {before !== '' && (
                <del>
                  <span class="unseen">{words.before}: </span>
                  {before}
                </del>
              )}{' '}
              {after !== '' && (
                <ins>
                  <span class="unseen">{words.after}: </span>
                  {after}
                </ins>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {unshown > 0 && <p>{DRY_RUN_WORDS[language].unshown(unshown)}</p>}
    </details>
  );
}

function Label({ parts }: { readonly parts: readonly LabelPart[] }) {
  return (
    <>
      {parts.map(({ text, isName }, nth) => (
        <>
          {nth > 0 && ': '}
          {isName ? <code>{text}</code> : text}
        </>
      ))}
    </>
  );
}
