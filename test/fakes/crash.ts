/*
 * Crashes in one process: at a write point the files are copied as they are, which is what a process
 * killed there leaves behind (the kernel keeps what was written, synced or not). Nothing is closed.
 */
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultPort, WritePoint } from '../../main-chain/host/fault-port.ts';

export type Side = Parameters<FaultPort>[1];

/** A copy of a directory, made when `point` was passed for the `nth` time (from 1) on that side. */
export interface Image {
  readonly point: WritePoint;
  readonly side: Side;
  readonly nth: number;
  readonly directory: string;
}

/** A process id that belongs to nobody: above the largest Linux gives. */
const NOBODY = 2 ** 22 + 1;

/**
 * A fault port that copies `directory()` each time it is called and `isWanted` takes it; its locks then
 * name a process that is gone. Copies are beside each other under `target`.
 */
export function imageTaker(
  directory: () => string,
  target: string,
  isWanted: (nth: number) => boolean = () => true,
): FaultPort & { readonly images: readonly Image[] } {
  const images: Image[] = [];
  const reached = new Map<string, number>();
  const port: FaultPort = (point, side) => {
    const name = `${point} ${side}`.replace(/\W/g, '-');
    const nth = (reached.get(name) ?? 0) + 1;
    reached.set(name, nth);
    if (!isWanted(nth)) return;
    const copy = join(target, `${name}-${nth}`);
    cpSync(directory(), copy, { recursive: true });
    for (const lock of [join(copy, 'lock'), join(copy, 'data', 'lock')])
      if (existsSync(lock)) writeFileSync(lock, `${NOBODY} 1\n`);
    images.push({ point, side, nth, directory: copy });
  };
  return Object.assign(port, { images });
}
