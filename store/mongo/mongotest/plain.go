package mongotest

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// A Plain is an engine as services have it that speak MongoDB's protocol over something
// else: a sort isn't pushed down into an index, so that a find of entries that isn't bounded from
// both sides would go through the whole ledger, which here is refused; there are no change
// streams; and it refuses what it is told to. It stands before the true server.
type Plain struct {
	server string // host and port

	mu       sync.Mutex // guards what follows
	refuses  func(command string) *Refusal
	commands map[string]int
}

// A Refusal is how a server refuses a command.
type Refusal struct {
	Code    int32
	Message string
}

// What a Plain refuses by itself.
var (
	noStreams = &Refusal{115, "Stage $changeStream is not supported"} // CommandNotSupported
	scans     = &Refusal{96, "this find goes through the whole ledger"}
)

// NewPlain opens such an engine before the server of a URI, and returns the URI by which
// it is reached. It is closed when the test ends.
func NewPlain(t testing.TB, uri string) (*Plain, string) {
	t.Helper()
	at, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Plain{server: at.Host, commands: map[string]int{}}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() { p.serve(client) })
		}
	})
	t.Cleanup(func() {
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
		open.Wait() // for those who are connected to leave
	})
	at.Host = listener.Addr().String()
	q := at.Query()
	q.Set("directConnection", "true") // else the server's own address would be gone to
	at.RawQuery = q.Encode()
	return p, at.String()
}

// Refuse has those commands refused for which a function has a refusal; none where it is nil.
func (p *Plain) Refuse(refuses func(command string) *Refusal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuses = refuses
}

// Count returns how often a command was sent, refused or not.
func (p *Plain) Count(command string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.commands[command]
}

// serve is one connection.
func (p *Plain) serve(client net.Conn) {
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		_ = client.Close()
		return
	}
	var answering sync.Mutex // held while a message is written to the client
	var both sync.WaitGroup
	both.Go(func() {
		defer client.Close()
		for m, err := readMessage(server); err == nil; m, err = readMessage(server) {
			answering.Lock()
			_, err := client.Write(m)
			answering.Unlock()
			if err != nil {
				return
			}
		}
	})
	for m, err := readMessage(client); err == nil; m, err = readMessage(client) {
		if r := p.judge(m); r != nil {
			answering.Lock()
			_, err = client.Write(r.answer(m))
			answering.Unlock()
		} else {
			_, err = server.Write(m)
		}
		if err != nil {
			break
		}
	}
	_ = server.Close()
	both.Wait()
}

// The wire protocol: a header of four numbers (length, ID, ID answered, operation), and for
// OP_MSG flags, and sections of which the first, of kind 0, is the command.
const (
	header    = 16
	opMessage = 2013
	mostBytes = 64 << 20
)

// readMessage reads a message whole.
func readMessage(r io.Reader) ([]byte, error) {
	m := make([]byte, header)
	if _, err := io.ReadFull(r, m); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(m)
	if size < header || size > mostBytes {
		return nil, errors.New("not a message")
	}
	m = append(m, make([]byte, size-header)...)
	_, err := io.ReadFull(r, m[header:])
	return m, err
}

// judge says how a message is refused; nil where it isn't.
func (p *Plain) judge(m []byte) *Refusal {
	if binary.LittleEndian.Uint32(m[12:]) != opMessage || len(m) < header+5 || m[header+4] != 0 {
		return nil
	}
	command := bson.Raw(m[header+5:])
	first, err := command.IndexErr(0)
	if err != nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.commands[first.Key()]++
	if p.refuses != nil {
		if r := p.refuses(first.Key()); r != nil {
			return r
		}
	}
	switch collection, _ := first.Value().StringValueOK(); {
	case first.Key() == "aggregate" && command.Lookup("pipeline", "0", "$changeStream").Type != 0:
		return noStreams
	case first.Key() == "find" && collection == "entries" && !bounded(command):
		return scans
	}
	return nil
}

// bounded says whether a find is of one document, or of a range with two ends.
func bounded(find bson.Raw) bool {
	id, err := find.LookupErr("filter", "_id")
	if err != nil {
		return false
	}
	in, isRange := id.DocumentOK()
	if !isRange {
		return true
	}
	return in.Lookup("$gte").Type != 0 && in.Lookup("$lt").Type != 0
}

// answer refuses a message.
func (r *Refusal) answer(m []byte) []byte {
	doc, err := bson.Marshal(bson.D{{Key: "ok", Value: 0.0}, {Key: "code", Value: r.Code}, {Key: "errmsg", Value: r.Message}})
	if err != nil {
		panic("a refusal can be written: " + err.Error())
	}
	a := make([]byte, header+5, header+5+len(doc))
	binary.LittleEndian.PutUint32(a, uint32(cap(a))) // #nosec G115 -- a message of some hundred bytes
	copy(a[8:], m[4:8])                              // whom it answers
	binary.LittleEndian.PutUint32(a[12:], opMessage)
	return append(a, doc...)
}
