// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PacketReceiver} from "./PacketReceiver.sol";
import {OutboxProof} from "./libraries/OutboxProof.sol";
import {PacketHash} from "./libraries/PacketHash.sol";
import {StateProof} from "./libraries/StateProof.sol";
import {TransferPayload} from "./libraries/TransferPayload.sol";

/// @title Packets that go to the main chain and how they end, docs/protocol.md#ethereum-packets
/// @dev A commitment is cleared before anything else happens to its packet, and nothing here calls anybody:
///      a refund credits the holding.
abstract contract PacketSender is PacketReceiver {
    /// @dev flag of `place`: the packet is of port `retirement`
    uint256 private constant RETIREMENT = 1 << 251;
    uint256 private constant DAY_SECONDS = 86_400;
    uint256 private constant MAX_CHAIN_ID = 72;
    uint256 private constant MAX_MEMO = 256;
    uint256 private constant MAX_REASON = 128;
    /// @dev SHA-256(SHA-256(0x02 ‖ SHA-256(acknowledgement))): what the state tree's leaf commits to
    bytes32 private constant SUCCESS_COMMITMENT = 0xd55c1e0cf048033c05143abbcb1127d71fa716a0d36df8a867c0f6182c27e445;
    bytes32 private constant ERROR_COMMITMENT = 0xe2fb30dfbf7abdeaca82d426534d2b3a9d5444dd2a87fa16d38b77ba1a13ced7;

    uint256 private immutable LEAST_TIMEOUT_SECONDS;

    constructor(uint64 leastTimeoutSeconds) {
        LEAST_TIMEOUT_SECONDS = leastTimeoutSeconds;
    }

    /// @dev Rules of docs/protocol.md#transfer, step 1.
    function _send(
        bytes32 resourceId,
        uint128 quantity,
        address receiver,
        uint64 timeoutSeconds,
        uint64 deadlineSeconds,
        string calldata destination,
        string calldata memo
    ) internal returns (uint256 sequence) {
        uint256 head = _head;
        _requireActive(head);
        if (quantity == 0) revert QUANTITY_ZERO();
        uint256 word = _requireActiveResource(resourceId);
        _requireTimes(timeoutSeconds, deadlineSeconds);
        _requireDestination(destination);
        if (bytes(memo).length > MAX_MEMO) revert CODEC_BOUND();
        if (_isPaused(head)) revert LANE_PAUSED();
        _take(head, resourceId, msg.sender, quantity);
        bytes memory value = abi.encodePacked(
            bytes1(uint8(bytes(memo).length == 0 ? TransferPayload.DESTINATION : TransferPayload.DESTINATION | TransferPayload.MEMO)),
            resourceId,
            quantity,
            msg.sender,
            receiver,
            deadlineSeconds,
            uint16(bytes(destination).length),
            destination
        );
        if (bytes(memo).length != 0) value = abi.encodePacked(value, uint16(bytes(memo).length), memo);
        (head, word) = _spend(head, word, quantity);
        unchecked {
            _resources[resourceId] = word - (uint256(quantity) << SUPPLY_SHIFT);
        }
        sequence = _commit(head, PacketHash.TRANSFER, timeoutSeconds, value);
        _emitTransfer(msg.sender, address(0), resourceId, quantity);
    }

    /// @dev Final here; tells the main chain, which books it. No guard but the client's status stops it.
    function _retire(bytes32 resourceId, uint128 quantity, string calldata beneficiary, string calldata purpose)
        internal
        returns (uint256 sequence)
    {
        uint256 head = _head;
        _requireActive(head);
        if (quantity == 0) revert QUANTITY_ZERO();
        uint256 word = _resources[resourceId];
        if (word & 0xff == 0) revert RESOURCE_UNKNOWN();
        if (bytes(beneficiary).length > MAX_REASON || bytes(purpose).length > MAX_REASON) revert CODEC_BOUND();
        _take(head, resourceId, msg.sender, quantity);
        unchecked {
            _resources[resourceId] = word - (uint256(quantity) << SUPPLY_SHIFT);
        }
        bytes memory value = abi.encodePacked(
            resourceId,
            quantity,
            msg.sender,
            uint16(bytes(beneficiary).length),
            beneficiary,
            uint16(bytes(purpose).length),
            purpose
        );
        sequence = _commit(head, PacketHash.RETIREMENT, block.timestamp + DAY_SECONDS, value);
        _emitTransfer(msg.sender, address(0), resourceId, quantity);
        emit Retired(resourceId, msg.sender, quantity, beneficiary, purpose, sequence);
    }

    /// @dev A retirement that ended without being booked, under a new sequence; anyone may ask.
    function _resend(uint256 sequence, bytes calldata value) internal returns (uint256 again) {
        uint256 head = _head;
        _requireActive(head);
        if (value.length == 0 || _resends[sequence] != keccak256(value)) revert RESEND_UNKNOWN();
        delete _resends[sequence];
        again = _commit(head, PacketHash.RETIREMENT, block.timestamp + DAY_SECONDS, value);
    }

    /// @dev Settles one packet by its acknowledgement, proven under a state root.
    function _acknowledge(uint256 place, bytes32 outboxRoot, bytes calldata value, bytes calldata proof) internal {
        uint256 sequence = (place >> 64) & ((1 << 56) - 1);
        uint256 head = _head;
        bytes32 path = _pathOf(3, sequence);
        bytes32 commitment = value.length == 0 ? SUCCESS_COMMITMENT : ERROR_COMMITMENT;
        bytes32 root = StateProof.root(StateProof.leaf(path, PacketHash.digest(commitment)), path, proof);
        _requireAnchor(head, place, root, outboxRoot);
        bytes4 code = _settle(head, place, sequence, value);
        if (code != 0) _throw(code);
    }

    /// @dev Settles a run of acknowledgements of one outbox. An item is sequence(8) ‖ length(2) and, where
    ///      the length is not zero, RETIREMENT of `place` in its top bit, timeout(8) ‖ payload: the error.
    function _acknowledgeRun(
        uint256 place,
        uint256 range,
        bytes32 stateRoot,
        bytes calldata items,
        bytes calldata siblings
    ) internal returns (bytes4[] memory codes) {
        uint256 head = _head;
        uint256 leaves = _leaves(range >> 64);
        codes = new bytes4[](range >> 64);
        uint256 frame = PacketHash.open(0, 0, COUNTERPARTY_HASH, 0);
        uint256 before;
        for (uint256 index; index < codes.length; ++index) {
            if (items.length < 10) revert CODEC_TRUNCATED();
            uint256 sequence = uint64(bytes8(items[:8]));
            uint256 length = uint16(bytes2(items[8:10]));
            items = items[10:];
            if (sequence <= before) revert PROOF_INDEX();
            before = sequence;
            PacketHash.leaf(frame, sequence, length == 0 ? SUCCESS_COMMITMENT : ERROR_COMMITMENT, leaves + (index << 5));
            bytes calldata value = items[:0];
            uint256 terms;
            if (length != 0) {
                terms = length >> 15 == 1 ? RETIREMENT : 0;
                length &= 0x7fff;
                if (length == 0 || items.length < length + 8) revert CODEC_TRUNCATED();
                terms |= uint64(bytes8(items[:8]));
                value = items[8:length + 8];
                items = items[length + 8:];
            }
            codes[index] = _settle(head, terms, sequence, value);
        }
        if (items.length != 0) revert CODEC_TRAILING();
        bytes32 outboxRoot =
            OutboxProof.root(leaves, codes.length, range & MASK_32, (range >> 32) & MASK_32, siblings);
        _requireAnchor(head, place, stateRoot, outboxRoot);
    }

    /// @dev Settles a packet whose receipt is proven absent when the main chain's clock had reached its timeout.
    function _timeOut(uint256 place, bytes32 outboxRoot, bytes calldata value, bytes calldata proof) internal {
        uint256 sequence = (place >> 64) & ((1 << 56) - 1);
        uint256 head = _head;
        _requireAnchor(head, place, StateProof.absentRoot(_pathOf(2, sequence), proof), outboxRoot);
        uint256 provenMs = (place >> TIME_SHIFT) & MASK_48;
        if (provenMs / 1000 < place & MASK_64) revert PACKET_NOT_TIMED_OUT(provenMs, place & MASK_64);
        bytes4 code = _clear(head, place, sequence, value);
        if (code != 0) _throw(code);
        emit PacketTimedOut(sequence);
        _undo(head, place, sequence, value);
    }

    /// @dev An acknowledged packet. Gives 0 or why nothing changed.
    function _settle(uint256 head, uint256 terms, uint256 sequence, bytes calldata value)
        private
        returns (bytes4 code)
    {
        if (value.length == 0) {
            if (_commitments[sequence] == 0) return _missing(head, sequence);
            delete _commitments[sequence];
            emit PacketAcknowledged(sequence, true);
            return 0;
        }
        code = _clear(head, terms, sequence, value);
        if (code != 0) return code;
        emit PacketAcknowledged(sequence, false);
        _undo(head, terms, sequence, value);
    }

    /// @dev Clears the commitment of the very packet shown. Gives 0 or why nothing changed.
    function _clear(uint256 head, uint256 terms, uint256 sequence, bytes calldata value)
        private
        returns (bytes4 code)
    {
        bytes32 stored = _commitments[sequence];
        if (stored == 0) return _missing(head, sequence);
        bytes32 port = terms & RETIREMENT == 0 ? PacketHash.TRANSFER : PacketHash.RETIREMENT;
        uint256 frame = PacketHash.open(port, COUNTERPARTY_HASH, 0, 0);
        PacketHash.setTimeout(frame, terms & MASK_64);
        uint256 pos;
        assembly ("memory-safe") {
            pos := value.offset
        }
        if (stored != PacketHash.commit(frame, pos, value.length)) return PACKET_COMMITMENT.selector;
        delete _commitments[sequence];
    }

    function _missing(uint256 head, uint256 sequence) private pure returns (bytes4) {
        bool sent = sequence != 0 && sequence < ((head >> SEQUENCE_SHIFT) & MASK_44) + 1;
        return sent ? PACKET_ALREADY_SETTLED.selector : PACKET_UNKNOWN.selector;
    }

    /// @dev Gives a transfer back to its sender, keeps a retirement to be sent again. Never paused or limited.
    function _undo(uint256 head, uint256 terms, uint256 sequence, bytes calldata value) private {
        if (terms & RETIREMENT != 0) {
            _resends[sequence] = keccak256(value);
            return;
        }
        // The payload is the one committed here, so its head is there.
        bytes32 resourceId = bytes32(value[1:33]);
        uint256 quantity = uint128(bytes16(value[33:49]));
        address sender = address(bytes20(value[49:69]));
        uint256 word = _resources[resourceId];
        unchecked {
            uint256 supply = (word >> SUPPLY_SHIFT) + quantity;
            if (supply > MASK_128) revert QUANTITY_OVERFLOW();
            // Quota comes back if the packet was sent in the newest window in which anything was.
            bool sentInWindow = sequence + ((head >> SENT_SHIFT) & MASK_24) > (head >> SEQUENCE_SHIFT) & MASK_44;
            if (sentInWindow && (word >> USED_WINDOW_SHIFT) & MASK_32 == (head >> WINDOW_SHIFT) & MASK_32) {
                word = _lowerUsed(word, quantity);
            }
            _resources[resourceId] = (supply << SUPPLY_SHIFT) | (word & MASK_128);
            // The holding keeps its mark: a refund asks no list.
            uint256 slot = _holdingOf(resourceId, sender);
            _store(slot, _load(slot) + quantity);
        }
        _emitTransfer(address(0), sender, resourceId, quantity);
    }

    /// @dev Counts a send against least quantity and outflow limit. Gives both words after it.
    function _spend(uint256 head, uint256 word, uint256 quantity) private view returns (uint256, uint256) {
        uint256 lane = _lane;
        if (lane == 0) return (head, word);
        uint256 least = (lane >> 48) & MASK_128;
        if (quantity < least) revert LANE_LEAST_QUANTITY(least);
        uint256 limit = lane >> 176;
        uint256 windowSeconds = (lane >> 16) & MASK_32;
        if (limit == 0 || windowSeconds == 0) return (head, word);
        unchecked {
            uint256 window = block.timestamp - block.timestamp % windowSeconds;
            uint256 used = (word >> USED_WINDOW_SHIFT) & MASK_32 == window ? (word >> USED_SHIFT) & MASK_80 : 0;
            used += quantity;
            if (used > limit) revert LANE_LIMIT(used, limit);
            word = (word & ~(((1 << 112) - 1) << USED_WINDOW_SHIFT)) | (used << USED_SHIFT) | (window << USED_WINDOW_SHIFT);
            uint256 sent = (head >> WINDOW_SHIFT) & MASK_32 == window ? (head >> SENT_SHIFT) & MASK_24 : 0;
            if (sent != MASK_24) ++sent;
            head = (head & ~(((1 << 56) - 1) << SENT_SHIFT)) | (window << WINDOW_SHIFT) | (sent << SENT_SHIFT);
        }
        return (head, word);
    }

    /// @dev Commits a packet under the next sequence; the head counts those that were sent.
    function _commit(uint256 head, bytes32 port, uint256 timeoutSeconds, bytes memory value)
        private
        returns (uint256 sequence)
    {
        unchecked {
            head += 1 << SEQUENCE_SHIFT;
        }
        sequence = (head >> SEQUENCE_SHIFT) & MASK_44;
        _head = head;
        uint256 frame = PacketHash.open(port, COUNTERPARTY_HASH, 0, 0);
        PacketHash.setTimeout(frame, timeoutSeconds);
        _commitments[sequence] = PacketHash.commitMemory(frame, value);
        if (port == PacketHash.TRANSFER) emit PacketSent(sequence, timeoutSeconds, value);
        else emit RetirementSent(sequence, timeoutSeconds, value);
    }

    /// @dev docs/protocol.md#packets, send
    function _requireTimes(uint256 timeoutSeconds, uint256 deadlineSeconds) private view {
        unchecked {
            if (timeoutSeconds <= block.timestamp) revert PACKET_TIMEOUT_PAST();
            if (timeoutSeconds < block.timestamp + LEAST_TIMEOUT_SECONDS) revert PACKET_TIMEOUT_SOON();
            uint256 most = block.timestamp + DAY_SECONDS;
            if (timeoutSeconds > most || deadlineSeconds > most) revert PACKET_TIMEOUT_FAR();
            if (deadlineSeconds < timeoutSeconds) revert PACKET_DEADLINE();
        }
    }

    function _requireDestination(string calldata destination) private view {
        uint256 length = bytes(destination).length;
        if (length > MAX_CHAIN_ID) revert CODEC_BOUND();
        uint256 pos;
        assembly ("memory-safe") {
            pos := destination.offset
        }
        if (length == 0 || TransferPayload.keccakOf(pos, length) == CHAIN_ID_KECCAK) revert TRANSFER_DESTINATION();
    }

    /// @dev Throws the error an item's code names.
    function _throw(bytes4 code) private pure {
        assembly ("memory-safe") {
            mstore(0, code)
            revert(0, 4)
        }
    }
}
