/* A hub that answers from a table of paths, and a terminal that remembers what was said. */
import { createServer } from 'node:http';
import type { Terminal } from '../../../../hub/cli/terminal.ts';

/** Status and body by `METHOD /path`. */
export type Answers = Readonly<Record<string, readonly [number, unknown]>>;

export interface FakeHub {
  readonly url: string;
  /** Bodies that were posted, by path. */
  readonly posted: Map<string, unknown[]>;
  close(): Promise<void>;
}

export async function startFakeHub(answers: Answers): Promise<FakeHub> {
  const posted = new Map<string, unknown[]>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const path = request.url ?? '';
      if (body !== '') posted.set(path, [...(posted.get(path) ?? []), JSON.parse(body)]);
      const [status, answer] = answers[`${request.method} ${path}`] ?? [
        404,
        problem('HUB_LANE_UNKNOWN'),
      ];
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    posted,
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

/** A refusal as a hub writes it. */
export function problem(code: string, status = 404): object {
  return { type: '', title: code, status, detail: code, code, retry: 'never', data: {} };
}

/** A terminal and what was written to it. */
export function fakeTerminal(): Terminal & {
  readonly lines: string[];
  readonly warnings: string[];
} {
  const lines: string[] = [];
  const warnings: string[] = [];
  return {
    lines,
    warnings,
    out: (text) => void lines.push(text),
    warn: (sentence) => void warnings.push(sentence),
    environment: {},
    stopped: () => Promise.resolve(),
  };
}
