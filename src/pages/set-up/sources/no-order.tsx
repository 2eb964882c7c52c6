import { isUnordered } from '../../../domain/json-mapping.ts';
import type { SourceView } from '../../../staff/sources/sources.ts';
import type { PageLanguage } from '../../kit/language.ts';
import { SETTINGS_WORDS } from '../../source-settings/settings-words.ts';

/** Warns of a mapping that reads nothing which orders events. */
export function NoOrder({
  source: { mapping },
  language,
}: {
  readonly source: SourceView;
  readonly language: PageLanguage;
}) {
  if (mapping === null || mapping === 'cal.com' || !isUnordered(mapping)) return null;
  return <p class="warning">{SETTINGS_WORDS[language].noOrder}</p>;
}
