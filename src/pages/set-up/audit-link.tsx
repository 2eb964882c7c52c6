import { useFrame } from '../kit/context.tsx';
import { hrefOf } from '../kit/navigation.ts';
import { setUpPath } from './frame.tsx';
import { SET_UP_WORDS } from './words.ts';

interface AuditLinkProps {
  /** The address of the audit; left out: that of the authority. */
  readonly path?: string;
  /** The authority that the address names; left out: that of the page. */
  readonly authority?: null;
  /** Kind and id of the subject: `source:epj`. */
  readonly target: string;
  /** The name of the subject, where several such links stand on a page, for those who hear the link alone. */
  readonly of?: string;
}

/** A link to the entries of the audit about one subject. */
export function AuditLink({ path = setUpPath('audit'), authority, target, of }: AuditLinkProps) {
  const frame = useFrame();
  return (
    <a href={hrefOf(path, authority === null ? null : frame.authority, { target })}>
      {SET_UP_WORDS[frame.language].inAudit}
      {of !== undefined && <span class="unseen">: {of}</span>}
    </a>
  );
}
