// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IBC v2 packets over the one lane to the main chain, docs/protocol.md#ethereum-packets
interface IPacketHandler {
    /// @notice Sends a quantity of a resource towards another chain; the caller's holding shrinks at once.
    /// @param quantity base units
    /// @param destination CAIP-2 id of the chain where the transfer ends
    /// @param timeoutSeconds Unix seconds of the main chain's clock, until which it must have received
    /// @param deadlineSeconds Unix seconds, the one final deadline of the whole transfer
    function sendHolding(
        bytes32 resourceId,
        uint128 quantity,
        address receiver,
        uint64 timeoutSeconds,
        uint64 deadlineSeconds,
        string calldata destination,
        string calldata memo
    ) external returns (uint256 sequence);

    /// @notice Sends a retirement that ended without being booked again, under a new sequence.
    function resend(uint256 sequence, bytes calldata value) external returns (uint256 again);

    /// @notice Receives one packet proven under a stored state root.
    /// @return code 0, or why nothing changed (selector)
    function receivePacket(uint256 place, bytes32 outboxRoot, bytes calldata value, bytes calldata proof)
        external
        returns (bytes4 code);

    /// @notice Receives a run of one outbox; each packet by itself.
    /// @param range docs/protocol.md#ethereum-place
    /// @return codes one an item: 0, or why nothing changed (selector)
    function receivePackets(
        uint256 place,
        uint256 range,
        bytes32 stateRoot,
        bytes calldata items,
        bytes calldata siblings
    ) external returns (bytes4[] memory codes);

    /// @notice As receivePackets, of an outbox older than the checkpoint that proves it.
    /// @param rootProof state proof of `outboxRoot/<outboxHeight>`
    function receiveOlderPackets(
        uint256 place,
        uint256 range,
        uint64 outboxHeight,
        bytes32 outboxRoot,
        bytes calldata items,
        bytes calldata siblings,
        bytes calldata rootProof
    ) external returns (bytes4[] memory codes);

    /// @notice update, then receivePacket under that checkpoint.
    function updateAndReceive(
        uint256 place,
        bytes32 stateRoot,
        bytes32 outboxRoot,
        bytes calldata certificate,
        bytes calldata value,
        bytes calldata proof
    ) external returns (bytes4 code);

    /// @notice update, then receivePackets under that checkpoint.
    function updateAndReceiveMany(
        uint256 place,
        uint256 range,
        bytes32 stateRoot,
        bytes32 outboxRoot,
        bytes calldata certificate,
        bytes calldata items,
        bytes calldata siblings
    ) external returns (bytes4[] memory codes);

    /// @notice Settles one packet of ours by its acknowledgement, proven under a stored state root.
    /// @param value empty for success; the payload for the universal error
    function acknowledgePacket(uint256 place, bytes32 outboxRoot, bytes calldata value, bytes calldata proof) external;

    /// @notice Settles a run of acknowledgements of one outbox; each by itself.
    function acknowledgePackets(
        uint256 place,
        uint256 range,
        bytes32 stateRoot,
        bytes calldata items,
        bytes calldata siblings
    ) external returns (bytes4[] memory codes);

    /// @notice Settles a packet of ours that the main chain had not received at its timeout.
    function timeoutPacket(uint256 place, bytes32 outboxRoot, bytes calldata value, bytes calldata proof) external;

    /// @notice Commitment of a packet of ours that is pending, else zero.
    function commitmentOf(uint256 sequence) external view returns (bytes32);

    /// @return 0 not received, 1 delivered, 2 answered with the universal error
    function statusOf(uint256 sequence) external view returns (uint256);

    /// @return sequence the next packet of ours gets
    function nextSequence() external view returns (uint256 sequence);
}
