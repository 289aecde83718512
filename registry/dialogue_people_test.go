package registry

import (
	"context"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
)

// Who asks in a dialogue, and what becomes of a command on its way.

// A person signs in at the identity provider; what it is here, the registry knows.
type person struct {
	subject  string
	operator bool   // of the registry itself
	of       string // organisation ID that the operator acts for
	public   bool
	readOnly bool
}

// actor is who a person is by now.
func (w *world) actor(p person) policies.Actor {
	switch {
	case p.public:
		return policies.Actor{}
	case p.operator && p.of != "":
		o, err := w.model.Organisation(p.of)
		w.ok(err)
		return policies.OperatorFor(o)
	case p.operator:
		return policies.Operator
	}
	chosen := ""
	of, err := w.model.Memberships(idp, p.subject)
	w.ok(err)
	of = slices.DeleteFunc(of, func(m policies.Member) bool { _, err := w.model.Organisation(m.OrganisationID); return err != nil })
	if len(of) > 1 && w.rnd.IntN(4) > 0 { // else none is chosen
		chosen = of[w.rnd.IntN(len(of))].OrganisationID
	}
	a, err := w.reg.Actor(context.Background(), idp, p.subject, chosen)
	w.ok(err)
	a.Email, a.Name, a.ReadOnly = address(p.subject), "Somebody", p.readOnly
	return a
}

func address(subject string) string { return subject + "@example.org" }

func (w *world) somebody() policies.Actor { return w.actor(w.people[w.rnd.IntN(len(w.people))]) }

// must asks for what has to be taken.
func (w *world) must(who policies.Actor, c policies.Command) string {
	a := w.ask(question{who: who, c: c})[0]
	if a.err != nil {
		w.fail("%T: %v", c, a.err)
	}
	return a.outcome.Subject
}

// begin brings everybody in, and a standard all the way, so that short dialogues get
// somewhere; beside it a regulation is open for comment, and a best practice a draft
// that nobody else knows of.
func (w *world) begin() {
	for _, o := range []policies.RegisterOrganisation{
		{Kind: policies.Government, Name: "Ministry", Jurisdiction: "EE"}, {Kind: policies.Government, Name: "Board", Jurisdiction: "FI"},
		{Kind: policies.Business, Name: "Carrier", Jurisdiction: "EE", Sector: "logistics"}, {Kind: policies.Business, Name: "Shop", Jurisdiction: "FI", Sector: "retail"},
		{Kind: policies.HubOperator, Name: "Hub", Jurisdiction: "EE"}, {Kind: policies.Secretariat, Name: "Office", Jurisdiction: "CH"},
	} {
		id := w.must(policies.Operator, o)
		for _, role := range policies.Roles {
			subject := strings.ToLower(o.Name) + "-" + string(role)
			policiestest.Admit(w.must, policies.Operator, policies.InviteMember{OrganisationID: id, Issuer: idp, Subject: subject, Name: "Person", Role: role})
			w.people = append(w.people, person{subject: subject})
		}
		w.people = append(w.people, person{operator: true, of: id})
	}
	w.people = append(w.people, person{operator: true}, person{public: true}, person{subject: "guest"}, person{subject: "visitor"},
		person{subject: "ministry-admin", readOnly: true})
	ministry, carrier := w.actor(person{subject: "ministry-admin"}), w.actor(person{subject: "carrier-admin"})
	standard := w.must(ministry, policies.ProposeDocument{Kind: "standard", Title: w.word(), Language: "en"})
	w.must(ministry, policies.CommitRevision{DocumentID: standard, Source: w.source("")})
	closes := func(days int) string { return w.now().AddDate(0, 0, days).Format("2006-01-02T15:04:05") }
	w.must(ministry, policiestest.From(standard, w.now().Add(42*oneDay)))
	consultation := w.must(ministry, policies.OpenConsultation{DocumentID: standard, Closes: closes(31), Zone: "UTC", Late: policies.LateMarked,
		Questions: []policies.ConsultationQuestion{{Text: "How many?"}, {Text: "Which?", Choices: []string{"this", "that"}}}})
	var comments []string
	for i := range 3 {
		c := policies.SubmitComment{ConsultationID: consultation, CommentWords: policies.CommentWords{Stance: policies.Oppose, Type: policies.General, Text: w.word()}}
		if i == 1 {
			c.Confidential, c.Summary = true, w.word()
		}
		comment := w.must(carrier, c)
		comments = append(comments, comment)
		w.must(ministry, policies.DisposeComment{CommentID: comment, Outcome: policies.Noted, Reason: w.word()})
	}
	// Who repeats what is taken back wants an answer again.
	w.must(ministry, policies.DisposeComment{CommentID: comments[2], Outcome: policies.Duplicate, DuplicateOf: comments[0], Reason: w.word()})
	w.must(carrier, policies.WithdrawComment{CommentID: comments[0], Reason: w.word()})
	w.must(ministry, policies.DisposeComment{CommentID: comments[2], Outcome: policies.Rejected, Reason: w.word()})
	w.wait(32 * oneDay)
	ballot := w.must(ministry, policies.OpenBallot{DocumentID: standard, Closes: closes(8), Zone: "UTC", Secrecy: policies.SecretUntilClose})
	for _, p := range []string{"ministry-admin", "board-delegate", "carrier-admin", "shop-delegate"} {
		vote := policies.Yes
		if p == "shop-delegate" {
			vote = policies.Discuss
		}
		w.must(w.actor(person{subject: p}), policies.CastPosition{BallotID: ballot, Position: vote, Text: w.word()})
	}
	w.wait(9 * oneDay)
	shop := w.actor(person{subject: "shop-delegate"})
	w.ask(question{who: shop, c: policies.CastPosition{BallotID: ballot, Position: policies.Yes, Text: w.word()}}) // too late
	w.must(shop, policies.ClearBlock{BallotID: ballot, Text: w.word()})
	w.must(ministry, policies.AdoptDocument{DocumentID: standard})
	regulation := w.must(ministry, policies.ProposeDocument{Kind: "regulation", Title: w.word(), Language: "en", Parties: []string{"EE", "FI"}})
	w.must(ministry, policies.CommitRevision{DocumentID: regulation, Source: w.source("")})
	w.must(ministry, policiestest.From(regulation, w.now().Add(100*oneDay)))
	w.must(ministry, policies.OpenConsultation{DocumentID: regulation, Closes: closes(65), Zone: "UTC", Late: policies.LateRefused})
	practice := w.must(carrier, policies.ProposeDocument{Kind: "bestPractice", Title: w.word(), Language: "en", Parties: []string{"EE"}})
	w.must(carrier, policies.CommitRevision{DocumentID: practice, Source: w.source(""), Note: w.word()})
}

// step is one move, or several at once, and what happens beside.
func (w *world) step(n int) {
	w.pass()
	if w.twoNodes && w.rnd.IntN(2) == 0 {
		w.swap()
	}
	if w.erasing && w.rnd.IntN(6) == 0 {
		w.erase()
		return
	}
	many := 1
	if w.callers > 1 {
		many = 1 + w.rnd.IntN(w.callers)
	}
	list := make([]question, many)
	for i := range list {
		m := moves[n%len(moves)] // each in its turn at first, then by chance
		switch {
		case n < 2*len(moves) && i == 0:
		case w.rnd.IntN(3) == 0:
			m.draw = (*world).next
		default:
			m = moves[w.rnd.IntN(len(moves))]
		}
		list[i] = w.draw(m)
	}
	for _, a := range list {
		if a.key != "" {
			w.asked = append(w.asked, a)
		}
	}
	w.ask(list...)
	switch n := w.rnd.IntN(60); {
	case n == 0:
		w.holdAll()
	case n < 8:
		w.holdGates()
	}
}

// pass lets time pass: minutes, days, windows; and now and then a clock is set back.
func (w *world) pass() {
	switch n := w.rnd.IntN(80); {
	case n < 6:
		w.wait(time.Duration(w.rnd.IntN(5)) * oneDay)
	case n == 6:
		w.wait(time.Duration([]int{8, 15, 31, 61}[w.rnd.IntN(4)]) * oneDay)
	case n < 9:
		w.wait(-time.Duration(w.rnd.IntN(50)) * time.Hour)
	default:
		w.wait(time.Duration(w.rnd.Int64N(int64(time.Hour))))
	}
}

// draw draws a command and who asks. Most are in order, as far as the plain record
// can tell; the others are what came first, somebody else's, or bent out of shape.
func (w *world) draw(m move) question {
	if len(w.asked) > 0 && w.rnd.IntN(25) == 0 {
		return w.again()
	}
	q := question{who: w.somebody(), c: m.draw(w)}
	switch n := w.rnd.IntN(10); {
	case n < 6:
		q = w.inOrder(m, q)
	case n < 8:
		q = w.inOrder(m, q)
		q.c = w.bent(q.c)
	case n < 9:
		q = w.inOrder(m, q)
		q.who = w.somebody()
	}
	switch n := w.rnd.IntN(12); {
	case n < 3:
		q.key = w.word()
	case n == 3 && w.rnd.IntN(4) == 0:
		q.key = strings.Repeat("k", maxKey+1)
	}
	return q
}

// again uses a key that was used: by the same or by another, for the same or
// something else.
func (w *world) again() question {
	q := w.asked[w.rnd.IntN(len(w.asked))]
	switch w.rnd.IntN(4) {
	case 0:
		q.who = w.somebody()
	case 1:
		q.c = moves[w.rnd.IntN(len(moves))].draw(w)
	}
	if w.rnd.IntN(3) == 0 { // a request that is as old as the one before
		return q
	}
	still, ok, err := w.reg.Still(context.Background(), q.who)
	w.ok(err)
	if !ok { // has left since, and comes as a stranger
		still = policies.Actor{SignedIn: true, Issuer: q.who.Issuer, Subject: q.who.Subject, Email: q.who.Email}
	}
	q.who = still
	return q
}

// inOrder draws until the plain record takes the command of somebody, or tires.
func (w *world) inOrder(m move, q question) question {
	for try := range 8 {
		if try > 0 {
			q.c = m.draw(w)
		}
		for _, i := range w.rnd.Perm(len(w.people)) {
			q.who = w.actor(w.people[i])
			who, err := q.who.Current(w.model, q.c)
			if err != nil {
				continue
			}
			env := policies.Env{Now: w.now(), Actor: who, Rules: w.rules, Fresh: newID, Sign: signed}
			if _, err := q.c.Decide(env, w.model); err == nil {
				return q
			}
		}
	}
	return q
}

// bent is the command with one thing in it that is wrong, or at least another.
func (w *world) bent(c policies.Command) policies.Command {
	v := reflect.New(reflect.TypeOf(c)).Elem()
	v.Set(reflect.ValueOf(c))
	bend(w.rnd, v, w.strayID)
	if e, ok := v.Interface().(policies.EraseEntry); ok && e.Seq >= 0 && e.Seq < w.size {
		return c // an order that is carried out is for erase
	}
	return v.Interface().(policies.Command)
}

// strayID is the ID of anything, or of nothing.
func (w *world) strayID() string {
	prefixes := []string{"doc", "rev", "csn", "cmt", "rpl", "dft", "bal", "ins", "rst", "org", "mem", "inv", "flt"}
	ids := w.ids[prefixes[w.rnd.IntN(len(prefixes))]]
	if len(ids) == 0 || w.rnd.IntN(5) == 0 {
		return "doc_none"
	}
	return ids[w.rnd.IntN(len(ids))]
}

func bend(rnd *rand.Rand, v reflect.Value, id func() string) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			at := v.Interface().(time.Time)
			v.Set(reflect.ValueOf([]time.Time{{}, at.AddDate(-1, 0, 0), at.AddDate(100, 0, 0), at.AddDate(9000, 0, 0), at.Add(time.Microsecond)}[rnd.IntN(5)]))
			return
		}
		var fields []int
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fields = append(fields, i)
			}
		}
		if len(fields) > 0 {
			bend(rnd, v.Field(fields[rnd.IntN(len(fields))]), id)
		}
	case reflect.String:
		v.SetString([]string{"", " ", "\xff", "a\x00b", "a\u202eb", "two\nlines", strings.Repeat("x", policies.MaxName+1),
			strings.Repeat("y", policies.MaxWords+1), "<script>", "2026-02-30T10:00", id(), id(), id()}[rnd.IntN(13)])
	case reflect.Slice:
		bendSlice(rnd, v, id)
	case reflect.Pointer:
		if v.IsNil() || rnd.IntN(3) == 0 {
			fresh := reflect.New(v.Type().Elem())
			if !v.IsNil() {
				fresh = reflect.Zero(v.Type())
			}
			v.Set(fresh)
			return
		}
		other := reflect.New(v.Type().Elem())
		other.Elem().Set(v.Elem())
		bend(rnd, other.Elem(), id)
		v.Set(other)
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int64:
		v.SetInt([]int64{0, -1, 1 << 40, v.Int() + 1}[rnd.IntN(4)])
	}
}

func bendSlice(rnd *rand.Rand, v reflect.Value, id func() string) {
	list := reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, v.Len()+1), v)
	one := reflect.New(v.Type().Elem()).Elem()
	if v.Len() > 0 {
		one.Set(v.Index(rnd.IntN(v.Len())))
	}
	switch rnd.IntN(4) {
	case 0:
		list = reflect.Zero(v.Type())
	case 1:
		list = reflect.Append(list, one)
	case 2:
		for range policies.MaxList + 1 {
			list = reflect.Append(list, one)
		}
	case 3:
		bend(rnd, one, id)
		list = reflect.Append(list, one)
	}
	v.Set(list)
}

// erase erases an entry as a court may demand, and makes the plain record anew.
func (w *world) erase() {
	seq := w.rnd.Int64N(w.size)
	w.erased[seq] = true
	w.tell("entry %d is erased", seq)
	w.ok(w.reg.Erase(context.Background(), []int64{seq}, "a court's order", nil))
	w.log.taken()
	entries := w.entries(0)
	w.model, w.size, w.last = &policiestest.Memory{}, 0, time.Time{}
	for i := range entries {
		w.take(&entries[i])
	}
	w.was = w.ofModel()
	w.rows = w.dump(w.file)
	if entries[seq].Payload != nil || entries[seq].Salt != nil {
		w.fail("entry %d still has what was erased", seq)
	}
	w.holdRows(true)
	w.people = slices.DeleteFunc(w.people, func(p person) bool {
		if p.of == "" {
			return false
		}
		_, err := w.model.Organisation(p.of)
		return err != nil
	})
	w.holdNumbers(w.was)
}
