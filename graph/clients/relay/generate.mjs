// Writes src/nodes.ts: a fragment on each type that is a Node which relay-compiler makes refetchable, and one for each of its
// connections, with pagination. What the compiler can't make of the schema is told by it.
import { readFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { buildSchema, isNonNullType, isObjectType } from 'graphql';

const schema = buildSchema(readFileSync('../schema.graphql', 'utf8'));
let text = "import { graphql } from 'relay-runtime';\n";
let refetchable = 0, paginated = 0;
for (const type of schema.getPossibleTypes(schema.getType('Node'))) {
  text += `graphql\`fragment nodes_${type.name} on ${type.name} @refetchable(queryName: "nodes${type.name}Query") { id }\`;\n`;
  refetchable++;
  for (const field of Object.values(type.getFields())) {
    const of = isNonNullType(field.type) ? field.type.ofType : field.type;
    if (!isObjectType(of) || !of.name.endsWith('Connection')) continue;
    const name = `${type.name}${field.name[0].toUpperCase()}${field.name.slice(1)}`;
    text += `graphql\`fragment nodes_${name} on ${type.name} @argumentDefinitions(first: {type: "Int", defaultValue: 20}, after: {type: "String"})
  @refetchable(queryName: "nodes${name}Query") {
  ${field.name}(first: $first, after: $after) @connection(key: "nodes_${name}_${field.name}") { edges { node { __typename } } }
}\`;\n`;
    paginated++;
  }
}
mkdirSync('src', { recursive: true });
writeFileSync('src/nodes.ts', text);
console.log(`${refetchable} refetchable, ${paginated} paginated`);
