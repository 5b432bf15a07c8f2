/** What one direction of a lane has done since the hub started; metrics and the API read it. */

export interface RelayCounters {
  /** Relay transactions that landed, and those that were refused or lost. */
  transactions: number;
  refusedTransactions: number;
  /** Items the other chain took for the first time. */
  packets: number;
  acknowledgements: number;
  /** Items another relayer had delivered before. */
  redundant: number;
  /** Items the other chain will take later, and those it never will. */
  postponed: number;
  refused: number;
  timeouts: number;
  prunings: number;
  refreshes: number;
  /** Code of the newest refusal of a whole transaction. */
  lastRefusal: string;
}

export function createRelayCounters(): RelayCounters {
  return {
    transactions: 0,
    refusedTransactions: 0,
    packets: 0,
    acknowledgements: 0,
    redundant: 0,
    postponed: 0,
    refused: 0,
    timeouts: 0,
    prunings: 0,
    refreshes: 0,
    lastRefusal: '',
  };
}
