// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What the hub must know of its governance.
interface IGovernance {
    /// @return the one contract besides itself this governance acts on
    function hub() external view returns (address);
}
