// Apollo Client with its normalising cache: a connection is read page by page into one list (relayStylePagination), and what is
// learnt by one question shows in the answer to another; what was never stands in the place of what is. ENTENTE_URL is a registry's /graphql; ENTENTE_DOCUMENT is the ID of a
// document with three comments or more, whose title was put right after the moment ENTENTE_THEN.
import apollo from '@apollo/client/core/core.cjs';
import utilities from '@apollo/client/utilities/utilities.cjs';

const { ApolloClient, HttpLink, InMemoryCache, gql } = apollo;
const { relayStylePagination } = utilities;

const cache = new InMemoryCache({
  possibleTypes: JSON.parse(process.env.ENTENTE_POSSIBLE_TYPES),
  typePolicies: { Document: { fields: { comments: relayStylePagination(['filter', 'asOf']) } } },
});
const client = new ApolloClient({ cache, link: new HttpLink({ uri: process.env.ENTENTE_URL, fetch }) });
const id = process.env.ENTENTE_DOCUMENT;

function check(what, ok) {
  if (!ok) throw new Error(`not so: ${what}`);
}

const query = gql`query Said($id: ID!, $after: String) {
  node(id: $id) { id ... on Document { title comments(first: 2, after: $after) { edges { cursor node { id number text } } pageInfo { hasNextPage endCursor } } } }
}`;
const watched = client.watchQuery({ query, variables: { id } });
let { data } = await watched.result();
check('the first page has two comments', data.node.comments.edges.length === 2 && data.node.comments.pageInfo.hasNextPage);
while (data.node.comments.pageInfo.hasNextPage) {
  await watched.fetchMore({ variables: { after: data.node.comments.pageInfo.endCursor } });
  ({ data } = watched.getCurrentResult());
}
const numbers = data.node.comments.edges.map((e) => e.node.number);
check(`the pages are one list in order: ${numbers}`, numbers.length > 2 && numbers.every((n, i) => i === 0 || n > numbers[i - 1]));

const last = data.node.comments.edges.at(-1).node.id;
const fragment = cache.readFragment({ id: `Comment:${last}`, fragment: gql`fragment Words on Comment { text }` });
check('a comment is kept by its ID', fragment?.text != null);
const past = gql`query Then($id: ID!, $then: Time!) { document(by: {id: $id}, asOf: $then) { id title comments(first: 9) { edges { node { id text } } } } }`;
const then = (await client.query({ query: past, variables: { id, then: process.env.ENTENTE_THEN } })).data.document;
const now = cache.readFragment({ id: `Document:${id}`, fragment: gql`fragment Called on Document { title }` });
check(`"${then.title}" was another title, and "${now.title}" is what it is called`, then.title !== now.title && now.title === data.node.title);
check('the past has an ID of its own', then.id !== id);
const still = watched.getCurrentResult().data.node;
check('history changes nothing that is shown', still.title === now.title && still.comments.edges.length === numbers.length);
console.log(`${numbers.length} comments in one list`);
