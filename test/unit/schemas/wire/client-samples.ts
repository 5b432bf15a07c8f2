/* Seeded samples of what makes, moves and ends a light client. */
import type {
  ClientEvidence,
  ClientStart,
  ClientUpdates,
} from '../../../../schemas/wire/clients/client-material.ts';
import type { PosMessage } from '../../../../schemas/wire/clients/ethereum-pos.ts';
import { address, hash, pick, type Samples, sampleCertificate, u64 } from './samples.ts';

const contract = (s: Samples) => ({ address: address(s), codeHash: hash(s) });
const header = (s: Samples) => s.bytes(s.int(700));
const headers = (s: Samples) => s.list(3, () => header(s));

export const sampleStart = (s: Samples): ClientStart =>
  pick<(s: Samples) => ClientStart>(s, [
    () => ({ type: 'checkpoint', validatorSetHash: hash(s), height: u64(s) }),
    () => ({
      type: 'ethereum-poa',
      rules: {
        epoch: u64(s),
        periodSeconds: u64(s),
        depth: s.int(65_536),
        leastSigners: s.int(65_536),
      },
      contract: contract(s),
      epochHeader: header(s),
    }),
    () => ({
      type: 'ethereum-pos',
      rules: {
        genesisValidatorsRoot: hash(s),
        genesisTimeSeconds: u64(s),
        forks: s.list(3, () => ({
          epoch: u64(s),
          version: s.bytes(4),
          format: pick(s, ['capella', 'deneb', 'electra']),
        })),
      },
      contract: contract(s),
      trustedBlockRoot: hash(s),
    }),
    () => ({
      type: 'notary',
      contract: contract(s),
      notaries: s.list(5, () => address(s)),
      threshold: s.int(65_536),
    }),
  ])(s);

const beacon = (s: Samples) => ({
  slot: u64(s),
  proposerIndex: u64(s),
  parentRoot: hash(s),
  stateRoot: hash(s),
  bodyRoot: hash(s),
});
const branch = (s: Samples) => s.list(7, () => hash(s));
const committee = (s: Samples) => ({
  keys: new Uint8Array(24_576).fill(s.int(256)),
  aggregate: s.bytes(48),
});

const posUpdate = (s: Samples) => {
  const payload = {
    parentHash: hash(s),
    feeRecipient: address(s),
    stateRoot: hash(s),
    receiptsRoot: hash(s),
    logsBloom: s.bytes(256),
    prevRandao: hash(s),
    blockNumber: u64(s),
    gasLimit: u64(s),
    gasUsed: u64(s),
    timestamp: u64(s),
    extraData: s.bytes(s.int(33)),
    baseFeePerGas: hash(s),
    blockHash: hash(s),
    transactionsRoot: hash(s),
    withdrawalsRoot: hash(s),
  };
  const blobs = { blobGasUsed: u64(s), excessBlobGas: u64(s) };
  return {
    attested: beacon(s),
    finalized: beacon(s),
    finalityBranch: branch(s),
    execution: pick(s, [
      { type: 'capella', ...payload } as const,
      { type: 'deneb', ...payload, ...blobs } as const,
    ]),
    executionBranch: branch(s),
    next: s.int(8) === 0 ? { committee: committee(s), branch: branch(s) } : undefined,
    aggregate: { bits: s.bytes(64), signature: s.bytes(96) },
    signatureSlot: u64(s),
  };
};

const posMessage = (s: Samples): PosMessage =>
  s.int(8) === 0
    ? { type: 'bootstrap', header: beacon(s), committee: committee(s), branch: branch(s) }
    : { type: 'update', ...posUpdate(s) };

const attestation = (s: Samples) => ({
  header: header(s),
  signatures: s.list(3, () => ({ index: s.int(64), signature: s.bytes(65) })),
});

export const sampleUpdates = (s: Samples): ClientUpdates =>
  pick<(s: Samples) => ClientUpdates>(s, [
    () => ({ type: 'checkpoint', certificates: s.list(2, () => sampleCertificate(s)) }),
    () => ({ type: 'ethereum-poa', headers: headers(s) }),
    () => ({ type: 'ethereum-pos', messages: s.list(2, () => posMessage(s)) }),
    () => ({ type: 'notary', attestations: s.list(2, () => attestation(s)) }),
  ])(s);

export const sampleEvidence = (s: Samples): ClientEvidence =>
  pick<(s: Samples) => ClientEvidence>(s, [
    () => ({ type: 'checkpoint', first: sampleCertificate(s), second: sampleCertificate(s) }),
    () => ({
      type: 'ethereum-poa',
      height: u64(s),
      snapshot: {
        number: u64(s),
        blockHash: hash(s),
        timestamp: u64(s),
        signers: s.list(4, () => address(s)),
        recents: s.list(3, () => ({ number: u64(s), signer: address(s) })),
        votes: s.list(3, () => ({
          signer: address(s),
          subject: address(s),
          authorizes: s.int(2) === 1,
        })),
      },
      first: headers(s),
      second: headers(s),
    }),
    () => ({ type: 'ethereum-pos', first: posUpdate(s), second: posUpdate(s) }),
    () => ({ type: 'notary', first: attestation(s), second: attestation(s) }),
  ])(s);
