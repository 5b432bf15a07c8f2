// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CheckpointClient} from "./CheckpointClient.sol";
import {HubStorage} from "./HubStorage.sol";
import {PacketReceiver} from "./PacketReceiver.sol";
import {PacketSender} from "./PacketSender.sol";
import {IGovernance} from "./interfaces/IGovernance.sol";
import {IPacketHandler} from "./interfaces/IPacketHandler.sol";
import {PacketHash} from "./libraries/PacketHash.sol";
import {StateProof} from "./libraries/StateProof.sol";

/// @title An Ethereum network as a side chain of Tieline: light client of the main chain, packets over the
///        one lane to it, holdings of resources. Not upgradable; what may change, changes by Governance.
/// @dev Functions are found one after another in the order of their selectors, 22 gas each: the busy ones have
///      names whose selectors come early (sendHolding, updateAndReceive).
contract TielineHub is PacketSender, IPacketHandler {
    uint256 private constant GUARDIAN_PAUSE_SECONDS = 3600;
    uint256 private constant GUARDIAN_REST_SECONDS = 86_400;

    /// @notice What a deployment fixes for good, but for the lists, which governance changes.
    struct Config {
        /// genesis hash of the main chain
        bytes32 genesisHash;
        /// set that signs the first checkpoint, and a height below it
        bytes32 validatorSetHash;
        uint64 height;
        /// seconds
        uint64 trustingPeriodSeconds;
        uint64 maxClockDriftSeconds;
        uint64 leastTimeoutSeconds;
        /// consensus states kept, a power of two from 256 to 1024
        uint256 ringSize;
        /// our client id for the main chain, and the main chain's for us
        string client;
        string counterpartyClient;
        address governance;
        /// whether accounts are admitted by list
        bool listed;
        address[] admitted;
        address[] guardians;
        /// SHA-256 of kind ids, and the numbers of their base units
        bytes32[] kinds;
        uint8[] units;
    }

    constructor(Config memory config)
        CheckpointClient(
            config.genesisHash,
            config.validatorSetHash,
            config.height,
            config.trustingPeriodSeconds,
            config.maxClockDriftSeconds,
            config.ringSize
        )
        PacketReceiver(bytes(config.client), bytes(config.counterpartyClient), _chainId())
        PacketSender(config.leastTimeoutSeconds)
    {
        if (IGovernance(config.governance).hub() != address(this)) revert PROPOSAL_FORBIDDEN();
        GOVERNANCE = config.governance;
        _head |= (config.listed ? FLAG_LISTED : 0) | 1;
        for (uint256 pos; pos < config.admitted.length; ++pos) {
            _admitted[config.admitted[pos]] = true;
            emit Admitted(config.admitted[pos]);
        }
        for (uint256 pos; pos < config.guardians.length; ++pos) _setGuardian(config.guardians[pos], true);
        for (uint256 pos; pos < config.kinds.length; ++pos) _registerKind(config.kinds[pos], config.units[pos]);
    }

    /// @inheritdoc IPacketHandler
    function sendHolding(
        bytes32 resourceId,
        uint128 quantity,
        address receiver,
        uint64 timeoutSeconds,
        uint64 deadlineSeconds,
        string calldata destination,
        string calldata memo
    ) external returns (uint256) {
        return _send(resourceId, quantity, receiver, timeoutSeconds, deadlineSeconds, destination, memo);
    }

    /// @notice Takes a quantity out of circulation for good, for a named consumer.
    /// @param quantity base units
    function retire(bytes32 resourceId, uint128 quantity, string calldata beneficiary, string calldata purpose)
        external
        returns (uint256 sequence)
    {
        return _retire(resourceId, quantity, beneficiary, purpose);
    }

    /// @inheritdoc IPacketHandler
    function resend(uint256 sequence, bytes calldata value) external returns (uint256) {
        return _resend(sequence, value);
    }

    /// @inheritdoc IPacketHandler
    function receivePacket(uint256 place, bytes32 outboxRoot, bytes calldata value, bytes calldata proof)
        external
        returns (bytes4)
    {
        return _receiveOne(place, outboxRoot, value, proof);
    }

    /// @inheritdoc IPacketHandler
    function receivePackets(
        uint256 place,
        uint256 range,
        bytes32 stateRoot,
        bytes calldata items,
        bytes calldata siblings
    ) external returns (bytes4[] memory codes) {
        bytes32 outboxRoot;
        (codes, outboxRoot) = _receiveRun(place, range, items, siblings);
        _requireAnchor(_head, place, stateRoot, outboxRoot);
    }

    /// @inheritdoc IPacketHandler
    function receiveOlderPackets(
        uint256 place,
        uint256 range,
        uint64 outboxHeight,
        bytes32 outboxRoot,
        bytes calldata items,
        bytes calldata siblings,
        bytes calldata rootProof
    ) external returns (bytes4[] memory codes) {
        bytes32 older;
        (codes, older) = _receiveRun(place, range, items, siblings);
        bytes32 path = sha256(abi.encodePacked("outboxRoot/", outboxHeight));
        bytes32 stateRoot = StateProof.root(StateProof.leaf(path, PacketHash.digest(older)), path, rootProof);
        _requireAnchor(_head, place, stateRoot, outboxRoot);
    }

    /// @inheritdoc IPacketHandler
    function updateAndReceive(
        uint256 place,
        bytes32 stateRoot,
        bytes32 outboxRoot,
        bytes calldata certificate,
        bytes calldata value,
        bytes calldata proof
    ) external returns (bytes4) {
        _update(place, stateRoot, outboxRoot, certificate);
        return _receiveOne(place, outboxRoot, value, proof);
    }

    /// @inheritdoc IPacketHandler
    function updateAndReceiveMany(
        uint256 place,
        uint256 range,
        bytes32 stateRoot,
        bytes32 outboxRoot,
        bytes calldata certificate,
        bytes calldata items,
        bytes calldata siblings
    ) external returns (bytes4[] memory codes) {
        _update(place, stateRoot, outboxRoot, certificate);
        bytes32 shown;
        (codes, shown) = _receiveRun(place, range, items, siblings);
        _requireAnchor(_head, place, stateRoot, shown);
    }

    /// @inheritdoc IPacketHandler
    function acknowledgePacket(uint256 place, bytes32 outboxRoot, bytes calldata value, bytes calldata proof)
        external
    {
        _acknowledge(place, outboxRoot, value, proof);
    }

    /// @inheritdoc IPacketHandler
    function acknowledgePackets(
        uint256 place,
        uint256 range,
        bytes32 stateRoot,
        bytes calldata items,
        bytes calldata siblings
    ) external returns (bytes4[] memory) {
        return _acknowledgeRun(place, range, stateRoot, items, siblings);
    }

    /// @inheritdoc IPacketHandler
    function timeoutPacket(uint256 place, bytes32 outboxRoot, bytes calldata value, bytes calldata proof) external {
        _timeOut(place, outboxRoot, value, proof);
    }

    /// @inheritdoc IPacketHandler
    function commitmentOf(uint256 sequence) external view returns (bytes32) {
        return _commitments[sequence];
    }

    /// @inheritdoc IPacketHandler
    function statusOf(uint256 sequence) external view returns (uint256) {
        return (_statuses[sequence >> 7] >> ((sequence & 127) << 1)) & 3;
    }

    /// @inheritdoc IPacketHandler
    function nextSequence() external view returns (uint256) {
        return ((_head >> SEQUENCE_SHIFT) & MASK_44) + 1;
    }

    /// @notice The one contract whose word changes rules here.
    function governance() external view returns (address) {
        return GOVERNANCE;
    }

    /// @notice Pauses the lane by rule, at once. Governance.
    function pauseLane() external onlyGovernance {
        _head |= FLAG_PAUSED;
        emit LanePaused(msg.sender);
    }

    /// @notice Replaces the rules of the lane and ends a guardian's pause. Governance, delayed.
    /// @param leastQuantity base units
    /// @param outflowLimit base units a resource and window, below 2^80, 0 for none
    /// @param windowSeconds seconds, 0 for none
    function setLane(bool paused, uint128 leastQuantity, uint256 outflowLimit, uint32 windowSeconds)
        external
        onlyGovernance
    {
        if (outflowLimit > MASK_80) revert QUANTITY_OVERFLOW();
        _head = (_head & ~(FLAG_PAUSED | FLAG_GUARDED)) | (paused ? FLAG_PAUSED : 0);
        _lane = (outflowLimit << 176) | (uint256(leastQuantity) << 48) | (uint256(windowSeconds) << 16);
        emit LaneSet(paused, leastQuantity, outflowLimit, windowSeconds);
    }

    /// @notice Pauses the lane for an hour; one guardian suffices, once a day.
    function guardPause() external {
        uint256 last = _guardians[msg.sender];
        if (last == 0) revert GUARDIAN_UNKNOWN();
        if (last > 1 && block.timestamp < last - 1 + GUARDIAN_REST_SECONDS) {
            revert GUARDIAN_SPENT(last - 1 + GUARDIAN_REST_SECONDS);
        }
        _guardians[msg.sender] = block.timestamp + 1;
        _pausedUntilSeconds = block.timestamp + GUARDIAN_PAUSE_SECONDS;
        _head |= FLAG_GUARDED;
        emit LanePaused(msg.sender);
    }

    /// @notice Makes an account a guardian, or no longer one. Governance, delayed.
    function setGuardian(address account, bool guards) external onlyGovernance {
        _setGuardian(account, guards);
    }

    /// @notice Whether the lane is paused now, and its rules, as setLane takes them.
    function laneOf()
        external
        view
        returns (bool paused, uint256 leastQuantity, uint256 outflowLimit, uint256 windowSeconds)
    {
        uint256 lane = _lane;
        return (_isPaused(_head), (lane >> 48) & MASK_128, lane >> 176, (lane >> 16) & MASK_32);
    }

    /// @notice Makes a kind of resource known. Governance, delayed.
    /// @param kind SHA-256 of its id
    /// @param unit number of its base unit
    function registerKind(bytes32 kind, uint8 unit) external onlyGovernance {
        _registerKind(kind, unit);
    }

    function _setGuardian(address account, bool guards) private {
        _guardians[account] = guards ? 1 : 0;
        emit GuardianSet(account, guards);
    }

    function _registerKind(bytes32 kind, uint8 unit) private {
        _kinds[kind] = uint256(unit) + 1;
        emit KindRegistered(kind, unit);
    }

    /// @dev CAIP-2: `eip155:` and the chain id in decimal
    function _chainId() private view returns (bytes memory) {
        uint256 digits = 1;
        for (uint256 rest = block.chainid / 10; rest != 0; rest /= 10) ++digits;
        bytes memory text = new bytes(digits);
        uint256 value = block.chainid;
        for (uint256 pos = digits; pos != 0; value /= 10) text[--pos] = bytes1(uint8(48 + value % 10));
        return bytes.concat("eip155:", text);
    }
}
