import type { Child } from 'hono/jsx';
import type { z } from 'zod';
import type { Right } from '../../../domain/people/access.ts';
import { useFrame } from '../context.tsx';
import { Fault } from '../document.tsx';
import { ActionForm, Confirm } from '../elements.tsx';
import { CheckField, DayField, type Faults, Field, type InputType, SelectField, TextField } from '../fields.tsx';
import { SUBJECT_FIELD } from '../forms.ts';
import type { PageAuthority } from '../frame.tsx';
import { fieldIn, type KeptAction, type KeptForm, type Label } from '../kept-form.ts';
import type { PageLanguage } from '../language.ts';
import { filled } from '../site.ts';
import type { Content, PageRequest, Visit } from './visit.ts';

/** A field of a form, in one language: what it shows, and the sentence for what can't be used. */
export interface FormField {
  readonly label: string;
  readonly hint?: string;
  /**
   * Left out: a line of text, or a choice where there are options. `moment` is a day with a time, `sure` a box that is
   * asked for by a fault, as what it asks back. A fault of what is hidden stands in its place: somebody else has
   * changed what the page showed. `buttons` are several in place of the form's one, each with an option, of which the
   * first is what is meant most.
   */
  readonly type?: InputType | 'day' | 'moment' | 'lines' | 'check' | 'hidden' | 'sure' | 'buttons';
  /** Values with their names. */
  readonly options?: readonly (readonly [value: string, name: string])[];
  /** The sentence about a value that its schema refuses, by the code of the fault where there are several. */
  readonly fault?: string | ((code: string) => string);
  readonly required?: boolean;
  /** Further attributes, as `Field` has them. */
  readonly more?: Readonly<Record<string, string | number>>;
  /** Lines that a text has at least. */
  readonly rows?: number;
  /** The word for an empty value, where it has a meaning. */
  readonly empty?: string;
}

/** The texts of a form as they were typed, by the names of its fields; a box that is ticked is `on`. */
export type Typed<Name extends string = string> = Readonly<Record<Name, string>>;

/** The parameters and texts that a form was sent with, for the sentences that depend on it. */
interface Sent {
  readonly params: Readonly<Record<string, string>>;
  readonly typed: (name: string) => string;
}

/** The outcome of a form. */
export type FormOutcome<D = unknown, A extends PageAuthority | null = PageAuthority> =
  /** The word for what it did (`done` of its page), or the query that leads to where it did it. */
  | string
  | { readonly query: Readonly<Record<string, string | undefined>> }
  | RefusedOutcome
  /** Content of its own, of the page as its sender sees it. */
  | ((visit: Visit<D, A>) => Content | Response | Promise<Content | Response>)
  | Response;

/** A form that comes back. */
interface RefusedOutcome {
  readonly faults: Faults;
  /** Left out: the one that was sent. Another of the page is to be filled in before it. */
  readonly form?: object;
  /** Left out: 422. */
  readonly status?: 409 | 422;
  /** The texts that its fields have again; left out: what was typed. */
  readonly typed?: Typed;
}

/**
 * A form, described once: its fields, how it is read, and how it is named where it is kept over the end of a session.
 * A form without fields is a button that asks before it acts.
 */
export interface FormDescription<Values = unknown, Name extends string = string> {
  /** Its address, with parameters as `:name`. */
  readonly path: string;
  /** Left out: that of its page. */
  readonly right?: Right;
  /** The id of the part of the page that it stands in. */
  readonly part?: string;
  readonly fields?: (language: PageLanguage, sent: Sent) => Readonly<Record<Name, FormField>>;
  /** Labels of fields that the page draws itself, such as those of settings. */
  readonly labels?: (language: PageLanguage, values: Typed) => Readonly<Record<string, Label>>;
  /** Reads what was typed; faults are those of the fields that its paths begin with. */
  readonly schema?: z.ZodType<Values>;
  /** Turns the texts into what the schema reads; left out: the texts themselves. */
  read?(typed: Typed<Name>): unknown;
  readonly title: (language: PageLanguage, sent: Sent) => string;
  /** Left out: the title. */
  readonly button?: (language: PageLanguage, sent: Sent) => string;
  /** The form is about a row of a list, which `SUBJECT_FIELD` names; without that it is not kept. */
  readonly subject?: true;
  /** True where it is done again on its page, since it can't be undone. */
  readonly unkept?: true;
}

/** A form with what it does. */
export interface Form<
  D = never,
  Values = unknown,
  Name extends string = string,
  A extends PageAuthority | null = PageAuthority,
> extends FormDescription<Values, Name> {
  submit(
    request: PageRequest<D, A>,
    values: Values,
    typed: Typed<Name>,
  ): FormOutcome<D, A> | Promise<FormOutcome<D, A>>;
}

/** Declares a form, and lets the compiler find the types of its values and fields. */
export function form<D, A extends PageAuthority | null = PageAuthority>() {
  return <Values, Name extends string>(declared: Form<D, Values, Name, A>): Form<D, Values, Name, A> => declared;
}

const NOTHING_SENT: Sent = { params: {}, typed: () => '' };

/** Reads the texts that were typed in the fields of a form, by their names. */
export function typedIn(form: FormDescription, sent: Readonly<Record<string, unknown>>): Typed {
  const names = Object.keys(form.fields?.('da', NOTHING_SENT) ?? {});
  const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
  return Object.fromEntries([...names, SUBJECT_FIELD].map((name) => [name, textOf(sent[name])]));
}

/** Reads a form. @returns its values, or the faults of its fields in this language */
export function valuesOfForm<Values>(
  form: FormDescription<Values>,
  typed: Typed,
  language: PageLanguage,
): { readonly values: Values } | { readonly faults: Faults } {
  const { schema, fields } = form;
  if (!schema) return { values: undefined as Values };
  const result = schema.safeParse(form.read?.(typed) ?? typed);
  if (result.success) return { values: result.data };
  const known = fields?.(language, NOTHING_SENT) ?? {};
  const faults: Record<string, string> = {};
  for (const issue of result.error.issues) {
    const name = String(issue.path[0] ?? '');
    const { fault = '' } = known[name] ?? {};
    const code = issue.code === 'custom' ? String(issue.params?.code ?? 'custom') : issue.code;
    faults[name] ??= typeof fault === 'function' ? fault(code) : fault;
  }
  return { faults };
}

/** The effect of sending a form, as the page says it where it is kept over the end of a session. */
export function keptActionOf(
  { fields, labels: labelsIn, title, button = title, subject, unkept }: FormDescription,
  language: PageLanguage,
  kept: KeptForm,
  params: Readonly<Record<string, string>>,
): KeptAction | null {
  const about = fieldIn(kept, SUBJECT_FIELD);
  if ((!fields && !labelsIn) || unkept || (subject && about === '')) return null;
  const sent: Sent = { params, typed: (name) => fieldIn(kept, name) };
  const named = Object.entries(fields?.(language, sent) ?? {});
  const labels = named.map(([name, { label, options, type, empty }]): [string, Label | null] => {
    if (type === 'hidden' || type === 'buttons') return [name, null];
    const words = { ...Object.fromEntries(options ?? []), ...(empty !== undefined && { '': empty }) };
    return [name, Object.keys(words).length > 0 ? [label, words] : label];
  });
  const own = labelsIn?.(language, Object.fromEntries(kept.fields));
  const what = title(language, sent);
  const [pressed, { options = [] }] = named.find(([, { type }]) => type === 'buttons') ?? ['', {}];
  const chosen = options.find(([value]) => value === fieldIn(kept, pressed)) ?? options[0];
  return {
    title: subject ? `${what}: ${about}` : what,
    button: chosen?.[1] ?? button(language, sent),
    labels: { ...own, ...Object.fromEntries(labels), ...(subject && { [SUBJECT_FIELD]: null }) },
  };
}

interface FormProps {
  readonly form: FormDescription;
  /** Parameters of its address. */
  readonly params?: Readonly<Record<string, string>>;
  /** The texts that its fields begin with. */
  readonly values?: Typed;
  /** The subject, where it is kept by that. */
  readonly about?: string;
  /** Stands between the title and the fields. */
  readonly children?: Child;
  /** True where the page is for something else. */
  readonly plain?: boolean;
  /** The id of the part of the page that it leads to. */
  readonly to?: string;
  /** The id of the text that tells its row from others, for those who hear the button alone. */
  readonly of?: string;
}

/** The fields of a form with its button; after a refusal with what was typed, and with what is wrong. */
export function FormBody({ form, params = {}, values = {}, about, children, plain = false, to, of }: FormProps) {
  const { language, refused } = useFrame();
  const back = refused?.form === form ? refused : null;
  const sent: Sent = { params, typed: (name) => back?.typed[name] ?? values[name] ?? '' };
  const hasButtons = Object.values(form.fields?.(language, NOTHING_SENT) ?? {}).some(({ type }) => type === 'buttons');
  return (
    <ActionForm action={filled(form.path, params) + (to === undefined ? '' : `#${to}`)}>
      {children}
      {form.subject && <input type="hidden" name={SUBJECT_FIELD} value={about ?? ''} />}
      <FormFields form={form} values={{ ...values, ...back?.typed }} faults={back?.faults} />
      {!hasButtons && (
        <button type="submit" {...(plain && { class: 'plain' })} {...(of !== undefined && { 'aria-describedby': of })}>
          {(form.button ?? form.title)(language, sent)}
        </button>
      )}
    </ActionForm>
  );
}

interface FieldsProps extends Required<Pick<FormProps, 'form' | 'values'>> {
  readonly faults: Faults | undefined;
}

/** The fields of a form, without its button. */
export function FormFields({ form, values, faults }: FieldsProps) {
  const { language } = useFrame();
  return Object.entries(form.fields?.(language, NOTHING_SENT) ?? {}).map(([id, field]) => (
    <FormInput id={id} field={field} value={values[id] ?? ''} faults={faults} />
  ));
}

type InputProps = Pick<FieldsProps, 'faults'> & { readonly id: string; readonly field: FormField; value: string };

function FormInput({ id, field, value, faults }: InputProps) {
  const { language } = useFrame();
  const { label, hint, type, options, required = false, more = {}, rows = 4 } = field;
  const shared = { id, label, hint, faults };
  if (type === 'buttons')
    return (
      <p class="buttons">
        {options?.map(([option, name], at) => (
          <button type="submit" name={id} value={option} {...(at > 0 && { class: 'plain' })}>
            {name}
          </button>
        ))}
      </p>
    );
  if (options) return <SelectField {...shared} options={options} value={value} required={required} />;
  if (type === 'hidden')
    return (
      <>
        <input type="hidden" name={id} value={value} />
        <Fault text={faults?.[id]} id={`${id}-fault`} />
      </>
    );
  if (type === 'sure')
    return faults?.[id] === undefined ? null : (
      <>
        <Fault text={faults[id]} id={`${id}-fault`} />
        <CheckField id={id} label={label} checked={false} />
      </>
    );
  if (type === 'check') return <CheckField id={id} label={label} checked={value === 'on'} faults={faults} />;
  if (type === 'lines') return <TextField {...shared} value={value} rows={rows} />;
  if (type === 'day' || type === 'moment')
    return <DayField {...shared} language={language} value={value} timed={type === 'moment'} required={required} />;
  return <Field {...shared} type={type ?? 'text'} value={value} required={required} more={more} />;
}

/** A card with the title of a form and the form. */
export function FormCard({ id, ...props }: FormProps & { readonly id: string }) {
  const { form, params = {}, values = {} } = props;
  const { language } = useFrame();
  return (
    <section class="card" id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{form.title(language, { params, typed: (name) => values[name] ?? '' })}</h2>
      <FormBody {...props} />
    </section>
  );
}

/** The button of a form without fields, which asks before it acts. @param props.of names what it is about */
export function ConfirmForm({
  form,
  params = {},
  of,
  children,
}: {
  readonly form: FormDescription;
  readonly params?: Readonly<Record<string, string>>;
  readonly of: string;
  readonly children: Child;
}) {
  const { language, refused } = useFrame();
  const button = (form.button ?? form.title)(language, { params, typed: () => '' });
  const faults = refused?.form === form ? refused.faults : undefined;
  const asked = faults && <FormFields form={form} values={{}} faults={faults} />;
  return (
    <Confirm action={filled(form.path, params)} button={button} of={of} more={asked}>
      {children}
    </Confirm>
  );
}
