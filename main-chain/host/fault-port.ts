/**
 * Every place where a node, its signers or a hub write to the disk, by name, and the port that tests
 * stand at: it is called just before and just after each write, and what it throws is taken for that
 * write's failure. Nothing but tests gives one. docs/architecture.md#write-points
 */

/** The write points; docs/architecture.md says what a crash at each leaves behind. */
export const WRITE_POINTS = [
  'directory/lock',
  'directory/marker',
  'directory/rename',
  'key/file',
  'key/link',
  'node/block',
  'node/certificate',
  'signer/file',
  'signer/rename',
  'signer/mark',
  'signer/sync',
  'signer/copy',
  'journal/records',
  'journal/resume',
] as const;

export type WritePoint = (typeof WRITE_POINTS)[number];

/** Called at each write point; may throw, may never return. */
export type FaultPort = (point: WritePoint, side: 'before' | 'after') => void;

/** What a process uses. */
export const noFaults: FaultPort = () => undefined;
