/** Codes of the hub: what a request to it or its own set-up was refused for. */
import { createErrors } from '../schemas/errors.ts';

export const hubError = createErrors({
  HUB_CHAIN_UNKNOWN: {
    status: 404,
    retry: 'never',
    message: 'The hub knows no chain of this name: see GET /v1/chains',
  },
  HUB_LANE_UNKNOWN: {
    status: 404,
    retry: 'later',
    message: 'No lane joins this chain to the main chain yet: create a client on each side first',
  },
  HUB_TRANSFER_UNKNOWN: {
    status: 404,
    retry: 'later',
    message:
      'The journal holds no transfer of this id; a fresh one appears once its block is certified',
  },
  HUB_TRANSACTION_UNKNOWN: {
    status: 404,
    retry: 'later',
    message: 'The transaction has not landed on this chain',
  },
  HUB_PROPOSAL_UNKNOWN: {
    status: 404,
    retry: 'later',
    message: 'No proposal of this id stands open on this chain',
  },
  HUB_RESOURCE_UNKNOWN: {
    status: 404,
    retry: 'later',
    message: 'No chain of this hub knows the resource',
  },
  HUB_RECORDS_UNKNOWN: {
    status: 404,
    retry: 'later',
    message: 'No certified block of this chain holds these records of this owner',
  },
  HUB_ROUTE_UNKNOWN: {
    status: 404,
    retry: 'later',
    message: 'The route is unknown: no such path, see /openapi.json',
  },
  HUB_REQUEST: {
    status: 400,
    retry: 'never',
    message: 'The request does not have the shape /openapi.json asks for',
  },
  HUB_BODY_TOO_LARGE: {
    status: 413,
    retry: 'never',
    message: 'The request body is larger than 4 MiB',
  },
  HUB_MEDIA_TYPE: {
    status: 415,
    retry: 'never',
    message: 'Send JSON with content-type application/json',
  },
  HUB_RATE_LIMIT: {
    status: 429,
    retry: 'later',
    message: 'Too many requests from this address: wait as long as retry-after says',
  },
  HUB_LOOPBACK_ONLY: {
    status: 403,
    retry: 'never',
    message: 'Operators’ commands are taken from this machine only',
  },
  HUB_NOT_A_SEND: {
    status: 400,
    retry: 'never',
    message: 'The signed transaction is no transfer: POST /v1/transactions takes any other',
  },
  HUB_PROOF_UNAVAILABLE: {
    status: 409,
    retry: 'later',
    message:
      'What is to be proven has not ended, or the chains do not certify and show all of it yet: ask again later',
  },
  HUB_PROOF_PRUNED: {
    status: 410,
    retry: 'never',
    message:
      'The chains have pruned what would prove this: a proof file made before is still valid, so ask the parties for theirs, and fetch files soon after a transfer, supply or retirement has ended',
  },
  HUB_MAIN_CHAIN: {
    status: 409,
    retry: 'never',
    message: 'The hub needs exactly one main chain and it must be first in the configuration',
  },
  HUB_ALIAS: {
    status: 400,
    retry: 'never',
    message: 'An alias is 1 to 32 characters of a-z, 0-9 and -, each used once',
  },
  HUB_PORT_TAKEN: {
    status: 409,
    retry: 'never',
    message: 'The address is taken by another program: stop it or choose another port',
  },
  HUB_INTERNAL: {
    status: 500,
    retry: 'later',
    message: 'The hub met an error it did not expect; the log has it under this request’s id',
  },
});
