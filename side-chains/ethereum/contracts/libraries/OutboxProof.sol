// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITielineErrors} from "../interfaces/ITielineErrors.sol";

/// @title Range proofs of a block's outbox, docs/protocol.md#outbox
library OutboxProof {
    /// @dev "tieline/oroot/v1"
    bytes16 private constant ROOT_TAG = 0x7469656c696e652f6f726f6f742f7631;
    uint256 private constant MAX_ITEMS = 1 << 24;

    /// @notice The outbox root under which the leaves stand at `start` and the places after it.
    /// @param leaves memory pointer to `length` hashes; the word before and the word after them are free
    /// @param count items of the whole outbox
    function root(uint256 leaves, uint256 length, uint256 start, uint256 count, bytes calldata siblings)
        internal
        view
        returns (bytes32 top)
    {
        if (length == 0) revert ITielineErrors.PROOF_EMPTY_CLAIMS();
        if (count > MAX_ITEMS || start + length > count) revert ITielineErrors.PROOF_INDEX();
        bytes16 tag = ROOT_TAG;
        uint256 left;
        assembly ("memory-safe") {
            let next := siblings.offset
            for { let width := 1 } lt(width, count) { width := shl(1, width) } {
                let from := leaves
                let end := add(leaves, shl(5, length))
                if and(start, 1) {
                    from := sub(leaves, 0x20)
                    mstore(from, calldataload(next))
                    next := add(next, 0x20)
                }
                if and(add(start, length), 1) {
                    mstore(end, calldataload(next))
                    end := add(end, 0x20)
                    next := add(next, 0x20)
                }
                let to := leaves
                for {} lt(from, end) { from := add(from, 0x40) } {
                    pop(staticcall(gas(), 2, from, 0x40, to, 0x20))
                    to := add(to, 0x20)
                }
                length := shr(5, sub(to, leaves))
                start := shr(1, start)
            }
            left := sub(add(siblings.offset, siblings.length), next)
            let m := mload(0x40)
            mstore(m, tag)
            mstore(add(m, 24), mload(leaves))
            mstore(add(m, 16), or(shl(192, count), shr(64, mload(leaves))))
            pop(staticcall(gas(), 2, m, 56, 0, 0x20))
            top := mload(0)
        }
        if (left != 0) {
            if (int256(left) < 0) revert ITielineErrors.PROOF_TRUNCATED();
            revert ITielineErrors.PROOF_TRAILING();
        }
    }
}
