// Runs the audits of the GraphQL over HTTP specification against a server and
// prints one line of JSON for each: {id, name, status, reason}.
//
//   node audit.mjs FOLDER_WITH_NODE_MODULES URL
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, url] = process.argv.slice(2);
const { auditServer } = createRequire(pathToFileURL(modules + "/"))("graphql-http");

for (const r of await auditServer({ url })) {
  console.log(JSON.stringify({ id: r.id, name: r.name, status: r.status, reason: r.reason }));
}
