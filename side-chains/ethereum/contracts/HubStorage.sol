// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITielineErrors} from "./interfaces/ITielineErrors.sol";
import {ITielineEvents} from "./interfaces/ITielineEvents.sol";

/// @title All state of the hub, in one place and one order; docs/protocol.md#ethereum-storage
/// @dev Words are packed by hand, because each cold slot costs more than all the arithmetic on it. The main
///      chain proves `_commitments` (slot 3) and `_statuses` (slot 4) by EIP-1186: their places are protocol.
abstract contract HubStorage is ITielineErrors, ITielineEvents {
    // Head word, from the top: flags(8) ring slot(16) height(64) time(48, ms) next sequence(44)
    // window start(32, s) sent in window(24) admission epoch(20).
    uint256 internal constant FLAG_FROZEN = 1 << 255;
    uint256 internal constant FLAG_INITIALISED = 1 << 254;
    uint256 internal constant FLAG_PENDING = 1 << 253;
    uint256 internal constant FLAG_PAUSED = 1 << 252;
    uint256 internal constant FLAG_GUARDED = 1 << 251;
    uint256 internal constant FLAG_LISTED = 1 << 250;
    uint256 internal constant SLOT_SHIFT = 232;
    uint256 internal constant HEIGHT_SHIFT = 168;
    uint256 internal constant TIME_SHIFT = 120;
    uint256 internal constant SEQUENCE_SHIFT = 76;
    uint256 internal constant WINDOW_SHIFT = 44;
    uint256 internal constant SENT_SHIFT = 20;
    uint256 internal constant MASK_16 = (1 << 16) - 1;
    uint256 internal constant MASK_20 = (1 << 20) - 1;
    uint256 internal constant MASK_24 = (1 << 24) - 1;
    uint256 internal constant MASK_32 = (1 << 32) - 1;
    uint256 internal constant MASK_44 = (1 << 44) - 1;
    uint256 internal constant MASK_48 = (1 << 48) - 1;
    uint256 internal constant MASK_64 = (1 << 64) - 1;
    uint256 internal constant MASK_80 = (1 << 80) - 1;
    uint256 internal constant MASK_128 = (1 << 128) - 1;
    uint256 internal constant MOST_SLOTS = 1024;

    /// @dev slot 0: client and lane; see the layout above
    uint256 internal _head;
    /// @dev slot 1: the set that signs; keccak(current ‖ next) while a change is announced
    bytes32 internal _sets;
    /// @dev slot 2: outflow limit(80) least quantity(128) window(32, s), base units; from the top
    uint256 internal _lane;
    /// @dev slot 3: sequence of ours → IBC v2 commitment, zero once settled
    mapping(uint256 sequence => bytes32 commitment) internal _commitments;
    /// @dev slot 4: sequence / 128 → two bits a sequence: 0 none, 1 delivered, 2 universal error
    mapping(uint256 word => uint256 bits) internal _statuses;
    /// @dev slot 5: resource → owner → admission epoch(20, at bit 128) quantity(128), base units
    mapping(bytes32 resourceId => mapping(address owner => uint256 word)) internal _holdings;
    /// @dev slot 6: resource → supply(128) used of window(80) window start(32, s) unit(8) status(8)
    mapping(bytes32 resourceId => uint256 word) internal _resources;
    /// @dev slot 7: resource → newest dynamic head
    mapping(bytes32 resourceId => DynamicHead) internal _dynamicHeads;
    /// @dev slot 8
    mapping(address account => bool) internal _admitted;
    /// @dev slot 9: SHA-256 of a kind's id → unit + 1
    mapping(bytes32 kind => uint256) internal _kinds;
    /// @dev slot 10
    mapping(address owner => mapping(address operator => bool)) internal _approvals;
    /// @dev slot 11: sequence of a retirement that was not booked → keccak of its payload
    mapping(uint256 sequence => bytes32) internal _resends;
    /// @dev slot 12: guardian → Unix seconds of the last pause + 1; 0 for anybody else
    mapping(address guardian => uint256) internal _guardians;
    /// @dev slot 13: Unix seconds until which a guardian has paused; looked at only under FLAG_GUARDED
    uint256 internal _pausedUntilSeconds;
    /// @dev slots 14 to 1037: keccak(state root ‖ outbox root ‖ time)(24, from the top) height(8)
    uint256[MOST_SLOTS] internal _ring;

    struct DynamicHead {
        uint64 index;
        bytes32 head;
    }

    uint256 internal constant STATUS_ACTIVE = 1;
    uint256 internal constant STATUS_FROZEN = 2;

    address internal immutable GOVERNANCE;

    modifier onlyGovernance() {
        if (msg.sender != GOVERNANCE) revert PROPOSAL_FORBIDDEN();
        _;
    }

    /// @notice Refuses while the lane is paused, by rule or by a guardian.
    function _isPaused(uint256 head) internal view returns (bool) {
        if (head & (FLAG_PAUSED | FLAG_GUARDED) == 0) return false;
        return head & FLAG_PAUSED != 0 || block.timestamp < _pausedUntilSeconds;
    }
}
