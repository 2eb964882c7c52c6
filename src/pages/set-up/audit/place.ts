import type { Frame } from '../../kit/context.tsx';
import type { DeclaredPage } from '../../kit/declared/declare.tsx';
import { hrefOf } from '../../kit/navigation.ts';
import type { AuditQuery } from './search.ts';

/** The address of a page of the audit: that of an authority, or of the whole installation. */
export type AuditAddress = Required<Pick<DeclaredPage<never>, 'path' | 'right' | 'menu' | 'tab'>>;

/** The audit that a page shows. */
export interface AuditPlace extends Pick<AuditAddress, 'path'> {
  /** null: the whole installation. */
  readonly authorityId: string | null;
  readonly frame: Frame;
  readonly timeZone: string;
  /** The search that the address asks for. */
  readonly query: AuditQuery;
}

/** The address of another search. Whether look-ups are shown stays as it is, unless the search says it. */
export function searchHref({ frame, path, query }: AuditPlace, search: Partial<AuditQuery>): string {
  return hrefOf(path, frame.authority, { lookups: query.lookups, ...search });
}
