import { Problem } from '../domain/errors.ts';
import { plainProblem } from './problem.ts';

const RETRY_AFTER_SECONDS = 5;

/** The response of a process that waits for its database: it is alive, not ready, and refuses everything else. */
export function respondWhileStarting(request: Request): Response {
  const { pathname } = new URL(request.url);
  if (pathname === '/healthz') return Response.json({ status: 'ok' });
  const headers = { 'Retry-After': String(RETRY_AFTER_SECONDS) };
  if (pathname === '/readyz')
    return Response.json({ status: 'not ready', reasons: ['database_unavailable'] }, { status: 503, headers });
  const detail =
    'The database is out of reach at the moment, and this process waits for it: send the same request again.';
  return plainProblem(new Problem(503, 'unavailable', detail, { retryAfterSeconds: RETRY_AFTER_SECONDS }), pathname);
}
