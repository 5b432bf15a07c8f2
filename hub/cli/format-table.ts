/**
 * Plain-text tables for a terminal: columns aligned by display width, so that Chinese names, which take
 * two cells a character, stand straight.
 */

/** A column: its heading and on which side its cells stand. */
export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

const GAP = '  ';
/** East Asian Wide and Fullwidth ranges that names and punctuation come from (UAX #11). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6]/u;

/** Cells a text takes in a terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : 1;
  return width;
}

/** Heading, rule and rows as lines, each indented by `indent` spaces, none with trailing blanks. */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  indent = 2,
): string {
  const titles = columns.map(({ title }) => title);
  const widths = titles.map((title, at) =>
    Math.max(displayWidth(title), ...rows.map((row) => displayWidth(row[at] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    `${' '.repeat(indent)}${cells.map((cell, at) => pad(cell, widths[at] ?? 0, columns[at]?.align)).join(GAP)}`.trimEnd();
  const rule = widths.map((width) => '─'.repeat(width));
  return [titles, rule, ...rows].map((cells) => `${line(cells)}\n`).join('');
}

function pad(cell: string, width: number, align: TableColumn['align'] = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, width - displayWidth(cell)));
  return align === 'right' ? blanks + cell : cell + blanks;
}
