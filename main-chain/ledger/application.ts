/**
 * The ledger's own messages and actions; main-chain/relay adds those that speak to other chains.
 */
import { formatAddress } from '../../schemas/ids.ts';
import { admittedKey } from '../../schemas/wire/state-keys.ts';
import type {
  ActionHandlers,
  Application,
  ExecutionContext,
  MessageHandlers,
  Narrowings,
} from './context.ts';
import { ledgerError } from './errors.ts';
import { setMembers } from './governance/members.ts';
import { execute, propose, vote } from './governance/proposals.ts';
import { setValidators } from './governance/validators.ts';
import { lock, unlock } from './locks.ts';
import { anchorRecords } from './records/anchor-records.ts';
import { appendEntry, setFrozen, transferHolding } from './resources.ts';

const ADMITTED = Uint8Array.of(1);

const ledgerActions: ActionHandlers = {
  admit: (context, { address }) => {
    if (isListed(context, address))
      throw ledgerError('MEMBER_EXISTS', { account: formatAddress(address) });
    context.state.set(admittedKey(address), ADMITTED);
  },
  expel: (context, { address }) => {
    if (!isListed(context, address))
      throw ledgerError('MEMBER_UNKNOWN', { account: formatAddress(address) });
    context.state.delete(admittedKey(address));
  },
  freezeResource: (context, { resourceId }) => setFrozen(context, resourceId, true),
  unfreezeResource: (context, { resourceId }) => setFrozen(context, resourceId, false),
  setValidators,
  setMembers,
};

/** The ledger's rules together with the handlers of a chain: proposals may run all of its actions. */
export function createApplication(
  messages: MessageHandlers,
  actions: ActionHandlers,
  narrowings: Narrowings = {},
): Application {
  const allActions: ActionHandlers = { ...ledgerActions, ...actions };
  return {
    actions: allActions,
    messages: {
      append: appendEntry,
      transfer: transferHolding,
      lock,
      unlock,
      anchorRecords,
      propose: (context, sender, message) => propose(context, sender, message, allActions),
      vote,
      execute: (context, sender, message) =>
        execute(context, sender, message, allActions, narrowings),
      ...messages,
    },
  };
}

function isListed(context: ExecutionContext, address: Uint8Array): boolean {
  return context.state.get(admittedKey(address)) !== undefined;
}
