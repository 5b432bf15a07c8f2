/**
 * One chain's client of another as the relayer last saw it: read from the chain at first use and after
 * a refusal, moved along locally in between.
 */
import type { ClientFact } from '../../adapters/chain-facts.ts';
import type { Bundle } from '../../adapters/evidence.ts';
import { hubError } from '../errors.ts';
import type { LaneEnd } from '../registry.ts';

/** `end` is the chain that holds the client. */
export class ClientView {
  readonly #end: LaneEnd;
  #fact: ClientFact | undefined;

  constructor(end: LaneEnd) {
    this.#end = end;
  }

  /** @throws HUB_LANE_UNKNOWN when the client is gone */
  async read(): Promise<ClientFact> {
    if (this.#fact !== undefined) return this.#fact;
    const [fact] = await this.#end.adapter.facts('client', [{ client: this.#end.client }]);
    if (fact === undefined) throw hubError('HUB_LANE_UNKNOWN', { alias: this.#end.alias });
    this.#fact = fact;
    return fact;
  }

  /** The chain has taken this bundle. */
  moved(bundle: Bundle): void {
    const fact = this.#fact;
    if (fact === undefined || bundle.height <= fact.latestHeight) return;
    const { updates } = bundle;
    const keepsTrust = updates.type === 'checkpoint' && updates.certificates.length <= 1;
    if (!keepsTrust) this.#fact = undefined;
    else this.#fact = { ...fact, latestHeight: bundle.height, latestTimeMs: bundle.timeMs };
  }

  /** What is known may be wrong: the next read asks the chain. */
  doubt(): void {
    this.#fact = undefined;
  }
}
