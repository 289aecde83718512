package table

import (
	"context"
	"errors"
	"fmt"
	"time"

	sqlitedriver "modernc.org/sqlite"
)

// Replace closes another file and puts all that it holds in the place of what this one does, at
// once: readers see the one or the other, and so does who opens the file after a crash.
// It is for whoever has the writer's turn. What was there may stand in the log until [File.ClearLog].
func (f *File) Replace(other *File) error {
	if err := other.close(false); err != nil { // not clean: that would be said of this one
		return fmt.Errorf("couldn't close the file to replace by: %w", err)
	}
	err := f.conn.Raw(func(c any) error {
		restore, err := c.(interface {
			NewRestore(string) (*sqlitedriver.Backup, error)
		}).NewRestore(other.dsn("query_only(ON)"))
		if err != nil {
			return err
		}
		_, err = restore.Step(-1) // all pages, in one transaction
		return errors.Join(err, restore.Finish())
	})
	if err != nil {
		return fmt.Errorf("couldn't replace the file: %w", err)
	}
	return nil
}

// errLogIsRead says that somebody reads what was there before.
var errLogIsRead = errors.New("couldn't clear the file's log: it is being read")

// logPatience is how often ClearLog asks, at most every maxLogPause.
const (
	logPatience = 300
	maxLogPause = 100 * time.Millisecond
)

// ClearLog rids the file's log of what was there before. It takes a turn of the writer for each
// try, and waits for readers between two.
func (f *File) ClearLog(ctx context.Context) error {
	pause := time.Millisecond
	for range logPatience {
		if err := f.Take(ctx); err != nil {
			return err
		}
		cleared, err := f.truncateLog(ctx)
		f.Give()
		if cleared || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
			pause = min(2*pause, maxLogPause)
		}
	}
	return errLogIsRead
}

// truncateLog moves the log into the file, unless somebody reads what needs it.
func (f *File) truncateLog(ctx context.Context) (done bool, err error) {
	var busy, frames, moved int
	const patient, impatient = `PRAGMA busy_timeout(10000)`, `PRAGMA busy_timeout(0)`
	if _, err := f.conn.ExecContext(ctx, impatient); err != nil { // else it waits for readers, with the writer's turn
		return false, err
	}
	err = f.conn.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &moved)
	_, after := f.conn.ExecContext(writing, patient)
	if err := errors.Join(err, after); err != nil {
		return false, fmt.Errorf("couldn't clear the file's log: %w", err)
	}
	return busy == 0, nil
}
