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
    /// @notice A packet of ours ended by its acknowledgement.
    event PacketAcknowledged(uint256 indexed sequence, bool success);
    /// @notice A packet of ours ended unreceived.
    event PacketTimedOut(uint256 indexed sequence);

    /// @param kind SHA-256 of the kind's id
    /// @param unit base unit, docs/protocol.md#units
    event ResourceCreated(bytes32 indexed resourceId, bytes32 kind, uint256 unit);
    /// @notice By case order; empty where a delivery brought the freeze.
    event ResourceFrozen(bytes32 indexed resourceId, bytes caseOrder);
    /// @notice By case order.
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

    /// @param by governance or a guardian
    event LanePaused(address by);
    /// @param guards whether the account may pause the lane from now on
    event GuardianSet(address indexed account, bool guards);
    /// @param leastQuantity base units
    /// @param outflowLimit base units a resource and window
    /// @param windowSeconds seconds
    event LaneSet(bool paused, uint256 leastQuantity, uint256 outflowLimit, uint256 windowSeconds);
    /// @notice An account may hold, send and receive from now on.
    event Admitted(address indexed account);
    /// @notice An account may no longer; what it holds stays.
    event Expelled(address indexed account);
    /// @notice Resources of a kind may come in from now on.
    event KindRegistered(bytes32 indexed kind, uint256 unit);

    /// @notice With all that execute asks for again.
    event ProposalCreated(
        bytes32 indexed id,
        address indexed proposer,
        uint256 createdSeconds,
        uint256 expirySeconds,
        address target,
        bytes data
    );
    /// @notice The one vote of an organisation, given or withdrawn.
    event ProposalVoted(bytes32 indexed id, address indexed organisation, bool support);
    /// @notice The call succeeded.
    event ProposalExecuted(bytes32 indexed id);
    /// @notice Who decides from now on, how many of them, and after how long.
    event OrganisationsSet(address[] organisations, uint256 quorum, uint256 delaySeconds);
}
