import { MEETINGS } from '../../domain/authority.ts';
import { CheckField, Field, TextField } from '../kit/fields.tsx';
import { DurationField, type FieldsProps } from './section-fields.tsx';
import { isTicked, ruleIndexes } from './values.ts';

/** The fields of when SMS are sent. */
export function PlanningFields(props: FieldsProps) {
  const { words, values, edits } = props;
  // The last one is empty, for whoever may add a rule.
  const indexes = ruleIndexes(values).filter((index) => edits || values[`rule-${index}-id`] !== '');
  return (
    <>
      <fieldset class="group">
        <legend>{words.rulesTitle}</legend>
        {indexes.length <= (edits ? 1 : 0) && <p>{words.noRules}</p>}
        {indexes.map((index, nth) => (
          <RuleFields {...props} index={index} nth={nth + 1} />
        ))}
      </fieldset>
      <WindowFields {...props} />
      <NoticeFields {...props} />
      <fieldset class="group">
        <legend>{words.limitsTitle}</legend>
        <DurationField {...props} id="lateBooking" label={words.lateBooking} hint={words.lateBookingHint} />
        <DurationField {...props} id="minimumNotice" label={words.minimumNotice} />
        <DurationField {...props} id="minimumGap" label={words.minimumGap} />
      </fieldset>
    </>
  );
}

function RuleFields({ index, nth, ...props }: FieldsProps & { readonly index: number; readonly nth: number }) {
  const { words, values, faults, edits } = props;
  const prefix = `rule-${index}`;
  const id = values[`${prefix}-id`] ?? '';
  return (
    <fieldset class="group">
      <legend>{id === '' ? words.newRule : words.rule(nth)}</legend>
      <input type="hidden" name={`${prefix}-id`} value={id} />
      <div class="row">
        <DurationField {...props} id={prefix} label={words.lead} />
        <Field
          id={`${prefix}-at`}
          label={words.at}
          type="time"
          value={values[`${prefix}-at`] ?? ''}
          faults={faults}
          hint={words.atHint}
        />
      </div>
      <LimitFields {...props} prefix={prefix} />
      {edits && id !== '' && (
        <CheckField id={`${prefix}-remove`} label={words.remove} checked={isTicked(values, `${prefix}-remove`)} />
      )}
    </fieldset>
  );
}

/** The appointments that a rule is for. To readers who may not change it nothing stands where it is for all. */
function LimitFields({ prefix, words, values, faults, edits }: FieldsProps & { readonly prefix: string }) {
  const departments = values[`${prefix}-departments`] ?? '';
  const hasKinds = MEETINGS.some((kind) => isTicked(values, `${prefix}-${kind}`));
  const limited = hasKinds || departments !== '';
  if (!edits && !limited) return null;
  return (
    <details open={limited}>
      <summary>{edits ? words.further : words.limitedTo}</summary>
      {(edits || hasKinds) && (
        <fieldset class="bare">
          <legend>{words.kinds}</legend>
          {MEETINGS.map((kind) => (
            <CheckField
              id={`${prefix}-${kind}`}
              label={words.kindNames[kind]}
              checked={isTicked(values, `${prefix}-${kind}`)}
            />
          ))}
        </fieldset>
      )}
      {(edits || departments !== '') && (
        <TextField
          id={`${prefix}-departments`}
          label={words.departments}
          faults={faults}
          hint={edits ? words.departmentsHint : undefined}
          value={departments}
          rows={3}
        />
      )}
    </details>
  );
}

function WindowFields({ words, values, faults, edits }: FieldsProps) {
  const closedDays = values.closedDays ?? '';
  const checks = ['weekdaysOnly', 'publicHolidays'] as const;
  return (
    <fieldset class="group">
      <legend>{words.windowTitle}</legend>
      <CheckField id="window" label={words.window} checked={isTicked(values, 'window')} />
      <p>{words.windowHint}</p>
      <div class="row">
        {(['from', 'to'] as const).map((id) => (
          <Field id={id} label={words[id]} type="time" value={values[id] ?? ''} faults={faults} />
        ))}
      </div>
      {checks.map((id) => (
        <CheckField id={id} label={words[id]} checked={isTicked(values, id)} />
      ))}
      <Field
        id="closedDays"
        label={words.closedDays}
        faults={faults}
        hint={edits ? words.closedDaysHint : undefined}
        value={edits ? closedDays : closedDays || words.closedDaysNone}
      />
    </fieldset>
  );
}

function NoticeFields(props: FieldsProps) {
  const { words, values } = props;
  return (
    <fieldset class="group">
      <legend>{words.noticesTitle}</legend>
      {(['booked', 'moved', 'cancelled'] as const).map((id) => (
        <CheckField id={id} label={words[id]} checked={isTicked(values, id)} />
      ))}
      <DurationField {...props} id="noticeDelay" label={words.noticeDelay} hint={words.noticeDelayHint} />
    </fieldset>
  );
}
