/** Codes of the adapters: what can go wrong on the way to a chain, before the chain itself decides. */
import { createErrors } from '../schemas/errors.ts';

export const adapterError = createErrors({
  ADAPTER_UNREACHABLE: {
    status: 503,
    retry: 'later',
    message: 'The chain’s node does not answer: check that it runs and that its address is right',
  },
  ADAPTER_CLOSED: { status: 503, retry: 'never', message: 'The way to the chain was closed' },
  ADAPTER_ANSWER: {
    status: 502,
    retry: 'later',
    message:
      'The node’s answer is not one of the node API: check that the address is a Tieline node’s',
  },
  ADAPTER_WRONG_CHAIN: {
    status: 409,
    retry: 'never',
    message: 'Behind this address is another chain than the configured one',
  },
  ADAPTER_NO_RELAYER: {
    status: 409,
    retry: 'never',
    message: 'This adapter has no relayer key: give it one to submit proofs',
  },
  ADAPTER_NOT_LANDED: {
    status: 504,
    retry: 'later',
    message: 'The transaction was offered but has not landed in time; its result is not known yet',
  },
  ADAPTER_NONCE_WINDOW: {
    status: 429,
    retry: 'later',
    message: 'The account has 256 transactions under way: wait until some have landed',
  },
  ADAPTER_EVIDENCE: {
    status: 400,
    retry: 'never',
    message: 'This chain’s client does not understand evidence of that kind',
  },
  ADAPTER_UPDATE_PATH: {
    status: 409,
    retry: 'later',
    message: 'No chain of certificates leads from what the client trusts to this height',
  },
  ADAPTER_RPC_ANSWER: {
    status: 502,
    retry: 'later',
    message:
      'The endpoint’s answer is not one of JSON-RPC: check that the address is an Ethereum node’s',
  },
  ADAPTER_RPC_VALUE: {
    status: 502,
    retry: 'later',
    message: 'The endpoint’s answer holds something else than its method gives',
  },
  ADAPTER_RPC_REFUSED: {
    status: 502,
    retry: 'later',
    message: 'The endpoint refused the call',
  },
  ADAPTER_ENDPOINTS: {
    status: 400,
    retry: 'never',
    message:
      'More than half of the network’s endpoints must agree, each an endpoint of its own: check addresses and threshold',
  },
  ADAPTER_DISAGREEMENT: {
    status: 502,
    retry: 'later',
    message: 'Too few endpoints of this network say the same: nothing of it is attested',
  },
  ADAPTER_REORGANISED: {
    status: 409,
    retry: 'never',
    message:
      'A block that counted as final is not there any more: the network reorganised deeper than its finality policy allows for',
  },
  ADAPTER_FEE_CAP: {
    status: 503,
    retry: 'later',
    message: 'The network asks more for gas than the configured cap: wait, or raise the cap',
  },
  ADAPTER_NONCE_TAKEN: {
    status: 409,
    retry: 'later',
    message: 'Another transaction of this account has used the nonce: one key, one relayer',
  },
});
