package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

const (
	// farewell is how long streams get to end once their contexts are cancelled, and
	// handlers once their connections are cut.
	farewell = 2 * time.Second

	// flushFor is how long spans get to leave.
	flushFor = 5 * time.Second
)

// ListenAndServe listens on Options.Address and serves; see Serve.
func (s *Server) ListenAndServe(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.options.Address)
	if err != nil {
		return fmt.Errorf("couldn't listen: %w", err)
	}
	return s.Serve(ctx, listener)
}

// Serve serves until ctx is done and then ends as the package comment says. It
// returns nil when every accepted request was finished, and an error where requests
// had to be cut off or a listener failed. It closes the listener.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	main := s.httpServer(s.handler)
	failed := make(chan error, 2)
	if s.options.MetricsAddress != "" {
		apart, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.options.MetricsAddress)
		if err != nil {
			listener.Close()
			return fmt.Errorf("couldn't listen for metrics: %w", err)
		}
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", s.metrics.handler)
		metricsServer := s.httpServer(s.secureHeaders(mux))
		defer metricsServer.Close()
		go func() { failed <- metricsServer.Serve(apart) }()
		s.log.Info("metrics are served", "address", apart.Addr().String())
	}
	go func() { failed <- main.Serve(listener) }()
	s.log.Info("the server is up", "address", listener.Addr().String())

	select {
	case err := <-failed:
		err = fmt.Errorf("couldn't serve: %w", err)
		return errors.Join(err, s.shutDown(main))
	case <-ctx.Done():
		return s.shutDown(main)
	}
}

func (s *Server) httpServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: s.limits.ReadHeader,
		ReadTimeout:       s.limits.Read, // ends with the body: a stream may outlive it
		IdleTimeout:       s.limits.Idle,
		MaxHeaderBytes:    s.limits.HeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
}

// shutDown is the shutdown, in the order of the package comment.
func (s *Server) shutDown(main *http.Server) error {
	s.draining.Store(true)
	s.log.Info("the server is ending")
	if s.limits.Drain > 0 {
		<-time.After(s.limits.Drain)
	}
	grace, cancel := context.WithTimeout(context.Background(), s.limits.Shutdown)
	defer cancel()
	closed := make(chan error, 1)
	go func() { closed <- main.Shutdown(grace) }()

	// A connection may still bring its first request after the last ordinary one has
	// ended. It is served like the others: only streams are cancelled, and Shutdown
	// waits for it.
	_ = s.flights.wait(grace, func(ordinary, _ int) bool { return ordinary == 0 })
	s.flights.endStreams()
	err := <-closed
	s.waitBriefly(func(_, streams int) bool { return streams == 0 })
	if err != nil {
		ordinary, _ := s.flights.counts()
		err = fmt.Errorf("couldn't finish %d accepted requests within %s: %w", ordinary, s.limits.Shutdown, err)
	}
	main.Close() // cancels the contexts of what is left
	s.waitBriefly(func(ordinary, streams int) bool { return ordinary+streams == 0 })
	if ordinary, streams := s.flights.counts(); ordinary+streams > 0 && err == nil {
		err = fmt.Errorf("couldn't end %d streams", streams)
	}
	flush, cancelFlush := context.WithTimeout(context.Background(), flushFor)
	defer cancelFlush()
	if flushErr := s.options.Tracing.shutdown(flush); flushErr != nil {
		s.log.Warn("couldn't flush the spans", "error", flushErr)
	}
	s.log.Info("the server has ended")
	return err
}

func (s *Server) waitBriefly(done func(ordinary, streams int) bool) {
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	_ = s.flights.wait(ctx, done)
}
