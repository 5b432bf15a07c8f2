/** The worked examples of docs/protocol.md are what the code computes. */
import { describe, expect, it } from 'vitest';
import { readText, sourceFiles } from './project-files.ts';
import { protocolExamples } from './protocol-examples.ts';

const VECTORS = 'test/vectors/protocol/examples.json';

describe('the examples of docs/protocol.md', () => {
  it('are recomputed by the code, byte for byte', () => {
    expect(protocolExamples()).toEqual(JSON.parse(readText(VECTORS)));
  });

  it('are quoted in the document as they stand in the vector file', () => {
    const known = readText(VECTORS);
    const quoted = readText('docs/protocol.md').match(/\b[0-9a-f]{32,}\b/g) ?? [];
    expect(quoted.length).toBeGreaterThan(30);
    // IBC's universal error acknowledgement is a constant, not an example.
    const constants = ['4774d4a575993f963b1c06573736617a457abef8589178db8d10c94b4ab511ab'];
    expect(quoted.filter((hex) => !known.includes(hex) && !constants.includes(hex))).toEqual([]);
  });
});

describe('the table of domain tags in docs/protocol.md', () => {
  it('lists every tag of the code once', () => {
    const used = sourceFiles().flatMap((file) =>
      [...readText(file).matchAll(/domainTag\('([^']+)'\)/g)].map(([, tag]) => tag ?? ''),
    );
    const listed = [...readText('docs/protocol.md').matchAll(/^\| `(tieline\/[\w/]+)` \|/gm)].map(
      ([, tag]) => tag ?? '',
    );
    expect(listed.sort()).toEqual([...new Set(used)].sort());
  });
});
