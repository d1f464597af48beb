// Command session is a web app with sessions on the server: the browser holds the number of its session and nothing else. The
// tokens stay here, so the app can call APIs in the person's name, and renews them when they are over.
package main

import (
	"context"
	"errors"
	"log"
	"net/http"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"ostiary/examples/clients/go/app"
)

const cookie = "go_session"

// session is what is known of one browser: what it was sent away with, or who it came back as.
type session struct {
	pending *app.Pending
	person  app.Person
	token   *oauth2.Token
}

// site holds the sessions in memory, so a restart signs everybody out. Where there are several servers, this is a database.
type site struct {
	*app.App
	sessions sync.Map
}

func (s *site) find(r *http.Request) (string, session) {
	sent, err := r.Cookie(cookie)
	if err != nil {
		return "", session{}
	}
	found, _ := s.sessions.Load(sent.Value)
	known, _ := found.(session)
	return sent.Value, known
}

// open makes a session under a new number, so that nobody can know it who put a cookie into this browser before.
func (s *site) open(w http.ResponseWriter, with session) {
	id := oauth2.GenerateVerifier()
	s.sessions.Store(id, with)
	http.SetCookie(w, s.Cookie(cookie, id))
}

// name is what the server says now; empty when the sign-in has ended there. That it fails for a moment ends nothing.
func (s *site) name(ctx context.Context, id string, known session) (string, error) {
	name, err := s.Name(ctx, known.token)
	if !errors.Is(err, app.ErrOver) {
		return name, err
	}
	// Whoever leaves meanwhile does not end this: the old refresh token is used up, and the new one must be kept.
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer stop()
	next, err := s.Refresh(ctx, known.token)
	if errors.Is(err, app.ErrOver) {
		s.sessions.Delete(id)
		return "", nil
	}
	if err != nil {
		return "", err
	}
	s.sessions.Store(id, session{person: known.person, token: next})
	return s.Name(ctx, next)
}

func (s *site) home(w http.ResponseWriter, r *http.Request) {
	id, known := s.find(r)
	if known.token == nil {
		app.Show(w, "")
		return
	}
	name, err := s.name(r.Context(), id, known)
	if err != nil {
		app.Refuse(w, err)
		return
	}
	app.Show(w, name)
}

func (s *site) signIn(w http.ResponseWriter, r *http.Request) {
	url, pending := s.Begin()
	s.open(w, session{pending: &pending})
	http.Redirect(w, r, url, http.StatusSeeOther)
}

func (s *site) callback(w http.ResponseWriter, r *http.Request) {
	id, known := s.find(r)
	if known.pending == nil {
		app.Refuse(w, errors.New("nothing was asked for from here"))
		return
	}
	s.sessions.Delete(id)
	person, token, err := s.Finish(r.Context(), *known.pending, r.URL.Query())
	if err != nil {
		app.Refuse(w, err)
		return
	}
	s.open(w, session{person: person, token: token})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (s *site) signOut(w http.ResponseWriter, r *http.Request) {
	id, known := s.find(r)
	s.sessions.Delete(id)
	http.SetCookie(w, s.Cookie(cookie, ""))
	url := "/"
	if known.token != nil {
		url = s.SignOut(known.person)
	}
	http.Redirect(w, r, url, http.StatusSeeOther)
}

func main() {
	found, err := app.Discover(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	s := &site{App: found}
	http.HandleFunc("GET /{$}", s.home)
	http.HandleFunc("GET /sign-in", s.signIn)
	http.HandleFunc("GET /callback", s.callback)
	http.HandleFunc("POST /sign-out", s.signOut)
	s.Serve()
}
