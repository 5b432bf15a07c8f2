import { describe, expect, it } from 'vitest';
import { displayWidth, formatTable } from '../../../../hub/cli/format-table.ts';

describe('formatTable', () => {
  it('counts Chinese characters and punctuation as two cells', () => {
    expect(displayWidth('Anhui 安徽')).toBe(10);
    expect(displayWidth('（平）')).toBe(6);
    expect(displayWidth('')).toBe(0);
  });

  it('aligns every column by display width and leaves no trailing blanks', () => {
    const table = formatTable(
      [{ title: '链' }, { title: 'height', align: 'right' }, { title: 'note' }],
      [
        ['江苏', '7', ''],
        ['main', '1234567', 'x'],
      ],
    );
    expect(table.split('\n')).toEqual([
      '  链     height  note',
      '  ────  ───────  ────',
      '  江苏        7',
      '  main  1234567  x',
      '',
    ]);
  });

  it('shows the heading alone where there are no rows', () => {
    expect(formatTable([{ title: 'id' }], [], 0)).toBe('id\n──\n');
  });
});
