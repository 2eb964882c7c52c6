import { SaxesParser, type SaxesTagPlain } from 'saxes';

/** How people give a value: `secret` is never shown again, and `hidden` never typed. */
export type FieldKind = 'typed' | 'secret' | 'choice' | 'box' | 'hidden' | 'file' | 'button';

/** A field of a form as a page shows it. */
export interface PageField {
  readonly id: string;
  readonly name: string;
  readonly kind: FieldKind;
  /** Type of an `input`, such as `date`; the element's name otherwise. */
  readonly type: string;
  readonly required: boolean;
  /** For a choice the one that is chosen. */
  readonly value: string;
  /** Values of a choice. */
  readonly options: readonly string[];
  /** False for a box that is not ticked, and for a button. */
  readonly sent: boolean;
  /** It is marked as wrong, with a reason that belongs to it. */
  readonly marked: boolean;
}

/** A form of a page. */
export interface PageForm {
  readonly method: 'get' | 'post';
  readonly action: string;
  readonly multipart: boolean;
  readonly fields: readonly PageField[];
}

/** A page as a browser would take it apart. */
export interface ReadPage {
  readonly language: string;
  /** Addresses of links, in the order of the page. */
  readonly links: readonly string[];
  readonly forms: readonly PageForm[];
  /** Everything that is read, with a blank between two elements. */
  readonly text: string;
  /** The sentences that say what is wrong. */
  readonly faults: readonly string[];
  /** The names of its elements. */
  readonly elements: ReadonlySet<string>;
  /** The names of its attributes. */
  readonly attributes: ReadonlySet<string>;
}

type Attributes = Readonly<Record<string, string>>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type OpenField = Mutable<PageField> & { readonly options: string[] };
type OpenForm = Omit<PageForm, 'fields'> & { fields: OpenField[] };

/** Text without characters that XML has no place for, and that a browser shows or replaces. */
function legible(html: string): string {
  return html.replaceAll(/[^\P{Cc}\t\n\r]|\p{Cs}|[\ufffe\uffff]/gu, '\ufffd');
}

/**
 * Takes a page of ours apart. Our pages are well-formed, so that text which would be taken for markup is noticed.
 * @throws Error for a page that is not
 */
export function readPage(html: string): ReadPage {
  const reading = new Reading();
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => reading.open(tag));
  parser.on('closetag', ({ name }) => reading.close(name));
  parser.on('text', (text) => reading.take(text));
  parser.write(legible(html.replace('<!doctype html>', ''))).close();
  return reading.page;
}

/** The fields that a browser sends, in their order, without those of buttons. */
export function sentFields(form: PageForm): (readonly [name: string, value: string])[] {
  return form.fields.flatMap(({ name, value, sent }) => (sent && name !== '' ? [[name, value] as const] : []));
}

class Reading {
  readonly page = {
    language: '',
    links: [] as string[],
    forms: [] as OpenForm[],
    text: '',
    faults: [] as string[],
    elements: new Set<string>(),
    attributes: new Set<string>(),
  };
  #form: OpenForm | null = null;
  #choice: OpenField | null = null;
  #area: OpenField | null = null;
  #fault = 0;
  /** Depths of fieldsets, and those of them that are disabled: browsers leave their fields out. */
  readonly #fieldsets: boolean[] = [];

  open({ name, attributes }: SaxesTagPlain): void {
    const { page } = this;
    page.elements.add(name);
    for (const attribute of Object.keys(attributes)) page.attributes.add(attribute);
    if (this.#fault > 0 || isFault(attributes)) {
      if (this.#fault === 0) page.faults.push('');
      this.#fault++;
    }
    if (name === 'html') page.language = attributes.lang ?? '';
    if (name === 'a' && attributes.href) page.links.push(attributes.href);
    if (name === 'form') this.#openForm(attributes);
    if (name === 'fieldset') this.#fieldsets.push(attributes.disabled !== undefined);
    if (['input', 'select', 'textarea', 'button'].includes(name)) this.#openField(name, attributes);
    if (name === 'option' && this.#choice) addOption(this.#choice, attributes);
  }

  #openForm(attributes: Attributes): void {
    this.#form = {
      method: attributes.method === 'post' ? 'post' : 'get',
      // The rest is where the browser goes on the page that answers.
      action: attributes.action?.split('#')[0] ?? '',
      multipart: attributes.enctype === 'multipart/form-data',
      fields: [],
    };
    this.page.forms.push(this.#form);
  }

  #openField(element: string, attributes: Attributes): void {
    if (!this.#form || this.#fieldsets.includes(true) || attributes.disabled !== undefined) return;
    const kind = kindOf(element, attributes);
    const field: OpenField = {
      ...{ id: attributes.id ?? '', name: attributes.name ?? '', kind, value: attributes.value ?? '', options: [] },
      ...{ type: attributes.type ?? element, required: attributes.required !== undefined },
      sent: kind !== 'button' && (kind !== 'box' || attributes.checked !== undefined),
      marked: attributes['aria-invalid'] === 'true' && attributes['aria-describedby'] !== undefined,
    };
    this.#form.fields.push(field);
    if (element === 'select') this.#choice = field;
    if (element === 'textarea') this.#area = field;
  }

  take(text: string): void {
    this.page.text += text;
    if (this.#area) this.#area.value += text;
    if (this.#fault > 0) this.page.faults.push((this.page.faults.pop() ?? '') + text);
  }

  close(name: string): void {
    this.page.text += ' ';
    if (this.#fault > 0) this.#fault--;
    if (name === 'form') this.#form = null;
    if (name === 'fieldset') this.#fieldsets.pop();
    if (name === 'select') this.#choice = null;
    if (name === 'textarea') this.#area = null;
  }
}

function isFault({ class: classes = '' }: Attributes): boolean {
  return classes.split(' ').some((name) => name === 'fault' || name === 'wrong');
}

function kindOf(element: string, { type = 'text' }: Attributes): FieldKind {
  if (element === 'select') return 'choice';
  if (element === 'textarea') return 'typed';
  if (element === 'button' || type === 'submit') return 'button';
  if (type === 'checkbox') return 'box';
  if (type === 'password') return 'secret';
  return type === 'hidden' || type === 'file' ? type : 'typed';
}

/** A choice without a chosen option has its first. */
function addOption(choice: OpenField, { value = '', selected }: Attributes): void {
  if (choice.options.length === 0 || selected !== undefined) choice.value = value;
  choice.options.push(value);
}
