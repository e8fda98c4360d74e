// The audits of graphql-http against an address: one JSON line with what was not ok.
import { serverAudits } from 'graphql-http';

const found = [];
let count = 0;
for (const audit of serverAudits({ url: process.argv[2] })) {
  const result = await audit.fn();
  count += 1;
  if (result.status !== 'ok') found.push({ id: result.id, name: result.name, status: result.status, reason: result.reason });
}
console.log(JSON.stringify({ count, found }));
