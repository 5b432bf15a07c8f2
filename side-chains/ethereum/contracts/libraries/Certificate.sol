// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITielineErrors} from "../interfaces/ITielineErrors.sol";

/// @title The certificate rule, docs/protocol.md#ethereum-certificate
/// @dev The members of a set stand in calldata in strictly ascending address order, 8 bytes of power each,
///      the top bit saying that the member signed; then r ‖ vs of the signature (EIP-2098), or the address.
///      A signer's address is what its signature recovers to, and one comparison of the set's hash proves
///      every member, every power and every signer at once.
library Certificate {
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    uint256 private constant MASK_128 = (1 << 128) - 1;
    /// @dev bytes of the preimage of 256 members and the word before it
    uint256 private constant MOST_PREIMAGE = 7200;

    /// @notice Refuses unless strictly more than 2/3 of the power of `signing` signed the digest, all well.
    /// @param digest what was signed
    /// @param signing hash of the trusted set
    /// @param members the whole set, as above
    function verify(bytes32 digest, bytes32 signing, bytes calldata members) internal view {
        bytes32 shown;
        uint256 power; // of the signers << 128 | of all
        uint256 fault; // 1 order, 2 power, 4 length, 8 count, 16 high s
        assembly ("memory-safe") {
            let free := mload(0x40) // the words at 0x40 and 0x60 serve as input and are restored
            mstore(0, digest)
            let set := add(free, 0x20) // preimage of the set; the word before it takes what is recovered
            let pos := members.offset
            let end := add(pos, members.length)
            let before := 0
            for {} lt(pos, end) {} {
                let word := calldataload(pos)
                let weight := and(shr(192, word), 0x7fffffffffffffff)
                let member
                switch shr(255, word)
                case 0 {
                    member := shr(96, calldataload(add(pos, 8)))
                    power := add(power, weight)
                    pos := add(pos, 28)
                }
                default {
                    let vs := calldataload(add(pos, 40))
                    let s := shr(1, shl(1, vs))
                    mstore(0x20, add(27, shr(255, vs)))
                    mstore(0x40, calldataload(add(pos, 8)))
                    mstore(0x60, s)
                    // A failing recovery returns nothing: the word must not keep the signer before.
                    mstore(free, 0)
                    pop(staticcall(gas(), 1, 0, 0x80, free, 0x20))
                    member := mload(free)
                    fault := or(fault, shl(4, gt(s, HALF_ORDER)))
                    power := add(power, mul(weight, 0x100000000000000000000000000000001))
                    pos := add(pos, 72)
                }
                fault := or(fault, or(iszero(gt(member, before)), shl(1, iszero(weight))))
                before := member
                mstore(set, or(shl(96, member), shl(32, weight)))
                set := add(set, 28)
            }
            shown := keccak256(add(free, 0x20), sub(set, add(free, 0x20)))
            fault := or(fault, shl(2, gt(pos, end)))
            fault := or(fault, shl(3, gt(sub(set, free), MOST_PREIMAGE)))
            mstore(0x40, free)
            mstore(0x60, 0)
        }
        if (shown != signing || fault != 0) _refuse(shown != signing, fault, power, members.length);
        unchecked {
            if ((power >> 128) * 3 <= (power & MASK_128) * 2) revert ITielineErrors.CERTIFICATE_QUORUM(power >> 128, power & MASK_128);
            if (power & MASK_128 >= 1 << 63) revert ITielineErrors.VALIDATOR_POWER();
        }
    }

    /// @dev Why a certificate is not good; a set that is not the trusted one says nothing by its order.
    function _refuse(bool isOther, uint256 fault, uint256 power, uint256 length) private pure {
        if (length == 0) revert ITielineErrors.VALIDATOR_SET_EMPTY();
        if (fault & 4 != 0) revert ITielineErrors.CODEC_TRUNCATED();
        if (fault & 8 != 0) revert ITielineErrors.CODEC_BOUND();
        if ((power >> 128) * 3 <= (power & MASK_128) * 2) revert ITielineErrors.CERTIFICATE_QUORUM(power >> 128, power & MASK_128);
        if (isOther || fault & 16 != 0) revert ITielineErrors.CERTIFICATE_SIGNATURE();
        if (fault & 1 != 0) revert ITielineErrors.VALIDATOR_SET_ORDER();
        revert ITielineErrors.VALIDATOR_POWER();
    }
}
