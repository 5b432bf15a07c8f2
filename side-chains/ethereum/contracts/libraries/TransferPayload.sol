// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITielineErrors} from "../interfaces/ITielineErrors.sol";

/// @title The payload of port `transfer` read from calldata by offset, docs/protocol.md#payloads
/// @dev Differs from the native decoder: a text is bounded, not checked to be UTF-8 in form C. No text is
///      used here but as bytes to hash or compare, and the main chain refuses what is not canonical.
library TransferPayload {
    uint256 internal constant HEAD = 97;
    uint256 internal constant FROZEN = 1;
    uint256 internal constant ORIGIN = 2;
    uint256 internal constant DESTINATION = 4;
    uint256 internal constant DYNAMIC = 8;
    uint256 internal constant MEMO = 16;

    /// @dev "tieline/resid/v1"
    bytes16 private constant RESOURCE_TAG = 0x7469656c696e652f72657369642f7631;
    uint256 private constant MAX_KIND = 64;
    uint256 private constant MAX_CHAIN_ID = 72;
    uint256 private constant MAX_MEMO = 256;

    /// @notice Where the optional sections stand (calldata offsets; 0 where there is none).
    struct Sections {
        uint256 kind;
        uint256 kindLength;
        uint256 home;
        uint256 homeLength;
        /// issuer(20) ‖ static root(32)
        uint256 issuer;
        uint256 destination;
        uint256 destinationLength;
        /// index(8) ‖ head(32)
        uint256 dynamic;
    }

    /// @notice Whether a payload is whole with no section but a memo: the common one, read without a walk.
    function isBare(uint256 flags, uint256 pos, uint256 length) internal pure returns (bool bare) {
        assembly ("memory-safe") {
            let memo := shr(240, calldataload(add(pos, 97)))
            switch flags
            case 0 { bare := eq(length, 97) }
            case 16 { bare := and(eq(length, add(memo, 99)), lt(memo, 257)) }
        }
    }

    /// @notice Walks the sections after the head; every byte must belong to one.
    /// @return code 0 or the selector of a CODEC error
    function scan(uint256 pos, uint256 length, Sections memory out) internal pure returns (bytes4 code) {
        if (length < HEAD) return ITielineErrors.CODEC_TRUNCATED.selector;
        uint256 flags = _byte(pos);
        if (flags > 31) return ITielineErrors.CODEC_VALUE.selector;
        uint256 end = pos + length;
        pos += HEAD;
        if (flags & ORIGIN != 0) {
            (code, pos, out.kind, out.kindLength) = _text(pos, end, MAX_KIND);
            if (code != 0) return code;
            (code, pos, out.home, out.homeLength) = _text(pos, end, MAX_CHAIN_ID);
            if (code != 0) return code;
            out.issuer = pos;
            pos += 52;
        }
        if (flags & DESTINATION != 0) {
            (code, pos, out.destination, out.destinationLength) = _text(pos, end, MAX_CHAIN_ID);
            if (code != 0) return code;
        }
        if (flags & DYNAMIC != 0) {
            out.dynamic = pos;
            pos += 40;
        }
        if (flags & MEMO != 0) {
            (code, pos,,) = _text(pos, end, MAX_MEMO);
            if (code != 0) return code;
        }
        if (pos > end) return ITielineErrors.CODEC_TRUNCATED.selector;
        if (pos < end) return ITielineErrors.CODEC_TRAILING.selector;
    }

    /// @notice The resource id an origin gives, docs/protocol.md#resource-id
    function resourceIdOf(Sections memory from) internal view returns (bytes32) {
        bytes32 kind = kindOf(from);
        bytes32 home = _hash(from.home, from.homeLength);
        uint256 pos = from.issuer;
        bytes20 issuer;
        assembly ("memory-safe") {
            issuer := shl(96, shr(96, calldataload(pos)))
        }
        return sha256(abi.encodePacked(RESOURCE_TAG, kind, home, issuer, staticRootOf(from)));
    }

    /// @notice The root of the static attributes an origin names.
    function staticRootOf(Sections memory from) internal pure returns (bytes32 staticRoot) {
        uint256 pos = from.issuer;
        assembly ("memory-safe") {
            staticRoot := calldataload(add(pos, 20))
        }
    }

    /// @notice SHA-256 of the kind's id.
    function kindOf(Sections memory from) internal view returns (bytes32) {
        return _hash(from.kind, from.kindLength);
    }

    /// @notice keccak of a stretch of calldata, to compare texts.
    function keccakOf(uint256 pos, uint256 length) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            calldatacopy(m, pos, length)
            hash := keccak256(m, length)
        }
    }

    function _hash(uint256 pos, uint256 length) private view returns (bytes32 hash) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            calldatacopy(m, pos, length)
            pop(staticcall(gas(), 2, m, length, 0, 0x20))
            hash := mload(0)
        }
    }

    function _byte(uint256 pos) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := byte(0, calldataload(pos))
        }
    }

    /// @return code 0 or why not
    /// @return next after the text
    /// @return start its first byte
    /// @return size its bytes
    function _text(uint256 pos, uint256 end, uint256 most)
        private
        pure
        returns (bytes4 code, uint256 next, uint256 start, uint256 size)
    {
        assembly ("memory-safe") {
            size := shr(240, calldataload(pos))
        }
        start = pos + 2;
        next = start + size;
        if (start > end) code = ITielineErrors.CODEC_TRUNCATED.selector;
        else if (size > most) code = ITielineErrors.CODEC_BOUND.selector;
        else if (next > end) code = ITielineErrors.CODEC_TRUNCATED.selector;
    }
}
