/* Calls of contracts on a development node: receipts, refusals by name, and state as one hash. */
import type { Interface, Result } from 'ethers';
import { type Anvil, RpcError } from './anvil.ts';
import type { Contract } from './artefact.ts';

export interface Receipt {
  readonly ok: boolean;
  readonly gasUsed: number;
  /** Of the transaction's data: bytes, and gas as EIP-2028 prices them. */
  readonly calldata: { readonly bytes: number; readonly gas: number; readonly floor: number };
  readonly events: readonly { readonly name: string; readonly args: Result }[];
  readonly contractAddress: string;
}

interface RawReceipt {
  readonly status: string;
  readonly gasUsed: string;
  readonly contractAddress: string;
  readonly logs: readonly { readonly topics: string[]; readonly data: string }[];
}

export interface Deployed {
  readonly address: string;
  readonly abi: Interface;
  /** Sends a call that must succeed. */
  call(name: string, args: readonly unknown[], from?: string): Promise<Receipt>;
  /** Sends a call that must be refused and change no storage of the contract; gives the error's name. */
  refuse(name: string, args: readonly unknown[], from?: string): Promise<string>;
  /** What the call would give back now. */
  ask(name: string, args?: readonly unknown[], from?: string): Promise<Result>;
  /** Root of all storage of the contract. */
  storage(): Promise<string>;
}

/** The most a transaction may ask for since osaka (EIP-7825). */
const GAS = '0x1000000';

/** A contract at an address. */
export function connect(anvil: Anvil, abi: Interface, address: string): Deployed {
  const owner = anvil.accounts[0] ?? '';
  const encode = (name: string, args: readonly unknown[]) => abi.encodeFunctionData(name, args);
  const storage = async () =>
    (await anvil.rpc<{ storageHash: string }>('eth_getProof', [address, [], 'latest'])).storageHash;
  const simulate = (data: string, from: string) =>
    anvil.rpc<string>('eth_call', [{ from, to: address, data, gas: GAS }, 'latest']);
  return {
    address,
    abi,
    storage,
    async call(name, args, from = owner) {
      const data = encode(name, args);
      const receipt = await transact(anvil, { from, to: address, data, gas: GAS }, abi);
      if (!receipt.ok) throw new Error(`${name}: ${await nameOf(abi, () => simulate(data, from))}`);
      return receipt;
    },
    async refuse(name, args, from = owner) {
      const data = encode(name, args);
      const before = await storage();
      const refusal = await nameOf(abi, () => simulate(data, from));
      const receipt = await transact(anvil, { from, to: address, data, gas: GAS }, abi);
      if (receipt.ok) throw new Error(`${name} was not refused`);
      if ((await storage()) !== before) throw new Error(`${name} was refused and changed state`);
      return refusal;
    },
    async ask(name, args = [], from = owner) {
      return abi.decodeFunctionResult(name, await simulate(encode(name, args), from));
    },
  };
}

/** Sends the creation code; throws where the constructor refuses, with its error's name. */
export async function deploy(
  anvil: Anvil,
  contract: Contract,
  args: readonly unknown[],
): Promise<Deployed> {
  const from = anvil.accounts[0] ?? '';
  const data = contract.bytecode + contract.abi.encodeDeploy(args).slice(2);
  const receipt = await transact(anvil, { from, data, gas: GAS }, contract.abi);
  if (!receipt.ok) {
    const simulate = () => anvil.rpc<string>('eth_call', [{ from, data }, 'latest']);
    throw new Error(await nameOf(contract.abi, simulate));
  }
  return connect(anvil, contract.abi, receipt.contractAddress);
}

/** The name of the custom error a call reverts with. */
export async function nameOf(abi: Interface, run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    return (error.data && abi.parseError(error.data)?.name) || error.message;
  }
  return 'not refused';
}

async function transact(anvil: Anvil, transaction: object, abi: Interface): Promise<Receipt> {
  const hash = await anvil.rpc<string>('eth_sendTransaction', [transaction]);
  let raw: RawReceipt | null = null;
  while (raw === null)
    raw = await anvil.rpc<RawReceipt | null>('eth_getTransactionReceipt', [hash]);
  const { data } = transaction as { readonly data: string };
  return {
    ok: raw.status === '0x1',
    gasUsed: Number(raw.gasUsed),
    calldata: priceOf(data),
    events: raw.logs.flatMap((log) => {
      const parsed = abi.parseLog(log);
      return parsed === null ? [] : [{ name: parsed.name, args: parsed.args }];
    }),
    contractAddress: raw.contractAddress,
  };
}

/** EIP-2028 price of calldata, and the floor of a transaction by EIP-7623. */
function priceOf(data: string): Receipt['calldata'] {
  const bytes = Buffer.from(data.slice(2), 'hex');
  const zeros = bytes.filter((byte) => byte === 0).length;
  const others = bytes.length - zeros;
  return {
    bytes: bytes.length,
    gas: 4 * zeros + 16 * others,
    floor: 21_000 + 10 * zeros + 40 * others,
  };
}
