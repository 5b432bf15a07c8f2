// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITielineErrors} from "../interfaces/ITielineErrors.sol";

/// @title Proofs of the main chain's state tree, docs/protocol.md#ethereum-state-proof
/// @dev proof = depth(1) ‖ s(1) ‖ counts(s bytes) ‖ siblings(32 each, deepest first). The counts say where
///      the empty siblings stand: count 0 siblings, one empty, count 1 siblings, one empty, …
///      The root is computed, not carried; the caller compares it.
///      A call of the SHA-256 precompile needs no check: with all gas forwarded it fails only when less
///      than the 84 gas of its price are left, and then nothing below can run either.
library StateProof {
    /// @dev "tieline/leaf/v1" and a zero byte
    bytes16 private constant LEAF_TAG = 0x7469656c696e652f6c6561662f763100;
    uint256 private constant MAX_DEPTH = 250;

    /// @notice The leaf of a key and a value, by their SHA-256 digests.
    function leaf(bytes32 path, bytes32 valueHash) internal view returns (bytes32 node) {
        bytes16 tag = LEAF_TAG;
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, tag)
            mstore(add(m, 16), path)
            mstore(add(m, 48), valueHash)
            pop(staticcall(gas(), 2, m, 80, 0, 0x20))
            node := mload(0)
        }
    }

    /// @notice The root over a node that stands where `path` leads at the depth the proof names.
    function root(bytes32 node, bytes32 path, bytes calldata proof) internal view returns (bytes32 top) {
        uint256 fault;
        assembly ("memory-safe") {
            let head := calldataload(proof.offset)
            let depth := byte(0, head)
            let left := byte(1, head)
            let pos := add(proof.offset, 2)
            let next := add(pos, left)
            let end := add(proof.offset, proof.length)
            // Bit 5 is the direction of the level at hand, and with it the half of the scratch space the
            // hash so far belongs in; a sentinel above the path puts the root into the upper half.
            let way := shl(5, or(shl(depth, 1), shr(sub(256, depth), path)))
            let half := and(way, 0x20)
            mstore(half, node)
            // Before anything is hashed: as many levels as the depth says, whole siblings, nothing else.
            let levels := sub(add(shr(5, sub(end, next)), left), 1)
            if or(and(sub(end, next), 0x1f), sub(levels, depth)) { fault := add(2, gt(levels, depth)) }
            if or(gt(depth, MAX_DEPTH), iszero(left)) { fault := 1 }
            for {} iszero(fault) {} {
                let upTo := add(next, shl(5, byte(0, calldataload(pos))))
                if and(sub(upTo, next), 0x20) {
                    mstore(xor(half, 0x20), calldataload(next))
                    way := shr(1, way)
                    half := and(way, 0x20)
                    pop(staticcall(gas(), 2, 0, 0x40, half, 0x20))
                    next := add(next, 0x20)
                }
                for {} lt(next, upTo) { next := add(next, 0x40) } {
                    mstore(xor(half, 0x20), calldataload(next))
                    way := shr(1, way)
                    half := and(way, 0x20)
                    pop(staticcall(gas(), 2, 0, 0x40, half, 0x20))
                    mstore(xor(half, 0x20), calldataload(add(next, 0x20)))
                    way := shr(1, way)
                    half := and(way, 0x20)
                    pop(staticcall(gas(), 2, 0, 0x40, half, 0x20))
                }
                left := sub(left, 1)
                if iszero(left) { break }
                pos := add(pos, 1)
                mstore(xor(half, 0x20), 0)
                way := shr(1, way)
                half := and(way, 0x20)
                pop(staticcall(gas(), 2, 0, 0x40, half, 0x20))
            }
            if sub(next, end) { if iszero(fault) { fault := 4 } }
            top := mload(0x20)
        }
        if (fault != 0) {
            if (fault == 1) revert ITielineErrors.PROOF_TOO_DEEP();
            if (fault == 2) revert ITielineErrors.PROOF_TRUNCATED();
            if (fault == 3) revert ITielineErrors.PROOF_TRAILING();
            revert ITielineErrors.PROOF_OPCODE();
        }
    }

    /// @notice The root of a tree in which `path` has no leaf.
    /// @param proof kind(1): 0 nothing stands there, then a proof; 1 another leaf does:
    ///        path(32) ‖ value hash(32), then a proof
    function absentRoot(bytes32 path, bytes calldata proof) internal view returns (bytes32) {
        if (proof.length < 2) revert ITielineErrors.PROOF_TRUNCATED();
        uint256 kind = uint8(proof[0]);
        if (kind == 0) return root(0, path, proof[1:]);
        if (kind != 1) revert ITielineErrors.PROOF_OPCODE();
        if (proof.length < 67) revert ITielineErrors.PROOF_TRUNCATED();
        bytes32 other = bytes32(proof[1:33]);
        uint256 depth = uint8(proof[65]);
        // Another key, and the same way down to where it stands.
        if (other == path || uint256(other ^ path) >> (256 - depth) != 0) {
            revert ITielineErrors.PROOF_FOREIGN_LEAF();
        }
        return root(leaf(other, bytes32(proof[33:65])), path, proof[65:]);
    }
}
