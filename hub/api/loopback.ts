/** Operators' commands come from this machine, and not from a page some browser on it has open. */
import type { FastifyRequest } from 'fastify';
import { hubError } from '../errors.ts';

const LOOPBACK = /^(?:127(?:\.[0-9]{1,3}){3}|::1|::ffff:127(?:\.[0-9]{1,3}){3})$/;
const LOCAL_HOST = /^(?:127(?:\.[0-9]{1,3}){3}|localhost|\[::1\])(?::[0-9]{1,5})?$/;

export function isLoopback(address: string): boolean {
  return LOOPBACK.test(address);
}

/** @throws HUB_LOOPBACK_ONLY for another machine, another site's page, or a name that points here */
export function requireOperator(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  const isForeignPage = origin !== undefined && origin !== `http://${host ?? ''}`;
  if (!isLoopback(request.ip) || isForeignPage || !LOCAL_HOST.test(host ?? ''))
    throw hubError('HUB_LOOPBACK_ONLY');
}
