// Command stateless is a web app that keeps nothing on the server: what it must remember lies in signed cookies, before the
// sign-in the state, afterwards who signed in. So any number of servers can serve it that have the same COOKIE_KEY. It calls
// no API in the person's name, so it throws the tokens away.
package main

import (
	"context"
	"errors"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/gorilla/securecookie"
	"ostiary/examples/clients/go/app"
)

// kind is one of the two cookies: what it is called and how long what it says is good, however long a browser keeps it.
type kind struct {
	name string
	*securecookie.SecureCookie
}

func kindOf(name string, lasts time.Duration) kind {
	signed := securecookie.New([]byte(os.Getenv("COOKIE_KEY")), nil)
	return kind{name, signed.SetSerializer(securecookie.JSONEncoder{}).MaxAge(int(lasts.Seconds()))}
}

type site struct {
	*app.App
	pending, person kind
}

func (s *site) keep(w http.ResponseWriter, of kind, value any) error {
	signed, err := of.Encode(of.name, value)
	if err == nil {
		http.SetCookie(w, s.Cookie(of.name, signed))
	}
	return err
}

func read(r *http.Request, of kind, value any) error {
	sent, err := r.Cookie(of.name)
	if err != nil {
		return err
	}
	return of.Decode(of.name, sent.Value, value)
}

func (s *site) home(w http.ResponseWriter, r *http.Request) {
	var person app.Person
	_ = read(r, s.person, &person) // else nobody is signed in
	app.Show(w, person.Name)
}

func (s *site) signIn(w http.ResponseWriter, r *http.Request) {
	url, pending := s.Begin()
	if err := s.keep(w, s.pending, pending); err != nil {
		app.Refuse(w, err)
		return
	}
	http.Redirect(w, r, url, http.StatusSeeOther)
}

func (s *site) callback(w http.ResponseWriter, r *http.Request) {
	var pending app.Pending
	if read(r, s.pending, &pending) != nil {
		app.Refuse(w, errors.New("nothing was asked for from here"))
		return
	}
	http.SetCookie(w, s.Cookie(s.pending.name, ""))
	person, _, err := s.Finish(r.Context(), pending, r.URL.Query())
	if err == nil {
		err = s.keep(w, s.person, person)
	}
	if err != nil {
		app.Refuse(w, err)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (s *site) signOut(w http.ResponseWriter, r *http.Request) {
	var person app.Person
	url := "/"
	if read(r, s.person, &person) == nil {
		url = s.SignOut(person)
	}
	http.SetCookie(w, s.Cookie(s.person.name, ""))
	http.Redirect(w, r, url, http.StatusSeeOther)
}

func main() {
	if len(os.Getenv("COOKIE_KEY")) < 64 {
		log.Fatal("COOKIE_KEY is missing or too short: openssl rand -hex 32")
	}
	found, err := app.Discover(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	s := &site{found, kindOf("go_sign_in", 10*time.Minute), kindOf("go_person", 24*time.Hour)}
	http.HandleFunc("GET /{$}", s.home)
	http.HandleFunc("GET /sign-in", s.signIn)
	http.HandleFunc("GET /callback", s.callback)
	http.HandleFunc("POST /sign-out", s.signOut)
	s.Serve()
}
