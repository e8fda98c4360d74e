// What changed between two schemas: one JSON line, the most serious first.
import { readFileSync } from 'node:fs';
import { DiffRule, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';

const [before, after] = process.argv.slice(2).map((path) => buildSchema(readFileSync(path, 'utf8')));
const changes = await diff(before, after, [DiffRule.ignoreDescriptionChanges, DiffRule.simplifyChanges]);
const told = changes.map(({ criticality: { level, reason }, type, path, message }) => ({ level, type, path, message, reason }));
console.log(JSON.stringify(told));
