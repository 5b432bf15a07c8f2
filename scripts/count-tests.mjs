/*
 * Prints `passed failed skipped` of a vitest JSON report for the CI script: count-tests.mjs <report> <exit code>.
 * A test file that did not load counts as one failure; so does a bad exit no failed test explains
 * (coverage below its mark, an error outside any test, no report at all).
 */
import { existsSync, readFileSync } from 'node:fs';

const [report = '', exitCode = '1'] = process.argv.slice(2);
const files = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).testResults : [];
const tests = files.flatMap((file) => file.assertionResults);
const count = (...states) => tests.filter(({ status }) => states.includes(status)).length;

const unloaded = files.filter(
  (file) =>
    file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'),
);
for (const file of unloaded) console.error(`${file.name}: ${file.message}`);
const explained = count('failed') + unloaded.length;
const unexplained = explained === 0 && exitCode !== '0' ? 1 : 0;
if (unexplained) console.error('The test run failed outside any test: see its output (coverage?).');

const other = tests.length - count('passed', 'failed');
console.log(count('passed'), explained + unexplained, other);
