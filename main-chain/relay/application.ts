/**
 * The rules of a native chain: the ledger's handlers and the relay's side by side. Main chain and side
 * chains run the same code and differ by `genesis.kind`. docs/protocol.md#messages
 */
import { createApplication } from '../ledger/application.ts';
import type { Application } from '../ledger/context.ts';
import { activate } from './checkpoint/activate.ts';
import { createClient } from './clients/create-client.ts';
import { closeClient, replaceClient } from './clients/replace-client.ts';
import { misbehaviour, update } from './clients/update-client.ts';
import { deliver, deliverFacts } from './deliver.ts';
import { guardPause, narrowsLane, narrowsLimit, setLane, setLimit } from './guards.ts';
import { unhaltResource } from './locations.ts';
import { sendFromMain } from './ports/forward.ts';
import { narrowsIssuer, registerIssuer, revokeIssuer } from './ports/issuers.ts';
import { narrowsLodging, setLodging } from './ports/lodging.ts';
import { proveEquivocation } from './ports/prove-equivocation.ts';
import { resend } from './ports/resend.ts';
import { retire } from './ports/retirement.ts';
import { issue } from './ports/supply.ts';
import { sendFromSide } from './ports/transfer.ts';
import { proveSupply } from './prove-supply.ts';
import { replacePair, settleOrphans } from './replace-pair.ts';
import { registerRoute } from './routes.ts';
import { settle } from './settle.ts';
import { timeout } from './timeout-message.ts';

/** Everything a native chain executes. */
export const chainApplication: Application = createApplication(
  {
    issue,
    retire,
    send: (context, sender, message) =>
      context.chain.genesis.kind === 'main'
        ? sendFromMain(context, sender, message)
        : sendFromSide(context, sender, message),
    resend,
    update,
    deliver,
    deliverFacts,
    timeout,
    settle,
    misbehaviour,
    proveSupply,
    proveEquivocation,
    guardPause,
    activate,
  },
  {
    createClient,
    registerRoute,
    registerIssuer,
    revokeIssuer: (context, { issuer }) => revokeIssuer(context, issuer),
    setLane,
    setLimit,
    setLodging,
    replaceClient,
    closeClient,
    replacePair,
    settleOrphans,
    unhaltResource,
  },
  {
    setLane: narrowsLane,
    setLimit: narrowsLimit,
    registerIssuer: narrowsIssuer,
    setLodging: narrowsLodging,
  },
);
