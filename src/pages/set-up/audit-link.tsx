import type { Frame } from '../kit/layout.tsx';
import { hrefOf } from '../kit/navigation.ts';
import { SET_UP_WORDS } from './words.ts';

interface AuditLinkProps {
  readonly frame: Frame;
  /** The address of the audit. */
  readonly path: string;
  /** Kind and id of the subject: `source:epj`. */
  readonly target: string;
  /** The name of the subject, where several such links stand on a page, for those who hear the link alone. */
  readonly of?: string;
}

/** A link to the entries of the audit about one subject. */
export function AuditLink({ frame, path, target, of }: AuditLinkProps) {
  return (
    <a href={hrefOf(path, frame.authority, { target })}>
      {SET_UP_WORDS[frame.language].inAudit}
      {of !== undefined && <span class="unseen">: {of}</span>}
    </a>
  );
}
