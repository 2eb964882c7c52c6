import { SaxesParser, type SaxesTagPlain } from 'saxes';

/** How people give a value: `secret` is never shown again, and `hidden` never typed. */
export type FieldKind = 'typed' | 'secret' | 'choice' | 'box' | 'hidden' | 'file' | 'button';

/** A field of a form as a page shows it. */
export interface PageField {
  readonly id: string;
  readonly name: string;
  readonly kind: FieldKind;
  /** Type of an `input`, `date` or `datetime-local` of one with a calendar beside it; the element's name otherwise. */
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
  /** The sentence that belongs to a marked field; '' for one that is right. */
  readonly fault: string;
}

/** A form of a page. */
export interface PageForm {
  readonly method: 'get' | 'post';
  readonly action: string;
  readonly multipart: boolean;
  /** Fields that a browser would send, and the buttons. */
  readonly fields: readonly PageField[];
}

/** A table: the texts of each row's cells by the labels of their columns, the row's heading under `''`. */
export interface PageTable {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/** Elements within a sentence; behind the end of others stands a blank. */
const WITHIN_SENTENCES = new Set(['a', 'b', 'code', 'del', 'em', 'ins', 'mark', 'strong', 'time']);
const FIELDS = ['input', 'select', 'textarea', 'button'];

/** An element of a page with everything in it. */
export class Part {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly inside: (Part | string)[] = [];
  readonly around: Part | null;

  constructor(name: string, attributes: Readonly<Record<string, string>>, around: Part | null) {
    this.name = name;
    this.attributes = attributes;
    this.around = around;
  }

  /** The text as a browser shows it: white space counts once. */
  get text(): string {
    return this.rawText.replaceAll(/[ \t\r\n]+/g, ' ').trim();
  }

  get rawText(): string {
    return this.inside
      .map((each) => {
        if (typeof each === 'string') return each;
        return WITHIN_SENTENCES.has(each.name) ? each.rawText : `${each.rawText} `;
      })
      .join('');
  }

  /** Every element in it, in the order of the page. */
  get parts(): Part[] {
    return this.inside.flatMap((each) => (typeof each === 'string' ? [] : [each, ...each.parts]));
  }

  /** Elements in it by `name`, `.class`, `#id` or `[attribute]`, or several of these in a row: `p.empty`. */
  all(selector: string): Part[] {
    const marks = selector.match(/[.#]?[\w-]+|\[[\w-]+\]/g) ?? [];
    return this.parts.filter((part) => marks.every((mark) => part.#has(mark)));
  }

  #has(mark: string): boolean {
    const { id, class: classes = '' } = this.attributes;
    if (mark.startsWith('#')) return id === mark.slice(1);
    if (mark.startsWith('.')) return classes.split(' ').includes(mark.slice(1));
    return mark.startsWith('[') ? this.attributes[mark.slice(1, -1)] !== undefined : this.name === mark;
  }

  /** The texts of the elements that `all` finds. */
  texts(selector: string): string[] {
    return this.all(selector).map(({ text }) => text);
  }

  /** The first element that `all` finds. @throws Error for none */
  part(selector: string): Part {
    const [found] = this.all(selector);
    if (!found) throw new Error(`no ${selector} in: ${this.text.slice(0, 2000)}`);
    return found;
  }

  /** The section, or what can be folded, whose heading has this id; null: there is none. */
  section(id: string): Part | null {
    const headed = (part: Part) => part.attributes.id === id || part.attributes['aria-labelledby'] === id;
    return this.parts.find((part) => (part.name === 'section' || part.name === 'details') && headed(part)) ?? null;
  }

  /** The texts of a column of all tables in it, by the label that its cells have on a phone. */
  column(label: string): string[] {
    return this.all('td[data-label]').flatMap(({ attributes, text }) =>
      attributes['data-label'] === label ? text : [],
    );
  }

  /** Addresses of links, in the order of the page. */
  get links(): string[] {
    return this.all('a').flatMap(({ attributes: { href } }) => href || []);
  }

  /** The address of the first link with this text, or that leads there; undefined: there is none. */
  link(wanted: string | RegExp): string | undefined {
    const fits = ({ text, attributes: { href = '' } }: Part) =>
      typeof wanted === 'string' ? text === wanted : wanted.test(href);
    return this.all('a').find(fits)?.attributes.href;
  }

  /** Links to such addresses whose text is a number: the number by the address. */
  figures(address: RegExp): (readonly [href: string, count: number])[] {
    return this.all('a').flatMap(({ text, attributes: { href = '' } }) =>
      /^\d+$/.test(text) && address.test(href) ? [[href, Number(text)] as const] : [],
    );
  }

  get forms(): PageForm[] {
    return this.#formParts.map((form) => ({
      method: form.attributes.method === 'post' ? 'post' : 'get',
      // The rest is where the browser goes on the page that answers.
      action: form.attributes.action?.split('#')[0] ?? '',
      multipart: form.attributes.enctype === 'multipart/form-data',
      fields: form.fields,
    }));
  }

  get #formParts(): Part[] {
    return this.all('form');
  }

  /** The first form whose address ends so. @throws Error for none */
  form(end: string): PageForm {
    const found = this.forms.find(({ action }) => action.endsWith(end));
    if (!found) throw new Error(`no form whose address ends with ${end} in: ${this.text.slice(0, 2000)}`);
    return found;
  }

  get fields(): PageField[] {
    return this.parts.filter((part) => FIELDS.includes(part.name) && !part.#isDisabled).map((part) => part.#field);
  }

  /** The first field of this name. @throws Error for none */
  field(name: string): PageField {
    const found = this.fields.find((field) => field.name === name);
    if (!found) throw new Error(`no field ${name} in: ${this.text.slice(0, 2000)}`);
    return found;
  }

  get #isDisabled(): boolean {
    if (this.attributes.disabled !== undefined) return true;
    for (let outer = this.around; outer; outer = outer.around)
      if (outer.name === 'fieldset' && outer.attributes.disabled !== undefined) return true;
    return false;
  }

  get #field(): PageField {
    const { id = '', name = '', value = '', required, checked } = this.attributes;
    const type = this.attributes['data-calendar'] ?? this.attributes.type ?? this.name;
    const kind = kindOf(this.name, this.attributes);
    const options = this.all('option').map(({ attributes }) => attributes.value ?? '');
    const chosen = this.all('option[selected]')[0]?.attributes.value ?? options[0] ?? '';
    const by = this.attributes['aria-describedby'];
    const marked = this.attributes['aria-invalid'] === 'true' && by !== undefined;
    return {
      id,
      name,
      kind,
      type,
      required: required !== undefined,
      value: this.name === 'select' ? chosen : this.name === 'textarea' ? this.inside.join('') : value,
      options,
      sent: kind !== 'button' && (kind !== 'box' || checked !== undefined),
      marked,
      fault: marked ? (this.#page.all(`#${by.split(' ')[0]}`)[0]?.text ?? '') : '',
    };
  }

  get #page(): Part {
    return this.around === null ? this : this.around.#page;
  }

  /** The table whose caption begins so; left out: the first one. @throws Error for none */
  table(caption = ''): PageTable {
    const found = this.all('table').find((table) => (table.all('caption')[0]?.text ?? '').startsWith(caption));
    if (!found) throw new Error(`no table ${caption} in: ${this.text.slice(0, 2000)}`);
    const columns = (found.all('thead')[0]?.texts('th') ?? []) as readonly string[];
    const lines = found.all('tbody')[0]?.all('tr') ?? [];
    const cells = (line: Part) => line.parts.filter(({ name }) => name === 'th' || name === 'td');
    const named = ({ name, attributes, text }: Part, at: number) =>
      [name === 'th' ? '' : (attributes['data-label'] ?? columns[at] ?? ''), text] as const;
    return { columns, rows: lines.map((line) => Object.fromEntries(cells(line).map(named))) };
  }

  /** The values of a list of terms (`dl`) by their terms. */
  get values(): Readonly<Record<string, string>> {
    const terms = this.all('dt').map(({ text }) => text);
    return Object.fromEntries(this.texts('dd').map((text, at) => [terms[at] ?? '', text]));
  }
}

/** A page as a browser would take it apart. */
export class ReadPage extends Part {
  get language(): string {
    return this.part('html').attributes.lang ?? '';
  }

  get title(): string {
    return this.part('h1').text;
  }

  /** The sentence at the top about what was done; '' for a page without one. */
  get message(): string {
    return this.all('#done')[0]?.text ?? '';
  }

  /** The sentences that say what is wrong. */
  get faults(): string[] {
    return this.parts.filter(isFault).flatMap((part) => (inFault(part) ? [] : part.text));
  }

  /** The names of its elements. */
  get elements(): ReadonlySet<string> {
    return new Set(this.parts.map(({ name }) => name));
  }

  /** The names of its attributes. */
  get attributeNames(): ReadonlySet<string> {
    return new Set(this.parts.flatMap(({ attributes }) => Object.keys(attributes)));
  }
}

function isFault({ attributes: { class: classes = '' } }: Part): boolean {
  return classes.split(' ').some((name) => name === 'fault' || name === 'wrong');
}

function inFault({ around }: Part): boolean {
  return around !== null && (isFault(around) || inFault(around));
}

/** Text without characters that XML has no place for, and that a browser shows or replaces. */
function legible(html: string): string {
  return html.replaceAll(/[^\P{Cc}\t\n\r]|\p{Cs}|[\ufffe\uffff]/gu, '\ufffd');
}

/**
 * Takes a page of ours apart. Our pages are well-formed, so that text which would be taken for markup is noticed.
 * @throws Error for a page that is not
 */
export function readPage(html: string): ReadPage {
  const page = new ReadPage('', {}, null);
  let inner: Part = page;
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }: SaxesTagPlain) => {
    const opened = new Part(name, attributes, inner);
    inner.inside.push(opened);
    inner = opened;
  });
  parser.on('closetag', () => {
    inner = inner.around ?? page;
  });
  parser.on('text', (text) => void inner.inside.push(text));
  parser.write(legible(html.replace('<!doctype html>', ''))).close();
  return page;
}

/** The fields that a browser sends, in their order, without those of buttons. */
export function sentFields(form: PageForm): (readonly [name: string, value: string])[] {
  return form.fields.flatMap(({ name, value, sent }) => (sent && name !== '' ? [[name, value] as const] : []));
}

function kindOf(element: string, { type = 'text' }: Readonly<Record<string, string>>): FieldKind {
  if (element === 'select') return 'choice';
  if (element === 'textarea') return 'typed';
  if (element === 'button' || type === 'submit') return 'button';
  if (type === 'checkbox') return 'box';
  if (type === 'password') return 'secret';
  return type === 'hidden' || type === 'file' ? type : 'typed';
}
