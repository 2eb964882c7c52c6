import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isLanguage, LANGUAGES, type Language } from '../domain/authority.ts';
import { TEMPLATE_NAMES, type TemplateName } from '../domain/reminder.ts';
import { compileTemplate, type Template, TemplateRefused } from './template.ts';

export {
  checkTemplate,
  compileTemplate,
  inspectTemplate,
  type Rendered,
  render,
  type Template,
  TemplateRefused,
} from './template.ts';
export {
  announcedStartOf,
  isAnswer,
  isPlaceholderTime,
  type TextSubject,
  type Variables,
  variablesFor,
  variablesForAnswer,
  variablesOf,
} from './variables.ts';
export { canBeAnswered, type NoWayOut, noWayOut, type TemplateWarning, wayOutWarning } from './warnings.ts';

/** Templates shipped with EasySMS, in every language for every name. */
export interface ShippedTemplates {
  get(name: TemplateName, language: Language): Template;
  all(): readonly Template[];
}

/** `templates/` in the project's folder. */
const SHIPPED = fileURLToPath(new URL('../../templates', import.meta.url));

/**
 * Reads `<language>/<name>.txt`: UTF-8, the whole file is the SMS.
 * @throws one Error that lists every file that is missing, unknown or refused
 */
export function loadShippedTemplates(folder: string = SHIPPED): ShippedTemplates {
  const faults: string[] = [];
  const templates = new Map<string, Template>();
  for (const language of languagesIn(folder, faults)) {
    for (const unknown of unknownFiles(join(folder, language)))
      faults.push(`${language}/${unknown}: there is no template of this name`);
    for (const name of TEMPLATE_NAMES) {
      const template = load(join(folder, language, `${name}.txt`), name, language);
      if (Array.isArray(template)) faults.push(...template.map((line) => `${language}/${name}.txt: ${line}`));
      else templates.set(`${language}/${name}`, template);
    }
  }
  if (faults.length > 0) throw new Error(`The templates in ${folder} are not usable:\n${faults.join('\n')}`);
  return {
    get(name, language) {
      const template = templates.get(`${language}/${name}`);
      if (!template) throw new Error(`there is no template "${name}" in language "${language}"`);
      return template;
    },
    all: () => [...templates.values()],
  };
}

function languagesIn(folder: string, faults: string[]): readonly Language[] {
  if (!existsSync(folder)) {
    faults.push('the folder does not exist');
    return [];
  }
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && !isLanguage(entry.name))
      faults.push(`${entry.name}/: not among LANGUAGES of src/domain/authority.ts`);
  }
  return LANGUAGES;
}

function unknownFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const known = new Set(TEMPLATE_NAMES.map((name) => `${name}.txt`));
  return readdirSync(folder).filter((file) => file.endsWith('.txt') && !known.has(file as `${TemplateName}.txt`));
}

function load(path: string, name: TemplateName, language: Language): Template | string[] {
  if (!existsSync(path)) return ['is missing'];
  try {
    return compileTemplate(name, language, 0, readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof TemplateRefused) return error.message.split('\n');
    throw error;
  }
}
