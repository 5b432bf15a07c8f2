/** Codes of the offline proof verifier: which check a proof file failed. docs/protocol.md#offline-proof */
import { createErrors } from '../../../schemas/errors.ts';

export const proofError = createErrors({
  PROOF_NO_ANCHOR: {
    status: 422,
    retry: 'never',
    message:
      'A proof is judged only against an anchor from elsewhere: give the genesis hash or a checkpoint digest of the chain you trust, and take a file that brings its own from nobody',
  },
  PROOF_ANCHOR: {
    status: 422,
    retry: 'never',
    message:
      'The file hangs from another anchor than the one you gave: it is of another chain, or your anchor is mistyped or of a checkpoint the file does not hold',
  },
  PROOF_GENESIS: {
    status: 422,
    retry: 'never',
    message: 'The genesis in the file is not the one its genesis hash names: the file was altered',
  },
  PROOF_FORMAT: { status: 400, retry: 'never', message: 'This is not a Tieline proof file' },
  PROOF_SUMMARY: {
    status: 422,
    retry: 'never',
    message: 'The readable summary of the file says something else than its proof',
  },
  PROOF_CERTIFICATE: {
    status: 422,
    retry: 'never',
    message:
      'A checkpoint certificate of the chain does not follow from the anchor with more than two thirds of the power',
  },
  PROOF_STATE: {
    status: 422,
    retry: 'never',
    message: 'The chain’s state at the checkpoint does not hold what the file claims',
  },
  PROOF_CLIENT: {
    status: 422,
    retry: 'never',
    message: 'A packet does not run between the clients the main chain registered for these chains',
  },
  PROOF_SOURCE: {
    status: 422,
    retry: 'never',
    message: 'The source chain did not commit the packet the file shows',
  },
  PROOF_FORWARD: {
    status: 422,
    retry: 'never',
    message: 'The main chain did not send the onward packet for the packet it received',
  },
  PROOF_DESTINATION: {
    status: 422,
    retry: 'never',
    message: 'The destination’s acknowledgement, or the absence of its receipt, is not proven',
  },
  PROOF_ANSWER: {
    status: 422,
    retry: 'never',
    message: 'The main chain’s answer to the source is not proven',
  },
  PROOF_TIMEOUT: {
    status: 422,
    retry: 'never',
    message: 'The receiving chain’s proven time has not reached the packet’s timeout',
  },
  PROOF_RESOURCE: {
    status: 422,
    retry: 'never',
    message: 'The resource id is not the one its kind, home, issuer and static root give',
  },
  PROOF_MEANING: {
    status: 422,
    retry: 'never',
    message: 'The packets of the two hops do not mean the same transfer',
  },
  RECORD_ALTERED: {
    status: 422,
    retry: 'never',
    message:
      'The record is not the one anchored under this name: its bytes, its name or the proof were altered',
  },
  RECORD_PLACE: {
    status: 422,
    retry: 'never',
    message: 'The place or the path in the proof does not fit the number of anchored records',
  },
  PROOF_OUTCOME: {
    status: 422,
    retry: 'never',
    message: 'The facts in the file do not make one finished transfer',
  },
});
