/** GET /v1/chains/:alias/proposals and one of them: what organisations of a chain decide on. */
import { Type } from 'typebox';
import type { MembersFact, ProposalFact } from '../../adapters/chain-facts.ts';
import { parseHex } from '../../schemas/codec/hex.ts';
import { equalBytes, toHex } from '../../schemas/hash.ts';
import { formatAddress } from '../../schemas/ids.ts';
import { hubError } from '../errors.ts';
import { Alias, AliasParams, Proposal, ProposalId, Proposals } from './api-schemas.ts';
import type { ApiContext } from './context.ts';
import { REFUSALS, type RouteScope } from './routes.ts';

export function proposalRoutes(scope: RouteScope, { registry, journal }: ApiContext): void {
  const read = async (alias: string, ids: readonly string[]) => {
    const { adapter } = registry.chain(alias);
    const questions = ids.map((id) => ({ proposalId: parseHex(id, 32) }));
    const [members] = await adapter.facts('members', [{}]);
    const facts = await adapter.facts('proposal', questions);
    return ids.flatMap((id, at) => {
      const fact = facts[at];
      return fact && members ? [proposalView(alias, id, fact, members)] : [];
    });
  };
  scope.get(
    '/v1/chains/:alias/proposals',
    { schema: { params: AliasParams, response: { 200: Proposals, ...REFUSALS } } },
    async (request) => {
      const { alias } = request.params;
      const { genesisHash } = registry.chain(alias).adapter.description;
      return { proposals: await read(alias, await journal.proposals(toHex(genesisHash))) };
    },
  );
  const params = Type.Object({ alias: Alias, id: ProposalId });
  scope.get(
    '/v1/chains/:alias/proposals/:id',
    { schema: { params, response: { 200: Proposal, ...REFUSALS } } },
    async (request) => {
      const { alias, id } = request.params;
      const [found] = await read(alias, [id]);
      if (found === undefined) throw hubError('HUB_PROPOSAL_UNKNOWN', { chain: alias, id });
      return found;
    },
  );
}

function proposalView(
  chain: string,
  id: string,
  { action, proposer, createdSeconds, expirySeconds, votes }: ProposalFact,
  { organisations, quorum, delaySeconds }: MembersFact,
) {
  return {
    id,
    chain,
    action: toHex(action),
    proposer: formatAddress(proposer),
    createdSeconds: createdSeconds.toString(),
    expirySeconds: expirySeconds.toString(),
    votes: votes.map((voter) => ({
      address: formatAddress(voter),
      name: organisations.find(({ address }) => equalBytes(address, voter))?.name ?? '',
    })),
    quorum,
    readyAtSeconds: (createdSeconds + delaySeconds).toString(),
  };
}
