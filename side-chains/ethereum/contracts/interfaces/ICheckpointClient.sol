// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Light client of the main chain, docs/protocol.md#ethereum-client
interface ICheckpointClient {
    /// @notice Shows one certificate. A newer checkpoint becomes the head; an older one is a no-op, unless
    ///         the slot `place` names holds other content of that height: then the client freezes for good.
    /// @param place flags, ring slot, height, time: docs/protocol.md#ethereum-place
    /// @param certificate set hashes where the flags announce them, then the members
    function update(uint256 place, bytes32 stateRoot, bytes32 outboxRoot, bytes calldata certificate) external;

    /// @notice Two certificates of one height with different content freeze the client.
    function misbehaviour(
        uint256 firstPlace,
        bytes32[2] calldata firstRoots,
        bytes calldata first,
        uint256 secondPlace,
        bytes32[2] calldata secondRoots,
        bytes calldata second
    ) external;

    /// @notice A new state under the same client for one that is frozen or expired. Governance only, delayed.
    function replaceClient(bytes32 validatorSetHash, uint64 height) external;

    /// @return frozen equivocation was proven
    /// @return expired past the trusting period
    /// @return initialised a checkpoint was accepted
    /// @return height newest accepted height
    /// @return timeMs its Unix milliseconds; creation before the first
    /// @return slot ring slot of the newest
    /// @return sets the set that signs, or keccak(current ‖ next) while a change is announced
    /// @return pending a change is announced
    function clientState()
        external
        view
        returns (
            bool frozen,
            bool expired,
            bool initialised,
            uint256 height,
            uint256 timeMs,
            uint256 slot,
            bytes32 sets,
            bool pending
        );

    /// @notice The ring slot that holds a height, or 0xffff.
    function slotOf(uint256 height) external view returns (uint256);
}
