// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {HubStorage} from "./HubStorage.sol";
import {ICheckpointClient} from "./interfaces/ICheckpointClient.sol";
import {Certificate} from "./libraries/Certificate.sol";

/// @title Light client of the main chain: checkpoint certificates move its head, and the newest consensus
///        states stand in a ring. docs/protocol.md#ethereum-client
abstract contract CheckpointClient is HubStorage, ICheckpointClient {
    // Flags of `place`, at its top byte.
    uint256 internal constant ANNOUNCES = 1 << 248;
    uint256 internal constant FOLLOWS = 1 << 249;
    uint256 internal constant BY_CURRENT = 1 << 250;
    /// @dev as ring slot of a place: the newest
    uint256 internal constant NEWEST = 0xffff;

    uint256 private constant HEIGHT_AND_TIME = ((1 << 112) - 1) << TIME_SHIFT;
    uint256 private constant HEIGHT = MASK_64 << HEIGHT_SHIFT;
    uint256 private constant SLOT = MASK_16 << SLOT_SHIFT;
    uint256 private constant LEAST_TRUST_SECONDS = 259_200;
    bytes32 private constant CHECKPOINT_TYPE = keccak256(
        "Checkpoint(uint64 height,bytes32 stateRoot,bytes32 outboxRoot,uint64 timeMs,bytes32 validatorSetHash,bytes32 nextValidatorSetHash)"
    );

    bytes32 private immutable DOMAIN;
    uint256 private immutable TRUSTING_MS;
    uint256 private immutable DRIFT_MS;
    uint256 private immutable RING_MASK;

    constructor(
        bytes32 genesisHash,
        bytes32 validatorSetHash,
        uint64 height,
        uint64 trustingPeriodSeconds,
        uint64 maxClockDriftSeconds,
        uint256 ringSize
    ) {
        if (genesisHash == 0) revert CLIENT_SPEC();
        if (ringSize < 256 || ringSize > MOST_SLOTS || ringSize & (ringSize - 1) != 0) revert CLIENT_SPEC();
        if (trustingPeriodSeconds < LEAST_TRUST_SECONDS) revert CLIENT_TRUSTING_PERIOD();
        DOMAIN = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,bytes32 salt)"),
                keccak256("Tieline Checkpoint"),
                keccak256("1"),
                genesisHash
            )
        );
        TRUSTING_MS = uint256(trustingPeriodSeconds) * 1000;
        DRIFT_MS = uint256(maxClockDriftSeconds) * 1000;
        RING_MASK = ringSize - 1;
        _initialise(0, validatorSetHash, height);
    }

    /// @inheritdoc ICheckpointClient
    function update(uint256 place, bytes32 stateRoot, bytes32 outboxRoot, bytes calldata certificate) external {
        _update(place, stateRoot, outboxRoot, certificate);
    }

    /// @inheritdoc ICheckpointClient
    function misbehaviour(
        uint256 firstPlace,
        bytes32[2] calldata firstRoots,
        bytes calldata first,
        uint256 secondPlace,
        bytes32[2] calldata secondRoots,
        bytes calldata second
    ) external {
        uint256 head = _head;
        _requireLive(head);
        bytes32 one = _verifyKnown(head, firstPlace, firstRoots[0], firstRoots[1], first);
        bytes32 other = _verifyKnown(head, secondPlace, secondRoots[0], secondRoots[1], second);
        if ((firstPlace ^ secondPlace) & HEIGHT != 0 || one == other) revert MISBEHAVIOUR_NONE();
        _freeze(head, firstPlace);
    }

    /// @inheritdoc ICheckpointClient
    function replaceClient(bytes32 validatorSetHash, uint64 height) external onlyGovernance {
        uint256 head = _head;
        if (head & FLAG_FROZEN == 0 && !_isExpired(head)) revert CLIENT_ACTIVE();
        // Nothing the old client has stored may prove anything any more.
        for (uint256 slot; slot <= RING_MASK; ++slot) delete _ring[slot];
        _initialise(head & (FLAG_PAUSED | FLAG_GUARDED | FLAG_LISTED | ((1 << TIME_SHIFT) - 1)), validatorSetHash, height);
        emit ClientReplaced(height, validatorSetHash);
    }

    /// @inheritdoc ICheckpointClient
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
        )
    {
        uint256 head = _head;
        frozen = head & FLAG_FROZEN != 0;
        expired = _isExpired(head);
        initialised = head & FLAG_INITIALISED != 0;
        height = (head >> HEIGHT_SHIFT) & MASK_64;
        timeMs = (head >> TIME_SHIFT) & MASK_48;
        slot = (head >> SLOT_SHIFT) & MASK_16;
        sets = _sets;
        pending = head & FLAG_PENDING != 0;
    }

    /// @inheritdoc ICheckpointClient
    function slotOf(uint256 height) external view returns (uint256) {
        for (uint256 slot; slot <= RING_MASK; ++slot) {
            if (_ring[slot] != 0 && _ring[slot] & MASK_64 == height) return slot;
        }
        return NEWEST;
    }

    function _initialise(uint256 kept, bytes32 validatorSetHash, uint256 height) private {
        if (validatorSetHash == 0) revert CLIENT_SPEC();
        _sets = validatorSetHash;
        _head = kept | (RING_MASK << SLOT_SHIFT) | (height << HEIGHT_SHIFT) | ((block.timestamp * 1000) << TIME_SHIFT);
    }

    /// @dev Moves the head, does nothing, or freezes; every other case reverts.
    function _update(uint256 place, bytes32 stateRoot, bytes32 outboxRoot, bytes calldata certificate) internal {
        uint256 head = _head;
        if (!_isPlain(head, place, stateRoot, outboxRoot) && _isOlder(head, place, stateRoot, outboxRoot)) {
            return _compareOlder(head, place, stateRoot, outboxRoot, certificate);
        }
        bytes32 signing = _sets;
        bytes32 next = signing;
        bytes calldata members = certificate;
        if (place >> 248 != 0 || head & FLAG_PENDING != 0) {
            // Above the announcing height the current set's word is void: only in evidence does it count.
            if (place & BY_CURRENT != 0) revert CERTIFICATE_SET();
            (signing, next, members) = _setsOf(head, place, certificate);
        }
        Certificate.verify(_digest(place, stateRoot, outboxRoot, signing, next), signing, members);

        uint256 slot = (((head >> SLOT_SHIFT) & MASK_16) + 1) & RING_MASK;
        uint256 flags = head & (FLAG_PAUSED | FLAG_GUARDED | FLAG_LISTED) | FLAG_INITIALISED;
        if (next != signing) {
            flags |= FLAG_PENDING;
            _sets = _pair(signing, next);
        } else if (head & FLAG_PENDING != 0) {
            _sets = signing;
        }
        _head = flags | (slot << SLOT_SHIFT) | (place & HEIGHT_AND_TIME) | (head & ((1 << TIME_SHIFT) - 1));
        _ring[slot] = _entry(place, stateRoot, outboxRoot);
    }

    /// @dev In one branch what a good, newer checkpoint passes; else _isOlder finds the reason.
    function _isPlain(uint256 head, uint256 place, bytes32 stateRoot, bytes32 outboxRoot)
        private
        view
        returns (bool plain)
    {
        uint256 drift = DRIFT_MS;
        uint256 trust = TRUSTING_MS;
        uint256 height = HEIGHT;
        assembly ("memory-safe") {
            let nowMs := mul(timestamp(), 1000)
            let timeMs := and(shr(TIME_SHIFT, place), MASK_48)
            let newestMs := and(shr(TIME_SHIFT, head), MASK_48)
            // Initialised and not frozen; height and time above the newest; not ahead, nothing expired
            // (the newest being in trust, the later one is); no zero root.
            plain := and(eq(shr(254, head), 1), gt(and(place, height), and(head, height)))
            plain := and(plain, and(gt(timeMs, newestMs), gt(add(newestMs, trust), nowMs)))
            plain := and(plain, iszero(gt(timeMs, add(nowMs, drift))))
            plain := and(plain, iszero(or(iszero(stateRoot), iszero(outboxRoot))))
        }
    }

    /// @dev Refuses what no checkpoint may be; true for one at or below the head.
    function _isOlder(uint256 head, uint256 place, bytes32 stateRoot, bytes32 outboxRoot) private view returns (bool) {
        _requireLive(head);
        if (stateRoot == 0 || outboxRoot == 0) revert CHECKPOINT_ROOT_ZERO();
        if (place & HEIGHT <= head & HEIGHT) return true;
        uint256 timeMs = (place >> TIME_SHIFT) & MASK_48;
        uint256 newestMs = (head >> TIME_SHIFT) & MASK_48;
        if (timeMs <= newestMs && head & FLAG_INITIALISED != 0) revert CHECKPOINT_TIME(timeMs, newestMs);
        uint256 nowMs = block.timestamp * 1000;
        if (timeMs > nowMs + DRIFT_MS) revert CHECKPOINT_DRIFT(timeMs, nowMs);
        if (timeMs + TRUSTING_MS <= nowMs) revert CHECKPOINT_EXPIRED(timeMs);
        return false;
    }

    /// @dev The hash is cut to 192 bits: only a second preimage of one stored entry would be of use.
    function _entry(uint256 place, bytes32 stateRoot, bytes32 outboxRoot) private pure returns (uint256 entry) {
        uint256 timeMs = (place >> TIME_SHIFT) & MASK_48;
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, stateRoot)
            mstore(add(m, 0x20), outboxRoot)
            mstore(add(m, 0x40), timeMs)
            entry := keccak256(m, 0x60)
        }
        entry = (entry & ~MASK_64) | ((place >> HEIGHT_SHIFT) & MASK_64);
    }

    /// @notice Refuses roots that are not those of the place, in a client that can prove something.
    function _requireAnchor(uint256 head, uint256 place, bytes32 stateRoot, bytes32 outboxRoot) internal view {
        _requireLive(head);
        if (head & FLAG_INITIALISED == 0) revert CLIENT_UNINITIALISED();
        uint256 slot = (place >> SLOT_SHIFT) & MASK_16;
        if (slot == NEWEST) slot = (head >> SLOT_SHIFT) & MASK_16;
        uint256 height = (place >> HEIGHT_SHIFT) & MASK_64;
        if (slot > RING_MASK) revert CONSENSUS_UNKNOWN(height);
        uint256 entry = _ring[slot];
        if (entry == 0 || entry & MASK_64 != height) revert CONSENSUS_UNKNOWN(height);
        if (entry != _entry(place, stateRoot, outboxRoot)) revert PROOF_ROOT_MISMATCH();
    }

    /// @notice Refuses a frozen or expired client.
    function _requireLive(uint256 head) internal view {
        if (head & FLAG_FROZEN != 0) revert CLIENT_FROZEN();
        if (_isExpired(head)) revert CLIENT_EXPIRED((head >> TIME_SHIFT) & MASK_48);
    }

    /// @notice Refuses a client over which nothing can be sent.
    function _requireActive(uint256 head) internal view {
        _requireLive(head);
        if (head & FLAG_INITIALISED == 0) revert CLIENT_UNINITIALISED();
    }

    function _isExpired(uint256 head) private view returns (bool) {
        unchecked {
            return ((head >> TIME_SHIFT) & MASK_48) + TRUSTING_MS <= block.timestamp * 1000;
        }
    }

    /// @dev A checkpoint at or below the head: a no-op, or the equivocation that freezes the client.
    function _compareOlder(
        uint256 head,
        uint256 place,
        bytes32 stateRoot,
        bytes32 outboxRoot,
        bytes calldata certificate
    ) private {
        uint256 slot = (place >> SLOT_SHIFT) & MASK_16;
        if (slot == NEWEST) slot = (head >> SLOT_SHIFT) & MASK_16;
        if (slot > RING_MASK) return;
        uint256 entry = _ring[slot];
        if (entry == 0 || (entry ^ (place >> HEIGHT_SHIFT)) & MASK_64 != 0) return;
        if (entry == _entry(place, stateRoot, outboxRoot)) return;
        _verifyKnown(head, place, stateRoot, outboxRoot, certificate);
        _freeze(head, place);
    }

    function _freeze(uint256 head, uint256 place) private {
        _head = head | FLAG_FROZEN;
        emit ClientFrozen((place >> HEIGHT_SHIFT) & MASK_64);
    }

    /// @dev A certificate of a set the client stores, inside the trusting period; gives what was signed.
    function _verifyKnown(
        uint256 head,
        uint256 place,
        bytes32 stateRoot,
        bytes32 outboxRoot,
        bytes calldata certificate
    ) private view returns (bytes32 digest) {
        uint256 timeMs = (place >> TIME_SHIFT) & MASK_48;
        if (timeMs + TRUSTING_MS <= block.timestamp * 1000) revert CHECKPOINT_EXPIRED(timeMs);
        (bytes32 signing, bytes32 next, bytes calldata members) = _setsOf(head, place, certificate);
        digest = _digest(place, stateRoot, outboxRoot, signing, next);
        Certificate.verify(digest, signing, members);
    }

    /// @dev The set that must have signed and the one announced. FOLLOWS: current(32) ‖ next(32) of a
    ///      pending change come first (BY_CURRENT: the current one signs); ANNOUNCES: then the next set.
    function _setsOf(uint256 head, uint256 place, bytes calldata certificate)
        private
        view
        returns (bytes32 signing, bytes32 next, bytes calldata members)
    {
        signing = _sets;
        members = certificate;
        if (place & FOLLOWS != 0) {
            if (certificate.length < 64) revert CODEC_TRUNCATED();
            bytes32 current = bytes32(certificate[:32]);
            next = bytes32(certificate[32:64]);
            bool pending = head & FLAG_PENDING != 0;
            if (signing != (pending ? _pair(current, next) : next)) revert CERTIFICATE_SET();
            signing = place & BY_CURRENT != 0 && pending ? current : next;
            members = certificate[64:];
        } else if (head & FLAG_PENDING != 0) {
            revert CERTIFICATE_SET();
        }
        next = signing;
        if (place & ANNOUNCES != 0) {
            if (members.length < 32) revert CODEC_TRUNCATED();
            next = bytes32(members[:32]);
            if (next == 0) revert CERTIFICATE_SET();
            members = members[32:];
        }
    }

    function _pair(bytes32 current, bytes32 next) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore(0, current)
            mstore(0x20, next)
            hash := keccak256(0, 0x40)
        }
    }

    function _digest(uint256 place, bytes32 stateRoot, bytes32 outboxRoot, bytes32 signing, bytes32 next)
        private
        view
        returns (bytes32 digest)
    {
        bytes32 domain = DOMAIN;
        bytes32 kind = CHECKPOINT_TYPE;
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, kind)
            mstore(add(m, 0x20), and(shr(HEIGHT_SHIFT, place), MASK_64))
            mstore(add(m, 0x40), stateRoot)
            mstore(add(m, 0x60), outboxRoot)
            mstore(add(m, 0x80), and(shr(TIME_SHIFT, place), MASK_48))
            mstore(add(m, 0xa0), signing)
            mstore(add(m, 0xc0), next)
            let body := keccak256(m, 0xe0)
            mstore(m, hex"1901")
            mstore(add(m, 2), domain)
            mstore(add(m, 34), body)
            digest := keccak256(m, 66)
        }
    }
}
