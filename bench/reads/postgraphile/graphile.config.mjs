// PostGraphile as its makers advise for production: the amber preset, prepared statements and operation plans kept.
// Row policies see the caller's partner through `pgSettings`. Whether the session is live is not asked on this side.
import jwt from "jsonwebtoken";
import pg from "pg";
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const { BENCH_PORT, BENCH_BARE, BENCH_TOKEN_KEY } = process.env;
const KEY = Buffer.from(BENCH_TOKEN_KEY ?? "", "hex");
const verified = new Map(); // a token's signature is checked once, as on the other sides

function claimsOf(token) {
  const known = verified.get(token) ?? jwt.verify(token, KEY, { algorithms: ["HS256"] });
  if (known.exp * 1000 < Date.now()) throw new Error("this token is over");
  verified.set(token, known);
  return known;
}

function context(requestContext) {
  if (BENCH_BARE === "1") return {};
  const header = requestContext.node?.req.headers.authorization ?? "";
  const claims = claimsOf(header.slice("Bearer ".length));
  return { pgSettings: { "bench.partner_id": claims.partner_id } };
}

export default {
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      pool: new pg.Pool({ max: 8 }), // reads PGHOST, PGUSER, PGPASSWORD and PGDATABASE
      schemas: ["public"],
    }),
  ],
  grafast: { context, explain: false },
  grafserv: {
    host: "127.0.0.1",
    port: Number(BENCH_PORT),
    graphqlPath: "/graphql",
    graphiql: false,
    websockets: false,
    watch: false,
  },
};
