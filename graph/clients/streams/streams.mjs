// Subscriptions over WebSocket (graphql-ws) and server-sent events (graphql-sse), and questions by urql: what one of them
// is told, the others are told too. ENTENTE_URL is a registry's /graphql that has an entry at least.
import { createClient as webSocket } from 'graphql-ws';
import { createClient as events } from 'graphql-sse';
import { Client, fetchExchange } from '@urql/core';
import WebSocket from 'ws';

const url = process.env.ENTENTE_URL;
const query = 'subscription { ledgerEntryAdded(after: 0) { seq kind version subjectId } }';

async function first(client, n) {
  const list = [];
  for await (const { data, errors } of client.iterate({ query })) {
    if (errors) throw new Error(JSON.stringify(errors));
    list.push(data.ledgerEntryAdded);
    if (list.length === n) break; // which ends the subscription
  }
  return list;
}

const socket = webSocket({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, lazy: true, retryAttempts: 0 });
const bySocket = await first(socket, 3);
await socket.dispose();
const stream = events({ url, retryAttempts: 0 });
const byEvents = await first(stream, 3);
stream.dispose();

const urql = new Client({ url, exchanges: [fetchExchange], preferGetMethod: false });
const asked = await urql.query('query($last: Long!) { a: ledgerEntry(seq: $last) { seq kind version subjectId } }', { last: bySocket[2].seq }).toPromise();
const got = await urql.query('{ ledger { position } }', {}, { preferGetMethod: 'force' }).toPromise();
if (asked.error || got.error) throw asked.error ?? got.error;

const plain = (v) => JSON.stringify(v, Object.keys(bySocket[0]).sort());
if (plain(bySocket) !== plain(byEvents)) throw new Error(`${plain(bySocket)} by WebSocket, ${plain(byEvents)} by events`);
if (plain(asked.data.a) !== plain(bySocket[2])) throw new Error(`urql is told ${plain(asked.data.a)}, and a subscriber ${plain(bySocket[2])}`);
if (!(got.data.ledger.position > bySocket[2].seq)) throw new Error(`by GET the ledger is at ${got.data.ledger.position}`);
console.log(`${bySocket.length} entries alike`);
