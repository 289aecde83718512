// A worked client: it finds what is open for comment, comments on a clause once, however often it sends, and reads what
// became of the comment. ENTENTE_URL is a registry's /graphql; ENTENTE_HEADERS are headers that name the caller, as JSON,
// for instance {"Authorization": "Bearer …"}.
import { print } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import {
  ClausesDocument, CommentDocument, OpenConsultationsDocument, WhatBecameOfItDocument,
} from './api.js';

const url = process.env['ENTENTE_URL'] ?? 'http://localhost:8080/graphql';
const caller = JSON.parse(process.env['ENTENTE_HEADERS'] ?? '{}') as Record<string, string>;

// position is how many entries of the ledger we know of: what we ask next is answered by a node that knows them too.
let position = 0;

async function ask<R, V>(document: TypedDocumentNode<R, V>, variables: V): Promise<R> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json', Accept: 'application/graphql-response+json', 'Entente-At-Least': String(position), ...caller,
    },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const answer = (await response.json()) as { data?: R | null; errors?: { message: string; extensions?: { code?: string } }[] };
  position = Math.max(position, Number(response.headers.get('Entente-Position') ?? 0));
  const [first] = answer.errors ?? [];
  if (first) throw new Error(`${first.extensions?.code ?? response.status}: ${first.message}`);
  if (!answer.data) throw new Error(`no data: ${response.status}`);
  return answer.data;
}

async function* openConsultations(pageSize: number) {
  for (let after: string | null = null; ;) {
    const { consultations }: { consultations?: Awaited<ReturnType<typeof page>>['consultations'] } = await page(pageSize, after);
    if (!consultations) return;
    yield* consultations.nodes;
    if (!consultations.pageInfo.hasNextPage) return;
    after = consultations.pageInfo.endCursor ?? null;
  }
}

function page(first: number, after: string | null) {
  return ask(OpenConsultationsDocument, { first, after });
}

function check(what: string, ok: boolean): asserts ok {
  if (!ok) throw new Error(`not so: ${what}`);
}

for await (const open of openConsultations(1)) {
  check('a document is told', open.document != null);
  const { document } = await ask(ClausesDocument, { document: open.document.id });
  const clause = document?.head?.clauses.nodes.find((c) => c.markdown?.includes('sender'));
  check('a clause names the sender', clause !== undefined);

  const input = {
    consultationId: open.id, clauseId: clause.clauseId, stance: 'OPPOSE', text: 'The buyer should pay.',
    cost: { amount: '0.25', currency: 'EUR', per: 'parcel' }, idempotencyKey: `worked-${open.id}`,
  } as const;
  const first = (await ask(CommentDocument, { input })).submitComment;
  const again = (await ask(CommentDocument, { input })).submitComment;
  check('it is written once', first?.comment != null && again?.comment?.id === first.comment.id && again.repeated === true);

  const refused = (await ask(CommentDocument, { input: { ...input, text: ' ', idempotencyKey: null } })).submitComment;
  check('what is wrong is data', refused?.comment == null && refused?.errors[0]?.code === 'INVALID');

  const { node } = await ask(WhatBecameOfItDocument, { comment: first.comment.id });
  check('it is a comment', node?.__typename === 'Comment');
  check('it has no answer yet', node.disposition == null && node.answerMark == null);
  check('none is null', first.comment.choice === null);
  check('it is counted by chamber', node.document?.commentCounts?.byChamber.some((n) => n.chamber === 'BUSINESS') === true);
  console.log(`${open.document.number} ${clause.citation}: ${node.text}`);
}
