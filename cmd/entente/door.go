package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ewtp/entente/store/durable"
)

// The operator's door is a Unix socket in a folder of the data folder that its owner alone may enter. Who
// may open the ledger's files may go through it, and nobody else; no network leads there.
//
//	DATA/operator/address  where the socket is
//	DATA/operator/socket   the socket, unless its path is too long for one
const (
	doorFolder  = "operator"
	doorAddress = "address"
	doorSocket  = "socket"

	// longestSocket is the longest path that every system takes for a socket.
	longestSocket = 100
)

// A door is open while a server runs.
type door struct {
	server  *http.Server
	done    chan struct{}
	folders []string // removed at the end
}

// openDoor lets operators in. It refuses a data folder in which another server runs.
func (n *node) openDoor() (*door, error) {
	folder := filepath.Join(n.data, doorFolder)
	if c, err := dialDoor(context.Background(), n.data); err == nil {
		return nil, errors.Join(fmt.Errorf("couldn't open the operator's door: the data folder %s is in use by another process", n.data), c.Close())
	}
	if err := errors.Join(os.RemoveAll(folder), os.Mkdir(folder, 0o700)); err != nil { // of a server that was killed
		return nil, fmt.Errorf("couldn't open the operator's door: %w", err)
	}
	d := &door{done: make(chan struct{}), folders: []string{folder}}
	listener, err := d.listen(folder)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("couldn't open the operator's door: %w", err), d.remove())
	}
	d.server = &http.Server{Handler: n.errandHandler(), ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(n.log.Handler(), slog.LevelWarn)}
	go func() {
		defer close(d.done)
		if err := d.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			n.log.Error("the operator's door is closed", slog.Any("error", err))
		}
	}()
	return d, nil
}

// listen makes the socket, aside where the folder's path is too long, and says where it is.
func (d *door) listen(folder string) (net.Listener, error) {
	path, err := filepath.Abs(filepath.Join(folder, doorSocket))
	if err != nil {
		return nil, err
	}
	if len(path) > longestSocket {
		aside, err := os.MkdirTemp("", "entente-") // mode 0700
		if err != nil {
			return nil, err
		}
		d.folders = append(d.folders, aside)
		path = filepath.Join(aside, doorSocket)
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := durable.Create(durable.OS, filepath.Join(folder, doorAddress), []byte(path)); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return listener, nil
}

// close lets errands end, but not those that take long.
func (d *door) close() error {
	const patience = 10 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err := d.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = d.server.Close()
	}
	<-d.done
	return errors.Join(err, d.remove())
}

func (d *door) remove() (err error) {
	for _, folder := range d.folders {
		err = errors.Join(err, os.RemoveAll(folder))
	}
	return err
}

// errandHandler does errands: POST /NAME with the errand as JSON, answered by frames.
func (n *node) errandHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		const mostBytes = 1 << 20
		answers := json.NewEncoder(w)
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBytes))
		var e errand
		if err == nil {
			e, err = newErrand(strings.TrimPrefix(r.URL.Path, "/"), body)
		}
		var result any
		if err == nil {
			result, err = e.run(r.Context(), n, func(what string, done, total int64) {
				_ = answers.Encode(frame{Progress: &frameProgress{what, done, total}}) // whoever left sees none
				_ = http.NewResponseController(w).Flush()
			})
		}
		var last frame
		if err == nil {
			last.Result, err = json.Marshal(result)
		}
		if err != nil {
			last = frame{Failure: asFailure(err)}
		}
		_ = answers.Encode(last)
	})
}

// dialDoor goes to the door of a data folder.
func dialDoor(ctx context.Context, data string) (net.Conn, error) {
	path, err := os.ReadFile(filepath.Join(data, doorFolder, doorAddress)) // #nosec G304 -- the data folder that the operator named
	if err != nil {
		return nil, err
	}
	return new(net.Dialer).DialContext(ctx, "unix", string(path))
}

// askServer has the server of the data folder do an errand; served is false where none runs there.
func (g *globals) askServer(ctx context.Context, name string, e errand) (answer json.RawMessage, served bool, err error) {
	conn, err := dialDoor(ctx, g.Data)
	if errors.Is(err, fs.ErrPermission) {
		return nil, false, fmt.Errorf("couldn't ask the server that runs on %s: %w", g.Data, err)
	}
	if err != nil { // there is none, or it was killed and left its address
		return nil, false, nil
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true,
		DialContext: func(context.Context, string, string) (net.Conn, error) { return conn, nil }}}
	body, err := json.Marshal(e)
	if err != nil {
		return nil, true, errors.Join(err, conn.Close())
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://operator/"+name, bytes.NewReader(body))
	if err != nil {
		return nil, true, errors.Join(err, conn.Close())
	}
	w, err := client.Do(r)
	if err != nil {
		return nil, true, fmt.Errorf("couldn't ask the server: %w", err)
	}
	defer w.Body.Close()
	answer, err = readFrames(w.Body, g.progress())
	return answer, true, err
}

// readFrames shows progress and returns the result.
func readFrames(r io.Reader, show progress) (json.RawMessage, error) {
	for lines := json.NewDecoder(bufio.NewReader(r)); ; {
		var f frame
		if err := lines.Decode(&f); err != nil {
			return nil, fmt.Errorf("couldn't read the server's answer; whether it was done is unknown, ask again: %w", err)
		}
		switch {
		case f.Failure != nil:
			return nil, f.Failure
		case f.Progress == nil:
			return f.Result, nil
		default:
			show(f.Progress.What, f.Progress.Done, f.Progress.Total)
		}
	}
}
