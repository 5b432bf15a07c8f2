/** Codes of the node: mempool, signer, RPC, configuration and the life of the process. */
import { createErrors } from '../../schemas/errors.ts';

export const nodeError = createErrors({
  MEMPOOL_FULL: {
    status: 503,
    retry: 'later',
    message: 'The mempool is full: offer the transaction again later',
  },
  MEMPOOL_SENDER_FULL: {
    status: 429,
    retry: 'later',
    message: 'This sender has its share of the mempool in use: offer the transaction again later',
  },
  MEMPOOL_DUPLICATE: {
    status: 409,
    retry: 'never',
    message: 'A transaction of this sender with this nonce is waiting already',
  },
  MEMPOOL_EXPIRED: {
    status: 400,
    retry: 'never',
    message: 'The transaction has expired or expires more than 24 hours ahead',
  },
  MEMPOOL_NONCE_USED: {
    status: 409,
    retry: 'never',
    message: 'The nonce has been used on this chain',
  },
  MEMPOOL_NONCE_AHEAD: {
    status: 409,
    retry: 'later',
    message: 'The nonce is more than 255 above the sender’s oldest open one',
  },
  MEMPOOL_MALFORMED: {
    status: 400,
    retry: 'never',
    message: 'The bytes are not one canonical transaction',
  },
  MEMPOOL_SIGNATURE: {
    status: 401,
    retry: 'never',
    message: 'The signature is not the named sender’s over this chain’s digest',
  },
  SIGNER_BELOW_MARK: {
    status: 409,
    retry: 'never',
    message: 'The signer has signed a higher checkpoint already',
  },
  SIGNER_CONFLICT: {
    status: 409,
    retry: 'never',
    message: 'The signer has signed another checkpoint of this height',
  },
  SIGNER_MARK_CORRUPT: {
    status: 500,
    retry: 'never',
    message:
      'The signer’s high-water mark cannot be read: this key must not sign again, replace it by a validator change',
  },
  SIGNER_MARK_BEHIND: {
    status: 409,
    retry: 'later',
    message:
      'The signer’s high-water mark of this key is missing or below a certificate it has signed: bring the newest mark back, or name witnesses that all answer and start again',
  },
  NODE_POWER_MISSING: {
    status: 503,
    retry: 'later',
    message:
      'The validator keys of this node hold no more than two thirds of the power: put the missing ones into its key directory',
  },
  NODE_STORE_BEHIND: {
    status: 409,
    retry: 'later',
    message:
      'The store is behind what this chain has certified or this node’s keys have signed: bring the newer store back, or name a peer that has the blocks as a witness',
  },
  NODE_PEER_MISMATCH: {
    status: 409,
    retry: 'never',
    message:
      'The peer’s blocks do not come out here as it has them, or lack the certificate of the set that signs: name another peer',
  },
  NODE_WITNESS_ANSWER: {
    status: 503,
    retry: 'later',
    message: 'A witness does not answer, or not as a node does: check its URL',
  },
  NODE_WITNESS_STRANGER: {
    status: 409,
    retry: 'later',
    message: 'The witness is no node of this chain and its chain has no client of this one',
  },
  NODE_STATE_CORRUPT: {
    status: 500,
    retry: 'never',
    message:
      'The stored state does not have the root of the newest block: restore the data directory from a backup or start a new one',
  },
  NODE_HALTED: {
    status: 503,
    retry: 'later',
    message: 'The node has stopped making blocks after a failure that its log names: restart it',
  },
  NODE_CLOSED: { status: 503, retry: 'later', message: 'The node is closed' },
  NODE_BUSY: {
    status: 503,
    retry: 'later',
    message: 'Too many callers wait for the next checkpoint: ask again later',
  },
  NODE_METHOD_UNKNOWN: {
    status: 404,
    retry: 'never',
    message: 'The node API has no such method',
  },
  NODE_REQUEST_BOUND: {
    status: 413,
    retry: 'never',
    message: 'The request asks for more than one call may',
  },
  NODE_REQUEST_INVALID: {
    status: 400,
    retry: 'never',
    message: 'The request is not one the server understands',
  },
  NODE_MEDIA_TYPE: {
    status: 415,
    retry: 'never',
    message: 'The body must be application/octet-stream',
  },
  NODE_INTERNAL: {
    status: 500,
    retry: 'later',
    message: 'The node failed while it answered: its log says why',
  },
  NODE_PORT_TAKEN: {
    status: 409,
    retry: 'never',
    message: 'The port is in use: stop what listens there or choose another port',
  },
  NODE_ADDRESS_UNUSABLE: {
    status: 409,
    retry: 'never',
    message: 'The server cannot listen on this address: choose one of this machine',
  },
  NODE_CONFIG_FILE: {
    status: 400,
    retry: 'never',
    message: 'The configuration file cannot be read as JSON: mend or remove it',
  },
  NODE_CONFIG_INVALID: {
    status: 400,
    retry: 'never',
    message: 'A setting is missing or outside its bounds: mend the one named',
  },
  NODE_CONFIG_UNKNOWN: {
    status: 400,
    retry: 'never',
    message: 'There is no setting of this name: remove it or mend its spelling',
  },
});
