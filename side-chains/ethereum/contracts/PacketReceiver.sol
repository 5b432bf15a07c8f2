// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CheckpointClient} from "./CheckpointClient.sol";
import {ResourceToken} from "./ResourceToken.sol";
import {OutboxProof} from "./libraries/OutboxProof.sol";
import {PacketHash} from "./libraries/PacketHash.sol";
import {StateProof} from "./libraries/StateProof.sol";
import {TransferPayload} from "./libraries/TransferPayload.sol";

/// @title Packets that come from the main chain, docs/protocol.md#ethereum-packets
/// @dev Nothing here calls anybody. Effects and proof are in one pass over the items, the proof last: a
///      bad one reverts the whole call. What a port refuses is found before its first effect.
abstract contract PacketReceiver is CheckpointClient, ResourceToken {
    /// @dev as length of an item: its own timeout(8) comes before the payload
    uint256 private constant OWN_TIMEOUT = 1 << 15;
    uint256 private constant MAX_PAYLOAD = 8192;
    uint256 private constant MAX_BATCH = 256;

    /// @dev client ids: ours for the main chain, and the main chain's for us
    bytes32 internal immutable CLIENT_HASH;
    bytes32 internal immutable COUNTERPARTY_HASH;
    bytes32 private immutable COUNTERPARTY_HEAD;
    bytes32 private immutable COUNTERPARTY_TAIL;
    uint256 private immutable COUNTERPARTY_LENGTH;
    /// @dev of this chain's CAIP-2 id
    bytes32 internal immutable CHAIN_ID_KECCAK;

    /// @dev What a run keeps at hand so that each slot is read and written once.
    struct Run {
        uint256 head;
        uint256 statusSlot;
        uint256 statusWord;
        bytes32 resourceId;
        uint256 resourceWord;
        TransferPayload.Sections sections;
    }

    constructor(bytes memory client, bytes memory counterparty, bytes memory chainId) {
        _requireClientId(client);
        _requireClientId(counterparty);
        CLIENT_HASH = sha256(client);
        COUNTERPARTY_HASH = sha256(counterparty);
        bytes32 first;
        bytes32 second;
        assembly ("memory-safe") {
            first := mload(add(counterparty, 0x20))
            if gt(mload(counterparty), 0x20) { second := mload(add(counterparty, 0x40)) }
        }
        COUNTERPARTY_HEAD = first;
        COUNTERPARTY_TAIL = second;
        COUNTERPARTY_LENGTH = counterparty.length;
        CHAIN_ID_KECCAK = keccak256(chainId);
    }

    /// @notice SHA-256 of the main chain's host path `our client ‖ kind ‖ sequence`.
    function _pathOf(uint256 kind, uint256 sequence) internal view returns (bytes32) {
        return PacketHash.path(COUNTERPARTY_HEAD, COUNTERPARTY_TAIL, COUNTERPARTY_LENGTH, kind, sequence);
    }

    /// @dev Proof of one commitment under a state root, then the packet.
    function _receiveOne(uint256 place, bytes32 outboxRoot, bytes calldata value, bytes calldata proof)
        internal
        returns (bytes4 code)
    {
        uint256 sequence = (place >> 64) & ((1 << 56) - 1);
        uint256 timeoutSeconds = place & MASK_64;
        if (value.length > MAX_PAYLOAD) revert CODEC_BOUND();
        uint256 pos;
        assembly ("memory-safe") {
            pos := value.offset
        }
        bytes32 commitment;
        {
            uint256 frame = PacketHash.open(PacketHash.TRANSFER, CLIENT_HASH, 0, 1);
            PacketHash.setTimeout(frame, timeoutSeconds);
            commitment = PacketHash.commit(frame, pos, value.length);
        }
        bytes32 path = _pathOf(1, sequence);
        bytes32 root = StateProof.root(StateProof.leaf(path, PacketHash.digest(commitment)), path, proof);
        Run memory run = _openRun(sequence);
        _requireAnchor(run.head, place, root, outboxRoot);
        code = _receive(run, sequence, timeoutSeconds, pos, value.length);
        _closeRun(run);
        emit PacketReceived(sequence);
    }

    /// @dev The items of a run and the outbox root they give. range, from the top: items of the run(192)
    ///      items of the outbox(32) place of the first(32). An item is length(2) ‖ payload; with OWN_TIMEOUT
    ///      set in its length, length(2) ‖ timeout(8) ‖ payload, and the timeout holds from there on.
    function _receiveRun(uint256 place, uint256 range, bytes calldata items, bytes calldata siblings)
        internal
        returns (bytes4[] memory codes, bytes32 outboxRoot)
    {
        uint256 sequence = (place >> 64) & ((1 << 56) - 1);
        uint256 frame = PacketHash.open(PacketHash.TRANSFER, CLIENT_HASH, COUNTERPARTY_HASH, 1);
        PacketHash.setTimeout(frame, place & MASK_64);
        uint256 leaves = _leaves(range >> 64);
        codes = new bytes4[](range >> 64);
        uint256 pos;
        uint256 end;
        assembly ("memory-safe") {
            pos := items.offset
            end := add(pos, items.length)
        }
        Run memory run = _openRun(sequence);
        uint256 timeoutSeconds = place & MASK_64;
        for (uint256 index; index < codes.length; ++index) {
            uint256 length;
            assembly ("memory-safe") {
                length := shr(240, calldataload(pos))
            }
            unchecked {
                pos += 2;
                if (length & OWN_TIMEOUT != 0) {
                    length ^= OWN_TIMEOUT;
                    assembly ("memory-safe") {
                        timeoutSeconds := shr(192, calldataload(pos))
                    }
                    PacketHash.setTimeout(frame, timeoutSeconds);
                    pos += 8;
                }
                if (length > MAX_PAYLOAD) revert CODEC_BOUND();
                PacketHash.leaf(
                    frame, sequence + index, PacketHash.commit(frame, pos, length), leaves + (index << 5)
                );
                bytes4 code = _receive(run, sequence + index, timeoutSeconds, pos, length);
                if (code != 0) codes[index] = code;
                pos += length;
            }
        }
        if (pos > end) revert CODEC_TRUNCATED();
        if (pos < end) revert CODEC_TRAILING();
        _closeRun(run);
        outboxRoot = OutboxProof.root(leaves, codes.length, range & MASK_32, (range >> 32) & MASK_32, siblings);
        emit PacketsReceived(sequence, codes.length);
    }

    /// @dev Memory for the leaves of a run, with a free word on either side.
    function _leaves(uint256 count) internal pure returns (uint256 leaves) {
        if (count == 0) revert BATCH_EMPTY();
        if (count > MAX_BATCH) revert BATCH_COUNT();
        assembly ("memory-safe") {
            leaves := add(mload(0x40), 0x20)
            mstore(0x40, add(leaves, shl(5, add(count, 1))))
        }
    }

    function _openRun(uint256 sequence) private view returns (Run memory run) {
        run.head = _head;
        run.statusSlot = sequence >> 7;
        run.statusWord = _statuses[run.statusSlot];
    }

    function _closeRun(Run memory run) private {
        _statuses[run.statusSlot] = run.statusWord;
        if (run.resourceId != 0) _resources[run.resourceId] = run.resourceWord;
    }

    /// @dev One packet, proven by the caller. Gives 0 or why nothing changed.
    function _receive(Run memory run, uint256 sequence, uint256 timeoutSeconds, uint256 pos, uint256 length)
        private
        returns (bytes4 code)
    {
        unchecked {
            if (sequence >> 7 != run.statusSlot) {
                _statuses[run.statusSlot] = run.statusWord;
                run.statusSlot = sequence >> 7;
                run.statusWord = _statuses[run.statusSlot];
            }
            uint256 shift = (sequence & 127) << 1;
            if ((run.statusWord >> shift) & 3 != 0) return PACKET_ALREADY_RECEIVED.selector;
            if (block.timestamp >= timeoutSeconds) return PACKET_TIMED_OUT.selector;
            code = _deliver(run, timeoutSeconds, pos, length);
            run.statusWord |= uint256(code == 0 ? 1 : 2) << shift;
            if (code != 0) emit PacketFailed(sequence, code);
            return 0;
        }
    }

    /// @dev Port `transfer`. Gives 0 or why the packet
    ///      gets the universal error; then nothing changed.
    function _deliver(Run memory run, uint256 timeoutSeconds, uint256 pos, uint256 length)
        private
        returns (bytes4 code)
    {
        uint256 flags;
        bytes32 resourceId;
        uint256 quantity;
        address receiver;
        uint256 deadlineSeconds;
        assembly ("memory-safe") {
            flags := byte(0, calldataload(pos))
            resourceId := calldataload(add(pos, 1))
            quantity := shr(128, calldataload(add(pos, 33)))
            receiver := shr(96, calldataload(add(pos, 69)))
            deadlineSeconds := shr(192, calldataload(add(pos, 89)))
        }
        if (!TransferPayload.isBare(flags, pos, length)) {
            code = TransferPayload.scan(pos, length, run.sections);
            if (code != 0) return code;
        }
        if (quantity == 0) return QUANTITY_ZERO.selector;
        if (timeoutSeconds > deadlineSeconds) return PACKET_DEADLINE.selector;
        if (_isPaused(run.head)) return LANE_PAUSED.selector;
        if (
            flags & TransferPayload.DESTINATION != 0
                && TransferPayload.keccakOf(run.sections.destination, run.sections.destinationLength)
                    != CHAIN_ID_KECCAK
        ) return TRANSFER_DESTINATION.selector;
        uint256 slot = _holdingOf(resourceId, receiver);
        uint256 holding = _load(slot);
        if (!_isAdmitted(run.head, holding, receiver)) return ACCOUNT_NOT_ADMITTED.selector;
        uint256 word = resourceId == run.resourceId ? run.resourceWord : _resources[resourceId];
        bool isNew = word & 0xff == 0;
        if (isNew) {
            (code, word) = _create(resourceId, flags, run.sections);
            if (code != 0) return code;
        } else if (word & 0xff != STATUS_ACTIVE) {
            return RESOURCE_FROZEN.selector;
        }
        unchecked {
            uint256 supply = (word >> SUPPLY_SHIFT) + quantity;
            if (supply > MASK_128) return QUANTITY_OVERFLOW.selector;
            // From here on nothing fails. What comes in lowers what is used of the outflow limit; of a
            // window that is over it is never looked at again.
            if (flags & (TransferPayload.FROZEN | TransferPayload.DYNAMIC) != 0 || isNew) {
                word = _adopt(resourceId, word, flags, run.sections, isNew);
            }
            word = _lowerUsed(word, quantity);
            word = (supply << SUPPLY_SHIFT) | (word & MASK_128);
            _store(slot, _marked(run.head, (holding & MASK_128) + quantity));
        }
        if (resourceId != run.resourceId) {
            if (run.resourceId != 0) _resources[run.resourceId] = run.resourceWord;
            run.resourceId = resourceId;
        }
        run.resourceWord = word;
        _emitTransfer(address(0), receiver, resourceId, quantity);
    }

    /// @notice The word of a resource after `quantity` base units came in or came back.
    function _lowerUsed(uint256 word, uint256 quantity) internal pure returns (uint256) {
        unchecked {
            uint256 used = (word >> USED_SHIFT) & MASK_80;
            if (used == 0) return word;
            return word - ((used < quantity ? used : quantity) << USED_SHIFT);
        }
    }

    /// @dev The word of a resource that is new here, from the origin that must hash to its id.
    function _create(bytes32 resourceId, uint256 flags, TransferPayload.Sections memory sections)
        private
        view
        returns (bytes4 code, uint256 word)
    {
        if (flags & TransferPayload.ORIGIN == 0) return (TRANSFER_ORIGIN.selector, 0);
        if (TransferPayload.keccakOf(sections.home, sections.homeLength) == CHAIN_ID_KECCAK) {
            return (TRANSFER_ORIGIN.selector, 0);
        }
        uint256 unit = _kinds[TransferPayload.kindOf(sections)];
        if (unit == 0) return (RESOURCE_KIND_UNKNOWN.selector, 0);
        if (TransferPayload.staticRootOf(sections) == 0) return (RESOURCE_ROOT_ZERO.selector, 0);
        if (TransferPayload.resourceIdOf(sections) != resourceId) return (RESOURCE_ID.selector, 0);
        unchecked {
            return (0, ((unit - 1) << UNIT_SHIFT) | STATUS_ACTIVE);
        }
    }

    /// @dev What a delivery brings beside the quantity: the resource itself, a newer dynamic head, a freeze.
    function _adopt(
        bytes32 resourceId,
        uint256 word,
        uint256 flags,
        TransferPayload.Sections memory sections,
        bool isNew
    ) private returns (uint256) {
        if (isNew) emit ResourceCreated(resourceId, TransferPayload.kindOf(sections), (word >> UNIT_SHIFT) & 0xff);
        if (flags & TransferPayload.DYNAMIC != 0) {
            uint256 pos = sections.dynamic;
            uint64 index;
            bytes32 head;
            assembly ("memory-safe") {
                index := shr(192, calldataload(pos))
                head := calldataload(add(pos, 8))
            }
            if (index > _dynamicHeads[resourceId].index) _dynamicHeads[resourceId] = DynamicHead(index, head);
        }
        if (flags & TransferPayload.FROZEN == 0) return word;
        emit ResourceFrozen(resourceId, "");
        return (word & ~uint256(0xff)) | STATUS_FROZEN;
    }

    /// @dev 4 to 64 characters of a-z, 0-9 and -
    function _requireClientId(bytes memory id) private pure {
        if (id.length < 4 || id.length > 64) revert ID_CLIENT();
        for (uint256 pos; pos < id.length; ++pos) {
            bytes1 c = id[pos];
            if (!((c >= "a" && c <= "z") || (c >= "0" && c <= "9") || c == "-")) revert ID_CLIENT();
        }
    }
}
