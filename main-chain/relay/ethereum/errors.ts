/** Codes of the Ethereum verifiers: RLP, headers, tries, clique, sync committees, notaries. docs/errors.md */
import { createErrors, type ErrorEntry } from '../../../schemas/errors.ts';

const bad = (message: string): ErrorEntry => ({ status: 400, retry: 'never', message });
const unproven = (message: string): ErrorEntry => ({ status: 401, retry: 'never', message });
const late = (message: string): ErrorEntry => ({ status: 409, retry: 'later', message });
const never = (message: string): ErrorEntry => ({ status: 409, retry: 'never', message });

export const ethereumError = createErrors({
  RLP_MALFORMED: bad('The RLP ends early, or an item reaches past the list it is in'),
  RLP_NOT_CANONICAL: bad('An RLP length or byte is not in its one shortest form'),
  RLP_TRAILING: bad('Bytes are left over after the RLP item'),
  RLP_BOUND: bad('The RLP is longer or deeper than anything it is read for'),
  RLP_TYPE: bad('An RLP item is a list where bytes belong, or bytes where a list belongs'),
  RLP_LENGTH: bad('RLP bytes have another length than their field, or an integer leading zeros'),
  RLP_COUNT: bad('An RLP list has another number of items than the thing it stands for'),

  TRIE_NODE_HASH: unproven('A proof node is not the one its parent or the root names'),
  TRIE_NODE_MISSING: bad('The proof ends before it shows the key present or absent'),
  TRIE_NODE_LEFT: bad('The proof has nodes that no key needs, or one twice'),
  TRIE_NODE_SHAPE: bad('A proof node has a shape that no Ethereum trie contains'),
  TRIE_COUNT: bad('The proof has more nodes than allowed'),

  EVM_ACCOUNT_ABSENT: unproven('The contract does not exist under this state root'),
  EVM_ACCOUNT_CODE: unproven('The account under the contract’s address has another code'),
  EVM_SLOT_VALUE: bad('A storage value is not an integer of 1 to 32 bytes without leading zeros'),
  EVM_FACT: unproven('The contract’s storage says otherwise about the packet'),
  EVM_FACT_KIND: bad('An Ethereum contract keeps no such fact'),
  EVM_CONTRACT: bad('A contract needs an address and the hash of its code'),
  EVM_HEADER_FIELD: bad('A header field is outside what this client can count with'),
  EVM_HEADER_FORK: bad('The header has the fields of a fork this client does not follow'),
  EVM_HEADER_TIME: bad('The header’s time is not later than that of the newest one known'),
  EVM_HEADER_DRIFT: late('The header is further ahead of this chain’s clock than allowed'),
  EVM_HEADER_EXPIRED: never('The header is past the trusting period'),
  EVM_STATE_ROOT: bad('A zero or empty state root proves nothing'),

  CLIQUE_RULES: bad(
    'A clique client needs an epoch, a depth and an epoch header that fit each other',
  ),
  CLIQUE_COUNT: bad('An update has no header or more headers than allowed'),
  CLIQUE_PARENT: {
    status: 409,
    retry: 'after-update',
    message: 'The header does not follow the one before it, or the client’s confirmed one',
  },
  CLIQUE_FIELD: bad('A header field has a value clique forbids'),
  CLIQUE_EXTRA: bad('The extra data is not vanity, signer list at an epoch, and seal'),
  CLIQUE_SIGNERS: unproven('The signer list of an epoch header is not the set the votes have made'),
  CLIQUE_SEAL: unproven('The seal is not a canonical signature'),
  CLIQUE_SIGNER: unproven('The header is sealed by somebody outside the signer set'),
  CLIQUE_RECENT: unproven('The signer has sealed one of the last blocks and may not seal this one'),
  CLIQUE_DIFFICULTY: bad('The difficulty is not that of the signer’s turn'),
  CLIQUE_SET: never('The signer set would have fewer or more members than this client takes'),
  CLIQUE_VOTES: never('More votes are open than this client keeps'),
  CLIQUE_UNCONFIRMED: late('No header has enough distinct signers and blocks on top of it yet'),
  CLIQUE_SNAPSHOT: bad('The signer snapshot is not the one committed at this height'),
  CLIQUE_EVIDENCE: bad('The headers prove neither a double seal nor a reorganisation'),

  BEACON_RULES: bad('A beacon client needs a fork schedule that rises and a trusted block root'),
  BEACON_BOOTSTRAP: unproven('The header is not the trusted block'),
  BEACON_BOOTSTRAPPED: never('The client has its first sync committee already'),
  BEACON_UNINITIALISED: {
    status: 409,
    retry: 'after-update',
    message: 'The client has no sync committee yet: give it its bootstrap first',
  },
  BEACON_FORK: bad('The slot is of no fork in the schedule, or the header has the form of another'),
  BEACON_SLOTS: bad('The slots of signature, attested and finalized header are out of order'),
  BEACON_DRIFT: late('The signature slot is in this chain’s future'),
  BEACON_PERIOD: {
    status: 409,
    retry: 'after-update',
    message: 'The update is of a sync-committee period this client cannot judge',
  },
  BEACON_PARTICIPATION: unproven('Fewer than two thirds of the sync committee have signed'),
  BEACON_FINALITY: unproven('The finalized header is not in the attested state'),
  BEACON_EXECUTION: unproven('The execution header is not in the beacon block'),
  BEACON_COMMITTEE: unproven('The sync committee is not in the state it is said to be in'),
  BEACON_SIGNATURE: unproven('The sync committee’s signature does not hold'),
  BEACON_EVIDENCE: bad('The two updates do not contradict each other'),

  NOTARY_RULES: bad(
    'Notaries are 1 to 64 strictly ascending addresses with a threshold among them',
  ),
  NOTARY_SIGNER: bad('The signers are not notaries in strictly ascending order'),
  NOTARY_QUORUM: unproven('Fewer notaries have signed than the threshold asks for'),
  NOTARY_SIGNATURE: unproven('A signature is not its notary’s over this header'),
  NOTARY_EVIDENCE: bad('The two attestations are not of one height with different headers'),
});
