import type { ReceiverAccess } from '../../../http/sources/source-request.ts';
import type { KeyringAccess, Logging, Waiting } from '../../../runtime/deps.ts';
import type { OutgoingAccess } from '../../../runtime/outgoing/http.ts';
import type { PagesDeps } from '../../kit/frame.tsx';

/** The dependencies of the pages of booking systems. */
export type SourcePagesDeps = PagesDeps & KeyringAccess & Logging & OutgoingAccess & Waiting & ReceiverAccess;
