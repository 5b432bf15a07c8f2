/**
 * The command line's way to a hub: JSON over HTTP, refusals as the coded errors they are.
 */
import { errorFromProblem } from '../../adapters/problem.ts';
import { isTielineError } from '../../schemas/errors.ts';
import { cliError } from './errors.ts';

/** Where a hub listens unless told otherwise. */
export const DEFAULT_HUB = 'http://127.0.0.1:8080';
const TIMEOUT_MS = 60_000;

export interface HubClient {
  readonly url: string;
  /** The parsed answer. @throws CLI_HUB_UNREACHABLE CLI_HUB_ANSWER and the hub's own codes */
  get<T>(path: string): Promise<T>;
  /** The answer as text, for files that are kept byte by byte. */
  getText(path: string): Promise<string>;
  post<T>(path: string, body: unknown): Promise<T>;
}

/** A client of the hub at `url`. */
export function createHubClient(url: string): HubClient {
  const call = async (path: string, init: RequestInit): Promise<string> => {
    const response = await fetchOr(url, path, init);
    const text = await response.text();
    if (response.ok) return text;
    throw (
      errorFromProblem(parseJson(text)) ??
      cliError('CLI_HUB_ANSWER', { url, status: response.status })
    );
  };
  return {
    url,
    get: async <T>(path: string) => parseJson(await call(path, {})) as T,
    getText: (path) => call(path, {}),
    async post<T>(path: string, body: unknown) {
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      };
      return parseJson(await call(path, init)) as T;
    },
  };
}

async function fetchOr(url: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(new URL(path, url), { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    if (isTielineError(cause)) throw cause;
    throw cliError('CLI_HUB_UNREACHABLE', { url }, cause);
  }
}

/** @throws CLI_HUB_ANSWER */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw cliError('CLI_HUB_ANSWER', { characters: text.length }, cause);
  }
}
