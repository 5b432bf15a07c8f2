/**
 * The contract on an Ethereum network that is the counterparty, and where its storage keeps packet
 * facts. docs/protocol.md#ethereum-contract
 */
import { putU64 } from '../../../../schemas/codec/integer-bytes.ts';
import { concatBytes, equalBytes, ZERO_HASH } from '../../../../schemas/hash.ts';
import type { HashPort } from '../../../../schemas/ports.ts';
import type { Contract } from '../../../../schemas/wire/clients/evm-contract.ts';
import { ethereumError } from '../errors.ts';

/** Storage place of `mapping(uint256 sequence => bytes32 commitment)`. */
export const COMMITMENTS_SLOT = 3n;
/** Storage place of `mapping(uint256 sequence / 128 => uint256)`: two status bits a sequence. */
export const STATUSES_SLOT = 4n;
/** Storage place of `mapping(bytes32 resourceId => uint256)`: the supply in the upper 128 bits. */
export const RESOURCES_SLOT = 6n;

/** keccak256 of no bytes: the code of an account that is no contract. */
const NO_CODE: Uint8Array = Uint8Array.from([
  0xc5, 0xd2, 0x46, 0x01, 0x86, 0xf7, 0x23, 0x3c, 0x92, 0x7e, 0x7d, 0xb2, 0xdc, 0xc7, 0x03, 0xc0,
  0xe5, 0x00, 0xb6, 0x53, 0xca, 0x82, 0x27, 0x3b, 0x7b, 0xfa, 0xd8, 0x04, 0x5d, 0x85, 0xa4, 0x70,
]);

/** @throws EVM_CONTRACT */
export function verifyContract({ address, codeHash }: Contract): void {
  const hasCode = !equalBytes(codeHash, ZERO_HASH) && !equalBytes(codeHash, NO_CODE);
  if (address.every((byte) => byte === 0) || !hasCode) throw ethereumError('EVM_CONTRACT');
}

/** Solidity's place of `mapping[key]` for a mapping at `slot`: keccak256(key(32) ‖ slot(32)). */
export function mappingSlot(key: Uint8Array, slot: bigint, hash: HashPort): Uint8Array {
  return hash.keccak256(concatBytes(key, wordOf(slot)));
}

/** A u64 as a 32-byte word. */
export function wordOf(value: bigint): Uint8Array {
  const word = new Uint8Array(32);
  putU64(word, 24, value);
  return word;
}
