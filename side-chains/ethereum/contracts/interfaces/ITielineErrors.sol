// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Every refusal of the contracts, under the very names of docs/errors.md.
/// @dev An error that ends one item of a batch is never thrown: its selector is the item's code. What only
///      ERC-1155 knows (approval, receiver) has the names of ERC-6093.
interface ITielineErrors {
    // Bytes
    error CODEC_TRUNCATED();
    error CODEC_TRAILING();
    error CODEC_BOUND();
    error CODEC_VALUE();
    error ID_CLIENT();

    // Proofs
    error PROOF_EMPTY_CLAIMS();
    error PROOF_INDEX();
    error PROOF_TRUNCATED();
    error PROOF_TRAILING();
    error PROOF_TOO_DEEP();
    error PROOF_FOREIGN_LEAF();
    error PROOF_OPCODE();
    error PROOF_ROOT_MISMATCH();

    // Light client
    error CLIENT_ACTIVE();
    error CLIENT_SPEC();
    error CLIENT_TRUSTING_PERIOD();
    error CLIENT_UNINITIALISED();
    /// @param newestMs newest certified time, Unix milliseconds
    error CLIENT_EXPIRED(uint256 newestMs);
    error CLIENT_FROZEN();
    /// @param height height of the main chain that no slot of the ring holds
    error CONSENSUS_UNKNOWN(uint256 height);
    error CERTIFICATE_SET();
    /// @dev One comparison proves set and signers: a wrong member, set, key, digest or signature is this.
    error CERTIFICATE_SIGNATURE();
    /// @param signed voting power of the signers
    /// @param total voting power of the set
    error CERTIFICATE_QUORUM(uint256 signed, uint256 total);
    error VALIDATOR_SET_EMPTY();
    error VALIDATOR_SET_ORDER();
    error VALIDATOR_POWER();
    error CHECKPOINT_ROOT_ZERO();
    /// @param timeMs Unix milliseconds of the checkpoint
    /// @param newestMs Unix milliseconds of the newest accepted one
    error CHECKPOINT_TIME(uint256 timeMs, uint256 newestMs);
    /// @param timeMs Unix milliseconds of the checkpoint
    /// @param blockMs Unix milliseconds of this block
    error CHECKPOINT_DRIFT(uint256 timeMs, uint256 blockMs);
    /// @param timeMs Unix milliseconds of the checkpoint
    error CHECKPOINT_EXPIRED(uint256 timeMs);
    error MISBEHAVIOUR_NONE();

    // Packets
    error PACKET_ALREADY_RECEIVED();
    error PACKET_TIMED_OUT();
    error PACKET_ALREADY_SETTLED();
    error PACKET_UNKNOWN();
    error PACKET_COMMITMENT();
    error PACKET_ACKNOWLEDGEMENT();
    /// @param provenMs proven clock of the main chain, Unix milliseconds
    /// @param timeoutSeconds Unix seconds
    error PACKET_NOT_TIMED_OUT(uint256 provenMs, uint256 timeoutSeconds);
    error PACKET_TIMEOUT_PAST();
    error PACKET_TIMEOUT_SOON();
    error PACKET_TIMEOUT_FAR();
    error PACKET_DEADLINE();
    error BATCH_EMPTY();
    error BATCH_COUNT();
    error RESEND_UNKNOWN();
    error TRANSFER_DESTINATION();
    error TRANSFER_ORIGIN();

    // Guards
    error LANE_PAUSED();
    /// @param used base units that would be used of the window
    /// @param limit base units a window allows
    error LANE_LIMIT(uint256 used, uint256 limit);
    /// @param least base units
    error LANE_LEAST_QUANTITY(uint256 least);
    error GUARDIAN_UNKNOWN();
    /// @param againAtSeconds Unix seconds from which this guardian may pause again
    error GUARDIAN_SPENT(uint256 againAtSeconds);

    // Ledger
    error ACCOUNT_NOT_ADMITTED();
    error MEMBER_EXISTS();
    error MEMBER_UNKNOWN();
    error RESOURCE_UNKNOWN();
    error RESOURCE_FROZEN();
    error RESOURCE_NOT_FROZEN();
    error RESOURCE_ID();
    error RESOURCE_ROOT_ZERO();
    error RESOURCE_KIND_UNKNOWN();
    error QUANTITY_ZERO();
    error QUANTITY_OVERFLOW();
    /// @param held base units the owner has
    /// @param quantity base units asked for
    error HOLDING_INSUFFICIENT(uint256 held, uint256 quantity);

    // Governance
    error PROPOSAL_FORBIDDEN();
    error PROPOSAL_EXISTS();
    error PROPOSAL_UNKNOWN();
    error PROPOSAL_EXPIRED();
    error PROPOSAL_QUORUM(uint256 votes, uint256 quorum);
    error PROPOSAL_DELAY(uint256 readyAtSeconds);
    error ACTION_UNSUPPORTED();
    error GENESIS_QUORUM();
    error GENESIS_MEMBERS();
    error GENESIS_PRODUCTION();
}
