// Package clauses takes the text of a document apart into clauses: the smallest pieces that can be cited, commented on,
// compared and merged. It is pure: no clock, no randomness, no input or output, and the same input gives the same result
// on every machine.
//
// # Clauses
//
// A revision is Markdown: CommonMark with GFM tables, footnotes and task lists, terms with their meanings (": …" on the lines
// below) and heading attributes, after optional front matter: a YAML mapping between two lines "---". Each
// heading, paragraph, list item, table, code block, block quotation and block of raw HTML is a clause. A fenced block whose
// info string starts with "rule" is a clause of kind rule. An item is its own first paragraph; what else stands in it
// (further paragraphs, code, inner lists) are clauses under it. Tables and quotations are clauses as a whole. Everything
// but white space, thematic breaks, empty anchors (<a name="x"></a>) and definitions belongs to exactly one clause.
//
// Definitions are of links ("[a]: https://example.org"), which are known in every clause of the text and count in the hash
// of those that use them, and of notes ("[^1]: Words."), which belong to the clauses that name them: they are compared,
// redlined, searched and shown with these. A note that nobody names is a clause.
//
// Clauses form a tree: a clause stands under the item it is in, else under the nearest heading above; a heading under the
// nearest heading above of a lower level.
//
// The words of a clause (Text.Words) are its Markdown without its children and its container's marks. Lines that only wrap
// a paragraph are joined, so that wrapping anew changes nothing. The content hash is SHA-256 over kind, level and words,
// each field after its length, over the number that a numbered list gives an item, since that is its name, and over the
// notes. Marks of notes ("[^1]") are left out of it, since they are counted anew with each note put in. The root of a text is
// that of the tree of IDs and content hashes.
//
// # Identity
//
// The ID of a clause survives revisions. Identify(parent, child, earlier...) gives it, by the first of these that applies:
//
//  1. Both sources give it the same name: "## Scope {#scope}". Else a name is an ID only of a new clause, where it is that of
//     no other.
//  2. The parent revision has a clause of the same content that stands once in either text, wherever; or an earlier text of
//     the line has it and the parent has not. What was away for some revisions is itself again. A heading that is only a
//     number goes with what stands under it.
//  3. The same words under another number, level or kind, where they stand once.
//  4. Clauses of paired headings are aligned with one another by content and words, so that "karistatakse rahalise
//     karistusega." which stands hundreds of times in one law keeps to its own section. Headings are paired by title and by
//     the words under them before numbers: "§ 5 Banks" that became "§ 6 Banks" is the same though there is a new § 5. A number
//     keeps a heading in its place where nothing else claims either, and title or body is still alike or one has no title.
//  5. Words that moved and changed a little, found by words in a row that stand in one clause of either text.
//  6. The parent revision has a clause enough like it in the same place: between the same two neighbours. Below a likeness of
//     0.3 nothing is the same, whatever its number: what was said on it is gone, and that is said.
//  7. It is new. Its ID is "c" and 16 characters derived from the parent's root, its content, its parent's ID and its
//     ordinal among its like; never one that a clause of the parent has.
//
// IDs are computed once and recorded with the version of these rules (IdentityVersion); what is recorded stays.
//
// # Carrying forward
//
// Identity alone loses what was said where a paragraph is made two, or two are made one: only one clause can have the ID.
// Successions(parent, child) finds the other clauses that words of a changed or removed clause went to, by runs of words
// that stand in one clause of the old text and one of the new; it too is computed once, with the revision, and recorded. A
// Carrier follows identity and successions from any revision to any later one and says of each clause whether it stands
// unchanged, changed, moved, was split or is gone, and what it stands for now. Words that stand once in both texts are found
// whatever became of identities between. Text.FindQuote finds quoted words again there, to the letter (but for blanks and
// Unicode forms) or with a word in three changed, where their own sentence is still said, and nowhere rather than in the
// wrong place.
//
// # Citations
//
// A citation says where a clause stands in this revision and is unique in it. It is made of the numbers the text has, whole
// and in its own script:
//
//	##### § 216<sup>1</sup>. Title    §216¹
//	## 5.1.1 Title                    §5.1.1
//	### 2. peatükk, ## Annex B        2. peatükk, Annex B
//	## Art. L. 111-6, ## Art. 9 bis   Art. L. 111-6, Art. 9 bis
//	## IV. Title, ## A.2 Title        §IV, §A.2
//	## المادة ٥, ## 第五条之一              المادة ٥, 第五条之一
//	(2) Words of a paragraph          §216¹(2)
//	1) an item after it               §216¹(2)1)
//	**Art. 5.** or 第五条 before words   Art. 5, 第五条
//
// and where the text has none, of places: headings "§2", "§2.1" (a lone level-1 heading at the top is the "title" and does
// not count), paragraphs and other blocks "(n)" under their heading, or "¶n" beside numbered ones, items "(n)" after the
// paragraph that their list follows. A place that could be taken for a number of the text's own is written out: "heading 2"
// beside headings with numbers, "item 3" where another is (3). What would be cited
// alike is cited with its parent's citation in front, and what is still alike with "[2]", "[3]" behind.
//
// A row of a table is cited below it, "§3(2) row 14", counted from the first below the header; the table stays one clause, and
// RedlineRows tells its changes by row and cell.
//
// A numbered list has the numbers that it says: "1. 2. 4." has the points (1), (2) and (4). Only where all its items say the
// same number they are counted.
//
// # An example
//
//	# Parcels
//
//	## Scope {#scope}
//
//	This standard applies to:
//
//	- parcels,
//	- letters.
//
// has five clauses:
//
//	ID       kind       parent  citation    words
//	c…       heading    -1      title       # Parcels
//	scope    heading    0       §1          ## Scope
//	c…       paragraph  1       §1(1)       This standard applies to:
//	c…       item       1       §1(1)(1)    parcels,
//	c…       item       1       §1(1)(2)    letters.
//
// If the next revision puts "- goods," before "- parcels,", that item is new and the others keep their IDs, though they are
// now cited as §1(1)(2) and §1(1)(3).
package clauses
