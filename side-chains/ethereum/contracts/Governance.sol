// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITielineErrors} from "./interfaces/ITielineErrors.sol";
import {ITielineEvents} from "./interfaces/ITielineEvents.sol";
import {IGovernance} from "./interfaces/IGovernance.sol";

/// @title Governance by timelocked k-of-n, docs/protocol.md#ethereum-governance
/// @dev A proposal fixes its exact bytes, expires, counts one vote an organisation, needs k current members
///      at execution, and waits the delay unless it only takes away: pause, freeze, unfreeze, admit, expel.
contract Governance is IGovernance, ITielineErrors, ITielineEvents {
    uint256 private constant MAX_ORGANISATIONS = 64;
    uint256 private constant MAX_PROPOSAL_SECONDS = 90 days;
    uint256 private constant LEAST_PRODUCTION_DELAY_SECONDS = 86_400;
    uint256 private constant CARRIED_OUT = 1;

    /// @inheritdoc IGovernance
    address public immutable hub;
    /// @notice Whether k ≥ 2 and a delay of a day are the least.
    bool public immutable production;

    /// @dev slot 0: current organisations
    address[] private _organisations;
    /// @notice slot 1: votes a proposal needs
    uint256 public quorum;
    /// @notice slot 2: seconds from proposal to execution
    uint256 public delaySeconds;
    /// @dev slot 3: Unix seconds of creation(64) expiry(64) of an open proposal; 1 of one that was carried out
    mapping(bytes32 id => uint256 times) private _proposals;
    /// @dev slot 4
    mapping(bytes32 id => mapping(address organisation => bool)) private _votes;

    constructor(address hub_, bool production_, address[] memory organisations_, uint256 quorum_, uint256 delay) {
        hub = hub_;
        production = production_;
        _setOrganisations(organisations_, quorum_, delay);
    }

    modifier onlyOrganisation() {
        if (!_isOrganisation(msg.sender)) revert PROPOSAL_FORBIDDEN();
        _;
    }

    /// @notice Opens a proposal with the proposer's vote.
    /// @param target the hub or this contract
    /// @param data the exact call
    /// @param expirySeconds Unix seconds, at most 90 days ahead
    function propose(address target, bytes calldata data, uint64 expirySeconds)
        external
        onlyOrganisation
        returns (bytes32 id)
    {
        if ((target != hub && target != address(this)) || data.length < 4) revert ACTION_UNSUPPORTED();
        if (expirySeconds <= block.timestamp || expirySeconds > block.timestamp + MAX_PROPOSAL_SECONDS) {
            revert PROPOSAL_EXPIRED();
        }
        id = proposalId(msg.sender, block.timestamp, expirySeconds, target, data);
        if (_proposals[id] != 0) revert PROPOSAL_EXISTS();
        _proposals[id] = (block.timestamp << 64) | expirySeconds;
        _votes[id][msg.sender] = true;
        emit ProposalCreated(id, msg.sender, block.timestamp, expirySeconds, target, data);
    }

    /// @notice Gives or withdraws an organisation's one vote.
    function vote(bytes32 id, bool support) external onlyOrganisation {
        _requireOpen(id);
        _votes[id][msg.sender] = support;
        emit ProposalVoted(id, msg.sender, support);
    }

    /// @notice Carries a proposal out; anyone may ask. The terms are those its id is made of.
    function execute(
        address proposer,
        uint64 createdSeconds,
        uint64 expirySeconds,
        address target,
        bytes calldata data
    ) external {
        bytes32 id = proposalId(proposer, createdSeconds, expirySeconds, target, data);
        _requireOpen(id);
        uint256 votes = votesOf(id);
        if (votes < quorum) revert PROPOSAL_QUORUM(votes, quorum);
        uint256 readyAt = createdSeconds + delaySeconds;
        if (block.timestamp < readyAt && !_isImmediate(target, bytes4(data))) revert PROPOSAL_DELAY(readyAt);
        // Kept, so that the votes for it never carry the same terms a second time.
        _proposals[id] = CARRIED_OUT;
        emit ProposalExecuted(id);
        // A call of an address without code succeeds and does nothing.
        if (target.code.length == 0) revert ACTION_UNSUPPORTED();
        (bool done, bytes memory answer) = target.call(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
    }

    /// @notice New members and rules; only by a proposal of this contract to itself, always delayed.
    function setOrganisations(address[] calldata organisations_, uint256 quorum_, uint256 delay) external {
        if (msg.sender != address(this)) revert PROPOSAL_FORBIDDEN();
        _setOrganisations(organisations_, quorum_, delay);
    }

    /// @notice Current members.
    function organisations() external view returns (address[] memory) {
        return _organisations;
    }

    /// @notice Votes of current members for an open proposal.
    function votesOf(bytes32 id) public view returns (uint256 votes) {
        for (uint256 pos; pos < _organisations.length; ++pos) if (_votes[id][_organisations[pos]]) ++votes;
    }

    /// @notice The id binds chain, contract, proposer, times and the exact call.
    function proposalId(
        address proposer,
        uint256 createdSeconds,
        uint256 expirySeconds,
        address target,
        bytes calldata data
    ) public view returns (bytes32) {
        return keccak256(
            abi.encode(block.chainid, address(this), proposer, createdSeconds, expirySeconds, target, data)
        );
    }

    function _requireOpen(bytes32 id) private view {
        uint256 times = _proposals[id];
        if (times <= CARRIED_OUT) revert PROPOSAL_UNKNOWN();
        if (block.timestamp >= uint64(times)) revert PROPOSAL_EXPIRED();
    }

    /// @dev pauseLane(), freezeResource, unfreezeResource, admit, expel
    function _isImmediate(address target, bytes4 selector) private view returns (bool) {
        return target == hub
            && (
                selector == bytes4(keccak256("pauseLane()")) || selector == bytes4(keccak256("admit(address)"))
                    || selector == bytes4(keccak256("expel(address)"))
                    || selector == bytes4(keccak256("freezeResource(bytes32,bytes)"))
                    || selector == bytes4(keccak256("unfreezeResource(bytes32,bytes)"))
            );
    }

    function _isOrganisation(address account) private view returns (bool) {
        for (uint256 pos; pos < _organisations.length; ++pos) if (_organisations[pos] == account) return true;
        return false;
    }

    function _setOrganisations(address[] memory organisations_, uint256 quorum_, uint256 delay) private {
        uint256 count = organisations_.length;
        if (quorum_ == 0 || quorum_ > count) revert GENESIS_QUORUM();
        if (count > MAX_ORGANISATIONS) revert GENESIS_MEMBERS();
        if (production && (quorum_ < 2 || delay < LEAST_PRODUCTION_DELAY_SECONDS)) revert GENESIS_PRODUCTION();
        // A delay above what a proposal may live would end all change for ever.
        if (delay >= MAX_PROPOSAL_SECONDS) revert PROPOSAL_EXPIRED();
        for (uint256 pos; pos < count; ++pos) {
            if (organisations_[pos] == address(0)) revert GENESIS_MEMBERS();
            for (uint256 other; other < pos; ++other) {
                if (organisations_[pos] == organisations_[other]) revert GENESIS_MEMBERS();
            }
        }
        _organisations = organisations_;
        quorum = quorum_;
        delaySeconds = delay;
        emit OrganisationsSet(organisations_, quorum_, delay);
    }
}
