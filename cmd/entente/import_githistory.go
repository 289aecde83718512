package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A gitVersion is one commit that touches the file.
type gitVersion struct {
	Commit  string
	Path    string    // of the file in that commit: it may have been renamed since
	At      time.Time // the author's
	Author  string
	Subject string
}

// history lists the commits that touch the file along the first parents, the oldest
// first: what the branch was, version by version. Versions of side branches would undo one another
// in one line, so a merge stands for all that it brought. Across renames the file is followed,
// but not to one that it was copied from and that went on beside it, for that has a history of its own.
func (s *gitSource) history(ctx context.Context, path string) ([]gitVersion, error) {
	if strings.ContainsAny(path, "\n\x00") {
		return nil, errors.New("couldn't read the history: --path has a line break")
	}
	out, err := runGitCommand(ctx, "-C", s.dir, "--literal-pathspecs", "log", "--follow", "--first-parent", "-m", "--name-status", "-z",
		"--no-show-signature", "--no-color", "--encoding=UTF-8", "--format="+logFormat, s.commit, "--", path)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the history of %s: %w", path, err)
	}
	versions, err := readLog(string(out), path)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the history of %s: %w", path, err)
	}
	if len(versions) == 0 {
		return nil, fmt.Errorf("couldn't find %s in the history: no commit touches it", path)
	}
	slices.Reverse(versions)
	return versions, nil
}

// logFormat is how git log is to write a commit, before its changes: fields end in NUL.
const (
	logFormat = logCommit + "%H%x00%at%x00%an%x00%s"
	logCommit = "commit "
)

// readLog reads what git log wrote, the newest version first.
func readLog(log, path string) (versions []gitVersion, err error) {
	fields := strings.Split(log, "\x00")
	for len(fields) > 1 { // the last field ends in NUL too
		v := gitVersion{Path: path}
		if fields, err = v.read(fields); err != nil {
			return nil, err
		}
		versions = append(versions, v)
		var copied bool
		for len(fields) > 1 && !strings.HasPrefix(fields[0], logCommit) {
			var c gitChange
			if c, fields, err = readChange(fields); err != nil {
				return nil, err
			}
			if c.to == v.Path && c.from != "" {
				path, copied = c.from, c.copied
			}
		}
		if copied {
			break
		}
	}
	return versions, nil
}

// read reads the fields of logFormat and returns those after them.
func (v *gitVersion) read(fields []string) ([]string, error) {
	commit, ok := strings.CutPrefix(fields[0], logCommit)
	if !ok || len(fields) < 4 {
		return nil, fmt.Errorf("git log answered %q", fields[0])
	}
	seconds, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return nil, fmt.Errorf("the author time of commit %s is %q", commit, fields[1])
	}
	v.Commit, v.At, v.Author, v.Subject = commit, time.Unix(seconds, 0).UTC(), fields[2], fields[3]
	return fields[4:], nil
}

// A gitChange is what a commit did to a file; from is the file's former path where it was renamed, split, or
// copied: then the former file went on beside it.
type gitChange struct {
	from, to string
	copied   bool
}

// readChange reads a status and its one or two paths, and returns the fields after them.
func readChange(fields []string) (c gitChange, rest []string, err error) {
	status := strings.TrimPrefix(fields[0], "\n") // a line break parts the changes from their commit
	paths := 1
	if strings.HasPrefix(status, "R") || strings.HasPrefix(status, "C") {
		paths = 2
	}
	if status == "" || len(fields) < 1+paths {
		return c, nil, fmt.Errorf("git log answered the change %q", status)
	}
	c.to = fields[paths]
	if paths == 2 {
		c.from, c.copied = fields[1], status[0] == 'C'
	}
	return c, fields[1+paths:], nil
}
