import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { allowServer } from './own-servers.ts';

export interface FhirServerDouble {
  /** Without a trailing slash. */
  readonly url: string;
  /** Paths with their queries, as they were asked for. */
  readonly asked: string[];
  readonly requests: IncomingMessage[];
  /** Answers by path, with or without its query; what is not there is 404. */
  readonly answers: Map<string, FhirServerAnswer>;
  /** As it was when it started. */
  forget(): void;
  close(): Promise<void>;
}

export type FhirServerAnswer = object | ((request: IncomingMessage, response: ServerResponse) => void);

/** A FHIR server on a port of its own, which answers as it is told. */
export async function startFhirServer(): Promise<FhirServerDouble> {
  const asked: string[] = [];
  const requests: IncomingMessage[] = [];
  const answers = new Map<string, FhirServerAnswer>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    requests.push(request);
    const answer = answers.get(path) ?? answers.get(path.split('?')[0] ?? '');
    if (typeof answer === 'function') answer(request, response);
    else if (answer) response.writeHead(200, { 'Content-Type': 'application/fhir+json' }).end(JSON.stringify(answer));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  allowServer(`http://127.0.0.1:${port}`);
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    requests,
    answers,
    forget() {
      asked.length = 0;
      requests.length = 0;
      answers.clear();
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
