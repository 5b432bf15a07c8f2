/**
 * Calendar arithmetic on integers (proleptic Gregorian, ISO 8601 text), so that the pure folders need
 * no Date. Day count after H. Hinnant, "chrono-compatible low-level date algorithms".
 */
import { type UnixSeconds, unixSeconds } from '../units.ts';
import { resourceError } from './errors.ts';

/** Regular expression of a UTC time to the second, years 1970 to 2999. */
export const TIME_PATTERN =
  '^(19[7-9][0-9]|2[0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$';
/** Regular expression of a calendar date, years 1970 to 2999. */
export const DATE_PATTERN = '^(19[7-9][0-9]|2[0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$';
/** Regular expression of a calendar month, years 1970 to 2999. */
export const MONTH_PATTERN = '^(19[7-9][0-9]|2[0-9]{3})-(0[1-9]|1[0-2])$';

const TIME = new RegExp(TIME_PATTERN);
const DATE = new RegExp(DATE_PATTERN);
const MONTH = new RegExp(MONTH_PATTERN);
const SECONDS_A_DAY = 86_400;
const DAYS_AN_ERA = 146_097;

/** A calendar month as a half-open interval of time. */
export interface MonthInterval {
  readonly start: UnixSeconds;
  readonly end: UnixSeconds;
}

/** Days from 1970-01-01 of `YYYY-MM-DD`. @throws RESOURCE_TIME when the calendar has no such day */
export function parseDate(text: string): number {
  if (!DATE.test(text)) throw resourceError('RESOURCE_TIME', { characters: text.length });
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  if (day > daysInMonth(year, month)) throw resourceError('RESOURCE_TIME', { text });
  return daysFromCivil(year, month, day);
}

/** Seconds of `YYYY-MM-DDThh:mm:ssZ`. @throws RESOURCE_TIME */
export function parseTime(text: string): UnixSeconds {
  if (!TIME.test(text)) throw resourceError('RESOURCE_TIME', { characters: text.length });
  const ofDay = digits(text, 11, 13) * 3600 + digits(text, 14, 16) * 60 + digits(text, 17, 19);
  return unixSeconds(BigInt(parseDate(text.slice(0, 10)) * SECONDS_A_DAY + ofDay));
}

/** `YYYY-MM-DDThh:mm:ssZ` of seconds. @throws RESOURCE_TIME after the year 2999 */
export function formatTime(time: UnixSeconds): string {
  const day = Number(time / BigInt(SECONDS_A_DAY));
  const ofDay = Number(time % BigInt(SECONDS_A_DAY));
  const [year, month, date] = civilFromDays(day);
  if (year > 2999) throw resourceError('RESOURCE_TIME', { time });
  const clock = [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60, ofDay % 60];
  return `${year}-${two(month)}-${two(date)}T${clock.map(two).join(':')}Z`;
}

/** Months from 1970-01 of `YYYY-MM`. @throws RESOURCE_TIME */
export function parseMonth(text: string): number {
  if (!MONTH.test(text)) throw resourceError('RESOURCE_TIME', { characters: text.length });
  return (digits(text, 0, 4) - 1970) * 12 + digits(text, 5, 7) - 1;
}

/** `YYYY-MM` of a count of months from 1970-01. */
export function formatMonth(months: number): string {
  return `${1970 + Math.floor(months / 12)}-${two((months % 12) + 1)}`;
}

/** The calendar month as an interval of time at a fixed offset from UTC. @throws RESOURCE_TIME */
export function monthInterval(month: string, utcOffsetMinutes: number): MonthInterval {
  const first = parseMonth(month);
  return {
    start: monthStart(first, utcOffsetMinutes),
    end: monthStart(first + 1, utcOffsetMinutes),
  };
}

function monthStart(months: number, utcOffsetMinutes: number): UnixSeconds {
  const days = daysFromCivil(1970 + Math.floor(months / 12), (months % 12) + 1, 1);
  return unixSeconds(BigInt(days * SECONDS_A_DAY - utcOffsetMinutes * 60));
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Years count from March here, so that the leap day is the last of its year. */
function daysFromCivil(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_AN_ERA + dayOfEra - 719_468;
}

function civilFromDays(days: number): readonly [year: number, month: number, day: number] {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / DAYS_AN_ERA);
  const dayOfEra = shifted - era * DAYS_AN_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return [year, month, dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1];
}

function digits(text: string, from: number, to: number): number {
  return Number.parseInt(text.slice(from, to), 10);
}

function two(value: number): string {
  return value.toString().padStart(2, '0');
}
