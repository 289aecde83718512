-- Times are milliseconds since 1970, UTC; NULL stands for a zero time.
-- data is the JSON of the policies or standards type of that name and the truth;
-- the columns beside it are for filters and order. n counts rows as they came.
--
-- References. A document is referred to by its number in names, wherever that is. So is
-- everything else in tables that grow with the comments (comments, dispositions,
-- endorsements, the counters) and in sponsors, by which they are found; a comment is
-- referred to there by seq, the number of its entry. The other tables have few rows:
-- they refer by ID, a text, which needs no second look.

CREATE TABLE state (
	one               INTEGER PRIMARY KEY CHECK (one = 1),
	position          INTEGER NOT NULL, -- entries folded
	last_at           INTEGER,          -- time of the last one
	indexed_documents INTEGER NOT NULL, -- rows of documents, clause_texts and comments
	indexed_clauses   INTEGER NOT NULL, -- up to these numbers are in the full-text index
	indexed_comments  INTEGER NOT NULL,
	grouped           INTEGER NOT NULL, -- and comments up to this one are in campaign_members
	condition         INTEGER NOT NULL  -- what erasures left of it: Condition
);
INSERT INTO state VALUES (1, 0, NULL, 0, 0, -1, -1, 0);

CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
INSERT INTO names VALUES (0, '');

-- subject is NULL where the entry is the submission of a comment that is in
-- comments: its ID is there, and the two small indexes pass over the many.
CREATE TABLE entries (
	seq          INTEGER PRIMARY KEY,
	at           INTEGER NOT NULL,
	kind         INTEGER NOT NULL, -- names
	subject      TEXT,
	command      TEXT,             -- NULL where there was no idempotency key
	command_hash INTEGER,
	digest       BLOB NOT NULL,
	words        BLOB,             -- salt and fingerprint of what the command said; NULL where it can't be repeated
	released     BLOB,
	erased       INTEGER NOT NULL, -- 1: when it was folded; 2: an erasure was ordered since
	about        TEXT,             -- where subject is a cover: ID of what stands behind it
	told         INTEGER           -- then: the comment whose readers are told so, by seq; one that all are told, if there is any
);
-- Not UNIQUE: should a ledger ever hold a key twice, the first outcome counts and
-- folding goes on.
CREATE INDEX entries_command ON entries (command_hash) WHERE command_hash IS NOT NULL;
CREATE INDEX entries_subject ON entries (subject) WHERE subject IS NOT NULL;
CREATE INDEX entries_about ON entries (about) WHERE about IS NOT NULL;
CREATE INDEX entries_kind ON entries (kind) WHERE subject IS NOT NULL;

CREATE TABLE tiles (id INTEGER PRIMARY KEY, data BLOB NOT NULL); -- id: level << 56 | n

CREATE TABLE organisations (
	n            INTEGER PRIMARY KEY,
	id           TEXT NOT NULL UNIQUE,
	name         INTEGER NOT NULL UNIQUE, -- names
	kind         TEXT NOT NULL,
	key          TEXT NOT NULL,           -- policies.NameKey of its name
	jurisdiction TEXT NOT NULL,
	sector       TEXT NOT NULL,
	sector_key   TEXT NOT NULL,           -- policies.NameKey of it
	size         TEXT NOT NULL,           -- '' where it never said it
	closed       INTEGER NOT NULL,
	data         TEXT NOT NULL
);
CREATE INDEX organisations_key ON organisations (key);

-- How the names of organisations look: policies.NameShapes.
CREATE TABLE name_shapes (
	shape        TEXT NOT NULL,
	organisation TEXT NOT NULL,
	PRIMARY KEY (shape, organisation)
) WITHOUT ROWID;
CREATE INDEX name_shapes_organisation ON name_shapes (organisation);

CREATE TABLE members (
	n            INTEGER PRIMARY KEY,
	id           TEXT NOT NULL UNIQUE,
	organisation TEXT NOT NULL,
	issuer       TEXT NOT NULL,
	subject      TEXT NOT NULL,
	present      INTEGER NOT NULL,
	speaks       INTEGER NOT NULL, -- policies.Member.Speaks
	admin        INTEGER NOT NULL,
	data         TEXT NOT NULL
);
CREATE INDEX members_organisation ON members (organisation) WHERE present;
CREATE INDEX members_person ON members (issuer, subject);

CREATE TABLE invitations (
	n            INTEGER PRIMARY KEY,
	id           TEXT NOT NULL UNIQUE,
	organisation TEXT NOT NULL,
	key          TEXT NOT NULL,    -- policies.Invitation.Key: to whom it is
	inviter      TEXT NOT NULL,    -- member ID, '' for the operator
	confirmer    TEXT NOT NULL,    -- member ID, '' for none
	pending      INTEGER NOT NULL, -- neither accepted nor revoked
	unconfirmed  INTEGER NOT NULL, -- pending, and takes a second member of the secretariat
	data         TEXT NOT NULL
);
CREATE INDEX invitations_organisation ON invitations (organisation);
CREATE INDEX invitations_key ON invitations (key) WHERE pending;
CREATE INDEX invitations_inviter ON invitations (inviter) WHERE pending;
CREATE INDEX invitations_confirmer ON invitations (confirmer) WHERE pending;
CREATE INDEX invitations_unconfirmed ON invitations (n) WHERE unconfirmed;

CREATE TABLE sessions_ended (
	key     TEXT PRIMARY KEY,  -- policies.SessionKey
	before  INTEGER NOT NULL,
	expires INTEGER NOT NULL   -- policies.SessionsForgottenAt
) WITHOUT ROWID;
CREATE INDEX sessions_ended_expires ON sessions_ended (expires);

-- What members watch. It is theirs alone.
CREATE TABLE filters (
	n        INTEGER PRIMARY KEY,
	id       TEXT NOT NULL UNIQUE,
	member   TEXT NOT NULL,
	standing INTEGER NOT NULL, -- not deleted
	data     TEXT NOT NULL
);
CREATE INDEX filters_member ON filters (member) WHERE standing;

-- Up to when a member has seen the answers to its organisation's comments.
CREATE TABLE answers_seen (member TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;

-- Which documents an organisation sponsors.
CREATE TABLE sponsors (
	organisation INTEGER NOT NULL, -- names
	document     INTEGER NOT NULL, -- names
	PRIMARY KEY (organisation, document)
) WITHOUT ROWID;

CREATE TABLE documents (
	n               INTEGER PRIMARY KEY,
	id              TEXT NOT NULL UNIQUE,
	name            INTEGER NOT NULL UNIQUE, -- names
	number          TEXT NOT NULL,
	kind            TEXT NOT NULL,
	year            INTEGER NOT NULL,        -- of the proposal
	title           TEXT NOT NULL,           -- in lower case, for order
	updated         INTEGER NOT NULL,        -- seq of the entry that changed it last
	public          INTEGER NOT NULL,
	open_drafts     INTEGER NOT NULL,
	public_from     INTEGER NOT NULL,
	public_to       INTEGER NOT NULL,
	revisions       INTEGER NOT NULL,
	insiders        TEXT NOT NULL,           -- JSON: sponsors and readers
	consulted       INTEGER NOT NULL,        -- a consultation was opened
	rounds          INTEGER NOT NULL,        -- consultations that were not cancelled
	opens_at        INTEGER NOT NULL,        -- year 1 where there is none
	closes_at       INTEGER NOT NULL,
	ballot_opens_at INTEGER,
	ballot_closes_at INTEGER,
	withdrawn_at    INTEGER,
	adopted_at      INTEGER,
	about           TEXT NOT NULL,           -- JSON: policies.NameKey of each topic, and parties
	succeeds        TEXT NOT NULL,           -- JSON: instruments that it is to supersede or amend
	put_forward     INTEGER NOT NULL,
	data            TEXT NOT NULL
);
CREATE INDEX documents_number ON documents (number);
CREATE INDEX documents_year ON documents (kind, year);
CREATE INDEX documents_updated ON documents (updated);
-- Those on their way, by what others than their sponsors are asked for.
CREATE INDEX documents_insiders ON documents (n, insiders) WHERE withdrawn_at IS NULL AND adopted_at IS NULL;
CREATE INDEX documents_succeeding ON documents (n) WHERE withdrawn_at IS NULL AND adopted_at IS NULL AND succeeds <> '[]';
CREATE INDEX documents_put_forward ON documents (n) WHERE withdrawn_at IS NULL AND adopted_at IS NULL AND put_forward;

-- Documents, consultations, ballots, instruments, organisations, members, rule sets and marks (by revision/clause) as they stood after the entries that changed them.
CREATE TABLE history (
	id    TEXT NOT NULL,
	entry INTEGER NOT NULL,
	at    INTEGER NOT NULL,
	data  TEXT NOT NULL,
	PRIMARY KEY (id, entry)
) WITHOUT ROWID;

CREATE TABLE revisions (
	n            INTEGER PRIMARY KEY,
	id           TEXT NOT NULL UNIQUE,
	document     INTEGER NOT NULL, -- names
	number       INTEGER NOT NULL,
	committed_at INTEGER NOT NULL,
	digest       BLOB NOT NULL,    -- of the source, in texts
	clauses      BLOB NOT NULL,    -- the IDs of its clauses, a line each, packed
	data         TEXT NOT NULL
);
CREATE INDEX revisions_document ON revisions (document, number);
CREATE INDEX revisions_digest ON revisions (digest);

CREATE TABLE texts (n INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, packed BLOB NOT NULL);

-- Words that a clause had from revision number since on, and no longer from
-- number until on. A viewer searches the revision that is the latest it may read:
-- one number a document. So a change of a few clauses adds a few rows whatever the
-- length of the text, and the public still finds the words of the latest public
-- revision while insiders find those of the head.
CREATE TABLE clause_texts (
	n        INTEGER PRIMARY KEY,
	document INTEGER NOT NULL, -- names
	clause   TEXT NOT NULL,
	hash     BLOB NOT NULL,
	since    INTEGER NOT NULL,
	until    INTEGER,
	words    TEXT NOT NULL     -- Markdown that stands by itself
);
CREATE INDEX clause_texts_live ON clause_texts (document) WHERE until IS NULL;
CREATE INDEX clause_texts_gone ON clause_texts (document, hash) WHERE until IS NOT NULL; -- what may come back

-- Revisions, by n, of which not all words are in clause_texts yet: those that brought more of
-- them than a fold takes. They come behind it, in this order.
CREATE TABLE unspread (revision INTEGER PRIMARY KEY, document INTEGER NOT NULL); -- document: names

CREATE TABLE consultations (
	n         INTEGER PRIMARY KEY,
	id        TEXT NOT NULL UNIQUE,
	document  INTEGER NOT NULL, -- names
	opens_at  INTEGER NOT NULL,
	closes_at INTEGER NOT NULL,
	cancelled_at INTEGER,
	asked     INTEGER NOT NULL, -- one side asks for what takes both: see policies.JointRequest
	audience  TEXT,             -- JSON of policies.Audience, NULL where everybody is asked
	data      TEXT NOT NULL
);
CREATE INDEX consultations_document ON consultations (document);
CREATE INDEX consultations_closes ON consultations (closes_at);
CREATE INDEX consultations_asked ON consultations (closes_at) WHERE asked;
CREATE INDEX consultations_opens ON consultations (opens_at);

CREATE TABLE comments (
	seq          INTEGER PRIMARY KEY, -- of its entry
	id           TEXT NOT NULL,
	number       INTEGER NOT NULL,
	document     INTEGER NOT NULL,    -- names, and so on to drafted_by
	clause       INTEGER NOT NULL,
	consultation INTEGER NOT NULL,
	revision     INTEGER NOT NULL,
	organisation INTEGER NOT NULL,
	member       INTEGER NOT NULL,
	stance       INTEGER NOT NULL,
	type         INTEGER NOT NULL,
	drafted_by   INTEGER NOT NULL,
	confidants   TEXT,                -- JSON list of organisations' IDs, NULL where it isn't confidential
	late         INTEGER NOT NULL,
	at           INTEGER NOT NULL,
	answer       INTEGER NOT NULL DEFAULT 0, -- -1: repeats one without answer, 0: none that counts, 1: answered, 2: accepted in whole or in part
	duplicate_of TEXT,                -- ID of a comment, where that is the answer
	confidential INTEGER NOT NULL,
	supporters   INTEGER NOT NULL,
	withdrawn_at INTEGER,
	disowned_at  INTEGER,
	redacted_at  INTEGER,
	answered_by  INTEGER,             -- entry in shared_answers, where it has its disposition from there
	words        TEXT NOT NULL,       -- JSON of policies.CommentWords, but for what has a column here
	provenance   TEXT,                -- JSON
	withdrawal   TEXT NOT NULL DEFAULT '',
	disowning    TEXT NOT NULL DEFAULT '',
	redaction    TEXT NOT NULL DEFAULT '',
	disposition  TEXT                 -- JSON
);
CREATE INDEX comments_id ON comments (id);
CREATE INDEX comments_clause ON comments (document, clause);
CREATE INDEX comments_document ON comments (document);
CREATE INDEX comments_organisation ON comments (organisation);
CREATE INDEX comments_unanswered ON comments (document) WHERE answer <= 0 AND withdrawn_at IS NULL AND disowned_at IS NULL;
CREATE INDEX comments_accepted ON comments (document) WHERE answer = 2 AND withdrawn_at IS NULL AND disowned_at IS NULL;
CREATE INDEX comments_duplicates ON comments (duplicate_of) WHERE duplicate_of IS NOT NULL;

-- Answers that were given to many comments at once.
CREATE TABLE shared_answers (entry INTEGER PRIMARY KEY, data TEXT NOT NULL);
CREATE INDEX shared_answers_change ON shared_answers (data ->> '$.Change.clause');
CREATE INDEX comments_shared ON comments (answered_by) WHERE answer = 2 AND answered_by IS NOT NULL;

-- Every answer that a comment had; data is NULL where it is that of shared_answers.
CREATE TABLE dispositions (
	comment      INTEGER NOT NULL, -- seq
	organisation INTEGER NOT NULL, -- names: whose comment it is, and who hears of the answer
	entry        INTEGER NOT NULL,
	at           INTEGER NOT NULL,
	data         TEXT,
	PRIMARY KEY (comment, entry)
) WITHOUT ROWID;
CREATE INDEX dispositions_heard ON dispositions (organisation, entry, comment, at);

-- The answer to many comments that isn't in their rows yet, of which there is one at a time, and the comments that are
-- still to get it. What has a key that answering hasn't is made ready for an answer to come.
CREATE TABLE answering (
	one          INTEGER PRIMARY KEY CHECK (one = 1),
	key          INTEGER NOT NULL,
	entry        INTEGER NOT NULL, -- in shared_answers
	at           INTEGER NOT NULL,
	answer       INTEGER NOT NULL, -- as in comments
	duplicate_of TEXT
);
CREATE TABLE answering_comments (
	key          INTEGER NOT NULL,
	comment      INTEGER NOT NULL, -- seq
	organisation INTEGER NOT NULL, -- as in dispositions
	PRIMARY KEY (key, comment)
) WITHOUT ROWID;
CREATE INDEX answering_heard ON answering_comments (organisation, key);

-- What comments say with that answer in its place. Queries read it meanwhile: nowRewritten. Who reads dispositions
-- waits until it is.
CREATE VIEW comments_now AS SELECT seq, id, number, document, clause, consultation, revision, organisation, member, stance, type, drafted_by,
	confidants, late, at,
	coalesce((SELECT a.answer FROM answering a CROSS JOIN answering_comments w ON w.key = a.key AND w.comment = seq), answer) AS answer,
	iif(EXISTS (SELECT 1 FROM answering a CROSS JOIN answering_comments w ON w.key = a.key AND w.comment = seq),
		(SELECT a.duplicate_of FROM answering a), duplicate_of) AS duplicate_of,
	confidential, supporters, withdrawn_at, disowned_at, redacted_at,
	coalesce((SELECT a.entry FROM answering a CROSS JOIN answering_comments w ON w.key = a.key AND w.comment = seq), answered_by) AS answered_by,
	words, provenance, withdrawal, disowning, redaction,
	iif(EXISTS (SELECT 1 FROM answering a CROSS JOIN answering_comments w ON w.key = a.key AND w.comment = seq), NULL, disposition) AS disposition
FROM comments;

CREATE TABLE replies (
	n       INTEGER PRIMARY KEY, -- seq of its entry: the lists' cursors have it, and must not count hidden ones
	id      TEXT NOT NULL,
	comment TEXT NOT NULL,
	data    TEXT NOT NULL
);
CREATE INDEX replies_id ON replies (id);
CREATE INDEX replies_comment ON replies (comment);

CREATE TABLE comment_drafts (
	n            INTEGER PRIMARY KEY,
	id           TEXT NOT NULL UNIQUE,
	organisation TEXT NOT NULL,
	document     INTEGER NOT NULL, -- names
	open         INTEGER NOT NULL,
	data         TEXT NOT NULL
);
CREATE INDEX comment_drafts_organisation ON comment_drafts (organisation) WHERE open;

CREATE TABLE uploads (
	n            INTEGER PRIMARY KEY,
	id           TEXT NOT NULL,
	organisation TEXT NOT NULL,
	member       TEXT NOT NULL,
	digest       TEXT NOT NULL,
	size         INTEGER NOT NULL,
	at           INTEGER NOT NULL,
	kept         INTEGER NOT NULL, -- it wasn't cleared
	idle         INTEGER NOT NULL, -- kept, and nothing of its organisation names it
	data         TEXT NOT NULL
);
CREATE INDEX uploads_id ON uploads (id);
CREATE INDEX uploads_digest ON uploads (digest, organisation);
CREATE INDEX uploads_idle ON uploads (at) WHERE idle;

-- The files that comments had when they were submitted, and that open drafts have.
CREATE TABLE named_files (
	digest       TEXT NOT NULL,
	organisation TEXT NOT NULL,
	named_by     TEXT NOT NULL, -- ID
	PRIMARY KEY (digest, organisation, named_by)
) WITHOUT ROWID;
CREATE INDEX named_files_by ON named_files (named_by);

-- What members' and organisations' uploads that are kept weigh, each file once.
CREATE TABLE stored_bytes (owner TEXT PRIMARY KEY, bytes INTEGER NOT NULL) WITHOUT ROWID;

-- Clearings of uploads that are under way, and the files that go with them.
CREATE TABLE clearings (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, data TEXT NOT NULL);
CREATE TABLE going_files (
	digest   TEXT NOT NULL,
	clearing TEXT NOT NULL,
	PRIMARY KEY (digest, clearing)
) WITHOUT ROWID;

-- Comments that answer a question of their consultation.
CREATE TABLE question_answers (
	comment      INTEGER PRIMARY KEY, -- seq
	consultation INTEGER NOT NULL,    -- names
	question     TEXT NOT NULL,
	choice       TEXT NOT NULL        -- '' for an answer in words
);
CREATE INDEX question_answers_question ON question_answers (consultation, question);

CREATE TABLE question_counters (
	consultation INTEGER NOT NULL, -- names
	question     TEXT NOT NULL,
	choice       TEXT NOT NULL,
	organisation INTEGER NOT NULL, -- names
	standing     INTEGER NOT NULL,
	PRIMARY KEY (consultation, question, choice, organisation)
) WITHOUT ROWID;

-- The clauses whose change carries a comment out.
CREATE INDEX comments_changes ON comments (document, disposition ->> '$.Change.clause') WHERE answer = 2;

-- Where sponsors put comments by hand, from a revision on.
CREATE TABLE anchors (
	n        INTEGER PRIMARY KEY, -- seq of its entry
	comment  TEXT NOT NULL,    -- ID
	document INTEGER NOT NULL, -- names
	revision INTEGER NOT NULL, -- its number
	at       INTEGER NOT NULL,
	undone_at INTEGER,
	data     TEXT NOT NULL
);
CREATE INDEX anchors_comment ON anchors (comment, revision);
CREATE INDEX anchors_document ON anchors (document, revision);

-- clause -1: the whole document with all its clauses; 0: comments on the whole.
-- A confidential comment is counted in clause -1 and stance 0 alone.
CREATE TABLE counters (
	document     INTEGER NOT NULL,
	clause       INTEGER NOT NULL,
	stance       INTEGER NOT NULL,
	total        INTEGER NOT NULL,
	answered     INTEGER NOT NULL, -- of those that stand and aren't confidential
	withdrawn    INTEGER NOT NULL,
	disowned     INTEGER NOT NULL, -- and not withdrawn
	confidential INTEGER NOT NULL, -- of those that stand
	supporters   INTEGER NOT NULL, -- of those that stand and aren't confidential
	PRIMARY KEY (document, clause, stance)
) WITHOUT ROWID;

-- How many comments came on a day, counted from 1970 in UTC: whatever became of them.
CREATE TABLE comment_days (
	document INTEGER NOT NULL, -- names
	day      INTEGER NOT NULL,
	came     INTEGER NOT NULL,
	PRIMARY KEY (document, day)
) WITHOUT ROWID;

-- How many comments of a stance an organisation has that stand and aren't confidential; no
-- row for none. clause is as in counters.
CREATE TABLE speakers (
	document     INTEGER NOT NULL,
	clause       INTEGER NOT NULL,
	organisation INTEGER NOT NULL, -- names
	stance       INTEGER NOT NULL,
	standing     INTEGER NOT NULL,
	PRIMARY KEY (document, clause, organisation, stance)
) WITHOUT ROWID;

-- What organisations said of comments, and until when they said it.
CREATE TABLE endorsements (
	comment      INTEGER NOT NULL, -- seq
	organisation INTEGER NOT NULL, -- names
	entry        INTEGER NOT NULL,
	at           INTEGER NOT NULL,
	until        INTEGER,          -- NULL while they say it
	position     TEXT NOT NULL,
	data         TEXT NOT NULL,
	PRIMARY KEY (comment, organisation, entry)
) WITHOUT ROWID;

-- Near-duplicates: see package policies/campaign, whose Index these tables are. They
-- are filled behind the fold, comment by comment in the order of their entries: see
-- campaign_group.go. A sample is the comment by whose seq its group goes; every comment that is in a
-- group is the member of one, most of which have one member.
CREATE TABLE campaigns (
	sample    INTEGER PRIMARY KEY,
	document  INTEGER NOT NULL, -- names
	size      INTEGER NOT NULL,
	adding    INTEGER NOT NULL, -- members that add words
	answered  INTEGER NOT NULL, -- of those that stand
	ended     INTEGER NOT NULL  -- withdrawn or disowned
);
CREATE INDEX campaigns_size ON campaigns (document, size) WHERE size > 1;
CREATE TABLE campaign_members (
	comment INTEGER PRIMARY KEY, -- seq
	sample  INTEGER NOT NULL,
	added   INTEGER NOT NULL     -- words
);
CREATE INDEX campaign_members_sample ON campaign_members (sample);
CREATE INDEX campaign_members_adding ON campaign_members (sample) WHERE added > 0;
CREATE TABLE campaign_texts (
	document INTEGER NOT NULL, -- names
	hash     INTEGER NOT NULL,
	sample   INTEGER NOT NULL,
	added    INTEGER NOT NULL,
	PRIMARY KEY (document, hash)
) WITHOUT ROWID;
CREATE TABLE campaign_prints (
	document INTEGER NOT NULL, -- names
	print    INTEGER NOT NULL,
	sample   INTEGER NOT NULL,
	PRIMARY KEY (document, print, sample)
) WITHOUT ROWID;

-- Hashes of the words of samples whose text was taken from view.
CREATE TABLE campaign_words (sample INTEGER PRIMARY KEY, words BLOB NOT NULL);

-- The highest number that an erased entry had given in a series.
CREATE TABLE spent_numbers (series TEXT PRIMARY KEY, number INTEGER NOT NULL, digest TEXT NOT NULL);

CREATE TABLE comment_numbers (document INTEGER PRIMARY KEY, last INTEGER NOT NULL);

CREATE TABLE marks (
	n        INTEGER PRIMARY KEY,
	document INTEGER NOT NULL, -- names
	revision TEXT NOT NULL,
	clause   TEXT NOT NULL,
	data     TEXT NOT NULL,
	UNIQUE (document, revision, clause)
);

CREATE TABLE ballots (
	n         INTEGER PRIMARY KEY,
	id        TEXT NOT NULL UNIQUE,
	document  INTEGER NOT NULL, -- names
	opens_at  INTEGER NOT NULL,
	closes_at INTEGER NOT NULL,
	cancelled_at INTEGER,
	asked     INTEGER NOT NULL, -- as of consultations
	open      INTEGER NOT NULL, -- positions show before the close
	data      TEXT NOT NULL
);
CREATE INDEX ballots_document ON ballots (document);
CREATE INDEX ballots_closes ON ballots (closes_at);
CREATE INDEX ballots_asked ON ballots (closes_at) WHERE asked;
CREATE INDEX ballots_opens ON ballots (opens_at);

-- Ordered by organisation, so that neither order nor a cursor tells who came when.
CREATE TABLE positions (
	ballot       TEXT NOT NULL,
	organisation TEXT NOT NULL,
	data         TEXT NOT NULL,
	PRIMARY KEY (ballot, organisation)
) WITHOUT ROWID;

CREATE TABLE instruments (
	n               INTEGER PRIMARY KEY,
	id              TEXT NOT NULL UNIQUE,
	kind            TEXT NOT NULL,
	adopted_at      INTEGER NOT NULL,
	digest          BLOB NOT NULL,
	data            TEXT NOT NULL
);
CREATE INDEX instruments_digest ON instruments (digest);

-- While instruments bind their parties, as the record said at a time: from known_from to
-- before known_until, which is the greatest integer for what it says now.
CREATE TABLE spans (
	n           INTEGER PRIMARY KEY,
	instrument  TEXT NOT NULL,
	document    INTEGER NOT NULL, -- names
	party       TEXT NOT NULL,    -- '' for everybody
	known_from  INTEGER NOT NULL,
	known_until INTEGER NOT NULL,
	begins      INTEGER NOT NULL,
	ends        INTEGER NOT NULL, -- the greatest integer while no end is known
	ended       TEXT NOT NULL     -- the status from then on
);
CREATE INDEX spans_instrument ON spans (instrument);
CREATE INDEX spans_document ON spans (document);

-- The dates of instruments that the calendar shows, as they were stated.
CREATE TABLE law_dates (
	n          INTEGER PRIMARY KEY,
	instrument TEXT NOT NULL,
	document   INTEGER NOT NULL, -- names
	kind       TEXT NOT NULL,    -- of the calendar
	at         INTEGER NOT NULL,
	local      TEXT NOT NULL,
	zone       TEXT NOT NULL,
	parties    TEXT NOT NULL     -- JSON; empty for all
);
CREATE INDEX law_dates_instrument ON law_dates (instrument);
CREATE INDEX law_dates_at ON law_dates (kind, at);

CREATE TABLE rule_sets (
	n    INTEGER PRIMARY KEY,
	id   TEXT NOT NULL UNIQUE,
	slug TEXT NOT NULL,
	key  TEXT NOT NULL, -- policies.NameKey of its title
	data TEXT NOT NULL
);
CREATE INDEX rule_sets_slug ON rule_sets (slug);
CREATE INDEX rule_sets_key ON rule_sets (key);

CREATE TABLE releases (
	n        INTEGER PRIMARY KEY,
	id       TEXT NOT NULL,
	rule_set TEXT NOT NULL,
	number   INTEGER NOT NULL,
	at       INTEGER NOT NULL, -- of its entry
	data     TEXT NOT NULL
);
CREATE INDEX releases_id ON releases (id);
CREATE INDEX releases_rule_set ON releases (rule_set, number);

CREATE TABLE release_instruments (
	instrument TEXT NOT NULL,
	release    INTEGER NOT NULL, -- n
	PRIMARY KEY (instrument, release)
) WITHOUT ROWID;

-- rowid: n of documents * 4, n of clause_texts * 4 + 1, seq of comments * 4 + 2.
-- It is given words that package words has folded, so the plainest tokenizer will do.
CREATE VIRTUAL TABLE search USING fts5(words, content='', tokenize='ascii');
