/**
 * The generating units of the demonstration and where their readings come from (NOTICE.md).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PowerSeries } from '../../../schemas/resource/kinds/green-certificate-rule.ts';
import { readSeries, type SeriesLayout } from './read-series.ts';

/** One real unit with a month of readings. */
export interface DemoUnit {
  readonly id: string;
  readonly name: string;
  readonly energySource: 'wind' | 'solar';
  readonly nominalPWatts: number;
  readonly file: string;
  readonly layout: SeriesLayout;
}

const WIND_COLUMNS = [
  'time_utc',
  'r80711_kw',
  'r80721_kw',
  'r80736_kw',
  'r80790_kw',
  'r80711_wind_m_s',
];

/** The rooftop in Golden, Colorado. */
const rooftop: DemoUnit = {
  id: 'serf-east',
  name: 'SERF East rooftop',
  energySource: 'solar',
  nominalPWatts: 6000,
  file: 'pv-rooftop-15min.csv',
  layout: {
    columns: ['time', 'ac_power_w'],
    column: 'ac_power_w',
    unit: 'W',
    intervalSeconds: 900n,
    utcOffsetMinutes: -420,
  },
};

/** Four turbines of La Haute Borne and the rooftop. */
export const DEMO_UNITS: readonly DemoUnit[] = [
  turbine('r80711', 'R80711'),
  turbine('r80721', 'R80721'),
  turbine('r80736', 'R80736'),
  turbine('r80790', 'R80790'),
  rooftop,
];

/** Reads a unit's month from `directory`, the folder the series files are in. @throws SERIES_* */
export function loadDemoSeries(directory: string, unit: DemoUnit): PowerSeries {
  return readSeries(readFileSync(join(directory, unit.file), 'utf8'), unit.layout);
}

function turbine(id: string, name: string): DemoUnit {
  return {
    id,
    name: `La Haute Borne ${name}`,
    energySource: 'wind',
    nominalPWatts: 2_050_000,
    file: 'wind-10min.csv',
    layout: {
      columns: WIND_COLUMNS,
      column: `${id}_kw`,
      unit: 'kW',
      intervalSeconds: 600n,
      utcOffsetMinutes: 0,
    },
  };
}
