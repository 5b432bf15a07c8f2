// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Commitments and host paths of IBC v2 packets, docs/protocol.md#packet
/// @dev What never changes is hashed beforehand: a packet of this lane carries one payload, of version
///      `tieline-1` and encoding `application/x-tieline`, with one port on both sides. A frame in memory
///      holds those parts; each packet writes its own into it. Calls of the SHA-256 precompile need no
///      check: see StateProof.
library PacketHash {
    /// @dev sha256("transfer"), sha256("retirement"), sha256("tieline-1"), sha256("application/x-tieline")
    bytes32 internal constant TRANSFER = 0x27f576cafbb263ed44be8bd094f66114da26877706f96c4c31d5a97ffebf2e29;
    bytes32 internal constant RETIREMENT = 0x0b80c840b3218a5f4e71d9f521a5ac0678eab99bcc2b9a3da1f2b2079de526ec;
    bytes32 private constant VERSION = 0x205f4fb56316600a090bdc4a74d1e4e323d77da97035befb2a9b67a0aedfe9ee;
    bytes32 private constant ENCODING = 0x2f7ca25aa3e326f6ea2c2549654de1465efc88f8a57804f0207cbfe0a35bf8fe;
    /// @dev "tieline/obox/v1" and a zero byte
    bytes16 private constant OUTBOX_TAG = 0x7469656c696e652f6f626f782f763100;

    /// @dev Frame: 0 payload preimage(160) · 160 packet preimage(97) · 257 outbox leaf preimage(89) · 352 end
    uint256 private constant PACKET = 160;
    uint256 private constant LEAF = 257;
    uint256 private constant SIZE = 352;

    /// @notice A frame for packets to `destination`, sent by the owner of the outbox of `client` (digests).
    function open(bytes32 port, bytes32 destination, bytes32 client, uint256 kind)
        internal
        pure
        returns (uint256 frame)
    {
        bytes32 version = VERSION;
        bytes32 encoding = ENCODING;
        bytes16 tag = OUTBOX_TAG;
        assembly ("memory-safe") {
            frame := mload(0x40)
            mstore(0x40, add(frame, SIZE))
            mstore(frame, port)
            mstore(add(frame, 0x20), port)
            mstore(add(frame, 0x40), version)
            mstore(add(frame, 0x60), encoding)
            mstore8(add(frame, PACKET), 2)
            mstore(add(frame, add(PACKET, 1)), destination)
            mstore(add(frame, LEAF), tag)
            mstore(add(frame, add(LEAF, 16)), client)
            mstore8(add(frame, add(LEAF, 48)), kind)
        }
    }

    /// @notice Sets the timeout of the packets that follow, in Unix seconds.
    function setTimeout(uint256 frame, uint256 timeoutSeconds) internal view {
        assembly ("memory-safe") {
            mstore(0, shl(192, timeoutSeconds))
            pop(staticcall(gas(), 2, 0, 8, add(frame, add(PACKET, 33)), 0x20))
        }
    }

    /// @notice The commitment of the packet whose payload value stands in the calldata.
    function commit(uint256 frame, uint256 pos, uint256 length) internal view returns (bytes32 commitment) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            calldatacopy(m, pos, length)
            pop(staticcall(gas(), 2, m, length, add(frame, 0x80), 0x20))
            pop(staticcall(gas(), 2, frame, 160, 0, 0x20))
            pop(staticcall(gas(), 2, 0, 0x20, add(frame, add(PACKET, 65)), 0x20))
            pop(staticcall(gas(), 2, add(frame, PACKET), 97, 0, 0x20))
            commitment := mload(0)
        }
    }

    /// @notice As commit, of a payload value in memory.
    function commitMemory(uint256 frame, bytes memory value) internal view returns (bytes32 commitment) {
        assembly ("memory-safe") {
            pop(staticcall(gas(), 2, add(value, 0x20), mload(value), add(frame, 0x80), 0x20))
            pop(staticcall(gas(), 2, frame, 160, 0, 0x20))
            pop(staticcall(gas(), 2, 0, 0x20, add(frame, add(PACKET, 65)), 0x20))
            pop(staticcall(gas(), 2, add(frame, PACKET), 97, 0, 0x20))
            commitment := mload(0)
        }
    }

    /// @notice Writes the outbox leaf of a commitment under a sequence to memory at `out`.
    function leaf(uint256 frame, uint256 sequence, bytes32 commitment, uint256 out) internal view {
        assembly ("memory-safe") {
            mstore(add(frame, add(LEAF, 49)), shl(192, sequence))
            mstore(add(frame, add(LEAF, 57)), commitment)
            pop(staticcall(gas(), 2, add(frame, LEAF), 89, out, 0x20))
        }
    }

    /// @notice SHA-256 of one word.
    function digest(bytes32 word) internal view returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore(0, word)
            pop(staticcall(gas(), 2, 0, 0x20, 0, 0x20))
            hash := mload(0)
        }
    }

    /// @notice SHA-256 of the host path `client ‖ kind ‖ sequence(8)`.
    /// @param head first 32 bytes of the client id
    /// @param tail the rest
    /// @param length bytes of the client id
    function path(bytes32 head, bytes32 tail, uint256 length, uint256 kind, uint256 sequence)
        internal
        view
        returns (bytes32 hash)
    {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, head)
            mstore(add(m, 0x20), tail)
            mstore(add(m, length), or(shl(248, kind), shl(184, sequence)))
            pop(staticcall(gas(), 2, m, add(length, 9), 0, 0x20))
            hash := mload(0)
        }
    }
}
