package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// maxBlob bounds what is read of one version: far above what a registry takes, so
// that its own refusal is the one that people see.
const maxBlob = 32 << 20

// A gitSource reads a repository with the git program. It is not safe for
// concurrent use.
type gitSource struct {
	dir    string // the repository
	temp   string // folder to delete when done, "" for none
	commit string // what the ref resolved to

	blobs *exec.Cmd // git cat-file --batch, from the first use on
	ask   io.WriteCloser
	reply *bufio.Reader
}

// A gitBlob is the file in one commit.
type gitBlob struct {
	data    []byte
	missing bool   // the commit deleted it
	unfit   string // why it is no text to import
}

// openGit opens a repository's folder, or clones a bundle or URL to a temporary
// folder, and resolves ref: "" is main, or HEAD where there is no main.
func openGit(ctx context.Context, repository, ref string) (*gitSource, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, errors.New("couldn't find the git program: importing a history needs it; install git, or put it on the PATH")
	}
	s := &gitSource{dir: repository}
	if info, err := os.Stat(repository); err != nil || !info.IsDir() {
		if err := s.clone(ctx, repository); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	if err := s.resolve(ctx, ref); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *gitSource) clone(ctx context.Context, repository string) (err error) {
	if s.temp, err = os.MkdirTemp("", "entente-import-"); err != nil {
		return fmt.Errorf("couldn't make a folder for the clone: %w", err)
	}
	s.dir = filepath.Join(s.temp, "repository.git")
	if _, err := runGitCommand(ctx, "clone", "--quiet", "--bare", "--", repository, s.dir); err != nil {
		return fmt.Errorf("couldn't clone %s: %w", repository, err)
	}
	return nil
}

func (s *gitSource) resolve(ctx context.Context, ref string) error {
	refs := []string{ref}
	if ref == "" {
		refs = []string{"refs/heads/main", "HEAD"}
	}
	for _, name := range refs {
		out, err := runGitCommand(ctx, "-C", s.dir, "rev-list", "--max-count=1", "--end-of-options", name, "--")
		if err == nil {
			s.commit = strings.TrimSpace(string(out))
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if ref == "" {
		if _, err := runGitCommand(ctx, "-C", s.dir, "rev-parse", "--git-dir"); err != nil {
			return fmt.Errorf("couldn't read the repository: %w", err)
		}
		return errors.New("couldn't find a branch main or a HEAD with commits: name one with --ref")
	}
	return fmt.Errorf("couldn't find %q in the repository: --ref takes a branch, a tag or a commit", ref)
}

// file reads the file as it is in a version.
func (s *gitSource) file(v gitVersion) (gitBlob, error) {
	b, err := s.read(v.Commit + ":" + v.Path)
	if err != nil {
		return b, fmt.Errorf("couldn't read %s in commit %s: %w", v.Path, v.Commit, err)
	}
	return b, nil
}

// read asks git cat-file --batch for one object: "<oid> <type> <size>" and its
// bytes, or "<name> missing".
func (s *gitSource) read(name string) (b gitBlob, err error) {
	if s.blobs == nil {
		if err := s.start(); err != nil {
			return b, err
		}
	}
	if _, err := io.WriteString(s.ask, name+"\n"); err != nil {
		return b, err
	}
	header, err := s.reply.ReadString('\n')
	if err != nil {
		return b, err
	}
	if strings.HasSuffix(header, " missing\n") {
		return gitBlob{missing: true}, nil
	}
	words := strings.Fields(header)
	if len(words) != 3 {
		return b, fmt.Errorf("git cat-file answered %q", header)
	}
	size, err := strconv.ParseInt(words[2], 10, 64)
	if err != nil {
		return b, fmt.Errorf("git cat-file answered %q", header)
	}
	if words[1] != "blob" || size > maxBlob {
		b.unfit = fmt.Sprintf("is no file but a %s", words[1])
		if words[1] == "blob" {
			b.unfit = fmt.Sprintf("source: is %d bytes long, at most %d are read", size, maxBlob)
		}
		_, err = io.CopyN(io.Discard, s.reply, size+1)
		return b, err
	}
	b.data = make([]byte, size)
	if _, err := io.ReadFull(s.reply, b.data); err != nil {
		return b, err
	}
	_, err = s.reply.Discard(1)
	return b, err
}

func (s *gitSource) start() (err error) {
	cmd := exec.Command("git", "-C", s.dir, "cat-file", "--batch") // #nosec G204 -- git itself, without a shell, on the repository that the operator named
	cmd.Env = gitEnvironment()
	if s.ask, err = cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	s.blobs, s.reply = cmd, bufio.NewReaderSize(out, 64<<10)
	return nil
}

// Close ends the reading process and deletes what was cloned.
func (s *gitSource) Close() error {
	var err error
	if s.blobs != nil {
		_ = s.ask.Close() // cat-file ends at the end of its input
		err = s.blobs.Wait()
	}
	if s.temp != "" {
		err = errors.Join(err, os.RemoveAll(s.temp))
	}
	return err
}

// runGitCommand runs the git program and returns what it printed; its complaint becomes
// part of the error.
func runGitCommand(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", args...) // #nosec G204 -- git itself, without a shell; options end before what a user named
	cmd.Env = gitEnvironment()
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, oneLine(strings.TrimSpace(complaint.String()), 500))
	}
	return out, nil
}

// gitEnvironment is this process's without what would point git at another
// repository, as in a hook; git asks nobody for passwords.
func gitEnvironment() []string {
	var env []string
	for _, v := range os.Environ() {
		switch name, _, _ := strings.Cut(v, "="); name {
		case "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE":
		default:
			env = append(env, v)
		}
	}
	return append(env, "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
}
