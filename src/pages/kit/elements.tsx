import type { Child } from 'hono/jsx';
import { groupedNumber } from '../../domain/phone.ts';
import { useFrame } from './context.tsx';
import { Proof } from './document.tsx';
import type { PageLanguage } from './language.ts';
import { momentText } from './moment-text.ts';
import { DONE_ID, hrefOf } from './navigation.ts';

export { DataTable } from './data-table.tsx';
export { momentText } from './moment-text.ts';

/** The message about a form that did its work, to which its redirect leads (`doneHref`); nothing without a text. */
export function Done({ text }: { readonly text: string | null | undefined }) {
  // The text is looked up by a name from the address, which may be that of a method of every object.
  if (typeof text !== 'string' || text === '') return null;
  return (
    <p class="message" id={DONE_ID} tabindex={-1} role="status">
      {text}
    </p>
  );
}

/** The sentence of a list without entries, with what to do next. */
export function Empty({ children }: { readonly children: Child }) {
  return <p class="empty">{children}</p>;
}

/** A form that changes something in the authority of the page. */
export function ActionForm({
  action,
  multipart,
  live,
  children,
}: {
  readonly action: string;
  /** The form uploads a file. */
  readonly multipart?: boolean;
  /** Our script shows at once what it would mean: posted with `do=preview` it saves nothing. */
  readonly live?: boolean;
  readonly children: Child;
}) {
  const frame = useFrame();
  return (
    <form
      method="post"
      action={action}
      {...(live && { class: 'main-form' })}
      {...(multipart && { enctype: 'multipart/form-data' })}
      {...(live && { 'data-live': 'true' })}
    >
      <Proof proof={frame.proof} />
      {frame.authority && <input type="hidden" name="authority" value={frame.authority.id} />}
      {children}
    </form>
  );
}

/** Names with their values, one below the other on a phone. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, Child])[] }) {
  return (
    <dl class="known">
      {facts.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Links between the pages of one group. */
export function SubNavigation({
  label,
  entries,
  current,
}: {
  readonly label: string;
  /** Addresses with their names. */
  readonly entries: readonly (readonly [string, string])[];
  /** The address of this page, without its query. */
  readonly current: string;
}) {
  const frame = useFrame();
  return (
    <nav class="sub" aria-label={label}>
      {entries.map(([path, name]) => (
        <a href={hrefOf(path, frame.authority)} {...(path === current && { 'aria-current': 'page' })}>
          {name}
        </a>
      ))}
    </nav>
  );
}

/** A moment in the zone of the authority, in the language of the page: `27. nov. 2026 kl. 14.30`. */
export function Moment({
  at,
  timeZone,
  language,
}: {
  readonly at: Date;
  readonly timeZone: string;
  readonly language: PageLanguage;
}) {
  return <time datetime={at.toISOString()}>{momentText(at, timeZone, language)}</time>;
}

/** A citizen's number: a link that dials it, or text where it is masked. */
export function PhoneNumber({ phone }: { readonly phone: string }) {
  if (!/^\+\d+$/.test(phone)) return <>{phoneText(phone)}</>;
  return <a href={`tel:${phone}`}>{phoneText(phone)}</a>;
}

/** A number as people write it: a Danish or a masked one in pairs, any other as its country groups it. */
export function phoneText(phone: string): string {
  if (/^\+45[\d•]{8}$/.test(phone)) return inPairs(phone.slice(3));
  if (/^\+\d+$/.test(phone)) return groupedNumber(phone).replaceAll(' ', '\u00a0');
  const [, country = '', hidden = ''] = /^(\+\d{1,3}|)(•+\d\d)$/.exec(phone) ?? [];
  if (hidden === '') return phone;
  return country === '' ? inPairs(hidden) : `${country}\u00a0${inPairs(hidden)}`;
}

/** A sender as a phone shows it: a name or a short number as it is, a whole number in groups, with its country. */
export function senderText(sender: string): string {
  const [, digits = ''] = /^\+?(\d{9,15})$/.exec(sender) ?? [];
  if (digits === '') return phoneText(sender);
  if (/^45\d{8}$/.test(digits)) return `+45\u00a0${inPairs(digits.slice(2))}`;
  return groupedNumber(`+${digits}`).replaceAll(' ', '\u00a0');
}

/** A number to phone as an SMS prints it, in groups with its country; one without a country stays as it was written. */
export function contactText(phone: string): string {
  return /^\+\d+$/.test(phone) ? senderText(phone) : phone;
}

/** Pairs of digits, the first one alone where they are odd. */
function inPairs(digits: string): string {
  const odd = digits.length % 2;
  return [...(odd === 1 ? [digits.slice(0, 1)] : []), ...(digits.slice(odd).match(/../g) ?? [])].join('\u00a0');
}

/**
 * A button that asks before it acts: it opens to the reason to think twice, with the button that does it.
 * @param of names what it is about, for those who hear the button alone
 */
export function Confirm({
  action,
  button,
  of,
  fields = {},
  more,
  children,
}: {
  readonly action: string;
  readonly button: string;
  readonly of: string;
  /** Hidden fields by their names. */
  readonly fields?: Readonly<Record<string, string>>;
  /** A fault that this came back with, and what it asks for: it stands open then. */
  readonly more?: Child;
  readonly children: Child;
}) {
  return (
    <details class="confirm" open={more !== undefined}>
      <summary>
        {button}
        <span class="unseen"> ({of})</span>
      </summary>
      <ActionForm action={action}>
        <p>{children}</p>
        {more}
        <Hidden fields={fields} />
        <button type="submit">{button}</button>
      </ActionForm>
    </details>
  );
}

/** Characters of a number of an appointment that fits on a line of a phone, whatever stands before it. */
const MOST_WHOLE = 20;

/** A text that ends with the number of an appointment, which no line ends within, unless it is long. */
export function EndsWhole({ text, end }: { readonly text: string; readonly end: string }) {
  if (end === '' || end.length > MOST_WHOLE || !text.endsWith(end)) return <>{text}</>;
  return (
    <>
      {text.slice(0, -end.length)}
      <span class="whole">{end}</span>
    </>
  );
}

/** A secret to be copied, in one piece and without a line break of its own. */
export function Secret({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <p>
      <strong>{label}</strong>
      <br />
      <code class="secret">{value}</code>
    </p>
  );
}

/** Hidden fields of a form. */
export function Hidden({ fields }: { readonly fields: Readonly<Record<string, string>> }) {
  return (
    <>
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  );
}
