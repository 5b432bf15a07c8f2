/* One chain's ledger rules over an in-memory state: signs, executes and shows what a transaction did. */
import { createApplication } from '../../main-chain/ledger/application.ts';
import type { Application, ExecutionContext } from '../../main-chain/ledger/context.ts';
import { executeTransaction } from '../../main-chain/ledger/execute.ts';
import { credit } from '../../main-chain/ledger/holdings.ts';
import type { Overlay } from '../../main-chain/ledger/overlay.ts';
import { createResource } from '../../main-chain/ledger/resources.ts';
import { type ResourceOrigin, resourceIdOf } from '../../schemas/resource/resource-id.ts';
import type { TransactionResult } from '../../schemas/wire/event.ts';
import type { Message } from '../../schemas/wire/message.ts';
import { signTransaction } from '../../schemas/wire/transaction.ts';
import { testAddress, testKey } from './ledger-context.ts';

export const ledgerOnly: Application = createApplication({}, {});

type TestContext = ExecutionContext & { readonly state: Overlay };

/** Signed bytes of key `n`. */
export function signed(
  context: ExecutionContext,
  n: number,
  nonce: bigint,
  message: Message,
): Uint8Array {
  const expirySeconds = context.timeMs / 1000n + 60n;
  return signTransaction(
    { sender: testAddress(n), nonce, expirySeconds, message },
    testKey(n),
    context.chain.genesisHash,
    context,
  );
}

/** Signs with key `n` and executes, checking the signature in the execution. */
export function run(
  context: TestContext,
  n: number,
  nonce: bigint,
  message: Message,
  application = ledgerOnly,
): TransactionResult {
  return executeTransaction(context, application, signed(context, n, nonce, message), false);
}

/** A resource issued by key 20 with `quantity` held by key 30. */
export function seedResource(context: TestContext, quantity: bigint): Uint8Array {
  const origin: ResourceOrigin = {
    kind: 'green-certificate/v1',
    home: context.chain.chainId,
    issuer: testAddress(20),
    staticRoot: new Uint8Array(32).fill(5),
  };
  const id = resourceIdOf(origin, context.hash);
  createResource(context, id, origin, 'certificate');
  credit(context, id, testAddress(30), quantity);
  return id;
}
