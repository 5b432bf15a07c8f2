import { createNetwork, issueAndRegister, sendMessage, delivery, ALICE, RELAYER, issueMessage, ISSUER, carryAll } from './unit/main-chain/relay/network.ts';
import type { FakeChain } from './fakes/chain.ts';
const network = createNetwork();
const id = issueAndRegister(network, 1_000_000n);
const { a, b, main } = network;
const N = 256;
function time(label: string, chain: FakeChain, sender: number, message: any) {
  const t = process.hrtime.bigint();
  let r: any; 
  for (let i = 0; i < 40; i++) { r = chain.attempt(sender, message).result; }
  const us = Number(process.hrtime.bigint() - t) / 1000 / 40 / N;
  console.log(label, us.toFixed(1), 'us/packet', r.code, new Set(r.items));
}
const send = sendMessage(network, a, b.side, id, 1n);
{
  const t = process.hrtime.bigint();
  for (let i = 0; i < 4; i++) a.side.block(...Array.from({ length: N }, () => [ALICE, send] as const));
  console.log('send block us', Number(process.hrtime.bigint() - t) / 1000 / N / 4);
}
const del: any = delivery(a.side, a.sideClient, a.mainClient, a.side.height);
time('main receive+forward', main, RELAYER, del);
main.run(RELAYER, del);
const down: any = delivery(main, b.mainClient, b.sideClient, main.height);
time('B receive', b.side, RELAYER, down);
b.side.run(RELAYER, down);
const ack: any = delivery(b.side, b.sideClient, b.mainClient, b.side.height);
time('main ack b', main, RELAYER, ack);
main.run(RELAYER, ack);
const acka: any = delivery(main, a.mainClient, a.sideClient, main.height);
time('A ack', a.side, RELAYER, acka);
