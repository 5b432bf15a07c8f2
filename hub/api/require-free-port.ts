/** Whether an address is free to listen at: asked before anything is made on the disk for it. */
import { createServer } from 'node:net';
import { hubError } from '../errors.ts';

/** Port 0 is always free: the machine chooses. @throws HUB_PORT_TAKEN */
export async function requireFreePort({
  host,
  port,
}: {
  readonly host: string;
  readonly port: number;
}): Promise<void> {
  if (port === 0) return;
  await new Promise<void>((free, taken) => {
    const probe = createServer();
    probe.once('error', (cause) => taken(portTaken({ host, port }, cause)));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => free()));
  });
}

/** HUB_PORT_TAKEN where an error of listening says so, else the error itself. */
export function portTaken(
  { host, port }: { readonly host: string; readonly port: number },
  cause: unknown,
): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  const isTaken = code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL';
  return isTaken ? hubError('HUB_PORT_TAKEN', { host, port }, cause) : cause;
}
