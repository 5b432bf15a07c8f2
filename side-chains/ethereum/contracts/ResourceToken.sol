// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC1155Receiver} from "@openzeppelin/contracts/token/ERC1155/IERC1155Receiver.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {HubStorage} from "./HubStorage.sol";

/// @title Holdings of resources in the shape of ERC-1155: the token id is the resource id, the value a
///        quantity in base units (u128). docs/protocol.md#ethereum-token
/// @dev Differs from the standard: a quantity of zero is refused, and what a packet or a refund brings
///      calls nobody – only the two transfer functions call their receiver, after all effects.
abstract contract ResourceToken is HubStorage, IERC1155, IERC1155Errors {
    uint256 internal constant HELD_SHIFT = 128;
    uint256 internal constant SUPPLY_SHIFT = 128;
    uint256 internal constant USED_SHIFT = 48;
    uint256 internal constant USED_WINDOW_SHIFT = 16;
    uint256 internal constant UNIT_SHIFT = 8;

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == type(IERC165).interfaceId || id == type(IERC1155).interfaceId;
    }

    /// @inheritdoc IERC1155
    function balanceOf(address owner, uint256 id) public view returns (uint256) {
        return _holdings[bytes32(id)][owner] & MASK_128;
    }

    /// @inheritdoc IERC1155
    function balanceOfBatch(address[] calldata owners, uint256[] calldata ids)
        external
        view
        returns (uint256[] memory quantities)
    {
        if (owners.length != ids.length) revert BATCH_COUNT();
        quantities = new uint256[](ids.length);
        for (uint256 pos; pos < ids.length; ++pos) quantities[pos] = balanceOf(owners[pos], ids[pos]);
    }

    /// @notice What the whole chain holds of a resource, base units.
    function totalSupply(uint256 id) external view returns (uint256) {
        return _resources[bytes32(id)] >> SUPPLY_SHIFT;
    }

    /// @notice What is kept of a resource beside its supply.
    /// @return status 0 unknown, 1 active, 2 frozen
    /// @return unit number of the base unit
    /// @return used base units sent out in the window
    /// @return windowStart Unix seconds
    /// @return dynamicIndex index of the newest dynamic head known here
    /// @return dynamicHead that head
    function resourceOf(bytes32 resourceId)
        external
        view
        returns (
            uint256 status,
            uint256 unit,
            uint256 used,
            uint256 windowStart,
            uint256 dynamicIndex,
            bytes32 dynamicHead
        )
    {
        uint256 word = _resources[resourceId];
        DynamicHead storage newest = _dynamicHeads[resourceId];
        return (
            word & 0xff,
            (word >> UNIT_SHIFT) & 0xff,
            (word >> USED_SHIFT) & MASK_80,
            (word >> USED_WINDOW_SHIFT) & MASK_32,
            newest.index,
            newest.head
        );
    }

    /// @inheritdoc IERC1155
    function setApprovalForAll(address operator, bool approved) external {
        _approvals[msg.sender][operator] = approved;
        emit ApprovalForAll(msg.sender, operator, approved);
    }

    /// @inheritdoc IERC1155
    function isApprovedForAll(address owner, address operator) public view returns (bool) {
        return _approvals[owner][operator];
    }

    /// @inheritdoc IERC1155
    function safeTransferFrom(address from, address to, uint256 id, uint256 quantity, bytes calldata data) external {
        _requireOperator(from);
        _move(_head, bytes32(id), from, to, quantity);
        emit TransferSingle(msg.sender, from, to, id, quantity);
        if (to.code.length != 0) {
            bytes4 answer = IERC1155Receiver(to).onERC1155Received(msg.sender, from, id, quantity, data);
            if (answer != IERC1155Receiver.onERC1155Received.selector) revert ERC1155InvalidReceiver(to);
        }
    }

    /// @inheritdoc IERC1155
    function safeBatchTransferFrom(
        address from,
        address to,
        uint256[] calldata ids,
        uint256[] calldata quantities,
        bytes calldata data
    ) external {
        _requireOperator(from);
        if (ids.length != quantities.length) revert BATCH_COUNT();
        uint256 head = _head;
        for (uint256 pos; pos < ids.length; ++pos) _move(head, bytes32(ids[pos]), from, to, quantities[pos]);
        emit TransferBatch(msg.sender, from, to, ids, quantities);
        if (to.code.length != 0) {
            bytes4 answer = IERC1155Receiver(to).onERC1155BatchReceived(msg.sender, from, ids, quantities, data);
            if (answer != IERC1155Receiver.onERC1155BatchReceived.selector) revert ERC1155InvalidReceiver(to);
        }
    }

    /// @notice Freezes a resource by case order. Governance, at once.
    function freezeResource(bytes32 resourceId, bytes calldata caseOrder) external onlyGovernance {
        _setStatus(resourceId, STATUS_FROZEN);
        emit ResourceFrozen(resourceId, caseOrder);
    }

    /// @notice Ends a freeze by case order. Governance, at once.
    function unfreezeResource(bytes32 resourceId, bytes calldata caseOrder) external onlyGovernance {
        _setStatus(resourceId, STATUS_ACTIVE);
        emit ResourceUnfrozen(resourceId, caseOrder);
    }

    /// @notice Adds an account to the admission list. Governance, at once.
    function admit(address account) external onlyGovernance {
        if (_admitted[account]) revert MEMBER_EXISTS();
        _admitted[account] = true;
        emit Admitted(account);
    }

    /// @notice Takes an account off the admission list. Governance, at once.
    /// @dev A new epoch makes every mark in a holding stale, so each owner is looked up afresh.
    function expel(address account) external onlyGovernance {
        if (!_admitted[account]) revert MEMBER_UNKNOWN();
        delete _admitted[account];
        if (_head & MASK_20 != MASK_20) ++_head;
        emit Expelled(account);
    }

    /// @notice What the admission list says of an account.
    /// @return listed whether the list is asked at all
    /// @return admitted whether the account is on it
    function admissionOf(address account) external view returns (bool listed, bool admitted) {
        return (_head & FLAG_LISTED != 0, _admitted[account]);
    }

    /// @notice Whether an account may hold, send and receive; `word` is its holding of the resource at hand.
    /// @dev The holding's mark says that its owner was found on the list in that epoch. The last epoch
    ///      marks nothing, so the count cannot come round.
    function _isAdmitted(uint256 head, uint256 word, address account) internal view returns (bool) {
        if (account == address(0)) return false;
        if (head & FLAG_LISTED == 0) return true;
        uint256 epoch = head & MASK_20;
        return (word >> HELD_SHIFT == epoch && epoch != MASK_20) || _admitted[account];
    }

    /// @notice A holding's word after its owner was found admitted.
    function _marked(uint256 head, uint256 held) internal pure returns (uint256) {
        return head & FLAG_LISTED == 0 ? held : ((head & MASK_20) << HELD_SHIFT) | held;
    }

    /// @notice Where a holding stands, found once for its reading and its writing.
    function _holdingOf(bytes32 resourceId, address owner) internal pure returns (uint256 slot) {
        assembly ("memory-safe") {
            mstore(0, resourceId)
            mstore(0x20, _holdings.slot)
            mstore(0x20, keccak256(0, 0x40))
            mstore(0, owner)
            slot := keccak256(0, 0x40)
        }
    }

    /// @notice Takes from an admitted owner's holding, not from the supply.
    function _take(uint256 head, bytes32 resourceId, address owner, uint256 quantity) internal {
        uint256 slot = _holdingOf(resourceId, owner);
        uint256 word = _load(slot);
        if (!_isAdmitted(head, word, owner)) revert ACCOUNT_NOT_ADMITTED();
        uint256 held = word & MASK_128;
        if (held < quantity) revert HOLDING_INSUFFICIENT(held, quantity);
        unchecked {
            _store(slot, _marked(head, held - quantity));
        }
    }

    function _load(uint256 slot) internal view returns (uint256 word) {
        assembly ("memory-safe") {
            word := sload(slot)
        }
    }

    function _store(uint256 slot, uint256 word) internal {
        assembly ("memory-safe") {
            sstore(slot, word)
        }
    }

    /// @notice `TransferSingle` of what comes to an account (`from` zero) or leaves it (`to` zero).
    function _emitTransfer(address from, address to, bytes32 resourceId, uint256 quantity) internal {
        bytes32 topic = TransferSingle.selector;
        assembly ("memory-safe") {
            mstore(0, resourceId)
            mstore(0x20, quantity)
            log4(0, 0x40, topic, caller(), from, to)
        }
    }

    /// @notice The active word of a resource.
    function _requireActiveResource(bytes32 resourceId) internal view returns (uint256 word) {
        word = _resources[resourceId];
        if (word & 0xff == 0) revert RESOURCE_UNKNOWN();
        if (word & 0xff != STATUS_ACTIVE) revert RESOURCE_FROZEN();
    }

    function _move(uint256 head, bytes32 resourceId, address from, address to, uint256 quantity) private {
        if (quantity == 0) revert QUANTITY_ZERO();
        if (quantity > MASK_128) revert QUANTITY_OVERFLOW();
        _requireActiveResource(resourceId);
        _take(head, resourceId, from, quantity);
        uint256 slot = _holdingOf(resourceId, to);
        uint256 word = _load(slot);
        if (!_isAdmitted(head, word, to)) revert ACCOUNT_NOT_ADMITTED();
        // No holding is above the supply, so the sum fits.
        unchecked {
            _store(slot, _marked(head, (word & MASK_128) + quantity));
        }
    }

    function _setStatus(bytes32 resourceId, uint256 status) private {
        uint256 word = _resources[resourceId];
        if (word & 0xff == 0) revert RESOURCE_UNKNOWN();
        if (word & 0xff == status) {
            if (status == STATUS_FROZEN) revert RESOURCE_FROZEN();
            revert RESOURCE_NOT_FROZEN();
        }
        _resources[resourceId] = (word & ~uint256(0xff)) | status;
    }

    function _requireOperator(address from) private view {
        if (from != msg.sender && !isApprovedForAll(from, msg.sender)) revert ERC1155MissingApprovalForAll(msg.sender, from);
    }
}
