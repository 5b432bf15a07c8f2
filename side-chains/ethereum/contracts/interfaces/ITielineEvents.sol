// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Events beside the ERC-1155 ones; never an input of a proof.
/// @dev A delivered transfer is a `TransferSingle` from the zero address, in the order of the run that
///      `PacketsReceived` names after it; a refund is one too, after `PacketAcknowledged` or `PacketTimedOut`.
interface ITielineEvents {
    /// @param height height of the two conflicting checkpoints
    event ClientFrozen(uint256 height);
    /// @param validatorSetHash the set that signs from now on
    event ClientReplaced(uint256 height, bytes32 validatorSetHash);

    /// @notice A packet of port `transfer`.
    /// @param timeoutSeconds Unix seconds of the main chain's clock
    /// @param value payload, docs/protocol.md#payloads
    event PacketSent(uint256 indexed sequence, uint256 timeoutSeconds, bytes value);
    /// @notice A packet of port `retirement`, at first or sent again.
    /// @param timeoutSeconds Unix seconds of the main chain's clock
    /// @param value payload, docs/protocol.md#payloads
    event RetirementSent(uint256 indexed sequence, uint256 timeoutSeconds, bytes value);
    /// @notice One packet was shown, proven by itself.
    event PacketReceived(uint256 indexed sequence);
    /// @notice A run of packets was shown.
    /// @param firstSequence sequence of the first packet of the run
    /// @param count packets of the run
    event PacketsReceived(uint256 indexed firstSequence, uint256 count);
    /// @param code selector of the error that says why the packet got the universal error
    event PacketFailed(uint256 indexed sequence, bytes4 code);
    event PacketAcknowledged(uint256 indexed sequence, bool success);
    event PacketTimedOut(uint256 indexed sequence);

    /// @param kind SHA-256 of the kind's id
    /// @param unit base unit, docs/protocol.md#units
    event ResourceCreated(bytes32 indexed resourceId, bytes32 kind, uint256 unit);
    event ResourceFrozen(bytes32 indexed resourceId, bytes caseOrder);
    event ResourceUnfrozen(bytes32 indexed resourceId, bytes caseOrder);
    /// @param quantity base units
    event Retired(
        bytes32 indexed resourceId,
        address indexed owner,
        uint256 quantity,
        string beneficiary,
        string purpose,
        uint256 sequence
    );

    event LanePaused(address by);
    /// @param leastQuantity base units
    /// @param outflowLimit base units a resource and window
    /// @param windowSeconds seconds
    event LaneSet(bool paused, uint256 leastQuantity, uint256 outflowLimit, uint256 windowSeconds);
    event Admitted(address indexed account);
    event Expelled(address indexed account);
    event KindRegistered(bytes32 indexed kind, uint256 unit);

    event ProposalCreated(
        bytes32 indexed id,
        address indexed proposer,
        uint256 createdSeconds,
        uint256 expirySeconds,
        address target,
        bytes data
    );
    event ProposalVoted(bytes32 indexed id, address indexed organisation, bool support);
    event ProposalExecuted(bytes32 indexed id);
    event OrganisationsSet(address[] organisations, uint256 quorum, uint256 delaySeconds);
}
